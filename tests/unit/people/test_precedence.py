from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.people.precedence.keys import DIGITS, key_between, new_keys

keys = st.text(DIGITS, min_size=1, max_size=6).filter(lambda key: not key.endswith("0"))


@given(st.one_of(st.none(), keys), st.one_of(st.none(), keys))
def test_there_is_always_a_place_between_two(a: str | None, b: str | None) -> None:
    if a is not None and b is not None and a >= b:
        a, b = b, a
    if a is not None and a == b:
        return
    key = key_between(a, b)
    assert (a or "") < key
    assert b is None or key < b
    assert not key.endswith("0")


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_any_order_of_insertions_keeps_the_order(places: list[int]) -> None:
    row: list[str] = []
    for wanted in places:
        place = wanted % (len(row) + 1)
        key = key_between(row[place - 1] if place else None, row[place] if place < len(row) else None)
        row.insert(place, key)
    assert row == sorted(row)
    assert len(set(row)) == len(row)


def test_two_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="does not sort"):
        key_between("b", "a")


@given(st.permutations(list(range(9))), st.integers(0, 9))
def test_only_those_move_who_must_and_no_two_have_one_key_at_any_moment(wanted: list[int], size: int) -> None:
    wanted = [one for one in wanted if one < size]
    keys: dict[int, str] = {}
    for one in range(size):
        keys[one] = key_between(keys.get(one - 1), None)

    found = new_keys(keys, wanted)

    after = keys | found
    assert sorted(after, key=after.__getitem__) == wanted
    for key in found.values():
        assert key not in keys.values()
    assert len(set(found.values())) == len(found)
    longest = max(
        (len(some) for some in subsets(wanted) if some == sorted(some)),
        default=0,
    )
    assert len(found) == size - longest


def subsets(row: list[int]) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for one in row:
        found += [[*some, one] for some in found]
    return found
