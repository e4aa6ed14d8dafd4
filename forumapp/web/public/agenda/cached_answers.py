"""Serves cached agenda pages before Flask, with one small query to validate them.

Everything else goes to the application. A cached response is what the application itself has answered to the same
address in the same language, headers included.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from forumapp.core.database.transactions import committed, is_joined
from forumapp.domain.agenda.publishing.single_flight import Looks
from forumapp.web.public.agenda.page_cache import SENT, Made, Sent, Shelf
from forumapp.web.wording.language import COOKIE, chosen_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from forumapp.web.status import Metrics

_PLACE = re.compile(r"/([a-z0-9-]+)/agenda(?=[/.]|$)")
_COOKIE = re.compile(rf"(?:^|;)\s*{COOKIE}=\"?([^;\"]*)")
# Headers that a 304 leaves out.
_OF_BODY = frozenset({"Content-Length", "Content-Type", "Content-Encoding"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that a response depends on, except the current version."""

    path: str
    query: str
    language: str
    small: bool


def set_up(app: Flask) -> None:
    app.extensions["forumapp.published"] = Shelf()
    app.wsgi_app = Front(app, app.wsgi_app)  # type: ignore[assignment]  # Flask's own way to wrap it


class Front:
    """WSGI middleware in front of `app`."""

    def __init__(self, app: Flask, below: WSGIApplication) -> None:
        self._app, self._below = app, below
        self._looks: Looks | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        place = _PLACE.match(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        if place is None or is_joined():
            return self._below(environ, start)
        began = time.perf_counter()
        # Read before rendering: the cached response is then for this version or a later one.
        row = self._row(place[1])
        if row is None:
            return self._below(environ, start)
        asked = _asked(environ)
        shelf: Shelf = self._app.extensions["forumapp.published"]
        sent = shelf.sent.get(asked)
        if sent is None or sent.row != row:
            return self._pass(environ, start, shelf, asked, row)
        return self._again(sent, environ, start, began)

    def _row(self, slug: str) -> tuple[Any, ...] | None:
        """The current agenda. None without one, or during an outage: the application reports both."""
        try:
            return self._database().standing(slug)
        except Exception:  # noqa: BLE001 (whatever is wrong with the database, the application meets it as well)
            return None

    def _database(self) -> Looks:
        if self._looks is None:
            with self._app.app_context():
                self._looks = Looks(committed())
        return self._looks

    def _pass(
        self, environ: WSGIEnvironment, start: StartResponse, shelf: Shelf, asked: Asked, row: tuple[Any, ...]
    ) -> Iterable[bytes]:
        """Let the application answer, and cache the response if it may be cached."""

        def keep(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            made: Made | None
            made, endpoint = environ.get(SENT, (None, ""))
            if made and status.startswith("200 ") and "Set-Cookie" not in dict(headers):
                sent = Sent(row, list(headers), made.packed if asked.small else made.body, made.etag, endpoint)
                shelf.sent.put(asked, sent, sent.size)
            return start(status, headers, *more)

        return self._below(environ, keep)

    def _again(
        self, sent: Sent, environ: WSGIEnvironment, start: StartResponse, began: float
    ) -> Iterator[bytes] | list[bytes]:
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        same = known.strip() == "*" or f'"{sent.etag}"' in known
        if same:
            start("304 NOT MODIFIED", [(name, value) for name, value in sent.headers if name not in _OF_BODY])
        else:
            start("200 OK", sent.headers)
        metrics: Metrics = self._app.extensions["forumapp.metrics"]
        process = str(os.getpid())
        metrics.requests.labels(process, "GET", sent.endpoint, "304" if same else "200").inc()
        metrics.seconds.labels(process, sent.endpoint).observe(time.perf_counter() - began)
        return [b"" if same else sent.body]


def _asked(environ: WSGIEnvironment) -> Asked:
    query = environ.get("QUERY_STRING", "")
    cookie = _COOKIE.search(environ.get("HTTP_COOKIE", ""))
    language = chosen_of(
        parse_qs(query).get("lang", [None])[0] if "lang=" in query else None,
        cookie[1] if cookie else None,
        environ.get("HTTP_ACCEPT_LANGUAGE", ""),
    )
    return Asked(environ["PATH_INFO"], query, language, _takes_small(environ.get("HTTP_ACCEPT_ENCODING", "")))


@lru_cache(maxsize=256)
def _takes_small(header: str) -> bool:
    return parse_accept_header(header, Accept)["gzip"] > 0
