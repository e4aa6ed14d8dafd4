"""Reading API tokens: which act in an edition, for whom, and where else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import list_editions_allowing
from forumapp.domain.accounts.models import Account, ApiToken, EditionAccess, TokenEdition
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.rules import may_revoke

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as the list of an edition shows it; `editions` are the ids of those in which it acts."""

    id: int
    name: str
    account: str
    scopes: tuple[str, ...]
    editions: frozenset[int]
    every_edition: bool
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    may_revoke: bool

    def state(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "live"


def acting_in(edition_id: int) -> ColumnElement[bool]:
    """Of tokens: those of people with access to the edition that are not limited to other ones."""
    people = select(EditionAccess.account_id).where(EditionAccess.edition_id == edition_id)
    named = select(TokenEdition.token_id).where(TokenEdition.edition_id == edition_id)
    return ApiToken.account_id.in_(people) & or_(ApiToken.every_edition, ApiToken.id.in_(named))


def live_of(account_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of tokens: those that still act for an account."""
    ends = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    return ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None), ends


def count_live(db: DbSession, account_id: int, *, now: datetime) -> int:
    return db.scalar(select(func.count()).select_from(ApiToken).where(*live_of(account_id, now))) or 0


def tokens_page(
    db: DbSession, edition_id: int, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE
) -> Page[TokenLine]:
    """The tokens that act in the edition: those that still stand first, then the latest. Four queries."""
    query = select(ApiToken, Account.name).join(Account, Account.id == ApiToken.account_id)
    query = query.where(acting_in(edition_id)).order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    page = paged(db, query, number=number, size=size)
    editions = editions_of_tokens(db, [token for token, _ in page.items])
    managed = list_editions_allowing(db, Permission.MANAGE_ACCESS, actor=actor)
    lines = [
        TokenLine(
            id=token.id,
            name=token.name,
            account=name,
            scopes=tuple(token.scopes),
            editions=editions[token.id],
            every_edition=token.every_edition,
            created_at=token.created_at,
            last_used_at=token.last_used_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            may_revoke=may_revoke(editions[token.id], managed, is_own=token.account_id == actor.account_id),
        )
        for token, name in page.items
    ]
    return Page(lines, page.number, page.size, page.total)


def editions_of_tokens(db: DbSession, tokens: Sequence[ApiToken]) -> dict[int, frozenset[int]]:
    """The ids of the editions in which each acts: those it is limited to, or all of its account. Two queries."""
    limited = {token.id for token in tokens if not token.every_edition}
    named = select(TokenEdition.token_id, TokenEdition.edition_id).where(TokenEdition.token_id.in_(limited))
    by_token = _grouped(db.execute(named))
    accounts = {token.account_id for token in tokens if token.every_edition}
    held = select(EditionAccess.account_id, EditionAccess.edition_id).where(EditionAccess.account_id.in_(accounts))
    by_account = _grouped(db.execute(held))
    return {
        token.id: frozenset(by_account[token.account_id] if token.every_edition else by_token[token.id])
        for token in tokens
    }


def _grouped(pairs: Iterable[Any]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found
