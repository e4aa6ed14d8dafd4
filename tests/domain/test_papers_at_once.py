"""Prints of one paper that begin at the same moment get a version each, unless they say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.db import db
from forumapp.core.transactions import transaction
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.services import Finished, keep_made
from forumapp.domain.printing.working.versions import Made
from tests.seeds import NOW, seed, seed_delegation

if TYPE_CHECKING:
    from flask import Flask

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
FILE = Finished("x.pdf", "0", 1, "x")


def test_who_numbers_a_paper_waits_for_whoever_is_numbering_it(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        edition = seed(session, 1).edition
        edition_id = edition.id
        seed_delegation(session, edition, "js", [])

    def printed(session: DbSession, said: str) -> int | None:
        made: Any = {"badges": [], "made_from": Made({"item:1": said}), **BY}
        return keep_made(session, edition_id, Paper.ARRIVALS, Options(delegation="js"), FILE, **made).paper_version

    with DbSession(db.engine) as other:
        with transaction() as session:
            first = printed(session, "09:00")
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                printed(other, "10:00")
        other.rollback()
        second = printed(other, "10:00")
        other.rollback()
    assert (first, second) == (1, 2)
