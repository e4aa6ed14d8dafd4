"""The values of itinerary booklets: a delegation's, for all its people, and those of its members for themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.values.times import moment_at
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.scope import limited
from forumapp.domain.delegations.emergency import emergency_cards
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.models.delegations import Delegation, ItemKind
from forumapp.domain.delegations.models.delegations import ItineraryItem as Item
from forumapp.domain.delegations.queries import get_delegation, itinerary_with_parts, list_members, parents_of
from forumapp.domain.delegations.rules.delegations import with_parts, with_wholes
from forumapp.domain.delegations.rules.reading_order import by_day
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.forums.models import ContentKind
from forumapp.domain.forums.pages.queries import pages_in_program
from forumapp.domain.forums.venues.travel_places import PlaceKind
from forumapp.domain.images.queries import contents_of
from forumapp.domain.people.archive.archived_names import organizations_printed, photos_printed
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.printing.books.divisions import divisions_of, for_whom
from forumapp.domain.printing.paper import itinerary_documents as paper
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.queries import NothingToPrint, in_book, ranked_head, written_page
from forumapp.domain.registration.rules import ADMITTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.emergency import EmergencyCard
    from forumapp.domain.delegations.models.itineraries import TravelLeg
    from forumapp.domain.delegations.queries import MemberLine
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.printing.books.divisions import Audience
    from forumapp.domain.printing.paper.documents import PersonValues, Texts, WrittenPage
    from forumapp.domain.printing.rules import Options


def itinerary_values(
    db: DbSession,
    edition: Edition,
    code: str,
    options: Options,
    *,
    within: Collection[int] | None = None,
    with_pictures: bool = True,
    now: datetime,
) -> paper.ItineraryValues:
    """One delegation's booklet, with the members and the journeys of its parts. A constant number of queries. Without
    the bytes of its pictures where they are not drawn.
    """
    delegation = get_delegation(db, edition.id, code, within=within)
    parents = parents_of(db, edition.id)
    parts, wholes = with_parts(delegation.id, parents), with_wholes(delegation.id, parents)
    lines = [line for line in list_members(db, delegation) if line.status in ADMITTED]
    members = with_photos(db, edition.id, lines)
    people = {line.registration_id: member.person for line, member in zip(lines, members, strict=True)}
    rows = itinerary_with_parts(db, delegation)
    stays = memberships_in(db, edition.id, people)
    audience = for_whom(db, rows, people, stays, set(parts) - {delegation.id})
    hosts = organizations_printed(db, Item, [item.id for item in rows])
    days = days_of(item_values(item, hosts.get(item.id, {}), audience[item.id]) for item in rows)
    divisions = divisions_of(db, [*reversed(wholes), *parts[1:]], people, stays, edition.zone)
    looked, hotels = liaisons(db, edition.id), hotels_of(rows)
    cards = emergency_cards(db, edition.id, list(people)[:1])
    liaison = liaison_of(looked, parents, delegation.id)
    pictures = [member.person.photo for member in members]
    return paper.ItineraryValues(
        head=ranked_head(db, edition, options),
        code=delegation.code,
        name=delegation.name,
        lead=organizations_printed(db, Delegation, [delegation.id]).get(delegation.id, {}),
        members=members,
        days=days,
        printed_at=now,
        divisions=divisions,
        hotels=hotels,
        contacts=(*liaisons_of(looked, parents, parts), *captains_of(divisions)),
        pages=practical_pages(db, edition.id),
        starts_on=delegation.arrives_on or min((day.date for day in days), default=None),
        ends_on=delegation.departs_on or max((day.date for day in days), default=None),
        emergency=emergency_of(next(iter(cards.values()), None), liaison, hotels),
        pictures=contents_of(db, {one.key for one in pictures if one and with_pictures}),
    )


def list_booklets(
    db: DbSession, edition_id: int, options: Options, *, within: Collection[int] | None = None
) -> list[str]:
    """The codes of the delegations whose booklets are printed: the one asked for, or all that have items of their own.

    Raises NothingToPrint.
    """
    if options.delegation is not None:
        return [options.delegation]
    own = select(Item.id).where(Item.delegation_id == Delegation.id).exists()
    reached = limited(Delegation.id, "delegation", edition_id, within)
    query = select(Delegation.code).where(Delegation.edition_id == edition_id, own, *reached)
    codes = list(db.scalars(query.order_by(Delegation.position, Delegation.id)))
    if not codes:
        raise NothingToPrint
    return codes


def member_values(line: MemberLine) -> paper.Member:
    first: TitleLine | None = line.titles[0] if line.titles else None
    one = printed(line.name, first.title if first else None, first.organization if first else None)
    return paper.Member(in_book(line.person_id, one), line.role.value, line.registration_id)


def with_photos(db: DbSession, edition_id: int, lines: Iterable[MemberLine]) -> tuple[paper.Member, ...]:
    members = [member_values(line) for line in lines]
    photos = photos_printed(db, edition_id, [one.person.person_id for one in members])
    sizes = sizes_of(db, photos.values())

    def shown(member: paper.Member) -> paper.Member:
        photo = photos.get(member.person.person_id)
        logo = Logo(photo, *sizes[photo]) if photo in sizes else None
        return replace(member, person=replace(member.person, photo=logo))

    return tuple(map(shown, members))


def item_values(item: Item, host: Texts, audience: Audience | None = None) -> paper.ItineraryItem:
    """`told` is for whom it is."""
    return paper.ItineraryItem(
        kind=item.kind.value,
        title=item.title,
        span=item.span,
        place={} if item.leg else item.where,
        host=host,
        notes=item.note,
        address={} if item.leg else item.full_address,
        place_to={} if item.leg else item.where_to,
        address_to=item.ends_at.address if item.where_to and item.ends_at and not item.leg else {},
        dress=item.dress,
        gift=item.gift,
        contact=item.contact,
        open_to_press=item.open_to_press,
        leg=_leg(item, item.leg) if item.leg else None,
        for_whom=tuple(audience.for_whom) if audience else (),
        without=tuple(audience.without) if audience else (),
        people=audience.people if audience else (),
        item_id=item.id,
    )


def _leg(item: Item, leg: TravelLeg) -> paper.TravelLeg:
    start, end = leg.estimated_start_utc, leg.estimated_end_utc
    return paper.TravelLeg(
        sold=" ".join(word for word in (leg.carrier, leg.number) if word),
        run=" ".join(word for word in (leg.operating_carrier, leg.operating_number) if word),
        start=item.where,
        end=item.where_to,
        start_terminal=leg.from_terminal,
        end_terminal=leg.to_terminal,
        expected_start=moment_at(start, item.span.start.zone) if start else None,
        expected_end=moment_at(end, item.span.end.zone) if end else None,
    )


def days_of(items: Iterable[paper.ItineraryItem]) -> tuple[paper.ItineraryDay, ...]:
    days = by_day(items, lambda one: one.span)
    return tuple(paper.ItineraryDay(day, tuple(found)) for day, found in days.items())


def hotels_of(items: Iterable[Item]) -> tuple[paper.Lodging, ...]:
    """Each once, in the order in which one comes there."""
    found: dict[tuple[object, ...], paper.Lodging] = {}
    for item in items:
        place = item.begins_at
        if place is not None and place.kind is PlaceKind.HOTEL:
            found.setdefault((place.id,), paper.Lodging(place.name, place.address, place.phone))
        elif item.kind is ItemKind.HOTEL and item.where:
            found.setdefault((*item.where.items(),), paper.Lodging(item.where, item.full_address))
    return tuple(found.values())


def liaisons(db: DbSession, edition_id: int) -> dict[int, paper.Contact | None]:
    """By delegation, in the organizers' order, who looks after it. One query."""
    query = select(Delegation.id, Delegation.name, Delegation.liaison_phone, Account.name.label("liaison"))
    query = query.outerjoin(Account, Account.id == Delegation.liaison_id).where(Delegation.edition_id == edition_id)
    return {
        row.id: paper.Contact("liaison", {"en": row.liaison}, row.name, row.liaison_phone) if row.liaison else None
        for row in db.execute(query.order_by(Delegation.position, Delegation.id))
    }


