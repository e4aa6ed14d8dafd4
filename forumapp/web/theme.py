"""An edition's accent color as a stylesheet: a strict CSP allows no style inside the page."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, Response, abort, make_response, url_for

from forumapp.domain.printing.layout import ink_on
from forumapp.web.assets import FOREVER

blueprint = Blueprint("theme", __name__)
READABLE = 4.5  # WCAG AA for text
_COLOR = re.compile(r"[0-9a-f]{6}")
_DARKER = 0.92


def set_up(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["theme"] = address
    app.jinja_env.filters.update(ink=ink_on, contrast_of_ink=lambda color: contrast(color, ink_on(color)))


def address(color: str) -> str:
    """Where the stylesheet of an accent color ("#1f4e79") is; it can be kept forever, for the color is its name."""
    return url_for("theme.stylesheet", color=color.removeprefix("#").lower())


@blueprint.get("/static/theme/<color>.css")
def stylesheet(color: str) -> Response:
    if not _COLOR.fullmatch(color):
        abort(404)
    accent = f"#{color}"
    ink = "#ffffff" if contrast(accent, "#ffffff") >= READABLE else "#111827"
    response = make_response(
        f":root{{--accent:{accent};--accent-ink:{ink};--accent-text:{readable(accent)};--tblr-primary:{accent};"
        f"--tblr-primary-rgb:{','.join(str(part) for part in channels(accent))}}}\n"
    )
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = FOREVER
    return response


def channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [part / 255 for part in channels(color)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # noqa: PLR2004
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """From 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: str, ground: str = "#f3f5f8") -> str:
    """The color itself, or a darker one of its hue that can be read as text on the light grounds of our pages."""
    parts = channels(color)
    while contrast(f"#{parts[0]:02x}{parts[1]:02x}{parts[2]:02x}", ground) < READABLE:
        parts = (int(parts[0] * _DARKER), int(parts[1] * _DARKER), int(parts[2] * _DARKER))
    return f"#{parts[0]:02x}{parts[1]:02x}{parts[2]:02x}"
