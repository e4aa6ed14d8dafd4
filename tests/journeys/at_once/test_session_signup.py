"""The places of a session under a crowd of several processes, and what becomes of them without the guard."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.registration.models import SessionSignUp
from tests.crowds import gather
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up
from tests.domain.registration.test_session_signup import add_session
from tests.journeys import choosers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

pytestmark = pytest.mark.slow

PLACES, PEOPLE, PROCESSES = 5, 24, 2


def crowded(app: Flask, folder: Path, target: Callable[..., None]) -> tuple[Counter[str], int, int]:
    """What the people were told; how many places the session counts, and how many there are row by row."""
    with app.app_context():
        with transaction() as session:
            edition_id = make_edition(session)
            for code in ("guest", "press"):
                make_type(session, edition_id, code)
            hall = add_session(session, edition_id, "hall", 9, 10, places=PLACES)
            agenda.publish(session, edition_id, label="", note={}, actor=HOUSE, now=NOW)
            people = [
                sign_up(session, edition_id, applicant(number), ("guest", "press")[number % 2]).registration_id
                for number in range(PEOPLE)
            ]
        db.session.remove()
    where = choosers.Hall(app.config["SQLALCHEMY_DATABASE_URI"], folder, hall)
    shares = [(where, people[place::PROCESSES]) for place in range(PROCESSES)]
    told = Counter(gather(target, shares, PEOPLE, PEOPLE))
    with app.app_context():
        counted = db.session.scalars(select(Session.signed_up)).one()
        rows = db.session.scalars(select(func.count()).select_from(SessionSignUp)).one()
        db.session.remove()
    return told, counted, rows


def test_no_more_have_a_place_in_a_session_than_there_are(own_app: Flask, tmp_path: Path) -> None:
    told, counted, rows = crowded(own_app, tmp_path, choosers.take_part)

    assert told == {"place": PLACES, "session-full": PEOPLE - PLACES}
    assert (counted, rows) == (PLACES, PLACES)


def test_without_the_guard_there_would_be_more(own_app: Flask, tmp_path: Path) -> None:
    _told, _counted, rows = crowded(own_app, tmp_path, choosers.take_part_unguarded)

    assert rows > PLACES
