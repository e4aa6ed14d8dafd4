"""The picture of a forum that chats and social networks show with a link to one of its pages."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from flask import current_app, make_response, request

from forumapp.core.database.transactions import reading
from forumapp.core.paths import ROOT
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.web.drawing import drawn
from forumapp.web.frame import pages
from forumapp.web.public.agenda.page_cache import digest
from forumapp.web.public.site import edition_named

if TYPE_CHECKING:
    from flask import Flask, Response

    from forumapp.core.files.preview_cache import Rack
    from forumapp.domain.forums.models import Edition

blueprint = pages("link_previews", __name__)
A_DAY = 24 * 3600


@blueprint.get("/<slug>/link-preview.png")
def picture(slug: str) -> Response:
    """Of editions that the public sees. Drawn once for what it shows, and stored for a while."""
    edition = edition_named(slug)
    cache: Rack = current_app.extensions["forumapp.previews"]
    name = f"{edition.id}-link-{link_picture_version(edition)}.png"
    content = cache.get(name)
    if content is None:
        content = draw(edition)
        cache.put(name, content)
    response = make_response(content)
    response.content_type = "image/png"
    response.set_etag(digest(content))
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    response.make_conditional(request)
    return response


def set_up(app: Flask) -> None:
    app.jinja_env.globals.update(link_picture_version=link_picture_version)


def link_picture_version(edition: Edition) -> str:
    """Another one when the picture shows something else, or is drawn in another way."""
    days = (edition.starts_on, edition.ends_on)
    shown = (edition.name, edition.languages, days, edition.place, edition.logo_id, edition.accent_color)
    return digest(repr((shown, build_version())).encode())


@cache
def build_version() -> str:
    """Changes with the code, the templates and the library that draw the picture, so that no release shows the cached
    picture of another. Reads files, because importing that code takes seconds.
    """
    code = sorted((ROOT / "forumapp" / "domain" / "printing").glob("*.py"))
    drawn_from = [*code, *sorted((ROOT / "templates" / "print").glob("link_preview.*"))]
    parts = [path.read_bytes() for path in drawn_from] + [version("weasyprint").encode()]
    return digest(b"\0".join(parts))


def draw(edition: Edition) -> bytes:
    db = reading()
    logos = contents_of(db, [edition.logo_id] if edition.logo_id else [])
    logo = logos.get(edition.logo_id) if edition.logo_id else None
    return drawn("picture_for_links", edition_head(db, edition, Options()), logo)
