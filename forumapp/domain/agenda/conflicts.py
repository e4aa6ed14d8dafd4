"""What is wrong with an agenda: clashes and gaps, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from forumapp.core.text import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

LONGEST = 16 * 60  # minutes; what is longer has a slip in its dates


@dataclass(frozen=True, slots=True)
class Booked:
    """A session as the rules see it; `people` are those it needs, whatever their role."""

    id: int
    title: dict[str, str]
    start: datetime
    end: datetime
    room: int | None
    people: frozenset[int]
    item_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. `parties` are (kind, id) of all that are concerned; `blocking` ones must not be printed."""

    code: str
    parties: tuple[tuple[str, int], ...]
    blocking: bool = False
    details: dict[str, Any] = field(default_factory=dict, hash=False)


def find_all(
    sessions: Iterable[Booked], languages: Iterable[str], days: tuple[datetime, datetime] | None = None
) -> list[Finding]:
    """Every finding, in order of time. `days` are the instants between which sessions begin, the second excluded."""
    ordered = sorted(sessions, key=lambda session: (session.start, session.end, session.id))
    languages = list(languages)
    return [
        *room_clashes(ordered),
        *person_clashes(ordered),
        *(finding for session in ordered for finding in _of_one(session, languages, days)),
    ]


def room_clashes(ordered: list[Booked]) -> Iterator[Finding]:
    """Two sessions in one room at once."""
    for room, first, second in _overlaps(ordered, lambda session: [session.room] if session.room else []):
        yield Finding("room-clash", (("session", first.id), ("session", second.id), ("room", room)), blocking=True)


def person_clashes(ordered: list[Booked]) -> Iterator[Finding]:
    """A person needed in two sessions at once."""
    for person, first, second in _overlaps(ordered, lambda session: session.people):
        yield Finding(
            "person-clash", (("session", first.id), ("session", second.id), ("person", person)), blocking=True
        )


def _of_one(session: Booked, languages: list[str], days: tuple[datetime, datetime] | None) -> Iterator[Finding]:
    party = (("session", session.id),)
    length = int((session.end - session.start).total_seconds() // 60)
    if days and not days[0] <= session.start < days[1]:
        yield Finding("outside-edition", party)
    if length > LONGEST:
        yield Finding("too-long", party, details={"hours": length // 60})
    if session.item_minutes > length:
        yield Finding("items-longer-than-session", party, details={"minutes": session.item_minutes - length})
    for language in missing(session.title, languages):
        yield Finding("missing-translation", party, details={"language": language})


def _overlaps(
    ordered: list[Booked], resources: Callable[[Booked], Iterable[int]]
) -> Iterator[tuple[int, Booked, Booked]]:
    """Pairs that hold one resource at the same time; `ordered` by start, so a sweep over each resource is enough."""
    held = sorted(((resource, place) for place, one in enumerate(ordered) for resource in resources(one)))
    for resource, places in groupby(held, key=lambda pair: pair[0]):
        running: list[Booked] = []
        for _, place in places:
            session = ordered[place]
            running = [other for other in running if other.end > session.start]
            for other in running:
                yield resource, other, session
            running.append(session)
