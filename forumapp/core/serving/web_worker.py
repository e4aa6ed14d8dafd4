"""A web worker of gunicorn's, which stays on one processor and leaves new connections to whoever has fewer.

All workers wait at one door, and whoever wakes first takes all who stand there: of sixteen stations that came at once,
thirteen were one worker's, who had no time left while the other one rested. Whoever has more than another waits for a
moment before they take one more, so that the other may.
"""

from __future__ import annotations

import mmap
import time
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import ThreadWorker

from forumapp.core.serving.processors import least_used, stay_on

if TYPE_CHECKING:
    from collections.abc import Collection

GIVES_WAY = 0.001  # seconds
PLACES = 256  # whoever comes when all are taken shares the last one
NOBODY = 2**16 - 1


class Connections:
    """How many each worker has open, by its place: told by each, in memory that all of them see."""

    def __init__(self) -> None:
        self._told = memoryview(mmap.mmap(-1, 2 * PLACES)).cast("H")
        for place in range(PLACES):
            self.leave(place)

    def tell(self, place: int, count: int) -> None:
        self._told[place] = min(count, NOBODY - 1)

    def leave(self, place: int) -> None:
        self._told[place] = NOBODY

    def fewest(self) -> int:
        return min(self._told)


class WebWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    _connections = Connections()
    place = 0
    processor: int | None = None

    def choose(self, others: Collection[WebWorker]) -> None:
        """Where it will be, before it begins. One of the others may have ended, or be about to."""
        taken = {other.place for other in others}
        self.place = next((place for place in range(PLACES) if place not in taken), PLACES - 1)
        self.processor = least_used(other.processor for other in others)

    def settle(self) -> None:
        if self.processor is not None:
            stay_on([self.processor])

    def leave(self) -> None:
        """It has ended, in whatever way."""
        self._connections.leave(self.place)

    def notify(self) -> None:
        """At the beginning of each round."""
        super().notify()
        self._connections.tell(self.place, self.nr_conns)

    def accept(self, listener: Any) -> None:
        if self.nr_conns > self._connections.fewest():
            time.sleep(GIVES_WAY)
        super().accept(listener)  # nobody may stand there any more
