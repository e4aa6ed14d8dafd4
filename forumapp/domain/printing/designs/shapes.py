"""What a badge design is made of. Pure. Lengths are millimetres, sizes of type are points.

A design is one face of a badge as boxes on it, each with what it shows. Nothing in it is a template or a style sheet:
`markup` makes these of it, so that a design can hold no words for either.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(enum.StrEnum):
    """What a box is. `head` and `band` are areas of color, the band's being that of the registration type."""

    HEAD = "head"
    BAND = "band"
    EVENT = "event"
    NAMES = "names"
    TITLE = "title"
    ORGANIZATION = "organization"
    DELEGATION = "delegation"
    TYPE = "type"
    CODE = "code"
    TEXT = "text"
    QR = "qr"
    LOGO = "logo"
    PHOTO = "photo"


class FieldName(enum.StrEnum):
    """What a line of a box says. `big-name` and `other-name` are the Latin and the native one, as the design's `big`
    has it; `label` is the word for the code.
    """

    BIG_NAME = "big-name"
    OTHER_NAME = "other-name"
    TITLE = "title"
    ORGANIZATION = "organization"
    DELEGATION = "delegation"
    EVENT = "event"
    TYPE = "type"
    LABEL = "label"
    CODE = "code"
    TEXT = "text"


class Big(enum.StrEnum):
    """Which of the two names is the large one."""

    LATIN = "latin"
    NATIVE = "native"


class Back(enum.StrEnum):
    NONE = "none"
    SAME = "same"
    AGENDA = "agenda"
    EMERGENCY = "emergency"
    BOTH = "agenda-and-emergency"


class Fold(enum.StrEnum):
    """Whether front and back stand on one sheet, and the edge at which it is folded."""

    NONE = "none"
    TOP = "top"
    SIDE = "side"


class Align(enum.StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Stand(enum.StrEnum):
    """Where the lines of a box stand that do not fill it."""

    TOP = "top"
    UPPER = "upper"
    MIDDLE = "middle"
    BOTTOM = "bottom"


AREAS = frozenset({Kind.HEAD, Kind.BAND})
PICTURES = frozenset({Kind.QR, Kind.LOGO, Kind.PHOTO})
SAYS: Mapping[Kind, tuple[FieldName, ...]] = {
    Kind.EVENT: (FieldName.EVENT,),
    Kind.NAMES: (
        FieldName.BIG_NAME,
        FieldName.OTHER_NAME,
        FieldName.TITLE,
        FieldName.ORGANIZATION,
        FieldName.DELEGATION,
    ),
    Kind.TITLE: (FieldName.TITLE, FieldName.ORGANIZATION),
    Kind.ORGANIZATION: (FieldName.ORGANIZATION, FieldName.TITLE, FieldName.DELEGATION),
    Kind.DELEGATION: (FieldName.DELEGATION,),
    Kind.TYPE: (FieldName.TYPE,),
    Kind.CODE: (FieldName.LABEL, FieldName.CODE),
    Kind.TEXT: (FieldName.TEXT,),
}
# What is said once in each language of the edition; the others are the same in all.
IN_LANGUAGES = frozenset(
    {FieldName.TITLE, FieldName.ORGANIZATION, FieldName.DELEGATION, FieldName.EVENT, FieldName.TYPE, FieldName.TEXT}
)
# The colors that a design names, and by which name a box takes one.
COLORS = ("head", "on-head", "band", "on-band", "text")
REGULAR, BOLD = 400, 700
SLACK: Mapping[Stand, float] = {Stand.TOP: 0, Stand.UPPER: 0.25, Stand.MIDDLE: 0.5, Stand.BOTTOM: 1}


@dataclass(frozen=True, slots=True)
class Line:
    """One of a box's texts: its size, the smallest that it may shrink to, how many lines it may take, and how far it
    stands below the one above.
    """

    field: FieldName
    size: float
    floor: float
    lines: int = 1
    weight: int = REGULAR
    gap: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the face, from its top left corner.

    `color` is one of COLORS or "#rrggbb"; None is what its kind usually has. With `beside`, languages stand side by
    side that far apart instead of above one another, and the first one takes `first` percent of the room. `texts` are
    what a box of kind text says.
    """

    kind: Kind
    x: float
    y: float
    w: float
    h: float
    fields: tuple[Line, ...] = ()
    align: Align = Align.LEFT
    stand: Stand = Stand.TOP
    color: str | None = None
    beside: float | None = None
    first: float = 50
    texts: Mapping[str, str] = field(default_factory=dict)
    shown: bool = True

    @property
    def slack(self) -> float:
        """The share of the height left over that stands above the lines."""
        return SLACK[self.stand]


@dataclass(frozen=True, slots=True)
class Design:
    """One face of `width` x `height`, with its boxes in the order in which they are painted.

    `colors` that are not named follow the edition's and the registration type's; so does the logo.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    colors: Mapping[str, str] = field(default_factory=dict)
    big: Big = Big.LATIN
    back: Back = Back.NONE
    fold: Fold = Fold.NONE
    bleed: float = 0

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the sheet, with both faces where it is folded."""
        if self.fold is Fold.NONE or self.back is Back.NONE:
            return self.width, self.height
        return (self.width, 2 * self.height) if self.fold is Fold.TOP else (2 * self.width, self.height)

    @property
    def shown(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.shown)


def shows(design: Design, kind: Kind) -> bool:
    return any(box.kind is kind for box in design.shown)


def is_duplex(design: Design) -> bool:
    """Whether its back is printed on the other side of the paper."""
    return design.back is not Back.NONE and design.fold is Fold.NONE


SAME = 0.75  # millimetres by which two sizes of the same card differ: 85.6 x 54 and 86 x 54


def fits(design: Design, width: float, height: float) -> bool:
    """Whether the sheet of a design is that of a stock's label."""
    wide, high = design.page
    return abs(wide - width) <= SAME and abs(high - height) <= SAME


def overlaps(design: Design) -> list[tuple[int, int]]:
    """The pairs of boxes, by their places, that would print over each other; areas lie below everything."""
    boxes = [(number, box) for number, box in enumerate(design.boxes) if box.shown and box.kind not in AREAS]
    return [(one, other) for at, (one, a) in enumerate(boxes) for other, b in boxes[at + 1 :] if meet(a, b)]


TOUCHING = 0.05  # millimetres that rounding may put one over the other
FREE = 4 / 21  # of a code's side: the four modules around it that stay light, so that everything reads it


def meet(one: Box, other: Box) -> bool:
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return across > TOUCHING and down > TOUCHING
