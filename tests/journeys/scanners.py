"""Stations that scan the same badges at the same time. Run by at_once/test_scanning.py, each crowd in a process of its
own.
"""

from __future__ import annotations

import queue
import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, inspect, text

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Refusal
from forumapp.core.tokens import Links
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.desk.walk_ins import give_place_back_at_desk
from forumapp.domain.checkin.models import Admission
from forumapp.domain.checkin.rules import Result
from forumapp.domain.checkin.scanning import admission as letting
from forumapp.domain.checkin.scanning import judgement
from forumapp.domain.checkin.scanning.batches import receive
from forumapp.domain.checkin.scanning.judgement import Read, Scanned, scan
from forumapp.domain.checkin.setup.stations import station_of_device
from tests.domain.registering import NOW
from tests.journeys.crowd import PATIENCE, Forum, together

LINKS = Links("a key")
MINUTE = timedelta(minutes=1)

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    import pytest
    from flask import Flask

# The device's secret, the code, and what the device calls the scan; then who made it, where a device has kept it.
Badge = tuple[str, ...]


def scan_all(forum: Forum, badges: list[list[Badge]], start: Barrier, results: Any) -> None:
    """A thread for each list of badges; all threads of all crowds begin together."""
    together(forum.app(), [partial(_scan, mine, start) for mine in badges], results)


def scan_abreast(app: Flask, lists: list[list[Badge]], patch: pytest.MonkeyPatch) -> list[str]:
    """The same by threads of this process, where nobody is let in before everyone has looked who is inside."""
    start, results = threading.Barrier(len(lists)), queue.Queue[Any]()
    let_in_abreast(patch, len(lists))
    together(app, [partial(_scan, mine, start) for mine in lists], results)
    return [one for _mine in lists for one in results.get()]


def let_in_abreast(patch: pytest.MonkeyPatch, crowd: int) -> None:
    looked, let_in = threading.Barrier(crowd), judgement.let_in

    def let_in_then(*said: Any, **by: Any) -> Result:
        looked.wait(PATIENCE)
        return let_in(*said, **by)

    patch.setattr(judgement, "let_in", let_in_then)


def leave_out_the_guard(patch: pytest.MonkeyPatch) -> None:
    """That nobody is let in twice by one statement; all else stays as it is. For PostgreSQL: on SQLite those who write
    look one after the other.
    """
    (guard,) = inspect(db.engine).get_unique_constraints("admission")
    with db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE admission DROP CONSTRAINT {guard['name']}"))
    patch.setattr(letting, "_ADMIT", Prepared(insert(Admission).returning(Admission.id)))


def _scan(badges: list[Badge], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    return [_one(*badge) for badge in badges]


def _one(secret: str, code: str, nonce: str, made_by: str = "") -> str:
    with transaction() as session:
        station, by = station_of_device(session, secret, now=NOW), Actor(None, Via.API)
        if not made_by:
            return scan(session, station, Read(code, nonce), actor=by, now=NOW).result.value
        kept = {"code": code, "nonce": nonce, "made_by": made_by, "told": Result.PASSED}
        clocks = {"scanned_at": NOW - MINUTE, "sent_at": NOW}
        (said,) = receive(session, LINKS, station, [{**kept, **clocks}], actor=by, now=NOW)
        return said.result.value if isinstance(said, Scanned) else said.code


def scan_or_give_back(forum: Forum, lists: list[list[Any]], start: Barrier, results: Any) -> None:
    """Some scan the codes of substitutes, while others give their places back: an account, and whose place that was."""
    together(forum.app(), [partial(_scan_or_give_back, forum, mine, start) for mine in lists], results)


def _scan_or_give_back(forum: Forum, mine: list[Any], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    return [f"{one[-1]} {_one(*one)}" if len(one) == 3 else f"{one[-1]} {_give_back(forum, *one)}" for one in mine]


def _give_back(forum: Forum, account_id: int, registration_id: int, version: int, _name: str) -> str:
    by: Any = {"version": version, "actor": Actor(account_id, Via.API), "now": NOW}
    try:
        with transaction() as session:
            give_place_back_at_desk(session, forum.edition_id, registration_id, **by)
    except Refusal as refusal:
        return refusal.code
    return "given-back"
