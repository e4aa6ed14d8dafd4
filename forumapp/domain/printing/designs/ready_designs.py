"""The designs that stand ready: one for each size of badge and each look. Pure.

Every size follows one of two arrangements: upright, with the code below the names, or lying, with the code beside
them. The top 15 mm of badges that hang from a slot hold no words in their middle. No text is smaller than 9 pt.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from forumapp.domain.printing.designs.reader import SMALLEST_CODE, SMALLEST_TYPE
from forumapp.domain.printing.designs.shapes import BOLD, FREE, Align, Box, Design, FieldName, Kind, Line, Stand, fits

GOLD, INK = "#b08d3c", "#23282e"


class Look(enum.StrEnum):
    """For whom a ready design is meant."""

    DELEGATE = "delegate"
    SPEAKER = "speaker"
    VIP = "vip"
    MEDIA = "media"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Measures:
    """What differs between the sizes. `edge` is the free margin, `big`, `other` and `rest` the size and floor of the
    two names and of all other words; `side` is that of the code.
    """

    width: float
    height: float
    edge: float
    head: float
    event: tuple[float, float, float]  # from where, how high, size of type
    names: tuple[float, float]  # from where, how high
    big: tuple[float, float]
    other: tuple[float, float]
    rest: float
    side: float
    code: float  # where it begins
    short: float
    band: float
    type: float

    @property
    def is_upright(self) -> bool:
        return self.height > self.width


SIZES: dict[str, Measures] = {
    "a6-portrait": Measures(
        105, 148, 8, 31, (16.2, 12.4, 12), (35.5, 62.4), (36, 24), (25, 18), 14, 24, 102.4, 17, 17, 21
    ),
    "a6-landscape": Measures(148, 105, 8, 20, (3, 14, 11), (23.5, 62), (40, 24), (27, 18), 14, 28, 27.4, 17, 16, 21),
    "a7-portrait": Measures(
        74, 105, 5, 23.4, (14.6, 8.2, 9), (25.4, 44.4), (27, 18), (19, 14), 11, 16, 72.9, 12, 13, 15
    ),
    "a7-landscape": Measures(105, 74, 6, 15, (1.5, 12, 9), (17, 44), (28, 18), (19.5, 14), 11, 22, 20.7, 12, 11, 15),
    "cr80-portrait": Measures(
        54, 85.6, 4, 10, (0.8, 8.4, 9), (11.4, 41.1), (20, 12), (14, 10.5), 9.5, 16, 55.5, 10, 11, 13
    ),
    "cr80-landscape": Measures(
        85.6, 54, 4, 8.6, (0.3, 8, 9), (9.6, 35.6), (22, 12), (14.5, 10.5), 9.5, 18, 12.5, 10, 8.2, 12
    ),
    "86x54-portrait": Measures(
        54, 86, 4, 10, (0.8, 8.4, 9), (11.4, 41.5), (20, 12), (14, 10.5), 9.5, 16, 55.9, 10, 11, 13
    ),
    "86x54-landscape": Measures(
        86, 54, 4, 8.6, (0.3, 8, 9), (9.6, 35.6), (22, 12), (14.5, 10.5), 9.5, 18, 12.5, 10, 8.2, 12
    ),
    "4x3-landscape": Measures(
        101.6, 76.2, 6, 15, (1.5, 12, 9), (17, 46), (28, 18), (19.5, 14), 11, 22, 20.7, 12, 11, 15
    ),
    "3x4-portrait": Measures(
        76.2, 101.6, 5, 23.4, (14.6, 8.2, 9), (25.4, 42.1), (27, 18), (19, 14), 11, 16, 70.5, 12, 12, 15
    ),
}
SLOT = 25.6  # what lies between the words on both sides of it
CARD = 60.0  # a face that is no higher, lying, is a card in a holder, without a slot


def ready_designs() -> dict[str, Design]:
    """All of them by code, such as `a6-portrait-speaker`."""
    return {f"{size}-{look}": _design(measures, look) for size, measures in SIZES.items() for look in Look}


def for_label(width: float, height: float) -> Design:
    """The plain design of that size, or the one of nearest proportions made as large as the label."""
    plain = [_design(measures, Look.DELEGATE) for measures in SIZES.values()]
    exact = next((design for design in plain if fits(design, width, height)), None)
    if exact:
        return exact
    nearest = min(plain, key=lambda design: (abs(design.width / design.height - width / height), -design.width))
    return scaled(nearest, width, height)


def scaled(design: Design, width: float, height: float) -> Design:
    """The same arrangement on another face; a code that would be too small to read is left out."""
    wide, high = width / design.width, height / design.height
    boxes = [_scaled(box, wide, high) for box in design.boxes]
    return replace(design, width=width, height=height, boxes=tuple(boxes))


def _scaled(box: Box, wide: float, high: float) -> Box:
    w, h, shown = round(box.w * wide, 2), round(box.h * high, 2), box.shown
    if box.kind is Kind.QR:
        w = h = min(w, h)
        shown = shown and w >= SMALLEST_CODE
    x, y = (round(max(0.0, at - 0.01), 2) for at in (box.x * wide, box.y * high))
    fields = tuple(_scaled_line(line, min(wide, high)) for line in box.fields)
    beside = None if box.beside is None else round(box.beside * wide, 2)
    return replace(box, x=x, y=y, w=w, h=h, fields=fields, beside=beside, shown=shown)


def _scaled_line(line: Line, by: float) -> Line:
    size, floor = (max(SMALLEST_TYPE, round(points * by, 1)) for points in (line.size, line.floor))
    return replace(line, size=max(size, floor), floor=floor, gap=round(line.gap * by, 2))


def _design(measures: Measures, look: Look) -> Design:
    boxes = _upright(measures) if measures.is_upright else _lying(measures)
    return Design(measures.width, measures.height, tuple(_dressed(boxes, measures, look)))


def _dressed(boxes: list[Box], m: Measures, look: Look) -> list[Box]:
    """What sets a look apart besides the color and the words of its type."""
    below = Box(Kind.BAND, 0, m.head, m.width, min(2.0, round(m.names[0] - m.head - 0.5, 2)))
    if look is Look.SPEAKER:
        return [below, *boxes]
    if look is Look.VIP:
        centered = [replace(one, align=Align.CENTER) if one.kind is Kind.NAMES else one for one in boxes]
        gold = replace(below, color=GOLD)
        return [gold, *centered[:2], replace(gold, y=round(m.height - m.band, 2)), *centered[2:]]  # on its band
    if look is Look.MEDIA:
        return [_colored(one, "band", "on-band") for one in boxes]
    return [_colored(one, INK, "#ffffff") for one in boxes] if look is Look.STAFF else boxes


def _colored(box: Box, head: str, on_head: str) -> Box:
    if box.kind is Kind.HEAD:
        return replace(box, color=head)
    return replace(box, color=on_head) if box.kind is Kind.EVENT else box


def _upright(m: Measures) -> list[Box]:
    wide = m.width - 2 * m.edge
    beyond = m.edge + m.side + 6 * m.edge / 8
    top, high, size = m.event
    return [
        *_areas(m),
        Box(Kind.EVENT, m.edge, top, wide, high, _event(size, 1, gap=0.3), stand=Stand.MIDDLE),
        Box(Kind.NAMES, m.edge, m.names[0], wide, m.names[1], _names(m), stand=Stand.UPPER),
        Box(Kind.QR, m.edge, m.code, m.side, m.side),
        Box(
            Kind.CODE,
            beyond,
            m.code,
            round(m.width - m.edge - beyond, 2),
            m.side + 0.4,
            _code(m),
            stand=Stand.BOTTOM,
        ),
        _type(m),
    ]


def _lying(m: Measures) -> list[Box]:
    wide = m.width - 2 * m.edge
    # The code's own quiet zone stands in for a part of the edge.
    left = round(m.width - m.edge - m.side - 0.5, 2)
    top, high, size = m.event
    is_card = m.height <= CARD
    free = m.side * FREE
    gap = 5.5 if is_card else free  # the word for the code is wider than the code of a card
    below = m.code + m.side + free
    return [
        *_areas(m),
        Box(
            Kind.EVENT,
            m.edge,
            top,
            wide,
            high,
            _event(size, 1 if is_card else 2),
            stand=Stand.MIDDLE,
            beside=None if is_card else SLOT,
        ),
        Box(Kind.NAMES, m.edge, m.names[0], round(left - m.edge - gap, 2), m.names[1], _names(m)),
        Box(Kind.QR, left, m.code, m.side, m.side),
        Box(
            Kind.CODE,
            round(left - gap + 0.5, 2),
            round(below, 2),
            round(m.width - m.edge - left + gap - 0.5, 2),
            round(min(11.5, m.height - m.band - below - 1), 2),
            _code(m),
            align=Align.RIGHT,
            stand=Stand.BOTTOM,
        ),
        _type(m),
    ]


def _areas(m: Measures) -> list[Box]:
    return [
        Box(Kind.HEAD, 0, 0, m.width, m.head),
        Box(Kind.BAND, 0, m.height - m.band, m.width, m.band),
    ]


def _type(m: Measures) -> Box:
    words = (Line(FieldName.TYPE, m.type, SMALLEST_TYPE, 1, BOLD),)
    place = m.edge, m.height - m.band, m.width - 2 * m.edge, m.band
    return Box(Kind.TYPE, *place, words, stand=Stand.MIDDLE, beside=2, first=60)


def _event(size: float, lines: int, gap: float = 0) -> tuple[Line, ...]:
    return (Line(FieldName.EVENT, size, SMALLEST_TYPE, lines, BOLD, gap),)


def _names(m: Measures) -> tuple[Line, ...]:
    by = m.big[0] / 36
    return (
        Line(FieldName.BIG_NAME, *m.big, 2, BOLD),
        Line(FieldName.OTHER_NAME, *m.other, 1, BOLD, round(0.5 * by, 2)),
        Line(FieldName.TITLE, m.rest, SMALLEST_TYPE, 3, gap=round(2.2 * by * by, 2)),
        Line(FieldName.ORGANIZATION, m.rest, SMALLEST_TYPE, 3, BOLD, round(0.3 * by, 2)),
    )


def _code(m: Measures) -> tuple[Line, ...]:
    return (
        Line(FieldName.LABEL, SMALLEST_TYPE, SMALLEST_TYPE),
        Line(FieldName.CODE, m.short, SMALLEST_TYPE, 1, BOLD, 0.3),
    )
