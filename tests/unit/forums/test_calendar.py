"""The field's calendar, and what moves with a forum."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.calendar.rules import (
    JOBS,
    PARTS,
    WEEK,
    Days,
    TaskState,
    following,
    in_weeks,
    part_of,
    state_of,
)

FORUM = Days(date(2023, 5, 22), date(2023, 5, 24))
TODAY = date(2023, 3, 1)
spans = st.builds(
    lambda first, length: Days(first, first + timedelta(days=length)),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 10),
)


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        (date(2023, 5, 15), -7),
        (date(2023, 5, 21), -1),
        (date(2023, 5, 22), 0),
        (date(2023, 5, 24), 0),
        (date(2023, 5, 25), 1),
    ],
)
def test_days_are_counted_to_the_first_day_and_from_the_last_one(day: date, offset: int) -> None:
    assert FORUM.offset(day) == offset


@given(spans, st.integers(-300, 300))
def test_a_day_is_as_far_off_as_it_was_put(forum: Days, offset: int) -> None:
    assert forum.offset(forum.at(offset)) == offset


@pytest.mark.parametrize(
    ("due_on", "done", "state"),
    [
        (date(2023, 2, 28), False, TaskState.OVERDUE),
        (date(2023, 3, 1), False, TaskState.DUE),
        (date(2023, 3, 7), False, TaskState.DUE),
        (date(2023, 3, 8), False, TaskState.LATER),
        (date(2023, 2, 28), True, TaskState.DONE),
        (date(2023, 3, 8), True, TaskState.DONE),
    ],
)
def test_what_is_not_done_in_time_is_overdue(due_on: date, done: bool, state: TaskState) -> None:
    assert state_of(due_on, done=done, today=TODAY) == state


@pytest.mark.parametrize(
    ("due_on", "after", "then"),
    [
        (date(2023, 5, 1), Days(date(2023, 6, 5), date(2023, 6, 7)), date(2023, 5, 15)),
        (date(2023, 5, 23), Days(date(2023, 6, 5), date(2023, 6, 7)), date(2023, 6, 6)),
        (date(2023, 5, 24), Days(date(2023, 6, 5), date(2023, 6, 5)), date(2023, 6, 5)),  # one day is left of three
        (date(2023, 5, 31), Days(date(2023, 5, 22), date(2023, 5, 26)), date(2023, 6, 2)),  # it only got longer
        (date(2023, 5, 1), Days(date(2023, 5, 22), date(2023, 5, 26)), date(2023, 5, 1)),
    ],
    ids=["before it", "during it", "on a day that is gone", "after it", "before one that got longer"],
)
def test_a_task_moves_with_its_forum(due_on: date, after: Days, then: date) -> None:
    assert following(due_on, FORUM, after) == then


@given(spans, spans, st.integers(-300, 300))
def test_a_task_is_as_far_from_its_forum_as_before(before: Days, after: Days, offset: int) -> None:
    assert after.offset(following(before.at(offset), before, after)) == offset


@given(spans, st.dates(date(1999, 1, 1), date(2101, 1, 1)))
def test_a_forum_that_stays_moves_nothing(forum: Days, due_on: date) -> None:
    assert following(due_on, forum, forum) == due_on


@pytest.mark.parametrize(("offset", "weeks"), [(0, 0), (-13, 0), (-14, 2), (-18, 3), (-56, 8), (21, 3), (6, 0)])
def test_far_off_is_told_in_weeks(offset: int, weeks: int) -> None:
    assert in_weeks(offset) == weeks


def test_every_job_has_a_code_of_its_own_and_both_languages() -> None:
    assert [code for code, number in Counter(job.code for job in JOBS).items() if number > 1] == []
    assert [job.code for job in JOBS if set(job.title) != set(LANGUAGES) or not all(job.title.values())] == []
    assert {job.role for job in JOBS} == set(Role) - {
        Role.OWNER,
        Role.CHECK_IN_VOLUNTEER,
        Role.PRINT_STAFF,
        Role.VIEWER,
    }


def test_the_jobs_stand_in_order_from_half_a_year_before_to_a_month_after() -> None:
    offsets = [job.offset for job in JOBS]

    assert offsets == sorted(offsets)
    assert (offsets[0], offsets[-1]) == (-26 * WEEK, 4 * WEEK)
    assert {part_of(offset) for offset in offsets} == set(range(len(PARTS) + 1))
