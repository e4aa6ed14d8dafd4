"""An agenda with all that is wrong with it, where a session is moved and only what that touches is looked at. Pure.

Each finding belongs to what it was found at: a room, a person, a session that is in all rooms, or a session. Moving
one looks again at the room it leaves, the one it comes to, its people and itself, and at nothing else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from forumapp.domain.agenda.findings.double_booking import of_all_rooms, of_person, of_room
from forumapp.domain.agenda.findings.interpreters import by_interpreter, of_interpreter, of_session
from forumapp.domain.agenda.findings.session_checks import of_one
from forumapp.domain.agenda.findings.values import presence
from forumapp.domain.agenda.severities import DEFAULTS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.domain.agenda.findings.values import Booked, Finding, Frame, Times

    Place = tuple[str, int]

ORDER = {str(code): place for place, code in enumerate(DEFAULTS)}
IGNORE = Severity.IGNORE
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
        self._begins: dict[int, datetime] = {}
        self._longest = timedelta()
        for one in self.sessions.values():
            self._put(one)
        self._starts.sort()
        self._look(self._places())

    @property
    def findings(self) -> list[Finding]:
        """Every finding but ignored ones, the most pressing kinds first, each in order of time."""
        kinds: dict[str, list[Finding]] = defaultdict(list)
        for place in self._in_time():  # what is found at one session alone is found nowhere else, and needs no sorting
            for one in self._found.get(place, ()):
                kinds[one.code].append(one)
        shared = (one for (kind, _), those in self._found.items() if kind != "session" for one in those)
        for one in self._in_order(shared):
            kinds[one.code].append(one)
        return [one for code in sorted(kinds, key=ORDER.__getitem__) for one in kinds[code]]

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
            self._begins[session.id] = session.start
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
            self._begins.pop(session.id, None)
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

    def _in_time(self) -> Iterator[Place]:
        """Each session by itself, those without a time last."""
        yield from (("session", one) for _, one in self._starts)
        yield from (("session", one) for one in sorted(self.sessions.keys() - self._begins.keys()))

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
        for place in places:
            found = [one for one in self._at(*place) if one.severity is not IGNORE]
            if found:
                self._found[place] = found

    def _at(self, kind: str, key: int) -> Iterable[Finding]:
        sessions, frame = self.sessions, self.frame
        if kind == "session" and key in sessions:
            one = sessions[key]
            return chain(of_one(one, frame), of_session(one, self._present[key], frame))
        if kind == "person":
            needed = self._needed[key]
            found = of_person(key, needed, sessions, frame)
            if interprets := self._interprets.get(key):
                spans = {one: needed[one] for one in interprets if one in needed}
                return chain(found, of_interpreter(key, spans, frame))
            return found
        if kind == "room":
            return of_room(key, (sessions[one] for one in self._rooms[key]), frame)
        if kind == "everywhere" and key in self._everywhere:
            return of_all_rooms(sessions[key], self._at_the_time_of(sessions[key]), frame)
        return ()

    def _at_the_time_of(self, session: Booked) -> Iterator[Booked]:
        """Those that may run at the same time, and few others."""
        if session.start and session.end:
            first = bisect_right(self._starts, (session.start - self._longest, 0))
            last = bisect_left(self._starts, (session.end, 0))
            yield from (self.sessions[one] for _, one in self._starts[first:last])

    def _in_order(self, findings: Iterable[Finding]) -> list[Finding]:
        """The first of a finding's parties is the session that begins first."""
        begins = self._begins
        kinds: dict[str, list[tuple[datetime, tuple[Place, ...], int, Finding]]] = defaultdict(list)
        for number, one in enumerate(findings):  # which no two share, so that findings themselves are not compared
            code, parties, _, _ = one
            kinds[code].append((begins.get(parties[0][1], LAST), parties, number, one))
        return [one for code in sorted(kinds, key=ORDER.__getitem__) for _, _, _, one in sorted(kinds[code])]


def find_all(sessions: Iterable[Booked], frame: Frame) -> list[Finding]:
    """Every finding about these sessions."""
    return Board(sessions, frame).findings
