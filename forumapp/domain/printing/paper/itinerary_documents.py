"""What itinerary booklets need, as plain values, like `documents`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from forumapp.core.values.times import Moment, Span
    from forumapp.domain.printing.paper.documents import EditionHead, PersonValues, Texts, WrittenPage


@dataclass(frozen=True, slots=True)
class TravelLeg:
    """A flight or a train besides its times: as it is sold and as it is run, and between what. An end is expected at
    another time than planned, or None.
    """

    sold: str = ""
    run: str = ""
    start: Texts = field(default_factory=dict)
    end: Texts = field(default_factory=dict)
    start_terminal: str = ""
    end_terminal: str = ""
    expected_start: Moment | None = None
    expected_end: Moment | None = None


@dataclass(frozen=True, slots=True)
class ItineraryItem:
    """`span` holds wall time and zone at each end.

    `kind`: flight, train, transfer, hotel, meal, visit, meeting, ceremony, session, free. `place_to` is where a way
    ends. `for_whom` and `without` say who of the booklet's people it is for, and are empty where it is for all of them.
    `status` is that of a session which someone has chosen: confirmed, tentative or cancelled.
    """

    kind: str
    title: Texts
    span: Span
    place: Texts = field(default_factory=dict)
    host: Texts = field(default_factory=dict)
    notes: Texts = field(default_factory=dict)
    address: Texts = field(default_factory=dict)
    place_to: Texts = field(default_factory=dict)
    address_to: Texts = field(default_factory=dict)
    dress: Texts = field(default_factory=dict)
    gift: Texts = field(default_factory=dict)
    contact: str = ""
    open_to_press: bool = False
    leg: TravelLeg | None = None
    for_whom: tuple[Texts, ...] = ()
    without: tuple[Texts, ...] = ()
    status: str = "confirmed"
    vehicle: Texts = field(default_factory=dict)  # in which the one rides whose booklet it is
    people: tuple[int, ...] = ()  # in a delegation's booklet, the registrations of those for whom it is
    item_id: int | None = None
    session: str = ""  # the code of one that was chosen


@dataclass(frozen=True, slots=True)
class ItineraryDay:
    """Items whose start falls on `date` where they start, in order of instants."""

    date: date
    items: tuple[ItineraryItem, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`role`: head, deputy, member, staff, interpreter."""

    person: PersonValues
    role: str = "member"
    registration_id: int = 0


@dataclass(frozen=True, slots=True)
class Stay:
    """Someone in a group: from when and up to when, where that is not as long as the people are divided."""

    person: PersonValues
    since: Moment | None = None
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One group of a division; of its people those whom the booklet is for, in their order."""

    name: Texts
    captain: PersonValues | None = None
    people: tuple[Stay, ...] = ()


@dataclass(frozen=True, slots=True)
class Division:
    """How the people are divided, from `start` to `end`; an end that is None is that of the whole stay."""

    name: Texts
    branches: tuple[Branch, ...]
    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True)
class Lodging:
    """A hotel with its address in every language that it is known in: for the taxi, and for those at home."""

    name: Texts
    address: Texts
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to turn to. `role` is a word of `words.WORDS`; `of` is what they look after."""

    role: str
    name: Texts
    of: Texts = field(default_factory=dict)
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Emergency:
    """The card that one shows to whoever helps; each part may be missing. `numbers` and `consulate` may have lines."""

    liaison: Contact | None = None
    hotels: tuple[Lodging, ...] = ()
    numbers: Texts = field(default_factory=dict)
    consulate: Texts = field(default_factory=dict)
    email: str = ""

    @property
    def says_anything(self) -> bool:
        return bool(self.liaison or self.hotels or self.numbers or self.consulate or self.email)


@dataclass(frozen=True, slots=True)
class OwnFact:
    """What is so for one person alone: their group, room or coach. `label` is a word of `words.WORDS`, unless it is
    said in `said`.
    """

    value: Texts
    label: str = ""
    said: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItineraryValues:
    """One delegation's booklet, or that of `person`, one of its members, with what is for them alone.

    `members` are in precedence order; `lead` names the organization that leads them; `pages` are practical notes.
    `starts_on` and `ends_on` are the days of the trip, None while nothing of it is known. `pictures` are the bytes of
    all pictures, by their keys.
    """

    head: EditionHead
    code: str
    name: Texts
    members: tuple[Member, ...]
    days: tuple[ItineraryDay, ...]
    printed_at: datetime
    lead: Texts = field(default_factory=dict)
    divisions: tuple[Division, ...] = ()
    hotels: tuple[Lodging, ...] = ()
    contacts: tuple[Contact, ...] = ()
    pages: tuple[WrittenPage, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    person: PersonValues | None = None
    own: tuple[OwnFact, ...] = ()
    registration_id: int | None = None
    version: int | None = None
    letters: str = ""  # of all that the delegation's booklets may say, so that fonts are cut once for everyone's
    emergency: Emergency = field(default_factory=Emergency)
    pictures: Mapping[int, bytes] = field(default_factory=dict)
