"""Crowds in real processes that begin at the same moment.

Each is forked from one clean process that has the product loaded already (loaded.py): to load it anew for each of them
took most of the time of these tests.
"""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PATIENCE = 120.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.loaded"])


def gather(target: Callable[..., None], shares: Sequence[tuple[Any, ...]], begin: int, answers: int) -> list[Any]:
    """Run `target` in a process for each share, with a barrier for as many as `begin` and a queue behind it. What they
    put in the queue, as many `answers` as are told.
    """
    start, results = FORKS.Barrier(begin), FORKS.Queue()
    processes = [FORKS.Process(target=target, args=(*share, start, results)) for share in shares]
    for process in processes:
        process.start()
    try:
        return [results.get(timeout=PATIENCE) for _ in range(answers)]
    finally:
        for process in processes:
            process.join(PATIENCE)
            process.kill()
