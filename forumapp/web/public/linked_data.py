"""What search engines read of a forum and its sessions (schema.org, as JSON-LD)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forumapp.core.values.text import pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.forums.models import Edition
    from forumapp.web.public.agenda.program import Session, Speaker

SCHEMA = "https://schema.org"
STATES = {"cancelled": "EventCancelled"}
SCHEDULED = "EventScheduled"


def block(values: Mapping[str, Any]) -> Markup:
    """An element that browsers read past: data is not run, so that no policy of scripts concerns it."""
    text = json.dumps({"@context": SCHEMA, **values}, ensure_ascii=False, separators=(",", ":"))
    # Within it, "</script>" would end it and "<!--" would begin something else.
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(safe))  # noqa: S704 (made safe above)


def event_of(edition: Edition, address: str, language: str) -> dict[str, Any]:
    thing: dict[str, Any] = {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": pick(edition.name, language),
        "startDate": edition.starts_on.isoformat(),
        "endDate": edition.ends_on.isoformat(),
        "eventStatus": f"{SCHEMA}/{SCHEDULED}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
    }
    if edition.place:
        thing["location"] = place_of(pick(edition.place, language))
    return thing


def with_sessions(event: dict[str, Any], sessions: Iterable[Session], agenda: str, language: str) -> dict[str, Any]:
    """The forum with what it consists of; `agenda` is the address of its agenda."""
    parts = [_short(session, agenda, language) for session in sessions]
    return {**event, "subEvent": parts} if parts else event


def session_of(session: Session, forum: Mapping[str, Any], agenda: str, language: str) -> dict[str, Any]:
    """A session whole, with those who are heard in it and the forum that it belongs to."""
    thing = _short(session, agenda, language)
    if session.abstract:
        thing["description"] = pick(session.abstract, language)
    if session.languages:
        thing["inLanguage"] = session.languages
    if session.people:
        thing["performer"] = [person_of(person, language) for person in session.people]
    return {**thing, "superEvent": {key: forum[key] for key in ("@type", "@id", "url", "name", "startDate", "endDate")}}


def person_of(speaker: Speaker, language: str) -> dict[str, Any]:
    names = [name for name in (speaker.name.latin, speaker.name.native_full) if name]
    shown = speaker.name.shown(language)
    thing: dict[str, Any] = {"@type": "Person", "name": shown}
    if other := [name for name in names if name != shown]:
        thing["alternateName"] = other[0]
    if speaker.titles:
        office = speaker.titles[0]
        if title := pick(office["title"], language):
            thing["jobTitle"] = title
        if organization := pick(office["organization"], language):
            thing["affiliation"] = {"@type": "Organization", "name": organization}
    return thing


def place_of(name: str) -> dict[str, Any]:
    return {"@type": "Place", "name": name}


def _short(session: Session, agenda: str, language: str) -> dict[str, Any]:
    address = f"{agenda}/sessions/{session.code}"
    starts, ends = session.there or (session.start, session.end)
    thing: dict[str, Any] = {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": pick(session.title, language),
        "startDate": starts.isoformat(),
        "endDate": ends.isoformat(),
        "eventStatus": f"{SCHEMA}/{STATES.get(session.status, SCHEDULED)}",
    }
    if session.room:
        thing["location"] = _location(session, language)
    return thing


def _location(session: Session, language: str) -> dict[str, Any]:
    """The room, and the venue that contains it. Search engines want the address at the place itself as well."""
    room = place_of(pick(session.room, language))
    name, address = (pick(session.venue.get(part) or {}, language) for part in ("name", "address"))
    at = {"address": address} if address else {}
    return {**room, **at, "containedInPlace": {**place_of(name), **at}} if name else {**room, **at}
