"""Orders that people set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.errors import Invalid, Refusal, Stale
from forumapp.core.values.ordering import Order, places, stepped

if TYPE_CHECKING:
    from collections.abc import Sequence

ids = st.lists(st.integers(1, 50), unique=True, max_size=8)


@pytest.mark.parametrize(
    ("wanted", "version", "refusal"),
    [
        ([3, 1, 2], 0, Stale),
        ([3, 1], None, Invalid),
        ([3, 1, 2, 4], None, Invalid),
        ([3, 1, 1], None, Invalid),
        ([3, 1, 2, 2], None, Invalid),
        ([], None, Invalid),
    ],
    ids=["another was read", "one is missing", "a strange one", "one twice for another", "one twice", "none"],
)
def test_an_order_that_is_refused(wanted: list[int], version: int | None, refusal: type[Refusal]) -> None:
    order = Order((1, 2, 3))
    with pytest.raises(refusal) as caught:
        order.changed_to(wanted, order.version if version is None else version)
    told = caught.value
    if refusal is Stale:
        assert told.details["current"] == {"version": order.version, "ids": [1, 2, 3]}
    else:
        assert told.fields == {"ids": "not-all-of-them"}


@given(st.permutations(range(1, 7)), st.permutations(range(1, 7)))
def test_any_order_of_the_same_is_taken_and_only_another_one_has_another_version(
    before: list[int], after: list[int]
) -> None:
    order = Order(tuple(before))
    changed = order.changed_to(after, order.version)
    assert changed.ids == tuple(after)
    assert (changed.version == order.version) == (before == after)
    assert 0 <= order.version <= 999_999_999  # as an entity tag has room for


@pytest.mark.parametrize(
    ("one", "step", "moved"),
    [
        (1, -1, [1, 2, 3]),
        (1, 1, [2, 1, 3]),
        (2, 1, [1, 3, 2]),
        (3, 1, [1, 2, 3]),
        (3, -2, [3, 1, 2]),
        (9, 1, [1, 2, 3]),
    ],
)
def test_one_step(one: int, step: int, moved: list[int]) -> None:
    assert stepped([1, 2, 3], one, step) == moved


@given(ids, ids)
def test_completing_keeps_my_order_of_those_that_are_left_and_theirs_of_those_that_came(
    mine: Sequence[int], current: Sequence[int]
) -> None:
    completed = Order(tuple(mine)).completed_by(Order(tuple(current))).ids
    assert sorted(completed) == sorted(current)
    assert [one for one in completed if one in mine] == [one for one in mine if one in current]
    assert [one for one in completed if one not in mine] == [one for one in current if one not in mine]


@pytest.mark.parametrize(
    ("numbers", "taken"),
    [
        ([], []),
        ([1, 2, 3], [1, 2, 3]),
        ([0, 2, 9], [0, 2, 9]),
        ([0, 0, 0], [1, 2, 3]),
        ([1, 1, 2], [1, 2, 3]),
    ],
    ids=["none", "whole", "with gaps", "never numbered", "two alike"],
)
def test_places(numbers: list[int], taken: list[Any]) -> None:
    assert places(numbers) == taken
