"""What is wrong with a session by itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.agenda.days import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    yield from _untranslated(session.title, "title", party, frame)
    if any(session.abstract.values()):  # what nobody wrote lacks no translation
        yield from _untranslated(session.abstract, "abstract", party, frame)


def _untranslated(text: Mapping[str, str], part: str, party: tuple[str, int], frame: Frame) -> Iterator[Finding]:
    for language in frame.languages:
        if not text.get(language):
            yield frame.finding("missing-translation", party, part=part, language=language)


def _of_times(session: Booked, frame: Frame) -> Iterator[Finding]:
    party = ("session", session.id)
    for end, why in session.clock:
        yield frame.finding("clock-change", party, end=end, why=why)
    if frame.days and session.start and not frame.days[0] <= day_of(session.start, frame.zone) <= frame.days[1]:
        yield frame.finding("outside-edition", party)
    if session.start and session.end and (length := _minutes(session.end - session.start)) > LONGEST:
        yield frame.finding("too-long", party, hours=length // 60)


def _of_items(session: Booked, frame: Frame) -> Iterator[Finding]:
    """Minutes are those on the clock: a speech that is interpreted consecutively takes its double."""
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
    for code, people in (("speaker-declined", session.declined), ("speaker-unconfirmed", waiting)):
        for person in people:
            yield frame.finding(code, party, ("person", person))
    led = [part.item for part in session.parts if part.role in LEADING]
    if session.kind == PANEL:
        if not led:
            yield frame.finding("panel-without-moderator", party)
    elif None not in led:
        for item in session.items:
            if item.kind == PANEL and item.id not in led:
                yield frame.finding("panel-without-moderator", party, ("item", item.id))
