"""For search engines and link previews: robots.txt, the sitemap, and the addresses in each page's head."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Response, current_app, request, url_for

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.forums.pages.queries import codes_on_site
from forumapp.domain.forums.queries import list_public_editions
from forumapp.web import assets
from forumapp.web.frame import pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask import Flask

    from forumapp.core.config import Config

blueprint = pages("search_engines", __name__)
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
# Pages of everyone else are not listed anywhere and say `noindex` themselves.
CLOSED = ("/organizer/", "/api/", "/checkin/")
# Registration is reached from them: with one type its address leads elsewhere.
PAGES = ("home.edition", "agenda.page", "speakers.page")


def set_up(app: Flask) -> None:
    app.jinja_env.globals.update(canonical_address=canonical_address, full_address=full_address)


def canonical_address(asked: str | None = None) -> str:
    """The full address of this page without filters, in the language `asked`, else in that of its own address."""
    language = asked or request.args.get("lang")
    address = full_address(quote(request.path))
    return f"{address}?lang={language}" if language in LANGUAGES else address


def full_address(path: str) -> str:
    return _base_url() + path


@blueprint.get("/robots.txt")
def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "", f"Sitemap: {_base_url()}/sitemap.xml", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """For programs that ask for it without reading the page's head."""
    return assets.serve("favicon.ico")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The public pages of all forums, each in every language."""
    entries = "".join(_entry(_base_url() + path) for path in _paths())
    declared = f'xmlns="{SITEMAP}" xmlns:xhtml="{XHTML}"'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {declared}>{entries}</urlset>\n'
    return Response(text, content_type="application/xml; charset=utf-8")


def _paths() -> Iterator[str]:
    db = reading()
    editions = list_public_editions(db)
    codes = codes_on_site(db, [edition.id for edition in editions])
    yield url_for("home.editions")
    for edition in editions:
        yield from (url_for(endpoint, slug=edition.slug) for endpoint in PAGES)
        yield from (url_for("contents.page", slug=edition.slug, code=code) for code in codes.get(edition.id, ()))


def _entry(address: str) -> str:
    links = "".join(_links(address))
    return f"<url><loc>{escape(address)}</loc>{links}</url>"


def _links(address: str) -> Iterable[str]:
    for language in LANGUAGES:
        yield f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}?lang={language}"/>'
    yield f'<xhtml:link rel="alternate" hreflang="x-default" href="{escape(address)}"/>'


def _base_url() -> str:
    config: Config = current_app.extensions["forumapp.config"]
    return config.base_url
