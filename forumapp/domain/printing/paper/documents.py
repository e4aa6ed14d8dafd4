"""What each paper needs, as plain values. Pure.

A text in several languages is a mapping from BCP 47 tag to words, `{"en": "...", "zh-Hans": "..."}`; a language
without words is left out or empty. Names come in their print form (`layout.latin_name`); nothing here is altered.
Orders are meant: hosts, speakers and members are printed in the order in which they are given, without a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forumapp.core.values.text import pick

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from forumapp.domain.agenda.speaker_pages.briefing import OwnPart

    Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo or another picture; `key` names it among those of the paper."""

    key: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Venue:
    """`rooms` in the organizers' order; `plan` is the floor plan."""

    name: Texts
    address: Texts
    rooms: tuple[Texts, ...] = ()
    plan: Logo | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """`role` is a host role's value: host, co-host, organizer, supporter, guest-of-honor, sponsor, media; `level` is a
    sponsor's.
    """

    name: Texts
    role: str
    remark: Texts = field(default_factory=dict)
    level: Texts = field(default_factory=dict)
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class EditionHead:
    """What every paper of an edition shares.

    `ordinal` is the stored one, None when the edition has none. The first of `languages` leads on paper.
    `page_size` is "A4" (books are A5) or "Letter" (books are half Letter). `accent_color` is "#rrggbb".
    `ranked_on` is the day on which the order was approved in which people stand, on papers that have such an order.
    """

    name: Texts
    ordinal: int | None
    starts_on: date
    ends_on: date
    zone: str
    place: Texts
    theme: Texts = field(default_factory=dict)
    hosts: tuple[Host, ...] = ()
    languages: tuple[str, ...] = ("en", "zh-Hans")
    page_size: str = "A4"
    accent_color: str = "#1f4e79"
    is_sample: bool = False
    ranked_on: date | None = None


@dataclass(frozen=True, slots=True)
class BadgeValues:
    """One badge. `code` is opaque ASCII for the QR, `short_code` what people read aloud; `type_color` is "#rrggbb";
    `delegation` is what theirs is called, if they are in one.
    """

    registration_id: int
    latin_name: str
    native_name: str
    native_lang: str
    title: Texts
    organization: Texts
    type_code: str
    type_name: Texts
    type_color: str
    code: str
    short_code: str
    delegation: Texts = field(default_factory=dict)
    photo: int | None = None  # its key among the pictures

    @property
    def shown_name(self) -> str:
        """The name by which a finding is reported."""
        return " ".join(name for name in (self.latin_name, self.native_name) if name)


@dataclass(frozen=True, slots=True)
class BackSession:
    """A session as the back of a badge has it; `at` is when it begins, by the edition's clocks."""

    day: date
    at: str
    title: Texts
    room: Texts


@dataclass(frozen=True, slots=True)
class BackFacts:
    """What the backs of an edition's badges tell: its sessions in order, and whom to ring, each under a word of
    `words.WORDS`.
    """

    sessions: tuple[BackSession, ...] = ()
    help: tuple[tuple[str, Texts], ...] = ()


@dataclass(frozen=True, slots=True)
class TicketSession:
    """A session with limited places that the ticket's holder has chosen; its times are local times of the forum, and
    `status` is confirmed, tentative or cancelled.
    """

    title: Texts
    room: Texts
    starts: datetime
    ends: datetime
    status: str = "confirmed"


@dataclass(frozen=True, slots=True)
class PersonValues:
    """A person as books show them, with the office in which they attend; those who speak with what is told of them."""

    person_id: int
    latin_name: str
    native_name: str = ""
    native_lang: str = "zh-Hans"
    title: Texts = field(default_factory=dict)
    organization: Texts = field(default_factory=dict)
    biography: Texts = field(default_factory=dict)
    photo: Logo | None = None
    sort_key: tuple[str, ...] = ()  # where they stand among others by name

    @property
    def shown_name(self) -> str:
        """The name by which a finding is reported."""
        return " ".join(name for name in (self.latin_name, self.native_name) if name)

    @property
    def as_text(self) -> Texts:
        """In each language the name as its readers know it."""
        return {"en": self.latin_name or self.native_name, "zh-Hans": self.native_name or self.latin_name}


@dataclass(frozen=True, slots=True)
class Appearance:
    """A person's part in a session or item. `role`: speaker, moderator, panelist, signatory, interpreter, mc."""

    role: str
    person: PersonValues


