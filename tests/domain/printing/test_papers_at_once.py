"""Prints of one paper that begin at the same moment get a version each, unless they say the same; of those who print a
stopped one in spite of that, one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.printing.delegation_papers.versions import Made
from forumapp.domain.printing.jobs.overrides import AskedMeanwhile, hold_stopped
from forumapp.domain.printing.jobs.services import Finished, ask_print, fail, keep_made
from forumapp.domain.printing.models import Paper, PrintJob
from forumapp.domain.printing.paper.blocking_findings import mark_of
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.rules import Options
from tests.domain.delegations.test_moves_at_once import at_once
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


def test_of_two_who_print_in_spite_of_what_stopped_a_print_the_first_one_does(own_app: Flask) -> None:
    found = Finding("missing-glyph", blocking=True, registration_id=None, name="Opening")
    with transaction() as session:
        edition_id = seed(session, 1).edition.id
        job_id = ask_print(session, edition_id, Paper.BADGES, {}, **BY).id
        fail(session, job_id, "findings", findings=[found.plain], now=NOW)
    made: list[int] = []

    def anyway(session: DbSession) -> None:
        hold_stopped(session, session.get_one(PrintJob, job_id))
        said = {"anyway": "Mended by hand", "despite": mark_of([found])}
        made.append(ask_print(session, edition_id, Paper.BADGES, said, **BY).id)

    [refusal] = at_once(own_app, anyway, anyway)
    assert isinstance(refusal, AskedMeanwhile)
    assert [refusal.details] == [{"job_id": one} for one in made]
