"""Reading an agenda from the rows of a table, CSV or XLSX; and writing one that is read back the same. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import is_error
from forumapp.domain.agenda.formats.parsing import texts, times
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, parts, role_of
from forumapp.domain.people.spreadsheets.rows import guess

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from forumapp.core.files.spreadsheets import Table, TableRow
    from forumapp.domain.agenda.formats.parsing.values import Schedule

# What a column may mean, with the headings by which it is known; the first is that of our own tables.
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("Code", "编号", "代码"),
    "ref": ("ID", "UID", "GUID", "Session ID", "Proposal ID"),
    "title.en": ("Title (English)", "Title", "English title", "Session", "Session title", "Topic", "英文标题"),
    "title.zh-Hans": ("Title (Chinese)", "标题", "主题", "议题", "题目", "中文标题", "环节", "活动"),
    "abstract.en": ("Abstract (English)", "Abstract", "Description", "Summary", "英文简介"),
    "abstract.zh-Hans": ("Abstract (Chinese)", "简介", "内容", "摘要", "中文简介"),
    "kind": ("Kind", "Type", "Session type", "Session format", "类型", "形式"),
    "status": ("State", "Status", "Proposal state", "Submission state", "状态"),
    "date": ("Date", "Day", "日期"),
    "start": ("Start", "Start time", "Starts", "From", "Begin", "Start (UTC)", "开始", "开始时间"),
    "end": ("End", "Finish", "End time", "Ends", "To", "Until", "结束", "结束时间"),
    "time": ("Time", "时间"),
    "minutes": ("Minutes", "Duration", "Length", "时长", "分钟"),
    "zone": ("Zone", "Time zone", "Timezone", "时区"),
    "room.en": ("Room (English)", "Room", "Location", "Venue", "英文会场"),
    "room.zh-Hans": ("Room (Chinese)", "会场", "会议室", "地点"),
    "track.en": ("Track (English)", "Track", "Stream", "Theme"),
    "track.zh-Hans": ("Track (Chinese)", "分论坛", "专题"),
    "languages": ("Languages", "Language", "语言"),
    "interpretation": ("Interpretation", "口译", "翻译"),
    "press": ("Press", "媒体"),
    "speakers": ("Speakers", "Speaker", "Speaker names", "Presenters", "Presenter", "嘉宾", "演讲嘉宾", "发言人"),
    "answer": ("Answer of the speakers", "Speakers' answer", "嘉宾答复"),
    "left_out": ("Not in this file", "本文件不含"),
}  # fmt: skip
OURS = (
    "code", "title.en", "title.zh-Hans", "kind", "status", "start", "end", "zone", "minutes", "room.en", "room.zh-Hans",
    "track.en", "track.zh-Hans", "languages", "interpretation", "press", "speakers", "answer",
    "abstract.en", "abstract.zh-Hans",
)  # fmt: skip
_SEVERAL = re.compile(r"[;；\n|、]")
_ROLE = re.compile(r"\s*(?P<role>[^:：]{2,20})[:：]\s*(?P<name>.+)", re.DOTALL)
_ANSWERED = re.compile(r"(?P<who>.+?)\s*[\[［](?P<answer>[^\[\]［］]{2,20})[\]］]\s*", re.DOTALL)
_WORDS = {
    "interpretation": {"none": "none", "simultaneous": "simultaneous", "consecutive": "consecutive",
                       "无": "none", "同声传译": "simultaneous", "交替传译": "consecutive"},
    "press": {"open": "open", "invited": "invited", "closed": "closed", "开放": "open", "不开放": "closed"},
    "answer": {"invited": "invited", "confirmed": "confirmed", "declined": "declined",
               "已邀请": "invited", "已确认": "confirmed", "已谢绝": "declined"},
}  # fmt: skip


def meanings(headings: Iterable[str]) -> dict[str, str]:
    return guess(headings, HEADINGS)


def read(table: Table, mapping: Mapping[str, str], zone: str) -> Schedule:
    """`mapping` says by heading what its column means."""
    # What we wrote before tables told answers is ours as well.
    is_ours = {HEADINGS[name][0] for name in OURS if name != "answer"} <= set(table.headings)
    build = Building("xlsx" if table.sheets else "csv", zone, is_ours=is_ours)
    for heading in table.headings:
        if not mapping.get(heading):
            is_known = any(meanings([heading]).values())
            build.notes.note(heading, "known-column-left-out" if is_known else "column-left-out")
    where = {meant: heading for heading, meant in mapping.items() if meant}
    day = ""
    for row in table.rows:
        cells = {meant: row.cells.get(heading, "") for meant, heading in where.items()}
        date = cells.get("date", "")
        day = "" if is_error(date) else texts.line(date) or day
        _row(build, row, cells, where, day)
    return build.done()


def _row(build: Building, row: TableRow, cells: Mapping[str, str], where: Mapping[str, str], day: str) -> None:
    notes = build.noted()

    def at(meant: str) -> str:
        return f"row {row.number}, {where[meant]}" if meant in where else f"row {row.number}"

    cells = _without_errors(cells, notes, at)
    title = _texts(cells, "title", notes, at)
    words = {name: _word(cells, name, notes, at) for name in _WORDS}
    answer = words.pop("answer")
    notes.left_out(cells.get("left_out"), at("left_out"))
    build.session(
        notes,
        at("title.en") if "title.en" in where else f"row {row.number}",
        title,
        number=row.number,
        ref=cells.get("ref"),
        code=cells.get("code"),
        abstract=_texts(cells, "abstract", notes, at),
        status=notes.status(cells.get("status"), at("status")),
        kind=notes.kind(cells.get("kind"), title, at("kind")),
        room=build.room(_named(cells, "room"), at("room.en")),
        track=build.track(_named(cells, "track"), at("track.en")),
        languages=notes.languages(cells.get("languages"), at("languages")),
        parts=parts(_speakers(build, cells.get("speakers", ""), at("speakers"), answer, notes)),
        places={
            "code": at("code"), "ref": at("ref"), "start": at("start" if "start" in where else "time"),
            "end": at("end" if "end" in where else "time"), "minutes": at("minutes"),
        },
        **words,
        **_times(build, cells, day, notes, at),
    )  # fmt: skip


def _without_errors(cells: Mapping[str, str], notes: Notes, at: Any) -> dict[str, str]:
    """Cells in which a spreadsheet shows an error, as #N/A, are reported and read as empty."""
    for meant, cell in cells.items():
        if is_error(cell):
            notes.note(at(meant), "error-cell", texts.line(cell))
    return {meant: "" if is_error(cell) else cell for meant, cell in cells.items()}


def _named(said: Mapping[str, str], name: str) -> Any:
    """A room or a track: each language in the column that is its own, or what one column says in any."""
    texts_of = {language: said.get(f"{name}.{language}") for language in (texts.ENGLISH, texts.CHINESE)}
    both = all(f"{name}.{language}" in said for language in texts_of)
    return texts_of if both else tuple(texts_of.values())


def _texts(said: Mapping[str, str], name: str, notes: Notes, at: Any) -> dict[str, str]:
    """A column that is known to be Chinese is it; one of any language is what it is written in."""
    read_as = notes.line if name == "title" else notes.paragraphs
    found = {}
    for language in (texts.ENGLISH, texts.CHINESE):
        text = read_as(said.get(f"{name}.{language}"), at(f"{name}.{language}"))
        if text:
            found[language] = text
    only = found.get(texts.ENGLISH, "")
    if only and texts.CHINESE not in found and f"{name}.{texts.CHINESE}" not in said:
        return texts.in_languages(only)
    return found


def _word(said: Mapping[str, str], name: str, notes: Notes, at: Any) -> str:
    word = texts.line(said.get(name)).lower()
    if word and word not in _WORDS[name]:
        notes.note(at(name), "not-an-option", word)
    return _WORDS[name].get(word, "")


def _speakers(build: Building, cell: str, at: str, answer: str, notes: Notes) -> Iterable[tuple[str, str, str]]:
    """Whom a cell names, and what each answered where it is another answer than the row's: Li Wei [invited]. A formula
    or an address in it is nobody.
    """
    for said in _SEVERAL.split(cell):
        own = _ANSWERED.fullmatch(said)
        known = _WORDS["answer"].get(texts.line(own["answer"]).lower()) if own else None
        one, its = (own["who"], known) if own and known else (said, answer)
        if one.lstrip().startswith("=") or "://" in one:
            notes.note(at, "not-a-person", texts.line(one))
            continue
        found = _ROLE.fullmatch(one)
        role = role_of(found["role"]) if found else ""
        if found and not role:
            notes.note(at, "unknown-role", texts.line(one))
        yield build.speaker(found["name"] if found else one, "", at), role, its


