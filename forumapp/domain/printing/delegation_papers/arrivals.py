"""Who arrives and who leaves when, with which flight or train, and with which car."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from forumapp.core.values.text import pick
from forumapp.core.values.times import at_zone, end_of_day
from forumapp.domain.printing.list_papers import journeys, words
from forumapp.domain.printing.list_papers.cars import rides_of
from forumapp.domain.printing.list_papers.cell_texts import clock, day_texts, in_each, way_texts, zone_cell
from forumapp.domain.printing.list_papers.journeys import TRAVEL, Step
from forumapp.domain.printing.list_papers.queries import items_by_person, party_of
from forumapp.domain.printing.list_papers.values import Column, Head, ListValues, Row, Section, plain, text
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.wording import words as paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Moment
    from forumapp.domain.delegations.models.delegations import ItineraryItem
    from forumapp.domain.printing.list_papers.cars import Ride
    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell

COLUMNS: tuple[Column, ...] = (
    Column("here", 11, "tick"),
    Column("name", 52),
    Column("title"),
    Column("delegation", 44),
)


class Way(NamedTuple):
    """One person's arrival or departure: the flight or train, the transfer and the vehicle if there are any."""

    leg: int
    car: int | None
    person: Person
    ride: Ride | None = None
    missed: int | None = None  # the transfer that leaves before they are here

    @property
    def run(self) -> int:
        return self.ride.run_id if self.ride else 0


def read_arrivals(db: DbSession, asked: Asked) -> ListValues:
    return _list(db, asked, "arrivals")


def read_departures(db: DbSession, asked: Asked) -> ListValues:
    return _list(db, asked, "departures")


def _list(db: DbSession, asked: Asked, title: str) -> ListValues:
    edition, people = asked.edition, asked.people(db)
    doing = items_by_person(db, edition.id, [one.registration_id for one in people])
    items = {item.id: item for own in doing.values() for item in own}
    ends = end_of_day(edition.ends_on, edition.zone)
    ways = ways_of(people, doing, ends, arriving=title == "arrivals")
    if not ways:
        raise NothingToPrint(edition=edition.slug)
    rides = rides_of(db, edition.id, [one.registration_id for one in people], {way.car for way in ways if way.car})
    ways = [way._replace(ride=rides.get((way.car or 0, way.person.registration_id))) for way in ways]
    sections = tuple(_sections(ways, items, arriving=title == "arrivals"))
    return ListValues(asked.head, party_of(asked.delegation), title, sections)


def ways_of(
    people: Sequence[Person], doing: dict[int, list[ItineraryItem]], ends: datetime, *, arriving: bool
) -> list[Way]:
    """Of everyone, in their order."""
    legs_of, car_of = (
        (journeys.arrival_legs, journeys.car_after) if arriving else (journeys.departure_legs, journeys.car_before)
    )
    found = []
    for person in people:
        steps = [_step(one) for one in doing.get(person.registration_id, ())]
        for leg in legs_of(steps, ends):
            car = car_of(leg, steps)
            missed = journeys.car_missed(leg, steps) if arriving and not car else None
            found.append(Way(leg.id, car.id if car else None, person, missed=missed.id if missed else None))
    return found


def _step(item: ItineraryItem) -> Step:
    """As it is expected by now: a car that leaves before a late flight is here fetches nobody."""
    leg = item.leg if item.kind in TRAVEL else None
    start, end = (leg.estimated_start_utc, leg.estimated_end_utc) if leg else (None, None)
    return Step(item.id, item.kind.value, start or item.start_utc, end or item.end_utc)


