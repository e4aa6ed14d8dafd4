"""The board against a twin that holds every minute of every session against every other one, and move after move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forumapp.domain.agenda.findings.board import Board
from forumapp.domain.agenda.findings.values import Booked, Finding, Frame, Item, Part, Seats
from forumapp.domain.agenda.severities import Severities, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    Told = tuple[str, frozenset[tuple[str, int]]]

FIRST = datetime(2023, 5, 22, 16, tzinfo=UTC)
TWIN = (
    "person-clash", "room-clash", "room-changeover", "all-rooms-clash", "speaker-unavailable", "interpreter-without-rest",
    "interpreter-alone", "interpreter-back-to-back", "missing-translation", "items-longer-than-session", "outside-edition",
    "room-too-small", "panel-without-moderator", "speaker-unconfirmed", "speaker-declined",
)  # fmt: skip
# A day that ends in Bangkok while the sessions are held.
MONDAY, ZONE = date(2023, 5, 22), "Asia/Bangkok"
FRAME = Frame(("en", "zh-Hans"), (MONDAY, MONDAY), {1: Seats(20, {"banquet": 10}), 2: Seats(0)}, zone=ZONE)
SEATS = {(1, ""): 20, (1, "banquet"): 10}
TEXTS = st.sampled_from([{}, {"en": "Talk"}, {"en": "Talk", "zh-Hans": "演讲"}])
# Drawing an agenda takes a while on a machine with other work.
FEW, MANY = (
    settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow]) for count in (50, 100)
)
LENGTHS = st.sampled_from([5, 10, 30, 45, 120, 125])


def after(minutes: int) -> datetime:
    return FIRST + timedelta(minutes=minutes)


def minutes_of(start: datetime, end: datetime) -> set[int]:
    return set(range(int((start - FIRST).total_seconds() // 60), int((end - FIRST).total_seconds() // 60)))


@st.composite
def sessions(draw: st.DrawFn, roles: tuple[str, ...] = ("speaker", "interpreter", "moderator")) -> list[Booked]:
    return [draw(session(number, roles)) for number in range(1, draw(st.integers(1, 7)) + 1)]


@st.composite
def session(draw: st.DrawFn, number: int, roles: tuple[str, ...]) -> Booked:
    lengths = draw(st.lists(st.sampled_from([5, 10, 30]), max_size=3))
    mode = st.sampled_from(["none", "simultaneous", "consecutive"])
    items = tuple(
        Item(
            number * 10 + place, sum(lengths[:place]), one,
            draw(st.sampled_from(["speech", "panel"])), draw(mode), draw(TEXTS),
        )
        for place, one in enumerate(lengths)
    )  # fmt: skip
    of = st.sampled_from([None, *(one.id for one in items)])
    channel = st.sampled_from([None, 1, 2])
    part = st.builds(Part, st.integers(1, 4), st.sampled_from(roles), of, st.booleans(), channel)
    start, everywhere = draw(st.none() | st.integers(0, 12)), draw(st.integers(0, 3)) == 0
    times = (None, None) if start is None else (after(start * 5), after(start * 5 + draw(LENGTHS)))
    return Booked(
        number, draw(TEXTS), *times, draw(st.sampled_from([None, 30])), abstract=draw(TEXTS),
        layout=draw(st.sampled_from(["", "banquet"])), audience=draw(st.sampled_from([None, 10, 15])),
        places=draw(st.sampled_from([None, 20, 25])), room=draw(st.none() | st.integers(1, 2)),
        in_all_rooms=everywhere, setup=draw(st.sampled_from([0, 5])), changeover=draw(st.sampled_from([0, 10])),
        kind=draw(st.sampled_from(["keynote", "closed-door", "panel"])), items=items, interpretation=draw(mode),
        parts=tuple(draw(st.lists(part, max_size=4))),
        declined=tuple(draw(st.lists(st.integers(1, 4), max_size=2, unique=True))),
    )  # fmt: skip


free = st.dictionaries(
    st.integers(1, 4),
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 30)).map(lambda one: (after(one[0] * 5), after(sum(one) * 5))),
        min_size=1, max_size=3,
    ).map(tuple),
    max_size=2,
)  # fmt: skip


def twin(agenda: list[Booked], frame: Frame) -> set[Told]:
    clashes = _twin([one for one in agenda if one.start], frame)
    by_themselves = ((code, [("session", one.id), *more]) for one in agenda for code, *more in _by_itself(one))
    return {(code, frozenset(parties)) for code, parties in (*clashes, *by_themselves)}


def _by_itself(one: Booked) -> Iterator[tuple[Any, ...]]:
    """The codes of what is wrong with a session, each with the parties besides itself."""
    if len(one.title) < 2 or len(one.abstract) == 1:
        yield ("missing-translation",)
    for item in one.items:
        if len(item.title) == 1:
            yield "missing-translation", ("item", item.id)
    lasts = len(own(one)) if one.start else one.planned
    if lasts and lasts < sum(item.minutes for item in one.items):
        yield ("items-longer-than-session",)
    if one.start and one.start.astimezone(ZoneInfo(ZONE)).date() != MONDAY:
        yield ("outside-edition",)
    if one.room and any(
        people and people > SEATS.get((one.room, one.layout), 99) for people in (one.audience, one.places)
    ):
        yield "room-too-small", ("room", one.room)
    led = {part.item for part in one.parts if part.role == "moderator"}
    if one.kind == "panel" and not led:
        yield ("panel-without-moderator",)
    for item in one.items:
        if item.kind == "panel" and one.kind != "panel" and led.isdisjoint((None, item.id)):
            yield "panel-without-moderator", ("item", item.id)
    for person in {part.person for part in one.parts if not part.confirmed}:
        yield "speaker-unconfirmed", ("person", person)
    for person in one.declined:
        yield "speaker-declined", ("person", person)


def _twin(agenda: list[Booked], frame: Frame) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    for one, other in combinations(agenda, 2):
        both = [("session", one.id), ("session", other.id)]
        at_once = own(one) & own(other)
        open_doors = "closed-door" not in (one.kind, other.kind)
        over_all = at_once and open_doors and (one.in_all_rooms or other.in_all_rooms)
        if one.room and one.room == other.room and held(one) & held(other) and not over_all:
            yield "room-clash" if at_once else "room-changeover", [*both, ("room", one.room)]
        if over_all:
            later = max(one, other, key=lambda each: (each.start, each.end, each.id))
            beside = later if one.in_all_rooms and other.in_all_rooms else other if one.in_all_rooms else one
            rooms = [("room", beside.room)] if beside.room else []
            if rooms or (one.in_all_rooms and other.in_all_rooms):
                yield "all-rooms-clash", [*both, *rooms]
        for person in range(1, 5):
            if needs(one, person) & needs(other, person):
                yield "person-clash", [*both, ("person", person)]
    for one in agenda:
        yield from _alone(one)
    for person in range(1, 5):
        yield from _hours(agenda, person, frame)


def _alone(one: Booked) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    there = [part for part in one.parts if part.role == "interpreter"]
    for person in {part.person for part in there}:
        mine = {part.channel for part in there if part.person == person}
        lonely = interprets(one, person)
        for part in there:
            if part.person != person and (part.channel in mine or part.channel is None or None in mine):
                lonely -= interprets(one, part.person)
        if any(set(range(minute, minute + 41)) <= lonely for minute in lonely):
            yield "interpreter-alone", [("session", one.id), ("person", person)]


def interprets(one: Booked, person: int) -> set[int]:
    """The minutes in which someone interprets in a session simultaneously."""
    if one.interpretation == "simultaneous":
        return needs(one, person)
    mine = {part.item for part in one.parts if (part.person, part.role) == (person, "interpreter")}
    said = [item for item in one.items if item.mode == "simultaneous" and mine & {None, item.id}]
    return set().union(*(minutes_from(one, item) for item in said))


def _hours(agenda: list[Booked], person: int, frame: Frame) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    windows = frame.available.get(person, ())
    free = set().union(*(minutes_of(*window) for window in windows))
    for one in agenda:
        if windows and needs(one, person) - free:
            yield "speaker-unavailable", [("session", one.id), ("person", person)]
    work = {
        one.id: needs(one, person)
        for one in agenda
        if any(part.person == person and part.role == "interpreter" for part in one.parts)
    }
    yield from _back_to_back(work, person)
    minutes = sorted(set().union(*work.values()))
    stretch: list[int] = []
    for minute in [*minutes, 10**6]:
        if stretch and minute - stretch[-1] > 10:  # ten minutes between are a break
            if stretch[-1] + 1 - stretch[0] > 120:
                those = [("session", one) for one, its in work.items() if its & set(stretch)]
                yield "interpreter-without-rest", [*those, ("person", person)]
            stretch = []
        stretch.append(minute)


def _back_to_back(work: dict[int, set[int]], person: int) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    begins = {one: {minute for minute in its if minute - 1 not in its} for one, its in work.items()}
    for one, its in work.items():
        for end in {minute + 1 for minute in its} - its:
            upcoming = [minute for those in begins.values() for minute in those if minute >= end]
            for other, those in begins.items():
                if one != other and upcoming and min(upcoming) in those and min(upcoming) - end < 10:
                    yield "interpreter-back-to-back", [("session", one), ("session", other), ("person", person)]


def own(one: Booked) -> set[int]:
    assert one.start
    assert one.end
    return minutes_of(one.start, one.end)


def held(one: Booked) -> set[int]:
    minutes = own(one)
    return set(range(min(minutes) - one.setup, max(minutes) + 1 + one.changeover))


def needs(one: Booked, person: int) -> set[int]:
    """The minutes in which a session needs a person."""
    mine = [part.item for part in one.parts if part.person == person]
    if not mine:
        return set()
    if None in mine:
        return own(one)
    return set().union(*(minutes_from(one, item) for item in one.items if item.id in mine))


def minutes_from(one: Booked, item: Item) -> set[int]:
    first = min(own(one)) + item.after
    return set(range(first, first + item.minutes))


def told(found: list[Finding], *codes: str) -> set[Told]:
    return {(one.code, frozenset(one.parties)) for one in found if one.code in codes}


@MANY
@given(sessions(), free)
def test_every_clash_is_found_and_nothing_else(agenda: list[Booked], available: Any) -> None:
    frame = replace(FRAME, available=available)
    found = Board(agenda, frame).findings
    assert told(found, *TWIN) == twin(agenda, frame)
    assert len({(one.code, one.parties, str(one.details)) for one in found}) == len(found)  # each once


@MANY
@given(sessions(("interpreter",)))
def test_where_all_are_interpreters_as_well(agenda: list[Booked]) -> None:
    assert told(Board(agenda, FRAME).findings, *TWIN) == twin(agenda, FRAME)


moves = st.lists(
    st.tuples(st.integers(0, 6), st.none() | st.integers(0, 12), LENGTHS, st.none() | st.integers(1, 2)),
    max_size=6,
)


@FEW
@given(sessions(), free, moves)
def test_a_move_leaves_what_looking_at_everything_anew_finds(agenda: list[Booked], available: Any, steps: Any) -> None:
    severities = Severities.chosen({"room-clash": Severity.IGNORE}).of
    frame = replace(FRAME, available=available, severities=severities)
    board = Board(agenda, frame)
    for which, start, length, room in steps:
        one = agenda[which % len(agenda)]
        before = set(board.findings)
        times = (None, None) if start is None else (after(start * 5), after(start * 5 + length))
        change = board.move(one.id, *times, room)
        anew = Board(board.sessions.values(), frame).findings
        assert board.findings == anew
        assert (set(change.came), set(change.went)) == (set(anew) - before, before - set(anew))
        assert board.findings_of(one.id) == [each for each in anew if one.id in each.sessions]


@FEW
@given(sessions(), st.integers(0, 6))
def test_what_is_left_out_or_changed_otherwise_is_as_if_it_always_was_so(agenda: list[Booked], which: int) -> None:
    one = agenda[which % len(agenda)]
    rest = [each for each in agenda if each is not one]
    board = Board(agenda, FRAME)
    assert set(board.remove(one.id).went) == set(Board(agenda, FRAME).findings) - set(board.findings)
    assert board.findings == Board(rest, FRAME).findings
    changed = replace(one, parts=(*one.parts, Part(1, "interpreter")), in_all_rooms=True)
    for each in (one, changed):
        board.put(each)
        assert board.findings == Board([*rest, each], FRAME).findings
