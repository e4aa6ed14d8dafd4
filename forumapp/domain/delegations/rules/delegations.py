"""Delegations and their parts. Pure."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_SEATS = 100  # of a vehicle


class TakenOver(enum.StrEnum):
    """What a substitute takes over from the first person."""

    DELEGATION = "delegation"
    COACH = "coach"
    ROOM = "room"


def takes_over_fault(parts: Collection[TakenOver]) -> str | None:
    """Seats and beds are for members of a delegation only."""
    return "not-in-the-delegation" if parts and TakenOver.DELEGATION not in parts else None


def with_parts(delegation_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """The delegation and all its parts, itself first; `parents` maps every delegation to the one it is part of."""
    found = [delegation_id]
    for one in found:  # grows while we read it: parts of parts follow
        found += [part for part, parent in parents.items() if parent == one and part not in found]
    return found


def with_wholes(delegation_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """The delegation and those it is part of, itself first. Raises ValueError when they run in a circle."""
    found: list[int] = []
    one: int | None = delegation_id
    while one is not None:
        if one in found:
            raise ValueError("a delegation is part of itself")
        found.append(one)
        one = parents.get(one)
    return found
