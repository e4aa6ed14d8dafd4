"""A published agenda as files for other programs, after the schemas of the formats to the letter. Pure."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from forumapp.core.files.spreadsheets import write_csv, write_xlsx
from forumapp.core.values.text import pick
from forumapp.core.values.times import is_shown_twice, zone_named
from forumapp.domain.agenda.content.snapshots import CONFIRMED, zone_of
from forumapp.domain.agenda.formats.calendar_properties import session_properties
from forumapp.domain.agenda.formats.parsing.refs import guid_of
from forumapp.domain.agenda.formats.parsing.texts import marked
from forumapp.domain.agenda.formats.parsing.values import GENERATOR, ZONE_INSTRUCTION
from forumapp.domain.agenda.formats.published import both, by_days, entire, events_of, lacking, moment, standing
from forumapp.domain.agenda.formats.readers.tables import HEADINGS, OURS
from forumapp.domain.forums.calendar.ics import CalendarEvent, calendar_file, session_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forumapp.domain.agenda.formats.published import Event, Publication

# How the names of files in each format end.
ENDINGS = {"xlsx": "xlsx", "csv": "csv", "ics": "ics", "frab-xml": "xml", "frab-json": "json", "json": "json"}
WRITTEN = tuple(ENDINGS)
# Those that say what each answered, and so hold parts that are not confirmed; and those without states of sessions.
WITH_ANSWERS, WITHOUT_STATES = frozenset({"xlsx", "csv", "json"}), frozenset({"frab-xml", "frab-json"})
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+[A-Za-z/_-]*|UTC")
_TIMESLOT = "00:05"


def written(form: str, publication: Publication, language: str) -> bytes:
    """`language` is that of formats that know one; the other one stands beside it where there is a place for it."""
    writers: dict[str, Callable[[Publication, str], bytes]] = {
        "frab-xml": frab_xml,
        "frab-json": frab_json,
        "ics": calendar,
        "csv": _csv,
        "xlsx": _xlsx,
        "json": own_json,
    }
    return writers[form](publication, language)


def _csv(publication: Publication, _language: str) -> bytes:
    return write_csv(*_table(publication))


def _xlsx(publication: Publication, _language: str) -> bytes:
    return write_xlsx(*_table(publication))


def own_json(publication: Publication, _language: str = "") -> bytes:
    publication = entire(publication)
    body = {
        "edition": publication.slug,
        "name": publication.name,
        "zone": publication.zone,
        "version": publication.number,
        "label": publication.label,
        "published_at": publication.published_at.isoformat(),
        # Of the whole version, by which it is known; what everyone may read of it is less, and has another hash.
        "seal": publication.sha256,
        **publication.content,
        "sessions": [_with_own_zone(one, publication) for one in publication.content["sessions"]],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _with_own_zone(session: Mapping[str, Any], publication: Publication) -> dict[str, Any]:
    """The session with its times by the clocks of its place."""
    zone = zone_of(publication.content, session, publication.zone)
    found = dict(session)
    for edge in ("start", "end"):
        if session[edge]["zone"] != zone:
            wall = datetime.fromisoformat(session[edge]["utc"]).astimezone(zone_named(zone)).replace(tzinfo=None)
            found[edge] = {**session[edge], "wall": wall.isoformat(), "zone": zone}
    return found


class _Xml:
    """Elements one after the other; what XML cannot hold is left out."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._to = XMLGenerator(self._out, "utf-8", short_empty_elements=True)
        self._to.startDocument()

    def open(self, tag: str, **attributes: object) -> None:
        given = {name: _NO_XML.sub("", str(value)) for name, value in attributes.items()}
        self._to.startElement(tag, AttributesImpl(given))

    def close(self, tag: str) -> None:
        self._to.endElement(tag)

    def tell(self, target: str, text: str) -> None:
        """What no schema asks for: a processing instruction."""
        self._to.processingInstruction(target, text)

    def say(self, tag: str, text: str, **attributes: object) -> None:
        self.open(tag, **attributes)
        self._to.characters(_NO_XML.sub("", text))
        self.close(tag)

    def done(self) -> bytes:
        self._to.endDocument()
        return self._out.getvalue()


