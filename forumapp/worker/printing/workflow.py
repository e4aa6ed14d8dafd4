"""The workflow that prints: collect the values, make the parts one by one, put them together.

Each step is recorded, so a worker that dies is followed by one that goes on at the step it had reached. A step may run
twice when its worker dies between the work and the record: each writes the same file or the same numbers again. What
takes time or memory is done in processes of their own (`print_hands.py`), so whatever happens there, the worker lives.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from typing import TYPE_CHECKING

from dbos import DBOS
from dbos import error as dbos_error

from forumapp.core import clock
from forumapp.core.database.outage import PASSING, is_outage
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Refusal
from forumapp.core.files.storage import is_full
from forumapp.core.logs import logger
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.letters.issued_letters import note_paper
from forumapp.domain.printing.models import FORMAL, JobStatus, PrintJob
from forumapp.domain.printing.pdf.renderer import RENDERER
from forumapp.worker.context import in_app
from forumapp.worker.printing.files import clean_up, kept_values, part_named, storage_of
from forumapp.worker.printing.pool import Hands
from forumapp.worker.waiting import wait_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

TRIES = 5

_log = logger("printing")
_hands = [Hands()]


def use(hands: Hands) -> None:
    """Workflows are found by name in this process, so the hands wait for them here."""
    _hands[:] = [hands]


@DBOS.workflow(name=services.WORKFLOW)
def print_job(job_id: int) -> None:
    try:
        parts = begin(job_id)
        for number in range(parts):
            if not make_part(job_id, number, parts):
                return
        if parts:
            complete(job_id)
    except dbos_error.DBOSMaxStepRetriesExceeded:
        _hands[0].forget(job_id)
        give_up(job_id)


def step(work: Callable[..., int]) -> Callable[..., int]:
    """A recorded step. It waits while the database is away and is tried again when the storage is. Any other error ends
    the job, which then shows as failed.

    The step answers 0 when the job goes no further; what was put aside for it is then removed.
    """

    @functools.wraps(work)
    def fenced(job_id: int, *arguments: int) -> int:
        return wait_out(lambda: _finish(job_id, *arguments))

    def _finish(job_id: int, *arguments: int) -> int:
        with in_app() as app:
            result = _attempt(app, work, job_id, *arguments)
            if not result:
                _hands[0].forget(job_id)
                clean_up(app, _job(job_id))
            return result

    recorded: Callable[..., int] = DBOS.step(retries_allowed=True, max_attempts=TRIES, interval_seconds=1.0)(fenced)
    return recorded


def _attempt(app: Flask, work: Callable[..., int], job_id: int, *arguments: int) -> int:
    try:
        return work(app, job_id, *arguments)
    except PASSING as error:
        fault = _fault_of(error, job_id)
        if fault == "disk-full":
            clean_up(app, _job(job_id))  # first, since there may be no room to record the failure either
    except Refusal as refusal:
        fault = refusal.code
    except Exception:  # noqa: BLE001 (whatever it is, it must show on the job)
        _log.exception("a print failed", job=job_id)
        fault = "error"
    with transaction() as db:
        services.fail(db, job_id, fault, now=clock.now())
    return 0


def _fault_of(error: Exception, job_id: int) -> str:
    """The job's fault; raises `error` where another try may succeed."""
    if is_full(error):
        _log.warning("no room for a print", job=job_id)
        return "disk-full"
    if isinstance(error, OSError) or is_outage(error):
        raise error
    _log.error("a print failed", job=job_id, exc_info=error)
    return "error"


@step
def begin(_app: Flask, job_id: int) -> int:
    """Put aside what is to be printed, so that all parts show one moment; how many parts there are."""
    return int(_hands[0].do("begin", job_id))


@step
def make_part(app: Flask, job_id: int, number: int, count: int = 0) -> int:
    """Make one part, of `count` if that is known, and note the progress; 0 once the job is cancelled."""
    job = _job(job_id)
    if job.status is not JobStatus.RUNNING:
        return 0
    pdf, done = _hands[0].part(job_id, number, count)
    storage_of(app).put(part_named(job, number), pdf)
    with transaction() as db:
        if job.paper in FORMAL:
            note_paper(db, kept_values(app, job)["letters"][number], pdf, RENDERER, now=clock.now())
        return int(services.advance(db, job_id, done, now=clock.now()))


@step
def complete(_app: Flask, job_id: int) -> int:
    """Put the parts together, keep the file, and note what was printed."""
    return int(_hands[0].do("complete", job_id))


@DBOS.step()
def give_up(job_id: int) -> None:
    wait_out(lambda: _give_up(job_id))


def _give_up(job_id: int) -> None:
    with in_app() as app:
        with transaction() as db:
            services.fail(db, job_id, "unavailable", now=clock.now())
        with suppress(OSError):  # where the storage is still away, purging looks there as well
            clean_up(app, _job(job_id))


def _job(job_id: int) -> PrintJob:
    """As the database has it now: the session may hold what an earlier transaction of this step read."""
    return reading().get_one(PrintJob, job_id, populate_existing=True)
