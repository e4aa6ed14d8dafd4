"""Several who publish one agenda at once, each group a process of its own. Run by at_once/test_publishing.py."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from forumapp.app import create_app
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Refusal
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.publishing import planning
from forumapp.domain.publishing.models import AgendaPlan
from tests.conftest import config_for
from tests.domain.registering import HOUSE, NOW
from tests.journeys.crowd import PATIENCE, together

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

LATER = NOW + timedelta(hours=2)
AT_WALL = datetime(2023, 4, 1, 6)  # an hour after now, at the forum's place
_seen = threading.local()


class Office(NamedTuple):
    url: str
    folder: Path
    edition_id: int
    plan_id: int


def publish(office: Office, count: int, start: Barrier, results: Any) -> None:
    """So many threads; all threads of all processes begin together."""
    _crowd(office, partial(_publish, office, start, look=False), count, results)


def publish_unguarded(office: Office, count: int, start: Barrier, results: Any) -> None:
    """The same, where each has looked for the last number before anyone has published."""
    agenda.last_number = lambda *_said: _seen.number
    _crowd(office, partial(_publish, office, start, look=True), count, results)


def carry_out(office: Office, count: int, start: Barrier, results: Any) -> None:
    """So many workers come to one plan whose time has come."""
    _crowd(office, partial(_carry_out, office, start), count, results)


def carry_out_unguarded(office: Office, count: int, start: Barrier, results: Any) -> None:
    """The same, where each does what it once saw was due."""
    planning.hold_due = lambda db, plan_id, **_said: db.get(AgendaPlan, plan_id)
    _crowd(office, partial(_carry_out, office, start), count, results)


def _crowd(office: Office, one: Any, count: int, results: Any) -> None:
    together(create_app(config_for(office.url, office.folder)), [one] * count, results)


def _publish(office: Office, start: Barrier, *, look: bool) -> str:
    if look:
        db = reading()
        _seen.number = db.scalar(agenda.select(agenda.func.max(agenda.AgendaVersion.number))) or 0
        db.rollback()
    start.wait(PATIENCE)
    try:
        with transaction() as db:
            agenda.publish(db, office.edition_id, label="", note={}, actor=HOUSE, now=NOW)
    except Refusal as refusal:
        return refusal.code
    except Exception as error:  # noqa: BLE001 (what the database's own constraint says)
        return type(error).__name__
    return "published"


def _carry_out(office: Office, start: Barrier) -> str:
    start.wait(PATIENCE)
    with transaction() as db:
        return str(planning.carry_out(db, office.plan_id, now=LATER))
