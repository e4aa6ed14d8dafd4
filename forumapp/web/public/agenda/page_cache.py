"""Caches pages of the published agenda in this process, by version, edition and language.

One small query finds the current version; everything else runs only when that changes. Cached pages hold nothing of a
visitor: no token, no message, and no address but their own. `cached_answers.py` serves them to everyone with the same
request. Pages of what runs now or what someone has picked are rendered each time, from cached layouts.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Response, current_app, make_response, request

from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.queries import Standing, standing
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from forumapp.web.public.agenda.program import Program

HTML, JSON, CALENDAR = "text/html; charset=utf-8", "application/json", "text/calendar; charset=utf-8"
XML, CSS = "application/xml", "text/css; charset=utf-8"
SENT = "forumapp.sent"  # WSGI environment key of the cached answer to the request and its endpoint
NO_CACHE = "no-cache"  # revalidate cached copies by their ETag
LARGEST_SHELF = 16 * 1024 * 1024  # bytes
PATIENCE = 5.0  # seconds to wait for another thread that renders the same
LOCKS = 64
PARSED = 8  # bytes of a program as objects for each character of its text, about
OVERHEAD = 2_000  # bytes of an entry without its body, about

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Made:
    """A rendered answer, with the agenda and other state it was rendered from."""

    stands: tuple[Standing, Hashable]
    body: bytes
    packed: bytes
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + OVERHEAD


@dataclass(frozen=True, slots=True)
class Sent:
    """A complete response, valid while `row` is unchanged. `endpoint` is for the metrics."""

    row: tuple[Any, ...]
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    endpoint: str

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A version's program, with its stylesheet and the tag in the stylesheet's address, for pages rendered each time.
    Shared between threads: never modify it.
    """

    program: Program
    style: str
    tag: str


class Kept(Generic[V]):
    """A least-recently-used cache of limited size: requests for ever new addresses cannot fill the memory."""

    def __init__(self, largest: int) -> None:
        self._largest, self._size = largest, 0
        self._entries: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Store a value. Two threads may store the same key: the second replaces the first."""
        with self._lock:
            self._size += size - self._entries.pop(key, (None, 0))[1]
            self._entries[key] = (value, size)
            while self._size > self._largest:
                self._size -= self._entries.popitem(last=False)[1][1]


class Shelf:
    """The caches of a process: rendered answers, complete responses, and laid-out versions."""

    def __init__(self) -> None:
        self.made: Kept[Made] = Kept(LARGEST_SHELF)
        self.sent: Kept[Sent] = Kept(LARGEST_SHELF)
        self.laid_out: Kept[LaidOut] = Kept(LARGEST_SHELF)
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    @contextmanager
    def lock_rendering(self, key: Hashable) -> Iterator[None]:
        """A lock held while rendering: when an agenda is published, concurrent requests wait for one rendering
        instead of each doing their own.
        """
        lock = self._locks[hash(key) % LOCKS]
        held = lock.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if held:
                lock.release()


def shelf() -> Shelf:
    cache: Shelf = current_app.extensions["forumapp.published"]
    return cache


def answer(
    slug: str,
    kind: str,
    content_type: str,
    make: Callable[[], str | bytes],
    *,
    known: frozenset[str] = frozenset(),
    extra_state: Callable[[], Hashable] | None = None,
) -> Response:
    """Respond with `make()` for the current agenda, cached. Raises NotFound without a public edition.

    `kind` names the answer, and `known` the query parameters that distinguish several. `extra_state` returns what it
    shows that changes without the agenda; such an answer is only reused after a check of that state.
    """
    agenda = standing(reading(), slug)
    if agenda is None:
        raise NotFound(entity="edition")
    stands = (agenda, extra_state() if extra_state else None)
    asked = tuple(sorted((name, value) for name, value in request.args.items(multi=True) if name != "lang"))
    # An address with other words in its query shows them again in the links between languages.
    plain = {name for name, _value in asked} <= known
    # A page names its own address in its head, which is another one where the address asks for a language.
    own = request.args.get("lang") in LANGUAGES
    key = (slug, kind, language(), own, asked)
    made = get_or_render(key, stands, make) if plain else pack(stands, make())
    response = respond(made, content_type)
    # A page requested in a language sets the language cookie each time, so its response is not reused.
    if plain and extra_state is None and not (content_type == HTML and "lang" in request.args):
        request.environ[SENT] = (made, request.endpoint or "")
    return response


def get_or_render(key: Hashable, stands: tuple[Standing, Hashable], make: Callable[[], str | bytes]) -> Made:
    made = shelf().made.get(key)
    if made and made.stands == stands:
        return made
    with shelf().lock_rendering(key):
        made = shelf().made.get(key)
        if made is None or made.stands != stands:
            made = pack(stands, make())
            shelf().made.put(key, made, made.size)
    return made


def pack(stands: tuple[Standing, Hashable], body: str | bytes) -> Made:
    content = body.encode() if isinstance(body, str) else body
    return Made(stands, content, gzip.compress(content, 6, mtime=0), digest(content))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]


def respond(made: Made, content_type: str) -> Response:
    small = request.accept_encodings["gzip"] > 0
    response = make_response(made.packed if small else made.body)
    response.content_type = content_type
    if small:
        response.content_encoding = "gzip"
    response.vary.update(("Accept-Encoding", "Accept-Language", "Cookie"))
    # Weak, for the compressed and the plain form are one page.
    response.set_etag(made.etag, weak=True)
    response.headers["Cache-Control"] = NO_CACHE
    response.make_conditional(request)
    return response
