"""When somebody was there, against a twin that walks through every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.registration.attendance.stays import (
    Pass,
    Stay,
    minutes_of,
    not_there,
    stays,
    union,
    until_left,
    within,
)

ZONE = ZoneInfo("America/Los_Angeles")
AT = datetime(2023, 5, 22, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OVERNIGHT = 24 * 60


def at(minute: int) -> datetime:
    return AT + minute * MINUTE


def passes(*said: tuple[int, str]) -> list[Pass]:
    """In the order in which they were received, with the minute for which each counts."""
    return [Pass(number, at(minute), result) for number, (minute, result) in enumerate(said, 1)]


def spans(*said: tuple[int, str]) -> list[tuple[int, int | None]]:
    found = stays(passes(*said), ZONE)
    return [(int((one.start - AT) / MINUTE), one.end and int((one.end - AT) / MINUTE)) for one in found]


def test_who_came_and_went() -> None:
    come, still, go, back = "passed", "already-in", "out", "undone"
    for said, wanted in (
        ([], []),
        ([(0, go), (3, come), (5, go)], [(3, 5)]),
        ([(0, come), (3, still)], [(0, None)]),
        ([(0, come), (3, back)], []),
        ([(0, come), (3, go), (5, come), (6, back)], [(0, 3)]),
        ([(0, come), (2, come), (3, back)], []),  # by two stations
        ([(0, come), (3, back), (2, come)], [(2, None)]),  # which a station told only afterwards
        ([(0, come), (3, back), (3, still)], []),  # told at the very moment when it was taken back
        ([(0, come), (5, still), (3, go)], [(0, 3), (5, None)]),  # whose going out was told late
        ([(0, come), (OVERNIGHT, still)], [(0, None), (OVERNIGHT, None)]),
        ([(0, come), (OVERNIGHT, still), (OVERNIGHT + 1, back)], [(0, None)]),
        ([(0, come), (OVERNIGHT, back)], []),
        ([(0, come), (OVERNIGHT, go)], [(0, 16 * 60)]),  # at midnight
    ):
        assert spans(*said) == wanted, said


def test_how_long_they_were_there() -> None:
    for stay, closes, wanted in (
        (Stay(tuple(passes((0, "passed"))), at(5)), at(2), 5),
        (Stay(tuple(passes((0, "passed")))), at(9), 9),
        (Stay(tuple(passes((0, "passed")))), None, 0),
        (Stay(tuple(passes((0, "passed"), (4, "already-in")))), None, 4),
        (Stay(tuple(passes((12, "passed")))), at(9), 0),
        (Stay(tuple(passes((0, "passed")))), at(3 * OVERNIGHT), 16 * 60),  # until the end of that day
    ):
        assert minutes_of([until_left(stay, closes, ZONE)]) == wanted
    assert minutes_of(within([(at(0), at(9)), (at(20), at(30))], [(at(5), at(25))])) == 9


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_each_minute_counts_once(said: list[tuple[int, int]]) -> None:
    there = {minute for first, last in said for minute in range(first, last)}
    assert minutes_of(union((at(first), at(last)) for first, last in said)) == len(there)


@given(st.lists(st.sampled_from(["passed", "out", "undone"]), max_size=12))
def test_who_is_never_told_late_is_where_the_last_one_left_them(results: list[str]) -> None:
    """Of what a checkpoint can say: nobody goes out, and nothing is taken back, who is not in."""
    is_in, stands, said = False, 0, []  # what a person with a pencil would note, of times that stand
    for minute, result in enumerate(results):
        if (result == "passed") is is_in:
            continue
        said.append((minute, result))
        is_in = result == "passed"
        stands += {"passed": 1, "out": 0, "undone": -1}[result]
    found = stays(passes(*said), ZONE)

    assert len(found) == stands
    assert (found[-1].end is None if found else False) == is_in
    assert len(not_there(passes(*said), ZONE)) == sum(result == "passed" for _minute, result in said) - stands
