"""Signs to be read from afar: in the windscreens of coaches, and held up at the airport. Each is a page, lying."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forumapp.core.values.times import end_of_day
from forumapp.domain.delegations.coaches.queries import transfers_of
from forumapp.domain.printing.delegation_papers.arrivals import flight_of, ways_of
from forumapp.domain.printing.delegation_papers.manifests import driven
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.cell_texts import clock, day_texts
from forumapp.domain.printing.list_papers.lists import stamp_texts, style
from forumapp.domain.printing.list_papers.queries import items_by_person, party_of
from forumapp.domain.printing.list_papers.values import (
    Column,
    Laid,
    ListValues,
    Row,
    Section,
    in_languages,
    plain,
    text,
)
from forumapp.domain.printing.queries import NothingToPrint

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.coaches import Vehicle
    from forumapp.domain.delegations.models.delegations import ItineraryItem
    from forumapp.domain.printing.delegation_papers.arrivals import Way
    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell, Stamp

COLUMNS = (Column("delegation"), Column("coach"), Column("flight"))


def read_coach_signs(db: DbSession, asked: Asked) -> ListValues:
    """One for each vehicle in which any of its people ride, with the parts whose people these are."""
    people = {one.registration_id: one for one in asked.people(db)}
    riding: dict[int, list[Person]] = {}
    vehicles: dict[int, Vehicle] = {}
    for ride in (ride for one in driven(db, asked, people.keys()) for ride in one.rides):
        aboard = riding.setdefault(ride.vehicle.id, [])
        vehicles[ride.vehicle.id] = ride.vehicle
        aboard += [people[one.registration_id] for one in ride.riders if one.registration_id in people]
    rows = []
    for vehicle_id, aboard in sorted(riding.items(), key=lambda one: vehicles[one[0]].code):
        if not aboard:
            continue
        parts = {one.delegation_id: one.delegation for one in aboard}
        parts.pop(asked.delegation.id, None)
        cells = {
            "delegation": text(asked.delegation.name, "strong"),
            "parts": tuple(line for part in parts.values() for line in text(part)),
            "coach": text(vehicles[vehicle_id].name, "strong"),
        }
        ids = tuple(dict.fromkeys(one.registration_id for one in aboard))
        rows.append(Row(f"vehicle:{vehicle_id}", cells, ids))
    return _signs(asked, "coach-signs", rows)


def read_airport_signs(db: DbSession, asked: Asked) -> ListValues:
    """One for each place and day at which people of a delegation arrive, with their flights or trains and the coaches
    that meet these. In order of time.
    """
    edition, people = asked.edition, asked.people(db)
    doing = items_by_person(db, edition.id, [one.registration_id for one in people])
    items = {item.id: item for own in doing.values() for item in own}
    ways = ways_of(people, doing, end_of_day(edition.ends_on, edition.zone), arriving=True)
    coaches = _coaches(db, asked, [items[one] for one in sorted({way.car for way in ways if way.car})])
    arriving: dict[str, list[Way]] = {}
    for way in sorted(ways, key=lambda one: (items[one.leg].end_utc, one.leg)):
        leg = items[way.leg]
        key = f"delegation:{way.person.delegation_id}/place:{leg.end_place_id or 0}/day:{leg.end_wall.date()}"
        arriving.setdefault(key, []).append(way)
    rows = [
        Row(
            key,
            {
                "delegation": text(those[0].person.delegation, "strong"),
                "coach": _coach_names(coaches, {(way.car or 0, way.person.registration_id) for way in those}),
                "flight": _flights(sorted({way.leg for way in those}), items),
            },
            tuple(dict.fromkeys(way.person.registration_id for way in those)),
        )
        for key, those in arriving.items()
    ]
    return _signs(asked, "airport-signs", rows)


def _coaches(db: DbSession, asked: Asked, cars: Sequence[ItineraryItem]) -> dict[tuple[int, int], Vehicle]:
    """By transfer and registration, in what they are driven."""
    found = transfers_of(db, asked.edition.id, cars)
    return {
        (one.item.id, rider.registration_id): ride.vehicle
        for one in found
        for ride in one.rides
        for rider in ride.riders
    }


def _coach_names(coaches: dict[tuple[int, int], Vehicle], of: Collection[tuple[int, int]]) -> Cell:
    vehicles = {coaches[one].id: coaches[one] for one in of if one in coaches}
    ordered = sorted(vehicles.values(), key=lambda one: one.code)
    return tuple(line for one in ordered for line in text(one.name, "strong"))


def _flights(legs: Sequence[int], items: dict[int, ItineraryItem]) -> Cell:
    ordered = sorted((items[one] for one in legs), key=lambda one: (one.end_utc, one.id))
    return tuple(
        line
        for one in ordered
        for line in (*flight_of(one), *text(day_texts(one.end_wall.date())), *plain(clock(one.span.end)))
    )


def _signs(asked: Asked, title: str, rows: Sequence[Row]) -> ListValues:
    if not rows:
        raise NothingToPrint(edition=asked.edition.slug)
    return ListValues(asked.head, party_of(asked.delegation), title, (Section((), COLUMNS, tuple(rows)),), lying=True)


def lay_signs(values: ListValues, stamp: Stamp) -> Laid:
    """A page for each, as large as it can be."""
    pieces = tuple(
        templates.page(
            "working_sign.html",
            values=values,
            row=row,
            head=values.head,
            languages=values.head.languages,
            title=words.TITLES[values.title],
            stamps=stamp_texts(stamp, values.head),
            lines=partial(in_languages, languages=values.head.languages),
        )
        for section in values.sections
        for row in section.rows
    )
    return Laid(pieces, style(values.head, "working_sign.css", lying=True), one_page=True)
