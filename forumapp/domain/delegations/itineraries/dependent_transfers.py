"""Transfers that depend on a flight or a train: the drive to it and the drive away from it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import Refusal, Stale
from forumapp.domain.delegations.itineraries.items import refuse_crossed, update_itinerary_item
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import TRAVEL, ItemKind, ItineraryItem
from forumapp.domain.delegations.rules.reading_order import moved_by_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.audit.services import Actor

# A transfer this long after an arrival, or before a departure, still belongs to it.
AFTER_ARRIVAL, BEFORE_DEPARTURE = timedelta(hours=4), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Dependent:
    """A transfer with its version, and whether it waits for the arrival (else it leads to the departure)."""

    item_id: int
    version: int
    title: dict[str, str]
    span: Span
    on_arrival: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """By how many minutes a journey begins and ends later than before; negative is earlier."""

    departure: int
    arrival: int

    def of(self, one: Dependent) -> int:
        return self.arrival if one.on_arrival else self.departure


def times_of(row: ItineraryItem) -> tuple[datetime, datetime]:
    """When a journey begins and ends, as expected by now."""
    leg = row.leg
    return (
        (leg.estimated_start_utc if leg else None) or row.start_utc,
        (leg.estimated_end_utc if leg else None) or row.end_utc,
    )


def shift_between(before: tuple[datetime, datetime], after: tuple[datetime, datetime]) -> Shift:
    departure, arrival = ((new - old) // timedelta(minutes=1) for old, new in zip(before, after, strict=True))
    return Shift(departure, arrival)


def find_dependents(db: DbSession, row: ItineraryItem, *, within: Collection[int] | None = None) -> list[Dependent]:
    """The transfers of the same people from where a journey arrives, or to where it departs, in order of time.

    `within` are the delegations whose items the caller may change. Two queries.
    """
    if row.kind not in TRAVEL:
        return []
    begins, ends = times_of(row)
    people = select(ItemPerson.registration_id).where(ItemPerson.item_id == row.id)
    shared = select(ItemPerson.item_id).where(ItemPerson.registration_id.in_(people))
    query = select(ItineraryItem).where(
        ItineraryItem.edition_id == row.edition_id,
        ItineraryItem.kind == ItemKind.TRANSFER,
        ItineraryItem.id.in_(shared),
        ItineraryItem.end_utc >= begins - BEFORE_DEPARTURE,
        ItineraryItem.start_utc <= ends + AFTER_ARRIVAL,
    )
    if within is not None:
        query = query.where(ItineraryItem.delegation_id.in_(within))
    found = []
    for one in db.scalars(query.order_by(ItineraryItem.start_utc, ItineraryItem.id)):
        leaves = one.start_utc >= ends and _is_same(one.place_id, row.end_place_id)
        leads = one.end_utc <= begins and _is_same(one.end_place_id, row.place_id)
        if leaves or leads:
            found.append(Dependent(one.id, one.version, one.title, one.span, leaves))
    return found


def move_dependents(
    db: DbSession,
    edition_id: int,
    dependents: Collection[Dependent],
    shift: Shift,
    chosen: Mapping[int, int],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Move the chosen transfers, given by id with the version that was seen, by what their journey was moved.

    Raises Stale with the version that was `seen` of the transfer.
    """
    moved = [one for one in dependents if one.item_id in chosen and shift.of(one)]
    for one in moved:
        span = moved_by_minutes(one.span, shift.of(one))
        version = chosen[one.item_id]
        try:
            update_itinerary_item(
                db, edition_id, one.item_id, {}, span, is_one_of_several=True, version=version, actor=actor, now=now
            )
        except Stale as error:
            raise Stale(**error.details, seen=version) from error
    refuse_crossed(db, [one.item_id for one in moved])


def change_and_move(
    db: DbSession,
    row: ItineraryItem,
    change: Callable[[], object],
    chosen: Mapping[int, int],
    *,
    within: Collection[int] | None = None,
    actor: Actor,
    now: datetime,
) -> list[tuple[Dependent, int]]:
    """Make a change to an item and move the chosen transfers that depend on it, given by id with the version that was
    seen. Returns all transfers that its new times affect, each with its minutes.
    """
    before, dependents = times_of(row), find_dependents(db, row, within=within)
    change()
    shift = shift_between(before, times_of(row))
    if chosen:
        move_dependents(db, row.edition_id, dependents, shift, chosen, actor=actor, now=now)
    return [(one, shift.of(one)) for one in dependents if shift.of(one)]


def move_where_allowed(
    db: DbSession, edition_id: int, affected: Iterable[tuple[Dependent, int]], *, actor: Actor, now: datetime
) -> list[tuple[Dependent, int]]:
    """Move the affected transfers by their minutes. Returns those that moved: groups may forbid others to."""
    moved = []
    for one, shifted in affected:
        chosen, shift = {one.item_id: one.version}, Shift(shifted, shifted)
        with suppress(Refusal), db.begin_nested():
            move_dependents(db, edition_id, [one], shift, chosen, actor=actor, now=now)
            moved.append((one, shifted))
    return moved


def _is_same(one: int | None, other: int | None) -> bool:
    """Whether two places may be one; an unknown place may be any."""
    return one is None or other is None or one == other
