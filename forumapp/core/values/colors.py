"""Colors and their contrast. Pure. A color is "#rrggbb"."""

from __future__ import annotations

from dataclasses import dataclass

READABLE = 4.5  # WCAG AA for text
SEEN = 3.0  # WCAG AA for non-text content
GROUND = "#f3f5f8"  # the darkest of the light grounds of our pages
WHITE = "#ffffff"
INKS = (WHITE, "#16191d", "#000000")
_LINEAR = 0.04045  # below it sRGB is linear
_DARKER = 0.92


def channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """The relative luminance, 0 for black to 1 for white, as WCAG defines it."""
    parts = [part / 255 for part in channels(color)]
    red, green, blue = (part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """From 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(color: str) -> str:
    """White, near black or black, the first that can be read on `color`; on every color one of them can."""
    return next(ink for ink in INKS if contrast(ink, color) >= READABLE)


def readable(color: str, ground: str = GROUND) -> str:
    """The color itself, or a darker one of its hue that can be read as text on a light ground."""
    parts = channels(color)
    while contrast(_written(parts), ground) < READABLE:
        parts = (int(parts[0] * _DARKER), int(parts[1] * _DARKER), int(parts[2] * _DARKER))
    return _written(parts)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text color on a color, and its readable variant as text, each with its contrast."""

    color: str
    ink: str
    on_it: float
    as_text: str
    in_it: float  # of the color itself, on the ground of our pages
    on_paper: float  # of the color itself, on white


def reading_of(color: str) -> Reading:
    ink = ink_on(color)
    return Reading(color, ink, contrast(ink, color), readable(color), contrast(color, GROUND), contrast(color, WHITE))


def _written(parts: tuple[int, int, int]) -> str:
    return f"#{parts[0]:02x}{parts[1]:02x}{parts[2]:02x}"
