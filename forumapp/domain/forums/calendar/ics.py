"""What calendar programs take (RFC 5545): events, and the days of a forum. All calendars of ours are written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from forumapp.core.values.text import pick
from forumapp.core.values.times import is_shown_twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from forumapp.domain.forums.models import Edition

PRODUCT = "-//forumapp//agenda//EN"  # by which an import knows a calendar of ours
MEDIA_TYPE = "text/calendar"
LOOK_AGAIN = timedelta(hours=1)  # after which a program that subscribed may ask again; RFC 7986 and what came before it


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """`status` is confirmed, tentative or cancelled, which are calendars' own words. What is cancelled stays, marked
    so, or calendars would keep it as it was. `beside` is said under names of our own: each name with its text and its
    parameters.
    """

    uid: str
    stamp: datetime
    version: int
    starts: datetime | date
    ends: datetime | date
    summary: str
    url: str
    description: str = ""
    location: str = ""
    status: str = "confirmed"
    is_free: bool = False  # whoever is there is not busy by it
    beside: tuple[tuple[str, str, Mapping[str, str]], ...] = ()


def session_uid(code: str, slug: str, address: str) -> str:
    """Neither language nor version is part of it: in every calendar of ours it is the same event."""
    return f"{code}@{slug}.{host_of(address)}"


def days_of(edition: Edition, address: str, language: str) -> CalendarEvent:
    """Whole days have no zone: they are those of the place, wherever the reader is. `address` is the forum's page."""
    return CalendarEvent(
        uid=f"{edition.slug}@{host_of(address)}",
        stamp=edition.updated_at,
        version=edition.version,
        starts=edition.starts_on,
        ends=edition.ends_on + timedelta(days=1),
        summary=pick(edition.name, language),
        url=address,
        location=pick(edition.place, language),
        is_free=True,  # the sessions say when one is busy
    )


def calendar_file(name: str, events: Iterable[CalendarEvent]) -> bytes:
    # Late: few ask for a calendar, and it takes a fifth of a second to import.
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    found.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    for event in events:
        found.add_component(_component(event))
    found.add_missing_timezones()
    content: bytes = found.to_ical()
    return content


def _component(one: CalendarEvent) -> Any:
    from icalendar import Event, vText

    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.stamp)
    event.add("sequence", one.version)
    event.add("dtstart", _exact(one.starts))
    event.add("dtend", _exact(one.ends))
    event.add("summary", one.summary)
    if one.description:
        event.add("description", one.description)
    event.add("url", one.url)
    if one.location:
        event.add("location", one.location)
    event.add("status", one.status.upper())
    if one.is_free:
        event.add("transp", "TRANSPARENT")
    for name, text, parameters in one.beside:
        if text:
            event.add(name, [text] if name == "CATEGORIES" else vText(text), parameters=dict(parameters))
    return event


def _exact(when: datetime | date) -> datetime | date:
    """A calendar takes a time that the clocks show twice for the first one; an instant is none of two."""
    return when.astimezone(UTC) if isinstance(when, datetime) and is_shown_twice(when) else when


def host_of(address: str) -> str:
    return urlsplit(address).hostname or "forumapp"
