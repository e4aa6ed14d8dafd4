"""Calendars (RFC 5545) of the agenda, and of one registrant's sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import pick
from forumapp.domain.agenda.formats.calendar_properties import session_properties
from forumapp.domain.agenda.formats.published import both_names
from forumapp.domain.forums.calendar.ics import CalendarEvent, calendar_file, days_of, session_uid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from forumapp.domain.agenda.formats.calendar_properties import Properties
    from forumapp.domain.forums.models import Edition
    from forumapp.web.public.agenda.program import Session


def calendar(
    sessions: Iterable[Session],
    *,
    slug: str,
    name: str,
    address: str,
    language: str,
    version: int,
    published_at: datetime,
    edition: Edition | None = None,
) -> bytes:
    """Every session as an event. An `edition` stands before them with its days."""
    days = [] if edition is None else [days_of(edition, address, language)]
    events = (
        CalendarEvent(
            uid=session_uid(session.code, slug, address),
            stamp=published_at,
            version=version,
            starts=session.there[0] if session.there else session.start,
            ends=session.there[1] if session.there else session.end,
            summary=pick(session.title, language),
            description=description(session, language),
            url=f"{address}/sessions/{session.code}",
            location=pick(session.location, language),
            status=session.status,
            beside=_properties(session, language),
        )
        for session in sessions
    )
    return calendar_file(name, [*days, *events])


def _properties(session: Session, language: str) -> Properties:
    parts = [*session.parts, *(part for item in session.items for part in item.parts)]
    left_out = {"items": session.items, "channels": session.channels}
    return session_properties(
        title=session.title,
        abstract=session.abstract,
        room=session.room,
        track=session.track,
        kind=session.kind,
        speakers=dict.fromkeys((both_names(part.speaker.name), part.role) for part in parts),
        left_out=[word for word, values in left_out.items() if values],
        language=language,
    )


def description(session: Session, language: str) -> str:
    lines = [pick(session.abstract, language)]
    for item in session.items:
        names = ", ".join(part.speaker.name.shown(language) for part in item.parts)
        lines.append(f"{item.start:%H:%M} {pick(item.title, language)}" + (f" · {names}" if names else ""))
    lines.append(", ".join(part.speaker.name.shown(language) for part in session.parts))
    return "\n".join(line for line in lines if line)
