"""Scans as devices send them: by code or by whose they are, and many together that were kept without the network."""

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
    """By which somebody is checked in who was found by name: the live code or, of who has none any more, the last one,
    which says why.
    """
    query = select(TicketCode.code).where(
        TicketCode.edition_id == edition_id, TicketCode.registration_id == registration_id
    )
    return db.scalar(query.order_by(TicketCode.revoked_at.is_not(None), TicketCode.id.desc()).limit(1))


def code_for(db: DbSession, station: Station, registration_id: int, *, actor: Actor, now: datetime) -> str:
    """The same for whoever stands at the desk: who never had a code, since they were entered as somebody who does not
    come, is given one, of which the log tells stations. It opens nothing that their place does not. A rehearsal leaves
    nothing, and so gives none.
    """
    of = station.edition_id
    found = code_of(db, of, registration_id)
    if found is None and not station.is_rehearsal:
        found = add_code(db, of, registration_id)
        record(db, "given-code", "registration", registration_id, actor=actor, now=now, edition_id=of)
    return found or _of_nobody(registration_id)


def _of_nobody(registration_id: int) -> str:
    return f"REGISTRATION{registration_id}"


def read_of(db: DbSession, links: Links, station: Station, values: Mapping[str, Any], *, now: datetime) -> Read:
    """`values` are those of Read, with `registration_id` instead of `code` of somebody who was found by name, and with
    what whoever `made_by` kept it is called. The id of nobody here is as unknown as a code.
    """
    said = dict(values)
    made_by = said.pop("made_by", "")
    if made_by:
        said["made_by"] = maker_of(db, links, station, made_by, now=now)
    whose = said.pop("registration_id", None)
    if whose is not None:
        said["code"] = code_of(db, station.edition_id, whose) or _of_nobody(whose)
    return Read(**said)


def receive(
    db: DbSession, links: Links, station: Station, sent: Iterable[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> list[Scanned | NonceReused]:
    """What a device has kept, in the order in which it was made. One that is refused keeps none of the others."""
    found: list[Scanned | NonceReused] = []
    for values in sent:
        try:
            with db.begin_nested():
                read = read_of(db, links, station, values, now=now)
                found.append(scan(db, station, read, actor=actor, now=now))
        except NonceReused as refusal:
            found.append(refusal)
    return found
