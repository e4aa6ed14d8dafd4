"""What was removed from an edition, or from the registry of all: who may see it, and who may bring it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, or_, select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import fold
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Access, Permission, Reach
from forumapp.domain.audit import removals
from forumapp.domain.audit.models import Removal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

# By table: what one needs to be allowed to remove its rows, and to bring them back.
REMOVING: dict[str, Permission] = {
    "track": Permission.EDIT_AGENDA,
    "session": Permission.EDIT_AGENDA,
    "session_item": Permission.EDIT_AGENDA,
    "interpretation_channel": Permission.EDIT_AGENDA,
    "role_assignment": Permission.EDIT_AGENDA,
    "speaker": Permission.EDIT_AGENDA,
    "speaker_availability": Permission.EDIT_AGENDA,
    "cue": Permission.EDIT_AGENDA,
    "edition_access": Permission.MANAGE_ACCESS,
    "checkpoint": Permission.EDIT_EDITION,
    "edition_host": Permission.EDIT_EDITION,
    "sponsor_level": Permission.EDIT_EDITION,
    "venue": Permission.EDIT_EDITION,
    "content_page": Permission.EDIT_EDITION,
    "mail_text": Permission.SEND_MAIL,
    "mail_reminder": Permission.SEND_MAIL,
    "room": Permission.EDIT_EDITION,
    "task": Permission.EDIT_EDITION,
    "registration_type": Permission.EDIT_EDITION,
    "badge_stock": Permission.EDIT_EDITION,
    "badge_printer": Permission.EDIT_EDITION,
    "affiliation": Permission.EDIT_PEOPLE,
    "edition_title": Permission.EDIT_PEOPLE,
    "title_pair": Permission.EDIT_PEOPLE,
    "precedence_entry": Permission.EDIT_PRECEDENCE,
    "seating_plan": Permission.EDIT_PRECEDENCE,
    "delegation": Permission.SET_UP_DELEGATIONS,
    "delegation_member": Permission.EDIT_DELEGATIONS,
    "delegation_supporter": Permission.EDIT_DELEGATIONS,
    "itinerary_item": Permission.EDIT_DELEGATIONS,
    "partition": Permission.EDIT_DELEGATIONS,
    "delegation_group": Permission.EDIT_DELEGATIONS,
    "group_member": Permission.EDIT_DELEGATIONS,
    "hotel_room": Permission.EDIT_DELEGATIONS,
    "room_stay": Permission.EDIT_DELEGATIONS,
    "vehicle": Permission.SET_UP_DELEGATIONS,
    "coach_run": Permission.EDIT_DELEGATIONS,
    "boarding": Permission.EDIT_DELEGATIONS,
    "clash_override": Permission.EDIT_DELEGATIONS,
    "itinerary_place": Permission.SET_UP_DELEGATIONS,
    "name_proof": Permission.EDIT_PROOFS,
    "proof_entry": Permission.EDIT_PROOFS,
    "person": Permission.EDIT_PEOPLE,
    "organization": Permission.EDIT_PEOPLE,
}
# The same of parts that a row loses while it stays.
PARTS: dict[str, Permission] = {
    "question": Permission.EDIT_EDITION,
    "picture": Permission.EDIT_EDITION,
    "photo": Permission.EDIT_PEOPLE,
    "answer_file": Permission.EDIT_REGISTRATIONS,
    "group_moves": Permission.EDIT_DELEGATIONS,
}
_RESTORING = REMOVING | PARTS


@dataclass(frozen=True, slots=True)
class RemovalLine:
    """A removal as lists show it. `along` counts by table what went with it; what it held stays hidden."""

    id: int
    entity: str
    entity_id: int
    label: dict[str, str]
    along: dict[str, int]
    removed_at: datetime
    removed_by: int | None
    by: str | None
    restored_at: None = None  # what has come back is in no list


def removals_page(
    db: DbSession,
    access: Access,
    *,
    of: tuple[str, int] | None = None,
    search: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[RemovalLine]:
    """What the caller may bring back, the latest first; `of` one kind of one record alone."""
    words = [word for word in map(fold, search.split()) if word]
    query = (
        select(Removal, Account.name)
        .outerjoin(Account, Account.id == Removal.removed_by)
        .where(_seen_from(access.edition_id), Removal.restored_at.is_(None), _within(access))
        .where(*(Removal.search_text.contains(word, autoescape=True) for word in words))
        .order_by(Removal.removed_at.desc(), Removal.id.desc())
    )
    if of is not None:
        query = query.where(Removal.entity == of[0], Removal.entity_id == of[1])
    page = paged(db, query, number=number, size=size)
    return page.of([_line(row, name) for row, name in page.items])


def find_removed(db: DbSession, access: Access, entity: str, key: int | str) -> RemovalLine | None:
    """The latest removal of a row, by its id or its code, if the caller may undo it."""
    query = (
        select(Removal, Account.name)
        .outerjoin(Account, Account.id == Removal.removed_by)
        .where(_seen_from(access.edition_id), Removal.restored_at.is_(None), _within(access), Removal.entity == entity)
        .order_by(Removal.removed_at.desc(), Removal.id.desc())
    )
    if isinstance(key, int):
        query = query.where(Removal.entity_id == key).limit(1)
    for row, name in db.execute(query):
        if isinstance(key, int) or (row.rows and removals.values_of(row).get("code") == key):
            return _line(row, name)
    return None


def get_removal(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor) -> Removal:
    """A removal that the caller may undo; of another's delegation, or of another edition, it does not exist."""
    row = db.scalar(select(Removal).where(Removal.id == removal_id, _seen_from(edition_id)))
    if row is None:
        require(db, edition_id, Permission.SEE_EDITION, actor=actor)
        raise NotFound(entity="removal")
    permission = _RESTORING[row.entity]
    within = require(db, edition_id, permission, actor=actor).within(permission)
    if within is not None and row.delegation_id not in within:
        raise NotFound(entity="removal")
    return row


def bring_back_in(
    db: DbSession,
    edition_id: int,
    removal_id: int,
    *,
    instead: Mapping[str, Any] | None = None,
    may_miss: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Removal:
    row = get_removal(db, edition_id, removal_id, actor=actor)
    removals.bring_back(db, row, instead=instead, may_miss=may_miss, actor=actor, now=now)
    return row


def may_remove_anything(access: Access) -> bool:
    return any(access.allows(permission) for permission in _RESTORING.values())


def _seen_from(edition_id: int) -> ColumnElement[bool]:
    """What stands across editions is brought back from any."""
    return or_(Removal.edition_id == edition_id, Removal.edition_id.is_(None))


def _within(access: Access) -> ColumnElement[bool]:
    reached = {entity: access.reach(permission) for entity, permission in _RESTORING.items()}
    everywhere = [entity for entity, reach in reached.items() if reach is Reach.ALL]
    own = [entity for entity, reach in reached.items() if reach is Reach.OWN]
    return or_(
        false(),
        Removal.entity.in_(everywhere),
        Removal.entity.in_(own) & Removal.delegation_id.in_(access.delegations),
    )


def _line(row: Removal, name: str | None) -> RemovalLine:
    return RemovalLine(row.id, row.entity, row.entity_id, row.label, row.along, row.removed_at, row.removed_by, name)
