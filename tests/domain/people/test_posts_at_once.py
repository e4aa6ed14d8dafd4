"""Posts of one person that are added at the same moment get a place each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.people.records.services import add_affiliation, create_person
from tests.seeds import NOW

if TYPE_CHECKING:
    from flask import Flask

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


def test_who_adds_a_post_waits_for_whoever_is_adding_one(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        person_id = create_person(session, {"latin_family": "Liu"}, **BY).id
    with DbSession(db.engine) as other:
        with transaction() as session:
            first = add_affiliation(session, person_id, None, {"en": "Chair"}, **BY).position
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                add_affiliation(other, person_id, None, {"en": "Mayor"}, **BY)
        other.rollback()
        second = add_affiliation(other, person_id, None, {"en": "Mayor"}, **BY).position
        other.rollback()
    assert (first, second) == (1, 2)
