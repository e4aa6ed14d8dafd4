"""Tries that several take at the same time, in real processes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.domain.accounts.models import Allowance
from forumapp.domain.accounts.sign_in import allowances
from forumapp.domain.accounts.sign_in.guess_limits import LONGEST_REFILL
from tests.crowds import gather
from tests.domain.conftest import NOW
from tests.domain.guessers import SHARED, THREADS, WAYS, guarded, take_part, unguarded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.sign_in.guess_limits import Way

PROCESSES = 2


def crowd(url: str, folder: Path, attempt: Callable[..., Way | None]) -> int:
    """How many of 48 tries were taken by threads of two processes that begin at the same moment."""
    return sum(gather(take_part, [(url, folder, attempt)] * PROCESSES, PROCESSES * THREADS, PROCESSES))


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
