"""What the holder of a block of places does by the link they were given: say who takes the places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import paged
from forumapp.core.values.text import email_key
from forumapp.domain.audit.services import change, create
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.people.models import NameOrder
from forumapp.domain.people.rules import search_text
from forumapp.domain.registration.errors import InvitationEnded, WrongStatus
from forumapp.domain.registration.invitations.emails import link_life
from forumapp.domain.registration.lifecycle.decisions import cancel_own, lock_by_link
from forumapp.domain.registration.lifecycle.register import register
from forumapp.domain.registration.models import Invitation, PlaceBlock, Registration
from forumapp.domain.registration.rules import UNANSWERED, InvitationState, Invited, RegistrationStatus, Source

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.rules import Applicant, Placed

LINK_PURPOSE = "block"
WITHDRAWABLE = UNANSWERED | {InvitationState.ACCEPTED}
PAGE = "b"  # where the link leads, before its signed part


def get_block_by_link(db: DbSession, block_id: int, link_number: int) -> PlaceBlock:
    """The block that a link was signed for, with its type. Raises InvitationEnded."""
    query = select(PlaceBlock).where(PlaceBlock.id == block_id, PlaceBlock.link_number == link_number)
    row = db.scalar(query.options(joinedload(PlaceBlock.type)).execution_options(populate_existing=True))
    if row is None:
        raise InvitationEnded
    return row


def named_in_block(db: DbSession, block: PlaceBlock) -> list[Invitation]:
    """Whom the holder or the organizer has named: those who are invited, and those who stand for a place already."""
    return list(db.scalars(_named(block)))


def named_page(db: DbSession, block: PlaceBlock, *, number: int = 1) -> Page[Invitation]:
    return paged(db, _named(block), number=number)


def _named(block: PlaceBlock) -> Select[Any]:
    query = select(Invitation).where(Invitation.block_id == block.id, Invitation.edition_id == block.edition_id)
    return query.where(Invitation.state != InvitationState.REVOKED).order_by(Invitation.id)


def name_in_block(
    db: DbSession,
    block_id: int,
    link_number: int,
    applicant: Applicant,
    *,
    language: str,
    actor: Actor,
    now: datetime,
) -> Placed:
    """Register someone for one of the places. It is kept as an invitation that they have accepted, so that the list of
    names says the same of someone who was registered already as of a newcomer. Raises NoPlacesLeft.
    """
    block = get_block_by_link(db, block_id, link_number)
    refuse_archived(db, block.edition_id)
    placed = register(
        db,
        block.edition_id,
        block.type.code,
        applicant,
        source=Source.INVITATION,
        language=language,
        actor=actor,
        now=now,
        invited=Invited(block.id),
        email_confirmed=True,
    )
    row = Invitation(
        edition_id=block.edition_id,
        type_id=block.type_id,
        block_id=block.id,
        latin_family=applicant.latin_family,
        latin_given=applicant.latin_given,
        name_order=NameOrder(applicant.name_order),
        native_full=applicant.native_full,
        email=email_key(applicant.email) if applicant.email else None,
        language=language,
        state=InvitationState.ACCEPTED,
        answered_at=now,
        registration_id=placed.registration_id,
    )
    row.search_text = search_text(row.name)
    create(db, row, actor=actor, now=now)
    return placed


def withdraw_name(
    db: DbSession, block_id: int, link_number: int, invitation_id: int, *, actor: Actor, now: datetime
) -> Registration | None:
    """Take a name back: who has a place of the block by it is cancelled and told so, and the place has no name again.
    Answers their registration. Whoever was registered otherwise keeps that, and reads the same here. Raises WrongStatus
    where it is theirs by now: they have come, or handed it to somebody else.
    """
    block = get_block_by_link(db, block_id, link_number)
    refuse_archived(db, block.edition_id)
    of_block = (Invitation.id == invitation_id, Invitation.block_id == block.id)
    query = select(Invitation).where(*of_block).with_for_update().execution_options(populate_existing=True)
    named = db.scalar(query)
    if named is None:
        raise NotFound(entity="invitation")
    if named.state not in WITHDRAWABLE:
        raise InvitationEnded(state=named.state.value)
    row = _cancelled(db, named, block, actor=actor, now=now)
    changes = {"state": InvitationState.REVOKED, "answered_at": None}
    change(db, named, changes, version=named.version, actor=actor, now=now, action="revoked")
    return row


def _cancelled(
    db: DbSession, named: Invitation, block: PlaceBlock, *, actor: Actor, now: datetime
) -> Registration | None:
    row = db.get(Registration, named.registration_id) if named.registration_id else None
    if row is None:
        return None
    row = lock_by_link(db, row.id, row.link_number, with_plus_ones=True)
    if row.replaced_by_id is not None:
        raise WrongStatus(status=row.status.value)
    if row.block_id != block.id or row.status in (RegistrationStatus.CANCELLED, RegistrationStatus.DECLINED):
        return None
    return cancel_own(db, row.id, row.link_number, actor=actor, now=now)


def link_of(block: PlaceBlock, edition: Edition) -> dict[str, Any]:
    """What is signed when its link is shown, so that none is ever kept."""
    return {"purpose": LINK_PURPOSE, "values": [block.id, block.link_number], "page": PAGE, **link_life(edition)}
