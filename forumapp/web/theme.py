"""An edition's accent color as a stylesheet: a strict CSP allows no style inside the page."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, Response, abort, make_response, url_for

from forumapp.core.values.colors import channels, ink_on, readable
from forumapp.web.assets import FOREVER

blueprint = Blueprint("theme", __name__)
_COLOR = re.compile(r"[0-9a-f]{6}")


def set_up(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["theme"] = address
    app.jinja_env.filters.update(ink=ink_on)


def address(color: str) -> str:
    """Where the stylesheet of an accent color ("#1f4e79") is; it can be kept forever, for the color is its name."""
    return url_for("theme.stylesheet", color=color.removeprefix("#").lower())


@blueprint.get("/static/theme/<color>.css")
def stylesheet(color: str) -> Response:
    if not _COLOR.fullmatch(color):
        abort(404)
    accent = f"#{color}"
    response = make_response(
        f":root{{--accent:{accent};--accent-ink:{ink_on(accent)};--accent-text:{readable(accent)};"
        f"--tblr-primary:{accent};--tblr-primary-rgb:{','.join(str(part) for part in channels(accent))}}}\n"
    )
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = FOREVER
    return response
