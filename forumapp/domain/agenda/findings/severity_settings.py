"""Saying how pressing an edition takes each finding of its agenda to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Stale, refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import FindingSeverity
from forumapp.domain.agenda.severities import DEFAULTS, FindingCode, Severities, Severity, may_be

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def severities_of(db: DbSession, edition_id: int) -> Severities:
    """How pressing each finding is in an edition. One query."""
    query = select(FindingSeverity.code, FindingSeverity.severity).where(FindingSeverity.edition_id == edition_id)
    return Severities.chosen({row.code: row.severity for row in db.execute(query)})


def set_severities(
    db: DbSession,
    edition_id: int,
    wanted: Mapping[str, Severity],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Severities:
    """Have findings as pressing as `wanted` says, and all others as usual. `version` is that of what was read.

    That a person can't be where they are needed is never ignored: the field is told.
    """
    require(db, edition_id, Permission.PUBLISH_AGENDA, actor=actor)
    lock_name(db, f"findings:{edition_id}")  # before there is a row
    refuse_faults({code: None if may_be(code, one) else "never-ignored" for code, one in wanted.items()})
    stands = severities_of(db, edition_id)
    if version != stands.version:
        raise Stale(current={"version": stands.version, "severities": dict(stands.of)})
    query = select(FindingSeverity).where(FindingSeverity.edition_id == edition_id)
    rows = {row.code: row for row in db.scalars(query.execution_options(populate_existing=True))}
    by: Any = {"actor": actor, "now": now}
    for code in FindingCode:
        severity, row = wanted.get(code, DEFAULTS[code]), rows.get(code)
        if row is not None and row.severity != severity:
            change_in(db, row, {"severity": severity}, Permission.PUBLISH_AGENDA, version=row.version, **by)
        elif row is None and severity != DEFAULTS[code]:
            row = FindingSeverity(edition_id=edition_id, code=code, severity=severity)
            create_in(db, row, Permission.PUBLISH_AGENDA, **by)
    return severities_of(db, edition_id)
