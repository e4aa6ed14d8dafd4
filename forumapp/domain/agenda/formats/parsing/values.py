"""What an agenda file says, whatever its format: plain values, with what is to be told of the file. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forumapp.core.files.spreadsheets import UnreadableTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.core.files.spreadsheets import Table
    from forumapp.core.values.times import Moment

FORMATS = ("frab-xml", "frab-json", "open-event", "ics", "csv", "xlsx", "json", "program")
GENERATOR = "forumapp"  # what files of ours say that they are written by
# The processing instruction by which a session in our XML names its time zone, if it is not the edition's.
ZONE_INSTRUCTION = "forumapp-zone"
# What formats other than our own JSON have no place for, as our files say that they lack it.
LEFT_OUT = ("items", "channels", "set-up", "roles", "parts")
# Findings of what a file plainly says and an import would lose.
LOSSES = frozenset({
    "no-sessions", "speakers-alone", "known-column-left-out", "field-left-out", "tag-left-out",
    "room-left-out", "unknown-ref", "zone-contradicts-offset", "error-cell",
    "unknown-zone", "no-end", "ends-before-start", "strange-length",
})  # fmt: skip
LARGEST_FILES = 400  # of an archive or a folder
LARGEST_ALL = 24 * 1024 * 1024  # bytes of all files of an archive or a folder
MOST_VALUES = 1_000_000  # of a JSON document: objects, lists and what they hold
MOST_LINES = 400_000  # of an iCalendar file, as it is folded
DEEPEST, MOST_ELEMENTS = 40, 400_000  # of an XML file
MOST_SESSIONS, MOST_PEOPLE, MOST_PLACES = 5_000, 20_000, 1_000


class UnreadableSchedule(UnreadableTable):
    """A file in which no agenda can be read: `why`, and `at` which place where one is known.

    `why` is one of those of UnreadableTable, or not-xml, not-json, entities, too-deep, too-many-values, too-many-lines,
    too-many-elements, archive-too-large, unknown-format, misplaced, no-days, too-many-files, not-an-archive.
    """

    code = "unreadable-schedule"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a place of the file: `code` says what, and `said` is what stands there.

    A fault keeps its session out; anything else is told and taken.
    """

    at: str
    code: str
    said: str = ""
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class FileRoom:
    name: Mapping[str, str]
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class FileTrack:
    name: Mapping[str, str]
    color: str = ""


@dataclass(frozen=True, slots=True)
class FileSpeaker:
    """Of the two names one may be empty."""

    latin: str
    native: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    organization: Mapping[str, str] = field(default_factory=dict)
    biography: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        return " · ".join(text for text in (self.latin, self.native) if text)


@dataclass(frozen=True, slots=True)
class Part:
    """`speaker` is a key of the schedule's speakers; `role`, and `answer` (invited, confirmed or declined), are empty
    where the file says none. `item` is the place of its item among those of the session, None in all of it.
    """

    speaker: str
    role: str = ""
    answer: str = ""
    item: int | None = None


@dataclass(frozen=True, slots=True)
class FileItem:
    """`id` is that of the item in the edition that the file was written of; `minutes` are those of whoever speaks."""

    kind: str
    title: Mapping[str, str]
    minutes: int
    mode: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class FileSession:
    """`number` counts sessions as the file has them, or rows; `ref` is what the file knows it by. None and "" are what
    the file does not say. `room` and `track` are keys of the schedule's.
    """

    number: int
    at: str
    ref: str
    title: Mapping[str, str]
    abstract: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    kind: str = ""
    status: str = ""
    room: str = ""
    in_all_rooms: bool = False
    track: str = ""
    start: Moment | None = None
    end: Moment | None = None
    minutes: int | None = None
    languages: tuple[str, ...] = ()
    interpretation: str = ""
    press: str = ""
    layout: str = ""
    setup_minutes: int | None = None
    changeover_minutes: int | None = None
    channels: tuple[tuple[int, str], ...] = ()
    items: tuple[FileItem, ...] = ()
    parts: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_faulty(self) -> bool:
        return any(one.is_fault for one in self.findings)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`findings` are those of no session; those of sessions stand with them. `read_as` is a format."""

    read_as: str
    sessions: tuple[FileSession, ...]
    rooms: Mapping[str, FileRoom]
    tracks: Mapping[str, FileTrack]
    speakers: Mapping[str, FileSpeaker]
    findings: tuple[Finding, ...] = ()
    # The event that the file is of, in its own words; and the slug of the edition, of files that we wrote.
    source: str = ""
    edition: str = ""
    # Of tables: the headings, and what each is thought to mean.
    headings: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    table: Table | None = None  # where it stands in the file, without its rows
