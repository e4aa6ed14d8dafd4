"""Arrival and departure in the cells of a table: in columns for day, time and flight, or in one cell. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.registration.forms.parsing import ENDS, Wrong, read_answer
from forumapp.domain.registration.spreadsheets.cells import has_time, read_clock, read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from forumapp.domain.registration.forms.questions import Question

# The parts of a travel question that can have a column of their own, and their labels.
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
    """The cell of a part is wrong; "" is the column of the whole answer."""

    def __init__(self, part: str, code: str) -> None:
        super().__init__(code)
        self.part, self.code = part, code


def part_labels(label: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        part: {language: f"{pick(label, language)}: {words[language]}" for language in LANGUAGES}
        for part, words in PARTS.items()
    }


def part_headings(part: str) -> tuple[str, ...]:
    return *PARTS[part].values(), *_ALSO[part]


def with_year(cell: str, near: date) -> str:
    """Complete a day without a year, "5月20日 9:30", with the year that is closest to `near`."""
    match = _DAY_ALONE.fullmatch(cell.strip())
    if match is None:
        return cell
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, int(match["m"]), int(match["d"])))
        except ValueError:  # 29 February
            continue
    closest = min(days, key=lambda day: abs(day - near), default=None)
    return f"{closest.isoformat()} {(match['rest'] or '').replace('：', ':')}".strip() if closest else cell


def with_flight_apart(cells: Mapping[str, str]) -> dict[str, str]:
    """Split a cell with a flight and its time, "CA985 5月20日 9:30", into a cell for each. Other columns of the same
    end take precedence.
    """
    apart = dict(cells)
    for part, cell in cells.items():
        end, _dot, kind = part.partition(".")
        match = _FLIGHT_FIRST.fullmatch(cell.strip()) or _FLIGHT_LAST.fullmatch(cell.strip())
        if not kind or match is None:
            continue
        rest = match["rest"].strip()
        when = "time" if read_clock(rest) else "date" if _is_day(rest) else ""
        if when:
            del apart[part]
            apart = {f"{end}.flight": match["flight"], f"{end}.{when}": rest, **apart}
    return apart


def flight_number(text: str) -> str:
    """The flight number in normal form: "CA985" for "ca 985"."""
    return _NOT_IN_A_NUMBER.sub("", text.upper())


def _is_day(cell: str) -> bool:
    return _DAY_ALONE.fullmatch(cell) is not None or read_time(cell, UTC) is not None


def read_travel(question: Question, cells: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """The answer of the cells, with times in `zone`. `cells` are by part; "" is the whole answer in one cell, as in
    exports. Raises WrongPart.
    """
    value: dict[str, Any] = {"zone": zone.key}
    if whole := cells.get(""):
        return {**value, **_whole(whole)}
    for end in ENDS:
        parts = {part: cells[f"{end}.{part}"] for part in ("date", "time", "flight") if cells.get(f"{end}.{part}")}
        if parts:
            value[end] = _end(question, end, parts, zone)
    return value


def _whole(cell: str) -> dict[str, Any]:
    ends: dict[str, Any] = {}
    for text in re.split(r"[;；\n]", cell):
        match = _WHOLE.fullmatch(text.strip())
        if match is None or match["end"] in ends:
            raise WrongPart("", "not-a-time")
        flight = {"flight": match["flight"].strip()} if match["flight"] else {}
        ends[match["end"]] = {"at": match["at"].replace(" ", "T"), **flight}
    return ends


def _end(question: Question, end: str, cells: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """Arrival or departure. Each part is checked by itself, to report the fault at its column. Raises WrongPart."""
    at = f"{end}.time" if "time" in cells else f"{end}.date"
    value = {"at": _wall(end, cells, zone).isoformat(timespec="minutes")}
    steps: list[tuple[str, dict[str, str]]] = [(at, value)]
    if "flight" in cells:
        value = {**value, "flight": cells["flight"]}
        steps.append((f"{end}.flight", value))
    for part, partial_value in steps:
        try:
            read_answer(question, {"zone": zone.key, end: partial_value})
        except Wrong as wrong:
            raise WrongPart(part, wrong.code) from wrong
    return value


def _wall(end: str, cells: Mapping[str, str], zone: ZoneInfo) -> datetime:
    """The local date and time. One cell may have both, in either column. A day alone is a fault, not midnight."""
    both = next((part for part in ("time", "date") if part in cells and has_time(cells[part])), None)
    if both is not None:
        return _local(f"{end}.{both}", cells[both], zone)
    if "date" not in cells:
        raise WrongPart(f"{end}.{'time' if 'time' in cells else 'flight'}", "not-a-time")
    day = _local(f"{end}.date", cells["date"], zone)
    if "time" not in cells:
        raise WrongPart(f"{end}.date", "not-a-time")
    clock = read_clock(cells["time"])
    if clock is None:
        raise WrongPart(f"{end}.time", "not-a-time")
    return day.replace(hour=clock.hour, minute=clock.minute)


def _local(part: str, cell: str, zone: ZoneInfo) -> datetime:
    moment = read_time(cell, zone)
    if moment is None:
        raise WrongPart(part, "not-a-time")
    return moment.astimezone(zone).replace(tzinfo=None)


def where(mapped: Callable[[str], bool], part: str) -> str:
    """`part` if it has a column, or else another part that has one, of the same end if possible."""
    end = part.partition(".")[0]
    same = (other for other in PARTS if other.startswith(end))
    return next((other for other in (part, *same, "", *PARTS) if mapped(other)), part)
