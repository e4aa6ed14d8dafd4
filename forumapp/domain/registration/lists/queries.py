"""Reading registrations and what an edition offers. Everything is of one edition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import joinedload

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.ordering import order_of
from forumapp.domain.accounts.scope import limited
from forumapp.domain.people.models import EditionTitle, NameOrder, Organization, Person
from forumapp.domain.people.queries import organization_name
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import EVERYONE, Filters
from forumapp.domain.registration.lists.search_words import newest_first, search_newest, search_words
from forumapp.domain.registration.models import EditionPlaces, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import PLACED, Accreditation, Places, RegistrationStatus, Source, place_for

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order


@dataclass(frozen=True, slots=True)
class RegistrationLine:
    """A registration as a list shows it. `short` is the readable part of the valid code, None once it is revoked.
    `shows_details` says whether the reader may see contact details and answers.
    """

    id: int
    version: int
    status: RegistrationStatus
    source: Source
    language: str
    is_vip: bool
    queue_number: int | None
    offer_ends_at: datetime | None
    over_capacity: bool
    principal_id: int | None
    registered_at: datetime
    type_code: str
    type_name: dict[str, str]
    color: str
    short: str | None
    person_id: int
    name: Name
    shows_details: bool
    email: str | None
    phone: str | None
    title: dict[str, str]
    organization: dict[str, str]
    accreditation: Accreditation | None  # of media; None where their type accredits nobody


@dataclass(frozen=True, slots=True)
class TypeCount:
    """A type's places, and its registrations by status."""

    id: int
    code: str
    name: dict[str, str]
    color: str
    places: Places
    over: int
    by_status: dict[RegistrationStatus, int]


@dataclass(frozen=True, slots=True)
class EditionTotal:
    """The places of a whole edition; `id` None and `version` 0 while nobody has ever limited them."""

    id: int | None
    version: int
    quota: int | None
    taken: int
    over: int

    @property
    def rest(self) -> int | None:
        return None if self.quota is None else max(0, self.quota - self.taken)


@dataclass(frozen=True, slots=True)
class Counts:
    by_status: dict[RegistrationStatus, int]
    by_type: list[TypeCount]

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


# What is known of an accreditation.
_MEDIA = (
    RegistrationType.is_media,
    Registration.outlet,
    Registration.media_role,
    Registration.media_role_other,
    Registration.id_seen_at,
    Registration.id_seen_by,
)


def registrations_page(
    db: DbSession,
    edition_id: int,
    filters: Filters = EVERYONE,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
    must_count: bool = True,
) -> Page[RegistrationLine]:
    """The newest first, in a constant number of queries. `within` limits them to the members of delegations.

    Email addresses and phone numbers are shown and searched for members of the delegations `details_within` only; None
    means all. Without `must_count`, a search with very many matches may skip the count (`Page.is_counted`).
    """
    words = search_words(edition_id, filters.search, details_within=details_within)
    others = chosen_ids(db, edition_id, replace(filters, search=""), within=within, details_within=details_within)
    if words:
        page = search_newest(db, others, words, number=number, size=size, must_count=must_count)
    else:
        page = paged(db, newest_first(others), number=number, size=size)
    return page.of(lines_of(db, edition_id, page.items, details_within=details_within))


def lines_of(
    db: DbSession,
    edition_id: int,
    ids: Sequence[int],
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
) -> list[RegistrationLine]:
    """In the order of the ids. One query, and none for none."""
    if not ids:
        return []
    rows = db.execute(_lines(edition_id, within, details_within).where(Registration.id.in_(ids)))
    lines = {row.id: _line(row) for row in rows}
    return [lines[one] for one in ids if one in lines]


def get_line(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
) -> RegistrationLine:
    row = db.execute(_lines(edition_id, within, details_within).where(Registration.id == registration_id)).one_or_none()
    if row is None:
        raise NotFound(entity="registration")
    return _line(row)


