"""What is wrong with a single session, over plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forumapp.domain.agenda.conflicts import Booked, Finding, find_all

FIRST = datetime(2023, 5, 22, 7, tzinfo=UTC)
DAYS = (FIRST, FIRST + timedelta(days=2))
PARTY = (("session", 1),)


@pytest.mark.parametrize(
    ("after", "hours", "found"),
    [
        (0, 1, []),
        (-1, 1, [Finding("outside-edition", PARTY)]),
        (47, 3, []),
        (48, 1, [Finding("outside-edition", PARTY)]),
        (8, 16, []),
        (8, 17, [Finding("too-long", PARTY, details={"hours": 17})]),
    ],
    ids=["first hour", "the night before", "ends after midnight", "the day after", "a long day", "a slip in the dates"],
)
def test_a_session_stands_on_the_edition_s_days_and_is_no_longer_than_a_day(
    after: int, hours: int, found: list[Finding]
) -> None:
    start = FIRST + timedelta(hours=after)
    booked = Booked(1, {"en": "Panel"}, start, start + timedelta(hours=hours), None, frozenset())
    assert find_all([booked], ["en"], DAYS) == found
