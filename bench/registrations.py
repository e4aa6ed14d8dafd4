"""Registrations a second through the whole API (validation, capacity, code, mail row, log), against bare writes.

Two readings. In the closed one each client asks again as soon as it is answered: that says how many a second there can
be, and how long one waits says nothing but how many ask, as each of 64 waits for the other 63. In the open one the
same 64 clients together offer the rate that is asked of the product, at times drawn beforehand as people come who know
nothing of each other (Poisson's, with a fixed seed); latency is counted from the time at which a request was due,
whatever held it back. That is what a crowd waits for at that rate.

The floor writes the same rows with the bare driver in the same run and with the same durability: one connection on
SQLite, four on PostgreSQL, a transaction for each registration. Its rows are copies of those that the API wrote, all of
them: a registration that grows a table which the floor does not know fails the run.
"""

from __future__ import annotations

import json
import random
import secrets
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from bench import load, places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.names import some_name
from forumapp.core.database.db import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUESTS = {"sqlite": 6000, "postgresql": 4000}
# What is asked of the product: so much of the floor, with a p99 under 100 ms.
ASKED = {"sqlite": 0.20, "postgresql": 0.35}
ASKED_P99 = 100
OFFERED = 1.02  # times that much, since the last answer ends the measure and not the last request
OFFERING_SECONDS = 15
SEED = 20261128
FLOOR_ROWS = 2000
FLOOR_CONNECTIONS = 4
PATH = "/api/v1/editions/bench/registrations"

# Which column says whose row it is, and which id of the registration's row that is.
OF_WHOM = {
    "person": ("id", "person_id"),
    "person_word": ("person_id", "person_id"),
    "person_double": ("high_id", "person_id"),
    "edition_title": ("person_id", "person_id"),
    "ticket_code": ("registration_id", "id"),
    "consent": ("registration_id", "id"),
    "message": ("about_id", "id"),
}
TABLES = {*OF_WHOM, "registration", "audit_event"}
PLACE = "UPDATE registration_type SET taken = taken + 1, updated_at = updated_at WHERE code = 'guest'"

Row = dict[str, Any]
# One registration: its rows by table.
Written = dict[str, list[Row]]


