"""Somebody is checked in at the desk, without their code being read: a scan by whoever sits there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.scanning.batches import code_for
from forumapp.domain.checkin.scanning.judgement import Read, scan
from forumapp.domain.checkin.setup.stations import station_for
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.scanning.judgement import Scanned

# As long as a station knows whom it lets in. What a form says it was kept for longer counts from its receipt.
KEPT_AT_MOST = timedelta(hours=12)


class Kept(NamedTuple):
    """What the clock of a desk said that reached nobody: when somebody was checked in there, and when it sends that."""

    scanned_at: datetime
    sent_at: datetime

    @property
    def is_plausible(self) -> bool:
        return self.sent_at - self.scanned_at <= KEPT_AT_MOST


def check_in(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    checkpoint_id: int,
    nonce: str,
    direction: Direction = Direction.IN,
    rehearsal_id: int | None = None,
    kept: Kept | None = None,
    actor: Actor,
    now: datetime,
) -> Scanned:
    """Judged and kept as if their code had been read there; sent again under its `nonce`, answered as it was. At the
    badge hand-out it says that they have their badge. What a desk has `kept` counts from when it was done, as of a
    station that did not know whom it let in: a desk without the network knows nobody. It let nobody in either, and so
    a room holds no more by it.
    """
    station = station_for(db, edition_id, checkpoint_id, registration_id, actor=actor, now=now)
    get_in(db, Registration, edition_id, registration_id)
    code = code_for(db, station, registration_id, actor=actor, now=now)
    late: dict[str, Any] = {}
    if kept and kept.is_plausible:
        late = {"told": Result.UNKNOWN, "is_open": True, **kept._asdict()}
    read = Read(code, nonce, direction, rehearsal_id=rehearsal_id, **late)
    return scan(db, station, read, actor=actor, now=now)
