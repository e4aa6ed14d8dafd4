"""Reads a design from form or API data, and writes it back. Pure.

Faults are keyed by box and field, such as `boxes.3.w`. Missing fields get their default.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from forumapp.core.errors import Invalid
from forumapp.core.values.text import LANGUAGES, LINE, ends_line, is_one_line, is_visible
from forumapp.domain.printing.designs.shapes import (
    BOLD,
    COLORS,
    PICTURES,
    REGULAR,
    SAYS,
    Align,
    Back,
    Big,
    Box,
    Design,
    FieldName,
    Fold,
    Kind,
    Line,
    Stand,
)

if TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C", bound=enum.StrEnum)
SMALLEST_FACE, LARGEST_FACE = 20.0, 300.0
SMALLEST_BOX = 0.5
SMALLEST_TYPE, LARGEST_TYPE = 9.0, 144.0  # in points; less is read by nobody who stands before someone
SMALLEST_CODE = 15.0  # a QR that phones read at arm's length
MOST_BOXES, MOST_LINES, WIDEST_GAP = 40, 4, 50.0
BLEEDS = (0.0, 3.0)
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_BLANKS = re.compile(r"[\s\u0085\u2028\u2029]+")
NEAR = 0.01  # what is rounded is not outside
# Of which kinds there is one at most.
ALONE = (Kind.QR, Kind.PHOTO, Kind.NAMES)


def design_from(data: Mapping[str, Any]) -> Design:
    """Read a design. Raises Invalid with a fault code for each path."""
    reader = _Reader(data, "")
    width, height = (reader.number(side, SMALLEST_FACE, LARGEST_FACE) for side in ("width", "height"))
    design = Design(
        width=width,
        height=height,
        boxes=tuple(_boxes(reader, width, height)),
        colors=_colors(reader),
        big=reader.choice("big", Big, Big.LATIN),
        back=reader.choice("back", Back, Back.NONE),
        fold=reader.choice("fold", Fold, Fold.NONE),
        bleed=reader.one_of("bleed", BLEEDS, 0.0),
    )
    reader.refuse_others()
    if reader.faults:
        raise Invalid(fields=reader.faults)
    return design


def saved_design(layout: Mapping[str, Any]) -> Design:
    """A design of a saved layout. Fixed texts that were saved with line breaks or tabs, once allowed, are one line."""
    boxes = [
        {**box, "texts": {code: text and _BLANKS.sub(" ", text).strip() for code, text in box["texts"].items()}}
        if box.get("texts")
        else box
        for box in layout["boxes"]
    ]
    return design_from({**layout, "boxes": boxes})


def plain(design: Design) -> dict[str, Any]:
    """The design as JSON values; `design_from` reverses it."""
    data = asdict(design)
    data["colors"] = {name: design.colors.get(name) for name in COLORS}
    data["boxes"] = [_box_to_json(box) for box in data["boxes"]]
    return data


def _box_to_json(box: dict[str, Any]) -> dict[str, Any]:
    kind = box["kind"]
    without = {"fields", "align", "stand", "beside", "first"} if kind not in SAYS else set()
    without |= {"texts"} if kind is not Kind.TEXT else set()
    without |= {"color"} if kind in PICTURES else set()
    return {name: _listed(value) for name, value in box.items() if name not in without}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class _Reader:
    """Reads known keys from one mapping and collects faults by their path."""

    def __init__(self, data: Any, at: str, faults: dict[str, str] | None = None) -> None:
        self.faults: dict[str, str] = {} if faults is None else faults
        self.at = at
        if not isinstance(data, Mapping):
            self.fault("", "invalid")
            data = {}
        self.data = data
        self._known: set[str] = set()

    def fault(self, name: str, code: str) -> None:
        self.faults.setdefault(f"{self.at}{name}".rstrip(".") or "layout", code)

    def take(self, name: str) -> Any:
        self._known.add(name)
        return self.data.get(name)

    def inside(self, name: str, data: Any) -> _Reader:
        return _Reader(data, f"{self.at}{name}.", self.faults)

    def number(self, name: str, least: float, most: float, usual: float | None = None) -> float:
        """Within these bounds, rounded to a hundredth."""
        value = self.take(name)
        if value is None and usual is None:
            self.fault(name, "required")
        elif name not in self.data and usual is not None:
            return usual
        elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fault(name, "invalid")
        elif value < least:
            self.fault(name, "too-small")
        elif value > most:
            self.fault(name, "too-large")
        else:
            return round(float(value), 2)
        return least

    def whole(self, name: str, least: int, most: int, usual: int) -> int:
        value = self.number(name, least, most, usual)
        if value != int(value):
            self.fault(name, "invalid")
        return int(value)

    def choice(self, name: str, kind: type[C], usual: C) -> C:
        value = self.take(name)
        if name not in self.data:
            return usual
        if value not in list(kind):
            self.fault(name, "unknown")
            return usual
        return kind(value)

    def one_of(self, name: str, values: Sequence[float], usual: float) -> float:
        value = self.take(name)
        if name not in self.data:
            return usual
        if value is None or isinstance(value, bool) or value not in values:
            self.fault(name, "unknown")
            return usual
        return float(value)

    def flag(self, name: str, *, usual: bool) -> bool:
        value = self.take(name)
        if name in self.data and not isinstance(value, bool):
            self.fault(name, "invalid")
        return value if isinstance(value, bool) else usual

    def items(self, name: str, most: int) -> list[Any]:
        value = self.take(name)
        if name not in self.data:
            return []
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            self.fault(name, "invalid")
            return []
        if len(value) > most:
            self.fault(name, "too-many")
        return list(value[:most])

    def refuse_others(self) -> None:
        for name in sorted(set(map(str, self.data)) - self._known):
            self.fault(name, "unknown")


def _colors(reader: _Reader) -> dict[str, str]:
    data = reader.take("colors")
    inside = reader.inside("colors", data if "colors" in reader.data else {})
    found = {name: inside.take(name) for name in COLORS}
    inside.refuse_others()
    for name, color in found.items():
        if color is not None and not _is_color(color):
            inside.fault(name, "invalid")
    return {name: color.lower() for name, color in found.items() if isinstance(color, str)}


def _is_color(color: Any) -> bool:
    return isinstance(color, str) and COLOR.fullmatch(color) is not None


def _boxes(reader: _Reader, width: float, height: float) -> list[Box]:
    boxes = [
        _box(reader.inside(f"boxes.{number}", one), width, height)
        for number, one in enumerate(reader.items("boxes", MOST_BOXES))
    ]
    shown = [box.kind for box in boxes if box.shown]
    if Kind.NAMES not in shown:
        reader.fault("boxes", "no-names")
    for number, box in enumerate(boxes):
        if box.shown and box.kind in ALONE and box.kind in [one.kind for one in boxes[:number] if one.shown]:
            reader.fault(f"boxes.{number}.kind", "twice")
    return boxes


def _box(reader: _Reader, width: float, height: float) -> Box:
    data = reader.take("kind")
    kind = reader.choice("kind", Kind, Kind.TEXT)
    if data is None:
        reader.fault("kind", "required")
    x, y, w, h = _place(reader, width, height)
    box = Box(kind, x, y, w, h, color=_color(reader), shown=reader.flag("shown", usual=True))
    if kind is Kind.QR and box.shown:
        _check_code(reader, w, h)
    if kind in SAYS:
        box = _text_box(reader, box)
    reader.refuse_others()
    return box


def _place(reader: _Reader, width: float, height: float) -> tuple[float, float, float, float]:
    """Wholly on the face, since what sticks out would be cut."""
    x, y = reader.number("x", 0, width), reader.number("y", 0, height)
    w, h = reader.number("w", SMALLEST_BOX, LARGEST_FACE), reader.number("h", SMALLEST_BOX, LARGEST_FACE)
    for name, end, side in (("w", x + w, width), ("h", y + h, height)):
        if end > side + NEAR:
            reader.fault(name, "outside")
    return x, y, w, h


def _check_code(reader: _Reader, w: float, h: float) -> None:
    if abs(w - h) > NEAR:
        reader.fault("h", "not-square")
    elif w < SMALLEST_CODE:
        reader.fault("w", "too-small")


def _color(reader: _Reader) -> str | None:
    color = reader.take("color")
    if color is None or (color in COLORS and isinstance(color, str)):
        return color
    if not _is_color(color):
        reader.fault("color", "invalid")
        return None
    return str(color).lower()


def _text_box(reader: _Reader, box: Box) -> Box:
    beside = reader.take("beside")
    return Box(
        box.kind,
        box.x,
        box.y,
        box.w,
        box.h,
        fields=_lines(reader, box.kind),
        align=reader.choice("align", Align, Align.LEFT),
        stand=reader.choice("stand", Stand, Stand.TOP),
        color=box.color,
        beside=None if beside is None else reader.number("beside", 0, max(0.0, box.w - 2 * SMALLEST_BOX)),
        first=reader.number("first", 10, 90, 50),
        texts=_texts(reader) if box.kind is Kind.TEXT else {},
        shown=box.shown,
    )


def _lines(reader: _Reader, kind: Kind) -> tuple[Line, ...]:
    data = reader.items("fields", len(SAYS[kind]))
    if not data:
        reader.fault("fields", "required")
    lines = [_line(reader.inside(f"fields.{number}", one), kind) for number, one in enumerate(data)]
    seen = [line.field for line in lines]
    for number, field in enumerate(seen):
        if field in seen[:number]:
            reader.fault(f"fields.{number}.field", "twice")
    if kind is Kind.NAMES and lines and FieldName.BIG_NAME not in seen:
        reader.fault("fields", "no-names")
    return tuple(lines)


def _line(reader: _Reader, kind: Kind) -> Line:
    field = reader.choice("field", FieldName, SAYS[kind][0])
    if field not in SAYS[kind]:
        reader.fault("field", "unknown")
    size = reader.number("size", SMALLEST_TYPE, LARGEST_TYPE)
    floor = reader.number("floor", SMALLEST_TYPE, LARGEST_TYPE, SMALLEST_TYPE)
    if floor > size:
        reader.fault("floor", "above-size")
    weight = int(reader.one_of("weight", (REGULAR, BOLD), REGULAR))
    lines, gap = reader.whole("lines", 1, MOST_LINES, 1), reader.number("gap", 0, WIDEST_GAP, 0)
    reader.refuse_others()
    return Line(field, size, floor, lines, weight, gap)


def _texts(reader: _Reader) -> dict[str, str]:
    data = reader.take("texts")
    inside = reader.inside("texts", {} if data is None else data)
    found: dict[str, str] = {}
    for language in LANGUAGES:
        text = inside.take(language)
        fault = _text_fault(text)
        if fault:
            inside.fault(language, fault)
        elif text:
            found[language] = text.strip()
    inside.refuse_others()
    if not any(map(is_visible, found.values())):
        reader.fault("texts", "required")
    return found


def _text_fault(text: Any) -> str | None:
    if text is None:
        return None
    checks: tuple[tuple[Callable[[Any], bool], str], ...] = (
        (lambda one: isinstance(one, str), "invalid"),
        (lambda one: len(one) <= LINE, "too-long"),
        (lambda one: not ends_line(one), "line-break"),
        (is_one_line, "invalid"),
    )
    return next((code for holds, code in checks if not holds(text)), None)