def requests(count: int) -> Iterator[bytes]:
    run = secrets.token_hex(4)
    chance = random.Random(run)
    for place in range(count):
        house = chance.randrange(2000)
        body = {
            "type": "guest",
            **some_name(chance),
            "email": f"guest-{run}-{place}@example.org",
            "organization": {"en": f"Example {house} Trading", "zh-Hans": f"示例{house}贸易"},
            "title": {"en": "Director", "zh-Hans": "主任"},
            "language": "zh-Hans",
            "consent": True,
        }
        yield load.post(PATH, json.dumps(body).encode())


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        connect = places.connecting(environment["FORUMAPP_DATABASE_URL"])
        before = _counts(connect())
        with places.server(environment) as port:
            _warm(port)
            closed = {clients: _closed(port, REQUESTS[backend], clients) for clients in (16, 64)}
        grown = {table for table, count in _counts(connect()).items() if count > before[table]}
        if grown - TABLES:
            raise RuntimeError(f"the floor does not write {sorted(grown - TABLES)}")
        floor = _rate(connect, 1 if backend == "sqlite" else FLOOR_CONNECTIONS)
        with places.server(environment) as port:
            _warm(port)
            opened = _open(port, ASKED[backend] * floor * OFFERED)
    found = [one for clients, run in closed.items() for one in _marks_closed(backend, clients, run, floor)]
    return found + _marks_open(backend, opened, floor)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the clients saw, and the milliseconds of a processor that each registration took of the workers."""

    seen: load.Result
    cpu: float


def _closed(port: int, count: int, clients: int) -> _Run:
    made = list(requests(count))
    return _taken(lambda: load.run(port, iter(made), clients))


def _open(port: int, rate: float) -> _Run:
    made = list(requests(round(rate * OFFERING_SECONDS)))
    chance = random.Random(SEED)
    due = sorted(chance.uniform(0, OFFERING_SECONDS) for _ in made)  # so come Poisson's, given how many they are
    return _taken(lambda: load.run_on_schedule(port, made, due, 64))


def _warm(port: int) -> None:
    load.run(port, requests(200), 16)  # both workers


def _taken(run: Callable[[], load.Result]) -> _Run:
    before = places.cpu_of_workers()
    seen = run()
    cpu = places.cpu_of_workers() - before
    if set(seen.statuses) != {201}:
        raise RuntimeError(f"registering answered {dict(seen.statuses)}")
    return _Run(seen, cpu / len(seen.latencies) * 1000)


def _marks_closed(backend: str, clients: int, run: _Run, floor: float) -> list[Mark]:
    name = f"registrations, {backend}, {clients} clients"
    return [
        mark(name, run.seen.per_second, "a second", floor),
        mark(f"{name}: p99", run.seen.percentile(0.99) * 1000, "ms"),
        mark(f"{name}: CPU of the workers for each", run.cpu, "ms"),
    ]


def _marks_open(backend: str, run: _Run, floor: float) -> list[Mark]:
    seen, name = run.seen, f"registrations, {backend}, 64 clients offering {ASKED[backend]:.2f} of the floor"
    return [
        mark(f"{name}: reached", seen.per_second, "a second", floor, least_ratio=ASKED[backend]),
        mark(f"{name}: p50 from when it was due", seen.percentile(0.5) * 1000, "ms"),
        mark(f"{name}: p95", seen.percentile(0.95) * 1000, "ms"),
        mark(f"{name}: p99", seen.percentile(0.99) * 1000, "ms", most=ASKED_P99),
        mark(f"{name}: the slowest", max(seen.latencies) * 1000, "ms"),
        mark(f"{name}: held back as no client was free", seen.held_back / len(seen.latencies) * 100, "% of them"),
        mark(f"{name}: CPU of the workers for each", run.cpu, "ms"),
        mark(f"{name}: the load's own share of a processor", seen.cpu / seen.seconds * 100, "%"),
    ]


def _counts(connection: Any) -> dict[str, int]:
    counted = {table: connection.execute(f'SELECT count(*) FROM "{table}"') for table in Base.metadata.tables}
    found = {table: int(cursor.fetchone()[0]) for table, cursor in counted.items()}
    connection.close()
    return found


def _rate(connect: Callable[[], Any], connections: int) -> float:
    """Registrations a second written by as many bare connections, each in a thread of its own."""
    source = connect()
    written = _written(source)
    source.close()

    def write(some: list[Written], connection: Any) -> None:
        for rows in some:
            _write_one(connection, rows)
        connection.close()

    threads = [threading.Thread(target=write, args=(written[n::connections], connect())) for n in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(written) / (time.perf_counter() - start)


def _written(connection: Any) -> list[Written]:
    """The last registrations, as the API wrote them."""
    registered = _rows(connection, f"registration ORDER BY id DESC LIMIT {FLOOR_ROWS}")
    found = [{"registration": [row]} for row in registered]
    for table, (column, key) in OF_WHOM.items():
        of = _by(_rows(connection, table), column)
        for rows in found:
            rows[table] = of.get(rows["registration"][0][key], [])
    events = _by(_rows(connection, "audit_event"), "entity", "entity_id")
    for rows in found:
        told = [(table, rows[table][0]["id"]) for table in ("person", "edition_title", "registration")]
        rows["audit_event"] = [event for one in told for event in events[one]]
    for rows in found:
        for table in rows:
            rows[table] = [{column: value for column, value in row.items() if column != "id"} for row in rows[table]]
    return found


def _rows(connection: Any, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    columns = [column[0] for column in cursor.description]
    return [
        {name: Jsonb(one) if isinstance(one, dict | list) else one for name, one in zip(columns, row, strict=True)}
        for row in cursor
    ]


def _by(rows: list[Row], *columns: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        found.setdefault(key if len(columns) > 1 else key[0], []).append(row)
    return found


def _write_one(connection: Any, rows: Written) -> None:
    connection.execute("BEGIN IMMEDIATE" if isinstance(connection, sqlite3.Connection) else "BEGIN")
    (person,) = _insert(connection, "person", rows["person"])
    _insert_many(connection, "person_word", rows["person_word"], person_id=person)
    _insert_many(connection, "person_double", rows["person_double"], high_id=person)
    _insert_many(connection, "edition_title", rows["edition_title"], person_id=person)
    connection.execute(PLACE)
    (registration,) = _insert(connection, "registration", rows["registration"], person_id=person)
    code = {"code": secrets.token_hex(10), "short": secrets.token_hex(4)}
    _insert_many(connection, "ticket_code", rows["ticket_code"], registration_id=registration, **code)
    _insert_many(connection, "consent", rows["consent"], registration_id=registration)
    _insert_many(connection, "message", rows["message"], about_id=registration, key=secrets.token_hex(8))
    _insert_many(connection, "audit_event", rows["audit_event"])
    connection.execute("COMMIT")


def _insert(connection: Any, table: str, rows: list[Row], **other: Any) -> tuple[int]:
    (row,) = rows
    row = {**row, **other}
    cursor = connection.execute(f"{_statement(connection, table, row)} RETURNING id", list(row.values()))
    found: tuple[int] = cursor.fetchone()
    return found


def _insert_many(connection: Any, table: str, rows: list[Row], **other: Any) -> None:
    if rows:
        values = [list({**row, **other}.values()) for row in rows]
        connection.cursor().executemany(_statement(connection, table, {**rows[0], **other}), values)


def _statement(connection: Any, table: str, row: Row) -> str:
    holder = "?" if isinstance(connection, sqlite3.Connection) else "%s"
    columns = ", ".join(f'"{column}"' for column in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join([holder] * len(row))})"
