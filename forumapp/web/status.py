"""Health, readiness and metrics for operators."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from forumapp.core import clock
from forumapp.core.database.outage import ERRORS, is_outage, outages
from forumapp.core.database.transactions import reading
from forumapp.core.files.disk import can_write, folders_of
from forumapp.core.health import answers, is_migrated
from forumapp.core.logs import logger
from forumapp.core.metrics import Merged, own_process, shared_metrics
from forumapp.core.serving.rate_limits import is_local
from forumapp.domain.jobs.figures import last_seen_worker
from forumapp.web.state_metrics import StateCollector

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("status", __name__)
# A worker says every few seconds that it lives; this many missed ones mean that it does not.
WORKER_SILENCE = timedelta(seconds=90)
UNREADY = 503


class Metrics:
    """Requests of this process, which names itself by its number."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("process", "method", "endpoint", "status")
        self.requests = Counter("forumapp_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "forumapp_request_seconds", "Time to an answer", ("process", "endpoint"), registry=self.registry
        )
        # Cached children by label: the lookup by labels takes longer than the counting.
        self._found: dict[tuple[str, ...], tuple[Counter, Histogram]] = {}

    def of(self, method: str, endpoint: str, status: str) -> tuple[Counter, Histogram]:
        labels = (str(os.getpid()), method, endpoint, status)  # a forked process counts for itself
        metrics = self._found.get(labels)
        if metrics is None:
            seconds = self.seconds.labels(labels[0], endpoint)
            metrics = self._found[labels] = (self.requests.labels(*labels), seconds)
        return metrics


def set_up(app: Flask) -> None:
    app.extensions["forumapp.metrics"] = Metrics()
    app.register_blueprint(blueprint)
    app.before_request(start_clock)
    app.after_request(count)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Only checks that the process answers: a slow database must not cause a restart."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether this host can answer requests. Background work is reported but does not count: a web host goes on serving
    pages when the worker, which may run elsewhere, has died.
    """
    checks = {"database": False, "migrations": False, "disk": has_room()}
    worker: dict[str, object] = {"status": "unknown", "last_seen": None}
    try:
        db = reading()
        checks["database"] = answers(db)
        checks["migrations"] = is_migrated(db)
        worker = worker_state(last_seen_worker(db), clock.now())
    except Exception as error:  # noqa: BLE001 (any error of the database means "not ready")
        if isinstance(error, ERRORS) and is_outage(error):
            outages.note(error)
        else:
            logger("status").warning("not-ready", error=type(error).__name__)
    is_ready = all(checks.values())
    body = {"status": "ok" if is_ready else "not ready", "checks": checks, "worker": worker}
    return jsonify(body), 200 if is_ready else UNREADY


def worker_state(seen: datetime | None, now: datetime) -> dict[str, object]:
    """Pure. `silent` means that background work waits: mail, prints and imports."""
    if seen is None:
        return {"status": "never seen", "last_seen": None}
    return {"status": "silent" if now - seen > WORKER_SILENCE else "ok", "last_seen": seen.isoformat()}


def has_room() -> bool:
    folders = folders_of(current_app.extensions["forumapp.config"])
    return not outages.was_full_lately() and all(can_write(folder) for folder in folders.values())


@blueprint.get("/metrics")
def metrics() -> Response:
    """Of all processes of this machine. Only for callers on it; others get what they would get for any address that
    does not exist.
    """
    if not is_local():
        abort(404)
    own: Metrics = current_app.extensions["forumapp.metrics"]
    shared = shared_metrics(current_app.extensions["forumapp.config"].data_dir)
    registry = CollectorRegistry()
    registry.register(Merged([*own.registry.collect(), *own_process("web"), *shared.read()]))
    registry.register(StateCollector(current_app.extensions["forumapp.config"]))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def publish_metrics(app: Flask) -> None:
    """Have this process write its metrics every few seconds for the others: a scrape reaches one of them."""
    own: Metrics = app.extensions["forumapp.metrics"]
    shared = shared_metrics(app.extensions["forumapp.config"].data_dir)
    shared.keep(lambda: [*own.registry.collect(), *own_process("web")])


def start_clock() -> None:
    g.started = time.perf_counter()


def count(response: Response) -> Response:
    """Count by endpoint and never by address: addresses contain personal links, and are unlimited in number."""
    metrics: Metrics = current_app.extensions["forumapp.metrics"]
    requests, seconds = metrics.of(request.method, request.endpoint or "none", str(response.status_code))
    requests.inc()
    if "started" in g:
        seconds.observe(time.perf_counter() - g.started)
    return response
