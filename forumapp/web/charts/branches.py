"""Branches over time as shapes of a drawing: how many are in which group from when to when, and how many go where
between. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.web.charts.lines import COLORS

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence

    Place = Hashable

COLUMN, BETWEEN, EDGE = 120, 70, 8
HEAD, TALL, APART, FOOT = 26, 200, 22, 20  # what is written above a column, and below a branch
LEAST = 4  # a branch of one among a thousand is still seen


@dataclass(frozen=True, slots=True)
class Band:
    """A branch in one column, with how many are in it."""

    x: float
    y: float
    width: float
    height: float
    color: str
    count: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Those who go from one branch to another between two columns."""

    path: str
    color: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    bands: list[Band]
    flows: list[Flow]
    starts: list[int]  # where each column begins


def color_of(place: int) -> str:
    """Of the groups, by their order; the last color is no group's."""
    return COLORS[place % (len(COLORS) - 1)]


def drawn(
    columns: Sequence[Mapping[Place, Collection[int]]], order: Sequence[Place], plain: Collection[Place] = ()
) -> Drawing:
    """`columns` say by place who is there, `order` how places stand below each other; all hold the same people. What is
    no group is `plain`.
    """
    colors = {place: COLORS[-1] if place in plain else color_of(at) for at, place in enumerate(order)}
    total = max((sum(map(len, column.values())) for column in columns), default=0)
    scale = TALL / total if total else 0
    starts = [EDGE + at * (COLUMN + BETWEEN) for at in range(len(columns))]
    tops = [_tops(column, order, scale) for column in columns]
    bands = [
        Band(x, top[place], COLUMN, _high(one[place], scale), colors[place], len(one[place]))
        for x, one, top in zip(starts, columns, tops, strict=True)
        for place in order
        if one.get(place)
    ]
    flows = [
        flow
        for at in range(len(columns) - 1)
        for flow in _flows(columns[at : at + 2], tops[at : at + 2], colors, scale, starts[at] + COLUMN)
    ]
    width = int(2 * EDGE + len(columns) * COLUMN + max(0, len(columns) - 1) * BETWEEN)
    height = int(max((band.y + band.height for band in bands), default=HEAD) + FOOT)
    return Drawing(width, height, bands, flows, starts)


def _high(people: Collection[int], scale: float) -> float:
    return max(LEAST, len(people) * scale)


def _tops(column: Mapping[Place, Collection[int]], order: Sequence[Place], scale: float) -> dict[Place, float]:
    found, y = {}, float(HEAD)
    for place in order:
        if column.get(place):
            found[place] = y
            y += _high(column[place], scale) + APART
    return found


def _flows(
    columns: Sequence[Mapping[Place, Collection[int]]],
    tops: Sequence[Mapping[Place, float]],
    colors: Mapping[Place, str],
    scale: float,
    x: float,
) -> list[Flow]:
    (one, other), (left, right) = columns, (dict(tops[0]), dict(tops[1]))
    found = []
    for here in colors:
        for there in colors:
            count = len(set(one.get(here, ())) & set(other.get(there, ())))
            if count:
                high = count * scale
                found.append(Flow(_ribbon(x, left[here], x + BETWEEN, right[there], high), colors[there]))
                left[here] += high
                right[there] += high
    return found


def _ribbon(x: float, y: float, to_x: float, to_y: float, high: float) -> str:
    middle = (x + to_x) / 2
    return (
        f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        f"V{to_y + high:.1f}C{middle:.1f} {to_y + high:.1f} {middle:.1f} {y + high:.1f} {x:.1f} {y + high:.1f}Z"
    )
