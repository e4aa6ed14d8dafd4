"""Papers of those who run the day: the run of show as it was issued, and signs for the doors of rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forumapp.core.values.text import pick
from forumapp.domain.agenda.content.snapshots import CANCELLED, QUIET
from forumapp.domain.agenda.days import day_of
from forumapp.domain.agenda.run_of_show.lines import first_calls, offsets
from forumapp.domain.printing.books import checks
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.fonts import font_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.paper.documents import EditionHead
    from forumapp.domain.printing.paper.layout import Finding

    Texts = Mapping[str, str]

PAGES = {"A4": "A4", "Letter": "Letter"}


@dataclass(frozen=True, slots=True)
class Taking:
    """What takes place in a room, as its door says: `starts` and `ends` are local times of the forum. `elsewhere` is
    where a plenary is held that this room is closed for; empty at its own door.
    """

    session_id: int
    title: Texts
    starts: datetime
    ends: datetime
    is_quiet: bool
    elsewhere: Texts


@dataclass(frozen=True, slots=True)
class DoorSign:
    room: Texts
    date: date
    sessions: tuple[Taking, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the head of a run of show says beside the edition; `contact` is a mail address, or empty."""

    number: int
    note: Texts
    issued_at: datetime
    contact: str


def door_signs(content: Mapping[str, Any], zone: str) -> list[DoorSign]:
    """A sign for each room and day on which anything takes place in it, of a published agenda's content."""
    place = ZoneInfo(zone)
    rooms: dict[int, Texts] = {room["id"]: room["name"] for room in content["rooms"]}
    found: dict[tuple[int, date], list[Taking]] = {}
    for session in content["sessions"]:
        if session["status"] == CANCELLED:
            continue
        starts, ends = (datetime.fromisoformat(session[end]["utc"]) for end in ("start", "end"))
        local_starts, local_ends = (moment.astimezone(place) for moment in (starts, ends))
        held_in = session["room"]
        for room_id in rooms if session.get("in_all_rooms") else [held_in]:
            if room_id is not None:
                elsewhere = rooms.get(held_in, {}) if room_id != held_in else {}
                when = (local_starts, local_ends)
                one = Taking(session["id"], session["title"], *when, session["kind"] in QUIET, elsewhere)
                found.setdefault((room_id, day_of(starts, zone)), []).append(one)
    return [
        DoorSign(room["name"], day, tuple(found[room["id"], day]))
        for room in content["rooms"]
        for day in sorted(day for room_id, day in found if room_id == room["id"])
    ]


def render_door_signs(
    signs: Sequence[DoorSign], head: EditionHead, version: int, *, at: datetime, folder: Path | None = None
) -> bytes:
    """One landscape page each, as a PDF; `at` is the aware moment of printing."""
    html = templates.page(
        "door_signs.html",
        signs=signs,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        version=version,
        printed=at.astimezone(ZoneInfo(head.zone)),
    )
    return _set("door_signs.css", html, head, folder)


def render_run_of_show(
    content: Mapping[str, Any], head: EditionHead, sheet: Sheet, *, at: datetime, folder: Path | None = None
) -> bytes:
    """A sheet as `agenda.running` describes it, as a PDF; `at` is the aware moment of printing."""
    place = ZoneInfo(content["zone"])
    html = templates.page(
        "run_of_show.html",
        days=[_day(day, place) for day in content["days"]],
        head=head,
        hosts=[host.name for host in head.hosts if host.role == "organizer"],
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        sheet=sheet,
        issued=sheet.issued_at.astimezone(ZoneInfo(head.zone)),
        number=sheet.number,
        agenda=content["agenda"],
        printed=at.astimezone(ZoneInfo(head.zone)),
    )
    return _set("run_of_show.css", html, head, folder)


def check_run_of_show(
    content: Mapping[str, Any], languages: Sequence[str], note: Texts | None = None, *, ids: Mapping[str, int]
) -> list[Finding]:
    """What to mend before a sheet is printed: texts that are not translated, and characters that no font has. Sheets
    tell sessions by the codes that they had; `ids` are theirs by these.
    """
    lines = [line for day in content["days"] for line in day["lines"]]
    held = {line["session"]: line for line in lines if line["kind"] == "session"}
    said = [("room", line["room"]) for line in held.values()]
    said += [("cue", line["title"]) for line in lines if line["kind"] == "cue"]
    found = list(checks.texts_findings([*said, ("cue", note or {})], languages))
    for line in lines:
        title, of = held[line["session"]]["title"], ids[line["session"]]
        items = [line["title"]] if line["kind"] == "item" else []
        found += checks.of_session(of, title, languages, items, line.get("av_needs", ""))
        for one in line["people"]:
            name = layout.latin_name(one["latin_family"], one["latin_given"], one["name_order"])
            shown = " ".join(part for part in (name, one["native_full"]) if part)
            people = checks.missing_glyphs(shown + one["pronunciation"], shown, ("session", of))
            found += checks.with_session(people, pick(title, languages[0]))
        found += checks.missing_glyphs(line["owner"], line["owner"], ("cue", ""))
    return _in_order(found)


def check_door_signs(signs: Sequence[DoorSign], languages: Sequence[str]) -> list[Finding]:
    """The same of the signs at doors."""
    found = list(checks.texts_findings([("room", sign.room) for sign in signs], languages))
    for one in (one for sign in signs for one in sign.sessions):
        found += checks.of_session(one.session_id, one.title, languages)
    return _in_order(found)


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    """Each once, those that block first."""
    return sorted({one.key: one for one in found}.values(), key=lambda one: not one.blocking)


def _day(day: Mapping[str, Any], place: ZoneInfo) -> dict[str, Any]:
    lines = [_line(line, place, after) for line, after in zip(day["lines"], offsets(day["lines"]), strict=True)]
    return {"date": date.fromisoformat(day["date"]), "lines": lines, "calls": first_calls(lines)}


def _line(line: Mapping[str, Any], place: ZoneInfo, after: int | None) -> dict[str, Any]:
    """With its times by the clocks of the place, between which they may change while it lasts."""
    people = [
        {**one, "latin": layout.latin_name(one["latin_family"], one["latin_given"], one["name_order"])}
        for one in line["people"]
    ]
    starts = datetime.fromisoformat(line["utc"])
    ends = (starts + timedelta(minutes=line["minutes"])).astimezone(place) if line["minutes"] else None
    # Sheets that were issued earlier do not tell of what is needed.
    told = {"av_needs": "", **line}
    return {**told, "starts": starts.astimezone(place), "ends": ends, "after": after, "people": people}


def _set(sheet: str, html: str, head: EditionHead, folder: Path | None) -> bytes:
    css = templates.style(sheet, colors=templates.accents(head), lengths={"page": f"{PAGES[head.page_size]} landscape"})
    return Typesetter(fonts.SANS, html, folder or font_folder()).pdf(html, css)
