"""What the head of a delegation does, a page a day: in order, with whom, where, in what dress, and what to say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.queries import latest_version, published_agenda, with_people_of_now
from forumapp.domain.agenda.speaker_pages.briefing import own_parts
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.models.delegations import ItineraryItem, MemberRole
from forumapp.domain.delegations.queries import list_parts
from forumapp.domain.people.archive.archived_names import organizations_printed
from forumapp.domain.people.models import ApprovedPlace, PrecedenceList, PrecedencePurpose
from forumapp.domain.printing.books.divisions import for_whom
from forumapp.domain.printing.delegation_papers.arrivals import flight_of, route_of
from forumapp.domain.printing.list_papers import lists, words
from forumapp.domain.printing.list_papers.cell_texts import clock, day_texts, in_each, span_cell
from forumapp.domain.printing.list_papers.queries import items_by_person, party_of
from forumapp.domain.printing.list_papers.values import (
    Column,
    Head,
    Laid,
    ListValues,
    Row,
    Section,
    name,
    plain,
    text,
)
from forumapp.domain.printing.queries import NothingToPrint, in_book
from forumapp.domain.printing.wording import words as paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.speaker_pages.briefing import OwnPart
    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell, Stamp
    from forumapp.domain.printing.paper.documents import Texts

    Entry = tuple[datetime, date, Row]

COLUMNS = (Column("time", 31), Column("what"), Column("with", 34), Column("notes", 44))


def read_head_days(db: DbSession, asked: Asked) -> ListValues:
    people = asked.people(db)
    head = _head(people, asked.delegation.id)
    items = items_by_person(db, asked.edition.id, [head.registration_id]).get(head.registration_id, []) if head else []
    if head is None or not items:
        raise NothingToPrint(edition=asked.edition.slug)
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in _entries(db, asked, head, people, items):
        days[entry[1]].append(entry)
    sections = tuple(
        Section(
            (Head("", {"day": text(day_texts(day))}),),
            COLUMNS,
            tuple(row for _at, _day, row in sorted(days[day], key=lambda one: one[0])),
            alone=True,
        )
        for day in sorted(days)
    )
    note = name(head.printed) + text(head.printed.title) + _capacity(db, asked.edition.id, head.person_id)
    return ListValues(asked.head, party_of(asked.delegation), "head-days", sections, note)


def lay(values: ListValues, stamp: Stamp) -> Laid:
    """Each day is a piece of its own, set so that it stands on one page."""
    days = [lists.lay(replace(values, sections=(one,)), stamp) for one in values.sections]
    return Laid(tuple(html for day in days for html in day.pieces), days[0].css, one_page=True)


def _head(people: Iterable[Person], delegation_id: int) -> Person | None:
    """Who heads the delegation itself, or else the first of its parts."""
    heads = [one for one in people if one.role == MemberRole.HEAD.value]
    return next((one for one in heads if one.delegation_id == delegation_id), next(iter(heads), None))


def _parts(db: DbSession, edition_id: int, person_id: int) -> dict[str, list[OwnPart]]:
    """By session, the parts of the head in the agenda as it is published."""
    version = latest_version(db, edition_id)
    found: dict[str, list[OwnPart]] = defaultdict(list)
    if version is not None:
        for part in own_parts(with_people_of_now(db, published_agenda(version)), person_id):
            if not part.is_off:
                found[part.code].append(part)
    return found


def _capacity(db: DbSession, edition_id: int, person_id: int) -> Cell:
    """The office in which the head is ranked, as the approved order of the edition says it."""
    query = (
        select(ApprovedPlace.capacity)
        .join(PrecedenceList, PrecedenceList.id == ApprovedPlace.list_id)
        .where(PrecedenceList.edition_id == edition_id, PrecedenceList.session_id.is_(None))
        .where(PrecedenceList.purpose == PrecedencePurpose.PROGRAM, ApprovedPlace.person_id == person_id)
    )
    capacity = db.scalars(query).first() or {}
    return text(
        {language: words.word("ranked", language, capacity=said) for language, said in capacity.items() if said}
    )


def _entries(
    db: DbSession, asked: Asked, head: Person, people: Sequence[Person], items: Sequence[ItineraryItem]
) -> Iterable[Entry]:
    """What the itinerary has, each item with the parts in its session, and the parts in other sessions."""
    parts = _parts(db, asked.edition.id, head.person_id)
    partners = _with(db, asked, people, items)
    ids = [item.session_id for item in items if item.session_id]
    sessions = db.execute(select(Session.id, Session.code).where(Session.id.in_(ids)))
    codes = {row.id: row.code for row in sessions}

    def row_of(key: str, **cells: Cell) -> Row:
        return Row(key, cells, (head.registration_id,), head.who)

    for item in items:
        own = parts.get(codes.get(item.session_id or 0, ""), ())
        notes = _notes(item) + tuple(line for one in own for line in _speech(one))
        times = span_cell(item.span, asked.edition.zone)
        found = row_of(
            f"item:{item.id}", **{"time": times, "what": _what(item), "with": partners[item.id], "notes": notes}
        )
        yield item.start_utc, item.start_wall.date(), found
    for one in (part for code, those in parts.items() if code not in codes.values() for part in those):
        key = f"session:{one.code}/{one.item_id or one.role}"
        what = text(one.title, "strong") + text(one.room)
        found = row_of(key, time=span_cell(one.span, asked.edition.zone), what=what, notes=_speech(one))
        yield one.span.start.utc, one.span.start.wall.date(), found


def _with(db: DbSession, asked: Asked, people: Sequence[Person], items: Sequence[ItineraryItem]) -> dict[int, Cell]:
    """By item, who receives them, and for which parts, groups and people it is, or that it is for all."""
    known = {one.registration_id: in_book(one.person_id, one.printed) for one in people}
    stays = memberships_in(db, asked.edition.id, known)
    hosts = organizations_printed(db, ItineraryItem, [item.id for item in items])
    found = for_whom(db, items, known, stays, set(list_parts(db, asked.delegation)) - {asked.delegation.id})
    whole = text(words.both("whole-delegation"))
    return {
        item.id: text(hosts.get(item.id, {}), "strong")
        + (tuple(line for one in found[item.id].for_whom for line in text(one)) if found[item.id].is_said else whole)
        for item in items
    }


def _what(item: ItineraryItem) -> Cell:
    kind = text(paper.ITEM_KINDS[item.kind.value], "quiet")
    if item.leg is not None:
        return flight_of(item) + route_of(item) + kind
    return text(item.title, "strong") + text(item.where) + text(item.full_address, "quiet") + kind


def _notes(item: ItineraryItem) -> Cell:
    said = (("dress", item.dress), ("gift", item.gift))
    lines = tuple(line for key, texts in said for line in _labelled(key, texts))
    press = text(words.both("open-to-press")) if item.open_to_press else ()
    return lines + plain(item.contact) + text(item.note) + press


def _labelled(key: str, texts: Texts) -> Cell:
    return text({language: words.word(key, language, said=said) for language, said in texts.items() if said})


def _speech(part: OwnPart) -> Cell:
    """What the head does in a session, and for how many minutes in their own words."""
    role = paper.PERSON_ROLES.get(part.role, {})
    what = part.item or part.title

    def said(language: str) -> str:
        title = what.get(language) or next(iter(what.values()), "")
        return words.word("part", language, role=role.get(language, ""), title=title)

    at = plain(f"{clock(part.span.start)}–{clock(part.span.end)}") if part.item_id else ()
    minutes = part.own_minutes or part.item_minutes
    own = text(words.both("speaks", minutes=minutes)) if part.item_id and minutes else ()
    return text(in_each(said), "strong") + at + own
