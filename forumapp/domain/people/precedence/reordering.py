"""A whole order of precedence at once: put in order by hand, or begun as another one stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import Invalid
from forumapp.core.values.ordering import Order
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.people.models import Person, PrecedenceEntry, PrecedenceList
from forumapp.domain.people.precedence.keys import new_keys
from forumapp.domain.people.precedence.lists import end_approval, hold_list
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class EntryLine:
    """Someone in an order, with what they are called and the offices that they have in the edition."""

    id: int
    version: int
    person_id: int
    name: Name
    capacity: dict[str, str]
    reason: str
    titles: tuple[TitleLine, ...]


def list_entries(
    db: DbSession, precedence: PrecedenceList, *, within: Collection[int] | None = None
) -> list[EntryLine]:
    """Who stands in it, in order, as far as the caller may see them. Two queries."""
    query = (
        select(PrecedenceEntry, Person)
        .join(Person, Person.id == PrecedenceEntry.person_id)
        .where(PrecedenceEntry.list_id == precedence.id, *limited(PrecedenceEntry.person_id, "person", None, within))
        .order_by(PrecedenceEntry.sort_key)
    )
    rows = list(db.execute(query))
    titles = titles_in_edition(db, precedence.edition_id, [person.id for _, person in rows])
    return [
        EntryLine(row.id, row.version, one.id, name_of(one), row.capacity, row.reason, tuple(titles.get(one.id, ())))
        for row, one in rows
    ]


def people_by_list(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> dict[int, int]:
    """By list, how many people are in it, as far as the caller may see them."""
    reached = limited(PrecedenceEntry.person_id, "person", None, within)
    query = select(PrecedenceEntry.list_id, func.count()).where(PrecedenceEntry.edition_id == edition_id, *reached)
    return {row[0]: row[1] for row in db.execute(query.group_by(PrecedenceEntry.list_id))}


def scope_of(db: DbSession, edition_id: int, list_id: int) -> str:
    return get_in(db, PrecedenceList, edition_id, list_id).scope


def entry_order(db: DbSession, precedence: PrecedenceList) -> Order:
    query = select(PrecedenceEntry.id).where(PrecedenceEntry.list_id == precedence.id)
    return Order(tuple(db.scalars(query.order_by(PrecedenceEntry.sort_key))))


def order_precedence(
    db: DbSession,
    precedence: PrecedenceList,
    ids: Sequence[int],
    *,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Put all in this order and say why; `version` is that of the order as it was seen. How many moved.

    The reason is written to those alone who move, and they are as few as can be.
    """
    require(db, precedence.edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    held = hold_list(db, precedence.id)
    query = select(PrecedenceEntry).where(PrecedenceEntry.list_id == held.id).order_by(PrecedenceEntry.sort_key)
    rows = {row.id: row for row in db.scalars(query.execution_options(populate_existing=True))}
    wanted = Order(tuple(rows)).changed_to(ids, version)
    keys = new_keys({row.id: row.sort_key for row in rows.values()}, wanted.ids)
    if keys and not reason.strip():
        raise Invalid(fields={"reason": "required"})
    by: dict[str, Any] = {"actor": actor, "now": now, "action": "moved", "reason": reason}
    for row_id, key in keys.items():
        row, changes = rows[row_id], {"sort_key": key, "reason": reason}
        change_in(db, row, changes, Permission.EDIT_PRECEDENCE, version=row.version, **by)
    if keys:
        end_approval(db, held, actor=actor, now=now)
    return len(keys)


def copy_entries(db: DbSession, source: PrecedenceList, into: PrecedenceList, *, actor: Actor, now: datetime) -> None:
    """Put into an order in which nobody is whoever stands in another one, as they stand there."""
    require(db, into.edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    held = hold_list(db, into.id)
    if source.edition_id != into.edition_id or entry_order(db, into).ids:
        raise Invalid(fields={"copy_of": "not-empty"})
    for row in db.scalars(select(PrecedenceEntry).where(PrecedenceEntry.list_id == source.id)).all():
        said: dict[str, Any] = {
            "person_id": row.person_id,
            "capacity": dict(row.capacity),
            "reason": row.reason,
            "sort_key": row.sort_key,
        }
        copy = PrecedenceEntry(edition_id=into.edition_id, list_id=into.id, **said)
        create_in(db, copy, Permission.EDIT_PRECEDENCE, actor=actor, now=now)
    end_approval(db, held, actor=actor, now=now)


def first_title(db: DbSession, edition_id: int, person_id: int) -> dict[str, str]:
    """The office in which someone attends, as they are ranked in where nothing else is said."""
    titles = titles_in_edition(db, edition_id, [person_id]).get(person_id, [])
    return dict(titles[0].title) if titles else {}


def name_in(db: DbSession, entry: PrecedenceEntry) -> Name:
    return name_of(db.get_one(Person, entry.person_id))
