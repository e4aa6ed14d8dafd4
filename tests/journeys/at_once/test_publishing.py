"""Versions of an agenda that several processes publish at once, and one whose set time two workers see come."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import AgendaVersion
from forumapp.domain.publishing.planning import set_plan
from tests.crowds import gather
from tests.domain.registering import HOUSE, NOW, make_edition
from tests.domain.registration.test_session_signup import add_session
from tests.journeys import publishers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

pytestmark = pytest.mark.slow

PROCESSES, EACH = 2, 3
ALL = PROCESSES * EACH


def at_once(app: Flask, folder: Path, target: Callable[..., None]) -> tuple[Counter[str], list[int]]:
    """What they were told, and the numbers of the versions that stand."""
    by: dict[str, Any] = {"actor": HOUSE, "now": NOW}
    with app.app_context():
        with transaction() as session:
            edition_id = make_edition(session)
            add_session(session, edition_id, "hall", 9, 10)
            said = {"at_wall": publishers.AT_WALL, "note": {}, "tell": False}
            plan_id = set_plan(session, edition_id, said, **by).id
        db.session.remove()
    office = publishers.Office(app.config["SQLALCHEMY_DATABASE_URI"], folder, edition_id, plan_id)
    told = Counter(gather(target, [(office, EACH)] * PROCESSES, ALL, ALL))
    with app.app_context():
        numbers = list(db.session.scalars(select(AgendaVersion.number).order_by(AgendaVersion.number)))
        db.session.remove()
    return told, numbers


def test_versions_are_numbered_without_holes(own_app: Flask, tmp_path: Path) -> None:
    told, numbers = at_once(own_app, tmp_path, publishers.publish)

    assert told == {"published": ALL}
    assert numbers == list(range(1, ALL + 1))


def test_without_the_guard_they_would_want_the_same_number(own_app: Flask, tmp_path: Path) -> None:
    told, numbers = at_once(own_app, tmp_path, publishers.publish_unguarded)

    assert (told["published"], numbers) == (1, [1])


def test_a_set_time_publishes_once_whoever_sees_it_come(own_app: Flask, tmp_path: Path) -> None:
    told, numbers = at_once(own_app, tmp_path, publishers.carry_out)

    assert (told, numbers) == ({"published": 1, "None": ALL - 1}, [1])


def test_without_the_guard_each_would_publish(own_app: Flask, tmp_path: Path) -> None:
    _told, numbers = at_once(own_app, tmp_path, publishers.carry_out_unguarded)

    assert len(numbers) > 1