def frab_xml(publication: Publication, language: str) -> bytes:
    """After both schemas of the voc, the one of today and the strict one of before: with what is in either alone, such
    as colors of tracks, one of them would refuse it.
    """
    xml, events = _Xml(), standing(events_of(publication))
    days = by_days(publication, events)
    if lacks := lacking(events, roles=_has_roles):
        xml.tell(GENERATOR, " ".join(lacks))
    xml.open("schedule")
    xml.say("generator", "", name=GENERATOR)
    xml.say("version", publication.version)
    xml.open("conference")
    for tag, text in _conference(publication, days, language).items():
        xml.say(tag, text)
    xml.close("conference")
    for index, (day, start, end, some) in enumerate(days, start=1):
        xml.open("day", index=index, date=day.isoformat(), start=moment(start), end=moment(end))
        for room, held in _by_room(some, language).items():
            xml.open("room", name=room)
            for event in held:
                _xml_event(xml, event, room, language, edition_zone=publication.zone)
            xml.close("room")
        xml.close("day")
    xml.close("schedule")
    return xml.done()


def _has_roles(event: Event) -> bool:
    """Whether anyone has more than the usual part in a session."""
    usual = "panelist" if event.kind == "panel" else "speaker"
    return any(role != usual for _speaker, role, _answer in event.parts)


def _conference(publication: Publication, days: list[Any], language: str) -> dict[str, str]:
    return {
        "acronym": publication.acronym,
        "title": pick(publication.name, language),
        "start": days[0][0].isoformat(),
        "end": days[-1][0].isoformat(),
        "days": str(len(days)),
        "timeslot_duration": _TIMESLOT,
        "base_url": publication.address,
        "time_zone_name": publication.zone,
    }


def _by_room(events: Iterable[Event], language: str) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(pick(event.room, language), []).append(event)
    return found


def _xml_event(xml: _Xml, event: Event, room: str, language: str, *, edition_zone: str) -> None:
    xml.open("event", id=event.id, guid=event.guid)
    if event.zone != edition_zone:
        xml.tell(ZONE_INSTRUCTION, event.zone)
    for tag, text in _told(event, room, language).items():
        xml.say(tag, text)
    xml.open("persons")
    for speaker in event.speakers:
        xml.say("person", speaker.name, id=speaker.id, guid=speaker.guid)
    xml.close("persons")
    xml.close("event")


def _told(event: Event, room: str, language: str) -> dict[str, str]:
    """Times are by the clocks of the session's place."""
    start, _end = event.there
    title, subtitle = both(event.title, language)
    abstract, description = both(event.abstract, language)
    return {
        "room": room,
        "title": title,
        "subtitle": marked(subtitle, event.status, language),
        "type": event.kind,
        "date": moment(start),
        "start": f"{start:%H:%M}",
        "duration": event.duration,
        "abstract": abstract,
        "slug": event.slug,
        "track": pick(event.track, language),
        "language": ", ".join(event.languages),
        "description": description,
        "url": event.url,
    }


