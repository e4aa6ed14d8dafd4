"""Who rides in which coach, a page for each captain, with boxes to tick; and who has no seat yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.delegations.coaches.queries import transfers_of
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.delegations.queries import list_parts
from forumapp.domain.people.models import Person as Record
from forumapp.domain.people.models import PrecedencePurpose
from forumapp.domain.people.queries import order_for
from forumapp.domain.printing.delegation_papers.arrivals import route_of
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.cell_texts import day_texts, span_cell
from forumapp.domain.printing.list_papers.queries import items_by_person, party_of
from forumapp.domain.printing.list_papers.values import (
    Column,
    Head,
    ListValues,
    Row,
    Section,
    name,
    plain,
    text,
)
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.coaches.queries import Ride, Rider, Transfer
    from forumapp.domain.delegations.models.coaches import CoachRun
    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell

NAMES: tuple[Column, ...] = (Column("name", 52), Column("title"), Column("delegation", 44))
COLUMNS: tuple[Column, ...] = (Column("boarded", 16, "tick"), Column("absent", 14, "tick"), *NAMES)


def read_manifests(db: DbSession, asked: Asked) -> ListValues:
    """Of the transfers for which coaches run, in order of time. What was marked at the door is not told: the boxes are
    for those who have no phone.
    """
    people = {one.registration_id: one for one in _by_motorcade(db, asked)}
    sections: list[Section] = []
    one_party = len({one.delegation_id for one in people.values()}) == 1
    transfers = [one for one in driven(db, asked, people.keys()) if one.rides]
    phones = _phones(db, (ride.run for one in transfers for ride in one.rides))
    for one in transfers:
        sections += _sections(asked, one, people, phones, one_party=one_party)
    if not sections:
        raise NothingToPrint(edition=asked.edition.slug)
    return ListValues(asked.head, party_of(asked.delegation), "manifests", tuple(sections))


def _by_motorcade(db: DbSession, asked: Asked) -> list[Person]:
    """In the order of the motorcade, where one is approved, and else in that of the program."""
    order = order_for(db, asked.edition.id, PrecedencePurpose.MOTORCADE)
    rank = {person_id: place for place, person_id in enumerate(order)}
    return sorted(asked.people(db), key=lambda one: rank.get(one.person_id, len(rank)))


def driven(db: DbSession, asked: Asked, people: Collection[int]) -> list[Transfer]:
    """The transfers of these registrations in order of time, also those of parts alone, with no other people."""
    doing = items_by_person(db, asked.edition.id, people)
    items = {one.id: one for own in doing.values() for one in own if one.kind is ItemKind.TRANSFER}
    ordered = sorted(items.values(), key=lambda one: (one.start_utc, one.end_utc, one.id))
    return transfers_of(db, asked.edition.id, ordered, within=set(list_parts(db, asked.delegation)))


def _phones(db: DbSession, runs: Iterable[CoachRun]) -> dict[int, str]:
    """By run, how to ring its captain, where they agreed to that."""
    agreed = {run.id: run.captain_id for run in runs if run.captain_may_be_rung}
    query = select(Registration.id, Record.phone).join(Record, Record.id == Registration.person_id)
    found = {row.id: row.phone for row in db.execute(query.where(Registration.id.in_(set(agreed.values()))))}
    return {run_id: found[captain_id] for run_id, captain_id in agreed.items() if captain_id in found}


def _sections(
    asked: Asked, one: Transfer, people: Mapping[int, Person], phones: Mapping[int, str], *, one_party: bool
) -> Iterator[Section]:
    item = one.item
    over = (
        Head("", {"day": text(day_texts(item.start_wall.date()))}),
        Head(
            f"item:{item.id}",
            {
                "time": span_cell(item.span, asked.edition.zone),
                "what": text(item.title, "strong"),
                "route": route_of(item),
            },
        ),
    )

    def told(columns: tuple[Column, ...]) -> tuple[Column, ...]:
        return tuple(column for column in columns if not (one_party and column.key == "delegation"))

    for ride in one.rides:
        rows = tuple(_rows(f"run:{ride.run.id}", ride.riders, people))
        if rows:
            heads = (*over, _coach(ride, people, phones), _counts(len(rows)))
            yield Section(heads, told(COLUMNS), rows, alone=True)
    if rows := tuple(_rows(f"item:{item.id}", one.without, people)):
        missing = Head("", {"coach": text(words.both("no-seat"), "strong"), "people": text(words.people(len(rows)))})
        yield Section((*over, missing), told(NAMES), rows, alone=True)


def _coach(ride: Ride, people: Mapping[int, Person], phones: Mapping[int, str]) -> Head:
    """The captain with their number, if they agreed to be rung while people are missing."""
    vehicle, captain = ride.vehicle, people.get(ride.run.captain_id or 0)
    led: Cell = ()
    if captain is not None:
        led = text(words.COLUMNS["captain"], "quiet") + name(captain.printed) + plain(phones.get(ride.run.id, ""))
    driver = plain(vehicle.driver) + plain(vehicle.driver_mobile)
    return Head(
        f"run:{ride.run.id}",
        {
            "coach": text(vehicle.name, "strong"),
            "plate": plain(vehicle.plate),
            "captain": led,
            "driver": text(words.COLUMNS["driver"], "quiet") + driver if driver else (),
        },
    )


def _counts(people: int) -> Head:
    """Which the rows tell, with room for what is counted at the door."""
    return Head(
        "",
        {
            "people": text(words.people(people), "strong"),
            "boarded": text(words.both("boarded-count")),
            "absent": text(words.both("absent-count")),
        },
    )


def _rows(key: str, riders: Iterable[Rider], people: Mapping[int, Person]) -> Iterator[Row]:
    """In the order of precedence."""
    ids = {one.registration_id for one in riders}
    for one in people.values():
        if one.registration_id in ids:
            cells = {
                "name": one.called,
                "title": text(one.printed.title) + text(one.printed.organization, "quiet"),
                "delegation": text(one.delegation),
            }
            yield Row(f"{key}/person:{one.person_id}", cells, (one.registration_id,), one.who)
