"""What work leaves in the memory and on the disk, and when a process of a workshop tidies it up."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forumapp.core.serving.render_pool import MEGABYTE, MUCH, Limits, WasEnded, Workshop
from forumapp.domain.printing.engine import forked_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAIT = 10  # seconds


class Cycle:
    """What only the collector finds, as it does the boxes of a document."""

    def __init__(self, megabytes: int) -> None:
        self.itself, self.held = self, bytearray(megabytes * MEGABYTE)


def leave(note: Path, megabytes: int) -> None:
    """A cycle, whose end the file tells."""
    gc.disable()  # only the workshop collects
    weakref.finalize(Cycle(megabytes), note.touch)


def is_there(note: Path) -> bool:
    return note.exists()


def write() -> Path:
    """A folder that nobody removes."""
    return Path(tempfile.mkdtemp())


def be_killed() -> None:
    write()
    os.kill(os.getpid(), signal.SIGTERM)


def comes(what: Callable[[], bool]) -> bool:
    until = time.monotonic() + WAIT
    while not what() and time.monotonic() < until:
        time.sleep(0.01)
    return what()


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one = Workshop(Limits(10, 1024))
    yield one
    one.close()


def test_what_work_left_is_gone_when_the_process_rests(workshop: Workshop, tmp_path: Path) -> None:
    note = tmp_path / "gone"
    workshop.run(leave, note, 0)

    assert comes(note.exists)


def test_much_that_work_left_is_gone_before_the_next_piece(workshop: Workshop, tmp_path: Path) -> None:
    note = tmp_path / "gone"
    workshop.run(leave, note, MUCH + 1)

    assert workshop.run(is_there, note)


def test_files_go_with_the_process_that_left_them(workshop: Workshop, tmp_path: Path) -> None:
    left = workshop.run(write)
    was_there = left.exists()
    workshop.close()

    assert was_there
    assert list(tmp_path.iterdir()) == []


def test_files_of_a_process_that_was_killed_go_too(workshop: Workshop, tmp_path: Path) -> None:
    with pytest.raises(WasEnded):
        workshop.run(be_killed)

    assert list(tmp_path.iterdir()) == []


def test_files_go_with_whoever_asked_for_the_work_and_was_killed(tmp_path: Path) -> None:
    asking = (
        "import os\n"
        "from forumapp.core.serving.render_pool import Limits, Workshop\n"
        "from tests.unit.core.serving.test_tidying import write\n"
        "workshop = Workshop(Limits(10, 1024))\n"
        "print(workshop.run(write), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", asking], env=environment, capture_output=True, text=True, check=False)

    left = Path(said.stdout.strip())
    assert left.is_relative_to(tmp_path)
    assert comes(lambda: not left.exists())


def test_files_go_with_the_copy_of_a_process_that_left_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    left = Path(forked_process.apart(lambda: str(write()).encode()).decode())

    assert left.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []
