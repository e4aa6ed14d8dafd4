"""The public agenda of 240 sessions, as page, JSON and ICS, against an empty answer from the same two workers."""

from __future__ import annotations

from itertools import repeat

from bench import load, places
from bench.forum import fill
from bench.marks import Mark, mark

REQUESTS = 6000
CLIENTS = 16
SESSIONS = 240
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SERVED = (
    ("page", "/bench/agenda"),
    ("JSON", "/bench/agenda.json"),
    ("ICS", "/bench/agenda.ics"),
    ("one day of it", "/bench/agenda?day=2023-05-22"),
)


def rate(port: int, path: str) -> float:
    load.run(port, repeat(load.get(path), 200), CLIENTS)  # both workers warm
    result = load.run(port, repeat(load.get(path), REQUESTS), CLIENTS)
    if set(result.statuses) != {200}:
        raise RuntimeError(f"{path} answered {dict(result.statuses)}")
    return result.per_second


def marks() -> list[Mark]:
    with places.server({}, "bench.empty:app", "/") as port:
        floor = rate(port, "/")
    return [
        mark(f"public agenda, {SESSIONS} sessions: {what}, {NAMES[backend]}", value, "answers/s", floor)
        for backend in places.BACKENDS
        for what, value in rates(backend)
    ]


def rates(backend: str) -> list[tuple[str, float]]:
    with places.database(backend) as environment:
        fill(environment, sessions=SESSIONS)
        with places.server(environment) as port:
            return [(what, rate(port, path)) for what, path in SERVED]