def find_live_code(db: DbSession, registration_id: int) -> str | None:
    """What the registration's QR holds now."""
    query = select(TicketCode.code).where(TicketCode.registration_id == registration_id)
    return db.scalar(query.where(TicketCode.revoked_at.is_(None)))


def get_registration(
    db: DbSession, edition_id: int, registration_id: int, *, within: Collection[int] | None = None
) -> Registration:
    """With its person and its type."""
    reached = limited(Registration.id, "registration", edition_id, within)
    query = _whole().where(Registration.id == registration_id, Registration.edition_id == edition_id, *reached)
    row = db.scalar(query)
    if row is None:
        raise NotFound(entity="registration")
    return row


def find_by_link(db: DbSession, registration_id: int, link_number: int) -> Registration | None:
    """The registration that a personal link was signed for, unless its links were made invalid since."""
    return db.scalar(_whole().where(Registration.id == registration_id, Registration.link_number == link_number))


def counts(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> Counts:
    """Two queries: the types, and how many registrations each has in each state.

    Limited by `within`, nothing is told of places that others have.
    """
    tally = (
        select(Registration.type_id, Registration.status, func.count())
        .where(Registration.edition_id == edition_id, *limited(Registration.id, "registration", edition_id, within))
        .group_by(Registration.type_id, Registration.status)
    )
    by_status: dict[RegistrationStatus, int] = dict.fromkeys(RegistrationStatus, 0)
    of_type: dict[int, dict[RegistrationStatus, int]] = {}
    for type_id, status, count in db.execute(tally):
        by_status[status] += count
        of_type.setdefault(type_id, dict.fromkeys(RegistrationStatus, 0))[status] = count
    nobody = dict.fromkeys(RegistrationStatus, 0)
    by_type = [
        TypeCount(
            id=one.id,
            code=one.code,
            name=one.name,
            color=one.color,
            places=_places(one, of_type.get(one.id, nobody), counts_all=within is None),
            over=one.over if within is None else 0,
            by_status=of_type.get(one.id, nobody),
        )
        for one in list_types(db, edition_id)
    ]
    return Counts(by_status, by_type)


def edition_places(db: DbSession, edition_id: int) -> EditionTotal:
    """The places of the whole edition, as its types have given them."""
    row = db.scalar(select(EditionPlaces).where(EditionPlaces.edition_id == edition_id))
    given = select(func.sum(RegistrationType.taken), func.sum(RegistrationType.over)).where(
        RegistrationType.edition_id == edition_id
    )
    taken, over = db.execute(given).one()
    if row is None:
        return EditionTotal(None, 0, None, taken or 0, over or 0)
    return EditionTotal(row.id, row.version, row.quota, taken or 0, over or 0)


def full_types(db: DbSession, types: Sequence[RegistrationType]) -> list[RegistrationType]:
    """Of types of one edition those whose queue a newcomer would join now."""
    limited = next((one.edition_id for one in types if one.is_limited), None)
    rest = None if limited is None else edition_places(db, limited).rest
    return [
        one
        for one in types
        if place_for(Places(one.quota, one.taken, one.waiting, one.needs_approval, rest))
        == RegistrationStatus.WAITLISTED
    ]


def free_places(db: DbSession, kind: RegistrationType) -> int | None:
    """How many new registrations would be confirmed now; None is unlimited. 0 while there is a waitlist."""
    rest = edition_places(db, kind.edition_id).rest if kind.is_limited else None
    return 0 if kind.waiting else Places(kind.quota, kind.taken, rest=rest).free


def list_types(db: DbSession, edition_id: int, *, open_only: bool = False) -> list[RegistrationType]:
    query = types_in_order(edition_id)
    return list(db.scalars(query.where(RegistrationType.is_open) if open_only else query))


def types_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[RegistrationType]:
    return paged(db, types_in_order(edition_id), number=number, size=size)


def get_type(db: DbSession, edition_id: int, code: str) -> RegistrationType:
    row = db.scalar(types_in_order(edition_id).where(RegistrationType.code == code))
    if row is None:
        raise NotFound(entity="registration_type")
    return row


def type_order(db: DbSession, edition_id: int) -> Order:
    return order_of(db, types_in_order(edition_id))


def types_in_order(edition_id: int) -> Select[RegistrationType]:
    query = select(RegistrationType).where(RegistrationType.edition_id == edition_id)
    return query.order_by(RegistrationType.position, RegistrationType.id).execution_options(populate_existing=True)


def _whole() -> Select[Registration]:
    return select(Registration).options(joinedload(Registration.person), joinedload(Registration.type))


def _places(one: RegistrationType, counted: dict[RegistrationStatus, int], *, counts_all: bool) -> Places:
    if counts_all:
        return Places(one.quota, one.taken, one.waiting, one.needs_approval)
    placed = sum(counted[status] for status in PLACED)
    return Places(None, placed, counted[RegistrationStatus.WAITLISTED], one.needs_approval)


def _shows_details(edition_id: int, details_within: Collection[int] | None) -> ColumnElement[bool]:
    """Whether the reader may see the contact details and answers of a registration."""
    return and_(true(), *limited(Registration.id, "registration", edition_id, details_within))


def _lines(
    edition_id: int, within: Collection[int] | None = None, details_within: Collection[int] | None = None
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Registration.id,
            Registration.version,
            Registration.status,
            Registration.source,
            Registration.language,
            Registration.is_vip,
            Registration.queue_number,
            Registration.offer_ends_at,
            Registration.over_capacity_by,
            Registration.principal_id,
            Registration.registered_at,
            RegistrationType.code.label("type_code"),
            RegistrationType.name.label("type_name"),
            RegistrationType.color,
            *_MEDIA,
            TicketCode.short,
            Person.id.label("person_id"),
            Person.latin_family,
            Person.latin_given,
            Person.name_order,
            Person.native_full,
            Person.native_language,
            Person.email,
            Person.phone,
            _shows_details(edition_id, details_within).label("shows_details"),
            EditionTitle.title,
            EditionTitle.organization_name.label("written_name"),
            Organization.short.label("short_name"),
            Organization.legal.label("legal_name"),
        )
        .join(Person, Person.id == Registration.person_id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .outerjoin(TicketCode, (TicketCode.registration_id == Registration.id) & TicketCode.revoked_at.is_(None))
        .outerjoin(
            EditionTitle,
            (EditionTitle.edition_id == Registration.edition_id)
            & (EditionTitle.person_id == Person.id)
            & (EditionTitle.position == 1),
        )
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .where(Registration.edition_id == edition_id, *limited(Registration.id, "registration", edition_id, within))
    )


def _line(row: Any) -> RegistrationLine:
    return RegistrationLine(
        id=row.id,
        version=row.version,
        status=row.status,
        source=row.source,
        language=row.language,
        is_vip=row.is_vip,
        queue_number=row.queue_number,
        offer_ends_at=row.offer_ends_at,
        over_capacity=row.over_capacity_by is not None,
        principal_id=row.principal_id,
        registered_at=row.registered_at,
        type_code=row.type_code,
        type_name=row.type_name,
        color=row.color,
        short=row.short,
        person_id=row.person_id,
        name=Name(
            row.latin_family,
            row.latin_given,
            row.name_order == NameOrder.FAMILY_FIRST,
            row.native_full,
            row.native_language,
        ),
        shows_details=bool(row.shows_details),
        email=row.email if row.shows_details else None,
        phone=row.phone if row.shows_details else None,
        title=row.title or {},
        organization=organization_name(row.short_name, row.legal_name, row.written_name),
        accreditation=_accreditation(row) if row.is_media else None,
    )


def _accreditation(row: Any) -> Accreditation:
    return Accreditation(row.outlet, row.media_role, row.media_role_other, row.id_seen_at, row.id_seen_by)
