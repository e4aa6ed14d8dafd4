"""Tries that several take at the same time, in real processes."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.domain.accounts import allowances
from forumapp.domain.accounts.guessing import LONGEST_REFILL
from forumapp.domain.accounts.models import Allowance
from tests.domain.conftest import NOW
from tests.domain.guessers import PATIENCE, SHARED, THREADS, WAYS, guarded, take_part, unguarded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.guessing import Way

PROCESSES = 2


def crowd(url: str, folder: Path, attempt: Callable[..., Way | None]) -> int:
    """How many of 48 tries were taken by threads of two processes that begin at the same moment."""
    spawn = multiprocessing.get_context("spawn")
    begin, results = spawn.Barrier(PROCESSES * THREADS), spawn.Queue()
    processes = [spawn.Process(target=take_part, args=(url, folder, attempt, begin, results)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    try:
        return sum(results.get(timeout=PATIENCE) for _ in processes)
    finally:
        for process in processes:
            process.join(PATIENCE)
            process.kill()


def test_no_more_tries_are_taken_at_once_than_there_are(own_database: str, tmp_path: Path) -> None:
    assert crowd(own_database, tmp_path, guarded) == SHARED.size


def test_without_the_lock_more_are_taken(own_database: str, tmp_path: Path) -> None:
    assert crowd(own_database, tmp_path, unguarded) > SHARED.size


def test_buckets_that_are_full_again_are_forgotten(session: DbSession) -> None:
    allowances.take(session, WAYS[0], now=NOW)
    later = NOW + LONGEST_REFILL

    allowances.forget_full(session, now=later - timedelta(seconds=1))
    kept = session.scalar(select(func.count()).select_from(Allowance))
    allowances.forget_full(session, now=later)

    assert (kept, session.scalar(select(func.count()).select_from(Allowance))) == (2, 0)
