"""What is wrong with a session by itself. Pure.

Each rule returns a list, which is quicker here than yielding: a draft has thousands of findings, and most rules find
nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from forumapp.domain.agenda.days import bounds
from forumapp.domain.agenda.speech_order import SPEAKING, SPEECH, Speaking, Speeches, out_of_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.agenda.findings.values import Booked, Finding, Frame

MINUTE = timedelta(minutes=1)
LONGEST = 16 * 60  # minutes; what is longer has a slip in its dates
PANEL = "panel"
LEADING = ("moderator", "chair")


def of_one(session: Booked, frame: Frame) -> list[Finding]:
    length = (session.end - session.start) // MINUTE if session.start and session.end else None
    party = ("session", session.id)
    found = _of_times(session, length, frame)
    if session.items:
        found += _of_items(session, session.planned if length is None else length, frame)
    if session.room is not None:
        found += _of_room(session, session.room, frame)
    found += _of_people(session, frame)
    if frame.speeches:
        found += _of_speeches(session, frame)
    found += _untranslated(session.title, "title", frame, party)
    if any(session.abstract.values()):  # what nobody wrote lacks no translation
        found += _untranslated(session.abstract, "abstract", frame, party)
    for item in session.items:
        if any(item.title.values()):
            found += _untranslated(item.title, "item", frame, party, ("item", item.id))
    return found


def _untranslated(text: Mapping[str, str], part: str, frame: Frame, *parties: tuple[str, int]) -> list[Finding]:
    return [
        frame.finding("missing-translation", *parties, part=part, language=language)
        for language in frame.languages
        if not text.get(language)
    ]


def _of_times(session: Booked, length: int | None, frame: Frame) -> list[Finding]:
    party = ("session", session.id)
    if session.start is None:
        return [frame.finding("confirmed-without-time", party)] if session.confirmed else []
    found = [frame.finding("clock-change", party, end=end, why=why) for end, why in session.clock]
    if frame.days:
        first, last = bounds(frame.days, frame.zone)
        if not first <= session.start < last:
            found.append(frame.finding("outside-edition", party))
    if length is not None and length > LONGEST:
        found.append(frame.finding("too-long", party, hours=length // 60))
    return found


def _of_items(session: Booked, length: int | None, frame: Frame) -> list[Finding]:
    """Minutes are those on the clock: a speech that is interpreted consecutively takes its double."""
    needed = session.items[-1].after + session.items[-1].minutes
    if not length or needed <= length:
        return []
    return [frame.finding("items-longer-than-session", ("session", session.id), minutes=needed - length)]


def _of_room(session: Booked, room: int, frame: Frame) -> list[Finding]:
    """More people than the room holds as it is set up, where that is known."""
    expected = max(session.audience or 0, session.places or 0)
    seats = frame.rooms[room].holds(session.layout) if expected and room in frame.rooms else 0
    if not expected > seats > 0:
        return []
    return [frame.finding("room-too-small", ("session", session.id), ("room", room), people=expected, seats=seats)]


def _of_speeches(session: Booked, frame: Frame) -> list[Finding]:
    """Told once of a session, of the first two: to put these right puts all of them in order."""
    rank = frame.speeches.get(session.id) or frame.speeches.get(None, {})
    pair = out_of_order(_speeches(session), rank) if rank else None
    if pair is None:
        return []
    people = (("person", one) for one in pair)
    return [frame.finding("speeches-out-of-order", ("session", session.id), *people)]


def _speeches(session: Booked) -> Speeches:
    return Speeches(
        tuple(one.id for one in session.items),
        frozenset(one.id for one in session.items if one.kind == SPEECH),
        tuple(
            Speaking(number, part.person, part.item)
            for number, part in enumerate(session.parts)
            if part.role in SPEAKING
        ),
    )


def _of_people(session: Booked, frame: Frame) -> list[Finding]:
    party = ("session", session.id)
    found = [frame.finding("speaker-declined", party, ("person", person)) for person in sorted(session.declined)]
    waiting = {part.person for part in session.parts if not part.confirmed}
    if waiting:
        found += [frame.finding("speaker-unconfirmed", party, ("person", person)) for person in sorted(waiting)]
    led = [part.item for part in session.parts if part.role in LEADING]
    if session.kind == PANEL:
        if not led:
            found.append(frame.finding("panel-without-moderator", party))
    elif None not in led:
        found += [
            frame.finding("panel-without-moderator", party, ("item", item.id))
            for item in session.items
            if item.kind == PANEL and item.id not in led
        ]
    return found
