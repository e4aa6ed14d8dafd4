"""Reading schedules in frab's XML, as pentabarf, frab, pretalx, osem and others write it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.agenda.formats.parsing import texts, times
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, parts, role_of
from forumapp.domain.agenda.formats.parsing.values import GENERATOR, ZONE_INSTRUCTION, UnreadableSchedule
from forumapp.domain.agenda.formats.parsing.xml_trees import tree
from forumapp.domain.agenda.formats.readers.frab_days import day_of

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.domain.agenda.formats.parsing.values import Schedule
    from forumapp.domain.agenda.formats.parsing.xml_trees import Node
    from forumapp.domain.agenda.formats.readers.frab_days import Day


def read(content: bytes, zone: str) -> Schedule:
    root = tree(content)
    if root.tag != "schedule":
        raise UnreadableSchedule(why="unknown-format", at=f"line {root.line} <{root.tag}>")
    generator = root.one("generator")
    is_ours = generator is not None and generator.attributes.get("name") == GENERATOR
    build = Building("frab-xml", zone, is_ours=is_ours)
    build.notes.left_out(root.told.get(GENERATOR, ""), "")
    conference = root.one("conference")
    if conference is not None:
        build.source = conference.word("acronym") or conference.word("title")
        named = conference.one("time_zone_name")
        if named is not None:
            build.times.name(texts.line(named.text), _at(named))
        for track in conference.all("track"):
            build.track(track.attributes.get("name") or track.text, _at(track), track.attributes.get("color"))
    else:
        build.notes.note(_at(root), "no-conference")
    days = list(root.all("day"))
    if not days:
        raise UnreadableSchedule(why="no-days", at=_at(root))
    change = conference.word("day_change") if conference is not None else ""
    for day in days:
        said = day.attributes
        held_on = day_of(build.times, said.get("date"), said.get("start"), said.get("end"), change)
        for room in day.all("room"):
            name = room.attributes.get("name", "")
            build.room(name, _at(room))
            for event in room.all("event"):
                _event(build, event, held_on, name)
    return build.done()


def _at(node: Node) -> str:
    return f"line {node.line} <{node.tag}>"


def _event(build: Building, event: Node, day: Day, room: str) -> None:
    notes, at = build.noted(), _at(event)
    first, subtitle = (notes.line(event.word(tag), at) for tag in ("title", "subtitle"))
    status, second = texts.unmarked(subtitle)
    title = texts.in_languages(first, second)
    told = [second] if second and second not in title.values() else []
    told += [notes.paragraphs(event.word(tag), at) for tag in ("abstract", "description")]
    build.session(
        notes,
        at,
        title,
        ref=event.attributes.get("guid") or event.attributes.get("id") or event.word("slug"),
        abstract=abstract_of(told),
        status=status or notes.status(event.word("state") or event.word("status"), at),
        kind=notes.kind(event.word("type"), title, _at(event.one("type") or event)),
        room=build.room(event.word("room") or room, at),
        track=build.track(event.word("track"), at),
        languages=notes.languages(event.word("language"), _at(event.one("language") or event)),
        start=_start(build, event, day, notes),
        minutes=_minutes(event, notes),
        parts=_people(build, event),
        places={"minutes": _at(event.one("duration") or event), "start": _at(event.one("date") or event)},
    )


def abstract_of(told: list[str]) -> dict[str, str]:
    """A file that tells it twice, in English and in Chinese, says one thing in two languages."""
    found: dict[str, list[str]] = {}
    for text in told:
        if text:
            found.setdefault(texts.language_of_words(text), []).append(text)
    return {language: texts.joined(some) for language, some in found.items()}


def _start(build: Building, event: Node, day: Day, notes: Notes) -> object:
    """Its moment with the offset, or else the time of its day."""
    moment, clock = event.one("date"), event.one("start")
    zone = event.told.get(ZONE_INSTRUCTION, "").strip()
    if moment is not None and zone and (own := times.in_zone(texts.line(moment.text), zone)):
        return own
    written = times.written(texts.line(moment.text)) if moment else None
    if moment is not None and written is not None and times.has_time(texts.line(moment.text)):
        return build.wall(written, _at(moment), notes)
    if moment is not None and moment.text.strip():
        notes.note(_at(moment), "not-a-time", moment.text.strip())
    minutes = times.of_day(texts.line(clock.text)) if clock else None
    if clock is None or minutes is None:
        if clock is not None and clock.text.strip():
            notes.note(_at(clock), "not-a-time", clock.text.strip())
        return None
    when = times.on(_date(written), minutes) if written else day.at(minutes)
    if when is None:
        notes.note(_at(clock), "day-missing", clock.text.strip())
        return None
    return build.wall(when, _at(clock), notes)


def _date(when: datetime) -> datetime:
    return when.replace(tzinfo=None)


def _minutes(event: Node, notes: Notes) -> int | None:
    duration = event.one("duration")
    return notes.length(duration.text, _at(duration)) if duration is not None else None


def _people(build: Building, event: Node) -> object:
    people = event.one("persons")
    found = people.children if people else []
    return parts((build.speaker(one.text, "", _at(one)), role_of(one.attributes.get("role", ""))) for one in found)
