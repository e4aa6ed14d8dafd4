"""Pages of the published agenda: made once for each version, edition and language, and kept in this process.

What stands is asked for in one small query; everything else is only done when that answer changes. The kept pages
hold nothing of a visitor: no token, no message, and no address but their own. `cached_answers.py` sends one again to
everyone who asks in the same way. What runs now and what someone has picked is made at each look, from versions that
are kept as they are laid out.
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
SENT = "forumapp.sent"  # in a request's environment: which kept answer it gets, and from which endpoint
NO_CACHE = "no-cache"  # but what is kept may be asked for by its tag
LARGEST_SHELF = 16 * 1024 * 1024  # bytes
PATIENCE = 5.0  # seconds for which one waits for who makes the same
LOCKS = 64
PARSED = 8  # bytes of a program as objects for each character of its text, about
OVERHEAD = 2_000  # bytes of an entry beside its body, about

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Made:
    """An answer as it was made, and for what: the agenda, with whatever else it shows."""

    stands: tuple[Standing, Hashable]
    body: bytes
    packed: bytes
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + OVERHEAD


@dataclass(frozen=True, slots=True)
class Sent:
    """A whole answer as it went out, while `row` stands; `endpoint` is counted."""

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
    """A version as pages show it, for those that are made anew at each look: what it says, and its stylesheet with the
    tag that the stylesheet's address carries. Whoever reads it changes nothing in it.
    """

    program: Program
    style: str
    tag: str


class Kept(Generic[V]):
    """What was used last, as far as there is room: whoever asks for ever new addresses fills no memory."""

    def __init__(self, largest: int) -> None:
        self._largest, self._size = largest, 0
        self._found: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        found = self._found.get(key)
        if found is None:
            return None
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Threads may make the same one twice; the second takes the first one's place."""
        with self._lock:
            self._size += size - self._found.pop(key, (None, 0))[1]
            self._found[key] = (value, size)
            while self._size > self._largest:
                self._size -= self._found.popitem(last=False)[1][1]


class Shelf:
    """All that a process keeps: answers as they were made, and as they were sent, and versions as they are laid out."""

    def __init__(self) -> None:
        self.made: Kept[Made] = Kept(LARGEST_SHELF)
        self.sent: Kept[Sent] = Kept(LARGEST_SHELF)
        self.laid_out: Kept[LaidOut] = Kept(LARGEST_SHELF)
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """Held by who makes an answer: all who ask at the moment in which an agenda is published wait for one, instead
        of each making their own.
        """
        lock = self._locks[hash(key) % LOCKS]
        held = lock.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if held:
                lock.release()


def shelf() -> Shelf:
    found: Shelf = current_app.extensions["forumapp.published"]
    return found


def answer(
    slug: str,
    kind: str,
    content_type: str,
    make: Callable[[], str | bytes],
    *,
    known: frozenset[str] = frozenset(),
    beside: Callable[[], Hashable] | None = None,
) -> Response:
    """What `make` answers for the agenda that stands. Raises NotFound where the public sees no such edition.

    `kind` says which answer it is, with `known`, the words of the query that tell one from another. `beside` tells what
    it shows that changes without the agenda; such an answer is not sent again before that was looked at.
    """
    agenda = standing(reading(), slug)
    if agenda is None:
        raise NotFound(entity="edition")
    stands = (agenda, beside() if beside else None)
    asked = tuple(sorted((name, value) for name, value in request.args.items(multi=True) if name != "lang"))
    # An address with other words in its query shows them again in the links between languages.
    plain = {name for name, _value in asked} <= known
    # A page names its own address in its head, which is another one where the address asks for a language.
    own = request.args.get("lang") in LANGUAGES
    key = (slug, kind, language(), own, asked)
    made = kept_or_made(key, stands, make) if plain else packed(stands, make())
    response = respond(made, content_type)
    # A page that is asked for in a language is to be remembered by the browser, each time.
    if plain and beside is None and not (content_type == HTML and "lang" in request.args):
        request.environ[SENT] = (made, request.endpoint or "")
    return response


def kept_or_made(key: Hashable, stands: tuple[Standing, Hashable], make: Callable[[], str | bytes]) -> Made:
    made = shelf().made.get(key)
    if made and made.stands == stands:
        return made
    with shelf().making(key):
        made = shelf().made.get(key)
        if made is None or made.stands != stands:
            made = packed(stands, make())
            shelf().made.put(key, made, made.size)
    return made


def packed(stands: tuple[Standing, Hashable], body: str | bytes) -> Made:
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