def _sections(ways: Sequence[Way], items: dict[int, ItineraryItem], *, arriving: bool) -> Iterable[Section]:
    """By time, and of one flight by transfer and vehicle; a day stands over the first of its own."""

    def place(way: Way) -> tuple[datetime, int, datetime, int, int]:
        leg, car = items[way.leg], items[way.car] if way.car else items[way.leg]
        return (leg.end_utc if arriving else leg.start_utc, leg.id, car.start_utc, way.car or 0, way.run)

    day, columns = None, COLUMNS
    if len({way.person.delegation_id for way in ways}) == 1:
        columns = tuple(one for one in COLUMNS if one.key != "delegation")  # which the head names
    for (leg_id, car_id, _run), those in groupby(sorted(ways, key=place), lambda way: (way.leg, way.car, way.run)):
        leg, group = items[leg_id], list(those)
        missed = items.get(next((way.missed for way in group if way.missed), 0))
        on = (leg.end_wall if arriving else leg.start_wall).date()
        heads = [_flight(leg, arriving=arriving), _count(len(group)), _car(items.get(car_id or 0), leg, missed)]
        heads += _vehicle(group[0].ride)
        if on != day:
            heads.insert(0, Head("", {"day": text(day_texts(on))}))
        day = on
        yield Section(tuple(heads), columns, tuple(_row(leg_id, way.person) for way in group))


def _count(people: int) -> Head:
    """Which the rows tell, so that it is no fact of its own."""
    return Head("", {"people": text(words.people(people))})


def _flight(leg: ItineraryItem, *, arriving: bool) -> Head:
    more = leg.leg
    by = " ".join(part for part in (more.operating_carrier, more.operating_number) if part) if more else ""
    estimated = (more.estimated_end_utc if arriving else more.estimated_start_utc) if more else None
    at = leg.span.end if arriving else leg.span.start
    time: Cell = plain(clock(at), "strong") + zone_cell(at.zone)
    return Head(
        f"item:{leg.id}",
        {
            "time": time,
            "expected": _expected(at_zone(estimated, at.zone), at) if estimated else (),
            "flight": flight_of(leg) + (text(words.both("operated", flight=by), "quiet") if by else ()),
            "terminal": _terminal(leg, arriving=arriving),
            "route": route_of(leg),
        },
    )


def flight_of(leg: ItineraryItem) -> Cell:
    """Carrier and number, or else what the item is called."""
    more = leg.leg
    number = " ".join(part for part in (more.carrier, more.number) if part) if more else ""
    return plain(number, "strong") or text(leg.title, "strong")


def _expected(now: Moment, planned: Moment) -> Cell:
    """With its day where that is not the one under which the journey stands."""
    when = {} if now.wall.date() == planned.wall.date() else day_texts(now.wall.date())
    said = in_each(lambda language: " ".join(part for part in (when.get(language, ""), clock(now)) if part))
    return text(in_each(lambda language: words.word("expected", language, time=said[language])), "strong")


def route_of(leg: ItineraryItem) -> Cell:
    return text(way_texts(leg.where, leg.where_to))


def _terminal(leg: ItineraryItem, *, arriving: bool) -> Cell:
    terminal = (leg.leg.to_terminal if arriving else leg.leg.from_terminal) if leg.leg else ""
    return text(words.both("terminal", terminal=terminal)) if terminal else ()


def _car(car: ItineraryItem | None, leg: ItineraryItem, missed: ItineraryItem | None) -> Head:
    """Whoever has none is told as such, which is a fact of its own: a slip then says so, too."""
    if car is None:
        told = text(words.both("no-car"), "strong")
        if missed is not None:
            said = {"time": clock(missed.span.start)}
            told += text(in_each(lambda one: words.word("car-missed", one, car=pick(missed.title, one), **said)))
        return Head(f"item:{leg.id}/car", {"car": told})
    return Head(
        f"item:{car.id}",
        {
            "car": text(car.title, "strong"),
            "time": plain(clock(car.span.start), "strong"),
            "place": text(car.where),
            "contact": plain(car.contact),
            "note": text(car.note),
        },
    )


def _vehicle(ride: Ride | None) -> list[Head]:
    if ride is None:
        return []
    driver = " ".join(part for part in (ride.driver, ride.mobile) if part)
    parts = {"vehicle": text(ride.vehicle, "strong"), "plate": plain(ride.plate, "strong"), "driver": plain(driver)}
    return [Head(f"run:{ride.run_id}", parts)]


def _row(leg_id: int, person: Person) -> Row:
    one = person.printed
    cells = {
        "name": person.called + text(paper.PERSON_ROLES.get(person.role, {}), "quiet"),
        "title": text(one.title) + text(one.organization, "quiet"),
        "delegation": text(person.delegation),
    }
    return Row(f"item:{leg_id}/person:{person.person_id}", cells, (person.registration_id,), person.who)
