"""The agenda for calendar programs (RFC 5545)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forumapp.core.text import pick

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

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
) -> bytes:
    """Every session as an event; a cancelled one stays, marked so, or calendars would keep it as it was."""
    # Late: few ask for a calendar, and it takes a fifth of a second to import.
    from icalendar import Calendar, Event

    found = Calendar()
    found.add("prodid", "-//forumapp//agenda//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    host = urlsplit(address).hostname or "forumapp"
    for session in sessions:
        event = Event()
        # Neither language nor version is part of it: the event must stay the same one.
        event.add("uid", f"{session.code}@{slug}.{host}")
        event.add("dtstamp", published_at)
        event.add("sequence", version)
        event.add("dtstart", session.start)
        event.add("dtend", session.end)
        event.add("summary", pick(session.title, language))
        event.add("description", description(session, language))
        event.add("url", f"{address}#{session.code}")
        if session.room:
            event.add("location", pick(session.room, language))
        event.add("status", "CANCELLED" if session.status == "cancelled" else "CONFIRMED")
        found.add_component(event)
    found.add_missing_timezones()
    content: bytes = found.to_ical()
    return content


def description(session: Session, language: str) -> str:
    lines = [pick(session.abstract, language)]
    for item in session.items:
        names = ", ".join(part.speaker.name.shown(language) for part in item.parts)
        lines.append(f"{item.start:%H:%M} {pick(item.title, language)}" + (f" · {names}" if names else ""))
    lines.append(", ".join(part.speaker.name.shown(language) for part in session.parts))
    return "\n".join(line for line in lines if line)
