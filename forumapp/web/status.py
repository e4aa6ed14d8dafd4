"""For those who run the service: does it live, is it ready, how is it doing."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from forumapp.core import clock
from forumapp.core.health import answers, is_migrated
from forumapp.core.limits import is_local
from forumapp.core.logs import logger
from forumapp.core.transactions import reading
from forumapp.domain.jobs.services import worker_seen_since

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("status", __name__)
# A worker says every few seconds that it lives; this many missed ones mean that it does not.
WORKER_SILENCE = timedelta(seconds=90)
UNREADY = 503


class Metrics:
    """Requests of this process. A scrape reaches one process at a time, so each names itself by its number."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("process", "method", "endpoint", "status")
        self.requests = Counter("forumapp_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "forumapp_request_seconds", "Time to an answer", ("process", "endpoint"), registry=self.registry
        )
        # Those with their labels: to find one by its labels takes longer than to count with it.
        self._found: dict[tuple[str, ...], tuple[Counter, Histogram]] = {}

    def of(self, method: str, endpoint: str, status: str) -> tuple[Counter, Histogram]:
        labels = (str(os.getpid()), method, endpoint, status)  # a forked process counts for itself
        found = self._found.get(labels)
        if found is None:
            seconds = self.seconds.labels(labels[0], endpoint)
            found = self._found[labels] = (self.requests.labels(*labels), seconds)
        return found


def set_up(app: Flask) -> None:
    app.extensions["forumapp.metrics"] = Metrics()
    app.register_blueprint(blueprint)
    app.before_request(start_clock)
    app.after_request(count)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked, so that a slow database does not get it restarted."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    checks = {"database": False, "migrations": False, "worker": False}
    try:
        db = reading()
        checks["database"] = answers(db)
        checks["migrations"] = is_migrated(db)
        checks["worker"] = worker_seen_since(db, clock.now() - WORKER_SILENCE)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with the database, the answer is "not ready")
        logger("status").warning("not-ready", error=type(error).__name__)
    whole = all(checks.values())
    return jsonify(status="ok" if whole else "not ready", checks=checks), 200 if whole else UNREADY


@blueprint.get("/metrics")
def metrics() -> Response:
    """Only for callers on this machine; others get what they would get for any address that is not there."""
    if not is_local():
        abort(404)
    found: Metrics = current_app.extensions["forumapp.metrics"]
    return Response(generate_latest(found.registry), content_type=CONTENT_TYPE_LATEST)


def start_clock() -> None:
    g.started = time.perf_counter()


def count(response: Response) -> Response:
    """By endpoint and never by address: addresses hold personal links, and there is no end of them."""
    found: Metrics = current_app.extensions["forumapp.metrics"]
    requests, seconds = found.of(request.method, request.endpoint or "none", str(response.status_code))
    requests.inc()
    if "started" in g:
        seconds.observe(time.perf_counter() - g.started)
    return response
