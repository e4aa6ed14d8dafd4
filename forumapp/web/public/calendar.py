"""For calendar programs (RFC 5545): the agenda, and what one registrant comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.text import pick
from forumapp.domain.forums.ics import calendar_file, days_of, filled_event, host_of, new_event

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
    whole = f"{slug}.{host_of(address)}"
    # Neither language nor version is part of its id: the event must stay the same one.
    began = [(one, new_event(f"{one.code}@{whole}", published_at, version)) for one in sessions]
    return calendar_file(name, [*days, *(_filled(event, one, address, language) for one, event in began)])


def _filled(event: Any, session: Session, address: str, language: str) -> Any:
    return filled_event(
        event,
        session.start,
        session.end,
        summary=pick(session.title, language),
        description=description(session, language),
        url=f"{address}/sessions/{session.code}",
        location=pick(session.room, language),
        status=session.status,
    )


def description(session: Session, language: str) -> str:
    lines = [pick(session.abstract, language)]
    for item in session.items:
        names = ", ".join(part.speaker.name.shown(language) for part in item.parts)
        lines.append(f"{item.start:%H:%M} {pick(item.title, language)}" + (f" · {names}" if names else ""))
    lines.append(", ".join(part.speaker.name.shown(language) for part in session.parts))
    return "\n".join(line for line in lines if line)
