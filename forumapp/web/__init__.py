"""The pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.web import frame, organizer, proofed, status
from forumapp.web.public import agenda, contents, home, images, names, own_papers, proofs, published, speakers, wording

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the public and the organizer's pages to `app`."""
    frame.set_up(app)
    status.set_up(app)
    proofed.set_up(app)
    published.set_up(app)
    wording.set_up(app)
    for module in (home, agenda, speakers, names, contents, own_papers, images, proofs):
        app.register_blueprint(module.blueprint)
    organizer.register(app)
