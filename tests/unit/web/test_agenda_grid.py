"""A day of the agenda as a grid: nothing covers anything else, and everything stands between its times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.web.public.agenda.filters import (
    LONGEST_PICKS,
    limit_picks,
    neighbors,
    next_after,
    picks_of,
    running_at,
    search,
)
from forumapp.web.public.agenda.grid import Area, Grid, grid_of, stylesheet
from forumapp.web.public.agenda.picked_sessions import clashes
from forumapp.web.public.agenda.program import Day, Place, Program, Session

DAY = date(2023, 5, 22)
NINE = datetime(2023, 5, 22, 9, tzinfo=UTC)
ROOMS = [Place(code, {"en": code}) for code in ("a", "b", "c")]
SLOTS = st.tuples(
    st.integers(0, 20), st.integers(1, 8), st.sampled_from(["", "a", "b", "c"]), st.booleans(),
    st.sampled_from(["confirmed", "confirmed", "cancelled"]),
)  # fmt: skip


def session(
    code: str,
    start: int,
    length: int,
    room: str = "",
    *,
    kind: str = "panel",
    everywhere: bool = False,
    status: str = "confirmed",
) -> Session:
    """`start` and `length` in quarters of an hour."""
    begins = NINE + timedelta(minutes=15 * start)
    return Session(
        code=code, title={"en": code.title(), "zh-Hans": "能源"}, abstract={}, kind=kind, status=status,
        start=begins, end=begins + timedelta(minutes=15 * length), there=None, room={}, room_code=room, in_all_rooms=everywhere,
        track={}, track_code="", interpretation="none", channels=[], languages=[], press="open", items=[], parts=[],
    )  # fmt: skip


def overlap(one: Area, other: Area) -> bool:
    return one.top < other.bottom and other.top < one.bottom and one.left < other.right and other.left < one.right


@given(st.lists(SLOTS, min_size=1, max_size=14))
def test_nothing_covers_anything_else(slots: list[tuple[int, int, str, bool, str]]) -> None:
    found = [
        session(f"s{place}", start, length, room, everywhere=everywhere, status=status)
        for place, (start, length, room, everywhere, status) in enumerate(slots)
    ]
    found.sort(key=lambda one: (one.start, one.end))
    grid = grid_of(Day(DAY, found), ROOMS)

    pairs = [(one, other) for one, other in combinations(found, 2) if one.start < other.end and other.start < one.end]
    if grid is None:  # what is cancelled stands beside what takes its place in a list as well
        assert all("cancelled" in (one.status, other.status) for one, other in pairs)
        return
    assert pairs
    assert grid.areas.keys() == {one.code for one in found}
    assert [pair for pair in combinations(grid.areas.values(), 2) if overlap(*pair)] == []
    rows = {(one.start, grid.areas[one.code].top) for one in found} | {
        (one.end, grid.areas[one.code].bottom) for one in found
    }
    assert [row for _moment, row in sorted(rows)] == sorted(row for _moment, row in rows)
    assert len({moment for moment, _row in rows}) == len(rows)
    assert max(area.right for area in grid.areas.values()) <= grid.columns[-1].area.right


def a_day() -> Grid:
    sessions = [
        session("plenary", 0, 4, everywhere=True),
        session("opening", 4, 2, "b", kind="opening"),
        session("left", 6, 4, "a"),
        session("right", 6, 2, "c"),
        session("again", 7, 2, "c"),
    ]
    found = grid_of(Day(DAY, sessions), ROOMS)
    assert found is not None
    return found


def test_a_plenary_takes_the_whole_width_and_what_overlaps_in_a_room_stands_side_by_side() -> None:
    grid = a_day()

    assert grid.across == {"plenary", "opening"}
    assert grid.areas["plenary"] == Area(2, 2, 3, 5)
    assert [(column.place and column.place.code, column.area) for column in grid.columns] == [
        ("a", Area(1, 2, 2, 3)),
        ("c", Area(1, 3, 2, 5)),
    ]
    assert (grid.areas["right"].left, grid.areas["again"].left) == (3, 4)


def test_a_plenary_that_clashes_gets_a_column_of_its_own() -> None:
    found = grid_of(Day(DAY, [session("plenary", 0, 4, everywhere=True), session("left", 2, 4, "a")]), ROOMS)

    assert found is not None
    assert [column.code for column in found.columns] == ["a", "*"]
    assert found.areas["plenary"].left == found.columns[1].area.left

    held = session("plenary", 0, 4, "b", everywhere=True)
    found = grid_of(Day(DAY, [held, session("closed", 2, 1, "a")]), ROOMS)
    assert found is not None
    assert [column.code for column in found.columns] == ["a", "*"]


def test_what_is_cancelled_displaces_nothing() -> None:
    coffee = session("coffee", 4, 2, kind="break", everywhere=True)
    off = session("off", 2, 4, "a", status="cancelled")
    found = grid_of(Day(DAY, [off, coffee, session("left", 8, 2, "a"), session("right", 8, 2, "b")]), ROOMS)

    assert found is not None
    assert found.across == {"coffee"}
    assert [column.code for column in found.columns] == ["a", "b", "!"]
    assert (found.areas["coffee"].left, found.areas["coffee"].right) == (2, 4)
    assert found.areas["off"].left == found.columns[2].area.left


def test_a_stylesheet_says_where_each_stands_and_takes_nothing_else_along() -> None:
    sessions = [session("left", 0, 4, "a"), session("x{}", 0, 4, "b")]
    tracks = [Place("trade", {}, "#123abc"), Place("bad", {}, "red;}")]
    css = stylesheet([Day(DAY, sessions)], Program("UTC", ROOMS, tracks, sessions, []))

    assert '#g-2023-05-22>[id="left"]{grid-area:2/2/3/3}' in css
    assert ".k-trade{--track:#123abc}" in css
    assert "x{}" not in css
    assert "red" not in css


@pytest.mark.parametrize(
    ("count", "free"),
    [(5, ""), (7, "(min-width:73.5rem)"), (12, "(min-width:119.75rem)"), (13, "")],
)
def test_a_wide_grid_is_cut_to_the_window_only_where_its_columns_do_not_fit(count: int, free: str) -> None:
    rooms = [Place(f"r{place}", {"en": f"Room {place}"}) for place in range(count)]
    sessions = [session(f"s{place}", 0, 4, room.code) for place, room in enumerate(rooms)]
    css = stylesheet([Day(DAY, sessions)], Program("UTC", rooms, [], sessions, []))

    assert (f"@media screen and {free}{{.grid-scroll:has(>#g-2023-05-22){{max-height:none" in css) == bool(free)
    assert ("max-height" in css) == bool(free)


def test_what_runs_and_what_comes_next() -> None:
    sessions = [session("one", 0, 4), session("two", 4, 2), session("three", 4, 1), session("four", 8, 1)]

    assert [one.code for one in running_at(sessions, NINE)] == ["one"]
    assert [one.code for one in next_after(sessions, NINE)] == ["two", "three"]
    assert running_at(sessions, NINE + timedelta(hours=1, minutes=30)) == []
    assert next_after(sessions, NINE + timedelta(days=1)) == []


def back(code: str, hour: int, minute: int, length: int, room: str = "a") -> Session:
    """On the night on which clocks in Los Angeles go back; `hour` and `minute` are UTC."""
    starts = datetime(2026, 11, 1, hour, minute, tzinfo=UTC)
    ends = starts + timedelta(minutes=length)
    zone = ZoneInfo("America/Los_Angeles")
    one = session(code, 0, 4, room)
    return replace(one, start=starts.astimezone(zone), end=ends.astimezone(zone))


def test_the_night_that_has_an_hour_twice_is_told_in_its_order() -> None:
    first, second = back("first", 8, 30, 20), back("second", 9, 10, 30)
    last = back("last", 9, 20, 40, "b")
    assert [f"{one.start:%H:%M}" for one in (first, second, last)] == ["01:30", "01:10", "01:20"]
    grid = grid_of(Day(first.start.date(), [first, second, last]), ROOMS)

    assert grid is not None
    assert [(row, f"{moment:%H:%M}") for row, moment in grid.times] == [(2, "01:30"), (4, "01:10"), (5, "01:20")]
    assert grid.areas == {"first": Area(2, 2, 3, 3), "second": Area(4, 2, 6, 3), "last": Area(5, 3, 7, 4)}
    assert {code: [one.code for one in found] for code, found in clashes([first, second, last]).items()} == {
        "first": [],
        "second": ["last"],
        "last": ["second"],
    }
    before, between = (
        datetime(2026, 11, 1, *at, tzinfo=UTC).astimezone(first.start.tzinfo) for at in ((8, 0), (8, 40))
    )
    assert [next_after([first, second], at) for at in (before, between)] == [[first], [second]]
    assert [running_at([first, second], at) for at in (before, between)] == [[], [first]]


def test_a_meal_in_the_hour_that_comes_again_is_for_all() -> None:
    meal = replace(back("meal", 8, 30, 20), kind="meal")
    grid = grid_of(Day(DAY, [meal, back("left", 9, 10, 50, "b"), back("right", 9, 20, 50, "c")]), ROOMS)

    assert grid is not None
    assert grid.across == {"meal"}


def test_every_word_must_be_said() -> None:
    sessions = [session("clean-energy", 0, 4), session("trade", 0, 4)]

    assert [one.code for one in search(sessions, "clean 能源")] == ["clean-energy"]
    assert search(sessions, "clean nothing") == []
    assert search(sessions, " ") == sessions


def test_picks_are_no_more_than_a_cookie_takes() -> None:
    many = [f"{place:040}" for place in range(200)]
    kept = limit_picks(many)

    assert kept == many[-len(kept) :]
    assert len(".".join(kept)) <= LONGEST_PICKS
    assert picks_of(".".join(kept)) == kept
    assert picks_of("a..b.a") == ["a", "b"]


def test_a_lunch_in_all_rooms_leaves_a_visit_beside_it() -> None:
    sessions = [
        session("left", 0, 4, "a"),
        session("right", 0, 4, "b"),
        session("lunch", 4, 4, kind="meal", everywhere=True),
        session("visit", 6, 8),
    ]
    grid = grid_of(Day(DAY, sessions), ROOMS)

    assert grid is not None
    assert (grid.areas["lunch"], grid.areas["visit"]) == (Area(3, 2, 5, 4), Area(4, 4, 6, 5))
    assert (grid.across, [column.place for column in grid.columns]) == ({"lunch"}, [*ROOMS[:2], None])


AROUND = [
    session("opening", 0, 2, "a", kind="opening"),
    session("left", 2, 4, "a"),
    session("right", 2, 3, "b"),
    session("late", 3, 3, "c"),
    replace(session("gone", 6, 1, "a"), status="cancelled"),
    session("closed", 7, 2, "b"),
    session("again", 7, 4, "a"),
    session("dinner", 12, 4, "c", kind="meal"),
    session("visit", 100, 4),
]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("opening", [], ["left", "right"]),  # from where everyone is to whichever one likes
        ("left", ["opening"], ["again"]),  # the same room, but for what is cancelled
        ("right", ["opening"], ["closed"]),
        ("late", ["opening"], ["dinner"]),  # never over to another room
        ("gone", ["left"], ["again"]),  # whoever reads of it finds the way on
        ("dinner", ["closed", "again"], ["visit"]),
        ("visit", ["dinner"], []),
    ],
)
def test_before_and_after_are_in_the_same_room_or_for_everyone(code: str, before: list[str], after: list[str]) -> None:
    shown = next(one for one in AROUND if one.code == code)
    assert [[one.code for one in way] for way in neighbors(shown, AROUND)] == [before, after]
