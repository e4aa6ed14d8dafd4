"""Whether anything has been changed since someone looked: by the log, which tells of every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.domain.audit.models import AuditEvent

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

# Events may be committed after one with a higher id: of so many the last ones are added up.
LAST = 100


def latest_of(db: DbSession, edition_id: int) -> str:
    """Another word after each change in the edition, or to what stands across editions. One query."""
    return ".".join(str(one or 0) for one in db.execute(select(*changes_of(edition_id))).one())


def changes_of(edition_id: int) -> tuple[Any, Any]:
    """The two columns that say so, for whoever asks of something else as well."""

    def told(of: int | None) -> Any:
        last = select(AuditEvent.id).where(AuditEvent.edition_id == of).order_by(AuditEvent.id.desc()).limit(LAST)
        return select(func.sum(last.subquery().c.id)).scalar_subquery()

    return told(edition_id), told(None)
