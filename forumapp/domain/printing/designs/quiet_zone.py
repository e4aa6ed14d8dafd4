"""Whether the code of a design keeps the light margin that readers need. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.core.values.colors import luminance
from forumapp.domain.printing.designs.shapes import AREAS, FREE, TOUCHING, Kind, meet
from forumapp.domain.printing.paper import layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.printing.designs.shapes import Box, Design

ENOUGH = 3.9 / 4  # of the margin: no reader misses a tenth of a module
LIGHT = 0.5  # of a ground's luminance, against which the dark of a code stands out


def crowded(design: Design, colors: Mapping[str, str]) -> tuple[float, list[int]] | None:
    """How many millimetres around the code of a design have to stay light, and the boxes, by their places, that are
    nearer; without any, it is the edge. None where all of them do stay light. `colors` are those of the palette.
    """
    for code in (box for box in design.shown if box.kind is Kind.QR):
        free = code.w * FREE
        off, side = free * ENOUGH, code.w + 2 * free * ENOUGH
        zone = replace(code, x=code.x - off, y=code.y - off, w=side, h=side)
        near: list[int] = []
        for number, box in enumerate(design.boxes):
            if not box.shown or box is code or not meet(zone, box):
                continue
            if not _is_light(box, colors):
                near.append(number)
            elif _holds(box, zone):  # and covers the areas below it
                near = [one for one in near if design.boxes[one].kind not in AREAS]
        beyond = max(-zone.x, -zone.y, zone.x + zone.w - design.width, zone.y + zone.h - design.height)
        if near or beyond > TOUCHING:
            return free, near
    return None


def _holds(area: Box, zone: Box) -> bool:
    across = area.x <= zone.x + TOUCHING and zone.x + zone.w <= area.x + area.w + TOUCHING
    return across and area.y <= zone.y + TOUCHING and zone.y + zone.h <= area.y + area.h + TOUCHING


def _is_light(box: Box, colors: Mapping[str, str]) -> bool:
    """Whether a code may stand on it."""
    if box.kind not in AREAS:
        return False
    color = box.color or box.kind.value
    return luminance(colors.get(color) or layout.fill(color)) >= LIGHT
