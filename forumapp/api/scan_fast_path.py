"""The fast path for scans of devices: the same operation without the overhead of Flask.

A queue of people waits for each answer, and Flask takes longer than the scan itself. Any other request goes to the
application unchanged. So does a refused or failed scan, which is reported there and not tried again.
"""

from __future__ import annotations

import io
import re
import time
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.answers import ROOT
from forumapp.api.auth import Call, device_of
from forumapp.api.bodies import parse_json
from forumapp.api.idempotency import FAST_PATH_ERROR
from forumapp.api.operations import FAST_PATH
from forumapp.core import clock
from forumapp.core.database.group_commit import GroupCommit
from forumapp.domain.audit.services import Actor, Via

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.api.operations import Operation

Headers = list[tuple[str, str]]

_PART = re.compile(r"<slug:(\w+)>")
LARGEST_BODY = 4000  # bytes that are read
CREATED = "201 CREATED"
BODY_HEADERS = frozenset({"Content-Length", "Content-Encoding"})  # differ from answer to answer


def set_up(app: Flask) -> None:
    app.wsgi_app = FastPath(app, app.wsgi_app)  # type: ignore[assignment]  # Flask's own way to wrap it


class FastPath:
    """WSGI middleware in front of `app`."""

    def __init__(self, app: Flask, below: WSGIApplication) -> None:
        self._app, self._below = app, below
        self._operations = [(_pattern(path), operation) for path, operation in FAST_PATH.items()]
        self._commits: dict[str, GroupCommit[str]] = {
            operation.endpoint: GroupCommit() for operation in FAST_PATH.values()
        }
        # Headers of the application's own answers except the length. All answers share them.
        self._headers: Headers | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        device = device_of(environ.get("HTTP_AUTHORIZATION", "")) if environ["REQUEST_METHOD"] == "POST" else None
        if device is None or not _is_plain(environ):
            return self._below(environ, start)
        for pattern, operation in self._operations:
            if match := pattern.fullmatch(environ["PATH_INFO"]):
                if self._headers is None:
                    return self._below(environ, self._learn_headers(start))
                return self._answer(operation, match.groupdict(), device, environ, start)
        return self._below(environ, start)

    def _answer(
        self, operation: Operation, parts: dict[str, str], device: str, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        began = time.perf_counter()
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        replayed = {**environ, "wsgi.input": io.BytesIO(body)}
        try:
            values = operation.takes.load(parse_json(body))
        except (ma.ValidationError, ValueError, RecursionError):  # the application reads it again
            return self._below(replayed, start)
        try:
            answer = self._run(operation, values, parts, device).encode()
        except Exception as error:  # noqa: BLE001 (the application reports any error)
            return self._below({**replayed, FAST_PATH_ERROR: error}, start)
        requests, seconds = self._app.extensions["forumapp.metrics"].of("POST", operation.endpoint, "201")
        requests.inc()
        seconds.observe(time.perf_counter() - began)
        start(CREATED, [*(self._headers or ()), ("Content-Length", str(len(answer)))])
        return [answer]

    def _run(self, operation: Operation, values: dict[str, Any], parts: dict[str, str], device: str) -> str:
        def work(db: DbSession) -> str:
            this = Call(db, Actor(None, Via.API), clock.now(), operation.needs, device)
            return operation.answer(this, {**values}, parts)  # a copy: it may be called twice

        with self._app.app_context():
            key = operation.batch_key(values) if operation.batch_key else ""
            return self._commits[operation.endpoint].do(work, key)

    def _learn_headers(self, start: StartResponse) -> StartResponse:
        def learn(status: str, headers: Headers, *more: Any) -> Any:
            if status == CREATED:
                self._headers = [(name, value) for name, value in headers if name not in BODY_HEADERS]
            return start(status, headers, *more)

        return learn


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(ROOT + _PART.sub(r"(?P<\1>[a-z0-9-]+)", path))


def _is_plain(environ: WSGIEnvironment) -> bool:
    """Whether the body is short JSON, sent in one piece."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ.get("CONTENT_TYPE") == "application/json"
        and not environ.get("QUERY_STRING")
        and length.isdecimal()
        and int(length) <= LARGEST_BODY
    )
