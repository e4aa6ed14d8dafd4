"""What is wrong with an agenda of 1,000 sessions, and what a move changes: processor time, from loaded values.

The floor is the least that anything of the kind does: the sessions sorted, and those that share a room compared with
the ones that still run.
"""

from __future__ import annotations

import gc
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from bench.marks import Mark, mark
from forumapp.domain.agenda.findings.board import Board
from forumapp.domain.agenda.findings.values import Booked, Channel, Frame, Item, Part, Seats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forumapp.domain.agenda.findings.values import Finding

SESSIONS, ROOMS, PEOPLE, DAYS = 1000, 20, 1200, 5
ROUNDS, MOVES = 20, 400
MOST, MOST_OF_A_MOVE = 20, 2  # ms
FIRST = datetime(2027, 5, 24, 15, tzinfo=UTC)  # 08:00 in Los Angeles
BOTH = {"en": "Clean energy for two shores", "zh-Hans": "两岸清洁能源"}


def agenda(seed: int = 7) -> tuple[list[Booked], Frame]:
    """Ten sessions a day in each room, one after another, with a few slips of every kind."""
    chance = random.Random(seed)
    sessions = [_session(number, chance) for number in range(SESSIONS)]
    for place in range(40, SESSIONS, 200):  # each day's lunch, in all rooms, with one that goes on beside it
        sessions[place + 2 : place + 20] = [replace(one, room=None) for one in sessions[place + 2 : place + 20]]
        sessions[place] = Booked(
            **{name: getattr(sessions[place], name) for name in ("id", "title", "start", "end", "code")},
            kind="break", in_all_rooms=True,
        )  # fmt: skip
    seats = {room: Seats(80, {"theater": 120, "boardroom": 24}) for room in range(1, ROOMS + 1)}
    free = {person: ((FIRST, FIRST + timedelta(days=DAYS)),) for person in range(1, PEOPLE + 1, 6)}
    days = (FIRST.date(), FIRST.date() + timedelta(days=DAYS - 1))
    return sessions, Frame(("en", "zh-Hans"), days, seats, free, zone="America/Los_Angeles")


def _session(number: int, chance: random.Random) -> Booked:
    slot, room = divmod(number, ROOMS)
    day, hour = divmod(slot, SESSIONS // ROOMS // DAYS)
    start = FIRST + timedelta(days=day, hours=hour, minutes=chance.choice([0] * 30 + [10]))
    items = tuple(Item(number * 4 + place, place * 15, 15, title=BOTH) for place in range(3))
    # Everyone has a group of sessions that run at different times, so that few are wanted twice.
    people = [1 + (room * 60 + (slot * 4 + place) % 56) % PEOPLE for place in range(4)]
    if chance.random() < 0.05:
        people[0] = chance.randint(1, PEOPLE)
    parts = [Part(people[0], "moderator"), *(Part(one, "panelist", items[at].id) for at, one in enumerate(people[1:]))]
    simultaneous = number % 4 == 0
    if simultaneous:
        parts += [
            Part(1 + room * 60 + 56 + which, "interpreter", channel=number * 2 + which // 2) for which in range(4)
        ]
    return Booked(
        number + 1, BOTH, start, start + timedelta(minutes=50),
        room=room + 1, setup=5, changeover=5, layout="theater", audience=chance.choice([60] * 20 + [200]),
        abstract=BOTH, interpretation="simultaneous" if simultaneous else "none", items=items, parts=tuple(parts),
        channels=tuple(Channel(number * 2 + which, which + 1, "en") for which in (0, 1)) if simultaneous else (),
    )  # fmt: skip


def marks() -> list[Mark]:
    sessions, frame = agenda()
    board = Board(sessions, frame)
    chance = random.Random(11)
    moved = chance.sample(sessions, MOVES)
    rooms = cycle(range(1, ROOMS + 1))
    taken: list[float] = []
    for one in moved:
        start = one.start + timedelta(minutes=30) if one.start else None
        end = one.end + timedelta(minutes=30) if one.end else None
        taken.append(_seconds(partial(_moved, board, one.id, start, end, next(rooms))))
    floor = min(_seconds(lambda: _floor(sessions)) for _ in range(ROUNDS)) * 1000
    size = f"{SESSIONS:,} sessions, {ROOMS} rooms, {PEOPLE:,} people"
    return [
        *(_all_found(f"{state}{size}", those, frame, floor) for state, those in (("", sessions), *drafts(sessions))),
        mark("a move checked again: median", sorted(taken)[MOVES // 2] * 1000, "ms", floor, most=MOST_OF_A_MOVE),
        mark("a move checked again: slowest of 400", max(taken) * 1000, "ms", floor, most=MOST_OF_A_MOVE),
    ]


def drafts(sessions: list[Booked]) -> Iterator[tuple[str, list[Booked]]]:
    """The same agenda months before: nobody has confirmed yet, and then no abstract is translated either."""
    waiting = [replace(one, parts=tuple(replace(part, confirmed=False) for part in one.parts)) for one in sessions]
    yield "nobody confirmed, ", waiting
    half_written = {"en": BOTH["en"]}
    yield "nobody confirmed, abstracts in one language, ", [replace(one, abstract=half_written) for one in waiting]


def _all_found(what: str, sessions: list[Booked], frame: Frame, floor: float) -> Mark:
    whole = sorted(_seconds(lambda: Board(sessions, frame).findings) for _ in range(ROUNDS))
    found = len(Board(sessions, frame).findings)
    return mark(f"all {found:,} findings, {what}", whole[len(whole) // 2] * 1000, "ms", floor, most=MOST)


def _moved(board: Board, session_id: int, *to: Any) -> list[Finding]:
    """What an editor asks for: what the move changed, and what is wrong with the session now."""
    board.move(session_id, *to)
    return board.findings_of(session_id)


def _floor(sessions: list[Booked]) -> int:
    clashes = 0
    running: dict[int | None, list[Booked]] = {}
    for one in sorted(sessions, key=attrgetter("start", "end")):
        there = [other for other in running.get(one.room, ()) if other.end > one.start]  # type: ignore[operator]
        clashes += len(there)
        running[one.room] = [*there, one]
    return clashes


def _seconds(work: Callable[[], object]) -> float:
    """Processor time, with nothing left to collect from what was done before."""
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun
