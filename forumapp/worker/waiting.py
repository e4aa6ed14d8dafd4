"""Background work waits while the database is away or its disk is full, however long that takes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from forumapp.core.database.outage import PASSING, is_outage, outages
from forumapp.core.files.storage import is_full

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between two tries
_stop = [threading.Event()]


class WorkerStops(BaseException):
    """Ends a step that waits when the worker stops.

    No Exception, so DBOS records nothing and the step runs again at the next start.
    """


def use_stop(stop: threading.Event) -> None:
    """Workflows are looked up by name in this process, so the worker's own event is kept here for them."""
    _stop[:] = [stop]


def wait_out(work: Callable[[], T], note: Callable[[Exception], object] = outages.note) -> T:
    """The result of `work`, tried again after each outage of the database until it succeeds.

    `note` gets the error of each try that failed. Other errors are raised. Raises WorkerStops when the worker stops
    while waiting.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return work()
        except PASSING as error:
            if not (is_outage(error) or is_full(error)):
                raise
            note(error)
        if _stop[0].wait(pause):
            raise WorkerStops
        pause = min(pause * 2, LONGEST_PAUSE)
