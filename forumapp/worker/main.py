"""The worker's process: background work from the queue, and a few plain threads beside it."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

from dbos import DBOS, DBOSConfig

from forumapp.core import clock
from forumapp.core.database.db import CONNECT, db
from forumapp.core.database.outage import ERRORS, is_outage, outages
from forumapp.core.database.transactions import reading
from forumapp.core.health import is_migrated
from forumapp.core.logs import logger
from forumapp.core.metrics import own_process, shared_metrics
from forumapp.domain.jobs.services import QUEUE
from forumapp.domain.people.names.spellings import load_readings
from forumapp.domain.printing.pdf.font_subsets import forget_unused
from forumapp.worker import context, waiting
from forumapp.worker.context import in_app
from forumapp.worker.mail import drain
from forumapp.worker.printing.pool import AT_ONCE, hands_of
from forumapp.worker.queue_logs import quiet_queue
from forumapp.worker.timers import housekeeping
from forumapp.worker.timers.housekeeping import Heartbeat
from forumapp.worker.timers.offers import pass_on
from forumapp.worker.timers.paper_review import look_through
from forumapp.worker.timers.purging import purge_house
from forumapp.worker.timers.rehearsals import end_rehearsals
from forumapp.worker.timers.reminders import remind
from forumapp.worker.timers.scheduled_publishing import publish_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from forumapp.core.config import Config

# Work that was begun must be finished by whatever version of the product runs next, so the version never changes:
# a workflow whose steps change in number or order gets a new name instead.
WORKFLOW_VERSION = "1"
THREADS = 8
QUEUE_SECONDS = 0.5
START_SECONDS = 1.0  # between two looks for a database that is not up yet
BEAT_SECONDS = 5.0
TAKE_OVER_SECONDS = 30.0
PURGE_SECONDS = 24 * 3600.0
MAIL_SECONDS = 1.0
OFFER_SECONDS = 30.0
REMINDER_SECONDS = 60.0
PUBLISH_SECONDS = 10.0
TIDY_SECONDS = 600.0
LOOK_SECONDS = 60.0
# Longer than one batch of a print takes, shorter than those wait who end us; what is not done by then resumes at the
# next start.
GRACE_SECONDS = 4

_log = logger("worker")


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, then finish what is in hand."""
    config: Config = app.extensions["forumapp.config"]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    context.bind(app)
    waiting.use_stop(stop)
    load_readings()
    heartbeat = Heartbeat(config.worker_id, has_waited=wait_for_database(stop))
    if stop.is_set():
        return
    with in_app():
        heartbeat.beat(now=clock.now())  # before any other worker could think us dead
    with workflows(app, config), threads(heartbeat, stop):
        _log.info("working", worker=config.worker_id)
        stop.wait()
        _log.info("stopping", worker=config.worker_id)
    with in_app():
        db.engine.dispose()


def wait_for_database(stop: threading.Event) -> bool:
    """Returns once the database answers and is migrated, or the worker stops; whether it had to wait."""
    has_waited = has_warned = False
    while not stop.is_set():
        try:
            with in_app():
                is_ready = is_migrated(reading())
        except ERRORS as error:
            if not is_outage(error):
                raise
            outages.note(error)
        else:
            if is_ready:
                break
            outages.end()
            if not has_warned:
                has_warned = True
                _log.warning("waiting for `forumapp db upgrade`: the database is not at the version of this code")
        has_waited = True
        stop.wait(START_SECONDS)
    return has_waited


@contextlib.contextmanager
def workflows(app: Flask, config: Config) -> Iterator[None]:
    """DBOS with the workflows of this package, on the application's own database."""
    # They register their workflows; late, to keep the other parts light.
    from forumapp.worker.printing import workflow as printing
    from forumapp.worker.workflows import agenda_notices, bulk_actions, imports, mailings, speakers  # noqa: F401

    hands = hands_of(app)
    printing.use(hands)
    settings: DBOSConfig = {
        "name": "forumapp",
        "system_database_url": config.database_url,
        "executor_id": config.worker_id,
        "application_version": WORKFLOW_VERSION,
        "max_executor_threads": THREADS,
        "run_migrations": False,  # `forumapp db upgrade` does
        "db_engine_kwargs": {"connect_args": dict(CONNECT)} if config.database_url.startswith("postgresql") else {},
        "log_level": "WARNING",
    }
    quiet_queue()
    DBOS(config=settings)
    DBOS.launch()
    DBOS.register_queue(
        QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=QUEUE_SECONDS, on_conflict="always_update"
    )
    try:
        yield
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=GRACE_SECONDS)
        hands.close()


@contextlib.contextmanager
def threads(heartbeat: Heartbeat, stop: threading.Event) -> Iterator[None]:
    """Plain threads for what polls: a workflow that did would fill DBOS's tables."""
    parts = (
        threading.Thread(target=repeat, args=(what, seconds, stop), name=name)
        for name, seconds, what in (
            ("beat", BEAT_SECONDS, lambda _: heartbeat.beat(now=clock.now())),
            ("take-over", TAKE_OVER_SECONDS, lambda _: housekeeping.take_over(heartbeat, now=clock.now())),
            ("purge", PURGE_SECONDS, lambda _: housekeeping.purge(now=clock.now())),
            ("compare", PURGE_SECONDS, lambda _: housekeeping.compare_all()),
            ("retention", PURGE_SECONDS, lambda app: purge_house(app, now=clock.now())),
            ("fonts", PURGE_SECONDS, lambda app: forget_unused(app.extensions["forumapp.config"].data_dir / "fonts")),
            ("previews", TIDY_SECONDS, lambda app: app.extensions["forumapp.previews"].tidy()),
            ("offers", OFFER_SECONDS, lambda _: pass_on(now=clock.now())),
            ("rehearsals", REMINDER_SECONDS, lambda _: end_rehearsals(now=clock.now())),
            ("reminders", REMINDER_SECONDS, lambda _: remind(now=clock.now())),
            ("publishing", PUBLISH_SECONDS, lambda _: publish_due(now=clock.now())),
            ("papers", LOOK_SECONDS, lambda _: look_through()),
            ("metrics", BEAT_SECONDS, write_metrics),
            ("mail", MAIL_SECONDS, lambda app: send_all_due(app, stop)),
        )
    )
    started = list(parts)
    for part in started:
        part.start()
    try:
        yield
    finally:
        stop.set()
        for part in started:
            part.join(timeout=GRACE_SECONDS)


def repeat(what: Callable[[Flask], object], seconds: float, stop: threading.Event) -> None:
    """`what` every so many seconds until the worker stops. Errors are logged and the thread goes on."""
    while not stop.is_set():
        try:
            with in_app() as app:
                what(app)
        except Exception as error:  # noqa: BLE001 (the thread must outlive any error)
            if isinstance(error, ERRORS) and is_outage(error):
                outages.note(error)
            else:
                _log.exception("a worker's thread failed", thread=threading.current_thread().name)
        stop.wait(seconds)


def write_metrics(app: Flask) -> None:
    shared_metrics(app.extensions["forumapp.config"].data_dir).write(own_process("worker"))


def send_all_due(app: Flask, stop: threading.Event) -> None:
    while drain(app, now=clock.now(), stopping=stop.is_set) and not stop.is_set():
        pass
