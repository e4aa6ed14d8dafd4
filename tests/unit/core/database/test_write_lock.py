"""Who writes when, where there is a single writer."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.write_lock import GateStaysClosed, WriterGate

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 60.0


class Crowd:
    """Writers with names. Each goes in as it may, and stays until it is told to leave."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.doors: dict[str, threading.Event] = {}
        self.threads: list[threading.Thread] = []

    def come(self, name: str, gate: WriterGate) -> None:
        door = self.doors[name] = threading.Event()

        def write() -> None:
            with gate.held():
                self.inside.append(name)
                assert door.wait(PATIENCE)

        self.threads.append(threading.Thread(target=write))
        self.threads[-1].start()
        time.sleep(0.05)  # it stands where it has to wait, or is inside

    def leave(self, name: str) -> None:
        self.wait_for(name)
        self.doors[name].set()

    def wait_for(self, name: str) -> None:
        end = time.monotonic() + PATIENCE
        while name not in self.inside:
            assert time.monotonic() < end, f"{name} was never let in"
            time.sleep(0.001)


def test_processes_take_turns_and_their_threads_come_in_order(tmp_path: Path) -> None:
    """A file is locked by whoever opened it, so that two gates of one process are as those of two."""
    mine, theirs = (WriterGate(str(tmp_path / "gate")) for _ in range(2))
    crowd = Crowd()
    arrivals = (("A1", mine), ("A2", mine), ("B1", theirs), ("A3", mine), ("B2", theirs))
    for name, gate in arrivals:
        crowd.come(name, gate)
    assert crowd.inside == ["A1"]
    for name in ("A1", "B1", "B2"):
        crowd.leave(name)
    crowd.wait_for("A2")
    crowd.come("A4", mine)  # too late for this turn
    crowd.come("B3", theirs)
    for name in ("A2", "A3", "B3", "A4"):
        crowd.leave(name)
    for thread in crowd.threads:
        thread.join(PATIENCE)
    assert crowd.inside == ["A1", "B1", "B2", "A2", "A3", "B3", "A4"]


def test_who_waits_too_long_goes_away_and_holds_up_nobody(tmp_path: Path) -> None:
    gate, crowd = WriterGate(str(tmp_path / "gate")), Crowd()
    crowd.come("first", gate)
    with pytest.raises(TimeoutError), gate.held(timeout=0.01):
        pass
    crowd.come("last", gate)
    for name in ("first", "last"):
        crowd.leave(name)
    for thread in crowd.threads:
        thread.join(PATIENCE)
    assert crowd.inside == ["first", "last"]


def test_a_fault_inside_opens_the_gate(tmp_path: Path) -> None:
    gate = WriterGate(str(tmp_path / "gate"))
    with pytest.raises(ZeroDivisionError), gate.held():
        raise ZeroDivisionError
    with gate.held(timeout=0.01):
        pass


def test_the_first_in_line_waits_no_longer_than_the_others(tmp_path: Path) -> None:
    """Another process writes all the time. Two gates of one process are as those of two."""
    mine, theirs = (WriterGate(str(tmp_path / "gate")) for _ in range(2))
    with theirs.held():
        began = time.monotonic()
        with pytest.raises(GateStaysClosed), mine.held(timeout=0.2):
            pass
        assert 0.2 <= time.monotonic() - began < PATIENCE
    with mine.held(timeout=0.2), pytest.raises(GateStaysClosed), theirs.held(timeout=0.01):
        pass
    with theirs.held(timeout=0.2):
        pass
