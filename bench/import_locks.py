"""How long imports hold the write lock: the longest transaction of each kind of list, by the worker and the console.

A hold is the time from BEGIN until the commit is done, in processor time of the thread that holds it and, on
PostgreSQL, of its server process: the time on the clock would also count the waiting for a processor that others use.
The floor is the median hold of the same import.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from sqlalchemy import event

from bench import places
from bench.forum import BOTH, fill
from bench.marks import Mark, mark
from forumapp.app import create_app
from forumapp.cli.transfer.agendas import import_
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.importing.models import ImportKind, ImportStatus
from forumapp.domain.importing.runs import services
from forumapp.worker.context import bind
from forumapp.worker.workflows import imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

MOST = 200  # milliseconds
ROWS, MEMBERS, SESSIONS = 5000, 130, 1007
HAN = "伟芳敏杰娜军玉"


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    return [
        mark(f"longest lock hold: {name}, {backend}", max(holds), "ms of CPU", median(holds), most=MOST)
        for name, (holds, _walls) in measure(backend).items()
    ]


def measure(backend: str) -> dict[str, tuple[list[float], list[float]]]:
    """The holds of each import in ms, as processor time and as time on the clock."""
    found = {}
    for edge in (by_worker, by_console):
        with places.database(backend) as environment, TemporaryDirectory() as folder:
            fill(environment)
            app = create_app(load_config({**os.environ, **environment}, places.ROOT))
            bind(app)
            with app.app_context():
                account_id = set_up()
                for kind, (name, content) in files().items():
                    with recorded_holds() as holds:
                        edge(app, account_id, kind, Path(folder) / name, content)
                    found[f"{name} {edge.__name__.replace('_', ' ')}"] = holds
                database.engine.dispose()
    return found


@contextmanager
def recorded_holds() -> Iterator[tuple[list[float], list[float]]]:
    factory = database.session.session_factory
    spent: list[float] = []
    walls: list[float] = []
    begun: list[tuple[int, float, float]] = []

    def begin(_session: Any, _transaction: Any, connection: Any) -> None:
        if connection.get_execution_options().get("writer") and not begun:  # no savepoint
            server = places.served_by(connection)
            begun.append((server, places.cpu_seconds(server), time.perf_counter()))

    def end(_session: Any, ended: Any) -> None:
        if begun and ended.parent is None:
            server, cpu, wall = begun.pop()
            spent.append((places.cpu_seconds(server) - cpu) * 1000)
            walls.append((time.perf_counter() - wall) * 1000)

    hooks = (("after_begin", begin), ("after_transaction_end", end))
    for name, hook in hooks:
        event.listen(factory, name, hook)
    try:
        yield spent, walls
    finally:
        for name, hook in hooks:
            event.remove(factory, name, hook)


def set_up() -> int:
    """A delegation, and the account of an owner; its id."""
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
    with transaction() as db:
        edition_id = get_edition(db, "bench").id
        create_delegation(db, edition_id, {"code": "port", "name": BOTH, "quota": 500}, **by)
        account = create_account(db, email="owner@example.org", name="Owner", password=None, **by)
        grant_role(db, account.id, edition_id, Role.OWNER, **by)
        return account.id


def by_worker(_app: Flask, account_id: int, kind: ImportKind, path: Path, content: bytes) -> None:
    edition_id, actor = get_edition(reading(), "bench").id, Actor(account_id, Via.PAGE)
    by: dict[str, Any] = {"actor": actor, "now": clock.now()}
    where = {"delegation": "port"} if kind is ImportKind.ROSTER else {}
    upload = services.read_upload(reading(), edition_id, kind, path.name, content, actor=actor, **where)
    with transaction() as db:
        run_id = services.bring(db, edition_id, upload, **by).id
    run = services.get_run(reading(), edition_id, run_id, actor=actor)
    version, file = run.version, services.open_file(reading(), run)
    lines: Any = (
        services.plan_of_agenda(reading(), run, file, actor=actor).lines
        if kind is ImportKind.AGENDA
        else services.plan(reading(), run, file, actor=actor)
    )
    with transaction() as db:
        services.confirm(db, edition_id, run_id, lines=lines, version=version, **by)
    number = 0
    while imports.take_batch(run_id, number):
        number += 1
    reading().expire_all()
    if services.get_run(reading(), edition_id, run_id, actor=actor).status is not ImportStatus.DONE:
        raise RuntimeError("the import failed")


def by_console(app: Flask, _account_id: int, kind: ImportKind, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    words = {
        ImportKind.PEOPLE: ("people", str(path)),
        ImportKind.REGISTRATIONS: ("registrations", "bench", str(path)),
        ImportKind.ROSTER: ("roster", "bench", str(path), "--delegation", "port"),
        ImportKind.AGENDA: ("agenda", "bench", str(path)),
    }
    done = CliRunner().invoke(import_, words[kind], obj=app.extensions["forumapp.config"])
    if done.exit_code:
        raise RuntimeError(done.output[-500:])


def files() -> dict[ImportKind, tuple[str, bytes]]:
    return {
        ImportKind.PEOPLE: ("people.csv", _people(0, ROWS)),
        ImportKind.REGISTRATIONS: ("registrations.csv", _people(ROWS, ROWS)),
        ImportKind.ROSTER: ("roster.csv", _people(ROWS * 2, MEMBERS)),
        ImportKind.AGENDA: ("agenda.csv", _agenda()),
    }


def _people(first: int, count: int) -> bytes:
    lines = ["Family name,Given name,姓名,邮箱,票种,单位"]
    for number in range(first, first + count):
        native = "张" + "".join(HAN[number // 7**place % 7] for place in range(5))
        lines.append(f"Zhang,Guest {number},{native},guest{number}@example.org,嘉宾,示例{number % 900}贸易有限公司")
    return "\r\n".join(lines).encode("gb18030")


def _agenda() -> bytes:
    lines = ["Title,Start,End,Room,Track,Speakers,Abstract"]
    for number in range(SESSIONS):
        day, hour, room = 22 + number % 3, 8 + number // 3 % 10, number // 30
        speakers = f"Ann Speaker {number}; Bo Speaker {number % 400}"
        when = f"2023-05-{day} {hour:02}:00,2023-05-{day} {hour:02}:50"
        lines.append(f"Session {number},{when},Room {room},Track {number % 12},{speakers},About ports and energy")
    return "\n".join(lines).encode()
