"""Unconfirmed registrations at the same moment: the last spots, two confirmations, and confirming against release."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.registration.errors import ConfirmationEnded
from forumapp.domain.registration.lifecycle.decisions import lock_by_link
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.personal_links import email_confirmation
from forumapp.domain.registration.personal_links.email_confirmation import confirm_email
from forumapp.domain.registration.rules import RegistrationStatus
from forumapp.worker.timers.offers import pass_on
from tests.crowds import PATIENCE
from tests.domain.registering import NOW, STRANGER, applicant, sign_up
from tests.journeys import crowd
from tests.journeys.at_once.test_capacity import let_in, open_forum

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

END = NOW + timedelta(minutes=30)
JUST_BEFORE = END - timedelta(seconds=1)
SPOTS = 3


def open_confirming(app: Flask, folder: Path) -> crowd.Forum:
    return open_forum(app, SPOTS, folder, needs_email_confirmation=True)


def held(app: Flask) -> tuple[int, int]:
    """Spots taken as the type counts them, and registrations that hold one."""
    with app.app_context():
        counts = (
            db.session.scalars(select(RegistrationType.taken)).one(),
            db.session.scalar(select(func.count()).select_from(Registration).where(Registration.holds_spot)),
        )
        db.session.remove()
    return counts


def test_the_last_spots_are_held_once(own_app: Flask, tmp_path: Path) -> None:
    told = let_in([[[0], [1], [2], [3]], [[4], [5], [6], [7]]], crowd.take_part, open_confirming(own_app, tmp_path))
    assert told == {"unconfirmed": 8}
    assert held(own_app) == (SPOTS, SPOTS)


def test_without_the_guard_more_would_be_held(own_app: Flask, tmp_path: Path) -> None:
    forum = open_confirming(own_app, tmp_path)
    let_in([[[0], [1]], [[2], [3], [4]]], crowd.hold_unguarded, forum)
    assert held(own_app)[1] == 5  # for three spots


def sign_up_all(app: Flask, edition_id: int, count: int) -> list[int]:
    with app.app_context():
        with transaction() as session:
            placed = [sign_up(session, edition_id, applicant(number)) for number in range(count)]
        db.session.remove()
    return [one.registration_id for one in placed]


def confirm(app: Flask, start: threading.Barrier, row_id: int) -> str:
    with app.app_context():
        start.wait(PATIENCE)
        try:
            with transaction() as session:
                return confirm_email(session, row_id, 1, actor=STRANGER, now=JUST_BEFORE).status.value
        except ConfirmationEnded:
            return "ended"


def release(app: Flask, start: threading.Barrier) -> int:
    with app.app_context():
        start.wait(PATIENCE)
        return pass_on(now=END)


def test_two_clicks_and_two_workers_decide_each_registration_once(own_app: Flask, tmp_path: Path) -> None:
    ids = sign_up_all(own_app, open_confirming(own_app, tmp_path).edition_id, SPOTS)
    start = threading.Barrier(2 * len(ids) + 2)
    with ThreadPoolExecutor(2 * len(ids) + 2) as pool:
        clicks = [pool.submit(confirm, own_app, start, one) for one in ids * 2]
        workers = [pool.submit(release, own_app, start) for _worker in range(2)]
        told = [one.result(PATIENCE) for one in clicks]
        released = sum(one.result(PATIENCE) for one in workers)

    with own_app.app_context():
        statuses = dict(db.session.execute(select(Registration.id, Registration.status)).all())
        taken = db.session.scalars(select(RegistrationType.taken)).one()
        ended = db.session.scalars(select(AuditEvent.entity_id).where(AuditEvent.action == "email-confirmed")).all()
        db.session.remove()
    counts = Counter(one.value for one in statuses.values())
    assert counts["confirmed"] + counts["cancelled"] == SPOTS
    assert (taken, released) == (counts["confirmed"], counts["cancelled"])
    assert len(set(ended)) == len(ended) == counts["confirmed"]
    for row_id, one, other in zip(ids, told[: len(ids)], told[len(ids) :], strict=True):
        expected = "confirmed" if statuses[row_id] == RegistrationStatus.CONFIRMED else "ended"
        assert (one, other) == (expected, expected)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_confirmation_decides_on_what_stands_and_not_on_what_it_saw(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    """The guest looks, the worker releases, the guest confirms. The twin confirms by the status that the guest saw, and
    the registration is confirmed without a spot.
    """
    (row_id,) = sign_up_all(own_app, open_confirming(own_app, tmp_path).edition_id, 1)
    with own_app.app_context():
        seen = db.session.scalars(select(Registration.status)).one()
        db.session.remove()
        assert pass_on(now=END) == 1
        if not guarded:
            monkeypatch.setattr(email_confirmation, "lock_by_link", partial(read_as_seen, seen))
        with suppress(ConfirmationEnded), transaction() as session:
            confirm_email(session, row_id, 1, actor=STRANGER, now=JUST_BEFORE)
        taken = db.session.scalars(select(RegistrationType.taken)).one()
        status = db.session.scalars(select(Registration.status)).one()
        db.session.remove()
    assert (taken, status.value) == (0, "cancelled" if guarded else "confirmed")


def read_as_seen(seen: RegistrationStatus, *link: Any, **how: Any) -> Registration:
    """The registration with the status that was read before the lock."""
    row = lock_by_link(*link, **how)
    set_committed_value(row, "status", seen)
    return row
