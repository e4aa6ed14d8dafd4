"""Pictures of people who do not exist: a head and shoulders in flat colors, drawn for each anew.

Whoever is real has none here, since no picture of theirs may be made up.
"""

from __future__ import annotations

from colorsys import hls_to_rgb
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from forumapp.cli.demo.casting import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.ImageDraw import ImageDraw

    Color = tuple[int, int, int]

WIDTH, HEIGHT = 240, 300
FINE = 2  # drawn larger and shrunk, so that edges are smooth
QUALITY = 88
SHORT, LONG = ("short", "parted"), ("bob", "long", "bun")
# By hair, how far it reaches below its top, and how round it ends.
FALLS = {"bob": (98, 26), "long": (150, 30)}


@dataclass(frozen=True, slots=True)
class Sitter:
    """Where the head is: its middle, half its width and its top; and the color of the hair."""

    draw: ImageDraw
    middle: int
    wide: int
    top: int
    hair: Color

    def ellipse(self, down: float, wide: float, high: float, color: Color) -> None:
        self.draw.ellipse(self.box(down - high, down + high, wide), fill=color)

    def box(self, top: float, bottom: float, wide: float) -> list[float]:
        return [one * FINE for one in (self.middle - wide, top, self.middle + wide, bottom)]


def portrait(key: str, *, address: Mapping[str, str]) -> bytes:
    """Equal each time it is asked for; JPEG."""
    from PIL import Image, ImageDraw

    rng = Random(f"portrait/{key}")  # noqa: S311 (made-up data, the same each time)
    hue = rng.random()
    ground, figure, hair = (_color(hue, light) for light in (rng.uniform(0.42, 0.56), 0.9, 0.26))
    coat = _color(hue + rng.uniform(-0.06, 0.06), rng.uniform(0.3, 0.36))
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), ground)
    sitter = Sitter(ImageDraw.Draw(image), 120 + rng.randint(-3, 3), rng.randint(41, 46), rng.randint(78, 86), hair)
    style = rng.choice(LONG if address == ADDRESS["female"] else SHORT)
    _hair_behind(sitter, style)
    _body(sitter, figure, coat)
    sitter.ellipse(sitter.top + 56, sitter.wide, 56, figure)
    _hair_before(sitter, style)
    buffer = BytesIO()
    image.reduce(FINE).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _color(hue: float, light: float) -> Color:
    red, green, blue = hls_to_rgb(hue % 1, light, 0.26)
    return round(red * 255), round(green * 255), round(blue * 255)


def _body(one: Sitter, figure: Color, coat: Color) -> None:
    """Shoulders in a coat, with a neck and a collar that opens below it."""
    one.draw.rounded_rectangle(one.box(212, 420, 92), radius=62 * FINE, fill=coat)
    neck = [(-20, 172), (20, 172), (30, 216), (0, 268), (-30, 216)]
    one.draw.polygon([((one.middle + across) * FINE, down * FINE) for across, down in neck], fill=figure)


def _hair_behind(one: Sitter, style: str) -> None:
    if style in FALLS:
        falls, radius = FALLS[style]
        one.draw.rounded_rectangle(one.box(one.top + 14, one.top + 14 + falls, one.wide + 12), radius * FINE, one.hair)
    elif style == "bun":
        one.ellipse(one.top - 17, 21, 18, one.hair)
    one.ellipse(one.top + 45, one.wide + 8, 56, one.hair)


def _hair_before(one: Sitter, style: str) -> None:
    """The line of the hair on the forehead."""
    side = one.box(one.top - 8, one.top + 84, one.wide + 5)
    one.draw.chord(side, *((192, 348) if style == "short" else (200, 340)), fill=one.hair)
    if style == "parted":
        one.draw.chord(side, 186, 318, fill=one.hair)
