"""Phones and laptops at checkpoints: they sign in by a code that is shown once, and are revoked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import AlreadyExists, Invalid, Refusal
from forumapp.core.tokens import hashed, new_secret, short_code
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import Archived, require_all
from forumapp.domain.accounts.editing.rows import find_in, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, create, record
from forumapp.domain.checkin.models import CheckinDevice, Checkpoint
from forumapp.domain.checkin.rules import DEVICE, PAIRING_LASTS, clean_code
from forumapp.domain.forums.models import Edition, EditionStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

CHECK_IN = Permission.CHECK_IN
LONGEST_NAME = 100


class CodeNotGood(Refusal):
    """A code for signing in that is not one, was used, or has ended."""

    status, code = 422, "code-not-good"


class AlreadyRevoked(Refusal):
    code = "already-revoked"


def add_device(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> tuple[CheckinDevice, str]:
    """A device at a checkpoint, and the code by which it signs in: only its hash is kept, so this is the one time that
    it is seen. `values` are `checkpoint_id` and `name`.
    """
    require_all(db, edition_id, CHECK_IN, actor=actor)
    _refuse_unfit(db, edition_id, values)
    code = short_code()
    pairing = {"code_hash": hashed(code), "code_ends_at": now + PAIRING_LASTS}
    row = CheckinDevice(edition_id=edition_id, **values, **pairing)
    create(db, row, actor=actor, now=now)
    return row, code


def update_device(
    db: DbSession,
    edition_id: int,
    device_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> CheckinDevice:
    """Its name, or the checkpoint at which it scans from now on."""
    row = _held(db, edition_id, device_id, actor=actor)
    _refuse_unfit(db, edition_id, changes, besides=device_id)
    change(db, row, changes, version=version, actor=actor, now=now)
    return row


def renew_code(
    db: DbSession, edition_id: int, device_id: int, *, version: int, actor: Actor, now: datetime
) -> tuple[CheckinDevice, str]:
    """Another code, for one that was lost or has ended, or for a device whose browser forgot it. What it was given
    before ends when it signs in by it.
    """
    row = _held(db, edition_id, device_id, actor=actor)
    if row.revoked_at is not None:
        raise AlreadyRevoked
    code = short_code()
    new = {"code_hash": hashed(code), "code_ends_at": now + PAIRING_LASTS}
    change(db, row, new, version=version, actor=actor, now=now, action="code-renewed")
    return row, code


def revoke_device(
    db: DbSession, edition_id: int, device_id: int, *, version: int, actor: Actor, now: datetime
) -> CheckinDevice:
    """It scans nothing from now on, for good."""
    row = _held(db, edition_id, device_id, actor=actor)
    if row.revoked_at is not None:
        raise AlreadyRevoked
    gone = dict.fromkeys(("code_hash", "code_ends_at", "token_hash", "paired_at"))
    change(db, row, {**gone, "revoked_at": now}, version=version, actor=actor, now=now, action="revoked")
    return row


def pair(db: DbSession, edition_id: int, code: str, *, actor: Actor, now: datetime) -> tuple[CheckinDevice, str]:
    """A device signs in by its code, which is good once: the secret that it shows from now on. Raises CodeNotGood.

    Two at once: the one that waited finds it used.
    """
    query = select(CheckinDevice).where(CheckinDevice.code_hash == hashed(clean_code(code)))
    row = db.scalar(query.where(CheckinDevice.edition_id == edition_id).with_for_update())
    if row is None or row.code_ends_at is None or row.code_ends_at <= now:
        raise CodeNotGood
    if db.get_one(Edition, edition_id).status == EditionStatus.ARCHIVED:
        raise Archived
    secret = new_secret(DEVICE)
    row.code_hash = row.code_ends_at = None
    row.token_hash, row.paired_at, row.seen_at = hashed(secret), now, now
    db.flush()
    record(db, "signed-in", "checkin_device", row.id, actor=actor, now=now, edition_id=edition_id)
    return row, secret


def sign_out(db: DbSession, device_id: int, *, actor: Actor, now: datetime) -> None:
    """The device itself says that it is done; another code signs it in again."""
    row = db.get_one(CheckinDevice, device_id)
    row.token_hash = row.paired_at = None
    db.flush()
    record(db, "signed-out", "checkin_device", row.id, actor=actor, now=now, edition_id=row.edition_id)


def devices_page(
    db: DbSession, edition_id: int, *, checkpoint_id: int | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[CheckinDevice]:
    query = select(CheckinDevice).where(CheckinDevice.edition_id == edition_id)
    if checkpoint_id is not None:
        query = query.where(CheckinDevice.checkpoint_id == checkpoint_id)
    return paged(db, query.order_by(CheckinDevice.name, CheckinDevice.id), number=number, size=size)


def get_device(db: DbSession, edition_id: int, device_id: int) -> CheckinDevice:
    return get_in(db, CheckinDevice, edition_id, device_id)


def _held(db: DbSession, edition_id: int, device_id: int, *, actor: Actor) -> CheckinDevice:
    require_all(db, edition_id, CHECK_IN, actor=actor)
    return get_device(db, edition_id, device_id)


def _refuse_unfit(db: DbSession, edition_id: int, values: Mapping[str, Any], *, besides: int | None = None) -> None:
    if "name" in values and not 0 < len(values["name"].strip()) <= LONGEST_NAME:
        raise Invalid(fields={"name": "required" if not values["name"].strip() else "too-long"})
    if "checkpoint_id" in values and find_in(db, Checkpoint, edition_id, values["checkpoint_id"]) is None:
        raise Invalid(fields={"checkpoint_id": "unknown"})
    if "name" in values:
        called = select(CheckinDevice.id).where(
            CheckinDevice.edition_id == edition_id,
            CheckinDevice.revoked_at.is_(None),
            func.lower(CheckinDevice.name) == values["name"].strip().lower(),
        )
        if db.scalars(called.where(CheckinDevice.id != (besides or 0))).first() is not None:
            raise AlreadyExists(fields={"name": "taken"})
