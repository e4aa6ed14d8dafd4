"""Scans as devices send them: by code or by registration, and batches stored while offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.audit.services import record
from forumapp.domain.checkin.scanning.judgement import NonceReused, Read, scan
from forumapp.domain.checkin.scanning.offline_signatures import maker_of
from forumapp.domain.registration.capacity.statements import add_code
from forumapp.domain.registration.models import TicketCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.tokens import Links
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.scanning.judgement import Scanned
    from forumapp.domain.checkin.setup.stations import Station


def code_of(db: DbSession, edition_id: int, registration_id: int) -> str | None:
    """Find the code to check in a person found by name: the live one, or else the last revoked one.

    A revoked code makes the scan say why it is refused.
    """
    query = select(TicketCode.code).where(
        TicketCode.edition_id == edition_id, TicketCode.registration_id == registration_id
    )
    return db.scalar(query.order_by(TicketCode.revoked_at.is_not(None), TicketCode.id.desc()).limit(1))


def code_for(db: DbSession, station: Station, registration_id: int, *, actor: Actor, now: datetime) -> str:
    """Return the code of a person at the desk, and create one if they never had one.

    The audit log announces a new code to the stations. It grants nothing beyond the registration's status. A rehearsal
    creates no code and gets one that is unknown.
    """
    edition_id = station.edition_id
    code = code_of(db, edition_id, registration_id)
    if code is None and not station.is_rehearsal:
        code = add_code(db, edition_id, registration_id)
        record(db, "given-code", "registration", registration_id, actor=actor, now=now, edition_id=edition_id)
    return code or _unknown_code(registration_id)


def _unknown_code(registration_id: int) -> str:
    return f"REGISTRATION{registration_id}"


def read_of(db: DbSession, links: Links, station: Station, values: Mapping[str, Any], *, now: datetime) -> Read:
    """Build a Read from the values a device sent.

    `registration_id` replaces `code` for a person found by name, and `made_by` is a signed token. A registration id
    unknown in this edition is treated as an unknown code.
    """
    fields = dict(values)
    made_by = fields.pop("made_by", "")
    if made_by:
        fields["made_by"] = maker_of(db, links, station, made_by, now=now)
    registration_id = fields.pop("registration_id", None)
    if registration_id is not None:
        fields["code"] = code_of(db, station.edition_id, registration_id) or _unknown_code(registration_id)
    return Read(**fields)


def receive(
    db: DbSession, links: Links, station: Station, sent: Iterable[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> list[Scanned | NonceReused]:
    """Process the scans a device stored offline, oldest first. One refusal does not stop the others."""
    outcomes: list[Scanned | NonceReused] = []
    for values in sent:
        try:
            with db.begin_nested():
                read = read_of(db, links, station, values, now=now)
                outcomes.append(scan(db, station, read, actor=actor, now=now))
        except NonceReused as refusal:
            outcomes.append(refusal)
    return outcomes
