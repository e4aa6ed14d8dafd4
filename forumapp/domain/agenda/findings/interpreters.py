"""Whether there are interpreters wherever they are needed, and whether they get the rest that they need. Pure.

The limits are those that the profession sets itself (AIIC's working conditions, and the notes of the field, C9): who
interprets simultaneously takes turns with a colleague, alone for at most 40 minutes; and nobody works for more than
two hours without a break of at least ten minutes, in whichever way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from forumapp.domain.agenda.findings.double_booking import joined
from forumapp.domain.agenda.findings.values import item_times

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from forumapp.domain.agenda.findings.values import Booked, Finding, Frame, Part, Times

INTERPRETER, SIMULTANEOUS, NONE = "interpreter", "simultaneous", "none"
LONGEST_ALONE = timedelta(minutes=40)
SHORTEST_BREAK = timedelta(minutes=10)
LONGEST_STRETCH = timedelta(hours=2)


def of_session(session: Booked, needed: Mapping[int, list[Times]], frame: Frame) -> Iterator[Finding]:
    """Where a session, one of its items or one of its channels has no interpreter, or only one for too long.

    `needed` says when everyone in it is.
    """
    interpreted = [item for item in session.items if item.mode != NONE]
    if session.interpretation == NONE and not interpreted:
        return
    there = [part for part in session.parts if part.role == INTERPRETER]
    party = ("session", session.id)
    if not there:
        yield frame.finding("interpreter-missing", party)
        return
    in_items = {part.item for part in there}
    if None not in in_items:
        for item in interpreted:
            if item.id not in in_items:
                yield frame.finding("interpreter-missing", party, ("item", item.id))
    manned = {part.channel for part in there}
    if session.interpretation == SIMULTANEOUS:
        for channel in session.channels:
            if manned.isdisjoint((channel.id, None)):  # whoever has no channel helps in any
                details = {"channel": channel.number, "language": channel.language}
                yield frame.finding("interpreter-missing", party, **details)
    yield from _alone(session, there, needed, frame)


def _alone(session: Booked, there: list[Part], needed: Mapping[int, list[Times]], frame: Frame) -> Iterator[Finding]:
    """Who has nobody to take turns with for longer than one can do alone."""
    at_work = _simultaneous(session, there, needed)
    for person, spans in at_work.items():
        own = {part.channel for part in there if part.person == person}
        anywhere = None in own  # whoever has no channel helps in any
        colleagues = {part.person for part in there if anywhere or part.channel is None or part.channel in own}
        colleagues.discard(person)
        if any(at_work[one] == spans for one in colleagues):  # of nearly everyone
            continue
        shared = [span for colleague in colleagues for span in at_work[colleague]]
        longest = max((end - start for start, end in _left(spans, shared)), default=timedelta())
        if longest > LONGEST_ALONE:
            minutes = int(longest.total_seconds() // 60)
            yield frame.finding("interpreter-alone", ("session", session.id), ("person", person), minutes=minutes)


def _simultaneous(session: Booked, there: list[Part], needed: Mapping[int, list[Times]]) -> dict[int, list[Times]]:
    """When each one interprets simultaneously, without a break."""
    if session.interpretation == SIMULTANEOUS:
        return {part.person: joined(needed.get(part.person, ())) for part in there}
    wanted = {item.id for item in session.items if item.mode == SIMULTANEOUS}
    if not wanted:
        return {}
    times = {one: span for one, span in item_times(session).items() if one in wanted}
    spans: dict[int, set[Times]] = defaultdict(set)
    for part in there:
        spans[part.person] |= {span for one, span in times.items() if part.item in (None, one)}
    return {person: joined(those) for person, those in spans.items()}


def _left(spans: Iterable[Times], others: Collection[Times]) -> Iterator[Times]:
    """What none of the others covers of the spans."""
    covered = joined(others)
    for start, end in spans:
        alone_from = start
        for begin, until in covered:
            if alone_from < begin < end:
                yield alone_from, begin
            if begin < end:
                alone_from = max(alone_from, until)
        if alone_from < end:
            yield alone_from, end


def of_interpreter(person: int, needed: Mapping[int, list[Times]], frame: Frame) -> Iterator[Finding]:
    """From one session to the next without ten minutes between, and more than two hours without a break.

    `needed` says when, by session that they interpret.
    """
    party = ("person", person)
    work = sorted((*span, one) for one, spans in needed.items() for span in joined(spans))
    for (one, other), between in _back_to_back(work).items():
        minutes = int(between.total_seconds() // 60)
        yield frame.finding("interpreter-back-to-back", ("session", one), ("session", other), party, minutes=minutes)
    gone_on: list[tuple[Times, int]] = []
    stretch: Times | None = None
    for start, end, one in work:
        if stretch and start - stretch[1] < SHORTEST_BREAK:
            stretch = stretch[0], max(stretch[1], end)
        else:
            yield from _too_long(stretch, gone_on, party, frame)
            stretch, gone_on = (start, end), []
        gone_on.append(((start, end), one))
    yield from _too_long(stretch, gone_on, party, frame)


def _back_to_back(work: list[tuple[datetime, datetime, int]]) -> dict[tuple[int, int], timedelta]:
    """Two sessions of which one begins next after the other ends, without a break: the least between them.

    Items may lead from one to the other and back; told is the way that comes first.
    """
    starts = [start for start, _, _ in work]
    found: dict[tuple[int, int], timedelta] = {}
    for _, end, one in work:
        place = bisect_left(starts, end)
        if place == len(starts) or (between := starts[place] - end) >= SHORTEST_BREAK:
            continue
        for _, _, other in work[place : bisect_right(starts, starts[place])]:
            if one != other:
                way = (other, one) if (other, one) in found else (one, other)
                found[way] = min(between, found.get(way, between))
    return found


def _too_long(
    stretch: Times | None, gone_on: list[tuple[Times, int]], party: tuple[str, int], frame: Frame
) -> Iterator[Finding]:
    if stretch and stretch[1] - stretch[0] > LONGEST_STRETCH:
        sessions = dict.fromkeys(one for _, one in gone_on)
        minutes = int((stretch[1] - stretch[0]).total_seconds() // 60)
        yield frame.finding("interpreter-without-rest", *(("session", one) for one in sessions), party, minutes=minutes)


def by_interpreter(sessions: Iterable[Booked]) -> dict[int, set[int]]:
    """The sessions that each one interprets."""
    found: dict[int, set[int]] = defaultdict(set)
    for session in sessions:
        for part in session.parts:
            if part.role == INTERPRETER:
                found[part.person].add(session.id)
    return found
