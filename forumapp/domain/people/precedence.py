"""Places in an order that people set. Pure.

Keys are texts that sort as the places do, so that someone can be put between two others without renumbering anyone.
"""

from __future__ import annotations

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
