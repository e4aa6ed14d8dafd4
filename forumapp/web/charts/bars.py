"""How many came in each step of time as bars of a drawing, with a line for what can be taken. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.web.charts.lines import nice

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.domain.checkin.live.rules import Flow

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 150, 34, 8, 10, 24
GAP = 3
EVERY = 6  # bars have a time written below them: half an hour


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    start: datetime
    count: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Bars:
    bars: list[Bar]
    words: list[tuple[float, datetime]]  # below the bars: where, and which time
    top: int
    line: float | None  # at what can be taken
    capacity: int | None


def bars_of(flow: Flow) -> Bars:
    top = nice(max(*flow.counts, flow.capacity or 0, 1))
    step = (WIDTH - LEFT - RIGHT) / len(flow.starts)

    def at(number: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * number / top

    bars = [
        Bar(
            round(LEFT + place * step + GAP / 2, 1),
            round(at(count), 1),
            round(step - GAP, 1),
            round(HEIGHT - BOTTOM - at(count), 1),
            start,
            count,
            bool(flow.capacity) and count >= (flow.capacity or 0),
        )
        for place, (start, count) in enumerate(zip(flow.starts, flow.counts, strict=True))
    ]
    words = [(bar.x, bar.start) for place, bar in enumerate(bars) if place % EVERY == 0]
    return Bars(bars, words, top, round(at(flow.capacity), 1) if flow.capacity else None, flow.capacity)
