"""Arrival and departure in somebody's table: in columns of their own for day, time and flight, or in one cell. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.registration.forms.parsing import ENDS, Wrong, read_answer
from forumapp.domain.registration.spreadsheets.cells import read_clock, read_time, tells_the_hour

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from forumapp.domain.registration.forms.questions import Question

# What a column may hold of a question, beside the whole of it, and how such columns are called.
PARTS: dict[str, dict[str, str]] = {
    "arrival.date": {"en": "arrival date", "zh-Hans": "到达日期"},
    "arrival.time": {"en": "arrival time", "zh-Hans": "到达时间"},
    "arrival.flight": {"en": "arrival flight", "zh-Hans": "到达航班"},
    "departure.date": {"en": "departure date", "zh-Hans": "离开日期"},
    "departure.time": {"en": "departure time", "zh-Hans": "离开时间"},
    "departure.flight": {"en": "departure flight", "zh-Hans": "离开航班"},
}
_ALSO = {
    "arrival.date": (
        "date of arrival",
        "arrives on",
        "arrival",
        "arrival details",
        "抵达日期",
        "入境日期",
        "抵达信息",
        "到达信息",
    ),
    "arrival.time": ("time of arrival", "eta", "抵达时间"),
    "arrival.flight": (
        "flight of arrival",
        "inbound flight",
        "flight in",
        "抵达航班",
        "去程航班",
        "flight",
        "flight number",
        "flight no.",
        "航班",
        "航班号",
    ),
    "departure.date": (
        "date of departure",
        "leaves on",
        "departure",
        "departure details",
        "离境日期",
        "返程日期",
        "返程信息",
        "离开信息",
    ),
    "departure.time": ("time of departure", "etd", "返程时间"),
    "departure.flight": ("flight of departure", "outbound flight", "flight out", "离境航班", "返程航班"),
}
_DAY_ALONE = re.compile(
    r"(?P<m>\d{1,2})\s*(?:月|[./-])\s*(?P<d>\d{1,2})\s*(?:日|号)?(?:\s*(?P<rest>\d{1,2}[:：]\d{2}))?"
)
_WHOLE = re.compile(r"(?P<end>arrival|departure)\s+(?P<at>\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2})(?:\s+(?P<flight>\S.*))?")


_NOT_IN_A_NUMBER = re.compile(r"[^A-Z0-9]+")
_FLIGHT = r"(?P<flight>(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])\s?\d{1,4}[A-Z]?)"
_BETWEEN = r"[\s,，/;；|]+"
_FLIGHT_FIRST = re.compile(rf"{_FLIGHT}{_BETWEEN}(?P<rest>\d.*)", re.IGNORECASE)
_FLIGHT_LAST = re.compile(rf"(?P<rest>\d.*?){_BETWEEN}{_FLIGHT}", re.IGNORECASE)


class WrongPart(Exception):
    """Something is wrong with what stands in the column of a part, or in the one of the whole: ""."""

    def __init__(self, part: str, code: str) -> None:
        super().__init__(code)
        self.part, self.code = part, code


def part_labels(label: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {part: {one: f"{pick(label, one)}: {words[one]}" for one in LANGUAGES} for part, words in PARTS.items()}


def part_headings(part: str) -> tuple[str, ...]:
    return *PARTS[part].values(), *_ALSO[part]


def with_year(cell: str, near: date) -> str:
    """A day that is written without its year, "5月20日 9:30", with the year that brings it closest to `near`."""
    found = _DAY_ALONE.fullmatch(cell.strip())
    if found is None:
        return cell
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, int(found["m"]), int(found["d"])))
        except ValueError:  # 29 February
            continue
    closest = min(days, key=lambda day: abs(day - near), default=None)
    return f"{closest.isoformat()} {(found['rest'] or '').replace('：', ':')}".strip() if closest else cell


def with_flight_apart(cells: Mapping[str, str]) -> dict[str, str]:
    """A cell that holds a flight and its time, "CA985 5月20日 9:30", as a cell for each. Other columns of the same end
    come first.
    """
    apart = dict(cells)
    for part, cell in cells.items():
        end, _dot, kind = part.partition(".")
        found = _FLIGHT_FIRST.fullmatch(cell.strip()) or _FLIGHT_LAST.fullmatch(cell.strip())
        if not kind or found is None:
            continue
        rest = found["rest"].strip()
        when = "time" if read_clock(rest) else "date" if _is_day(rest) else ""
        if when:
            del apart[part]
            apart = {f"{end}.flight": found["flight"], f"{end}.{when}": rest, **apart}
    return apart


def flight_number(text: str) -> str:
    """The same for "ca 985" and "CA985"."""
    return _NOT_IN_A_NUMBER.sub("", text.upper())


def _is_day(cell: str) -> bool:
    return _DAY_ALONE.fullmatch(cell) is not None or read_time(cell, UTC) is not None


def read_travel(question: Question, cells: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """The answer that the columns give, in times of `zone`; `cells` are by part, "" being all of it in one, as an
    export writes it. Raises WrongPart.
    """
    value: dict[str, Any] = {"zone": zone.key}
    if whole := cells.get(""):
        return {**value, **_whole(whole)}
    for end in ENDS:
        told = {part: cells[f"{end}.{part}"] for part in ("date", "time", "flight") if cells.get(f"{end}.{part}")}
        if told:
            value[end] = _end(question, end, told, zone)
    return value


def _whole(cell: str) -> dict[str, Any]:
    ends: dict[str, Any] = {}
    for one in re.split(r"[;；\n]", cell):
        found = _WHOLE.fullmatch(one.strip())
        if found is None or found["end"] in ends:
            raise WrongPart("", "not-a-time")
        flight = {"flight": found["flight"].strip()} if found["flight"] else {}
        ends[found["end"]] = {"at": found["at"].replace(" ", "T"), **flight}
    return ends


def _end(question: Question, end: str, told: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    at = f"{end}.time" if "time" in told else f"{end}.date"
    kept = {"at": _wall(end, told, zone).isoformat(timespec="minutes")}
    parts: list[tuple[str, dict[str, str]]] = [(at, kept)]
    if "flight" in told:
        kept = {**kept, "flight": told["flight"]}
        parts.append((f"{end}.flight", kept))
    for part, said in parts:
        try:
            read_answer(question, {"zone": zone.key, end: said})
        except Wrong as wrong:
            raise WrongPart(part, wrong.code) from wrong
    return kept


def _wall(end: str, told: Mapping[str, str], zone: ZoneInfo) -> datetime:
    """A cell may tell both, whatever its column is called. A day alone is no time: nobody is put at midnight."""
    both = next((part for part in ("time", "date") if part in told and tells_the_hour(told[part])), None)
    if both is not None:
        return _local(f"{end}.{both}", told[both], zone)
    if "date" not in told:
        raise WrongPart(f"{end}.{'time' if 'time' in told else 'flight'}", "not-a-time")
    day = _local(f"{end}.date", told["date"], zone)
    if "time" not in told:
        raise WrongPart(f"{end}.date", "not-a-time")
    clock = read_clock(told["time"])
    if clock is None:
        raise WrongPart(f"{end}.time", "not-a-time")
    return day.replace(hour=clock.hour, minute=clock.minute)


def _local(part: str, cell: str, zone: ZoneInfo) -> datetime:
    moment = read_time(cell, zone)
    if moment is None:
        raise WrongPart(part, "not-a-time")
    return moment.astimezone(zone).replace(tzinfo=None)


def where(mapped: Callable[[str], bool], part: str) -> str:
    """The part to name where no column has this one: of the same end, if it can be."""
    end = part.partition(".")[0]
    same = (one for one in PARTS if one.startswith(end))
    return next((one for one in (part, *same, "", *PARTS) if mapped(one)), part)
