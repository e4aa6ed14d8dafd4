"""Scans a second through the whole API (who it is, whether they pass, only the first time), against bare writes.

Sixteen stations, each a device with its own token. In the closed reading each scans again as soon as it is answered; in
the open one they together offer the rate that is asked of the product (0.30 of the floor), at times drawn beforehand,
and latency counts from when a scan was due. The same is asked of both. Eight of them scan each of 1,000 badges at once:
exactly 1,000 pass. The same is measured among 200,000 registrations. The product's own stations are pages that send a
form and get words: they are measured beside.

The floor writes the same two rows, a scan and who was let in by it, with the bare driver in the same run and with the
same durability: one connection on SQLite, four on PostgreSQL, a transaction for each.
"""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from sqlalchemy import func, select

from bench import load, places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.searching import fill_registrations, look_through
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.tokens import hashed, short_code
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.models import CheckinDevice, Scan
from forumapp.domain.checkin.rules import PAIRING_LASTS
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import pair
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.registration.models import TicketCode
from forumapp.web.public.checkin.station import COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

SIZES = (30_000, 200_000)
STATIONS, AT_ONCE, BADGES = 16, 8, 1000
SCANS = 4000
ASKED = 0.30
ASKED_P95 = {"sqlite": 25, "postgresql": 50}
OFFERED = 1.02  # since the last answer ends the measure and not the last request
OFFERING_SECONDS = 8
FLOOR_ROWS = 3000
FLOOR_CONNECTIONS = {"sqlite": 1, "postgresql": 4}
SEED = 20261128
PATH = "/api/v1/editions/bench/scans"
PAGE = "/checkin/bench"
PROOF = re.compile(r'name="csrf_token" value="([^"]+)"')

Codes = list[str]


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, places.ROOT))
        connect = places.connecting(environment["FORUMAPP_DATABASE_URL"])
        codes, tokens = _open(app, 0, SIZES[0])
        with places.server(environment) as port:
            load.run(port, _requests(codes[-400:], tokens), STATIONS)  # both workers
            name = f"scans, {backend}, {STATIONS} clients"
            found, closed = _closed(port, codes, tokens, name, most=ASKED_P95[backend])
            found += _contended(app, port, codes, tokens, backend)
        floor = _floor(connect, _taken(codes, FLOOR_ROWS), FLOOR_CONNECTIONS[backend])
        found[0] = mark(name, closed, "a second", floor, least_ratio=ASKED)
        with places.server(environment) as port:
            load.run(port, _requests(codes[-800:-400], tokens), STATIONS)
            found += _offered(port, codes, tokens, backend, floor)
            found.append(_by_page(port, codes, tokens, backend, floor))
        codes, tokens = _open(app, *SIZES)
        with places.server(environment) as port:
            load.run(port, _requests(codes[-400:], tokens), STATIONS)
            found += _closed(port, codes, tokens, f"scans among {SIZES[1]:,}, {backend}, {STATIONS} clients")[0]
    return found


def _open(app: Flask, there: int, size: int) -> tuple[Codes, list[str]]:
    """So many registrations and a door with stations; the codes of those who came last, and the stations' tokens."""
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
    with app.app_context():
        with transaction() as db:
            fill_registrations(db, there, size)
            of = get_edition(db, "bench").id
            door = create_checkpoint(db, of, {"kind": "door", "name": {"en": f"Door {size}"}}, **by)
            tokens = [_device(db, of, door.id, f"Station {size}-{number}", by) for number in range(STATIONS)]
        look_through()
        newest = select(TicketCode.code).order_by(TicketCode.id.desc()).limit(size - there)
        codes = list(reading().scalars(newest))
        database.session.remove()
        database.engine.dispose()
    random.Random(SEED).shuffle(codes)
    return codes, tokens


def _device(db: Any, edition_id: int, checkpoint_id: int, name: str, by: dict[str, Any]) -> str:
    code = short_code()
    pairing = {"code_hash": hashed(code), "code_ends_at": by["now"] + PAIRING_LASTS}
    db.add(CheckinDevice(edition_id=edition_id, checkpoint_id=checkpoint_id, name=name, **pairing))
    db.flush()
    return pair(db, edition_id, code, **by)[1]


def _requests(codes: Codes, tokens: list[str]) -> Iterator[bytes]:
    for place, code in enumerate(codes):
        body = json.dumps({"code": code, "nonce": secrets.token_hex(8)}).encode()
        yield load.post(PATH, body, token=tokens[place % len(tokens)])


def _closed(
    port: int, codes: Codes, tokens: list[str], name: str, *, most: float | None = None
) -> tuple[list[Mark], float]:
    before = places.cpu_of_workers()
    seen = load.run(port, _requests(_taken(codes, SCANS), tokens), STATIONS)
    cpu = (places.cpu_of_workers() - before) / SCANS * 1000
    _all_answered(seen)
    found = [
        mark(name, seen.per_second, "a second"),
        mark(f"{name}: p95", seen.percentile(0.95) * 1000, "ms", most=most),
        mark(f"{name}: CPU of the workers for each", cpu, "ms"),
    ]
    return found, seen.per_second


def _contended(app: Flask, port: int, codes: Codes, tokens: list[str], backend: str) -> list[Mark]:
    """Eight stations scan each of some badges at once."""
    before = _passed(app)
    each = [one for code in _taken(codes, BADGES) for one in [code] * AT_ONCE]
    seen = load.run(port, _requests(each, tokens), STATIONS)
    _all_answered(seen)
    passed = _passed(app) - before
    if passed != BADGES:
        raise RuntimeError(f"{passed} of {BADGES} badges passed")
    name = f"{AT_ONCE} scans at once of each of {BADGES:,} badges, {backend}"
    return [
        mark(f"{name}: passes", passed, "of them"),
        mark(f"{name}: p95", seen.percentile(0.95) * 1000, "ms"),
    ]


def _offered(port: int, codes: Codes, tokens: list[str], backend: str, floor: float) -> list[Mark]:
    made = list(_requests(_taken(codes, round(ASKED * floor * OFFERED * OFFERING_SECONDS)), tokens))
    chance = random.Random(SEED)
    due = sorted(chance.uniform(0, OFFERING_SECONDS) for _ in made)  # so come Poisson's, given how many they are
    before = places.cpu_of_workers()
    seen = load.run_on_schedule(port, made, due, STATIONS)
    cpu = (places.cpu_of_workers() - before) / len(made) * 1000
    _all_answered(seen)
    name = f"scans, {backend}, {STATIONS} clients offering {ASKED:.2f} of the floor"
    return [
        mark(f"{name}: reached", seen.per_second, "a second", floor, least_ratio=ASKED),
        mark(f"{name}: p50 from when it was due", seen.percentile(0.5) * 1000, "ms"),
        mark(f"{name}: p95", seen.percentile(0.95) * 1000, "ms", most=ASKED_P95[backend]),
        mark(f"{name}: CPU of the workers for each", cpu, "ms"),
    ]


def _by_page(port: int, codes: Codes, tokens: list[str], backend: str, floor: float) -> Mark:
    """The same stations as browsers, each with its cookies and the proof that it has seen its page."""
    seen_by = [_page_seen(port, token) for token in tokens]
    sent = []
    for place, code in enumerate(_taken(codes, SCANS // 2)):
        cookies, proof = seen_by[place % len(seen_by)]
        values = {"csrf_token": proof, "nonce": secrets.token_hex(8), "code": code, "part": "1"}
        sent.append(load.post_form(f"{PAGE}/scan", values, cookies=cookies))
    load.run(port, iter(sent[:STATIONS]), STATIONS)
    seen = load.run(port, iter(sent[STATIONS:]), STATIONS)
    _all_answered(seen, 200)
    return mark(f"scans by the station's own page, {backend}, {STATIONS} clients", seen.per_second, "a second", floor)


def _page_seen(port: int, token: str) -> tuple[str, str]:
    """The cookies of a browser that has its station's page, and what its forms prove that with."""
    own = f"{COOKIE}={token}"
    with urlopen(Request(f"http://127.0.0.1:{port}{PAGE}", headers={"Cookie": own}), timeout=30) as answer:
        given = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
        found = PROOF.search(answer.read().decode())
    if found is None:
        raise RuntimeError("a station's page without a form")
    return "; ".join([own, *given]), found[1]


def _taken(codes: Codes, count: int) -> Codes:
    """So many that nobody has scanned yet."""
    if count > len(codes):
        raise RuntimeError("there are not as many badges as are to be scanned")
    taken = codes[:count]
    del codes[:count]
    return taken


def _all_answered(seen: load.Result, status: int = 201) -> None:
    if set(seen.statuses) != {status}:
        raise RuntimeError(f"scanning answered {dict(seen.statuses)}")


def _passed(app: Flask) -> int:
    with app.app_context():
        found = reading().scalar(select(func.count()).select_from(Scan).where(Scan.result == "passed")) or 0
        database.session.remove()
        database.engine.dispose()
    return found


def _floor(connect: Callable[[], Any], codes: Codes, connections: int) -> float:
    """The same rows by as many bare connections, each in a thread of its own: of people whom nobody has scanned yet."""
    source = connect()
    is_sqlite = connections == 1
    rows = {table: _last(source, table) for table in ("scan", "admission")}
    marks_of = ", ".join("?" if is_sqlite else "%s" for _code in codes)
    query = f"SELECT registration_id FROM ticket_code WHERE code IN ({marks_of})"
    people = [one for (one,) in source.execute(query, codes)]
    source.close()
    statements = {table: _statement(table, row, "?" if is_sqlite else "%s") for table, row in rows.items()}

    def write(some: list[int], connection: Any) -> None:
        for one in some:
            connection.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
            for table, row in rows.items():
                own = {"registration_id": one} | ({"nonce": secrets.token_hex(8)} if table == "scan" else {})
                connection.execute(statements[table], list({**row, **own}.values()))
            connection.execute("COMMIT")
        connection.close()

    threads = [threading.Thread(target=write, args=(people[n::connections], connect())) for n in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(people) / (time.perf_counter() - start)


def _last(connection: Any, table: str) -> dict[str, Any]:
    where = "WHERE result = 'passed' " if table == "scan" else ""
    cursor = connection.execute(f"SELECT * FROM {table} {where}ORDER BY id DESC LIMIT 1")
    columns = [column[0] for column in cursor.description]
    row = dict(zip(columns, cursor.fetchone(), strict=True))
    del row["id"]
    return row


def _statement(table: str, row: dict[str, Any], holder: str) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join([holder] * len(row))})"
