"""The agenda as it is being worked on, in the shape in which it is published."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.agenda.content.snapshots import speakers_in_order
from forumapp.domain.agenda.formats.parsing.refs import uuid_in
from forumapp.domain.agenda.models import (
    InterpretationChannel,
    RoleAssignment,
    Session,
    SessionItem,
    SessionStatus,
    Track,
)
from forumapp.domain.agenda.queries import channels_of, items_of, latest_version, roles_of
from forumapp.domain.forums.models import Room, Venue
from forumapp.domain.people.models import Person
from forumapp.domain.people.queries import precedence, titles_in_edition

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Moment

PROGRAM = "program"  # the precedence list that orders the program


def working_agenda(db: DbSession, edition_id: int) -> dict[str, Any]:
    """The agenda as it stands now, in the shape in which it is published. A constant number of queries."""
    sessions = _sessions(db, edition_id)
    people = {role["person"] for session in sessions for role in session["roles"]}
    return {
        "rooms": _rooms(db, edition_id),
        "tracks": [
            {"id": track_id, "code": code, "name": name, "color": color}
            for track_id, code, name, color in db.execute(
                select(Track.id, Track.code, Track.name, Track.color)
                .where(Track.edition_id == edition_id)
                .order_by(Track.position)
            )
        ],
        "sessions": sessions,
        "people": _people(db, edition_id, people),
        "speakers": speakers_in_order(sessions, precedence(db, edition_id, PROGRAM)),
    }


def _rooms(db: DbSession, edition_id: int) -> list[dict[str, Any]]:
    query = select(Room.id, Room.code, Room.name, Venue.name, Venue.address, Venue.zone).join(
        Venue, Venue.id == Room.venue_id
    )
    return [
        {"id": room_id, "code": code, "name": name, "venue": {"name": venue, "address": address or {}, "zone": zone}}
        for room_id, code, name, venue, address, zone in db.execute(
            query.where(Room.edition_id == edition_id).order_by(Room.position)
        )
    ]


def _sessions(db: DbSession, edition_id: int) -> list[dict[str, Any]]:
    """Those that have a time. A cancelled session is listed only if readers have seen it in the latest version."""
    query = select(Session).where(Session.edition_id == edition_id, Session.start_utc.is_not(None))
    rows = list(db.scalars(query.order_by(Session.start_utc, Session.end_utc, Session.id)))
    if any(row.status is SessionStatus.CANCELLED for row in rows):
        published = _published_ids(db, edition_id)
        rows = [row for row in rows if row.status is not SessionStatus.CANCELLED or row.id in published]
    ids = [row.id for row in rows]
    items, roles, channels = items_of(db, ids), roles_of(db, ids), channels_of(db, ids)
    return [_session(row, items[row.id], roles[row.id], channels[row.id]) for row in rows]


def _published_ids(db: DbSession, edition_id: int) -> set[int]:
    version = latest_version(db, edition_id)
    return {one["id"] for one in json.loads(version.content)["sessions"]} if version else set()


def _session(
    row: Session, items: list[SessionItem], roles: list[RoleAssignment], channels: list[InterpretationChannel]
) -> dict[str, Any]:
    span = row.span
    assert span is not None, "only sessions with a time are told"  # noqa: S101 (the query leaves the others out)
    numbers = {channel.id: channel.number for channel in channels}
    return {
        "id": row.id,
        "code": row.code,
        **({"guid": guid} if (guid := uuid_in(row.import_ref)) else {}),
        "title": row.title,
        "abstract": row.abstract,
        "kind": row.kind.value,
        "status": row.status.value,
        "room": row.room_id,
        "track": row.track_id,
        "in_all_rooms": row.in_all_rooms,
        "start": _moment(span.start),
        "end": _moment(span.end),
        "setup_minutes": row.setup_minutes,
        "changeover_minutes": row.changeover_minutes,
        "layout": row.layout.value if row.layout else "",
        # Only where there are any, so that an agenda without them is sealed as it was before they were told.
        **({"av_needs": row.av_needs} if row.av_needs else {}),
        "interpretation": row.interpretation.value,
        "channels": [{"number": channel.number, "language": channel.language} for channel in channels],
        "languages": row.languages,
        "press": row.press.value,
        "is_sample": row.is_sample,
        "items": _items(span.start.utc, items),
        "roles": [
            {
                "person": role.person_id,
                "item": role.item_id,
                "role": role.role.value,
                "status": role.status.value,
                "position": role.position,
                "channel": numbers.get(role.channel_id) if role.channel_id else None,
            }
            for role in roles
            if role.status.value != "declined"
        ],
    }


def _items(start: datetime, items: list[SessionItem]) -> list[dict[str, Any]]:
    """Items with the time that follows from the order and the minutes before them, the first one at `start`."""
    lines = []
    for item in items:
        lines.append(
            {
                "id": item.id,
                "kind": item.kind.value,
                "title": item.title,
                "minutes": item.clock_minutes,
                "speaking_minutes": item.minutes,
                "mode": item.mode.value,
                "start_utc": start.isoformat(),
            }
        )
        start += timedelta(minutes=item.clock_minutes)
    return lines


def _moment(moment: Moment) -> dict[str, str]:
    return {"utc": moment.utc.isoformat(), "wall": moment.wall.isoformat(), "zone": moment.zone}


def _people(db: DbSession, edition_id: int, ids: Collection[int]) -> dict[str, Any]:
    titles = titles_in_edition(db, edition_id, ids)
    columns = (
        Person.id,
        Person.latin_family,
        Person.latin_given,
        Person.name_order,
        Person.native_full,
        Person.native_language,
        Person.form_of_address,
        Person.biography,
        Person.is_sample,
    )
    return {
        str(row.id): {
            "latin_family": row.latin_family,
            "latin_given": row.latin_given,
            "name_order": row.name_order.value,
            "native_full": row.native_full,
            "native_language": row.native_language,
            "form_of_address": row.form_of_address,
            "biography": row.biography,
            "is_sample": row.is_sample,
            "titles": [{"title": line.title, "organization": line.organization} for line in titles.get(row.id, [])],
        }
        for row in db.execute(select(*columns).where(Person.id.in_(ids)))
    }
