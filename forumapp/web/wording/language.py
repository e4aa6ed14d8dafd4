"""Which language a page speaks: `?lang=`, then the cookie, then what the browser asks for."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from babel import Locale
from flask import has_request_context, request
from flask_babel import Babel, force_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from forumapp.core.paths import ROOT
from forumapp.core.values.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Response

COOKIE = "lang"
_KEY = "forumapp.language"
_WISH = "forumapp.language-wish"
A_YEAR = 365 * 24 * 3600
# BCP 47 in addresses, pages and data; Babel's own spelling in catalogs.
LOCALES = {"en": "en", "zh-Hans": "zh_Hans"}
OWN_NAMES = {"en": "English", "zh-Hans": "中文", "zh-Hant": "繁體中文"}
# What browsers send for our languages. A reader of Traditional Chinese reads Simplified sooner than English.
_ACCEPTED = {"en": "en", "zh": "zh-Hans"}


def set_up(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app, default_locale="en", default_timezone="UTC", locale_selector=_locale)
    app.after_request(_remember)


def language() -> str:
    """The language of the answer being made, as BCP 47."""
    if not has_request_context():
        return LANGUAGES[0]
    # Kept with the request and not in `g`, which several requests of one test share.
    chosen: str = request.environ.get(_KEY) or request.environ.setdefault(_KEY, _chosen())
    return chosen


@contextmanager
def spoken_in(language: str) -> Iterator[None]:
    """A part of an answer that is made in another language than the rest, such as a preview."""
    before = request.environ.get(_KEY)
    request.environ[_KEY] = language
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        request.environ[_KEY] = before


def locale_of(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, "en"))


def address_in(language: str) -> str:
    """This page's address in another language, with all else as it is."""
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{request.path}?{urlencode([*query, ('lang', language)])}"


def _locale() -> str:
    return LOCALES[language()]


def _chosen() -> str:
    accepted = request.headers.get("Accept-Language", "")
    return chosen_of(request.args.get("lang"), request.cookies.get(COOKIE), accepted)


@lru_cache(maxsize=256)
def chosen_of(asked: str | None, cookie: str | None, accepted: str) -> str:
    """The language for who asks so: by the address, by the cookie, and by what the browser's header accepts."""
    tags = (asked, cookie, *parse_accept_header(accepted, LanguageAccept).values())
    return next(filter(None, map(_ours, tags)), LANGUAGES[0])


def _ours(tag: str | None) -> str | None:
    """Which of our languages a tag asks for: zh, zh-CN and zh-Hans are one to us."""
    return _ACCEPTED.get((tag or "").partition("-")[0].lower())


def keep_language(language: str, *, over: bool = False) -> None:
    """Let this browser's pages speak `language` from now on, and unless `over` only where nobody chose another."""
    if over or not (_ours(request.args.get("lang")) or _ours(request.cookies.get(COOKIE))):
        request.environ[_WISH] = request.environ[_KEY] = language


def _remember(response: Response) -> Response:
    """On pages alone: a calendar program that asks for its feed's language has no browser to remember it for."""
    if response.mimetype not in ("text/html", ""):
        return response
    wish = request.environ.get(_WISH) or _ours(request.args.get("lang"))
    if wish and wish != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, wish, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure, path="/"
        )
    return response
