"""A day of a delegation by what begins when: who is in which branch then, and what of it is for whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from forumapp.domain.delegations.rules.partitions import Stretch

# Places that are no group: before the people split and after they rejoin, and where something is wrong.
TOGETHER, WITHOUT, DOUBLED = "together", "without", "doubled"

Place = int | str  # a group's id, or one of these


@dataclass(frozen=True, slots=True)
class Cell:
    """A branch as something begins: its people, by item those for whom it is, and those for whom nothing begins."""

    place: Place
    people: frozenset[int]
    by_item: Mapping[int, frozenset[int]]
    free: frozenset[int]


@dataclass(frozen=True, slots=True)
class Slot:
    """An instant at which something begins. Everyone stands in one of its cells: their counts always add up."""

    start: datetime
    items: tuple[int, ...]
    cells: tuple[Cell, ...]

    @property
    def is_divided(self) -> bool:
        return any(cell.place != TOGETHER for cell in self.cells)


def slots(
    begins: Sequence[tuple[datetime, int]],
    people: Mapping[int, Collection[int]],
    members: Collection[int],
    parted: Iterable[Stretch] = (),
    order: Sequence[int] = (),
) -> list[Slot]:
    """`begins` has items with their instants, in order; `people` by item those for whom it is; `order` the groups."""
    stretches, everyone = list(parted), frozenset(members)
    found = []
    for start, those in groupby(begins, key=lambda one: one[0]):
        items = tuple(item for _start, item in those)
        branches = _branches(next((one for one in stretches if one.holds(start)), None), everyone, order)
        cells = tuple(_cell(place, who, items, people) for place, who in branches.items())
        found.append(Slot(start, items, cells))
    return found


def _branches(stretch: Stretch | None, everyone: frozenset[int], order: Sequence[int]) -> dict[Place, frozenset[int]]:
    """Groups stand also while nobody is in them: someone may be put there."""
    if stretch is None or not order:
        return {TOGETHER: everyone}
    found: dict[Place, frozenset[int]] = {group: stretch.groups.get(group, frozenset()) for group in order}
    astray: dict[Place, frozenset[int]] = {WITHOUT: stretch.without, DOUBLED: frozenset(stretch.doubled)}
    return found | {place: who for place, who in astray.items() if who}


def _cell(place: Place, who: frozenset[int], items: Iterable[int], people: Mapping[int, Collection[int]]) -> Cell:
    by_item = {item: who.intersection(people.get(item, ())) for item in items}
    return Cell(place, who, by_item, who.difference(*by_item.values()))
