"""A published agenda with what is hard in a speaker's own one: a consecutive speech, a panel, a dinner past midnight
in all rooms, and a session while the clocks go back.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any

from forumapp.core.values.times import Moment
from forumapp.domain.agenda.speaker_pages.briefing import own_parts
from forumapp.domain.printing.paper import documents as paper

LA = "America/Los_Angeles"
LIU, MOORE, CHEN, WANG = 1, 2, 3, 9


def at(day: int, hour: int, minute: int = 0, fold: int = 0) -> dict[str, str]:
    month = 10 if day == 31 else 11
    moment = Moment(datetime(2026, month, day, hour, minute), LA, fold)
    return {"utc": moment.utc.isoformat(), "wall": moment.wall.isoformat(), "zone": LA}


def person(family: str, given: str, native: str, title: dict[str, str], office: dict[str, str]) -> dict[str, Any]:
    return {
        "latin_family": family, "latin_given": given, "name_order": "family-first" if native else "given-first",
        "native_full": native, "native_language": "zh-Hans", "form_of_address": {}, "biography": {}, "is_sample": False,
        "titles": [{"title": title, "organization": office}],
    }  # fmt: skip


def role(who: int, what: str, item: int | None = None, position: int = 0, **more: Any) -> dict[str, Any]:
    return {"person": who, "item": item, "role": what, "status": "confirmed", "position": position, **more}


def session(number: int, code: str, title: dict[str, str], when: tuple[Any, Any], **more: Any) -> dict[str, Any]:
    usual = {
        "abstract": {}, "kind": "panel", "status": "confirmed", "room": 1, "track": None, "interpretation": "none",
        "channels": [], "languages": [], "press": "open", "is_sample": False, "items": [], "roles": [],
    }  # fmt: skip
    return {"id": number, "code": code, "title": title, "start": when[0], "end": when[1], **usual, **more}


def item(number: int, title: dict[str, str], minutes: int, starts: dict[str, str], mode: str) -> dict[str, Any]:
    return {
        "id": number, "kind": "speech", "title": title, "minutes": minutes, "mode": mode, "start_utc": starts["utc"],
    }  # fmt: skip


def content() -> dict[str, Any]:
    opening = [
        item(11, {"en": "Welcome", "zh-Hans": "欢迎辞"}, 10, at(31, 9), "none"),
        item(12, {"en": "Ports after 2030", "zh-Hans": "2030年后的港口"}, 20, at(31, 9, 10), "consecutive"),
    ]
    channels = [{"number": 1, "language": "en"}, {"number": 2, "language": "zh-Hans"}]
    speaks: dict[str, Any] = {"interpretation": "simultaneous", "languages": ["en", "zh-Hans"], "channels": channels}
    heard = [
        role(MOORE, "mc"),
        role(CHEN, "speaker", 11, 1),
        role(LIU, "keynote", 12, 2),
        role(WANG, "interpreter", 12, 3),
    ]
    panel = [role(LIU, "panelist", None, 1), role(CHEN, "panelist", None, 2), role(MOORE, "moderator", None, 0)]
    unsure = {**role(WANG, "panelist", None, 3), "status": "invited"}
    return {
        "rooms": [{"id": 1, "code": "a", "name": {"en": "Grand Ballroom", "zh-Hans": "大宴会厅"}}],
        "tracks": [],
        "sessions": [
            session(1, "opening", {"en": "Opening", "zh-Hans": "开幕式"}, (at(31, 9), at(31, 10, 30)),
                    items=opening, roles=heard, **speaks),
            session(2, "panel", {"en": "Financing", "zh-Hans": "转型融资"}, (at(31, 14), at(31, 15, 30)),
                    roles=[*panel, unsure], av_needs="Two screens", **speaks),
            session(3, "dinner", {"en": "Dinner", "zh-Hans": "晚宴"}, (at(31, 21), at(1, 0, 30)),
                    kind="meal", status="tentative", room=None, in_all_rooms=True, roles=[role(LIU, "speaker")]),
            session(4, "late", {"en": "Night session", "zh-Hans": "夜场"}, (at(1, 0, 45), at(1, 1, 15, 1)),
                    status="cancelled", roles=[role(LIU, "chair")]),
        ],
        "people": {
            "1": person("Liu", "Chun", "刘春", {"en": "Chair", "zh-Hans": "主席"}, {"en": "Port Group", "zh-Hans": "港口集团"}),
            "2": person("Moore", "Elizabeth", "", {"en": "Director", "zh-Hans": "总监"}, {"en": "Council", "zh-Hans": "委员会"}),
            "3": person("Chen", "Xiaoming", "陈晓明", {"en": "Vice Governor", "zh-Hans": "副省长"}, {"en": "Jiangsu", "zh-Hans": "江苏省"}),
            "9": person("Wang", "Li", "王丽", {}, {}),
        },
        "speakers": [CHEN, LIU, MOORE],
    }  # fmt: skip


def agenda_of(person_id: int, languages: tuple[str, ...], printed_at: datetime) -> paper.SpeakerAgendaValues:
    from forumapp.domain.printing.speaker_agendas import part_values, person_values

    head = paper.EditionHead(
        name={"en": "2026 Forum", "zh-Hans": "2026年论坛"}, ordinal=8, starts_on=date(2026, 10, 31),
        ends_on=date(2026, 11, 1), zone=LA, place={"en": "Los Angeles", "zh-Hans": "洛杉矶"}, languages=languages,
    )  # fmt: skip
    days = groupby(own_parts(content(), person_id), key=lambda one: one.span.start.wall.date())
    return paper.SpeakerAgendaValues(
        head=head,
        person=person_values(content(), person_id),
        days=tuple(paper.SpeakerDay(day, tuple(map(part_values, found))) for day, found in days),
        version=3,
        printed_at=printed_at,
        home_zone="Asia/Shanghai",
        contact="Ms. Wang +1 626 555 0123",
        av_needs="One video with sound",
    )
