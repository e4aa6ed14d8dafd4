"""Registration types: what an edition offers, to whom, and how many places it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing import get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change, create
from forumapp.domain.registration import placing
from forumapp.domain.registration.answers import question_faults
from forumapp.domain.registration.decisions import move_up_all
from forumapp.domain.registration.models import RegistrationType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def create_type(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> RegistrationType:
    """`values` are columns of RegistrationType; the counters start at nothing."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    _refuse_faults(values, taken=0)
    taken = select(RegistrationType.id).filter_by(edition_id=edition_id, code=values["code"])
    if db.scalar(taken):
        raise AlreadyExists(fields={"code": "taken"})
    row = RegistrationType(edition_id=edition_id, **values)
    create(db, row, actor=actor, now=now)
    return row


def update_type(
    db: DbSession,
    edition_id: int,
    type_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RegistrationType:
    """Change a type; more places go to those who wait at once. A quota below the places given is refused."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, RegistrationType, edition_id, type_id)
    places = placing.lock_places(db, type_id)
    db.refresh(row)
    _refuse_faults(changes, taken=places.taken)
    change(db, row, changes, version=version, actor=actor, now=now)
    if "quota" in changes:
        move_up_all(db, type_id, actor=actor, now=now)
        db.refresh(row)
    return row


def remove_type(db: DbSession, edition_id: int, type_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Refused once anybody has ever registered with it."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, RegistrationType, edition_id, type_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def _refuse_faults(values: Mapping[str, Any], *, taken: int) -> None:
    faults: dict[str, str] = {}
    if "code" in values and not _CODE.fullmatch(values["code"]):
        faults["code"] = "not-a-slug"
    if "name" in values and not any(values["name"].values()):
        faults["name"] = "required"
    quota = values.get("quota")
    if quota is not None and quota < 0:
        faults["quota"] = "too-small"
    elif quota is not None and quota < taken:
        faults["quota"] = "below-taken"
    if "color" in values and not _COLOR.fullmatch(values["color"]):
        faults["color"] = "not-a-color"
    faults |= question_faults(values.get("questions", []))
    if faults:
        raise Invalid(fields=faults)
