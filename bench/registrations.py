"""Registrations a second through the whole API (validation, capacity, code, mail row, log), against bare writes.

The floor writes the same rows with the bare driver in the same run and with the same durability: one connection on
SQLite, four on PostgreSQL, a transaction for each registration. Its rows are copies of one that the API wrote.
"""

from __future__ import annotations

import json
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUESTS = {"sqlite": 6000, "postgresql": 4000}
FLOOR_ROWS = 2000
FLOOR_CONNECTIONS = 4
PATH = "/api/v1/editions/bench/registrations"

# In the order of their keys; every other column is copied.
TABLES = ("person", "edition_title", "registration", "ticket_code", "message", "audit_event")
PLACE = "UPDATE registration_type SET taken = taken + 1, updated_at = updated_at WHERE code = 'guest'"

Rows = dict[str, dict[str, Any]]


def requests(count: int) -> Iterator[bytes]:
    run = secrets.token_hex(4)
    for place in range(count):
        body = {
            "type": "guest",
            "latin_family": "Liu",
            "latin_given": f"Chun {run} {place}",
            "native_full": "刘春",
            "email": f"guest-{run}-{place}@example.org",
            "organization": {"en": "Example Trading", "zh-Hans": "示例贸易"},
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
        with places.server(environment) as port:
            load.run(port, requests(200), 16)  # both workers warm
            results = {clients: load.run(port, requests(REQUESTS[backend]), clients) for clients in (16, 64)}
        floor = _floor(backend, environment["FORUMAPP_DATABASE_URL"])
    found: list[Mark] = []
    for clients, result in results.items():
        if set(result.statuses) != {201}:
            raise RuntimeError(f"registering answered {dict(result.statuses)}")
        name = f"registrations, {backend}, {clients} clients"
        found.append(mark(name, result.per_second, "a second", floor))
        found.append(mark(f"{name}: p99", result.percentile(0.99) * 1000, "ms"))
    return found


def _floor(backend: str, url: str) -> float:
    if backend == "sqlite":
        path = url.removeprefix("sqlite:///")
        return _rate([lambda: _sqlite(path)])
    address = url.replace("+psycopg", "", 1)
    return _rate([lambda: psycopg.connect(address, autocommit=True)] * FLOOR_CONNECTIONS)


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _rate(connect: list[Callable[[], Any]]) -> float:
    """Registrations a second written by as many bare connections, each in a thread of its own."""
    each = FLOOR_ROWS // len(connect)

    def write(open_connection: Callable[[], Any]) -> None:
        connection = open_connection()
        rows = {table: _last_row(connection, table) for table in TABLES}
        for _ in range(each):
            _write_one(connection, rows)
        connection.close()

    threads = [threading.Thread(target=write, args=(one,)) for one in connect]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return each * len(connect) / (time.perf_counter() - start)


def _last_row(connection: Any, table: str) -> dict[str, Any]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
    row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    del row["id"]
    return row


def _write_one(connection: Any, rows: Rows) -> None:
    lite = isinstance(connection, sqlite3.Connection)
    connection.execute("BEGIN IMMEDIATE" if lite else "BEGIN")
    person = _insert(connection, "person", rows["person"])
    _insert(connection, "edition_title", {**rows["edition_title"], "person_id": person})
    connection.execute(PLACE)
    registration = _insert(connection, "registration", {**rows["registration"], "person_id": person})
    code = {"registration_id": registration, "code": secrets.token_hex(10), "short": secrets.token_hex(4)}
    _insert(connection, "ticket_code", {**rows["ticket_code"], **code})
    _insert(connection, "message", {**rows["message"], "key": secrets.token_hex(8)})
    _insert(connection, "audit_event", rows["audit_event"])
    connection.execute("COMMIT")


def _insert(connection: Any, table: str, row: dict[str, Any]) -> int:
    lite = isinstance(connection, sqlite3.Connection)
    holders = ", ".join(["?" if lite else "%s"] * len(row))
    columns = ", ".join(f'"{column}"' for column in row)
    values = [Jsonb(value) if isinstance(value, dict | list) else value for value in row.values()]
    cursor = connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({holders}) RETURNING id", values)
    return int(cursor.fetchone()[0])
