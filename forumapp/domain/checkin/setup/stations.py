"""Who scans, and where: a device by what it was given when it signed in, or an organizer where they say they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select, update

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.database.db import WRITING
from forumapp.core.errors import NotFound, Refusal
from forumapp.core.tokens import hashed
from forumapp.core.values.times import start_of_day
from forumapp.domain.accounts.access import Archived, require_all, require_row
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.checkin.models import CheckinDevice, Checkpoint, CheckpointType, Rehearsal
from forumapp.domain.checkin.rules import SEEN_EVERY, Asks
from forumapp.domain.forums.models import Edition, EditionStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


class DeviceNotSignedIn(Refusal):
    """A device that was never paired, or was revoked."""

    status, code = 401, "device-not-signed-in"


@dataclass(frozen=True, slots=True)
class Station:
    """A checkpoint with whoever scans there: a device or an account. While a rehearsal runs, all scans are of it; from
    the `first_day` of the edition on, none is. A device that `is_unheard` asked outside of a transaction, and is not
    noted to have been heard of for a while. `names_only` is of an account that sees names and status alone.
    """

    edition_id: int
    checkpoint_id: int
    asks: Asks
    first_day: datetime
    session_id: int | None = None
    coach_run_id: int | None = None
    device_id: int | None = None
    account_id: int | None = None
    rehearsal_id: int | None = None
    is_unheard: bool = False
    names_only: bool = False

    @property
    def is_rehearsal(self) -> bool:
        return self.rehearsal_id is not None


_C, _D = Checkpoint, CheckinDevice
_OF_CHECKPOINT = (
    _C.edition_id,
    _C.id,
    _C.mode,
    _C.start_utc,
    _C.end_utc,
    _C.area,
    _C.delegation_id,
    _C.vips_only,
    _C.needs_sign_up,
    _C.session_id,
    _C.coach_run_id,
    select(CheckpointType.id).where(CheckpointType.checkpoint_id == _C.id).exists().label("by_type"),
    Edition.status,
    Rehearsal.id.label("rehearsal_id"),
    Edition.starts_on,
    Edition.zone,
)
_OF_EDITION = Edition.id == _C.edition_id
_RUNNING = and_(Rehearsal.edition_id == _C.edition_id, Rehearsal.ended_at.is_(None))
_CHECKPOINT = Prepared(
    select(*_OF_CHECKPOINT)
    .join(Edition, _OF_EDITION)
    .outerjoin(Rehearsal, _RUNNING)
    .where(_C.edition_id == bindparam("of_edition"), _C.id == bindparam("one"))
)
_DEVICE = Prepared(
    select(*_OF_CHECKPOINT, _D.id.label("device_id"), _D.seen_at, Edition.slug)
    .select_from(_D)
    .join(_C, _C.id == _D.checkpoint_id)
    .join(Edition, _OF_EDITION)
    .outerjoin(Rehearsal, _RUNNING)
    .where(_D.token_hash == bindparam("secret"), _D.revoked_at.is_(None))
)
_TYPES = Prepared(select(CheckpointType.type_id).where(CheckpointType.checkpoint_id == bindparam("one")))
_SEEN = Prepared(
    update(_D).where(_D.id == bindparam("one")).values(seen_at=bindparam("seen"), updated_at=_D.updated_at)
)


def station_of_device(db: DbSession, secret: str, *, slug: str | None = None, now: datetime) -> Station:
    """Where a device stands, by the secret that it was given. Within a transaction it notes that it was heard of.
    Raises DeviceNotSignedIn, also where `slug` is another edition than the device's.
    """
    rows = _DEVICE.rows(db, {"secret": hashed(secret)})
    if not rows or slug not in (None, rows[0][-1]):
        raise DeviceNotSignedIn
    *checkpoint, device_id, seen_at, _slug = rows[0]
    is_due = seen_at is None or now - seen_at >= SEEN_EVERY
    if is_due and WRITING in db.info:
        note_heard(db, device_id, now=now)
        is_due = False
    return _station(db, checkpoint, now, device_id=device_id, is_unheard=is_due)


def note_heard(db: DbSession, device_id: int, *, now: datetime) -> None:
    """By the clock of the server, beside the device's version and when it was last changed."""
    _SEEN.rows(db, {"one": device_id, "seen": now})


def station_of_organizer(db: DbSession, edition_id: int, checkpoint_id: int, *, actor: Actor, now: datetime) -> Station:
    """For an account that may admit everyone; what it is shown depends on whether it may also check in."""
    access = require_all(db, edition_id, Permission.ADMIT, actor=actor)
    station = _of_account(db, edition_id, checkpoint_id, actor, now)
    return replace(station, names_only=access.reach(Permission.CHECK_IN) is not Reach.ALL)


def station_for(
    db: DbSession, edition_id: int, checkpoint_id: int, registration_id: int, *, actor: Actor, now: datetime
) -> Station:
    """The same for whoever may check in this one person, as liaisons may those of their delegations."""
    require_row(db, edition_id, Permission.CHECK_IN, "registration", registration_id, actor=actor)
    return _of_account(db, edition_id, checkpoint_id, actor, now)


def _of_account(db: DbSession, edition_id: int, checkpoint_id: int, actor: Actor, now: datetime) -> Station:
    rows = _CHECKPOINT.rows(db, {"of_edition": edition_id, "one": checkpoint_id})
    if not rows or actor.account_id is None:
        raise NotFound(entity="checkpoint")
    return _station(db, rows[0], now, account_id=actor.account_id)


def _station(db: DbSession, row: Any, now: datetime, **by: Any) -> Station:
    edition_id, one, *asked, session_id, coach_run_id, by_type, status, rehearsal_id, starts_on, zone = row
    mode, opens, closes, area, delegation_id, vips, signed_up = asked
    if status == EditionStatus.ARCHIVED:
        raise Archived
    types = frozenset(found for (found,) in _TYPES.rows(db, {"one": one})) if by_type else frozenset()
    asks = Asks(
        mode,
        opens,
        closes,
        area=area,
        types=types,
        delegation_id=delegation_id,
        vips_only=vips,
        needs_sign_up=signed_up,
        zone=zone,
    )
    first_day = start_of_day(starts_on, zone)
    if now >= first_day:
        rehearsal_id = None  # one that runs was forgotten: the day is never a rehearsal
    return Station(edition_id, one, asks, first_day, session_id, coach_run_id, rehearsal_id=rehearsal_id, **by)
