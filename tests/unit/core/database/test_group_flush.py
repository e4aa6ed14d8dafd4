"""One flush for all who wait, and none that had begun before they wrote."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.group_fsync import SharedFlush

if TYPE_CHECKING:
    from concurrent.futures import Future

PATIENCE = 60.0


class Disk:
    """Takes what was written when a flush begins, and is done with it when it is told to be."""

    def __init__(self) -> None:
        self.written: list[int] = []
        self.kept: list[int] = []
        self.flushes = 0
        self.is_full = False
        self.begun, self.goes_on = threading.Semaphore(0), threading.Semaphore(0)

    def flush(self) -> None:
        taken = list(self.written)
        self.flushes += 1
        self.begun.release()
        assert self.goes_on.acquire(timeout=PATIENCE)
        if self.is_full:
            raise OSError("no space left")
        self.kept = taken


@pytest.fixture
def disk() -> Disk:
    return Disk()


def write(disk: Disk, shared: SharedFlush, pool: ThreadPoolExecutor, number: int) -> Future[bool]:
    """Whether it is on disk when it is said to be."""
    disk.written.append(number)

    def waited() -> bool:
        shared.wait()
        return number in disk.kept

    return pool.submit(waited)


def test_all_who_come_during_a_flush_share_the_next_one(disk: Disk) -> None:
    shared = SharedFlush(disk.flush)
    with ThreadPoolExecutor(8) as pool:
        first = write(disk, shared, pool, 0)
        assert disk.begun.acquire(timeout=PATIENCE)
        others = [write(disk, shared, pool, number) for number in range(1, 8)]
        _until_waiting(shared, len(others))
        disk.goes_on.release()
        assert first.result(PATIENCE)
        assert not any(one.done() for one in others)
        disk.goes_on.release()
        assert all(one.result(PATIENCE) for one in others)
    assert disk.flushes == 2


def test_whoever_waited_for_a_flush_that_failed_tries_it_and_is_told(disk: Disk) -> None:
    shared = SharedFlush(disk.flush)
    disk.is_full = True
    with ThreadPoolExecutor(3) as pool:
        found = [write(disk, shared, pool, number) for number in range(3)]
        for _ in found:
            disk.goes_on.release()
        for one in found:
            with pytest.raises(OSError, match="no space left"):
                one.result(PATIENCE)
    disk.is_full = False
    disk.goes_on.release()
    shared.wait()
    assert disk.kept == [0, 1, 2]


def test_crowds_that_follow_each_other_take_a_flush_each(disk: Disk) -> None:
    """Nobody of a crowd is told before its own flush is done, which begins when the one of those before them is."""
    shared = SharedFlush(disk.flush)
    with ThreadPoolExecutor(32) as pool:
        before = [write(disk, shared, pool, 0)]
        assert disk.begun.acquire(timeout=PATIENCE)
        for crowd in range(1, 6):
            coming = [write(disk, shared, pool, 16 * crowd + number) for number in range(16)]
            _until_waiting(shared, len(before) - 1 + len(coming))  # one of those before flushes
            disk.goes_on.release()
            assert all(one.result(PATIENCE) for one in before)
            assert disk.begun.acquire(timeout=PATIENCE)
            assert not any(one.done() for one in coming)
            before = coming
        disk.goes_on.release()
        assert all(one.result(PATIENCE) for one in before)
    assert disk.flushes == 6


def _until_waiting(shared: SharedFlush, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(shared._changed._waiters) != count:  # type: ignore[attr-defined]
        assert time.monotonic() < end
        time.sleep(0.001)
