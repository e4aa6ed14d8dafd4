"""What a transaction wrote is on disk when it ends, and others write meanwhile."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from forumapp.core.database import group_fsync
from forumapp.core.database.transactions import transaction
from forumapp.core.database.write_lock import WriterGate
from tests.domain.registering import make_edition

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.one_database  # PostgreSQL flushes by itself
def test_what_was_written_is_flushed_once_others_may_write(
    own_app: Flask, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_database.removeprefix("sqlite:///")
    found: list[int] = []

    def flush(file: int) -> None:
        assert os.fstat(file).st_ino == Path(f"{path}-wal").stat().st_ino
        with WriterGate(f"{path}.gate").held(timeout=1), sqlite3.connect(path) as other:
            found.append(other.execute("SELECT count(*) FROM edition").fetchone()[0])

    monkeypatch.setattr(group_fsync, "_flush", flush)
    with transaction() as session:
        make_edition(session)
        assert found == []
    assert found == [1]
    with transaction() as session:
        session.execute(text("SELECT count(*) FROM edition"))
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing()
    assert len(found) == 1


def _fail_after_writing() -> None:
    with transaction() as session:
        session.execute(text("UPDATE edition SET year = year"))
        raise ZeroDivisionError
