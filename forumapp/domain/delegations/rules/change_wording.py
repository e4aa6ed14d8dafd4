"""What has changed of people's itineraries in words, for pages, mails and paper alike. Pure.

They are in the reader's language and not in that of whoever tells them, so that they do not go by a page's language.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from babel.dates import format_skeleton, get_timezone_location

from forumapp.core.values.text import pick
from forumapp.core.values.times import moment_at, zone_named
from forumapp.domain.delegations.rules.item_changes import ROOM, ROOMS, span_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.core.values.times import Moment
    from forumapp.domain.delegations.rules.item_changes import ItemChange

Texts = dict[str, str]

NEW: Texts = {"en": "New", "zh-Hans": "新增"}
OFF: Texts = {"en": "No longer for you", "zh-Hans": "取消（无需参加）"}
CHANGED: Texts = {"en": "Changed", "zh-Hans": "变更"}
TIME = "time"
FIELDS: dict[str, Texts] = {
    "title": {"en": "What", "zh-Hans": "内容"},
    TIME: {"en": "When", "zh-Hans": "时间"},
    "place": {"en": "Where", "zh-Hans": "地点"},
    "end_place": {"en": "To", "zh-Hans": "目的地"},
    "address": {"en": "Address", "zh-Hans": "地址"},
    "flight": {"en": "Flight or train", "zh-Hans": "航班／车次"},
    "from_terminal": {"en": "Departs from terminal", "zh-Hans": "出发航站楼"},
    "to_terminal": {"en": "Arrives at terminal", "zh-Hans": "到达航站楼"},
    "estimated_start": {"en": "Expected to leave", "zh-Hans": "预计出发"},
    "estimated_end": {"en": "Expected to arrive", "zh-Hans": "预计到达"},
    "host": {"en": "Host", "zh-Hans": "接待单位"},
    "dress": {"en": "Dress", "zh-Hans": "着装"},
    "gift": {"en": "Gift", "zh-Hans": "礼品"},
    "press": {"en": "Press", "zh-Hans": "媒体"},
    "contact": {"en": "Contact on site", "zh-Hans": "现场联系人"},
    "vehicle": {"en": "Vehicle", "zh-Hans": "车辆"},
    "note": {"en": "Note", "zh-Hans": "备注"},
}
NUMBER: Texts = {"en": "room {number}", "zh-Hans": "{number}房间"}
NIGHTS: Texts = {"en": "{first} to {last}", "zh-Hans": "{first}至{last}"}
SHARED: Texts = {"en": "shared with {names}", "zh-Hans": "与{names}同住"}
OTHERS: Texts = {"en": "{count} of another delegation", "zh-Hans": "其他代表团{count}人"}
BETWEEN: Texts = {"en": ", ", "zh-Hans": "，"}
AND: Texts = {"en": " and ", "zh-Hans": "、"}
TEXTS = ("title", "place", "end_place", "address", "host", "dress", "gift", "note")
WHEN = {language: (said, ROOM[language]) for language, said in FIELDS[TIME].items()}
OPEN_TO_PRESS: Texts = {"en": "open to the press", "zh-Hans": "对媒体开放"}
OPERATED: Texts = {"en": "{flight} (operated by {other})", "zh-Hans": "{flight}（由{other}承运）"}
IN_ZONE: Texts = {"en": "{when} ({city} time)", "zh-Hans": "{when}（{city}时间）"}
NOTHING = "—"


class Line(NamedTuple):
    """One thing that differs: what it is called, what it was and what it is."""

    label: str
    was: str
    now: str


def kind_of(change: ItemChange) -> Texts:
    return CHANGED if change.was and change.now else NEW if change.now else OFF


def title_of(change: ItemChange, language: str) -> str:
    return " ".join(pick(change.said["title"], language).split())


def when_of(said: Mapping[str, Any], language: str) -> str:
    """“May 24 09:00–11:00 (Los Angeles time)”, each end by the clocks there; of rooms, which ones for which nights."""
    if ROOMS in said:
        return "; ".join(_room(one, language) for one in said[ROOMS])
    span = span_said(said)
    start, end = span.start, span.end
    if start.zone != end.zone:
        return f"{_moment(start, language)} – {_moment(end, language)}"
    is_one_day = start.wall.date() == end.wall.date()
    close = f"–{end.wall:%H:%M}" if is_one_day else f" – {_day_and_time(end, language)}"
    return _zoned(f"{_day_and_time(start, language)}{close}", start, language)


def lines_of(change: ItemChange, language: str) -> list[Line]:
    """What differs of an item that was for them and still is."""
    if not (change.was and change.now):
        return []
    if ROOMS in change.said:
        return [Line(ROOM[language], when_of(change.was, language), when_of(change.now, language))]
    was, now = _worded(change.was, language), _worded(change.now, language)
    named = ((FIELDS[name][language], was.get(name, ""), now.get(name, "")) for name in FIELDS)
    return [Line(label, before or NOTHING, after or NOTHING) for label, before, after in named if before != after]


def in_words(changes: Iterable[ItemChange], language: str) -> str:
    """A paragraph for each, as a mail has them."""
    return "\n\n".join(_paragraph(one, language) for one in changes)


def _paragraph(change: ItemChange, language: str) -> str:
    colon = "：" if language.startswith("zh") else ": "
    head = f"{kind_of(change)[language]}{colon}{title_of(change, language)}"
    lines = lines_of(change, language)
    if not lines:
        where = pick(change.said.get("place") or {}, language)
        return "\n".join(filter(None, (head, when_of(change.said, language), where)))
    told = [] if any(line.label in WHEN[language] for line in lines) else [when_of(change.said, language)]
    return "\n".join([head, *told, *(f"{one.label}{colon}{one.was} → {one.now}" for one in lines)])


def _worded(said: Mapping[str, Any], language: str) -> dict[str, str]:
    texts = {name: " ".join(pick(said.get(name) or {}, language).split()) for name in TEXTS}
    span = span_said(said)
    estimates = {
        f"estimated_{end}": _moment(moment_at(datetime.fromisoformat(at), one.zone), language)
        for end, one in (("start", span.start), ("end", span.end))
        if (at := said.get(f"estimated_{end}_utc"))
    }
    plain = {name: said.get(name, "") for name in ("from_terminal", "to_terminal", "contact")}
    plain["press"] = OPEN_TO_PRESS[language] if said.get("press") else ""
    return {
        **texts,
        TIME: when_of(said, language),
        "flight": _flight(said, language),
        "vehicle": _vehicle(said, language),
        **plain,
        **estimates,
    }


def _vehicle(said: Mapping[str, Any], language: str) -> str:
    name, plate = pick(said.get("vehicle") or {}, language), said.get("plate")
    return f"{name} ({plate})" if plate else name


def _room(said: Mapping[str, Any], language: str) -> str:
    """“Bay Hotel, room 501, May 20 to May 24, shared with Ann Chen”"""
    days = (date.fromisoformat(said[end]) for end in ("from", "until"))
    first, last = (format_skeleton("MMMd", day, locale=_locale(language)) for day in days)
    names = [pick(one, language) for one in said["with"]]
    names += [OTHERS[language].format(count=said["others"])] if said["others"] else []
    parts = [
        pick(said["hotel"], language),
        NUMBER[language].format(number=said["number"]) if said["number"] else "",
        NIGHTS[language].format(first=first, last=last),
        SHARED[language].format(names=AND[language].join(names)) if names else "",
    ]
    return BETWEEN[language].join(filter(None, parts))


def _flight(said: Mapping[str, Any], language: str) -> str:
    flight = " ".join(filter(None, (said.get("carrier"), said.get("number"))))
    other = " ".join(filter(None, (said.get("operating_carrier"), said.get("operating_number"))))
    return OPERATED[language].format(flight=flight, other=other) if other else flight


def _moment(moment: Moment, language: str) -> str:
    return _zoned(_day_and_time(moment, language), moment, language)


def _zoned(when: str, moment: Moment, language: str) -> str:
    city = get_timezone_location(zone_named(moment.zone), locale=_locale(language), return_city=True)
    return IN_ZONE[language].format(when=when, city=city)


def _day_and_time(moment: Moment, language: str) -> str:
    return f"{format_skeleton('MMMd', moment.wall, locale=_locale(language))} {moment.wall:%H:%M}"


def _locale(language: str) -> str:
    return language.replace("-", "_")
