"""The shapes of the sample forum: plain values that refer to one another by string keys.

Texts are objects by language tag. An absent language means that nobody has attested or written that text, never that
it may be filled from another language. `is_sample` marks what was made up for the sample; `flags` names what a person
still has to confirm or see to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from forumapp.cli.demo.coaches import CoachRun, Vehicle
    from forumapp.cli.demo.groups import Partition
    from forumapp.cli.demo.hotel import HotelRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    code: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    slug: str
    series: str
    ordinal: int
    year: int
    name: Mapping[str, str]
    theme: Mapping[str, str]
    place: Mapping[str, str]
    starts_on: date
    ends_on: date
    timezone: str
    languages: tuple[str, ...]
    page_size: str
    accent_color: str
    status: str
    is_sample: bool = True
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """`parent` is another organization's key; `theme` is the track that its people can speak on.

    `country_region` is an ISO 3166 code, so that every page names it in its own neutral words.
    """

    key: str
    kind: str
    legal_name: Mapping[str, str]
    short_name: Mapping[str, str]
    abbreviation: Mapping[str, str]
    country_region: str
    parent: str | None = None
    theme: str = ""
    is_sample: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One line of the hosts' list; `print_order` counts within a role. `source` says who states the role."""

    organization: str
    role: str
    print_order: int
    note: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    key: str
    name: Mapping[str, str]
    address: Mapping[str, str]
    timezone: str
    is_sample: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    key: str
    venue: str
    name: Mapping[str, str]
    capacity: int
    layouts: Mapping[str, int]
    print_order: int
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    code: str
    name: Mapping[str, str]
    color: str
    print_order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationType:
    """`color` fills the badge's band, `text_color` is the word on it. `quota` None means no limit of its own."""

    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    color: str
    text_color: str
    quota: int | None
    admits: tuple[str, ...]
    badge_style: str
    print_order: int
    is_open: bool = False
    is_public: bool = False
    needs_approval: bool = False
    has_waitlist: bool = False
    questions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPage:
    """What organizers write, for the site and for the program book; `body` is Markdown."""

    code: str
    kind: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    signatory: str | None = None
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Native and Latin names are two facts side by side: neither is made from the other.

    `native_language` is the language tag of the native name as written (zh-Hant stays zh-Hant). `pronunciation` is
    given only where a reader would go wrong. `call_name` is the one a person asks to be called by. `email` may be
    shared by people whom one office registers. `group` says which list the person came from.
    """

    key: str
    group: str
    latin_family: str
    latin_given: str
    name_order: str
    organization: str
    title: Mapping[str, str]
    native_family: str = ""
    native_given: str = ""
    native_full: str = ""
    native_language: str = ""
    call_name: str = ""
    form_of_address: Mapping[str, str]
    pronunciation: str = ""
    languages: tuple[str, ...] = ("en",)
    email: str | None = None
    phone: str | None = None
    has_portrait: bool = False
    biography: Mapping[str, str]
    is_public_figure: bool = False
    is_sample: bool = True
    flags: tuple[str, ...] = ()

    @property
    def latin_full(self) -> str:
        parts = (self.latin_family, self.latin_given)
        return " ".join(parts if self.name_order == "family-first" else reversed(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    person: str
    role: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A part of a session; items follow one another from the session's start by their minutes."""

    key: str
    order: int
    title: Mapping[str, str]
    minutes: int
    interpretation: str
    kind: str = "speech"
    roles: tuple[Role, ...] = ()
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`starts_at` and `ends_at` are wall times without a zone; `timezone` is the zone they are promised in.

    `channels` are (number, language) of simultaneous interpretation.
    """

    key: str
    kind: str
    track: str | None
    title: Mapping[str, str]
    abstract: Mapping[str, str]
    room: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    press: str
    languages: tuple[str, ...]
    interpretation: str
    channels: tuple[tuple[int, str], ...] = ()
    items: tuple[Item, ...] = ()
    roles: tuple[Role, ...] = ()
    is_sample: bool = True

    def all_roles(self) -> tuple[Role, ...]:
        return self.roles + tuple(role for item in self.items for role in item.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    person: str
    role: str
    print_order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A delegation's members are its own; those of its parts stand with the parts (`parent`)."""

    code: str
    name: Mapping[str, str]
    origin: Mapping[str, str]
    organization: str
    head: str
    liaison: str
    liaison_phone: str
    quota: int
    arrives_on: date
    departs_on: date
    parent: str | None = None
    members: tuple[Member, ...] = ()
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ItineraryPlace:
    key: str
    kind: str
    name: Mapping[str, str]
    address: Mapping[str, str]
    zone: str
    phone: str = ""
    connection_minutes: int | None = None
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergencies:
    """What the cards of all members say."""

    emergency_numbers: Mapping[str, str]
    consulate: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    carrier: str
    number: str
    from_terminal: str = ""
    to_terminal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItineraryItem:
    """For every member of `delegation` and of its parts, or for those in `group` alone.

    Wall times, each with its own zone. `at` and `to` are keys of places, where it begins and where a way ends; `host`
    is an organization's key; `is_frame` marks a span that contains other commitments; `session` says that the item and
    that session are one commitment.
    """

    key: str
    delegation: str
    kind: str
    title: Mapping[str, str]
    at: str
    starts_at: datetime
    starts_zone: str
    ends_at: datetime
    ends_zone: str
    note: Mapping[str, str]
    dress: Mapping[str, str]
    gift: Mapping[str, str]
    group: str = ""
    to: str | None = None
    leg: Leg | None = None
    host: str = ""
    contact: str = ""
    is_frame: bool = False
    session: str | None = None
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedenceEntry:
    person: str
    sort_key: str
    capacity: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedenceList:
    scope: str
    name: Mapping[str, str]
    approved_by: str
    approved_at: datetime
    entries: tuple[PrecedenceEntry, ...]
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`registered_at` and `status_at` are instants in UTC. `responsible_officer` is a person's key; `is_listed` says
    that they agreed to stand in the list of contacts.
    """

    person: str
    type: str
    status: str
    source: str
    language: str
    registered_at: datetime
    status_at: datetime
    delegation: str | None = None
    waitlist_position: int | None = None
    is_vip: bool = False
    responsible_officer: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_listed: bool = False
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaVersion:
    number: int
    label: str
    note: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    series: Series
    edition: Edition
    organizations: tuple[Organization, ...]
    hosts: tuple[Host, ...]
    venue: Venue
    rooms: tuple[Room, ...]
    tracks: tuple[Track, ...]
    registration_types: tuple[RegistrationType, ...]
    content_pages: tuple[ContentPage, ...]
    people: tuple[Person, ...]
    sessions: tuple[Session, ...]
    delegations: tuple[Delegation, ...]
    places: tuple[ItineraryPlace, ...]
    emergencies: Emergencies
    itinerary_items: tuple[ItineraryItem, ...]
    partitions: tuple[Partition, ...]
    hotel_rooms: tuple[HotelRoom, ...]
    vehicles: tuple[Vehicle, ...]
    coach_runs: tuple[CoachRun, ...]
    precedence: PrecedenceList
    registrations: tuple[Registration, ...]
    agenda_version: AgendaVersion
