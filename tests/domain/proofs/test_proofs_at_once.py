"""Whoever adds to a proof, or answers it, at the same moment waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.editions.services import create_edition, create_series
from forumapp.domain.people.records.services import create_person, set_edition_title
from forumapp.domain.proofs import answering, queries
from forumapp.domain.proofs.services import add_people, create_proof
from tests.domain.conftest import BY, edition_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

OFFICE = {"en": "Office", "zh-Hans": "办公室"}


def test_entries_and_answers_wait_for_each_other(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        series = create_series(session, code="ccbf", name={"en": "Forum"}, **BY)
        of = create_edition(session, edition_values(series), **BY).id
        people = [create_person(session, {"latin_family": name}, **BY).id for name in ("Liu", "Wang", "Zhao")]
        for one in people:
            set_edition_title(session, of, one, title=OFFICE, **BY)
        proof = create_proof(session, of, {"name": OFFICE}, people[:1], **BY).id
        entry = queries.get_proof(session, of, proof).entries[0]
    seen, by = entry.shown.fingerprint, {"by": "Ms. Wu", **BY}

    def at_once(first: Callable[[DbSession], Any], second: Callable[[DbSession], Any]) -> None:
        with DbSession(db.engine) as other:
            with transaction() as session:
                first(session)
                other.execute(text("SET LOCAL lock_timeout = '200ms'"))
                with pytest.raises(OperationalError, match="lock timeout"):
                    second(other)
            other.rollback()
            second(other)
            other.commit()

    at_once(
        lambda session: add_people(session, of, proof, [people[1]], **BY),
        lambda session: add_people(session, of, proof, [people[2]], **BY),
    )

    def approve(session: DbSession) -> None:
        with pytest.raises(answering.CorrectionWaits):
            answering.approve(session, proof, 1, {entry.id: seen}, **by)

    at_once(
        lambda session: answering.correct(session, proof, 1, entry.id, {"latin_family": "LIU"}, seen=seen, **by),
        approve,
    )
    with transaction() as session:
        assert [one.person_id for one in queries.get_proof(session, of, proof).entries] == people
