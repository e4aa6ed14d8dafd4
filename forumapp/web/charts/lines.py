"""Lines over time as shapes of a drawing, which a template writes without any script. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 260, 48, 32, 12, 12
# Distinguished by more than color: dashes, and the order of the legend.
DASHES = ("none", "8 4", "2 3", "12 4 2 4", "4 2", "1 5")
COLORS = ("#1f4e79", "#a23b00", "#00695c", "#6a1b9a", "#8a6d00", "#37474f")


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    color: str
    dash: str
    points: str
    last: int


@dataclass(frozen=True, slots=True)
class Chart:
    lines: list[Line]
    marks: list[tuple[float, int]]  # on the axis of numbers: where, and which


def drawn(series: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """`series` are labels and values; all have as many values, one for each step."""
    highest = max((max(values, default=0) for _label, values in series), default=0)
    top = nice(highest)
    lines = []
    for place, (label, values) in enumerate(series):
        points = " ".join(f"{_x(at, len(values)):.1f},{_y(value, top):.1f}" for at, value in enumerate(values))
        lines.append(Line(label, COLORS[place % len(COLORS)], DASHES[place % len(DASHES)], points, values[-1]))
    numbers = sorted({0, top // 2, top})
    return Chart(lines, [(_y(number, top), number) for number in numbers])


def nice(highest: int) -> int:
    """The end of an axis: an even round number that is not below the highest value."""
    scale = 1
    while True:
        for step in (2, 4, 6, 10):
            if step * scale >= highest:
                return step * scale
        scale *= 10


def _x(at: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (at / (count - 1) if count > 1 else 0.5)


def _y(value: int, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top
