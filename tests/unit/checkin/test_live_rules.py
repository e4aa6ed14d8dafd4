"""Five minutes at a door against what it can take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from forumapp.domain.checkin.live.rules import STEP, STEPS, DoorLoad, flow, is_silent, step_of
from forumapp.web.charts.bars import HEIGHT, LEFT, TOP, bars_of

AT = datetime(2023, 5, 22, 15, 59, 59, 600000, tzinfo=UTC)
FIVE = datetime(2023, 5, 22, 15, 55, tzinfo=UTC)


def test_the_last_steps_are_told_until_now() -> None:
    found = flow({FIVE: 3, FIVE - STEP: 7, FIVE - STEP * STEPS: 9}, AT, 8)

    assert step_of(AT) == FIVE
    assert (found.starts[0], found.starts[-1], len(found.starts)) == (FIVE - STEP * (STEPS - 1), FIVE, STEPS)
    assert (found.counts[-2:], sum(found.counts)) == ((7, 3), 10)


def test_a_queue_is_told_before_it_stands() -> None:
    said = [flow({FIVE - STEP: came}, AT, 10).load for came in (7, 8, 9, 10, 30)]

    assert said == [DoorLoad.CALM, DoorLoad.NEAR, DoorLoad.NEAR, DoorLoad.FULL, DoorLoad.FULL]
    assert flow({FIVE: 99}, AT, None).load is DoorLoad.UNKNOWN
    assert flow({FIVE - 2 * STEP: 99}, AT, 10).load is DoorLoad.CALM  # is over


def test_a_station_is_silent_after_two_minutes() -> None:
    heard = [None, AT, AT - timedelta(minutes=2), AT - timedelta(minutes=2, seconds=1)]
    assert [is_silent(one, AT) for one in heard] == [False, False, False, True]


def test_bars_and_the_line_of_what_a_door_can_take() -> None:
    chart = bars_of(flow({FIVE: 20, FIVE - STEP: 5}, AT, 10))

    assert (chart.top, chart.bars[-1].y, chart.bars[-1].is_over, chart.bars[-2].is_over) == (20, TOP, True, False)
    assert chart.line == (HEIGHT - 24 + TOP) / 2
    assert (chart.bars[0].height, chart.words[0][0] > LEFT, chart.words[1][1]) == (0, True, FIVE - STEP * 17)
    assert bars_of(flow({}, AT, None)).line is None
