"""Registrants of two types who leave at the same time, each with someone of the other type: nobody waits in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Session
from forumapp.domain.registration.capacity.sessions import change_sessions
from forumapp.domain.registration.groups.plus_ones import register_with
from forumapp.domain.registration.lifecycle.type_change import change_type
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import Applicant, Source
from forumapp.domain.registration.waitlist.cancellation import lock_with_plus_ones
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type
from tests.domain.registration.test_session_signup import add_session
from tests.journeys import crowd
from tests.journeys.at_once.test_capacity import let_in, shares

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

pytestmark = pytest.mark.slow
TYPES = ("guest", "press")
PAIRS = 24


def come(session: DbSession, edition_id: int, number: int, halls: list[int]) -> int:
    """Someone, and whoever comes along as the other type; they have chosen the two halls crosswise."""
    own, other = TYPES[number % 2], TYPES[1 - number % 2]
    along = Applicant(latin_family=f"Along{number}", latin_given="Bea")
    said = {"source": Source.FORM, "language": "en", "actor": STRANGER, "now": NOW}
    first, second = register_with(session, edition_id, own, applicant(number), [along], **said)
    change_type(session, edition_id, second.registration_id or 0, other, version=1, actor=HOUSE, now=NOW)
    for hall, one in zip(halls[:: 1 - 2 * (number % 2)], (first, second), strict=True):
        row = session.get_one(Registration, one.registration_id)
        change_sessions(session, row, [hall], [], actor=HOUSE, now=NOW)
    return first.registration_id or 0


def open_pairs(app: Flask, folder: Path, pairs: int) -> tuple[crowd.Forum, list[int]]:
    with app.app_context():
        with transaction() as session:
            edition_id = make_edition(session)
            for code in TYPES:
                make_type(session, edition_id, code, plus_ones=1)
            halls = [add_session(session, edition_id, code, 9, 10, places=99) for code in ("hall", "dome")]
            ids = [come(session, edition_id, number, halls) for number in range(pairs)]
        db.session.remove()
    return crowd.Forum(app.config["SQLALCHEMY_DATABASE_URI"], folder, edition_id), ids


def test_all_leave_and_nobody_waits_in_a_circle(own_app: Flask, tmp_path: Path) -> None:
    forum, ids = open_pairs(own_app, tmp_path, PAIRS)

    told = let_in([shares(mine, 4) for mine in shares(ids, 2)], crowd.leave, forum)

    assert told == {"cancelled": PAIRS}
    with own_app.app_context():
        assert set(db.session.scalars(select(Registration.status))) == {"cancelled"}
        assert list(db.session.scalars(select(RegistrationType.taken))) == [0, 0]
        assert list(db.session.scalars(select(Session.signed_up).where(Session.places.is_not(None)))) == [0, 0]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_the_order_one_of_two_is_refused(own_app: Flask, tmp_path: Path) -> None:
    forum, ids = open_pairs(own_app, tmp_path, 2)

    told = let_in([[ids[:1]], [ids[1:]]], crowd.leave_unguarded, forum)

    assert told == {"cancelled": 1, "deadlock": 1}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_whoever_leaves_holds_the_registration_before_its_sessions_as_whoever_chooses_them(
    own_app: Flask, tmp_path: Path
) -> None:
    forum, ids = open_pairs(own_app, tmp_path, 1)
    chooses = select(Registration.id).where(Registration.id == ids[0]).with_for_update(nowait=True)

    with own_app.app_context(), transaction() as session, db.engine.connect() as other:
        assert other.execute(chooses).scalar_one() == ids[0]
        other.rollback()

        lock_with_plus_ones(session, forum.edition_id, ids)

        with pytest.raises(OperationalError):
            other.execute(chooses)
