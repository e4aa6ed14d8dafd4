"""Registering by a personal link as programs send it: an invitation's, or that of a block's holder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid
from forumapp.domain.registration.errors import InvitationEnded
from forumapp.domain.registration.invitations import emails
from forumapp.domain.registration.personal_links import allotment_holder, invitation_replies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.rules import Applicant, Placed

# By what it was signed for: how the row is found, and what registering by it means.
LINKS: Mapping[str, Any] = {
    emails.LINK_PURPOSE: (invitation_replies.get_by_link, invitation_replies.accept_invitation),
    allotment_holder.LINK_PURPOSE: (allotment_holder.get_block_by_link, allotment_holder.name_in_block),
}


def register_by_link(
    db: DbSession,
    edition_id: int,
    type_code: str,
    applicant: Applicant,
    *,
    link: tuple[str, int, int],
    language: str,
    actor: Actor,
    now: datetime,
) -> Placed:
    """`link` is what was signed: the purpose, the row's id and its number. Raises Invalid by `link` where it is for
    another edition or type, has ended or was answered.
    """
    purpose, row_id, link_number = link
    find, take = LINKS[purpose]
    try:
        row = find(db, row_id, link_number)
        if (row.edition_id, row.type.code) != (edition_id, type_code):
            raise Invalid(fields={"link": "unknown"})
        placed: Placed = take(db, row_id, link_number, applicant, language=language, actor=actor, now=now)
    except InvitationEnded as refusal:
        raise Invalid(fields={"link": "unknown"}) from refusal
    return placed