def frab_json(publication: Publication, language: str) -> bytes:
    """After the voc's schema.json, version 1."""
    events = standing(events_of(publication))
    days = by_days(publication, events)
    conference: dict[str, Any] = _conference(publication, days, language)
    base_url = conference.pop("base_url")
    conference["daysCount"] = int(conference.pop("days"))
    about = {
        "left_out": lacking(events, roles=lambda event: len(event.parts) > len(event.speakers)),
        "zones": {event.guid: event.zone for event in events if event.zone != publication.zone},
    }
    if about := {name: value for name, value in about.items() if value}:
        conference["meta"] = {GENERATOR: about}
    if not _ZONE.fullmatch(publication.zone):
        del conference["time_zone_name"]
    conference["tracks"] = [
        {"name": pick(track["name"], language), "color": track["color"]} for track in publication.content["tracks"]
    ]
    conference["rooms"] = [{"name": name, "guid": guid} for name, guid in _rooms(publication, language)]
    conference["days"] = [
        {
            "index": index,
            "date": day.isoformat(),
            "day_start": moment(start),
            "day_end": moment(end),
            "rooms": {
                room: [_json_event(event, room, language) for event in held]
                for room, held in _by_room(some, language).items()
            },
        }
        for index, (day, start, end, some) in enumerate(days, start=1)
    ]
    schedule = {"version": publication.version, "base_url": base_url, "conference": conference}
    whole = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": GENERATOR},
        "schedule": schedule,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _rooms(publication: Publication, language: str) -> Iterable[tuple[str, str]]:
    for room in publication.content["rooms"]:
        yield pick(room["name"], language), guid_of(publication.slug, f"room {room['code']}")


def _json_event(event: Event, room: str, language: str) -> dict[str, Any]:
    return {
        "id": event.id,
        "guid": event.guid,
        **_told(event, room, language),
        "end": moment(event.there[1]),
        "persons": [
            {
                "id": one.id,
                "guid": one.guid,
                "public_name": one.name,
                "role": one.role,
                "biography": pick(one.biography, language),
            }
            for one in event.speakers
        ],
        "links": [],
    }


def calendar(publication: Publication, language: str) -> bytes:
    """With what calendars have no place for under names of our own, so that it is read again."""
    events = (_calendar_event(one, publication, language) for one in events_of(publication))
    return calendar_file(pick(publication.name, language), events)


def _calendar_event(one: Event, publication: Publication, language: str) -> CalendarEvent:
    told = [*both(one.abstract, language), "\n".join(speaker.name for speaker in one.speakers)]
    return CalendarEvent(
        uid=session_uid(one.code, publication.slug, publication.address),
        stamp=publication.published_at,
        version=publication.number,
        starts=one.there[0],
        ends=one.there[1],
        summary=pick(one.title, language),
        url=one.url,
        description="\n\n".join(filter(None, told)),
        location=pick(one.location, language),
        status=one.status,
        beside=session_properties(
            title=one.title,
            abstract=one.abstract,
            room=one.room,
            track=one.track,
            kind=one.kind,
            speakers=((speaker.name, role) for speaker, role, _answer in one.parts),
            left_out=one.left_out,
            language=language,
        ),
    )


def _table(publication: Publication) -> tuple[list[str], list[list[str]]]:
    """Times at the place of the session, in its zone; under the headings that an import knows."""
    events = events_of(entire(publication))
    names = (*OURS, *(("left_out",) if any(event.left_out for event in events) else ()))
    return [HEADINGS[name][0] for name in names], [[_cells(event).get(name, "") for name in names] for event in events]


def _cells(event: Event) -> Mapping[str, str]:
    start, end = event.there
    return {
        "code": event.code,
        "kind": event.kind,
        "status": event.status,
        "start": _wall(start),
        "end": _wall(end),
        "zone": event.zone,
        "minutes": str(event.minutes),
        "languages": ", ".join(event.languages),
        "interpretation": event.interpretation,
        "press": event.press,
        "speakers": "; ".join(
            f"{role}: {_one_name(one.name)}" + (f" [{answer}]" if answer != CONFIRMED else "")
            for one, role, answer in event.parts
        ),
        "answer": CONFIRMED if event.speakers else "",  # but for those of whom another one is told
        "left_out": ", ".join(event.left_out),
        **{
            f"{name}.{language}": text
            for name in ("title", "abstract", "room", "track")
            for language, text in getattr(event, name).items()
        },
    }


def _wall(when: datetime) -> str:
    """With its offset only where it would else be one of two."""
    return f"{when:%Y-%m-%d %H:%M}" + (f"{when:%z}" if is_shown_twice(when) else "")


def _one_name(name: str) -> str:
    return re.sub(r"[;；\n|、]", " ", name)
