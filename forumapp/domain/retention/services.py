"""Setting the days on which an edition's data goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Stale
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.retention.models import RetentionRule
from forumapp.domain.retention.queries import get_rule
from forumapp.domain.retention.rules import Kind, Rule, fault_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def set_rule(
    db: DbSession, edition_id: int, kind: Kind, purge_on: date, *, version: int, actor: Actor, now: datetime
) -> Rule:
    """Say when a kind of data goes, over the rule that was read as `version`. It may be a day that has passed."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    fault = fault_of(purge_on, get_edition_by_id(db, edition_id).ends_on)
    if fault:
        raise Invalid(fields={"purge_on": fault})
    lock_name(db, f"retention:{edition_id}")
    row = db.scalar(select(RetentionRule).where(RetentionRule.edition_id == edition_id, RetentionRule.kind == kind))
    if row is not None:
        changes = {"purge_on": purge_on}
        change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    elif version:
        raise Stale
    else:
        row = RetentionRule(edition_id=edition_id, kind=kind, purge_on=purge_on)
        create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return get_rule(db, edition_id, kind)