def _times(build: Building, said: Mapping[str, str], day: str, notes: Notes, at: Any) -> dict[str, Any]:
    zone = texts.line(said.get("zone"))
    known = build.times.named(zone, at("zone"), notes)
    minutes = notes.length(said.get("minutes"), at("minutes"))
    walls = _walls(said, day, notes, at)
    contradicted = [when for when, _place in walls if known and when and times.contradicts(known, when)]
    if contradicted:
        notes.note(at("zone"), "zone-contradicts-offset", zone)
    start, end = (
        build.times.moment(when, place, notes, "" if when in contradicted else known) for when, place in walls
    )
    return {"start": start, "end": end, "minutes": minutes}


def _walls(
    said: Mapping[str, str], day: str, notes: Notes, at: Any
) -> tuple[tuple[datetime | None, str], tuple[datetime | None, str]]:
    """Both ends with the cells that tell them: a cell of both times, or else one for each."""
    cells = {name: texts.line(said.get(name)) for name in ("date", "start", "end", "time")}
    date, both = times.written(day), times.two_times(cells["time"])
    if both and (date or not cells["start"]):
        if date is None:
            _tell_day(day, notes, at("date"))
            return (None, at("time")), (None, at("time"))
        start, end = (times.on(date, one) for one in both)
        _tell_long(start, end, at("time"), notes)
        return (start, at("time")), (end, at("time"))
    name = next((one for one in ("start", "time") if cells[one]), "date" if times.has_time(cells["date"]) else "start")
    begins = _wall(cells[name], date, at(name), notes)
    ends = _wall(cells["end"], begins or date, at("end"), notes)
    if begins is None and date is None and (cells["date"] or times.of_day(cells[name]) is not None):
        _tell_day(day, notes, at("date"))
    if begins and ends and times.of_day(cells["end"]) is not None and ends < begins:
        ends += timedelta(days=1)
        _tell_long(begins, ends, at("end"), notes)
    return (begins, at(name)), (ends, at("end"))


def _wall(text: str, day: datetime | None, at: str, notes: Notes) -> datetime | None:
    """A moment as it is written, or a time of the day, where that is known."""
    when = times.written(text) if times.has_time(text) else None
    minutes = times.of_day(text)
    if when is None and minutes is not None:
        return times.on(day, minutes).replace(tzinfo=day.tzinfo) if day else None
    if when is None and text:
        notes.note(at, "ambiguous-day" if times.is_ambiguous(text) else "not-a-time", text)
    return when


def _tell_day(day: str, notes: Notes, at: str) -> None:
    """Of a time whose day cannot be read: not the time is wrong."""
    code = "ambiguous-day" if times.is_ambiguous(day) else "not-a-day" if day else "day-missing"
    notes.note(at, code, day)


def _tell_long(start: datetime, end: datetime, at: str, notes: Notes) -> None:
    """A dinner ends past midnight; of what would go on for more than half a day the end may be a slip."""
    if end - start > timedelta(hours=12):
        notes.note(at, "ends-next-day", f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}")
