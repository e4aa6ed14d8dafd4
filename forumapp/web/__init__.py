"""The pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.web import frame
from forumapp.web.public import home

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the public and the organizer's pages to `app`."""
    frame.set_up(app)
    for module in (home,):
        app.register_blueprint(module.blueprint)
