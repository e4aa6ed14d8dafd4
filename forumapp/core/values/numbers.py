"""Whole numbers from outside, no larger than the databases hold."""

from __future__ import annotations

LARGEST_ID = 2**63 - 1
LARGEST_INTEGER = 2**31 - 1  # of an INTEGER column on PostgreSQL, which refuses to compare it with a larger one
_MOST_DIGITS = len(str(LARGEST_ID)) + 1


def whole_number(text: str) -> int:
    """Raises ValueError for what is none, or too large."""
    if len(text) > _MOST_DIGITS or abs(number := int(text)) > LARGEST_ID:
        raise ValueError("too large")
    return number


def id_from(text: str) -> int | None:
    """An id as forms and addresses carry it; None for whatever else stands there."""
    if not (text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS):
        return None
    return number if 0 < (number := int(text)) <= LARGEST_ID else None
