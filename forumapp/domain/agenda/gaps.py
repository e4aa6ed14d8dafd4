"""What is wrong with a session by itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.text import missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from forumapp.domain.agenda.conflicts import Booked, Finding, Frame

LONGEST = 16 * 60  # minutes; what is longer has a slip in its dates
PANEL = "panel"
LEADING = ("moderator", "chair")


def of_one(session: Booked, frame: Frame) -> Iterator[Finding]:
    party = ("session", session.id)
    if session.start is not None:
        yield from _of_times(session, frame)
    elif session.confirmed:
        yield frame.finding("confirmed-without-time", party)
    if session.items:
        yield from _of_items(session, frame)
    yield from _of_room(session, frame)
    yield from _of_people(session, frame)
    for language in missing(session.title, frame.languages):
        yield frame.finding("missing-translation", party, part="title", language=language)
    if any(session.abstract.values()):  # what nobody wrote lacks no translation
        for language in missing(session.abstract, frame.languages):
            yield frame.finding("missing-translation", party, part="abstract", language=language)


def _of_times(session: Booked, frame: Frame) -> Iterator[Finding]:
    """A dinner that ends after midnight belongs to the day on which it begins."""
    party = ("session", session.id)
    for end, why in session.clock:
        yield frame.finding("clock-change", party, end=end, why=why)
    if frame.days and session.day and not frame.days[0] <= session.day <= frame.days[1]:
        yield frame.finding("outside-edition", party)
    if session.start and session.end and (length := _minutes(session.end - session.start)) > LONGEST:
        yield frame.finding("too-long", party, hours=length // 60)


def _of_items(session: Booked, frame: Frame) -> Iterator[Finding]:
    """Minutes are those on the clock: a speech that is interpreted consecutively was given its double by whoever
    planned it, and nothing says how long it would be without.
    """
    length = _minutes(session.end - session.start) if session.start and session.end else session.planned
    needed = session.items[-1].after + session.items[-1].minutes
    if length and needed > length:
        yield frame.finding("items-longer-than-session", ("session", session.id), minutes=needed - length)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _of_room(session: Booked, frame: Frame) -> Iterator[Finding]:
    """More people than the room holds as it is set up, where that is known."""
    if session.room is None or session.room not in frame.rooms:
        return
    expected = max(session.audience or 0, session.places or 0)
    seats = frame.rooms[session.room].holds(session.layout) if expected else 0
    if expected > seats > 0:
        parties = (("session", session.id), ("room", session.room))
        yield frame.finding("room-too-small", *parties, people=expected, seats=seats)


def _of_people(session: Booked, frame: Frame) -> Iterator[Finding]:
    party = ("session", session.id)
    waiting = dict.fromkeys(part.person for part in session.parts if not part.confirmed)
    for person in waiting:
        yield frame.finding("speaker-unconfirmed", party, ("person", person))
    led = [part.item for part in session.parts if part.role in LEADING]
    if session.kind == PANEL:
        if not led:
            yield frame.finding("panel-without-moderator", party)
        return
    for item in session.items:
        if item.kind == PANEL and None not in led and item.id not in led:
            yield frame.finding("panel-without-moderator", party, ("item", item.id))
