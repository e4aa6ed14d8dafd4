"""For calendar programs (RFC 5545): the agenda, and what one registrant comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.text import pick
from forumapp.domain.forums.ics import CalendarEvent, calendar_file, days_of, session_uid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from forumapp.domain.forums.models import Edition
    from forumapp.web.public.program import Session


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
            uid=session_uid(one.code, slug, address),
            stamp=published_at,
            version=version,
            starts=one.start,
            ends=one.end,
            summary=pick(one.title, language),
            description=description(one, language),
            url=f"{address}/sessions/{one.code}",
            location=pick(one.room, language),
            status=one.status,
        )
        for one in sessions
    )
    return calendar_file(name, [*days, *events])


def description(session: Session, language: str) -> str:
    lines = [pick(session.abstract, language)]
    for item in session.items:
        names = ", ".join(part.speaker.name.shown(language) for part in item.parts)
        lines.append(f"{item.start:%H:%M} {pick(item.title, language)}" + (f" · {names}" if names else ""))
    lines.append(", ".join(part.speaker.name.shown(language) for part in session.parts))
    return "\n".join(line for line in lines if line)
