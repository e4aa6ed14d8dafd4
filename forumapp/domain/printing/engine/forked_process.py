"""Work done in a process beside this one, which is a copy of it at the time it began.

Nothing is loaded anew, and what the copy made goes with it: no memory is tidied up piece by piece.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import resource
import signal
import tempfile
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection


class Ended(RuntimeError):
    """The process beside this one ended before it had answered."""


class Channel:
    """To the other process: what is told here is heard there."""

    def __init__(self, end: Connection) -> None:
        self._end = end

    def tell(self, what: Any) -> None:
        """Raises what the other one told instead of listening, and Ended where it has ended."""
        try:
            self._end.send(what)
        except ConnectionError:
            while True:  # what it told before comes first, and its end last
                self.hear()

    def hear(self) -> Any:
        try:
            heard = self._end.recv()
        except (EOFError, ConnectionError) as gone:
            raise Ended from gone
        if isinstance(heard, Exception):
            raise heard
        return heard


def is_possible() -> bool:
    """Whether nobody else is at work in this process, who would be copied half way."""
    return threading.current_thread() is threading.main_thread()


def has_room() -> bool:
    """Whether there is a processor for a second one."""
    return len(os.sched_getaffinity(0)) > 1


def apart(work: Callable[[], bytes]) -> bytes:
    """What `work` answers, which is done in a process of its own while this one waits."""
    with beside(lambda channel: channel.tell(work())) as other:
        answer: bytes = other.hear()
    return answer


@contextmanager
def beside(work: Callable[[Channel], object]) -> Iterator[Channel]:
    """`work` goes on beside whatever is done meanwhile; it ends when that is done. It has as much time of a processor
    as was left here, and what it took is taken from what is left. A limit that it met is met here as well, for whoever
    gave it.
    """
    ours, theirs = multiprocessing.Pipe()
    left = _left()
    # The copy ends without tidying up, and so do the fonts of its documents, which are files.
    with tempfile.TemporaryDirectory(prefix="forumapp-", ignore_cleanup_errors=True) as folder:
        child = os.fork()
        if child == 0:
            ours.close()
            _limit(left)
            tempfile.tempdir = folder
            _do(work, Channel(theirs))
        theirs.close()
        try:
            yield Channel(ours)
        finally:
            ours.close()
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            _take(usage.ru_utime + usage.ru_stime)
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
                signal.raise_signal(signal.SIGXCPU)


def _left() -> float:
    """Seconds of a processor until this process is ended. Its copies count from nothing."""
    limit = resource.getrlimit(resource.RLIMIT_CPU)[0]
    if limit == resource.RLIM_INFINITY:
        return math.inf
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return limit - usage.ru_utime - usage.ru_stime


def _limit(seconds: float) -> None:
    if seconds < math.inf:
        resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(seconds)), resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _take(seconds: float) -> None:
    """From what is left to this process, until it is given more."""
    _limit(resource.getrlimit(resource.RLIMIT_CPU)[0] - seconds if _left() < math.inf else math.inf)


def _do(work: Callable[[Channel], object], channel: Channel) -> None:
    """In the copy, which never goes back to what the other one was doing."""
    gc.disable()
    try:
        work(channel)
    except Exception as error:  # noqa: BLE001 (whatever it is, whoever asked gets it)
        with suppress(Exception):
            channel.tell(error)
    finally:
        os._exit(0)
