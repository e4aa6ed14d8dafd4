"""Somebody is checked in at the desk, without their code being read: a scan by whoever sits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.editing import get_in
from forumapp.domain.checkin.receiving import code_for
from forumapp.domain.checkin.rules import Direction
from forumapp.domain.checkin.scanning import Read, scan
from forumapp.domain.checkin.stations import station_for
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.scanning import Scanned


def check_in(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    checkpoint_id: int,
    nonce: str,
    direction: Direction = Direction.IN,
    rehearsal_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Scanned:
    """Judged and kept as if their code had been read there; sent again under its `nonce`, answered as it was. At the
    badge hand-out it says that they have their badge.
    """
    station = station_for(db, edition_id, checkpoint_id, registration_id, actor=actor, now=now)
    get_in(db, Registration, edition_id, registration_id)
    code = code_for(db, station, registration_id, actor=actor, now=now)
    return scan(db, station, Read(code, nonce, direction, rehearsal_id=rehearsal_id), actor=actor, now=now)
