"""What an import of an agenda would do: each session of the file held against those of the edition.

A session is found again by what its file knows it by. What the file says and the edition does not is changed; what the
file leaves open stays, and so do sessions, and parts in them, that the file does not name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import refuse_faults
from forumapp.core.values.times import Span
from forumapp.domain.agenda.days import day_of
from forumapp.domain.agenda.formats.parsing import refs
from forumapp.domain.agenda.formats.parsing.schedule_builder import OTHER_KIND
from forumapp.domain.agenda.formats.reader import read
from forumapp.domain.agenda.formats.readers.tables import HEADINGS, OURS
from forumapp.domain.agenda.models import (
    AssignmentStatus,
    Interpretation,
    InterpretationChannel,
    Press,
    RoleAssignment,
    Session,
    SessionItem,
    SessionKind,
    SessionStatus,
    Track,
)
from forumapp.domain.forums.models import Edition, Layout, Room
from forumapp.domain.forums.rules import seats_in
from forumapp.domain.importing.agenda.parts import Within, channels_to_add, differ, matched, missing
from forumapp.domain.importing.agenda.speakers import Known, know, spoken
from forumapp.domain.people.imports.services import Line, State
from forumapp.domain.people.spreadsheets.rows import Draft, RowFault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Moment
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.agenda.formats.parsing.values import FileSession, Finding, Part, Schedule

CHOICES = {"kind": SessionKind, "status": SessionStatus, "interpretation": Interpretation, "press": Press,
           "layout": Layout}  # fmt: skip
SET_UP = ("setup_minutes", "changeover_minutes")


@dataclass(frozen=True, slots=True)
class SessionLine(Line):
    """`session_id` is the session that it is, None of a new one; `changes` are columns with what they become, and
    `span` the times if they do. `parts` and `channels` are those that are missing, and `items` those that stand of the
    file's, None for each that is missing.
    """

    session: FileSession | None = None
    ref: str = ""
    session_id: int | None = None
    version: int = 0
    changes: Mapping[str, Any] = field(default_factory=dict)
    span: Span | None = None
    parts: tuple[Part, ...] = ()
    items: tuple[SessionItem | None, ...] = ()
    channels: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class Plan:
    """`left` are titles of sessions that came by an import once, and that this file does not name."""

    schedule: Schedule
    lines: list[SessionLine]
    speakers: Known
    left: Sequence[Mapping[str, str]]
    # What would be made for them; rooms are left out where the actor may make none.
    rooms: list[str]
    tracks: list[str]
    makes_rooms: bool
    outside: int  # sessions that would begin outside the edition's dates

    @property
    def notices(self) -> list[tuple[RowFault, int]]:
        """What is to be said of sessions, with the number of sessions it is true of; of most first."""
        counted = Counter((one.code, one.among) for line in self.lines for one in line.notices)
        return [(RowFault("", *said), number) for said, number in counted.most_common()]

    @property
    def often(self) -> list[tuple[RowFault, int]]:
        """The same, of several sessions only."""
        return [(fault, number) for fault, number in self.notices if number > 1]

    @property
    def people(self) -> list[str]:
        """Who would be new."""
        needed = {part.speaker for line in self.lines for part in line.parts if line.state is not State.FAULTY}
        return [key for key in self.speakers.drafts if key in needed]

    @property
    def answers(self) -> dict[AssignmentStatus, int]:
        """How many parts would be given to people by how they answered: whom no file says to have is invited."""
        parts = [part for line in self.lines for part in line.parts if line.state is not State.FAULTY]
        found = Counter(AssignmentStatus(part.answer or AssignmentStatus.INVITED) for part in parts)
        return {one: found[one] for one in AssignmentStatus if found[one]}


def schedule_of(
    db: DbSession,
    edition_id: int,
    files: Mapping[str, bytes],
    *,
    form: str = "",
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    heading_row: int | None = None,
) -> Schedule:
    """Raises UnreadableTable, and Invalid for a sheet or heading row of what is no table."""
    edition = db.get_one(Edition, edition_id)
    schedule = read(
        files,
        edition.zone,
        form=form,
        year=edition.starts_on.year,
        mapping=mapping,
        sheet=sheet,
        heading_row=heading_row,
    )
    if schedule.table is None and (sheet or heading_row):
        refuse_faults({"sheet" if sheet else "heading_row": "not-an-option"})
    return schedule


def sample() -> tuple[list[str], list[list[str]]]:
    """A table to fill in."""
    headings = [HEADINGS[name][0] for name in OURS]
    rows = [
        ["opening", "Opening ceremony", "开幕式", "opening", "confirmed", "2027-05-20 09:00", "2027-05-20 10:00", "",
         "", "Grand Ballroom", "大宴会厅", "Plenary", "全体会议", "en, zh-Hans", "simultaneous", "open",
         "mc: Li Wei (李薇); speaker: Zhang San (张三)", "invited", "", ""],
        ["lunch", "Lunch", "午餐", "meal", "", "", "", "", "90", "", "", "", "", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    return headings, rows


def plan(
    db: DbSession,
    edition_id: int,
    schedule: Schedule,
    contact_scope: ContactScope | None,
    *,
    makes_rooms: bool = True,
    before: datetime | None = None,
    only: Collection[int] | None = None,
) -> Plan:
    """As many queries, however many sessions there are. Whoever may not set up rooms `makes_rooms` not. `only` are the
    numbers of the sessions that are compared, where these are not all.
    """
    edition = db.get_one(Edition, edition_id)
    there = _There(db, edition, makes_rooms=makes_rooms)
    wanted = [one for one in schedule.sessions if only is None or one.number in only]
    keys = [part.speaker for one in wanted for part in one.parts]
    known = know(db, edition_id, spoken(keys, schedule.speakers), contact_scope, before=before)
    names = refs.refs_of(schedule.sessions, schedule.source)
    by_code = schedule.read_as in {"csv", "xlsx"} or schedule.edition == edition.slug
    found = {one.number: there.find(one, names[one.number], schedule, by_code=by_code) for one in schedule.sessions}
    names = {one.number: there.free_ref(one, names[one.number], found[one.number]) for one in schedule.sessions}
    held = _Held(there, schedule, known)
    lines = [_line(one, names[one.number], found[one.number], held) for one in wanted]
    left = [row.title for row in _left_by(there.sessions, [row for row in found.values() if row])]
    taken = [line.session for line in lines if line.session and line.state is not State.FAULTY]
    rooms = [key for key in {one.room: 0 for one in taken if one.room} if there.room(key, schedule) is None]
    tracks = [key for key in {one.track: 0 for one in taken if one.track} if there.track(key, schedule) is None]
    outside = sum(one.start is not None and not _is_inside(one.start, edition) for one in taken)
    return Plan(schedule, lines, known, left, rooms, tracks, makes_rooms, outside)


def _left_by(sessions: Collection[Session], named: Collection[Session]) -> list[Session]:
    """The sessions that came from the same source as those that a file names, and that it does not name."""
    named_ids = {row.id for row in named}
    sources = {refs.named_source(row.import_ref) for row in named if row.import_ref}
    imported = [(row, row.import_ref) for row in sessions if row.import_ref and row.id not in named_ids]
    return [row for row, ref in imported if refs.named_source(ref) in sources]


def _is_inside(start: Moment, edition: Edition) -> bool:
    return edition.starts_on <= day_of(start.utc, edition.zone) <= edition.ends_on


class _There:
    """The edition's agenda, as far as a file is held against it. Six queries."""

    def __init__(self, db: DbSession, edition: Edition, *, makes_rooms: bool) -> None:
        self.edition, self.makes_rooms = edition, makes_rooms
        self.sessions = list(db.scalars(select(Session).where(Session.edition_id == edition.id).order_by(Session.id)))
        rooms = select(Room.id, Room.name, Room.code, Room.capacity, Room.layouts).where(Room.edition_id == edition.id)
        tracks = select(Track.id, Track.name, Track.code).where(Track.edition_id == edition.id)
        there = db.execute(rooms).all()
        self.seats = {row.id: (row.capacity, row.layouts) for row in there}
        self.room_keys = {row.id: refs.name_keys(row.name) for row in there}
        self.rooms = by_names((row.id, row.name, row.code) for row in there)
        self.tracks = by_names(db.execute(tracks).all())
        self.within = _within(db, edition.id)
        self._by_ref: dict[str, Session] = {}
        self._by_id: dict[str, list[Session]] = defaultdict(list)  # by the id alone, of any source
        self._by_code = {row.code: row for row in self.sessions}
        for row in self.sessions:
            self._by_ref[refs.guid_of(edition.slug, row.code)] = row
        for row in self.sessions:
            if row.import_ref:
                self._by_ref[refs.normalized(row.import_ref)] = row
                self._by_id[refs.source_and_id(row.import_ref)[1]].append(row)

    def find(self, one: FileSession, ref: str, schedule: Schedule, *, by_code: bool) -> Session | None:
        row = None if refs.is_bare_number(ref) else self._by_ref.get(ref)
        code = refs.code_in(one.ref, self.edition.slug) or (one.code if by_code else "")
        return row or self._find_by_id(one, ref, schedule) or self._by_code.get(code)

    def _find_by_id(self, one: FileSession, ref: str, schedule: Schedule) -> Session | None:
        """A session with the same id, where the file or the earlier import named no source. The id alone proves
        nothing: the title, or start and room, must be the same as well.
        """
        source, own_id = refs.source_and_id(ref)
        for row in self._by_id.get(own_id, ()) if own_id else ():
            known_source, _own_id = refs.source_and_id(row.import_ref or "")
            if (not source or not known_source) and self._is_alike(one, row, schedule):
                return row
        return None

    def _is_alike(self, one: FileSession, row: Session, schedule: Schedule) -> bool:
        if refs.name_keys(one.title) & refs.name_keys(row.title):
            return True
        is_same_start = one.start is not None and one.start.utc == row.start_utc
        return is_same_start and bool(one.room) and self.room(one.room, schedule) == row.room_id

    def free_ref(self, one: FileSession, ref: str, row: Session | None) -> str:
        """`ref`, or another one for a new session where an unrelated session has it."""
        return refs.with_made_source(one, ref) if row is None and ref in self._by_ref else ref

    def room(self, key: str, schedule: Schedule, held: int | None = None) -> int | None:
        """Of several rooms of one name the one that is `held` already."""
        names = schedule.rooms[key].name
        if held and self.room_keys[held] & refs.name_keys(names):
            return held
        return place_of(key, names, self.rooms)

    def track(self, key: str, schedule: Schedule) -> int | None:
        return place_of(key, schedule.tracks[key].name, self.tracks)


