"""The run of show: what of an agenda happens when, line by line, with the cues of those who make it happen. Pure.

The content is plain JSON: `agenda`, the number of the version it was made from, and `days`, each with its `date` (in
the forum's zone, what ends after midnight being of the day it began) and its `lines` in order of time. A line is of a
kind, "session", "item" or "cue"; instants are UTC in ISO form, and `at` is the wall time of the forum.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from forumapp.domain.agenda.content.snapshots import CANCELLED, by_role
from forumapp.domain.agenda.days import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Of what begins in the same minute a session comes before its items, and what is done before what is said.
_ORDER = {"session": 0, "cue": 1, "item": 2}
_MINUTE = timedelta(minutes=1)


class Called(NamedTuple):
    """A cue as the sheet needs it."""

    id: int
    session_id: int
    item_id: int | None
    offset_minutes: int
    minutes: int | None
    department: str
    text: dict[str, str]
    owner: str


class FirstCall(NamedTuple):
    """When a department is first needed on a day: the line of its first cue, and who acts for it that day."""

    line: Mapping[str, Any]
    owners: list[str]


def run_of_show(
    content: Mapping[str, Any],
    cues: Iterable[Called],
    *,
    number: int,
    zone: str,
    spoken: Mapping[int, str],
) -> dict[str, Any]:
    """The sheet of a published agenda's `content`; `spoken` says by person how the name is pronounced.

    Cues of what is not in the agenda, or is cancelled there, are left out: see `lost`.
    """
    place = ZoneInfo(zone)
    rooms = {one["id"]: one["name"] for one in content["rooms"]}
    of_session: dict[int, list[Called]] = {}
    for cue in cues:
        of_session.setdefault(cue.session_id, []).append(cue)
    days: dict[str, list[dict[str, Any]]] = {}
    for session in content["sessions"]:
        if session["status"] == CANCELLED:
            continue
        lines = [
            _line("session", session["start"]["utc"], _minutes_of(session), session, place),
            *(_line("item", item["start_utc"], item["minutes"], item, place) for item in session["items"]),
            *_cues(session, of_session.get(session["id"], ()), place),
        ]
        for line in lines:
            line["session"] = session["code"]
            line["room"] = rooms.get(session["room"], {})
            line["in_all_rooms"] = session["room"] is None and session.get("in_all_rooms", False)
            line["people"] = _people(content, session, line, spoken)
            line.pop("id")
        date = day_of(datetime.fromisoformat(session["start"]["utc"]), zone).isoformat()
        days.setdefault(date, []).extend(lines)
    told: list[dict[str, Any]] = [{"date": date, "lines": sorted(days[date], key=_when)} for date in sorted(days)]
    return {"agenda": number, "zone": zone, "days": told}


def lost(content: Mapping[str, Any], cues: Iterable[Called]) -> set[int]:
    """The ids of the cues that no line can be made of: what they belong to is not in the agenda, or is cancelled."""
    there = {one["id"]: {item["id"] for item in one["items"]} for one in content["sessions"] if _stands(one)}
    return {
        cue.id
        for cue in cues
        if cue.session_id not in there or (cue.item_id is not None and cue.item_id not in there[cue.session_id])
    }


def first_calls(lines: Iterable[Mapping[str, Any]]) -> list[FirstCall]:
    """Of the lines of a day, which stand in order of time: one for each department that has a cue."""
    found: dict[str, FirstCall] = {}
    for line in lines:
        if line["kind"] == "cue":
            owners = found.setdefault(line["department"], FirstCall(line, [])).owners
            if line["owner"] and line["owner"] not in owners:
                owners.append(line["owner"])
    return list(found.values())


def offsets(lines: Iterable[Mapping[str, Any]]) -> list[int | None]:
    """How many minutes after its session begins each line is; None of the sessions themselves."""
    lines = list(lines)
    begins = {line["session"]: datetime.fromisoformat(line["utc"]) for line in lines if line["kind"] == "session"}
    return [
        None
        if line["kind"] == "session"
        else (datetime.fromisoformat(line["utc"]) - begins[line["session"]]) // _MINUTE
        for line in lines
    ]


def _stands(session: Mapping[str, Any]) -> bool:
    return bool(session["status"] != CANCELLED)


def _minutes_of(session: Mapping[str, Any]) -> int:
    start, end = (datetime.fromisoformat(session[key]["utc"]) for key in ("start", "end"))
    return int((end - start) / _MINUTE)


def _line(kind: str, utc: str, minutes: int | None, one: Mapping[str, Any], place: ZoneInfo) -> dict[str, Any]:
    at = datetime.fromisoformat(utc)
    return {
        "kind": kind,
        "id": one.get("id"),
        "utc": at.isoformat(),
        "at": at.astimezone(place).replace(tzinfo=None).isoformat(),
        "minutes": minutes,
        "title": one["title"],
        "av_needs": one.get("av_needs", ""),
        "department": "",
        "owner": "",
    }


def _cues(session: Mapping[str, Any], cues: Iterable[Called], place: ZoneInfo) -> list[dict[str, Any]]:
    begins = {None: session["start"]["utc"]} | {item["id"]: item["start_utc"] for item in session["items"]}
    return [
        {**_line("cue", _moved(begins[cue.item_id], cue.offset_minutes), cue.minutes, {"title": cue.text}, place),
         "department": cue.department, "owner": cue.owner, "cue": cue.id}
        for cue in cues
        if cue.item_id in begins
    ]  # fmt: skip


def _moved(utc: str, minutes: int) -> str:
    return (datetime.fromisoformat(utc) + minutes * _MINUTE).isoformat()


def _people(
    content: Mapping[str, Any], session: Mapping[str, Any], line: Mapping[str, Any], spoken: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Who has a part in the session as a whole, or in this item, with what an MC has to know of their names."""
    if line["kind"] == "cue":
        return []
    item_id = line["id"] if line["kind"] == "item" else None
    told = []
    for role in by_role((one for one in session["roles"] if one["item"] == item_id), itemgetter("role")):
        person = content["people"][str(role["person"])]
        names = ("latin_family", "latin_given", "name_order", "native_full", "native_language", "form_of_address")
        told.append(
            {
                "role": role["role"],
                "status": role.get("status", "confirmed"),
                **{name: person[name] for name in names},
                "titles": person["titles"],
                "pronunciation": spoken.get(role["person"], ""),
            }
        )
    return told


def _when(line: dict[str, Any]) -> tuple[str, int]:
    return line["utc"], _ORDER[line["kind"]]
