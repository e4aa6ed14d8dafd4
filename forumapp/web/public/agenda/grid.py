"""A day of the agenda as a grid: rooms side by side, time downwards. Pure.

The page holds the sessions once, in order of time, for phones and screen readers; on a wide window a
stylesheet positions them, since our content security policy forbids inline styles. A row lasts from one moment at which
something begins or ends to the next, and is as high as its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from forumapp.domain.agenda.content.snapshots import CANCELLED
from forumapp.web.public.agenda.filters import is_for_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from forumapp.web.public.agenda.program import Day, Place, Program, Session

TIME_COLUMN, LEAST_COLUMN = 3.5, 9  # rem, the second of a column in a wide grid
GAP, BOX_MARGIN, WIDEST_BOX = 0.25, 5.25, 120  # rem: between columns, around `.grid-box` with a scrollbar, and that box
LEAST_ROW, LEAST_OTHER_ROW = "36px", "10px"  # of a row in which something begins, and of another one
WIDEST_INSIDE = 5  # columns that fit into the page's own width
# Columns next to those of rooms, by pseudo code: for sessions in all rooms that are not alone at their time,
# for sessions without a room, and for cancelled ones that would lie under one that goes across.
EVERYWHERE, ELSEWHERE, OFF = "*", "", "!"
_NAME, _COLOR = re.compile(r"[A-Za-z0-9-]+"), re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Area:
    """Lines of the grid, as CSS counts them."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Column:
    """A room with as many lanes as sessions overlap in it. Without a place, `code` says what it holds."""

    code: str
    place: Place | None
    area: Area


@dataclass(frozen=True, slots=True)
class Grid:
    """`times` are the rows in which something begins, of all down to `last`; `across` are the codes of what goes
    across all rooms.
    """

    columns: list[Column]
    times: list[tuple[int, datetime]]
    last: int
    across: frozenset[str]
    areas: dict[str, Area]

    @property
    def width(self) -> int:
        return self.columns[-1].area.right - 2 if self.columns else 0

    @property
    def is_wide(self) -> bool:
        return self.width > WIDEST_INSIDE


def grid_of(day: Day, rooms: Sequence[Place]) -> Grid | None:
    """The grid of a day, or None if no sessions overlap: such a day reads better as a list."""
    whole = frozenset(session.code for session in day.sessions if is_for_all(session, day.sessions))
    partial = [session for session in day.sessions if session.code not in whole]
    if not any(session.overlaps(other) for session, other in pairwise(partial)):
        return None
    spanning = frozenset(session.code for session in partial if _spans_rooms(session, partial))
    across = [session for session in day.sessions if session.code in whole | spanning]
    by_column: dict[str, list[Session]] = {}
    for session in partial:
        if session.code not in spanning:
            by_column.setdefault(_column_of(session, across), []).append(session)
    moments = sorted({moment for session in day.sessions for moment in (session.begins, session.ends)})
    rows = {moment: place for place, moment in enumerate(moments, 2)}  # below the heads
    named = {room.code: room for room in rooms}
    columns, areas, left = [], {}, 2
    for code in (code for code in (*named, EVERYWHERE, ELSEWHERE, OFF) if code in by_column):
        lanes = _lanes(by_column[code])
        for offset, lane in enumerate(lanes):
            for session in lane:
                areas[session.code] = Area(rows[session.begins], left + offset, rows[session.ends], left + offset + 1)
        columns.append(Column(code, named.get(code), Area(1, left, 2, left + len(lanes))))
        left += len(lanes)
    after_rooms = next((column.area.left for column in columns if column.place is None), left)
    last = columns[-1].area.left if columns[-1].code == OFF else left
    for session in across:
        areas[session.code] = Area(
            rows[session.begins], 2, rows[session.ends], after_rooms if session.code in spanning else last
        )
    times = sorted({rows[session.begins]: session.start for session in day.sessions}.items())
    return Grid(columns, times, rows[moments[-1]], whole | spanning, areas)


