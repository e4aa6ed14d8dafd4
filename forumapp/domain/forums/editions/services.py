"""Setting up series, editions and hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound, refuse_faults
from forumapp.domain.accounts.access import forget_access, require, require_creator
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, change, create
from forumapp.domain.forums import rules
from forumapp.domain.forums.calendar import tasks
from forumapp.domain.forums.editions.archiving import refuse_draft
from forumapp.domain.forums.models import Edition, EditionStatus, Series
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.forums.rules import name_fault, slug_fault
from forumapp.domain.images.services import change_picture
from forumapp.domain.people.archive.archived_names import freeze

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def create_series(db: DbSession, *, code: str, name: Mapping[str, str], actor: Actor, now: datetime) -> Series:
    require_creator(db, actor=actor)
    refuse_faults({"code": slug_fault(code), "name": name_fault(name)})
    if db.scalar(select(Series.id).where(Series.code == code)):
        raise AlreadyExists(fields={"code": "taken"})
    row = Series(code=code, name=dict(name))
    create(db, row, actor=actor, now=now)
    return row


def update_series(
    db: DbSession, code: str, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Series:
    """Its name may change; its code stands in addresses and stays."""
    require_creator(db, actor=actor)
    row = db.scalar(select(Series).where(Series.code == code))
    if row is None:
        raise NotFound(entity="series")
    if "name" in changes:
        refuse_faults({"name": name_fault(changes["name"])})
    change(db, row, changes, version=version, actor=actor, now=now)
    return row


def begin_series(db: DbSession, name: Mapping[str, str], year: int, *, actor: Actor, now: datetime) -> Series:
    """A series for a first edition of this name and year: called like it, under a code made of its initials."""
    called = rules.series_name(name, year)
    code = rules.series_code(called, set(db.scalars(select(Series.code))))
    return create_series(db, code=code, name=called, actor=actor, now=now)


def create_edition(
    db: DbSession, values: Mapping[str, Any], *, calendar: bool = True, actor: Actor, now: datetime
) -> Edition:
    """`values` are columns of Edition; last day, year and slug may be left out.

    Whoever makes an edition owns it. The same ordinal twice is refused. It gets the calendar of tasks, unless it is to
    have another one (`calendar` False).
    """
    require_creator(db, actor=actor)
    series = db.get(Series, values["series_id"])
    if series is None:
        raise Invalid(fields={"series_id": "unknown"})
    values = rules.completed(values, series.code)
    refuse_faults(rules.edition_faults(values) | {"slug": rules.address_fault(values["slug"])})
    if db.scalar(select(Edition.id).where(Edition.slug == values["slug"])):
        raise AlreadyExists(fields={"slug": "taken"})
    _refuse_same_ordinal(db, series.id, values["ordinal"])
    row = Edition(**values)
    create(db, row, actor=actor, now=now)
    if actor.account_id is not None:
        grant_role(db, actor.account_id, row.id, Role.OWNER, actor=actor, now=now)
    if calendar:
        tasks.write_calendar(db, row, actor=actor, now=now)
    return row


def update_edition(
    db: DbSession, edition_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Edition:
    """A status that archives it asks for what archiving asks for."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_edition_by_id(db, edition_id)
    if changes.get("status") == EditionStatus.ARCHIVED:
        require(db, edition_id, Permission.ARCHIVE_EDITION, actor=actor)
        refuse_draft(row)
    refuse_faults(rules.edition_faults({field: getattr(row, field) for field in rules.CHECKED} | dict(changes)))
    ordinal = changes.get("ordinal", row.ordinal)
    if ordinal != row.ordinal:
        _refuse_same_ordinal(db, row.series_id, ordinal)
    changes = change_picture(db, row, changes, "logo", label=row.name, actor=actor, now=now)
    change(db, row, changes, version=version, actor=actor, now=now)
    forget_access(db)  # which may have been archived
    if row.status == EditionStatus.ARCHIVED:
        freeze(db, edition_id)
    return row


def _refuse_same_ordinal(db: DbSession, series_id: int, ordinal: int) -> None:
    """The UNIQUE constraint holds it; this names the field."""
    if db.scalar(select(Edition.id).where(Edition.series_id == series_id, Edition.ordinal == ordinal)):
        raise AlreadyExists(fields={"ordinal": "taken"})
