"""A gunicorn worker that stays on one processor and leaves new connections to workers with fewer.

All workers listen on one socket, and the first to wake accepts everything: of sixteen stations that connected at once,
one worker got thirteen while the other was idle. A worker with more connections than another waits a moment before it
accepts one more, so that the other can.
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
SLOTS = 256  # workers beyond that share the last slot
UNUSED = 2**16 - 1


class Connections:
    """The number of open connections of each worker, by slot, in memory shared by all."""

    def __init__(self) -> None:
        self._counts = memoryview(mmap.mmap(-1, 2 * SLOTS)).cast("H")
        for place in range(SLOTS):
            self.leave(place)

    def tell(self, place: int, count: int) -> None:
        self._counts[place] = min(count, UNUSED - 1)

    def leave(self, place: int) -> None:
        self._counts[place] = UNUSED

    def fewest(self) -> int:
        return min(self._counts)


class WebWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    _connections = Connections()
    place = 0
    processor: int | None = None

    def choose(self, others: Collection[WebWorker]) -> None:
        """Choose its slot and processor before it starts. One of the others may have ended."""
        taken = {other.place for other in others}
        self.place = next((place for place in range(SLOTS) if place not in taken), SLOTS - 1)
        self.processor = least_used(other.processor for other in others)

    def settle(self) -> None:
        if self.processor is not None:
            stay_on([self.processor])

    def leave(self) -> None:
        """Clear its count after it has ended."""
        self._connections.leave(self.place)

    def notify(self) -> None:
        """Called at the beginning of each loop."""
        super().notify()
        self._connections.tell(self.place, self.nr_conns)

    def accept(self, listener: Any) -> None:
        if self.nr_conns > self._connections.fewest():
            time.sleep(GIVES_WAY)
        super().accept(listener)  # the connection may be gone by now
