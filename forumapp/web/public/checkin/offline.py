"""What a station's page requests to work offline: the people to know, and the results of the
scans that it kept, and the worker that keeps the page itself.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import abort, current_app, make_response, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.serving.rate_limits import in_turn
from forumapp.core.values.numbers import whole_number
from forumapp.domain.checkin.offline.roster import Known, roster, salt_of
from forumapp.domain.checkin.scanning.batches import receive
from forumapp.domain.checkin.scanning.judgement import Scanned
from forumapp.domain.checkin.setup.stations import note_heard
from forumapp.schemas.scans import NewScanSchema
from forumapp.web import assets
from forumapp.web.form_tokens import form_token
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.public.checkin.station import blueprint, find_station, station_key
from forumapp.web.public.site import VISITOR

if TYPE_CHECKING:
    from flask import Response

    from forumapp.domain.checkin.offline.roster import Roster
    from forumapp.domain.checkin.setup.stations import Station

MOST_TOGETHER = 100
LONGEST = 100_000  # of so many scans
SMALL = 1000  # bytes that are not worth packing
OF_PERSON = tuple(field.name for field in fields(Known) if field.name != "codes")


@blueprint.get("/<slug>/roster")
def read_roster(slug: str) -> Response:
    """Asked for every other second: nearly always nothing has changed, which one cheap statement says. Once a minute it
    is noted that the station was heard of.
    """
    station = find_station(reading(), slug)
    if station is None:
        return _json({"code": "signed-out"}, 401)
    after = request.args.get("after", 0, whole_number)
    asked: dict[str, Any] = {"since": request.args.get("since", ""), "after": after}
    salt = salt_of(current_app.extensions["forumapp.seals"], station.edition_id)
    data = roster(reading(), station, salt=salt, **asked, now=clock.now())
    if station.is_unheard and station.device_id:
        with transaction() as db:
            note_heard(db, station.device_id, now=clock.now())
    return (
        make_response("", 304)
        if data is None
        else _json({"csrf": form_token(), "now": clock.now(), **describe_roster(station, data)})
    )


@blueprint.post("/<slug>/scans")
@in_turn
def take_scans(slug: str) -> Response:
    """Take the scans made offline. Each gets its own result: a refused one does not affect the others."""
    sent = _sent()
    good: list[tuple[int, dict[str, Any]]] = []
    answers: list[dict[str, Any]] = [{"refused": "invalid"} for _one in sent]
    with transaction() as db:
        station = find_station(db, slug)
        if station is None:
            return _json({"code": "signed-out"}, 401)
        for index, scan in enumerate(sent):
            try:
                values = NewScanSchema().load(scan)
            except ma.ValidationError:
                continue
            if values.pop("checkpoint_id", station.checkpoint_id) == station.checkpoint_id:
                good.append((index, values))
            else:
                answers[index] = {"refused": "not-its-own"}
        scanned_by = VISITOR if station.device_id else actor()
        links = current_app.extensions["forumapp.links"]
        results = receive(db, links, station, [values for _at, values in good], actor=scanned_by, now=clock.now())
        for (index, _values), result in zip(good, results, strict=True):
            answers[index] = {"result": result.result} if isinstance(result, Scanned) else {"refused": result.code}
    return _json({"csrf": form_token(), "scans": answers})


@blueprint.get("/<slug>/worker.js")
def worker(slug: str) -> Response:
    """Served below the page's address, which limits the worker to that page."""
    answer = assets.serve("checkin_worker.js")
    answer.headers["Service-Worker-Allowed"] = f"/checkin/{slug}"
    return answer


def _sent() -> list[Any]:
    text = request.form.get("scans", "")
    try:
        sent = json.loads(text) if len(text) <= LONGEST else None
    except ValueError:
        sent = None
    if not isinstance(sent, list) or len(sent) > MOST_TOGETHER:
        abort(400)  # no page of ours
    return sent


def describe_roster(station: Station, data: Roster) -> dict[str, Any]:
    """The roster as the page's script reads it."""
    return {
        "station": station_key(station),
        "cursor": data.cursor,
        "salt": data.salt,
        "whole": data.whole,
        "next": data.next_id,
        "rehearsal": data.rehearsal_id,
        "first_day": data.first_day,
        "mode": data.asks.mode,
        "opens": data.asks.opens,
        "closes": data.asks.closes,
        "zone": data.asks.zone,
        "people": [_person(person) for person in data.people],
        "gone": data.gone,
        "types": [type_._asdict() for type_ in data.types],
        "delegations": [delegation._asdict() for delegation in data.delegations],
    }


def _person(person: Known) -> dict[str, Any]:
    """A person without empty values, which are most of a roster of tens of thousands."""
    values = {name: value for name in OF_PERSON if (value := getattr(person, name))}
    values["codes"] = [code if code.revoked_at else code[:2] for code in person.codes]
    return values


def to_json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_instant)


def _json(values: dict[str, Any], status: int = 200) -> Response:
    content = to_json(values).encode()
    packed = len(content) > SMALL and request.accept_encodings["gzip"] > 0
    answer = make_response(gzip.compress(content, 1, mtime=0) if packed else content, status)
    answer.content_type = "application/json"
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    return answer


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError
