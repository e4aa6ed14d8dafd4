"""Plans of seats on paper, drawn by their convention. Where someone sits is shown by the seat alone: neither a rank nor
the number of a seat is printed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forumapp.core.values.text import pick
from forumapp.core.values.times import at_zone
from forumapp.domain.agenda.models import Session
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.delegations.rules.places_of_honor import Shape
from forumapp.domain.delegations.seating import services
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.printing.books import checks
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.fonts import font_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.seating import SeatingPlan
    from forumapp.domain.delegations.seating.services import SeatLine
    from forumapp.domain.people.names.printed_names import Printed
    from forumapp.domain.printing.paper.documents import EditionHead
    from forumapp.domain.printing.paper.layout import Finding

    Texts = Mapping[str, str]

# In mm: a lying page without its margins, that of twice the size, and the seats that may be drawn, the largest first.
PAGES = {"A4": (273, 186), "Letter": (255, 192)}
LARGE = {"A4": ("A3", 396, 273), "Letter": ("297mm 420mm", 396, 273)}
SEATS = ((46.0, 24.0), (40.0, 21.0), (34.0, 19.0), (28.0, 16.0), (23.0, 14.0), (19.0, 13.0))
TABLE_TYPE, STAGE_TYPE = 10 / 46, 12.5 / 46  # points to the mm of a seat's width
LARGEST = 12.5  # points, of names on a stage
CAPITAL, SMALL = 0.78, 0.66  # em that a letter of a name takes at most, nearly
CAPITAL_BOLD, SMALL_BOLD = 0.7, 0.59  # and on average, in bold
LINES = 8.4  # em that a name in both scripts and a title in two languages take, each on two lines
PADDING, ROW_HEAD, LEAST_HIGH = 3.0, 10.0, 21.0  # mm: at the sides of a seat, above each row, of a seat
POINT = 25.4 / 72
HEAD = 44  # mm that the head of a page takes
GAP = 2.0
NATIVE, POST = 1.25, 0.72  # em of the lines of a seat beside that of the Latin name, which is 1
LINE, POST_LINE, ABOVE_POST = 1.25, 0.87, 0.15  # em that a line takes, one of a post, and what is above each post
MOST_LINES = 2  # of a post
SMALLEST = 5.5  # points
PARTS, SPACE = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff-]+-?"), 0.26  # what stays on one line, and em between two


@dataclass(frozen=True, slots=True)
class Seat:
    """`who` is None where nobody sits; `name` and id say whom a finding is about."""

    who: Printed | None
    name: str = ""
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as plain values. `starts` is the wall time of its session or item; `tiers` are its rows, the front one
    first, or its tables.
    """

    code: str
    name: Texts
    occasion: Texts
    starts: datetime | None
    shape: str
    convention: str
    host_side: str
    tiers: tuple[tuple[Seat, ...], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a seat is drawn, in mm from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        return abs(self.left - other.left) < self.width + GAP / 2 and abs(self.top - other.top) < self.height + GAP / 2


def read_plan(db: DbSession, plan: SeatingPlan, zone: str) -> Plan:
    """`zone` is the edition's."""
    lines = services.list_seats(db, plan)
    tiers = (tuple(_seat(line) for line in row) for _, row in groupby(lines, key=lambda line: line.tier))
    occasion: Texts = {}
    starts = None
    if session := db.get(Session, plan.session_id) if plan.session_id else None:
        occasion, starts = session.title, at_zone(session.start_utc, zone).wall if session.start_utc else None
    elif item := db.get(ItineraryItem, plan.item_id) if plan.item_id else None:
        occasion, starts = item.title, item.start_wall
    side = plan.host_side.value if plan.host_side else ""
    return Plan(plan.code, plan.name, occasion, starts, plan.shape.value, plan.convention.value, side, tuple(tiers))


def _seat(line: SeatLine) -> Seat:
    if line.name is None:
        return Seat(None)
    title = line.titles[0] if line.titles else None
    who = printed(line.name, title.title if title else None, title.organization if title else None)
    return Seat(who, line.name.texts.get("en") or who.native_name, line.person_id or 0)


def check(plans: Iterable[Plan], languages: Sequence[str]) -> list[Finding]:
    """What to mend before: characters that no font has and texts that are not translated. Each is told once."""
    found: list[Finding] = []
    for plan in plans:
        about = ("seating", plan.code)
        said = checks.texts_findings([("name", plan.name), ("occasion", plan.occasion)], languages)
        found += [replace(one, about=about) for one in said]
        for seat in (seat for tier in plan.tiers for seat in tier if seat.who):
            shown = f"{seat.who.latin_name}{seat.who.native_name}{''.join(seat.who.title.values())}" if seat.who else ""
            found += checks.missing_glyphs(shown, seat.name, ("person", seat.person_id))
    told = {(one.code, one.name, *sorted(one.details.items())): one for one in found}
    return sorted(told.values(), key=lambda one: not one.blocking)


def around(seats: int, width: float, height: float) -> list[Box]:
    """Round a table in an area of this size: the first seat at the top, where one faces the door below, and the others
    clockwise as one looks down on it. The seats are as large as they fit beside each other.
    """
    for wide, high in SEATS:
        found = []
        for number in range(seats):
            turn = 2 * math.pi * number / seats
            left = (width - wide) / 2 * (1 + math.sin(turn))
            top = (height - high) / 2 * (1 - math.cos(turn))
            found.append(Box(round(left, 2), round(top, 2), wide, high))
        if not any(one.overlaps(other) for place, one in enumerate(found) for other in found[:place]):
            break
    return found


def across(seats: int, width: float) -> float:
    """How wide each seat of a row is."""
    return min(SEATS[0][0], width / seats - GAP)


def stage_type(plan: Plan, wide: float, high: float) -> float:
    """Points of the names on seats of this size: as large as the longest of their words and all their lines have room
    for, and never smaller than where each name has one line.
    """
    names = [seat.who.latin_name for tier in plan.tiers for seat in tier if seat.who]
    words = [word for name in names for word in name.replace("-", "- ").split()]
    widest = max((sum(CAPITAL if c.isupper() else SMALL for c in word) for word in words), default=1)
    room = min(LARGEST, (wide - PADDING) / POINT / widest, high / POINT / LINES)
    return max(wide * STAGE_TYPE, room)


def table_type(tier: Iterable[Seat], box: Box, languages: Sequence[str]) -> float:
    """Points of the names on seats at a table: as large as all lines of each of them have room for."""
    wide, high = ((side - PADDING) / POINT for side in (box.width, box.height))
    size = box.width * TABLE_TYPE
    people = [seat.who for seat in tier if seat.who]
    while size > SMALLEST and any(_height(one, wide / size, languages) > high / size for one in people):
        size -= 0.25
    return size


def _height(who: Printed, wide: float, languages: Sequence[str]) -> float:
    """How high all lines of someone's seat are, if it is so wide; both in em."""
    titles = [who.title.get(one) for one in languages if who.title.get(one)] or [*who.title.values()][:1]
    posts = [min(MOST_LINES, _lines(text, wide / POST)) for text in titles if text]
    names = LINE * (NATIVE * _lines(who.native_name, wide / NATIVE) + _lines(who.latin_name, wide))
    return names + sum(ABOVE_POST + POST_LINE * lines for lines in posts)


def _lines(text: str, wide: float) -> int:
    """About how many a text takes: Han breaks between any two characters, Latin between words."""
    lines, at = 0, wide
    for word in PARTS.findall(text):
        takes = sum(1 if c >= "\u2e80" else CAPITAL_BOLD if c.isupper() else SMALL_BOLD for c in word)
        if at + takes > wide:
            lines, at = lines + max(1, math.ceil(takes / wide)), 0.0
        at += takes if word >= "\u2e80" else takes + SPACE
    return lines


def render(plans: Sequence[Plan], head: EditionHead, *, at: datetime, folder: Path | None = None) -> bytes:
    """A page for each stage and each table, as a PDF; `at` is the aware moment of printing."""
    size, width, height = _sheet(plans, head.page_size)
    drawn = [_drawn(plan, width, height - HEAD, head.languages) for plan in plans]
    html = templates.page(
        "seating.html",
        plans=drawn,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        printed=at.astimezone(ZoneInfo(head.zone)),
    )
    css = templates.style("seating.css", colors=templates.accents(head), lengths={"page": f"{size} landscape"})
    return Typesetter(fonts.SANS, html, folder or font_folder()).pdf(html, css)


def _sheet(plans: Sequence[Plan], page_size: str) -> tuple[str, float, float]:
    """A page of twice the size where seats would be too small to read on one."""
    width, height = PAGES[page_size]
    most = {
        shape: max((len(tier) for plan in plans for tier in plan.tiers if plan.shape == shape), default=1)
        for shape in (Shape.STAGE.value, Shape.TABLES.value)
    }
    narrow = across(most[Shape.STAGE.value], width) < SEATS[-2][0]
    crowded = around(most[Shape.TABLES.value], width, height - HEAD)[0].width < SEATS[-2][0]
    return LARGE[page_size] if narrow or crowded else (page_size, width, height)


def _drawn(plan: Plan, width: float, height: float, languages: Sequence[str]) -> dict[str, object]:
    """With the size of its seats, the last row of a stage first, as the audience sees it."""
    if plan.shape == Shape.TABLES.value:
        tables = [list(zip(tier, around(len(tier), width, height), strict=True)) for tier in plan.tiers]
        types = [table_type(tier, places[0][1], languages) for tier, places in zip(plan.tiers, tables, strict=True)]
        return {"plan": plan, "tables": list(zip(tables, types, strict=True)), "width": width, "height": height}
    wide = across(max(len(tier) for tier in plan.tiers), width)
    rows = list(enumerate(plan.tiers, 1))[::-1]
    high = height / len(rows) - ROW_HEAD
    size = stage_type(plan, wide, high)
    return {"plan": plan, "rows": rows, "seat": wide, "type": size, "high": max(LEAST_HIGH, LINES * POINT * size)}
