"""When a process of a workshop goes through what its work left."""

from __future__ import annotations

import gc
import time
import weakref
from typing import TYPE_CHECKING

import pytest

from forumapp.core.workshop import LARGE, Limits, Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Cycle:
    """What only the collector finds, as it does the boxes of a document."""

    def __init__(self) -> None:
        self.itself = self


def leave(note: Path, seconds: float = 0) -> None:
    """A cycle, whose end the file tells, after as many seconds of a processor."""
    gc.disable()  # only the workshop collects
    weakref.finalize(Cycle(), note.touch)
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def is_there(note: Path) -> bool:
    return note.exists()


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    one = Workshop(Limits(10, 1024))
    yield one
    one.close()


def test_what_work_left_is_gone_when_the_process_rests(workshop: Workshop, tmp_path: Path) -> None:
    note = tmp_path / "gone"
    workshop.run(leave, note)

    until = time.monotonic() + 10
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.01)

    assert note.exists()


def test_what_large_work_left_is_gone_before_the_next_piece(workshop: Workshop, tmp_path: Path) -> None:
    note = tmp_path / "gone"
    workshop.run(leave, note, LARGE * 1.2)

    assert workshop.run(is_there, note)
