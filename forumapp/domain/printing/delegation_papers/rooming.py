"""Who sleeps in which room of which hotel on which nights: for the hotel on paper, and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from forumapp.domain.delegations.hotel import queries as hotel_rooms
from forumapp.domain.delegations.queries import list_parts
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.cell_texts import in_each
from forumapp.domain.printing.list_papers.queries import party_of
from forumapp.domain.printing.list_papers.values import Column, Head, ListValues, Row, Section, plain, text
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.wording import dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.rooms import HotelRoom
    from forumapp.domain.delegations.rules.rooming import Stay
    from forumapp.domain.forums.venues.travel_places import ItineraryPlace
    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell

COLUMNS = (Column("room", 27), Column("sharers"), Column("nights", 54), Column("requests", 42))


@dataclass(frozen=True, slots=True)
class Sleeper:
    person: Person
    stay: Stay
    agreed: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A room that is a delegation's own, or in which any of its people sleep; of others it says nothing."""

    row: HotelRoom
    hotel: ItineraryPlace
    sleepers: tuple[Sleeper, ...]

    @property
    def called(self) -> str:
        return self.row.number or f"#{self.row.position}"


def list_rooms(db: DbSession, asked: Asked) -> list[Room]:
    """By hotel, and in the order of the delegation's rooms. Raises NothingToPrint."""
    people = {one.registration_id: one for one in asked.people(db)}
    own = set(list_parts(db, asked.delegation))
    hotels = {one.id: one for one in hotel_rooms.list_hotels(db, asked.edition.id)}
    rows = {row.id: row for row in hotel_rooms.rooms_for(db, asked.delegation) if row.place_id in hotels}
    sleepers: dict[int, list[Sleeper]] = {}
    places = {one: place for place, one in enumerate(people)}
    stays = [one for one in hotel_rooms.stays_in(db, list(rows)) if one.registration_id in people]
    for stay in sorted(stays, key=lambda one: places[one.registration_id]):
        nights = hotel_rooms.as_stay(stay, rows[stay.room_id])
        sleepers.setdefault(stay.room_id, []).append(Sleeper(people[stay.registration_id], nights, stay.agreed))
    found = [
        Room(row, hotels[row.place_id], tuple(sleepers.get(row.id, ())))
        for row in rows.values()
        if row.id in sleepers or row.delegation_id in own
    ]
    if not found:
        raise NothingToPrint(edition=asked.edition.slug)
    return sorted(found, key=lambda one: one.hotel.code)  # which keeps the order of the rooms within a hotel


def read_rooming(db: DbSession, asked: Asked) -> ListValues:
    sections = []
    for _hotel, those in groupby(list_rooms(db, asked), key=lambda one: one.hotel.id):
        group = list(those)
        place = group[0].hotel
        heads = (
            Head(f"place:{place.id}", {"hotel": text(place.name, "strong"), "address": text(place.address)}),
            Head("", {"rooms": text(_count(group))}),
        )
        sections.append(Section(heads, COLUMNS, tuple(map(_row, group))))
    return ListValues(asked.head, party_of(asked.delegation), "rooming-list", tuple(sections))


def _count(rooms: Sequence[Room]) -> dict[str, str]:
    people = {sleeper.person.registration_id for one in rooms for sleeper in one.sleepers}
    return words.both("rooms", rooms=len(rooms), people=len(people))


def _row(one: Room) -> Row:
    row, first = one.row, one.sleepers[0].person if one.sleepers else None
    cells = {
        "room": plain(one.called, "strong") + text(words.ROOM_KINDS[row.kind.value]),
        "sharers": _sharers(one),
        "nights": _nights(row.check_in, row.check_out) + text(words.MEALS[row.meal_plan.value], "quiet"),
        "requests": text(row.requests),
    }
    people = tuple(dict.fromkeys(sleeper.person.registration_id for sleeper in one.sleepers))
    return Row(f"room:{row.id}", cells, people, first.who if first else None)


def _sharers(one: Room) -> Cell:
    """Each with their nights where these are not all of the room's."""
    if not one.sleepers:
        return text(words.both("no-sharers"), "quiet")
    found: Cell = ()
    for sleeper in one.sleepers:
        stay = sleeper.stay
        found += sleeper.person.called
        if (stay.start, stay.end) != (one.row.check_in, one.row.check_out):
            found += _nights(stay.start, stay.end, "quiet")
    return found


def _nights(first: date, last: date, style: str = "") -> Cell:
    """From arrival to departure, with how many nights that is."""
    count = (last - first).days
    key = "night" if count == 1 else "nights"

    def said(language: str) -> str:
        return f"{dates.range_text(first, last, language)} ({words.word(key, language, count=count)})"

    return text(in_each(said), style)


HEADINGS = (
    "Hotel", "Room", "Kind", "Delegation", "Name", "Native name", "Title", "Organization", "Arrival", "Departure",
    "Nights", "Meals", "Agreed to share", "Confirmed", "Requests", "Version",
)  # fmt: skip


def table_of(rooms: Iterable[Room], version: str) -> list[list[str]]:
    """A row for each stay, and one for each room in which nobody sleeps yet; in English, as lists that are taken out
    are, with the delegation's own texts in both languages.
    """
    return [line for one in rooms for line in _lines(one, version)]


def _lines(one: Room, version: str) -> Iterable[list[str]]:
    row, kind, meals = one.row, words.ROOM_KINDS[one.row.kind.value]["en"], words.MEALS[one.row.meal_plan.value]["en"]
    room, requests = [_both(one.hotel.name), one.called, kind], _both(row.requests)
    for sleeper in one.sleepers:
        person, stay, shares = sleeper.person, sleeper.stay, len(one.sleepers) > 1
        said = person.printed
        who = [_both(person.delegation), said.latin_name, said.native_name, _both(said.title), _both(said.organization)]
        nights = [stay.start.isoformat(), stay.end.isoformat(), str(stay.nights)]
        agreed = ("yes" if sleeper.agreed else "no") if shares else ""
        yield [*room, *who, *nights, meals, agreed, "yes" if person.admitted else "no", requests, version]
    if not one.sleepers:
        nights = [row.check_in.isoformat(), row.check_out.isoformat(), str((row.check_out - row.check_in).days)]
        yield [*room, *[""] * 5, *nights, meals, "", "", requests, version]


def _both(texts: Mapping[str, str]) -> str:
    return " / ".join(dict.fromkeys(one for one in texts.values() if one))
