"""The timetable: its page, the data for its script, and the addresses for moves."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import make_response, render_template, request
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.text import LANGUAGES, language_of, pick
from forumapp.core.values.times import (
    EndsBeforeStart,
    Moment,
    Span,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    UnknownZone,
    at_zone,
    end_of_day,
    is_reckonable,
    start_of_day,
)
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.days import day_of
from forumapp.domain.agenda.sessions import services
from forumapp.domain.agenda.sessions.timetable import Mark, mark_of, timetable_of
from forumapp.domain.delegations.conflicts.findings import names_beside
from forumapp.web.forms.faults import fault
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.program.finding_words import finding_words, visible_findings
from forumapp.web.organizer.program.session_form import SECTION
from forumapp.web.organizer.program.timetable_words import offsets_of, timetable_words
from forumapp.web.wording.language import language
from forumapp.web.wording.words import day, zone_of_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.agenda.findings.values import Finding
    from forumapp.domain.agenda.models import Session
    from forumapp.domain.agenda.sessions.timetable import Timetable
    from forumapp.domain.forums.models import Edition

STEPS = (5, 10, 15)
ZOOMS = (1, 1.5, 2, 3)  # pixels a minute
MOST_FINDINGS = 300  # findings described after each move


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when an edition is."""

    zone: str
    days: tuple[date, ...]

    @classmethod
    def of(cls, edition: Edition) -> Here:
        first, last = edition.starts_on, edition.ends_on
        return cls(edition.zone, tuple(first + timedelta(days=number) for number in range((last - first).days + 1)))


@blueprint.get("/<edition>/agenda/timetable")
@needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)
def timetable() -> str:
    """Render the page; the script loads the data."""
    here = edition()
    ends = (start_of_day(here.starts_on, here.zone), end_of_day(here.ends_on, here.zone))
    values: dict[str, Any] = {"words": timetable_words(), "ends": ends, "steps": STEPS, "zooms": ZOOMS}
    return render_template("organizer/agenda/timetable.html", section=SECTION, **values)


@blueprint.get("/<edition>/agenda/timetable.json")
@needs(Permission.SEE_AGENDA)
def timetable_data() -> Response:
    """Return all data of the editor or, given the mark of an earlier response, the changes since. Eight queries."""
    now = mark_of(reading(), edition().id)
    if request.if_none_match.contains_weak(_tag(now)):
        return _marked(make_response("", 304), now)
    seen = Mark.read(request.args.get("since", ""))
    changes = timetable_of(reading(), edition().id, seen, now)
    return _marked(_packed({"mark": str(now), **_timetable_values(changes)}), now)


@blueprint.get("/<edition>/agenda/timetable/findings.json")
@needs(Permission.SEE_AGENDA)
def timetable_findings() -> Response:
    """Return the findings in words, conflicts first.

    If there are too many to read, return some of each kind, the number of others per kind, and the sessions with
    conflicts.
    """
    findings, beyond = _some_of_each_kind(visible_findings())
    names = names_beside(reading(), findings)
    lines = [
        {
            "code": finding.code,
            "blocking": finding.blocking,
            "words": finding_words(finding, names),
            "sessions": finding.sessions,
        }
        for finding in findings
    ]
    rest = {
        "number": len(beyond),
        "words": ngettext("%(num)s more finding is in the list", "%(num)s more findings are in the list", len(beyond)),
        "codes": Counter(finding.code for finding in beyond),
        "clashing": sorted({session_id for finding in beyond if finding.blocking for session_id in finding.sessions}),
    }
    return _packed({"findings": lines, "rest": rest})


