"""Who waits for an answer, and what registration types lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.counting import Asked, counted, untranslated
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.invitations.queries import invitations_in, registered_as_invited, registrations_in
from forumapp.domain.registration.models import Invitation, RegistrationStatus, RegistrationType
from forumapp.domain.registration.rules import InvitationState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access


def registration_needs(
    db: DbSession,
    edition_id: int,
    languages: Collection[str],
    access: Access,
    *,
    today: date,
    over: bool = False,
) -> list[Need]:
    """`over` says that the edition is open for registration though its last day is past."""
    asked = []
    if access.allows(Permission.DECIDE_REGISTRATIONS):
        asked += [_in(edition_id, "request-waiting", RegistrationStatus.APPLIED, access)]
        asked += [_in(edition_id, "waitlisted", RegistrationStatus.WAITLISTED, access)]
        sent = invitations_in(edition_id, InvitationState.SENT, today).with_only_columns(Invitation.id)
        asked += [Asked("invitation-sent", Severity.WAITING, sent)]
    if access.allows(Permission.EDIT_REGISTRATIONS):
        asked += [Asked("invitation-unanswered", Severity.WAITING, registered_as_invited(edition_id, access))]
    if access.allows(Permission.EDIT_EDITION):
        types = select(RegistrationType.code).where(RegistrationType.edition_id == edition_id)
        texts = untranslated(languages, RegistrationType.name, RegistrationType.description)
        asked += [
            Asked("type-untranslated", Severity.MISSING, types.where(texts)),
            Asked("type-without-quota", Severity.MISSING, types.where(RegistrationType.quota.is_(None))),
        ]
        if over:
            asked += [Asked("type-still-open", Severity.DUE, types.where(RegistrationType.is_open))]
    return counted(db, Section.REGISTRATION, asked)


def _in(edition_id: int, code: str, status: RegistrationStatus, access: Access) -> Asked:
    return Asked(code, Severity.WAITING, registrations_in(edition_id, status, access))
