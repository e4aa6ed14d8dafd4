"""Each web worker stays on one processor, what it begins has all of them, and connections go to whoever has fewer."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.serving import processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[4]
PATIENCE, MANY = 60.0, 20
pytestmark = pytest.mark.skipif(len(processors.ALLOWED) < 2, reason="there is one processor")

WORKSHOP = """
import os
from forumapp.core.serving.processors import ALLOWED, stay_on
from forumapp.core.serving.render_pool import Limits, Workshop

if __name__ == "__main__":
    stay_on([min(ALLOWED)])
    there = Workshop(Limits(10, 500)).run(os.sched_getaffinity, 0)
    print(sorted(os.sched_getaffinity(0)) == [min(ALLOWED)], sorted(there) == sorted(ALLOWED))
"""

# The product's own settings; but nobody takes what is another's, however late that one wakes on a busy machine.
PATIENT = """
from forumapp.core.serving import web_worker

web_worker.GIVES_WAY = 0.1
with open({path!r}, encoding="utf-8") as file:
    exec(file.read())
"""


def answer(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Length", "0")])
    return [b""]


@pytest.mark.parametrize(
    ("taken", "expected"), [([], 0), ([0], 1), ([None, 1], 0), ([0, 1], 2), ([2, 1, 0, 0], 1), ([0, 1, 2], 0)]
)
def test_the_one_on_which_the_fewest_stay(taken: list[int | None], expected: int) -> None:
    assert processors.least_used(taken, [0, 1, 2]) == expected


def test_nobody_chooses_where_the_system_does_not_let_them() -> None:
    assert processors.least_used([None], []) is None


def test_each_worker_has_its_own_and_whoever_follows_takes_the_one_that_is_free() -> None:
    with workers(free_port()) as workers_of:
        first = settled(workers_of, 2)
        ended, stays = first
        os.kill(ended, signal.SIGKILL)
        then = settled(workers_of, 2, without=ended)

    assert [len(own) for own in first.values()] == [1, 1]
    assert first[ended] != first[stays]
    assert then[stays] == first[stays]
    assert then[next(one for one in then if one != stays)] == first[ended]


def test_what_a_worker_begins_has_all_of_them(tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(WORKSHOP, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout.split() == ["True", "True"]


def test_whoever_has_fewer_connections_gets_the_next(tmp_path: Path) -> None:
    patient = tmp_path / "patient.py"
    patient.write_text(PATIENT.format(path=str(ROOT / "gunicorn.conf.py")), encoding="utf-8")
    port = free_port()
    with workers(port, "--config", str(patient)) as workers_of, ExitStack() as kept:
        one, other = settled(workers_of, 2)
        until_both_answer(port, one, other)
        os.kill(one, signal.SIGSTOP)
        seen(kept, port, MANY)
        before = sockets(one), sockets(other)
        os.kill(one, signal.SIGCONT)
        seen(kept, port, MANY)
        after = sockets(one), sockets(other)

    assert before == (1, 1 + MANY)
    assert after[0] - before[0] > MANY * 0.8


def until_both_answer(port: int, one: int, other: int) -> None:
    end = time.monotonic() + PATIENCE
    with ExitStack() as closed:
        while min(sockets(one), sockets(other)) < 2:
            assert time.monotonic() < end
            seen(closed, port, 1)
    while max(sockets(one), sockets(other)) > 1:
        assert time.monotonic() < end
        time.sleep(0.05)


def seen(kept: ExitStack, port: int, count: int) -> None:
    """So many connections, one after the other, which stay open."""
    for _ in range(count):
        one = kept.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert one.recv(1000).startswith(b"HTTP/1.1 200")


def sockets(pid: int) -> int:
    """How many it has open, of which one listens."""
    found = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed just now
            found += str(one.readlink()).startswith("socket:")
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def workers(port: int, *more: str) -> Iterator[Callable[[], dict[int, set[int]]]]:
    """Two of gunicorn's, started as the product's are; asks for where each may be."""
    words = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--keep-alive", "60", *more]
    words += ["--no-control-socket", f"{__name__}:answer"]
    keeper = subprocess.Popen([sys.executable, "-m", "gunicorn", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children")

    def where() -> dict[int, set[int]]:
        found = {}
        for pid in map(int, children.read_text(encoding="ascii").split()):
            try:
                found[pid] = os.sched_getaffinity(pid)
            except ProcessLookupError:
                continue
        return found

    try:
        yield where
    finally:
        keeper.terminate()
        keeper.wait(timeout=PATIENCE)  # gunicorn waits thirty seconds for one that was told so while it began


def settled(where: Callable[[], dict[int, set[int]]], count: int, without: int = 0) -> dict[int, set[int]]:
    """So many, each of which has chosen."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = {pid: own for pid, own in where().items() if pid != without}
        if len(found) == count and all(len(own) == 1 for own in found.values()):
            return found
        time.sleep(0.1)
    raise TimeoutError(f"they are {where()}")