def liaison_of(
    looked: Mapping[int, paper.Contact | None], parents: Mapping[int, int | None], delegation_id: int
) -> paper.Contact | None:
    """The delegation's own, or else that of what it is part of."""
    found = next((looked[one] for one in with_wholes(delegation_id, parents) if looked[one]), None)
    return replace(found, of={}) if found else None


def liaisons_of(
    looked: Mapping[int, paper.Contact | None], parents: Mapping[int, int | None], parts: Sequence[int]
) -> list[paper.Contact]:
    """Of all, and those of its parts that are others."""
    of_all = liaison_of(looked, parents, parts[0])
    audience = [one for part, one in looked.items() if part in parts[1:] and one]
    return [*([of_all] if of_all else []), *(one for one in audience if of_all is None or one.name != of_all.name)]


def emergency_of(
    card: EmergencyCard | None, liaison: paper.Contact | None, hotels: tuple[paper.Lodging, ...]
) -> paper.Emergency:
    """`card` is that of one of those whom the booklet is for."""
    if card is None:
        return paper.Emergency(liaison, hotels)
    return paper.Emergency(liaison, hotels, card.emergency_numbers, card.consulate, card.contact_email)


def captains_of(divisions: Iterable[paper.Division], own: PersonValues | None = None) -> list[paper.Contact]:
    """Whom to call; `own` is whose booklet it is, who does not call themselves."""
    return [
        paper.Contact("captain", branch.captain.as_text, branch.name)
        for division in divisions
        for branch in division.branches
        if branch.captain and branch.captain != own
    ]


def practical_pages(db: DbSession, edition_id: int) -> tuple[WrittenPage, ...]:
    """What guests should know, of the pages that stand in the program: in their own booklet without pictures."""
    pages = (page for page in pages_in_program(db, edition_id) if page.kind is ContentKind.PRACTICAL)
    return tuple(written_page(replace(page, signatory=None), None) for page in pages)
