"""A device's scan is answered before the framework is asked: the same operation, without what a request costs besides.

A queue waits for each answer, and what the framework does for any request takes longer than the scan itself. What is
not plainly such a call goes on to the application untouched; what is refused or fails goes there too, to be worded and
noted as everything else is, and is not tried again.
"""

from __future__ import annotations

import io
import re
import time
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.answers import ROOT
from forumapp.api.auth import Call, device_of
from forumapp.api.bodies import parsed
from forumapp.api.idempotency import MET
from forumapp.api.operations import STRAIGHT
from forumapp.core import clock
from forumapp.core.database.group_commit import Crowd
from forumapp.domain.audit.services import Actor, Via

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.api.operations import Operation

Headers = list[tuple[str, str]]

_PART = re.compile(r"<slug:(\w+)>")
LONGEST = 4000  # bytes that are read
MADE = "201 CREATED"
OF_BODY = frozenset({"Content-Length", "Content-Encoding"})  # differ from answer to answer


def set_up(app: Flask) -> None:
    app.wsgi_app = Straight(app, app.wsgi_app)  # type: ignore[assignment]  # Flask's own way to stand before it


class Straight:
    """Stands before the application `app`."""

    def __init__(self, app: Flask, below: WSGIApplication) -> None:
        self._app, self._below = app, below
        self._operations = [(_pattern(path), operation) for path, operation in STRAIGHT.items()]
        self._crowds: dict[str, Crowd[str]] = {one.endpoint: Crowd() for one in STRAIGHT.values()}
        # Those of the application's own answers, but for the length: the same for all of them.
        self._headers: Headers | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        device = device_of(environ.get("HTTP_AUTHORIZATION", "")) if environ["REQUEST_METHOD"] == "POST" else None
        if device is None or not _is_plain(environ):
            return self._below(environ, start)
        for pattern, operation in self._operations:
            if place := pattern.fullmatch(environ["PATH_INFO"]):
                if self._headers is None:
                    return self._below(environ, self._learning(start))
                return self._answer(operation, place.groupdict(), device, environ, start)
        return self._below(environ, start)

    def _answer(
        self, operation: Operation, parts: dict[str, str], device: str, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        began = time.perf_counter()
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        again = {**environ, "wsgi.input": io.BytesIO(sent)}
        try:
            values = operation.takes.load(parsed(sent))
        except (ma.ValidationError, ValueError, RecursionError):  # the application reads it again
            return self._below(again, start)
        try:
            body = self._done(operation, values, parts, device).encode()
        except Exception as met:  # noqa: BLE001 (whatever it is, the application answers it)
            return self._below({**again, MET: met}, start)
        requests, seconds = self._app.extensions["forumapp.metrics"].of("POST", operation.endpoint, "201")
        requests.inc()
        seconds.observe(time.perf_counter() - began)
        start(MADE, [*(self._headers or ()), ("Content-Length", str(len(body)))])
        return [body]

    def _done(self, operation: Operation, values: dict[str, Any], parts: dict[str, str], device: str) -> str:
        def work(db: DbSession) -> str:
            this = Call(db, Actor(None, Via.API), clock.now(), operation.needs, device)
            return operation.answer(this, {**values}, parts)  # values of its own: it may be called twice

        with self._app.app_context():
            key = operation.crowd_by(values) if operation.crowd_by else ""
            return self._crowds[operation.endpoint].do(work, key)

    def _learning(self, start: StartResponse) -> StartResponse:
        def learn(status: str, headers: Headers, *more: Any) -> Any:
            if status == MADE:
                self._headers = [(name, value) for name, value in headers if name not in OF_BODY]
            return start(status, headers, *more)

        return learn


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(ROOT + _PART.sub(r"(?P<\1>[a-z0-9-]+)", path))


def _is_plain(environ: WSGIEnvironment) -> bool:
    """JSON as programs send it, whole and short."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ.get("CONTENT_TYPE") == "application/json"
        and not environ.get("QUERY_STRING")
        and length.isdecimal()
        and int(length) <= LONGEST
    )
