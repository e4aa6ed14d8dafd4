"""Group commit: one thread does the work of several in one transaction.

Beginning and committing a transaction, and waiting for the write lock and the disk, take longer than most of the work
inside; and while one thread works, the others do not compete for the GIL.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from forumapp.core.database.concurrency_limit import PATIENCE
from forumapp.core.database.outage import is_collision, is_outage
from forumapp.core.database.transactions import transaction, turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

T = TypeVar("T")
# The largest batch: the first request of a larger one would wait for too many others.
LARGEST = 16


class _Request(Generic[T]):
    """The work of one waiting thread, with its result or error."""

    def __init__(self, work: Callable[[DbSession], T], key: str) -> None:
        self.work, self.key = work, key
        self.results: list[T] = []
        self.error: Exception | None = None
        self.woken = threading.Lock()
        self.woken.acquire()

    @property
    def is_done(self) -> bool:
        return bool(self.results) or self.error is not None


class GroupCommit(Generic[T]):
    """Batches one kind of work in this process. The first thread leads: it does all the work queued by its turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[_Request[T]] = deque()
        self._leader: _Request[T] | None = None

    def do(self, work: Callable[[DbSession], T], key: str) -> T:
        """Return the result of `work`, committed and on disk. Raises its error, after which nothing of it is stored.

        `work` may be called twice, and sees what others did before it. A batch is sorted by `key`, so that processes
        lock the rows it names in the same order. A thread that waits too long leads its own batch: one that is blocked
        by a lock must not block everyone.
        """
        mine = _Request(work, key)
        with self._guard:
            leads = self._leader is None
            if leads:
                self._leader = mine
            else:
                self._waiting.append(mine)
        patience = PATIENCE
        if not leads and not mine.woken.acquire(timeout=PATIENCE):
            patience = 0.0
            if not self._leave_queue(mine):
                mine.woken.acquire()  # another thread is working on it
        if not mine.is_done:
            self._lead(mine, patience)
        if mine.error is not None:
            raise mine.error
        return mine.results[0]

    def _leave_queue(self, mine: _Request[T]) -> bool:
        """Lead in place of a blocked leader. Returns False if the request is no longer queued."""
        with self._guard:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            self._leader = mine
            return True

    def _lead(self, first: _Request[T], patience: float) -> None:
        others: list[_Request[T]] = []
        try:
            with turn(patience):
                with self._guard:
                    while self._waiting and len(others) < LARGEST - 1:
                        others.append(self._waiting.popleft())
                _run_all([first, *others])
        finally:
            woken = [request for request in others if request.is_done]
            with self._guard:  # if this thread was ended, others stay queued
                self._waiting.extendleft(reversed([request for request in others if not request.is_done]))
                if self._leader in (first, None):
                    self._leader = self._waiting.popleft() if self._waiting else None
                    woken += [self._leader] if self._leader else []
            for request in woken:
                request.woken.release()


def _run_all(requests: list[_Request[T]]) -> None:
    """Run the batch, or each request alone if it fails: a refusal must not affect the others."""
    try:
        _run_batch(requests)
    except Exception as error:  # noqa: BLE001 (the waiting thread raises it)
        if len(requests) > 1 and not _concerns_all(error):
            for request in requests:
                _run_all([request])
        else:
            for request in requests:
                request.error = error


def _concerns_all(error: Exception) -> bool:
    """Whether the database is unreachable, or the disk failed after everything was written: a retry could then report
    work as stored that is not on disk.
    """
    return isinstance(error, OSError) or (is_outage(error) and not is_collision(error))


def _run_batch(requests: list[_Request[T]]) -> None:
    results = []
    with transaction() as db:
        for request in sorted(requests, key=lambda asked: asked.key):
            results.append((request, request.work(db)))
            db.flush()
            if db.identity_map:  # the next request may change what this one has read
                db.expunge_all()
    for request, answer in results:
        request.results = [answer]
