"""Who and what is wanted in two sessions at once. Pure.

Spans are half-open: what ends as the other begins does not clash.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from forumapp.domain.agenda.findings.values import Booked, Finding, Frame, Times

CLOSED_DOOR = "closed-door"


def of_room(room: int, sessions: Iterable[Booked], frame: Frame) -> Iterator[Finding]:
    """Two sessions in one room at once, or with too few minutes between them to clear it and set it up."""
    there = {one.id: one for one in sessions}
    held = [(*span, one.id) for one in there.values() if (span := one.held)]
    for first, second in overlapping(held):
        one, other = in_order(there[first], there[second])
        parties = (("session", one.id), ("session", other.id), ("room", room))
        lacking = _minutes_lacking(one, other)
        if lacking is None and _told_of_all_rooms(one, other):
            continue
        if lacking is None:
            yield frame.finding("room-clash", *parties)
        else:
            yield frame.finding("room-changeover", *parties, minutes=lacking)


def _minutes_lacking(one: Booked, other: Booked) -> int | None:
    """How many more minutes would be needed between two that hold a room at once; None if they themselves overlap."""
    first, second = one.times, other.times
    if first is None or second is None or second[0] < first[1]:
        return None
    between = int((second[0] - first[1]).total_seconds() // 60)
    return one.changeover + other.setup - between


def _told_of_all_rooms(one: Booked, other: Booked) -> bool:
    """Whether of two at once one takes every room, also that of the other: told once, see `of_all_rooms`."""
    return (one.in_all_rooms or other.in_all_rooms) and CLOSED_DOOR not in (one.kind, other.kind)


def of_all_rooms(whole: Booked, others: Iterable[Booked], frame: Frame) -> Iterator[Finding]:
    """A session in all rooms at once with others that hold a room or all of them.

    Minutes for setting up do not count: a break is when rooms are set up. Nor does what is behind closed doors, which
    is held beside everything else on purpose.
    """
    span = whole.times
    if span is None or whole.kind == CLOSED_DOOR:
        return
    for other in others:
        if other.id == whole.id or not (other.room or other.in_all_rooms) or other.kind == CLOSED_DOOR:
            continue
        if (times := other.times) and times[0] < span[1] and span[0] < times[1]:
            if other.in_all_rooms and in_order(whole, other)[0] is other:
                continue  # told once, with the other one
            sessions = tuple(("session", one.id) for one in in_order(whole, other))
            room = (("room", other.room),) if other.room else ()
            yield frame.finding("all-rooms-clash", *sessions, *room)


def of_person(
    person: int, needed: Mapping[int, list[Times]], sessions: Mapping[int, Booked], frame: Frame
) -> Iterator[Finding]:
    """A person in two sessions at once, or in one when they are not free. `needed` says when, by session."""
    party = ("person", person)
    if len(needed) > 1:
        spans = [(start, end, one) for one, those in needed.items() for start, end in those]
        for first, second in overlapping(spans):
            one, other = in_order(sessions[first], sessions[second])
            yield frame.finding("person-clash", ("session", one.id), ("session", other.id), party)
        yield from _of_travel(party, spans, sessions, frame)
    if windows := frame.available.get(person):
        free = joined(windows)
        for session_id, those in needed.items():
            if not all(any(begin <= start and end <= until for begin, until in free) for start, end in those):
                yield frame.finding("speaker-unavailable", ("session", session_id), party)


def _of_travel(
    party: tuple[str, int], spans: list[tuple[datetime, datetime, int]], sessions: Mapping[int, Booked], frame: Frame
) -> Iterator[Finding]:
    """Two sessions that follow each other at two venues, with too few minutes to get from one to the other. The longer
    time of the two venues counts, as in itineraries.
    """
    lacking: dict[tuple[int, int], int] = {}
    for (_start, ends, first), (starts, _end, second) in pairwise(sorted(spans)):
        here, there = (frame.venues.get(sessions[one].room or 0) for one in (first, second))
        if here is None or there is None or here[0] == there[0] or starts < ends:
            continue
        minutes = max(here[1], there[1]) - int((starts - ends).total_seconds() // 60)
        if minutes > 0:
            lacking[first, second] = max(minutes, lacking.get((first, second), 0))
    for (first, second), minutes in lacking.items():
        yield frame.finding("speaker-travel", ("session", first), ("session", second), party, minutes=minutes)


def overlapping(spans: list[tuple[datetime, datetime, int]]) -> list[tuple[int, int]]:
    """The pairs of different keys of which spans overlap, each pair once."""
    spans = sorted(spans)
    if all(one[1] <= other[0] for one, other in pairwise(spans)):  # of nearly everyone
        return []
    found: dict[tuple[int, int], None] = {}
    running: list[tuple[datetime, int]] = []
    for start, end, key in spans:
        running = [one for one in running if one[0] > start]
        for _, other in running:
            if other != key and start < end:
                found[min(key, other), max(key, other)] = None
        running.append((end, key))
    return list(found)


def joined(spans: Collection[Times]) -> list[Times]:
    """The spans in order, those that touch or overlap as one."""
    if len(spans) == 1:  # of nearly everyone
        return list(spans)
    found: list[Times] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def in_order(one: Booked, other: Booked) -> tuple[Booked, Booked]:
    """Two sessions with times as they begin."""
    return (one, other) if (one.start, one.end, one.id) <= (other.start, other.end, other.id) else (other, one)
