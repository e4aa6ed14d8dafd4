"""Masks for values that must not be logged. Pure."""

from __future__ import annotations

HIDDEN = {"hidden": True}
MASKED = (HIDDEN, HIDDEN)  # before and after: that there was nothing is hidden as well


def is_hidden(value: object) -> bool:
    return bool(value == HIDDEN)
