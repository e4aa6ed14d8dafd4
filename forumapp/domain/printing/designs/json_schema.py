"""What a layout may hold, as JSON Schema, for whoever writes one by hand. Pure. `reading` alone decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, LINE, NOT_IN_A_LINE
from forumapp.domain.printing.designs.reader import (
    BLEEDS,
    LARGEST_FACE,
    LARGEST_TYPE,
    MOST_BOXES,
    MOST_LINES,
    SMALLEST_BOX,
    SMALLEST_FACE,
    SMALLEST_TYPE,
    WIDEST_GAP,
)
from forumapp.domain.printing.designs.shapes import (
    BOLD,
    COLORS,
    REGULAR,
    Align,
    Back,
    Big,
    FieldName,
    Fold,
    Kind,
    Stand,
)

if TYPE_CHECKING:
    import enum

_HEX = "#[0-9a-fA-F]{6}"
_TEXT = {"type": ["string", "null"], "maxLength": LINE, "pattern": f"^[^{NOT_IN_A_LINE}]*$"}


def _number(least: float, most: float) -> dict[str, Any]:
    return {"type": "number", "minimum": least, "maximum": most}


def _one_of(kind: type[enum.StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [one.value for one in kind]}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


_LINE = _object(
    {
        "field": _one_of(FieldName),
        "size": {**_number(SMALLEST_TYPE, LARGEST_TYPE), "description": "Points."},
        "floor": {**_number(SMALLEST_TYPE, LARGEST_TYPE), "description": "To which it may shrink."},
        "lines": {"type": "integer", "minimum": 1, "maximum": MOST_LINES},
        "weight": {"type": "integer", "enum": [REGULAR, BOLD]},
        "gap": {**_number(0, WIDEST_GAP), "description": "Millimetres below the line above."},
    },
    "field",
    "size",
)
_BOX = _object(
    {
        "kind": _one_of(Kind),
        "x": _number(0, LARGEST_FACE),
        "y": _number(0, LARGEST_FACE),
        "w": _number(SMALLEST_BOX, LARGEST_FACE),
        "h": _number(SMALLEST_BOX, LARGEST_FACE),
        "fields": {"type": "array", "items": _LINE, "description": "What it says, from top to bottom."},
        "align": _one_of(Align),
        "stand": _one_of(Stand),
        "color": {
            "type": ["string", "null"],
            "pattern": f"^({'|'.join(COLORS)}|{_HEX})$",
            "description": "One of the design's colors, or its own.",
        },
        "beside": {
            "type": ["number", "null"],
            "description": "Languages stand side by side, so many millimetres apart.",
        },
        "first": {**_number(10, 90), "description": "Percent of the room for the first of them."},
        "texts": _object(dict.fromkeys(LANGUAGES, _TEXT)),
        "shown": {"type": "boolean"},
    },
    "kind",
    "x",
    "y",
    "w",
    "h",
)
LAYOUT: dict[str, Any] = {
    **_object(
        {
            "width": {**_number(SMALLEST_FACE, LARGEST_FACE), "description": "Millimetres, like all lengths."},
            "height": _number(SMALLEST_FACE, LARGEST_FACE),
            "bleed": {"type": "number", "enum": list(BLEEDS)},
            "big": {**_one_of(Big), "description": "Which name is the large one."},
            "back": _one_of(Back),
            "fold": _one_of(Fold),
            "colors": _object(
                {
                    name: {
                        "type": ["string", "null"],
                        "pattern": f"^{_HEX}$",
                        "description": "null follows edition and type.",
                    }
                    for name in COLORS
                }
            ),
            "boxes": {"type": "array", "items": _BOX, "maxItems": MOST_BOXES, "description": "As they are painted."},
        },
        "width",
        "height",
        "boxes",
    ),
    "description": "Faults are told by box and field, as `layout.boxes.3.w`.",
}
