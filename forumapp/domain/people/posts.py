"""The posts that people hold or held: changing them, taking them away, and their order, of which the first is the main.

What people are called in an edition was written there, and stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from forumapp.core.errors import Invalid, NotFound
from forumapp.core.ordering import Order
from forumapp.domain.accounts.access import require_person
from forumapp.domain.accounts.ordering import order_of, reorder
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, remove
from forumapp.domain.people.comparing import compare_person
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization
from forumapp.domain.people.queries import get_person
from forumapp.domain.people.services import refuse_strange, refuse_unseen_organization

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def get_affiliation(db: DbSession, person_id: int, affiliation_id: int) -> Affiliation:
    """A post of this person; another's does not exist here."""
    row = db.get(Affiliation, affiliation_id)
    if row is None or row.person_id != person_id:
        raise NotFound(entity="affiliation")
    return row


def update_affiliation(
    db: DbSession,
    person_id: int,
    affiliation_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Affiliation:
    """`changes`: organization_id, title, starts_on, ends_on."""
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    row = get_affiliation(db, person_id, affiliation_id)
    if changes.get("organization_id") != row.organization_id:
        refuse_unseen_organization(db, changes.get("organization_id"), actor=actor)
    refuse_strange(db, {"organization_id": (Organization, changes.get("organization_id"))})
    wanted = {name: changes.get(name, getattr(row, name)) for name in ("title", "organization_id")}
    if wanted["organization_id"] is None and not any(wanted["title"].values()):
        raise Invalid(fields={"title": "required"})
    starts_on, ends_on = (changes.get(name, getattr(row, name)) for name in ("starts_on", "ends_on"))
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid(fields={"ends_on": "ends-before-start"})
    change(db, row, changes, version=version, actor=actor, now=now)
    compare_person(db, person_id)
    return row


def remove_affiliation(
    db: DbSession, person_id: int, affiliation_id: int, *, version: int, actor: Actor, now: datetime
) -> Affiliation:
    """For good: the log keeps what it said. Titles in editions that were taken from it stay."""
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    row = get_affiliation(db, person_id, affiliation_id)
    for title in db.scalars(select(EditionTitle).where(EditionTitle.affiliation_id == affiliation_id)):
        change(db, title, {"affiliation_id": None}, version=title.version, actor=actor, now=now)
    remove(db, row, version=version, actor=actor, now=now)
    compare_person(db, person_id)
    return row


def affiliation_order(db: DbSession, person_id: int) -> Order:
    return order_of(db, _in_order(person_id))


def order_affiliations(
    db: DbSession, person_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    """`version` is that of the order as the caller read it; whoever reorders at the same time waits here."""
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    get_person(db, person_id)

    def move(row: Affiliation, changes: Mapping[str, int]) -> None:
        change(db, row, changes, version=row.version, actor=actor, now=now, action="moved")

    reorder(db, _in_order(person_id), ids, move, by=Affiliation.position, version=version)
    return Order(tuple(ids))


def _in_order(person_id: int) -> Select[Affiliation]:
    return select(Affiliation).where(Affiliation.person_id == person_id).order_by(Affiliation.position)
