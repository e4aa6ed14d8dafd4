"""A device's scan is answered before the framework is asked: the same operation, without what a request costs besides.

A station waits for each answer, and what the framework does for any request takes longer than the scan itself. Whatever
is not plainly one scan, and whatever is refused or fails, goes on to the application, which has the words for it. To
try twice is safe: nothing of the first try is kept, or what was kept is known by the scan's nonce.
"""

from __future__ import annotations

import io
import re
import time
from typing import TYPE_CHECKING, Any

from forumapp.api.answers import ROOT, dumped
from forumapp.api.auth import Call, device_of
from forumapp.api.bodies import parsed
from forumapp.api.v1.checkin import CHECK_IN, ScannedSchema, blueprint, scan_code
from forumapp.core import clock
from forumapp.core.transactions import is_joined, transaction
from forumapp.core.turns import turns
from forumapp.domain.audit.services import Actor, Via
from forumapp.schemas.scans import NewScanSchema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

Headers = list[tuple[str, str]]

_PLACE = re.compile(rf"{ROOT}/editions/([a-z0-9-]+)/scans")
LONGEST = 4000  # bytes of a scan
MADE = "201 CREATED"
ENDPOINT = f"{blueprint.name}.{scan_code.__name__}"


def set_up(app: Flask) -> None:
    app.wsgi_app = Straight(app, app.wsgi_app)  # type: ignore[assignment]  # Flask's own way to stand before it


class Straight:
    """Stands before the application `app`."""

    def __init__(self, app: Flask, below: WSGIApplication) -> None:
        self._app, self._below = app, below
        self._taken, self._told = NewScanSchema(), ScannedSchema()
        # Those of the application's own answers, but for the length: the same for all of them.
        self._headers: Headers | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        place = _PLACE.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        device = device_of(environ.get("HTTP_AUTHORIZATION", "")) if place else None
        if place is None or device is None or not _is_plain(environ) or is_joined():
            return self._below(environ, start)
        if self._headers is None:
            return self._below(environ, self._learning(start))
        began = time.perf_counter()
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            body = self._answer(sent, device, place[1])
        except Exception:  # noqa: BLE001 (whatever it is, the application meets it as well)
            return self._below({**environ, "wsgi.input": io.BytesIO(sent)}, start)
        requests, seconds = self._app.extensions["forumapp.metrics"].of("POST", ENDPOINT, "201")
        requests.inc()
        seconds.observe(time.perf_counter() - began)
        start(MADE, [*self._headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, sent: bytes, device: str, edition: str) -> bytes:
        values = self._taken.load(parsed(sent))
        with self._app.app_context(), turns.taken(), transaction() as db:
            call = Call(db, Actor(None, Via.API), clock.now(), CHECK_IN, device)
            return dumped(self._told.dump(scan_code(call, values, edition))).encode()

    def _learning(self, start: StartResponse) -> StartResponse:
        def learn(status: str, headers: Headers, *more: Any) -> Any:
            if status == MADE:
                self._headers = [(name, value) for name, value in headers if name != "Content-Length"]
            return start(status, headers, *more)

        return learn


def _is_plain(environ: WSGIEnvironment) -> bool:
    """One scan as programs send it, whole and short."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ.get("CONTENT_TYPE") == "application/json"
        and not environ.get("QUERY_STRING")
        and length.isdecimal()
        and int(length) <= LONGEST
    )
