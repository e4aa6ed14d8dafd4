"""Tries that several take at the same time, in processes or threads of their own."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts import allowances
from forumapp.domain.accounts.guessing import LONGEST_REFILL, Bucket, chosen, taken
from forumapp.domain.accounts.models import Allowance
from tests.domain.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.guessing import Way

THREADS, TRIES = 8, 6
SHARED = Bucket("shared:account", 30, timedelta(minutes=15))
# Each also has another bucket, in an order that would make two who lock them as they stand wait for each other.
WAYS = (((Bucket("z", 100, timedelta(hours=1)), SHARED),), ((SHARED, Bucket("a", 100, timedelta(hours=1))),))


def crowd(app: Flask, attempt: Callable[[tuple[Way, ...]], Way | None]) -> int:
    """How many of 48 tries were taken by threads that begin at the same moment."""
    begin = threading.Barrier(THREADS)

    def tries(number: int) -> int:
        begin.wait()
        count = 0
        for _ in range(TRIES):
            with app.app_context():
                count += attempt(WAYS[number % 2]) is not None
        return count

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(tries, range(THREADS)))


def test_no_more_tries_are_taken_at_once_than_there_are(own_app: Flask) -> None:
    def attempt(ways: tuple[Way, ...]) -> Way | None:
        with transaction() as session:
            return allowances.take(session, ways, now=NOW)

    assert crowd(own_app, attempt) == SHARED.size


def test_without_the_lock_more_are_taken(own_app: Flask) -> None:
    """The twin of the test above: it looks first and takes afterwards."""

    def attempt(ways: tuple[Way, ...]) -> Way | None:
        spent = allowances._read(reading(), ["a", "shared:account", "z"])
        way = chosen(ways, spent, now=NOW)
        time.sleep(0.002)
        if way:
            with transaction() as session:
                allowances._write(session, taken(way, spent, now=NOW), now=NOW)
        return way

    assert crowd(own_app, attempt) > SHARED.size


def test_buckets_that_are_full_again_are_forgotten(session: DbSession) -> None:
    allowances.take(session, WAYS[0], now=NOW)
    later = NOW + LONGEST_REFILL

    allowances.forget_full(session, now=later - timedelta(seconds=1))
    kept = session.scalar(select(func.count()).select_from(Allowance))
    allowances.forget_full(session, now=later)

    assert (kept, session.scalar(select(func.count()).select_from(Allowance))) == (2, 0)
