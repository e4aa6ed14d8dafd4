"""The processes that print beside the worker, as many as the worker prints at once.

A part of a print is made ahead while the ones before it are put away, so a long print keeps all of them at work.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from forumapp.core.database.outage import ERRORS, DatabaseAway, is_outage
from forumapp.core.serving.render_pool import Limits, Workshop
from forumapp.worker.context import bind, in_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from forumapp.core.config import Config

AT_ONCE = 2
AHEAD = AT_ONCE  # parts beyond the one in hand
LOADS = ("forumapp.app", "forumapp.worker.printing.steps", "forumapp.domain.printing.engine.preload")


class Hands:
    """Steps by their names; without a workshop they are done by whoever asks."""

    def __init__(self, workshop: Workshop | None = None) -> None:
        self._workshop = workshop
        self._threads = ThreadPoolExecutor(AT_ONCE + AHEAD, thread_name_prefix="prints") if workshop else None
        self._made: dict[tuple[int, int], Future[tuple[bytes, int]]] = {}

    def do(self, step: str, job_id: int, *arguments: int) -> Any:
        if self._workshop is None:
            return do_step(step, job_id, *arguments)
        return self._workshop.run(do_step, step, job_id, *arguments)

    def part(self, job_id: int, number: int, count: int) -> tuple[bytes, int]:
        """What `print_steps.lay` makes of this part, of `count`."""
        if self._threads is None:
            made: tuple[bytes, int] = self.do("lay", job_id, number)
            return made
        for one in range(number, max(number + 1, min(count, number + 1 + AHEAD))):
            if (job_id, one) not in self._made:
                self._made[job_id, one] = self._threads.submit(self.do, "lay", job_id, one)
        return self._made.pop((job_id, number)).result()

    def forget(self, job_id: int) -> None:
        """What was made ahead of a print that goes no further."""
        for key in [key for key in self._made if key[0] == job_id]:
            self._made.pop(key).cancel()

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)


def hands_of(app: Flask) -> Hands:
    config: Config = app.extensions["forumapp.config"]
    if not config.print_seconds:
        return Hands()
    limits = Limits(config.print_seconds, config.print_megabytes)
    begins = partial(set_up, app.extensions["forumapp.again"])
    return Hands(Workshop(limits, places=AT_ONCE, loads=LOADS, begins=begins))


def set_up(make: Callable[[], Flask]) -> None:
    bind(make())


def do_step(step: str, job_id: int, *arguments: int) -> Any:
    from forumapp.worker.printing import steps

    try:
        with in_app() as app:
            return getattr(steps, step)(app, job_id, *arguments)
    except ERRORS as error:
        if is_outage(error):
            raise DatabaseAway(type(error).__name__) from error
        raise
