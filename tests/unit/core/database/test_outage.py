"""Which errors of a database mean that it is away, and which are faults of ours."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from forumapp.core.database.outage import is_outage
from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.files.storage import is_full


def of_sqlite(code: int) -> Exception:
    error = sqlite3.OperationalError("told by the driver")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("told", "away"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY), True),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
        (of_sqlite(sqlite3.SQLITE_ERROR), False),
        (of_sqlite(sqlite3.SQLITE_FULL), False),
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.ConnectionFailure(), True),
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.DiskFull(), False),
        (psycopg.errors.UndefinedTable(), False),
        (psycopg.errors.UniqueViolation(), False),
    ],
)
def test_what_the_driver_tells(told: Exception, *, away: bool) -> None:
    assert is_outage(DBAPIError.instance("SELECT 1", None, told, Exception)) is away


def test_a_full_disk_of_postgresql_is_known_in_any_language() -> None:
    full = psycopg.errors.DiskFull("无法扩展文件: 设备上没有空间")
    assert is_full(DBAPIError.instance("INSERT", None, full, Exception))
    assert not is_full(DBAPIError.instance("INSERT", None, psycopg.errors.UniqueViolation(), Exception))


def test_waiting_in_vain() -> None:
    assert is_outage(GateStaysClosed())
    assert is_outage(NoConnectionLeft())
