"""A pool of worker processes with limits. Work that takes too long or too much memory is ended and raises an error, and
the next piece of work gets another process.

The processes are forked from one that has loaded only what the work needs, so a new one starts at once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import resource
import shutil
import signal
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from forumapp.core.database.outage import DatabaseAway
from forumapp.core.errors import Refusal
from forumapp.core.logs import logger, set_up_logs
from forumapp.core.serving.processors import ALLOWED, stay_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")
# On a busy machine, or where it waits for a database or a disk, work takes longer than its share of a processor tells.
WAITING, BUSY = 4, 10
STARTING = 120  # seconds until a process is ready
RESTS, GRACE = 1800, 60  # seconds after which an idle process ends and frees its memory
# What a piece of work leaves in memory is tidied up before the next one where it is much, and else when no other one
# follows at once: of a hundred badges or a page of a preview that was a third of the time.
MUCH, SOON = 32, 0.1  # megabytes; seconds
PIECES = 200  # pieces of work of one process, which limits leaks of libraries
MEGABYTE = 1024 * 1024
_PROCESSES = multiprocessing.get_context("forkserver")
_LOADS: dict[str, None] = {__name__: None}  # loaded by the fork server of all pools

_CLEARING = threading.Lock()

_log = logger("workshop")


class TookTooLong(Refusal):
    status, code = 503, "took-too-long"


class TookTooMuch(Refusal):
    status, code = 503, "took-too-much-memory"


class AllAtWork(Refusal):
    """No worker became free in time."""

    status, code = 503, "all-at-work"


class WasEnded(OSError):
    """The process was ended from outside, not for its work."""


@dataclass(frozen=True, slots=True)
class Limits:
    """For one piece of work: `seconds` of a processor, and of memory as much as the process may hold of its own."""

    seconds: int
    megabytes: int


class Workshop:
    """Does at most `places` pieces of work at a time; others wait, for at most `patience` seconds if given. Without
    `limits` the work is done in the calling process.

    `loads` are the modules that the work needs. `begins` is called in each process before its first piece. `lets_go` is
    called before the wait, to release what others may need meanwhile.
    """

    def __init__(
        self,
        limits: Limits | None,
        *,
        places: int = 1,
        loads: Sequence[str] = (),
        begins: Callable[[], object] | None = None,
        patience: float | None = None,
        lets_go: Callable[[], object] | None = None,
    ) -> None:
        self.limits = limits
        self._patience, self._lets_go = patience, lets_go
        self._places = threading.Semaphore(places)
        self._begins = begins
        _LOADS.update(dict.fromkeys(loads))
        self._idle: list[_Hand] = []
        self._at_work: set[_Hand] = set()
        self._is_preparing = False

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return the result of `work`, or raise its error, TookTooLong, TookTooMuch or AllAtWork. `work` must be a
        module-level function, and its arguments and result picklable.
        """
        if self._lets_go is not None:
            self._lets_go()
        return self._do(work, *arguments)

    def _do(self, work: Callable[..., T], *arguments: Any) -> T:
        if self.limits is None:
            return work(*arguments)
        with self._place():
            hand = self._take(self.limits)
            self._at_work.add(hand)
            try:
                answer: T = hand.do(work, arguments)
            finally:
                self._at_work.discard(hand)
                if hand.is_fit:
                    self._idle.append(hand)
                else:
                    hand.end()
        return answer

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=self._patience):
            raise AllAtWork
        try:
            yield
        finally:
            self._places.release()

    def prepare(self) -> None:
        """Begin in the background what the first piece of work would have to wait for."""
        if (rested := self._take_idle()) is not None:
            self._idle.append(rested)
        if self.limits is not None and not (self._idle or self._at_work or self._is_preparing):
            self._is_preparing = True
            threading.Thread(target=self._prepare, name="workshop", daemon=True).start()

    def _prepare(self) -> None:
        with suppress(Exception):
            self._do(os.getpid)
        self._is_preparing = False

    def _take(self, limits: Limits) -> _Hand:
        if (rested := self._take_idle()) is not None:
            return rested
        _PROCESSES.set_forkserver_preload(list(_LOADS))
        return _Hand(limits, self._begins)

    def _take_idle(self) -> _Hand | None:
        """An idle process that is not about to end by itself."""
        with suppress(IndexError):
            while hand := self._idle.pop():
                if time.monotonic() - hand.since < RESTS:
                    return hand
                hand.end()
        return None

    def close(self) -> None:
        while self._idle:
            self._idle.pop().end()


