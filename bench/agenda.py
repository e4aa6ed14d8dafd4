"""The public agenda of 240 sessions, as page, JSON, ICS and frab XML, against an empty answer from two workers alike.

The empty answer is asked for before and after each of them, for what else the machine does changes from one second to
the next.
"""

from __future__ import annotations

from itertools import repeat

from bench import load, places
from bench.forum import fill
from bench.marks import Mark, mark

REQUESTS = 1500  # of a round
ROUNDS = 5
CLIENTS = 16
LEAST = 0.40  # of what the empty answer reaches
SESSIONS = 240
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SERVED = (
    ("page", "/bench/agenda"),
    ("JSON", "/bench/agenda.json"),
    ("ICS", "/bench/agenda.ics"),
    ("frab XML", "/bench/agenda.xml"),
    ("one day of it", "/bench/agenda?day=2023-05-22"),
)


def rate(port: int, path: str) -> float:
    result = load.run(port, repeat(load.get(path), REQUESTS), CLIENTS)
    if set(result.statuses) != {200}:
        raise RuntimeError(f"{path} answered {dict(result.statuses)}")
    return result.per_second


def beside(port: int, path: str, floor_port: int) -> tuple[float, float]:
    """Of several rounds the one in the middle by its ratio: the rate, and that of the empty answers around it."""
    for warmed, at in ((port, path), (floor_port, "/")):
        load.run(warmed, repeat(load.get(at), 200), CLIENTS)  # both workers
    rounds = []
    before = rate(floor_port, "/")
    for _ in range(ROUNDS):
        value, after = rate(port, path), rate(floor_port, "/")
        rounds.append((value, (before + after) / 2))
        before = after
    return sorted(rounds, key=lambda one: one[0] / one[1])[ROUNDS // 2]


def marks() -> list[Mark]:
    with places.server({}, "bench.empty:app", "/") as floor_port:
        return [one for backend in places.BACKENDS for one in marks_on(backend, floor_port)]


def marks_on(backend: str, floor_port: int) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment, sessions=SESSIONS)
        with places.server(environment) as port:
            rates = [(what, *beside(port, path, floor_port)) for what, path in SERVED]
    name = f"public agenda, {SESSIONS} sessions: %s, {NAMES[backend]}"
    return [mark(name % what, value, "answers/s", floor, least_ratio=LEAST) for what, value, floor in rates]
