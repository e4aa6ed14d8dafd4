"""An agenda with all that is wrong with it, where a session is moved and only what that touches is looked at. Pure.

Each finding belongs to what it was found at: a room, a person, a session that is in all rooms, or a session. Moving
one looks again at the room it leaves, the one it comes to, its people and itself, and at nothing else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from forumapp.domain.agenda.clashes import of_all_rooms, of_person, of_room
from forumapp.domain.agenda.conflicts import presence
from forumapp.domain.agenda.gaps import of_one
from forumapp.domain.agenda.interpreting import by_interpreter, of_interpreter, of_session
from forumapp.domain.agenda.severities import DEFAULTS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.domain.agenda.conflicts import Booked, Finding, Frame, Times

    Place = tuple[str, int]

ORDER = {code: place for place, code in enumerate(DEFAULTS)}
LAST = datetime.max.replace(tzinfo=UTC)


class Change(NamedTuple):
    """What a move brought about, and what it mended; what it left as it was is in neither."""

    came: list[Finding]
    went: list[Finding]


class Board:
    """Sessions that are not cancelled, and every finding about them."""

    def __init__(self, sessions: Iterable[Booked], frame: Frame) -> None:
        self.frame = frame
        self.sessions: dict[int, Booked] = {one.id: one for one in sessions}
        self._found: dict[Place, list[Finding]] = {}
        self._rooms: dict[int, set[int]] = defaultdict(set)
        self._needed: dict[int, dict[int, list[Times]]] = defaultdict(dict)
        self._present: dict[int, dict[int, list[Times]]] = {}
        self._interprets = by_interpreter(self.sessions.values())
        self._everywhere: set[int] = set()
        self._starts: list[tuple[datetime, int]] = []
        self._longest = timedelta()
        for one in self.sessions.values():
            self._put(one)
        self._starts.sort()
        self._look(self._places())

    @property
    def findings(self) -> list[Finding]:
        """Every finding but ignored ones, the most pressing kinds first, each in order of time."""
        return self._in_order(one for those in self._found.values() for one in those)

    def findings_of(self, session_id: int) -> list[Finding]:
        """The findings to which a session is a party."""
        session = self.sessions.get(session_id)
        places = set(self._touched(session)) if session else set()
        party = ("session", session_id)
        return self._in_order(one for place in places for one in self._found.get(place, ()) if party in one.parties)

    def move(self, session_id: int, start: datetime | None, end: datetime | None, room: int | None) -> Change:
        """Put a session at other instants, in another room or, both None, on the unscheduled list.

        Its times are taken as good ones: whoever wrote them refused those that do not exist.
        """
        before = self.sessions[session_id]
        return self.put(replace(before, start=start, end=end, clock=(), room=room))

    def put(self, session: Booked) -> Change:
        """Have a session as it is now, be it changed in whatever way or new."""
        before = self.sessions.get(session.id)
        touched = set(self._touched(before)) if before else set()
        if before:
            self._take(before)
        self.sessions[session.id] = session
        for person in by_interpreter([session]):
            self._interprets[person].add(session.id)
        self._put(session, sort=True)
        return self._looked(touched | set(self._touched(session)))

    def remove(self, session_id: int) -> Change:
        """Leave a session out: it was cancelled or removed."""
        before = self.sessions[session_id]
        touched = set(self._touched(before))
        self._take(before)
        del self.sessions[session_id]
        return self._looked(touched)

    def _put(self, session: Booked, *, sort: bool = False) -> None:
        self._present[session.id] = presence(session)
        for person, spans in self._present[session.id].items():
            self._needed[person][session.id] = spans
        if session.room is not None:
            self._rooms[session.room].add(session.id)
        if session.start and session.end:
            (insort if sort else list.append)(self._starts, (session.start, session.id))
            if (length := session.end - session.start) > self._longest:
                self._longest = length
        if session.in_all_rooms:
            self._everywhere.add(session.id)

    def _take(self, session: Booked) -> None:
        for person in {part.person for part in session.parts}:
            self._needed[person].pop(session.id, None)
            self._interprets.get(person, set()).discard(session.id)
        del self._present[session.id]
        if session.room is not None:
            self._rooms[session.room].discard(session.id)
        if session.start:
            del self._starts[bisect_left(self._starts, (session.start, session.id))]
        self._everywhere.discard(session.id)

    def _places(self) -> Iterator[Place]:
        """Where findings may be found at all."""
        yield from (("room", one) for one, those in self._rooms.items() if len(those) > 1)
        available = self.frame.available
        for one, those in self._needed.items():
            if len(those) > 1 or one in available or one in self._interprets:
                yield "person", one
        yield from (("everywhere", one) for one in self._everywhere)
        yield from (("session", one) for one in self.sessions)

    def _touched(self, session: Booked) -> Iterator[Place]:
        """The places at which findings may change with a session."""
        yield "session", session.id
        if session.room is not None:
            yield "room", session.room
        yield from (("person", part.person) for part in session.parts)
        yield "everywhere", session.id
        span = session.times
        for one in self._everywhere if span else ():
            times = self.sessions[one].times
            if span and times and times[0] < span[1] and span[0] < times[1]:
                yield "everywhere", one

    def _looked(self, places: set[Place]) -> Change:
        before = {one for place in places for one in self._found.pop(place, ())}
        self._look(places)
        after = {one for place in places for one in self._found.get(place, ())}
        return Change(self._in_order(after - before), self._in_order(before - after))

    def _look(self, places: Iterable[Place]) -> None:
        for kind, key in places:
            found = [one for one in self._at(kind, key) if one.severity is not Severity.IGNORE]
            if found:
                self._found[kind, key] = found

    def _at(self, kind: str, key: int) -> Iterator[Finding]:
        sessions, frame = self.sessions, self.frame
        if kind == "room":
            yield from of_room(key, (sessions[one] for one in self._rooms[key]), frame)
        elif kind == "person":
            yield from of_person(key, self._needed[key], sessions, frame)
            if interprets := self._interprets.get(key):
                needed = self._needed[key]
                yield from of_interpreter(key, {one: needed[one] for one in interprets if one in needed}, frame)
        elif kind == "everywhere" and key in self._everywhere:
            yield from of_all_rooms(sessions[key], self._at_the_time_of(sessions[key]), frame)
        elif kind == "session" and key in sessions:
            yield from of_one(sessions[key], frame)
            yield from of_session(sessions[key], self._present.get(key, {}), frame)

    def _at_the_time_of(self, session: Booked) -> Iterator[Booked]:
        """Those that may run at the same time, and few others."""
        if session.start and session.end:
            first = bisect_right(self._starts, (session.start - self._longest, 0))
            last = bisect_left(self._starts, (session.end, 0))
            yield from (self.sessions[one] for _, one in self._starts[first:last])

    def _in_order(self, findings: Iterable[Finding]) -> list[Finding]:
        return sorted(findings, key=lambda one: (ORDER[one.code], self._begin(one), one.parties))

    def _begin(self, finding: Finding) -> datetime:
        session = self.sessions.get(finding.sessions[0])
        return session.start if session and session.start else LAST


def find_all(sessions: Iterable[Booked], frame: Frame) -> list[Finding]:
    """Every finding about these sessions."""
    return Board(sessions, frame).findings