def _spans_rooms(session: Session, sessions: Sequence[Session]) -> bool:
    """Whether it takes the columns of all rooms, next to sessions that are elsewhere meanwhile."""
    if not session.in_all_rooms or session.status == CANCELLED:
        return False
    others = [other for other in sessions if other.code != session.code and other.status != CANCELLED]
    if not any(other.room_code and not other.in_all_rooms for other in others):
        return False
    return not any(other.room_code or other.in_all_rooms for other in others if other.overlaps(session))


def _column_of(session: Session, across: Sequence[Session]) -> str:
    if session.status == CANCELLED and any(other.overlaps(session) for other in across):
        return OFF
    return EVERYWHERE if session.in_all_rooms else session.room_code


def _lanes(sessions: list[Session]) -> list[list[Session]]:
    """The fewest lanes in which no sessions overlap."""
    lanes: list[list[Session]] = []
    for session in sorted(sessions, key=lambda session: (session.begins, session.ends)):
        lane = next((lane for lane in lanes if lane[-1].ends <= session.begins), None)
        if lane is None:
            lanes.append([session])
        else:
            lane.append(session)
    return lanes


def grid_name(day: Day) -> str:
    """The id of the day's grid in the page."""
    return f"g-{day.date.isoformat()}"


def stylesheet(days: Sequence[Day], program: Program) -> str:
    """The CSS that positions the sessions and colors the tracks. Malformed codes and colors are left out."""
    tracks = [track for track in program.tracks if _NAME.fullmatch(track.code) and _COLOR.fullmatch(track.color)]
    colors = [f".k-{track.code}{{--track:{track.color}}}" for track in tracks]
    rules, free = [], []
    for day in days:
        grid = grid_of(day, program.rooms)
        if grid is None:
            continue
        name = f"#{grid_name(day)}"
        least = f"{LEAST_COLUMN}rem" if grid.is_wide else "0"
        free += _unscroll_where_it_fits(grid, name)
        begins = {row for row, _moment in grid.times}
        heights = (LEAST_ROW if row in begins else LEAST_OTHER_ROW for row in range(2, grid.last))
        rows = " ".join(["auto", *(f"minmax({height},auto)" for height in heights)])
        columns = f"{TIME_COLUMN}rem repeat({grid.width},minmax({least},1fr))"
        rules.append(f"{name}{{grid-template-columns:{columns};grid-template-rows:{rows}}}")
        rules += [f"{name}>.c{place}{{{_lines(column.area)}}}" for place, column in enumerate(grid.columns)]
        rules += [f"{name}>.t{row}{{{_lines(Area(row, 1, row + 1, 2))}}}" for row, _moment in grid.times]
        placed = [(code, area) for code, area in grid.areas.items() if _NAME.fullmatch(code)]
        rules += [f'{name}>[id="{code}"]{{{_lines(area)}}}' for code, area in placed]
    return "\n".join([*colors, "@media screen and (min-width:64rem){", *rules, "}", *free, ""])


def _unscroll_where_it_fits(grid: Grid, name: str) -> list[str]:
    """Where all columns fit, a wide grid is as high as the page: a box that scrolls would hide the afternoon."""
    needed = TIME_COLUMN + grid.width * (LEAST_COLUMN + GAP)
    if not grid.is_wide or needed > WIDEST_BOX:
        return []
    # The heads are below the day's, as in a narrow grid.
    heads = f"{name}>.grid-room,{name}::after{{top:42px}}"
    box = f".grid-scroll:has(>{name}){{max-height:none;overflow:visible}}"
    return [f"@media screen and (min-width:{max(needed + BOX_MARGIN, 64):g}rem){{{box}{heads}}}"]


def _lines(area: Area) -> str:
    return f"grid-area:{area.top}/{area.left}/{area.bottom}/{area.right}"
