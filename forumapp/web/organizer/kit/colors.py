"""How a color reads, for the page on which it is being chosen."""

from __future__ import annotations

from flask import abort, render_template, request

from forumapp.web.forms.colors import is_color
from forumapp.web.organizer.kit.guard import blueprint


@blueprint.get("/colors/<color>")
def color_told(color: str) -> str:
    """Render the fragment for `color`, six digits without a leading mark; `text` and `band` say what it is used for."""
    if not is_color(f"#{color}".lower()):
        abort(404)
    used = {"as_text": "text" in request.args, "as_band": "band" in request.args}
    return render_template("organizer/colors/told.html", color=f"#{color}", **used)
