"""Several who take tries at the same moment, in threads of a process of their own. Run by accounts/test_allowances.py."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from forumapp.app import create_app
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.sign_in import allowances
from forumapp.domain.accounts.sign_in.guess_limits import Bucket, chosen, taken
from tests.conftest import config_for
from tests.domain.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from forumapp.domain.accounts.sign_in.guess_limits import Way

THREADS, TRIES, PATIENCE = 4, 6, 60.0
SHARED = Bucket("shared:account", 30, timedelta(minutes=15))
# Each also has another bucket, in an order that would make two who lock them as they stand wait for each other.
WAYS = (((Bucket("z", 100, timedelta(hours=1)), SHARED),), ((SHARED, Bucket("a", 100, timedelta(hours=1))),))


def guarded(ways: tuple[Way, ...]) -> Way | None:
    with transaction() as session:
        return allowances.take(session, ways, now=NOW)


def unguarded(ways: tuple[Way, ...]) -> Way | None:
    """The twin: it looks first and takes afterwards."""
    spent = allowances._read(reading(), ["a", "shared:account", "z"])
    way = chosen(ways, spent, now=NOW)
    time.sleep(0.002)
    if way:
        with transaction() as session:
            allowances._write(session, taken(way, spent, now=NOW), now=NOW)
    return way


def take_part(url: str, folder: Path, attempt: Callable[..., Way | None], begin: Barrier, results: Any) -> None:
    """How many tries the threads of one process got."""
    app = create_app(config_for(url, folder))

    def tries(number: int) -> int:
        begin.wait(PATIENCE)
        count = 0
        for _ in range(TRIES):
            with app.app_context():
                count += attempt(WAYS[number % 2]) is not None
        return count

    with ThreadPoolExecutor(THREADS) as pool:
        results.put(sum(pool.map(tries, range(THREADS))))
    with app.app_context():
        db.engine.dispose()