@dataclass(frozen=True, slots=True)
class ProgramItem:
    """`mode` is none, simultaneous or consecutive interpretation."""

    title: Texts
    minutes: int
    people: tuple[Appearance, ...] = ()
    mode: str = "none"


@dataclass(frozen=True, slots=True)
class ProgramSession:
    """`starts` and `ends` are aware, in the edition's zone.

    `kind` is a session kind's value (breaks, meals and registration are set quietly); `interpretation` is none,
    simultaneous or consecutive; `press` is open, invited or closed. What is cancelled stands in no program, so that
    `status` is confirmed or tentative.
    """

    code: str
    title: Texts
    kind: str
    starts: datetime
    ends: datetime
    status: str = "confirmed"
    room: Texts = field(default_factory=dict)
    track: Texts = field(default_factory=dict)
    interpretation: str = "none"
    press: str = "open"
    people: tuple[Appearance, ...] = ()
    items: tuple[ProgramItem, ...] = ()
    channels: tuple[tuple[int, str], ...] = ()  # numbers, each with the code of the language that is heard there
    id: int = 0
    there: tuple[datetime, datetime] | None = None  # by the clocks of its place, where these are others


@dataclass(frozen=True, slots=True)
class ProgramDay:
    """The sessions of an edition-local day in order; what ends after midnight belongs to the day it began."""

    date: date
    sessions: tuple[ProgramSession, ...]


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page that organizers write. `kind` is a content kind's value: welcome, practical, ...; `body` is Markdown."""

    code: str
    kind: str
    title: Texts
    body: Texts
    signatory: PersonValues | None = None
    picture: Logo | None = None  # of a letter, whose it is


@dataclass(frozen=True, slots=True)
class ProgramValues:
    """`speakers` are in protocol order, `pages` in the organizers'; `version` is the agenda version.

    `printed_at` is an aware time, `pictures` are the bytes of all pictures, by their keys.
    """

    head: EditionHead
    days: tuple[ProgramDay, ...]
    speakers: tuple[PersonValues, ...]
    version: int
    printed_at: datetime
    pages: tuple[WrittenPage, ...] = ()
    venues: tuple[Venue, ...] = ()
    pictures: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PocketValues(ProgramValues):
    """The same for the pocket: days, rooms and channels, and nobody's name, since people change last."""

    @classmethod
    def of(cls, program: ProgramValues) -> PocketValues:
        days = tuple(
            replace(day, sessions=tuple(replace(one, people=(), items=()) for one in day.sessions))
            for day in program.days
        )
        venues = tuple(replace(venue, plan=None, rooms=()) for venue in program.venues)
        head = replace(program.head, hosts=(), theme={})
        return cls(head, days, (), program.version, program.printed_at, (), venues)


@dataclass(frozen=True, slots=True)
class Correction:
    """What has changed of a session, a sentence each. `when` is the day and time at which it begins."""

    title: Texts
    when: Texts
    said: Mapping[str, tuple[str, ...]]
    is_gone: bool = False
    session_id: int = 0

    @property
    def told(self) -> Texts:
        """All that stands of it, by language."""
        return {language: " ".join((pick(self.title, language), *said)) for language, said in self.said.items()}


@dataclass(frozen=True, slots=True)
class ErratumValues:
    """From the version of a printed program, `since`, to another one."""

    head: EditionHead
    since: int
    version: int
    printed_at: datetime
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class SpeakerPart:
    """One part of a speaker, with who leads the session and who else is heard in it, in protocol order."""

    own: OwnPart
    leading: tuple[Appearance, ...] = ()
    others: tuple[Appearance, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerDay:
    """Parts that begin on `date` where they take place, in order of instants."""

    date: date
    parts: tuple[SpeakerPart, ...]


@dataclass(frozen=True, slots=True)
class SpeakerAgendaValues:
    """One speaker's agenda and briefing. `version` is that of the agenda, `home_zone` where they live, if they said."""

    head: EditionHead
    person: PersonValues
    days: tuple[SpeakerDay, ...]
    version: int
    printed_at: datetime
    home_zone: str = ""
    contact: str = ""
    av_needs: str = ""
    speaks: str = ""
    letters: str = ""  # of the whole agenda, so that fonts are cut once for everyone's
