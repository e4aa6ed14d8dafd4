"""Bearer tokens: they act for an account, by scope and edition, until they end or are revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from forumapp.core.errors import Invalid
from forumapp.core.tokens import hashed, new_secret
from forumapp.domain.accounts.models import Account, ApiToken, TokenEdition
from forumapp.domain.accounts.permissions import Scope
from forumapp.domain.audit.services import Token, create

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

EVERYTHING = (Scope.ADMIN,)


def create_token(
    db: DbSession,
    account: Account,
    *,
    name: str,
    scopes: Collection[Scope] = EVERYTHING,
    editions: Collection[int] | None = None,
    expires_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """A new bearer token for `account`. Only its hash is kept, so this is the one time that it is seen.

    `editions` limits it to these; None leaves it all that the account has.
    """
    if not scopes:
        raise Invalid(fields={"scopes": "required"})
    secret = new_secret("fa")
    token = ApiToken(
        account_id=account.id,
        name=name,
        token_hash=hashed(secret),
        scopes=sorted(Scope(scope).value for scope in scopes),
        every_edition=editions is None,
        expires_at=expires_at,
    )
    create(db, token, actor=actor, now=now)
    db.add_all(TokenEdition(token_id=token.id, edition_id=edition_id) for edition_id in sorted(editions or ()))
    db.flush()
    return secret


def find_token(db: DbSession, secret: str, *, now: datetime) -> tuple[ApiToken, Token] | None:
    """The live token with this secret, of an account that is active, and what it may be used for. One query."""
    query = (
        select(ApiToken, TokenEdition.edition_id)
        .join(Account, ApiToken.account_id == Account.id)
        .outerjoin(TokenEdition, TokenEdition.token_id == ApiToken.id)
        .where(
            ApiToken.token_hash == hashed(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at.is_(None) | (ApiToken.expires_at > now),
            Account.active,
        )
    )
    rows = db.execute(query).all()
    if not rows:
        return None
    found = rows[0][0]
    editions = None if found.every_edition else frozenset(edition for _, edition in rows if edition is not None)
    return found, Token(found.id, frozenset(found.scopes), editions)


def note_token_use(db: DbSession, token_id: int, *, now: datetime) -> None:
    db.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
