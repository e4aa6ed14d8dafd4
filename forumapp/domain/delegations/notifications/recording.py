"""Noting who is to be told of a change to an itinerary, in the transaction that makes it.

Noted is what they were told last, once, and only of those whose itinerary is in their hands (`GivenOut`): while a
delegation is planned nobody waits for news of it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

# PostgreSQL's construct, because its ON CONFLICT reads the same on both databases.
from sqlalchemy.dialects.postgresql import insert

from forumapp.core import clock
from forumapp.core.database.locks import lock_name
from forumapp.domain.audit.services import batched
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import DelegationMember, ItineraryItem
from forumapp.domain.delegations.models.notices import GivenOut, ItemNotice
from forumapp.domain.delegations.notifications.personal_changes import rooms_said, seats_said
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_parts
from forumapp.domain.delegations.rules.item_changes import said_of
from forumapp.domain.people.archive.archived_names import organizations_printed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    # A registration, an item (None is where they sleep), and what they were told of it.
    Note = tuple[int, int | None, Any]

# Whoever changes something shares it, and whoever tells people has it alone: nothing changes while it is told.
LOCK = "itinerary-notices:{}"
OF_ITEM = ("leg", "begins_at", "ends_at")


@contextmanager
def noticing(db: DbSession, *rows: ItineraryItem) -> Iterator[None]:
    """What becomes of these items inside is noted for those for whom they were until then: whoever changes that as well
    renews it afterwards.
    """
    before = said_by_item(db, rows)
    yield
    db.flush()
    for row in rows:
        db.expire(row, OF_ITEM)
    after = said_by_item(db, rows)
    changed = [row for row in rows if after[row.id] != before[row.id]]
    note_items(db, changed, {row.id: before[row.id] for row in changed})


@contextmanager
def passing_notices(db: DbSession, edition_id: int, registration_id: int, to_id: int) -> Iterator[None]:
    """Inside, another registration of one person takes the place of the first. It waits for what that one was to be
    told, and nothing that either had is news.
    """
    lock_name(db, LOCK.format(edition_id), shared=True)
    had = set(db.scalars(select(ItemPerson.item_id).where(ItemPerson.registration_id == registration_id)))
    waits = select(ItemNotice).where(ItemNotice.telling_id.is_(None)).order_by(ItemNotice.id)
    noted = {row.item_id for row in db.scalars(waits.where(ItemNotice.registration_id == to_id))}
    for row in list(db.scalars(waits.where(ItemNotice.registration_id == registration_id))):
        if row.item_id not in noted:
            row.registration_id = to_id
            noted.add(row.item_id)
    db.flush()
    yield
    db.flush()
    theirs = waits.where(ItemNotice.registration_id == to_id, ItemNotice.item_id.in_(had - noted))
    for row in list(db.scalars(theirs)):
        db.delete(row)
    db.flush()


@contextmanager
def noticing_seats(db: DbSession, edition_id: int, item_ids: Collection[int]) -> Iterator[None]:
    """Who rides in another vehicle afterwards, on these transfers, or in none, is noted as they were told of it."""
    is_told = bool(given_to(db, edition_id))
    before = seats_said(db, item_ids) if is_told else {}
    yield
    if not is_told:
        return
    db.flush()
    after = seats_said(db, item_ids)
    moved = {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)}
    rows = _items_by_id(db, {item_id for item_id, _ in moved})
    said = said_by_item(db, rows.values())
    query = select(ItemPerson.item_id, ItemPerson.registration_id).where(ItemPerson.item_id.in_(rows))
    theirs = {(item_id, one) for item_id, one in db.execute(query)} & moved if moved else set()
    notes: list[Note] = [(one, item_id, said[item_id] | before.get((item_id, one), {})) for item_id, one in theirs]
    _note_told(db, edition_id, notes, rows)


@contextmanager
def noticing_rooms(db: DbSession, edition_id: int) -> Iterator[None]:
    """Who sleeps elsewhere afterwards, on other nights or beside others, is noted as they were told of it."""
    is_told = bool(given_to(db, edition_id))
    before = rooms_said(db, edition_id) if is_told else {}
    yield
    if not is_told:
        return
    db.flush()
    after = rooms_said(db, edition_id)
    moved = sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))
    _note_told(db, edition_id, [(one, None, before.get(one)) for one in moved], {})


def note_items(db: DbSession, rows: Sequence[ItineraryItem], was: Mapping[int, Any]) -> None:
    """For everyone for whom these items are: `was` is what they were, by id."""
    told = _told(db, rows[0].edition_id) if rows else {}
    if not told:
        return
    made = {row.id: row.created_at for row in rows}
    query = select(ItemPerson.registration_id, ItemPerson.item_id).where(ItemPerson.item_id.in_(made))
    seats = seats_said(db, made)
    notes: list[Note] = [(one, of, was[of] | seats.get((of, one), {})) for one, of in db.execute(query)]
    _note(db, rows[0].edition_id, notes, told, made)


def note_people(
    db: DbSession, edition_id: int, come: Iterable[tuple[int, int]], went: Iterable[tuple[int, int]]
) -> None:
    """Each a registration and an item that is for them now, or is no more. As they are, since what else has changed of
    them was noted before.
    """
    told = _told(db, edition_id)
    came, lost = ([pair for pair in pairs if pair[0] in told] for pairs in (come, went))
    if not (came or lost):
        return
    items = _items_by_id(db, {item_id for _, item_id in (*came, *lost)})
    notes: list[Note] = [(*pair, None) for pair in came]
    said, seats = said_by_item(db, items.values()), seats_said(db, {item_id for _, item_id in lost})
    notes += [(one, of, said[of] | seats.get((of, one), {})) for one, of in lost if of in items]
    _note(db, edition_id, notes, told, {one: row.created_at for one, row in items.items()})


def _items_by_id(db: DbSession, item_ids: Collection[int]) -> dict[int, ItineraryItem]:
    found: dict[int, ItineraryItem] = {}
    for some in batched(item_ids):
        found |= {row.id: row for row in db.scalars(select(ItineraryItem).where(ItineraryItem.id.in_(some)))}
    return found


def said_by_item(db: DbSession, rows: Iterable[ItineraryItem]) -> dict[int, dict[str, Any]]:
    """What each of these is, as it is told."""
    items = {row.id: row for row in rows}
    hosts: dict[int, dict[str, str]] = {}
    for some in batched({one for one, row in items.items() if row.host_id}):
        hosts |= organizations_printed(db, ItineraryItem, some)
    return {one: said_of(row, hosts.get(one)) for one, row in items.items()}


def given_to(db: DbSession, edition_id: int) -> set[int]:
    """The delegations whose people have their itineraries, by themselves or as parts of a whole."""
    given = list(db.scalars(select(GivenOut.delegation_id).where(GivenOut.edition_id == edition_id)))
    parents = parents_of(db, edition_id) if given else {}
    return {part for one in given for part in with_parts(one, parents)}


def _told(db: DbSession, edition_id: int) -> dict[int, int]:
    """The registrations that have their itineraries, with the delegation that they are in."""
    lock_name(db, LOCK.format(edition_id), shared=True)
    given = given_to(db, edition_id)
    if not given:
        return {}
    query = select(DelegationMember.registration_id, DelegationMember.delegation_id)
    rows = db.execute(query.where(DelegationMember.delegation_id.in_(given), DelegationMember.left_on.is_(None)))
    return {row.registration_id: row.delegation_id for row in rows}


def _note_told(db: DbSession, edition_id: int, notes: Sequence[Note], rows: Mapping[int, ItineraryItem]) -> None:
    if notes:
        made = {one: row.created_at for one, row in rows.items()}
        _note(db, edition_id, notes, _told(db, edition_id), made)


def _note(
    db: DbSession, edition_id: int, notes: Iterable[Note], told: Mapping[int, int], made: Mapping[int, datetime]
) -> None:
    """Whoever waits to be told of an item already is told what it was before that. `told` is where they are, `made`
    when the items were.
    """
    now = clock.now()
    of = {"edition_id": edition_id, "created_at": now, "updated_at": now}
    rows = [
        {
            **of,
            "registration_id": one,
            "delegation_id": told[one],
            "item_id": item_id,
            "item_made_at": None if item_id is None else made[item_id],
            "was": was,
        }
        for one, item_id, was in notes
        if one in told
    ]
    if rows:
        db.connection().execute(insert(ItemNotice).on_conflict_do_nothing(), rows)
