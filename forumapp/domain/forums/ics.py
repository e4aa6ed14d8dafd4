"""What calendar programs take (RFC 5545): events, and the days of a forum."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from forumapp.core.text import pick

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from forumapp.domain.forums.models import Edition

PRODUCT = "-//forumapp//agenda//EN"  # by which an import knows a calendar of ours
MEDIA_TYPE = "text/calendar"
LOOK_AGAIN = timedelta(hours=1)  # after which a program that subscribed may ask again; RFC 7986 and what came before it


def calendar_file(name: str, events: Iterable[Any]) -> bytes:
    # Late: few ask for a calendar, and it takes a fifth of a second to import.
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    found.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    for event in events:
        found.add_component(event)
    found.add_missing_timezones()
    content: bytes = found.to_ical()
    return content


def days_of(edition: Edition, address: str, language: str) -> Any:
    """Whole days have no zone: they are those of the place, wherever the reader is. `address` is the forum's page."""
    event = new_event(f"{edition.slug}@{host_of(address)}", edition.updated_at, edition.version)
    event.add("dtstart", edition.starts_on)
    event.add("dtend", edition.ends_on + timedelta(days=1))
    event.add("summary", pick(edition.name, language))
    event.add("url", address)
    if edition.place:
        event.add("location", pick(edition.place, language))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # the sessions say when one is busy
    return event


def filled_event(
    event: Any,
    starts: datetime,
    ends: datetime,
    *,
    summary: str,
    description: str = "",
    url: str,
    location: str = "",
    status: str,
) -> Any:
    """`status` is confirmed, tentative or cancelled, which are calendars' own words. What is cancelled stays, marked
    so, or calendars would keep it as it was.
    """
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", summary)
    event.add("description", description)
    event.add("url", url)
    if location:
        event.add("location", location)
    event.add("status", status.upper())
    return event


def new_event(uid: str, stamp: datetime, version: int) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("sequence", version)
    return event


def host_of(address: str) -> str:
    return urlsplit(address).hostname or "forumapp"
