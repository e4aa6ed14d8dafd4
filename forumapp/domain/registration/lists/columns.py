"""Which columns someone wants to see in the list of an edition's registrations, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from forumapp.core.errors import Forbidden, Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.models import ListColumns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

# Beside the name, which every row begins with.
OFFERED = (
    "title", "type", "status", "code", "delegation", "registered_at", "source", "language", "media", "email", "phone",
)  # fmt: skip
USUAL = ("title", "type", "status", "code")


def columns_for(db: DbSession, edition_id: int, account_id: int | None) -> tuple[str, ...]:
    mine = (ListColumns.edition_id == edition_id, ListColumns.account_id == account_id)
    kept = db.scalar(select(ListColumns.columns).where(*mine)) if account_id else None
    return USUAL if kept is None else tuple(one for one in kept if one in OFFERED)


def keep_columns(db: DbSession, edition_id: int, columns: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """For the caller alone; the usual ones are kept as nothing. How someone looks at a list is in no log."""
    require(db, edition_id, Permission.SEE_REGISTRATIONS, actor=actor)
    if actor.account_id is None:
        raise Forbidden(needs="account")
    if len(set(columns)) != len(columns) or not set(columns) <= set(OFFERED):
        raise Invalid(fields={"columns": "not-an-option"})
    mine = (ListColumns.edition_id == edition_id, ListColumns.account_id == actor.account_id)
    db.execute(delete(ListColumns).where(*mine))
    if tuple(columns) != USUAL:
        row = ListColumns(edition_id=edition_id, account_id=actor.account_id, columns=list(columns))
        row.created_at = row.updated_at = now
        db.add(row)
    db.flush()
