"""A session belongs to the forum's day on which it begins."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from forumapp.core.values.times import Moment
from forumapp.domain.agenda.days import by_day, day_of

HOME, AWAY = "America/Los_Angeles", "Asia/Shanghai"


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (Moment(datetime(2023, 5, 22, 22), HOME), 22),  # a dinner, however late it ends
        (Moment(datetime(2023, 5, 23, 0, 30), HOME), 23),
        (Moment(datetime(2023, 5, 23, 8), AWAY), 22),  # the morning after where it takes place
        (Moment(datetime(2023, 5, 23, 15), AWAY), 23),
    ],
)
def test_the_day_is_the_one_on_which_it_begins_by_the_forums_clocks(start: Moment, day: int) -> None:
    assert day_of(start.utc, HOME) == date(2023, 5, day)


def test_days_come_in_order_and_sessions_as_they_are() -> None:
    starts = {"late": datetime(2023, 5, 23, 9), "early": datetime(2023, 5, 22, 9), "beside": datetime(2023, 5, 23, 9)}
    found = by_day(starts, lambda one: Moment(starts[one], HOME).utc, HOME)

    assert list(found.items()) == [(date(2023, 5, 22), ["early"]), (date(2023, 5, 23), ["late", "beside"])]