def _some_of_each_kind(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the shown findings and the rest, blocking ones first. Kinds alternate, so that none hides another."""
    ordered = sorted(findings, key=lambda finding: not finding.blocking)
    seen: Counter[str] = Counter()
    turns = []
    for place, each in enumerate(ordered):
        turns.append((not each.blocking, seen[each.code], place))
        seen[each.code] += 1
    chosen = {place for _blocking, _turn, place in sorted(turns)[:MOST_FINDINGS]}
    return (
        [each for place, each in enumerate(ordered) if place in chosen],
        [each for place, each in enumerate(ordered) if place not in chosen],
    )


@blueprint.post("/<edition>/agenda/sessions/<id:session_id>/place")
@needs(Permission.EDIT_AGENDA)
def place_session(session_id: int) -> ResponseReturnValue:
    """Move a session, by the timetable's script; the form on the session's own page does the same without it."""
    asked = request.get_json(silent=True)
    asked = asked if isinstance(asked, dict) else {}
    edition_id, here = edition().id, Here.of(edition())  # before the transaction, which would read it again
    try:
        span, changes = _wanted(asked, here.zone)
        with transaction() as db:
            row = services.update_session(
                db,
                edition_id,
                session_id,
                changes,
                span,
                unscheduled=span is None,
                version=asked["version"],
                actor=actor(),
                now=clock.now(),
            )
            return {"session": _place(row, here), "days": _days([row], here)}
    except Stale:
        row = queries.get_session(reading(), edition_id, session_id)
        return {"code": Stale.code, "session": _place(row, here), "days": _days([row], here)}, Stale.status
    except Invalid as refusal:
        code = next(iter(refusal.fields.values()), refusal.code)
        return {"code": code, "words": fault(code), "ends": refusal.details.get("ends", [])}, refusal.status


def _wanted(asked: Mapping[str, Any], zone: str) -> tuple[Callable[[Session], Span] | None, dict[str, Any]]:
    """Return the move as the service takes it; "start": null removes the session from the timetable. Raises Invalid."""
    if "start" not in asked or _whole(asked.get("version")) is None:
        raise Invalid(fields={"start": "required"})
    room = asked.get("room")
    if room is not None and _whole(room) is None:
        raise Invalid(fields={"room_id": "unknown"})
    changes: dict[str, Any] = {"room_id": room, "in_all_rooms": asked.get("allRooms") is True}
    return None if asked["start"] is None else lambda row: _span(asked, row, zone), changes


def _span(asked: Mapping[str, Any], row: Session, zone: str) -> Span:
    """Return the start and end of a move.

    The timetable shows all times in `zone`, the edition's. A session keeps its own zone unless the request names one.
    """
    start = str(asked.get("zone") or row.start_zone or zone)
    end = str(asked.get("endZone") or asked.get("zone") or row.end_zone or zone)
    ends = [_moment(asked, "start", zone), _moment(asked, "end", zone)]
    _refuse_unclear(ends, (start, end))
    span = Span(*map(_kept_in, ends, (start, end)))
    try:
        return span.checked()
    except EndsBeforeStart as error:
        raise Invalid(fields={"end": error.code}) from error


def _moment(asked: Mapping[str, Any], end: str, zone: str) -> Moment:
    fold = asked.get(f"{end}Fold")
    try:
        wall = datetime.fromisoformat(str(asked.get(end)))
    except ValueError as error:
        raise Invalid(fields={end: "not-a-time"}) from error
    if wall.tzinfo is not None:
        raise Invalid(fields={end: "not-a-time"})
    if not is_reckonable(wall):
        raise Invalid(fields={end: "out-of-years"})
    return Moment(wall, zone, fold if type(fold) is int and fold in (0, 1) else None)


def _kept_in(moment: Moment, zone: str) -> Moment:
    return moment if zone == moment.zone else at_zone(moment.utc, zone)


def _refuse_unclear(ends: list[Moment], zones: tuple[str, str]) -> None:
    """Refuse ambiguous times of both ends at once, so that the user is asked once. Raises Invalid."""
    unclear: dict[str, list[str]] = {}
    for name, moment, zone in zip(("start", "end"), ends, zones, strict=True):
        try:
            kept = _kept_in(moment, zone)
            _instant = kept.utc
            if not is_reckonable(kept.wall):
                raise Invalid(fields={name: "out-of-years"})
        except (TimeDoesNotExist, TimeIsAmbiguous, UnknownZone) as error:
            unclear.setdefault(error.code, []).append(name)
    for code, names in unclear.items():
        raise Invalid(fields=dict.fromkeys(names, code), ends=names)


def _whole(value: Any) -> int | None:
    return value if type(value) is int and 0 < value < 2**63 else None


def _timetable_values(changes: Timetable) -> dict[str, Any]:
    here = Here.of(edition())
    values: dict[str, Any] = {
        "whole": changes.whole,
        "sessions": [_session(row, changes.parts.get(row.id, []), here) for row in changes.sessions],
        "days": _days(changes.sessions, here),
        "zones": {zone: zone_of_place(zone) for zone in _other_zones(changes.sessions, here)},
        "people": {row_id: name.shown(language()) for row_id, name in changes.people.items()},
    }
    if changes.whole:
        values |= {
            "zone": here.zone,
            "rooms": [_room(row) for row in changes.rooms],
            "tracks": [
                {"id": row.id, "name": pick(row.name, language()), "color": row.color} for row in changes.tracks
            ],
        }
    return values


def _other_zones(sessions: Iterable[Any], here: Here) -> list[str]:
    return sorted({row.start_zone for row in sessions if row.start_zone not in (None, here.zone)})


def _room(row: Any) -> dict[str, Any]:
    name, venue = pick(row.name, language()), pick(row.venue, language())
    return {"id": row.id, "name": name, "capacity": row.capacity, "venue": venue}


def _session(row: Any, people: list[int], here: Here) -> dict[str, Any]:
    """Return a session for the script. Default values are left out: with 1,000 sessions they would be half of the
    response.
    """
    title = pick(row.title, language()) or row.code
    shown = language_of(row.title, language())
    other_title = next((row.title[code] for code in LANGUAGES if code != shown and row.title.get(code)), "")
    parts = {
        "other": other_title if other_title != title else "",
        "lang": shown if shown != language() else "",
        "track": row.track_id,
        "people": people,
    }
    return {
        **_place(row, here),
        "title": title,
        "kind": row.kind.value,
        "status": row.status.value,
        **{name: value for name, value in parts.items() if value},
    }


def _place(row: Session | Any, here: Here) -> dict[str, Any]:
    """Return the position and version of a session."""
    place: dict[str, Any] = {"id": row.id, "version": row.version}
    others: dict[str, Any] = {}
    for end in ("start", "end"):
        if moment := _by_the_clocks_of(here.zone, row, end):
            place[end], others[f"{end}Fold"] = moment.wall.isoformat(timespec="minutes"), moment.fold
    others |= {
        "room": row.room_id,
        "allRooms": row.in_all_rooms or None,
        "minutes": row.planned_minutes,
        "zone": row.start_zone if row.start_zone != here.zone else None,
        "endZone": row.end_zone if row.end_zone != row.start_zone else None,
    }
    return place | {name: value for name, value in others.items() if value is not None}


def _by_the_clocks_of(zone: str, row: Session | Any, end: str) -> Moment | None:
    """Return an end of a session in the timetable's zone, wherever the session takes place."""
    wall, own, fold, utc = (getattr(row, f"{end}_{part}") for part in ("wall", "zone", "fold", "utc"))
    if wall is None:
        return None
    return Moment(wall, zone, fold) if own == zone else at_zone(utc, zone)


def _days(sessions: Iterable[Any], here: Here) -> list[dict[str, Any]]:
    """The edition's own days, and those others on which some of these sessions are."""
    begun = {day_of(row.start_utc, here.zone) for row in sessions if row.start_utc is not None}
    others = begun.difference(here.days)
    other_days = [_day(date, here) for date in sorted(others)]
    return [*({**_day(date, here), "own": True} for date in here.days), *other_days]


def _day(which: date, here: Here) -> dict[str, Any]:
    """Return a day, with its UTC offset if different from the first day's."""
    usual, offset = (offsets_of(at, here.zone) for at in (here.days[0], which))
    return {"date": which.isoformat(), "label": day(which), **({"zone": offset} if offset != usual else {})}


def _tag(mark: Mark) -> str:
    """Return the ETag. It includes the language, because texts depend on it."""
    return f"{mark}-{language()}"


def _marked(answer: Response, mark: Mark) -> Response:
    answer.set_etag(_tag(mark))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def _packed(values: Mapping[str, Any]) -> Response:
    content = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    packed = request.accept_encodings["gzip"] > 0
    answer = make_response(gzip.compress(content, 6, mtime=0) if packed else content)
    answer.content_type = "application/json"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    return answer
