"""Pages of the published agenda: made once for each version, edition and language, and kept in this process.

What stands is asked for in one small query; everything else is only done when that answer changes. The kept pages
hold nothing of a visitor: no token, no message, and no address but their own.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, make_response, request

from forumapp.core.errors import NotFound
from forumapp.core.transactions import reading
from forumapp.domain.agenda.queries import Standing, standing
from forumapp.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable

HTML, JSON, CALENDAR = "text/html; charset=utf-8", "application/json", "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Made:
    """An answer as it was made, and for what."""

    stands: Standing
    body: bytes
    packed: bytes
    etag: str


class Shelf:
    """The last answer of each kind. Threads may make the same one twice; the second takes the first one's place."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], Made] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, str], stands: Standing) -> Made | None:
        found = self._made.get(key)
        return found if found and found.stands == stands else None

    def put(self, key: tuple[str, str, str], made: Made) -> None:
        with self._lock:
            self._made[key] = made


def set_up(app: Flask) -> None:
    app.extensions["forumapp.published"] = Shelf()


def answer(slug: str, kind: str, content_type: str, make: Callable[[], str | bytes]) -> Response:
    """What `make` answers for the agenda that stands. Raises NotFound where the public sees no such edition."""
    stands = standing(reading(), slug)
    if stands is None:
        raise NotFound(entity="edition")
    shelf: Shelf = current_app.extensions["forumapp.published"]
    key = (slug, kind, language())
    # An address with other words in its query shows them again in the links between languages.
    plain = not (request.args.keys() - {"lang"})
    made = shelf.get(key, stands) if plain else None
    if made is None:
        made = packed(stands, make())
        if plain:
            shelf.put(key, made)
    return respond(made, content_type)


def packed(stands: Standing, body: str | bytes) -> Made:
    content = body.encode() if isinstance(body, str) else body
    return Made(stands, content, gzip.compress(content, 6, mtime=0), hashlib.sha256(content).hexdigest()[:20])


def respond(made: Made, content_type: str) -> Response:
    small = request.accept_encodings["gzip"] > 0
    response = make_response(made.packed if small else made.body)
    response.content_type = content_type
    if small:
        response.content_encoding = "gzip"
    response.vary.update(("Accept-Encoding", "Accept-Language", "Cookie"))
    # Weak, for the compressed and the plain form are one page.
    response.set_etag(made.etag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
