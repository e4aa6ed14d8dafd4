"""Whom an itinerary item is for: delegations, groups and people, with additions and exceptions. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.domain.delegations.rules.delegations import with_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """A delegation with its parts, a group or a person (by registration; exactly one of them), invited or left out."""

    includes: bool
    delegation: int | None = None
    group: int | None = None
    registration: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A registration in a group from one instant until another, half-open; None is as long as there is anything."""

    group: int
    registration: int
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


class Roster:
    """Who is in which delegation and in which group when, put in order once for any number of items.

    `members` has everyone who may be in an audience, each with the delegation they are in or None; nobody else is ever
    found, though a group or an item names them. `parents` maps every delegation to the one it is part of.
    """

    def __init__(
        self,
        members: Mapping[int, int | None],
        memberships: Iterable[Membership] = (),
        parents: Mapping[int, int | None] | None = None,
    ) -> None:
        self._members = members
        self._parents = parents or {}
        self._own: dict[int, set[int]] = defaultdict(set)
        for registration, delegation in members.items():
            if delegation is not None:
                self._own[delegation].add(registration)
        self._groups: dict[int, list[Membership]] = defaultdict(list)
        for one in memberships:
            if one.registration in members:
                self._groups[one.group].append(one)
        self._whole: dict[int, frozenset[int]] = {}

    def of_delegation(self, delegation: int) -> frozenset[int]:
        """Everyone in a delegation and its parts."""
        if delegation not in self._whole:
            parts = with_parts(delegation, self._parents)
            self._whole[delegation] = frozenset().union(*(self._own.get(part, ()) for part in parts))
        return self._whole[delegation]

    def of_group(self, group: int, at: datetime) -> frozenset[int]:
        return frozenset(one.registration for one in self._groups.get(group, ()) if one.holds(at))

    def of_row(self, row: AudienceRow, at: datetime) -> frozenset[int]:
        if row.registration is not None:
            return frozenset({row.registration} & self._members.keys())
        if row.group is not None:
            return self.of_group(row.group, at)
        return self.of_delegation(row.delegation) if row.delegation is not None else frozenset()


def resolve(rows: Iterable[AudienceRow], roster: Roster, at: datetime) -> set[int]:
    """The registrations for which an item that begins `at` an instant is.

    What is said of a person outweighs what is said of a group, and that what is said of a delegation, in whatever
    order it was said. Of two of one kind the exception holds.
    """
    found: set[int] = set()
    kinds: list[list[AudienceRow]] = [[], [], []]
    for row in rows:
        kinds[_weight(row)].append(row)
    for those in kinds:  # the weightier ones have the last word
        for row in sorted(those, key=lambda one: not one.includes):
            if row.includes:
                found |= roster.of_row(row, at)
            else:
                found -= roster.of_row(row, at)
    return found


def _weight(row: AudienceRow) -> int:
    if row.registration is not None:
        return 2
    return 1 if row.group is not None else 0
