"""The dry run of an import of 5,000 registrations: from the bytes of the file to what would become of each row.

The floor is the same file decoded and taken apart by the csv module alone.
"""

from __future__ import annotations

import csv
import io
import os
import time
from typing import TYPE_CHECKING, Any

from bench import places
from bench.forum import fill
from bench.marks import Mark, mark
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.runs import services

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, ROUNDS = 5000, 3
HEADS = "Family name,Given name,姓名,邮箱,票种,报名时间,单位"
HAN = "伟芳敏杰娜军玉"


def marks() -> list[Mark]:
    return [_mark(backend) for backend in places.BACKENDS]


def _mark(backend: str) -> Mark:
    content = _file()
    with places.database(backend) as environment:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, places.ROOT))
        with app.app_context():
            value = _seconds(lambda: _dry_run(content))
            database.engine.dispose()
    floor = _seconds(lambda: list(csv.reader(io.StringIO(content.decode("gb18030")))))
    return mark(f"dry run of {ROWS:,} registrations, {backend}", value, "s of CPU", floor)


def _dry_run(content: bytes) -> None:
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
    edition_id, kind = get_edition(reading(), "bench").id, ImportKind.REGISTRATIONS
    upload = services.read_upload(reading(), edition_id, kind, "guests.csv", content, actor=by["actor"])
    with transaction() as db:
        run_id = services.bring(db, edition_id, upload, **by).id
    run = services.get_run(reading(), edition_id, run_id, actor=by["actor"])
    file = services.open_file(reading(), run)
    if len(services.to_take(services.plan(reading(), run, file, actor=by["actor"]), run)) != ROWS:
        raise RuntimeError("rows that are right were found faulty")


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return sorted(taken)[ROUNDS // 2]


def _file() -> bytes:
    lines = [HEADS]
    for number in range(ROWS):
        native = "张" + "".join(HAN[number // 7**place % 7] for place in range(5))
        lines.append(f"Zhang,Guest {number},{native},guest{number}@example.org,嘉宾,2023-03-01,示例贸易有限公司")
    return "\r\n".join(lines).encode("gb18030")
