"""What happened to one's own account: to itself, its tokens, and its access to editions, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, or_, select
from sqlalchemy.orm import aliased

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.models import Account, ApiToken, EditionAccess
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.forums.models import Edition
from forumapp.domain.log.queries import log_lines, of_an_earlier_row

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.log.queries import LogLine

ACCESS = "edition_access"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """`edition` is the name of the one in which it happened, if in any."""

    line: LogLine
    edition_id: int | None
    edition: dict[str, str] | None


def own_page(db: DbSession, account_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[OwnLine]:
    """Three queries."""
    query = (
        select(AuditEvent, Account.name, AuditEvent.edition_id, Edition.name)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .outerjoin(Edition, Edition.id == AuditEvent.edition_id)
        .where(_about(account_id))
        .order_by(AuditEvent.id.desc())
    )
    page = paged(db, query, number=number, size=size)
    lines = log_lines(db, [row[:2] for row in page.items], None)
    told = [OwnLine(line, *row[2:]) for line, row in zip(lines, page.items, strict=True)]
    return Page(told, page.number, page.size, page.total)


def _about(account_id: int) -> ColumnElement[bool]:
    tokens = select(ApiToken.id).where(ApiToken.account_id == account_id)
    held = select(EditionAccess.id).where(EditionAccess.account_id == account_id)
    return or_(
        and_(AuditEvent.entity == "account", AuditEvent.entity_id == account_id),
        and_(AuditEvent.entity == "api_token", AuditEvent.entity_id.in_(tokens)),
        and_(AuditEvent.entity == ACCESS, AuditEvent.entity_id.in_(held), ~of_an_earlier_row()),
        and_(AuditEvent.entity == ACCESS, _of_access_taken_from(account_id)),
    )


def _of_access_taken_from(account_id: int) -> ColumnElement[bool]:
    """Whatever happened to an access before it was taken away from this account, since it was made: SQLite gives its
    id again, to another account's.
    """
    removed, made = aliased(AuditEvent), aliased(AuditEvent)
    same: tuple[Any, ...] = (removed.entity == ACCESS, removed.entity_id == AuditEvent.entity_id)
    theirs = select(AuditValue.event_id).where(
        AuditValue.field == "account_id", cast(AuditValue.before, String) == str(account_id)
    )
    between = select(made.id).where(
        made.entity == ACCESS,
        made.entity_id == AuditEvent.entity_id,
        made.action == "created",
        made.id > AuditEvent.id,
        made.id < removed.id,
    )
    return (
        select(removed.id)
        .where(
            *same,
            removed.action == "removed",
            removed.id >= AuditEvent.id,
            removed.id.in_(theirs),
            ~between.correlate(AuditEvent, removed).exists(),
        )
        .correlate(AuditEvent)
        .exists()
    )
