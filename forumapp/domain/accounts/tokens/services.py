"""Bearer tokens: they act for an account, by scope and edition, until they end or are revoked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from forumapp.core.database.flushing import flush
from forumapp.core.errors import Forbidden, Invalid, NotFound, refuse_faults
from forumapp.core.tokens import hashed, new_secret
from forumapp.core.values.text import line_fault
from forumapp.domain.accounts.access import list_editions_allowing, require
from forumapp.domain.accounts.models import Account, ApiToken, TokenEdition
from forumapp.domain.accounts.permissions import Permission, Scope
from forumapp.domain.accounts.rules import may_revoke, token_faults
from forumapp.domain.accounts.tokens.queries import acting_in, editions_of_tokens, live_of
from forumapp.domain.audit.services import Token, as_json, record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

EVERYTHING = (Scope.ADMIN,)


def create_token(
    db: DbSession,
    account: Account,
    *,
    name: str,
    scopes: Collection[str] = EVERYTHING,
    editions: Collection[int] | None = None,
    expires_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """A new bearer token for `account`. Only its hash is kept, so this is the one time that it is seen.

    `editions` limits it to these; None leaves it all that the account has. No permission is asked for: the console
    calls this.
    """
    refuse_faults({"name": line_fault(name)})
    if not scopes or not set(scopes) <= set(Scope):
        raise Invalid(fields={"scopes": "unknown" if scopes else "required"})
    if expires_at is not None and expires_at <= now:
        raise Invalid(fields={"expires_at": "in-the-past"})
    secret = new_secret("fa")
    token = ApiToken(
        account_id=account.id,
        name=name,
        token_hash=hashed(secret),
        scopes=sorted(Scope(scope).value for scope in scopes),
        every_edition=editions is None,
        expires_at=expires_at,
    )
    db.add(token)
    db.flush()
    limits = sorted(set(editions or ()))
    db.add_all(TokenEdition(token_id=token.id, edition_id=edition_id) for edition_id in limits)
    db.flush()
    changes = {"name": (None, name), "scopes": (None, token.scopes)}
    only = limits[0] if len(limits) == 1 else None  # whose log tells of it
    record(db, "created", "api_token", token.id, actor=actor, now=now, edition_id=only, changes=changes)
    return secret


def create_own_token(
    db: DbSession,
    edition_id: int,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> str:
    """A token that acts for the caller, in this edition alone, until a day within two years.

    A token makes no tokens: whoever finds one could not be got rid of.
    """
    require(db, edition_id, Permission.MANAGE_ACCESS, actor=actor)
    if actor.token is not None or actor.account_id is None:
        raise Forbidden
    faults = token_faults(name, scopes, expires_at, now=now)
    if faults:
        raise Invalid(fields=faults)
    account = db.get_one(Account, actor.account_id)
    return create_token(
        db,
        account,
        name=name.strip(),
        scopes=scopes,
        editions=[edition_id],
        expires_at=expires_at,
        actor=actor,
        now=now,
    )


def revoke_token(db: DbSession, edition_id: int, token_id: int, *, actor: Actor, now: datetime) -> None:
    """End a token that acts in this edition, at once and for good. Revoking it again changes nothing."""
    require(db, edition_id, Permission.MANAGE_ACCESS, actor=actor)
    token = db.scalar(select(ApiToken).where(ApiToken.id == token_id, acting_in(edition_id)).with_for_update())
    if token is None:
        raise NotFound(entity="api_token")
    managed = list_editions_allowing(db, Permission.MANAGE_ACCESS, actor=actor)
    editions = editions_of_tokens(db, [token])[token.id]
    if not may_revoke(editions, managed, is_own=token.account_id == actor.account_id):
        raise Forbidden
    if token.revoked_at is None:
        _revoke(db, token, edition_id=edition_id, actor=actor, now=now)


def revoke_all_own(db: DbSession, account_id: int, *, actor: Actor, now: datetime) -> None:
    """End whatever acts for an account, in all editions."""
    for token in db.scalars(select(ApiToken).where(*live_of(account_id, now)).order_by(ApiToken.id).with_for_update()):
        _revoke(db, token, edition_id=None, actor=actor, now=now)


def _revoke(db: DbSession, token: ApiToken, *, edition_id: int | None, actor: Actor, now: datetime) -> None:
    token.revoked_at = now
    flush(db)
    changes = {"revoked_at": (None, as_json(now))}
    record(db, "revoked", "api_token", token.id, actor=actor, now=now, edition_id=edition_id, changes=changes)


def find_token(db: DbSession, secret: str, *, now: datetime) -> tuple[ApiToken, Token] | None:
    """The live token with this secret, of an account that is active, and what it may be used for. One query."""
    return _find_live(db, "token_hash", hashed(secret), now=now)


def find_token_by_id(db: DbSession, token_id: int, *, now: datetime) -> Token | None:
    """The same, for what goes on after it was asked by the token."""
    found = _find_live(db, "id", token_id, now=now)
    return found[1] if found else None


@cache  # asked for by every call, and making the statement costs more than running it
def _live_by(column: str) -> Select[ApiToken, int]:
    return (
        select(ApiToken, TokenEdition.edition_id)
        .join(Account, ApiToken.account_id == Account.id)
        .outerjoin(TokenEdition, TokenEdition.token_id == ApiToken.id)
        .where(
            getattr(ApiToken, column) == bindparam("which"),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at.is_(None) | (ApiToken.expires_at > bindparam("now")),
            Account.active,
        )
    )


def _find_live(db: DbSession, column: str, which: str | int, *, now: datetime) -> tuple[ApiToken, Token] | None:
    rows = db.execute(_live_by(column), {"which": which, "now": now}).all()
    if not rows:
        return None
    found = rows[0][0]
    editions = None if found.every_edition else frozenset(edition for _, edition in rows if edition is not None)
    return found, Token(found.id, frozenset(found.scopes), editions)


def note_token_use(db: DbSession, token_id: int, *, now: datetime) -> None:
    db.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
