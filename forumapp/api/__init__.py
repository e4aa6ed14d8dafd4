"""The REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.api import scan_fast_path
from forumapp.api.documentation import docs
from forumapp.api.documentation.document import new_document
from forumapp.api.problems import answer_unrouted
from forumapp.api.v1 import BLUEPRINTS

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the REST interface to `app`."""
    document = new_document(app)
    for blueprint in BLUEPRINTS:
        document.register_blueprint(blueprint)
    docs.register(app, document)
    answer_unrouted(app)
    scan_fast_path.set_up(app)
