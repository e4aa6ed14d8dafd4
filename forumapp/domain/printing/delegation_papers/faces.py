"""Faces for greeters: VIPs, the head and the deputies, with how their names are said and when they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.values.times import end_of_day
from forumapp.domain.delegations.models.delegations import MemberRole
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.people.archive.archived_names import photos_printed
from forumapp.domain.people.models import Person as Record
from forumapp.domain.printing.delegation_papers.arrivals import flight_of, ways_of
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.cell_texts import clock, day_texts
from forumapp.domain.printing.list_papers.queries import items_by_person, party_of
from forumapp.domain.printing.list_papers.values import Column, ListValues, Row, Section, plain, text
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.wording import words as paper
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell

COLUMNS = (
    Column("photo", 31, "photo"),
    Column("name", 46),
    Column("title"),
    Column("spoken", 34),
    Column("arrives", 36),
)
FIRST = (MemberRole.HEAD.value, MemberRole.DEPUTY.value)


def read_faces(db: DbSession, asked: Asked) -> ListValues:
    people = asked.people(db)
    vips = _vips(db, [one.registration_id for one in people])
    shown = [one for one in people if one.registration_id in vips or one.role in FIRST]
    if not shown:
        raise NothingToPrint(edition=asked.edition.slug)
    ids = [one.person_id for one in shown]
    photos = photos_printed(db, asked.edition.id, ids)
    sizes = sizes_of(db, photos.values())
    pictures = {person: Logo(photo, *sizes[photo]) for person, photo in photos.items() if photo in sizes}
    records = {row.id: row for row in db.scalars(select(Record).where(Record.id.in_(ids)))}
    arrivals = _arrivals(db, asked, shown)
    rows = tuple(
        Row(
            f"person:{one.person_id}",
            {
                "name": one.called + text(paper.PERSON_ROLES.get(one.role, {}), "quiet"),
                "title": text(one.printed.title) + text(one.printed.organization, "quiet"),
                "spoken": _spoken(records[one.person_id]),
                "arrives": arrivals.get(one.registration_id, ()),
            },
            (one.registration_id,),
            one.who,
            pictures.get(one.person_id),
        )
        for one in shown
    )
    return ListValues(asked.head, party_of(asked.delegation), "face-sheet", (Section((), COLUMNS, rows),))


def _vips(db: DbSession, registration_ids: Collection[int]) -> set[int]:
    query = select(Registration.id).where(Registration.id.in_(registration_ids), Registration.is_vip)
    return set(db.scalars(query))


def _spoken(record: Record) -> Cell:
    """How they are addressed and called, and how the name is said."""
    said = plain(f"[{record.pronunciation}]", "strong") if record.pronunciation else ()
    called = text(words.both("call-name", name=record.call_name)) if record.call_name else ()
    return said + text(record.form_of_address) + called


def _arrivals(db: DbSession, asked: Asked, people: Sequence[Person]) -> Mapping[int, Cell]:
    """By registration, when they arrive first and with what."""
    doing = items_by_person(db, asked.edition.id, [one.registration_id for one in people])
    items = {item.id: item for own in doing.values() for item in own}
    found: dict[int, Cell] = {}
    for way in ways_of(people, doing, end_of_day(asked.edition.ends_on, asked.edition.zone), arriving=True):
        leg = items[way.leg]
        at = text(day_texts(leg.end_wall.date()), "quiet") + plain(clock(leg.span.end), "strong")
        found.setdefault(way.person.registration_id, at + flight_of(leg))
    return found
