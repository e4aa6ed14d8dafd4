"""Desks that take check-ins back, let people in or end a rehearsal while stations scan. Run by
at_once/test_undo.py, each crowd in a process of its own.
"""

from __future__ import annotations

import queue
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.desk.undo import NothingToUndo, undo_check_in
from forumapp.domain.checkin.models import Admission
from forumapp.domain.checkin.rehearsal.services import end_rehearsal
from forumapp.domain.checkin.scanning.judgement import Read, scan
from forumapp.domain.checkin.scanning.override import Authorizer, force_in
from forumapp.domain.checkin.setup.stations import station_of_device
from tests.domain.registering import NOW
from tests.journeys.crowd import PATIENCE, Forum, together

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

DEVICE = Actor(None, Via.API)


class Scanned(NamedTuple):
    """A station, by its secret, reads a code, in the rehearsal of which its page speaks."""

    secret: str
    code: str
    nonce: str
    rehearsal_id: int | None = None

    def do(self, session: DbSession, _forum: Forum) -> str:
        read = Read(self.code, self.nonce, rehearsal_id=self.rehearsal_id)
        station = station_of_device(session, self.secret, now=NOW)
        return scan(session, station, read, actor=DEVICE, now=NOW).result.value


class TakenBack(NamedTuple):
    account_id: int
    checkpoint_id: int
    registration_id: int
    nonce: str

    def do(self, session: DbSession, forum: Forum) -> str:
        by: Any = {"actor": Actor(self.account_id, Via.PAGE), "now": NOW}
        of = forum.edition_id, self.registration_id
        return undo_check_in(session, *of, checkpoint_id=self.checkpoint_id, nonce=self.nonce, **by).result.value


class Forced(NamedTuple):
    account_id: int
    checkpoint_id: int
    registration_id: int
    nonce: str

    def do(self, session: DbSession, forum: Forum) -> str:
        by: Any = {"reason": "The mayor", "actor": Actor(self.account_id, Via.PAGE), "now": NOW}
        at: Any = {"checkpoint_id": self.checkpoint_id, "nonce": self.nonce}
        stands = Authorizer(name="Consul Guo")
        return "forced " + force_in(session, forum.edition_id, self.registration_id, stands, **at, **by).result.value


class Ended(NamedTuple):
    """The rehearsal is, by whoever began it."""

    account_id: int
    rehearsal_id: int

    def do(self, session: DbSession, forum: Forum) -> str:
        by: Any = {"version": 1, "actor": Actor(self.account_id, Via.PAGE), "now": NOW}
        return f"deleted {end_rehearsal(session, forum.edition_id, self.rehearsal_id, **by)[1]}"


Act = Scanned | TakenBack | Forced | Ended


def act_all(forum: Forum, acts: list[list[Act]], start: Barrier, results: Any) -> None:
    """A thread for each list; all threads of all crowds begin together."""
    together(forum.app(), [partial(_act, forum, mine, start) for mine in acts], results)


def act_unguarded(app: Flask, forum: Forum, acts: list[Act]) -> list[str]:
    """By threads of this process, where each looks at what stands, and acts when all have looked."""
    start, results = threading.Barrier(len(acts)), queue.Queue[str]()
    together(app, [partial(_look_then_act, forum, one, start) for one in acts], results)
    return sorted(results.get() for _act in acts)


def take_what_was_seen(session: DbSession, *_said: Any, **_by: Any) -> bool:
    """Instead of one statement that takes an admission away, if it is there."""
    session.execute(delete(Admission))
    return bool(db.session().info["seen"])


def _act(forum: Forum, acts: list[Act], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    return [_one(forum, act) for act in acts]


def _look_then_act(forum: Forum, act: Act, start: threading.Barrier) -> str:
    reading().info["seen"] = reading().scalar(select(Admission.id))
    start.wait(PATIENCE)  # everyone has looked
    return _one(forum, act)


def _one(forum: Forum, act: Act) -> str:
    try:
        with transaction() as session:
            return act.do(session, forum)
    except NothingToUndo:
        return "nothing to undo"
