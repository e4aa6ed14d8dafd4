"""The sizes of the program book, large print, and what a print shop wants around a page. Pure.

Books are designed for A5: their style sheet gives every length for it, and other sizes are made of it by growing its
letters and its distances. So there is one design, and nothing is laid out by hand for a size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SIZES = {"A5": (148.0, 210.0), "A4": (210.0, 297.0), "half-letter": (139.7, 215.9), "letter": (215.9, 279.4)}
HALF, WHOLE = {"A4": "A5", "Letter": "half-letter"}, {"A4": "A4", "Letter": "letter"}
FOLDED = frozenset(HALF.values())  # two of them fit on a sheet of the office printer
BLEED, MARKED = 3.0, 8.0  # mm around a page: what is cut off, and with marks outside of it
TYPE, LEADING = 9.25, 4.5  # pt and mm, of running text on A5
MARGINS = (27.0, 16.0)  # mm, on both sides of the text together, and above it
FOOT, FOOT_WITH_MARKS = 15.0, 20.0  # mm below the text of A5
LARGE_FOOT, LARGE_LINE = 24.0, 9.1
_RULE = re.compile(r"(\{[^{}]*\})")
_LENGTH = re.compile(r"(?<![\w#.])(\d*\.?\d+)mm\b")
_SIZE = re.compile(r"font-size:\s*(\d*\.?\d+)pt")
_LINE = re.compile(r"line-height:\s*(\d*\.?\d+)mm")


@dataclass(frozen=True, slots=True)
class Growth:
    """How much larger than on A5 letters and distances are; no letter is smaller than `least` points."""

    letters: float = 1.0
    distances: float = 1.0
    least: float = 0.0

    def size(self, points: float) -> float:
        return max(points * self.letters, self.least)


PLAIN, ROOMY = Growth(), Growth(1.13, 1.13)
# Chinese beside Latin letters is set at 0.95 of their size: 19 pt leave it 18.
LARGE = Growth(1.5, 1.3, 19.0)


@dataclass(frozen=True, slots=True)
class Format:
    """`size` is one of SIZES. `bleed` lets the art reach 3 mm beyond the edge, `marks` shows where to cut."""

    size: str = "A5"
    large: bool = False
    bleed: bool = False
    marks: bool = False

    @property
    def sides(self) -> tuple[float, float]:
        return SIZES[self.size]

    @property
    def growth(self) -> Growth:
        return LARGE if self.large else PLAIN if self.size in FOLDED else ROOMY

    @property
    def around(self) -> float:
        """mm of paper around the page."""
        return MARKED if self.marks else BLEED if self.bleed else 0.0

    @property
    def text_area(self) -> tuple[float, float]:
        """mm, how wide and high the text of a page may be."""
        beside, above = (margin * self.growth.distances for margin in MARGINS)
        width, height = self.sides
        return width - beside, height - above - self.foot(0)

    @property
    def room(self) -> float:
        """How much text a page holds, beside one of A5."""
        (width, height), (usual_width, usual_height) = self.text_area, Format().text_area
        return width * height / (usual_width * usual_height) / (self.growth.size(TYPE) / TYPE) ** 2

    def foot(self, marks: int) -> float:
        """mm below the text, for the foot line and the meaning of so many marks above it."""
        if self.large:
            return LARGE_FOOT + LARGE_LINE * marks
        return (FOOT_WITH_MARKS if marks else FOOT) * self.growth.distances

    def leading(self, spacing: float = 1.0) -> float:
        return LEADING * spacing * self.growth.size(TYPE) / TYPE


def grown(css: str, growth: Growth) -> str:
    """A style sheet for A5 with the letters and distances of another size. Rules and lines stay as thin as they are."""
    if growth == PLAIN:
        return css
    parts = _RULE.split(css)
    return "".join(_grown_rule(part, growth) if part.startswith("{") else _wider(part, growth) for part in parts)


def _grown_rule(rule: str, growth: Growth) -> str:
    """Lines grow as the letters of the same rule do, or else as those of running text."""
    found = _SIZE.search(rule)
    points = float(found[1]) if found else TYPE
    lines = growth.size(points) / points
    declared = rule.split(";")
    for number, one in enumerate(declared):
        if _LINE.search(one):
            declared[number] = _LINE.sub(lambda match: f"line-height:{float(match[1]) * lines:.3f}mm", one)
        elif _SIZE.search(one):
            declared[number] = _SIZE.sub(lambda match: f"font-size:{growth.size(float(match[1])):.3f}pt", one)
        else:
            declared[number] = _wider(one, growth)
    return ";".join(declared)


def _wider(text: str, growth: Growth) -> str:
    return _LENGTH.sub(lambda match: f"{float(match[1]) * growth.distances:.3f}mm", text)
