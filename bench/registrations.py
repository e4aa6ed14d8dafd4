"""Registrations a second through the whole API (validation, capacity, code, mail row, log), against bare writes.

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
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.json import Jsonb

from bench import load, places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.names import some_name
from forumapp.core.db import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUESTS = {"sqlite": 6000, "postgresql": 4000}
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
        connect = _connecting(environment["FORUMAPP_DATABASE_URL"])
        before = _counts(connect())
        with places.server(environment) as port:
            load.run(port, requests(200), 16)  # both workers warm
            results = {clients: load.run(port, requests(REQUESTS[backend]), clients) for clients in (16, 64)}
        grown = {table for table, count in _counts(connect()).items() if count > before[table]}
        if grown - TABLES:
            raise RuntimeError(f"the floor does not write {sorted(grown - TABLES)}")
        floor = _rate(connect, 1 if backend == "sqlite" else FLOOR_CONNECTIONS)
    found: list[Mark] = []
    for clients, result in results.items():
        if set(result.statuses) != {201}:
            raise RuntimeError(f"registering answered {dict(result.statuses)}")
        name = f"registrations, {backend}, {clients} clients"
        found.append(mark(name, result.per_second, "a second", floor))
        found.append(mark(f"{name}: p99", result.percentile(0.99) * 1000, "ms"))
    return found


def _connecting(url: str) -> Callable[[], Any]:
    if not url.startswith("sqlite"):
        return lambda: psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        for pragma in ("synchronous=FULL", "wal_autocheckpoint=16000"):  # the latter as the product has it
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return connect


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
