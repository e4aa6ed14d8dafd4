"""What many ask for in the same moment is done for several of them by one, in one transaction.

To begin and to end a transaction, to wait for the gate and for the disk takes longer than what most ask for within; and
while one thread works, the others need not take the interpreter from it.
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
# So many at once, or whoever came first would wait for too many others.
LARGEST = 16


class _Asked(Generic[T]):
    """What one thread asks for, and waits for without a turn of its own."""

    def __init__(self, work: Callable[[DbSession], T], key: str) -> None:
        self.work, self.key = work, key
        self.found: list[T] = []
        self.met: Exception | None = None
        self.woken = threading.Lock()
        self.woken.acquire()

    @property
    def is_done(self) -> bool:
        return bool(self.found) or self.met is not None


class Crowd(Generic[T]):
    """Of one kind of work, in this process. Whoever comes first does what has come until it is their turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[_Asked[T]] = deque()
        self._leader: _Asked[T] | None = None

    def do(self, work: Callable[[DbSession], T], key: str) -> T:
        """What `work` answers, in a transaction that is committed and on disk. Raises what it does, and then nothing of
        it is kept. It may be called twice, and sees what others did before it. Where two processes hold rows of what
        is named by `key`, they come to them in the same order. Whoever is not taken along in time goes in beside: one
        who waits for what somebody else holds must not hold up everybody.
        """
        mine = _Asked(work, key)
        with self._guard:
            leads = self._leader is None
            if leads:
                self._leader = mine
            else:
                self._waiting.append(mine)
        patience = PATIENCE
        if not leads and not mine.woken.acquire(timeout=PATIENCE):
            patience = 0.0
            if not self._steps_out(mine):
                mine.woken.acquire()  # somebody is at it
        if not mine.is_done:
            self._lead(mine, patience)
        if mine.met is not None:
            raise mine.met
        return mine.found[0]

    def _steps_out(self, mine: _Asked[T]) -> bool:
        """Whether they still waited; they lead then, and whoever is held up goes on beside."""
        with self._guard:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            self._leader = mine
            return True

    def _lead(self, first: _Asked[T], patience: float) -> None:
        others: list[_Asked[T]] = []
        try:
            with turn(patience):
                with self._guard:
                    while self._waiting and len(others) < LARGEST - 1:
                        others.append(self._waiting.popleft())
                _do_all([first, *others])
        finally:
            woken = [other for other in others if other.is_done]
            with self._guard:  # where this thread was ended, others wait as before
                self._waiting.extendleft(reversed([other for other in others if not other.is_done]))
                if self._leader in (first, None):
                    self._leader = self._waiting.popleft() if self._waiting else None
                    woken += [self._leader] if self._leader else []
            for one in woken:
                one.woken.release()


def _do_all(several: list[_Asked[T]]) -> None:
    """Each by itself where one of them meets something: whoever is refused takes nobody along."""
    try:
        _together(several)
    except Exception as met:  # noqa: BLE001 (whatever it is, whoever asked is told)
        if len(several) > 1 and not _is_of_all(met):
            for one in several:
                _do_all([one])
        else:
            for one in several:
                one.met = met


def _is_of_all(met: Exception) -> bool:
    """The database cannot be reached; or the disk has failed after all was written, of which whoever found it there now
    would be told that it is kept.
    """
    return isinstance(met, OSError) or (is_outage(met) and not is_collision(met))


def _together(several: list[_Asked[T]]) -> None:
    found = []
    with transaction() as db:
        for one in sorted(several, key=lambda asked: asked.key):
            found.append((one, one.work(db)))
            db.flush()
            if db.identity_map:  # what one has read may be changed by the next
                db.expunge_all()
    for one, answer in found:
        one.found = [answer]
