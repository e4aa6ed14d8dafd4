"""Many who choose one session at once, each group a process of its own. Run by at_once/test_session_signup.py."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, update

from forumapp.app import create_app
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Refusal
from forumapp.domain.agenda.models import Session
from forumapp.domain.registration.capacity import sessions
from forumapp.domain.registration.errors import SessionFull
from forumapp.domain.registration.session_signup.self_service import choose_sessions
from tests.conftest import config_for
from tests.domain.registering import NOW, STRANGER
from tests.journeys.crowd import PATIENCE, together

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

_seen = threading.local()


class Hall(NamedTuple):
    url: str
    folder: Path
    session_id: int


def take_part(hall: Hall, ids: list[int], start: Barrier, results: Any) -> None:
    """A thread for each of the registrations; all threads of all processes begin together."""
    _crowd(hall, ids, start, results, look=False)


def take_part_unguarded(hall: Hall, ids: list[int], start: Barrier, results: Any) -> None:
    """The same, with the guard replaced by what many write: look whether there is room, then insert."""
    sessions.take = _as_seen
    _crowd(hall, ids, start, results, look=True)


def _crowd(hall: Hall, ids: list[int], start: Barrier, results: Any, *, look: bool) -> None:
    def run(registration_id: int) -> str:
        if look:
            _seen.room = reading().execute(select(Session.signed_up < Session.places)).scalar_one()
            reading().rollback()
        start.wait(PATIENCE)
        return _choose(hall, registration_id)

    together(create_app(config_for(hall.url, hall.folder)), [partial(run, one) for one in ids], results)


def _choose(hall: Hall, registration_id: int) -> str:
    try:
        with transaction() as session:
            choose_sessions(session, registration_id, 1, [hall.session_id], seen=(), actor=STRANGER, now=NOW)
    except Refusal as refusal:
        return refusal.code
    return "place"


def _as_seen(session: Any, session_id: int) -> None:
    if not _seen.room:
        raise SessionFull(session_id=session_id)
    session.execute(update(Session).where(Session.id == session_id).values(updated_at=NOW))
