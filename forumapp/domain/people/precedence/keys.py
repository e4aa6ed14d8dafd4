"""Places in an order that people set. Pure.

Keys are texts that sort as the places do, so that someone can be put between two others without renumbering anyone.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(DIGITS)


def key_between(before: str | None, after: str | None) -> str:
    """A key that sorts after `before` and before `after`; None is the open end. Raises ValueError when they are not
    in order. Never ends in "0", so that there is always room below a key.
    """
    low, high = before or "", after
    if high is not None and low >= high:
        raise ValueError(f"{low!r} does not sort before {high!r}")
    key = ""
    for place in range(max(len(low), len(high or "")) + 1):
        floor = DIGITS.index(low[place]) if place < len(low) else 0
        ceiling = DIGITS.index(high[place]) if high is not None and place < len(high) else _BASE
        if ceiling - floor > 1:
            return key + DIGITS[(floor + ceiling) // 2]
        key += DIGITS[floor]
        if floor < ceiling:
            high = None  # already below it: whatever follows is free
    return key + DIGITS[_BASE // 2]


def new_keys(keys: Mapping[int, str], wanted: Sequence[int]) -> dict[int, str]:
    """The keys of those who move, so that all stand as `wanted`; `keys` are those of now, by id. As few move as can be,
    and at no moment do two have one key, in whatever order the keys are written.
    """
    stay = _longest_in_order(keys, wanted)
    taken, found, low = set(keys.values()), dict[int, str](), None
    for place, one in enumerate(wanted):
        if one not in stay:
            high = next((keys[after] for after in wanted[place:] if after in stay), None)
            key = key_between(low, high)
            while key in taken:
                key = key_between(low, key)
            taken.add(key)
            found[one] = key
        low = found.get(one, keys[one])
    return found


def _longest_in_order(keys: Mapping[int, str], wanted: Sequence[int]) -> set[int]:
    """Most of those who stand in the wanted order already."""
    ends: list[int] = []  # by length, the id at the end of the run that ends lowest
    before: dict[int, int | None] = {}
    for one in wanted:
        place = bisect_left([keys[end] for end in ends], keys[one])
        before[one] = ends[place - 1] if place else None
        ends[place : place + 1] = [one]
    found, last = set[int](), ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
