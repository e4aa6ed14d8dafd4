"""For calendar programs (RFC 5545): the agenda, and what one registrant comes to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from forumapp.core.text import pick

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
    """Every session as an event; a cancelled one stays, marked so, or calendars would keep it as it was. An `edition`
    stands before them with its days.
    """
    # Late: few ask for a calendar, and it takes a fifth of a second to import.
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//forumapp//agenda//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    host = urlsplit(address).hostname or "forumapp"
    if edition is not None:
        found.add_component(_days(edition, f"{slug}@{host}", address, language))
    for session in sessions:
        # Neither language nor version is part of its id: the event must stay the same one.
        event = _event(f"{session.code}@{slug}.{host}", published_at, version)
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


def _days(edition: Edition, uid: str, address: str, language: str) -> Any:
    """Whole days have no zone: they are those of the place, wherever the reader is."""
    event = _event(uid, edition.updated_at, edition.version)
    event.add("dtstart", edition.starts_on)
    event.add("dtend", edition.ends_on + timedelta(days=1))
    event.add("summary", pick(edition.name, language))
    event.add("url", address)
    if edition.place:
        event.add("location", pick(edition.place, language))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # the sessions say when one is busy
    return event


def _event(uid: str, stamp: datetime, version: int) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("sequence", version)
    return event


def description(session: Session, language: str) -> str:
    lines = [pick(session.abstract, language)]
    for item in session.items:
        names = ", ".join(part.speaker.name.shown(language) for part in item.parts)
        lines.append(f"{item.start:%H:%M} {pick(item.title, language)}" + (f" · {names}" if names else ""))
    lines.append(", ".join(part.speaker.name.shown(language) for part in session.parts))
    return "\n".join(line for line in lines if line)
