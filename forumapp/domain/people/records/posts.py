"""The posts that people hold or held: changing them, taking them away, and their order, of which the first is the main.

What people are called in an edition was written there, and stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.ordering import Order
from forumapp.domain.accounts.access import require_person, require_somewhere
from forumapp.domain.accounts.editing.ordering import order_of, reorder
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import delegation_of
from forumapp.domain.audit.removals import remove, values_of
from forumapp.domain.audit.services import change
from forumapp.domain.people.index.likely_duplicates import compare_person
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization
from forumapp.domain.people.queries import get_person
from forumapp.domain.people.records.services import name_of, refuse_strange, refuse_unseen_organization

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
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
) -> Removal:
    """Titles in editions that were taken from it stay, and no longer say so."""
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    row = get_affiliation(db, person_id, affiliation_id)
    for title in db.scalars(select(EditionTitle).where(EditionTitle.affiliation_id == affiliation_id)):
        change(db, title, {"affiliation_id": None}, version=title.version, actor=actor, now=now)
    of = delegation_of(db, person_id, require_somewhere(db, Permission.EDIT_PEOPLE, actor=actor))
    label = name_of(get_person(db, person_id)).texts
    removal = remove(db, row, label=label, delegation_id=of, version=version, actor=actor, now=now)
    compare_person(db, person_id)
    return removal


def bring_back_affiliation(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Where another post has taken its place, behind the last one."""
    held = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    person_id: int = held["person_id"]
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    lock_name(db, f"posts-{person_id}")
    positions = set(db.scalars(select(Affiliation.position).where(Affiliation.person_id == person_id)))
    instead = {"position": max(positions) + 1} if held["position"] in positions else {}
    removal = bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)
    compare_person(db, person_id)
    return removal


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