def _within(db: DbSession, edition_id: int) -> dict[int, Within]:
    """By session."""
    found: dict[int, Within] = defaultdict(Within)
    items = select(SessionItem).where(SessionItem.edition_id == edition_id).order_by(SessionItem.position)
    for item in db.scalars(items):
        found[item.session_id].items.append(item)
    channel, part = InterpretationChannel, RoleAssignment
    channels = select(channel.session_id, channel.number, channel.language).where(channel.edition_id == edition_id)
    for session_id, number, language in db.execute(channels):
        found[session_id].channels[number] = language
    parts = select(part.session_id, part.item_id, part.person_id, part.role).where(part.edition_id == edition_id)
    for session_id, item_id, person_id, role in db.execute(parts):
        found[session_id].parts.append((item_id, person_id, role.value))
    return found


def by_names(rows: Iterable[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row_id, names, code in rows:
        for key in (*refs.name_keys(names), *refs.name_keys({"": code})):
            found.setdefault(key, row_id)
    return found


def place_of(key: str, names: Mapping[str, str], there: Mapping[str, int]) -> int | None:
    """The room or track that a file's name means."""
    keys = refs.name_keys(names) if key else ()
    return next((there[one] for one in keys if one in there), None)


@dataclass(frozen=True, slots=True)
class _Held:
    there: _There
    schedule: Schedule
    known: Known


def _line(one: FileSession, ref: str, row: Session | None, held: _Held) -> SessionLine:
    known = held.known
    notices = [
        *(_row_fault(finding) for finding in one.findings if not finding.is_fault),
        *(known.notices[part.speaker] for part in one.parts if part.speaker in known.notices),
    ]
    line = partial(SessionLine, one.number, name=_name(one), draft=Draft(one.number, {}), session=one, ref=ref)
    if one.is_faulty:
        faults = tuple(_row_fault(finding) for finding in one.findings if finding.is_fault)
        return line(state=State.FAULTY, faults=faults, notices=tuple(notices))
    if row is None:
        nothing = (None,) * len(one.items)
        return line(state=State.NEW, notices=tuple(notices), parts=one.parts, items=nothing, channels=one.channels)
    changes = _changes(one, row, held.there, held.schedule)
    if _is_too_small(changes, row, held):
        fault = RowFault(one.at, "above-room", (one.room,) if one.room else ())
        return line(state=State.FAULTY, faults=(fault,), notices=tuple(notices), session_id=row.id)
    span = _new_span(one, row)
    made, more, changed = _parts_of(one, row, held)
    notices += more
    said = (*changes, *(["times"] if span else []), *changed)
    of_row: dict[str, Any] = {"session_id": row.id, "version": row.version, "more": said, **made}
    state = State.CHANGED if said else State.SAME
    return line(state=state, notices=tuple(notices), changes=changes, span=span, **of_row)


def _parts_of(one: FileSession, row: Session, held: _Held) -> tuple[dict[str, Any], list[RowFault], list[str]]:
    """What a line holds of what its session is made of, the notices, and which of it would change."""
    there, known = held.there.within[row.id], held.known
    by_id = held.schedule.edition == held.there.edition.slug
    items = matched(one.items, there.items, by_id=by_id)
    channels, taken = channels_to_add(one.channels, there.channels)
    kind = SessionKind(one.kind) if one.kind else row.kind
    parts = missing(one.parts, known, kind, items, there.parts)
    change = {"items": differ(one.items, items, there.items), "channels": channels, "roles": parts}
    made = {"items": tuple(items), "channels": tuple(channels), "parts": tuple(parts)}
    notices = [RowFault(one.at, "channel-taken", (channel,)) for channel in taken]
    return made, notices, [name for name, is_changed in change.items() if is_changed]


def _is_too_small(changes: Mapping[str, Any], row: Session, held: _Held) -> bool:
    """Whether the room that a session would move into or be set up in, one of the edition or of the file, holds fewer
    than it has places: nobody may set that by hand either, and a batch would not come past it.
    """
    room, layout = changes.get("room_id", row.room_id), changes.get("layout", row.layout)
    if row.places is None or not room or not changes.keys() & {"room_id", "layout"}:
        return False
    of_file = isinstance(room, str)
    seats = held.schedule.rooms[room].capacity if of_file else seats_in(*held.there.seats[room], layout)
    return 0 < seats < row.places


def _row_fault(finding: Finding) -> RowFault:
    return RowFault(finding.at, finding.code, (finding.said,) if finding.said else ())


def _name(one: FileSession) -> str:
    return " · ".join(text for text in one.title.values() if text)


def _changes(one: FileSession, row: Session, there: _There, schedule: Schedule) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("title", "abstract"):  # a file tells no blanks around them
        there_is = getattr(row, name)
        said = {code: text for code, text in getattr(one, name).items() if text}
        if said != {code: text.strip() for code, text in there_is.items() if code in said}:
            found[name] = {**there_is, **said}
    found |= {name: kind(getattr(one, name)) for name, kind in CHOICES.items() if getattr(one, name)}
    found |= {name: getattr(one, name) for name in SET_UP if getattr(one, name) is not None}
    if one.languages:
        found["languages"] = list(one.languages)
    if one.in_all_rooms:
        found |= {"in_all_rooms": True} | ({} if one.room else {"room_id": None})
    if one.room:
        room = there.room(one.room, schedule, row.room_id) or (one.room if there.makes_rooms else row.room_id)
        found["room_id"] = room
        # Files that name a room do not tell whether it takes all others; one that was in no single room has moved.
        if room and row.in_all_rooms and row.room_id is None and not one.in_all_rooms:
            found["in_all_rooms"] = False
    if one.track:
        found["track_id"] = there.track(one.track, schedule) or one.track
    if one.minutes and one.start is None and row.span is None:
        found["planned_minutes"] = one.minutes
    return {name: value for name, value in found.items() if getattr(row, name) != value}


def _new_span(one: FileSession, row: Session) -> Span | None:
    span, now = span_of(one), row.span
    if span is None or (now and (now.start.utc, now.end.utc) == (span.start.utc, span.end.utc)):
        return None
    return span


def span_of(one: FileSession) -> Span | None:
    return Span(one.start, one.end) if one.start and one.end else None


def new_values(line: SessionLine) -> dict[str, Any]:
    """The columns of a new session but its places; a kind that no file tells is the usual one."""
    one = line.session
    assert one is not None, "of a session"  # noqa: S101 (a mistake of ours)
    chosen = {name: kind(getattr(one, name)) for name, kind in CHOICES.items() if getattr(one, name)}
    return {
        "kind": SessionKind(OTHER_KIND),
        **chosen,
        "title": dict(one.title),
        "abstract": dict(one.abstract),
        "languages": list(one.languages),
        **{name: getattr(one, name) or 0 for name in SET_UP},
        "in_all_rooms": one.in_all_rooms,
        "planned_minutes": one.minutes if one.start is None else None,
        "import_ref": line.ref,
    }
