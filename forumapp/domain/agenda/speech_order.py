"""Who speaks before whom in a session, as the order that was approved for its speeches has it. Pure.

Whoever does not stand in that order keeps their place, and so does whoever speaks more than once: that was put so by
hand. The others are put among the places that they have.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Rank = Mapping[int, int]  # by person, their place in the approved order

SPEAKING = ("speaker", "keynote")
SPEECH = "speech"


class Speaking(NamedTuple):
    """Someone's part as a speaker, in an item or in the session as a whole."""

    part: int
    person: int
    item: int | None


@dataclass(frozen=True, slots=True)
class Speeches:
    """A session's items in order, which of them are speeches, and the parts of those who speak, in order."""

    items: tuple[int, ...]
    speeches: frozenset[int]
    parts: tuple[Speaking, ...]


def items_by_list(of: Speeches, rank: Rank) -> list[int]:
    """All items, the speeches as the first of their speakers stands in the list."""
    return _refilled(of.items, {item: rank[one.person] for item, one in _leading(of, rank).items()})


def parts_by_list(ids: Sequence[int], of: Speeches, rank: Rank) -> list[int]:
    """`ids` are all parts in the session, of whom those who speak there are put in order: as their speeches follow each
    other, and those of one item among each other. In other items, such as a panel, it is among those alone.
    """
    leading = _leading(of, rank)
    found: dict[int | None, dict[int, tuple[int, int]]] = defaultdict(dict)
    for one in _ranked(of, rank):
        apart = None if one.item in leading else one.item
        first = leading.get(one.item, one) if one.item is not None else one
        found[apart][one.part] = rank[first.person], rank[one.person]
    ordered = list(ids)
    for those in found.values():
        ordered = _refilled(ordered, those)
    return ordered


def out_of_order(of: Speeches, rank: Rank) -> tuple[int, int] | None:
    """The first two people who follow each other the other way round than in the list; None where all is as it says."""
    leading = _leading(of, rank)
    by_item: dict[int | None, list[Speaking]] = defaultdict(list)
    for one in _ranked(of, rank):
        by_item[one.item].append(one)
        if one.item is not None and leading.get(one.item) is one:
            by_item[None].append(one)
    for row in ([leading[item] for item in of.items if item in leading], *by_item.values()):
        for one, other in pairwise(row):
            if rank[one.person] > rank[other.person]:
                return one.person, other.person
    return None


def _ranked(of: Speeches, rank: Rank) -> list[Speaking]:
    """Those who speak once and stand in the list."""
    places: dict[int, set[int | None]] = defaultdict(set)
    for one in of.parts:
        places[one.person].add(one.item)
    return [one for one in of.parts if one.person in rank and len(places[one.person]) == 1]


def _leading(of: Speeches, rank: Rank) -> dict[int, Speaking]:
    """By item that is a speech, whoever of its speakers stands first in the list."""
    found: dict[int, Speaking] = {}
    for one in _ranked(of, rank):
        if one.item in of.speeches and (one.item not in found or rank[one.person] < rank[found[one.item].person]):
            found[one.item] = one
    return found


def _refilled(ids: Sequence[int], place: Mapping[int, Any]) -> list[int]:
    """Those that have a place in order of it, where one of them stands now; the others where they are."""
    ordered = iter(sorted((one for one in ids if one in place), key=place.__getitem__))
    return [next(ordered) if one in place else one for one in ids]