class _Hand:
    """A worker process, as its parent sees it."""

    def __init__(self, limits: Limits, begins: Callable[[], object] | None) -> None:
        self._limits, self._left, self.is_fit, self._is_ready = limits, PIECES, True, False
        self.since = time.monotonic()
        self._pipe, theirs = _PROCESSES.Pipe()
        # Temporary files that interrupted libraries leave behind, such as fonts, are deleted with the process.
        self._folder = tempfile.TemporaryDirectory(prefix="forumapp-", ignore_cleanup_errors=True)
        begun = (theirs, limits, begins, ALLOWED, self._folder.name)
        self._process = _PROCESSES.Process(target=_work, args=begun, daemon=True)
        self._process.start()
        theirs.close()

    def do(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._left -= 1
        whether_fit, self.is_fit = self._left > 0, False
        try:
            self._wait_until_ready()
            self._pipe.send((work, arguments))
            if not self._pipe.poll(self._limits.seconds * WAITING + BUSY):
                raise TookTooLong
            is_done, answer = self._pipe.recv()
        except (EOFError, ConnectionError) as gone:
            raise self._reason(getattr(work, "__name__", "")) from gone
        self.since = time.monotonic()
        self.is_fit = whether_fit and not isinstance(answer, TookTooMuch)
        if not is_done:
            raise answer
        return answer

    def _wait_until_ready(self) -> None:
        if not self._is_ready:
            if not self._pipe.poll(STARTING):
                raise WasEnded
            self._pipe.recv()
            self._is_ready = True

    def _reason(self, work: str) -> Exception:
        self._process.join(timeout=10)
        status = self._process.exitcode
        _log.warning("work was ended", work=work, status=status)
        if not self._is_ready:
            return RuntimeError("a process for work did not begin")
        if status == -signal.SIGXCPU:
            return TookTooLong()
        # The kernel kills processes when memory runs out, and libraries abort when an allocation fails.
        return WasEnded() if status in (-signal.SIGTERM, 0) else TookTooMuch()

    def end(self) -> None:
        """With all processes that it began itself."""
        self._pipe.close()
        if self._process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join()
        self._folder.cleanup()


def _work(
    pipe: Connection, limits: Limits, begins: Callable[[], object] | None, processors: Iterable[int], folder: str
) -> None:
    """The worker process: does one piece of work after another. Temporary files go into `folder`."""
    os.setsid()
    stay_on(processors)  # the parent may be pinned to one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_DATA, limits.megabytes * MEGABYTE)
    set_up_logs()
    if begins is not None:
        begins()
    gc.freeze()
    pipe.send("ready")
    with suppress(EOFError):
        _serve(pipe, limits)
    _clear(folder)


def _serve(pipe: Connection, limits: Limits) -> None:
    """Serve until there is no work for a long time. Raises EOFError when the parent is gone."""
    megabytes = _memory_in_use()
    while pipe.poll(RESTS + GRACE):
        work, arguments = pipe.recv()
        _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + limits.seconds)
        pipe.send(_run_work(work, arguments))
        del work, arguments
        if _memory_in_use() > megabytes + MUCH or not pipe.poll(SOON):
            gc.collect()
            megabytes = _memory_in_use()


def _run_work(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, work(*arguments)
    except MemoryError:
        return False, TookTooMuch()
    except BaseException as error:  # noqa: BLE001 (the caller raises it; some are no Exception)
        if not isinstance(error, Refusal | DatabaseAway):
            _log.exception("work failed", work=getattr(work, "__name__", ""))
        return False, _to_be_sent(error)


def _to_be_sent(error: BaseException) -> Exception:
    if not isinstance(error, Exception):
        return RuntimeError(repr(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 (our own, from this process)
    except Exception:  # noqa: BLE001 (errors of libraries need not be what can be sent)
        return RuntimeError(repr(error))
    return error


def _memory_in_use() -> int:
    """Megabytes of memory that this process has of its own."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * resource.getpagesize() // MEGABYTE


def _limit(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _clear(folder: str) -> None:
    """Delete the folder, one thread at a time: two of them may notice that the parent is gone."""
    with _CLEARING:
        shutil.rmtree(folder, ignore_errors=True)


def _end_with_parent(folder: str) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _clear(folder)
        os.killpg(os.getpid(), signal.SIGKILL)
