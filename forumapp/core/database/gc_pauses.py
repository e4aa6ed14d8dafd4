"""Pauses of Python's garbage collector, which belongs to the whole process.

Transactions pause it, since a collection may take longer than they do. So does rendering: box trees are cycles that
hold the bytes of fonts, and collecting during the work costs a tenth of it. The rendering process collects
when it is idle.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Pauses:
    """Counts the threads that pause collection, and remembers whether it was enabled before the first."""

    def __init__(self) -> None:
        self._lock, self._count, self._is_enabled = Lock(), 0, False

    def begin(self) -> None:
        with self._lock:
            if self._count == 0:
                self._is_enabled = gc.isenabled()
                gc.disable()
            self._count += 1

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0 and self._is_enabled:
                gc.enable()


_pauses = _Pauses()


@contextmanager
def no_collections() -> Iterator[None]:
    """Pause garbage collection until all threads have left this context."""
    _pauses.begin()
    try:
        yield
    finally:
        _pauses.end()
