"""Personal booklets: who gets one, its content, and its facts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.values.text import pick
from forumapp.domain.delegations.coaches.queries import coaches_of
from forumapp.domain.delegations.emergency import emergency_cards
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.hotel.queries import rooms_of
from forumapp.domain.delegations.itineraries.own_itinerary import entries_of
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.models.delegations import ItineraryItem as Item
from forumapp.domain.delegations.queries import PROGRAM, get_delegation, list_parts, members_of, parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.people.archive.archived_names import organizations_printed
from forumapp.domain.people.queries import precedence
from forumapp.domain.printing.books.divisions import divisions_of
from forumapp.domain.printing.books.itineraries import (
    captains_of,
    days_of,
    emergency_of,
    hotels_of,
    item_values,
    itinerary_values,
    liaison_of,
    liaisons,
    member_values,
    practical_pages,
)
from forumapp.domain.printing.list_papers.values import Laid
from forumapp.domain.printing.paper.itinerary_documents import ItineraryItem, ItineraryValues, OwnFact
from forumapp.domain.printing.queries import NothingToPrint, places_of_delegations, ranked_head
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.wording import dates, words
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import ADMITTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.coaches.queries import OwnCoach
    from forumapp.domain.delegations.hotel.queries import OwnRoom
    from forumapp.domain.delegations.itineraries.own_itinerary import OwnEntry
    from forumapp.domain.delegations.queries import MemberLine
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.list_papers.queries import Asked
    from forumapp.domain.printing.list_papers.values import Stamp
    from forumapp.domain.printing.paper.documents import EditionHead, PersonValues, Texts
    from forumapp.domain.printing.paper.itinerary_documents import Contact, Division
    from forumapp.domain.printing.paper.layout import Finding

NOT_PRINTED_YET = datetime.min.replace(tzinfo=UTC)


def list_travellers(db: DbSession, delegation: Delegation, options: Options) -> list[int]:
    """The registrations that get a booklet, in the order of handing out: by delegation, each followed by its parts,
    then by precedence. People with an empty itinerary get none.

    Raises NothingToPrint when no registration is left.
    """
    edition_id = delegation.edition_id
    member = DelegationMember
    query = (
        select(member.registration_id, member.delegation_id, Registration.person_id)
        .join(Registration, Registration.id == member.registration_id)
        .where(member.edition_id == edition_id, member.left_on.is_(None), Registration.status.in_(ADMITTED))
        .where(member.delegation_id.in_(list_parts(db, delegation)))
        .where(select(ItemPerson.id).where(ItemPerson.registration_id == member.registration_id).exists())
        .order_by(member.role != "head", member.position, member.id)
    )
    if options.registration is not None:
        query = query.where(member.registration_id == options.registration)
    rows = db.execute(query).all()
    if not rows:
        raise NothingToPrint
    places = places_of_delegations(db, edition_id)
    rank = {person: place for place, person in enumerate(precedence(db, edition_id, PROGRAM))}
    ordered = sorted(rows, key=lambda row: (places[row.delegation_id], rank.get(row.person_id, len(rank))))
    return [row.registration_id for row in ordered]


def read_booklets(db: DbSession, asked: Asked) -> list[ItineraryValues]:
    """Raises NothingToPrint."""
    travellers = list_travellers(db, asked.delegation, asked.options)
    return booklet_values(db, asked.edition, asked.head, travellers, now=NOT_PRINTED_YET)


def read_itinerary(db: DbSession, asked: Asked) -> ItineraryValues:
    """The booklet of the delegation itself. Raises NothingToPrint."""
    code = asked.delegation.code
    values = itinerary_values(db, asked.edition, code, asked.options, with_pictures=False, now=NOT_PRINTED_YET)
    if not (values.days or values.members):
        raise NothingToPrint
    return values


def booklet_values(
    db: DbSession, edition: Edition, head: EditionHead, registration_ids: Sequence[int], *, now: datetime
) -> list[ItineraryValues]:
    """In this order, of those who are in a delegation. As many queries for one as for all."""
    query = select(DelegationMember.delegation_id).where(
        DelegationMember.registration_id.in_(registration_ids), DelegationMember.left_on.is_(None)
    )
    parties = _Parties(db, edition, sorted(set(db.scalars(query))))
    entries = entries_of(db, edition.id, registration_ids)
    cards = emergency_cards(db, edition.id, registration_ids)
    pages = practical_pages(db, edition.id)
    rooms, coaches = rooms_of(db, edition.id, registration_ids), coaches_of(db, edition.id, registration_ids)
    done = {entry.item.id: entry for theirs in entries.values() for entry in theirs if entry.item}
    items = {item_id: item_values(entry.item, entry.host or {}) for item_id, entry in done.items() if entry.item}
    booklets = []
    for one in registration_ids:
        line = parties.lines.get(one)
        if line is None:
            continue
        riding = {coach.item_id: _coach(coach) for coach in coaches[one]}
        days = days_of(_entry(entry, items, riding) for entry in entries[one])
        divisions = parties.divisions_for(one, line)
        hotels = hotels_of(entry.item for entry in entries[one] if entry.item)
        liaison = parties.liaison_for(line)
        row = parties.rows[line.delegation_id]
        values = ItineraryValues(
            head=replace(head, hosts=()),
            code=row.code,
            name=row.name,
            members=(),
            days=days,
            printed_at=now,
            divisions=divisions,
            hotels=hotels,
            contacts=(*([liaison] if liaison else []), *captains_of(divisions, parties.people[one])),
            pages=pages,
            starts_on=row.arrives_on or min((day.date for day in days), default=None),
            ends_on=row.departs_on or max((day.date for day in days), default=None),
            person=parties.people[one],
            own=tuple(map(_room, rooms.get(one, ()))),
            registration_id=one,
            emergency=emergency_of(cards[one], liaison, hotels),
        )
        booklets.append(values)
    return booklets


def own_booklet(db: DbSession, edition: Edition, registration_id: int, *, now: datetime) -> ItineraryValues | None:
    """That of one who asks for it themselves; None of who is in no delegation."""
    head = ranked_head(db, edition, Options())
    found = booklet_values(db, edition, head, [registration_id], now=now)
    return replace(found[0], letters=_letters(db, edition, found[0])) if found else None


def _letters(db: DbSession, edition: Edition, values: ItineraryValues) -> str:
    """Of whatever the booklet of anyone in their delegation may say."""
    delegation = get_delegation(db, edition.id, values.code)
    parties = _Parties(db, edition, [delegation.id])
    wholes = with_wholes(delegation.id, parties.parents)
    rows = list(db.scalars(select(Item).where(Item.delegation_id.in_(wholes))))
    hosts = organizations_printed(db, Item, [item.id for item in rows])
    items = [item_values(item, hosts.get(item.id, {})) for item in rows]
    return "".join(sorted(set(repr((items, parties.people, parties.divisions, words.WORDS, words.ITEM_KINDS)))))


def check(values: Sequence[ItineraryValues]) -> list[Finding]:
    from forumapp.domain.printing.production.finished_papers import check

    return check(values)


def check_itinerary(values: ItineraryValues) -> list[Finding]:
    return check([values])


def lay_itinerary(values: ItineraryValues, stamp: Stamp) -> Laid:
    """One piece, with the photos of its members."""
    photos = sorted({member.person.photo.key for member in values.members if member.person.photo})
    return replace(lay([values], stamp), pictures=tuple(photos))


def lay(values: Sequence[ItineraryValues], stamp: Stamp) -> Laid:
    """A piece for each person."""
    from forumapp.domain.printing.books import book_layout

    stamped = (replace(one, printed_at=stamp.at, version=stamp.version) for one in values)
    pieces = tuple(book_layout.itinerary_page(one, one.head.languages) for one in stamped)
    return Laid(pieces, book_layout.style(values[0].head))


class _Parties:
    """The delegations of the people who get booklets, with all their members."""

    def __init__(self, db: DbSession, edition: Edition, delegation_ids: list[int]) -> None:
        self.parents = parents_of(db, edition.id)
        self._liaisons = liaisons(db, edition.id)
        self.rows = {row.id: row for row in db.scalars(select(Delegation).where(Delegation.id.in_(delegation_ids)))}
        admitted = (line for line in members_of(db, edition.id, delegation_ids) if line.status in ADMITTED)
        self.lines: dict[int, MemberLine] = {line.registration_id: line for line in admitted}
        self.people: dict[int, PersonValues] = {one: member_values(line).person for one, line in self.lines.items()}
        self._people_by_delegation: dict[int, set[int]] = defaultdict(set)
        for line in self.lines.values():
            self._people_by_delegation[line.delegation_id].add(line.person_id)
        wholes = {one: None for own in delegation_ids for one in reversed(with_wholes(own, self.parents))}
        stays = memberships_in(db, edition.id, self.people)
        self.divisions = divisions_of(db, list(wholes), self.people, stays, edition.zone)

    def divisions_for(self, registration_id: int, line: MemberLine) -> tuple[Division, ...]:
        """Their own branches with nobody else in them; the captain where that is one of their own delegation."""
        own = self.people[registration_id]
        members = self._people_by_delegation[line.delegation_id]
        divisions = []
        for division in self.divisions:
            branches = []
            for branch in division.branches:
                captain = branch.captain if branch.captain and branch.captain.person_id in members else None
                if stays := tuple(stay for stay in branch.people if stay.person == own):
                    branches.append(replace(branch, captain=captain, people=stays))
            if branches:
                divisions.append(replace(division, branches=tuple(branches)))
        return tuple(divisions)

    def liaison_for(self, line: MemberLine) -> Contact | None:
        return liaison_of(self._liaisons, self.parents, line.delegation_id)


def _entry(entry: OwnEntry, items: Mapping[int, ItineraryItem], riding: Mapping[int, Texts]) -> ItineraryItem:
    """`items` are the values shared by all participants; `riding` is this person's vehicle by item."""
    if entry.item is not None:
        item, vehicle = items[entry.item.id], riding.get(entry.item.id)
        return replace(item, vehicle=vehicle) if vehicle else item
    session = entry.session
    assert session is not None, "an entry is one of the two"  # noqa: S101
    return ItineraryItem(
        kind="session",
        title=entry.title,
        span=entry.span,
        place=session.room,
        status=session.status,
        session=session.code,
    )


def _coach(one: OwnCoach) -> dict[str, str]:
    driver = " ".join(filter(None, (one.driver, one.driver_mobile)))

    def describe(language: str) -> list[str]:
        plate = words.word("plate", language, plate=one.plate) if one.plate else ""
        return [pick(one.name, language), plate, words.word("driver", language, driver=driver) if driver else ""]

    return _listed(describe)


def _room(one: OwnRoom) -> OwnFact:
    """The room without its other guests, who may belong to another delegation."""

    def describe(language: str) -> list[str]:
        number = words.word("room-number", language, number=one.number) if one.number else ""
        nights = dates.range_text(one.check_in, one.check_out, language)
        return [pick(one.hotel, language), number, words.ROOM_KINDS[one.kind.value][language], nights]

    return OwnFact(_listed(describe), "your-room")


def _listed(say: Callable[[str], list[str]]) -> dict[str, str]:
    return {
        language: ("，" if dates.is_chinese(language) else ", ").join(filter(None, say(language)))
        for language in words.ROOM_KINDS["single"]
    }
