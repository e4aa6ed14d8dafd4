"""Growing delays between tries, then a failure that shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forumapp.domain.mail.rules import next_try


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 720), (7, None), (8, None)]
)
def test_tries_are_further_and_further_apart(attempts, minutes):
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert next_try(attempts, permanent=False) == expected


def test_a_refusal_for_good_is_not_tried_again():
    assert next_try(1, permanent=True) is None
