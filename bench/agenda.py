"""The public agenda of 240 sessions, as page, JSON and ICS, against an empty answer from the same two workers."""

from __future__ import annotations

from itertools import repeat

from bench import load, places
from bench.forum import fill
from bench.marks import Mark, mark

REQUESTS = 6000
CLIENTS = 16
SESSIONS = 240
SERVED = (
    ("page", "/bench/agenda"),
    ("JSON", "/bench/agenda.json"),
    ("ICS", "/bench/agenda.ics"),
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
    with places.database("sqlite") as environment:
        fill(environment, sessions=SESSIONS)
        with places.server(environment) as port:
            return [
                mark(f"public agenda, {SESSIONS} sessions: {what}", rate(port, path), "answers/s", floor)
                for what, path in SERVED
            ]
