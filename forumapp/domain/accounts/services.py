"""Accounts, what they may do, and tokens that act for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound, Refusal
from forumapp.core.text import email_key
from forumapp.core.tokens import hashed, new_secret
from forumapp.domain.accounts import rules
from forumapp.domain.accounts.models import Account, ApiToken, EditionRole, Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor, record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

_hasher = PasswordHasher()


class BadCredentials(Refusal):
    """Says nothing about whether the address exists."""

    status, code = 401, "bad-credentials"


def create_account(
    db: DbSession, *, email: str, name: str, password: str | None, actor: Actor, now: datetime, language: str = "en"
) -> Account:
    key = email_key(email)
    fault = rules.password_fault(password) if password is not None else None
    if fault:
        raise Invalid(fields={"password": fault})
    if db.scalar(select(Account.id).where(Account.email == key)):
        raise AlreadyExists(fields={"email": "taken"})
    account = Account(
        email=key, name=name, language=language, password_hash=_hasher.hash(password) if password else None
    )
    db.add(account)
    db.flush()
    record(db, "created", "account", account.id, actor=actor, now=now)
    return account


@cache
def _nobody() -> str:
    """A hash that no password fits, so that an unknown address costs as much time as a wrong password."""
    return _hasher.hash(new_secret("nobody"))


def authenticate(db: DbSession, *, email: str, password: str) -> Account:
    account = db.scalar(select(Account).where(Account.email == email_key(email), Account.active))
    known = account.password_hash if account else None
    try:
        _hasher.verify(known or _nobody(), password[: rules.LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError) as error:
        raise BadCredentials from error
    if account is None:
        raise BadCredentials
    return account


def find_account(db: DbSession, account_id: int) -> Account | None:
    return db.scalar(select(Account).where(Account.id == account_id, Account.active))


def find_account_by_email(db: DbSession, email: str) -> Account | None:
    return db.scalar(select(Account).where(Account.email == email_key(email)))


def get_account_by_email(db: DbSession, email: str) -> Account:
    account = find_account_by_email(db, email)
    if account is None:
        raise NotFound(entity="account", named=email)
    return account


def grant_role(db: DbSession, account_id: int, edition_id: int, role: Role, *, actor: Actor, now: datetime) -> None:
    """Give a role in an edition; giving it again changes nothing."""
    held = select(EditionRole.id).where(
        EditionRole.account_id == account_id, EditionRole.edition_id == edition_id, EditionRole.role == role
    )
    if db.scalar(held):
        return
    row = EditionRole(account_id=account_id, edition_id=edition_id, role=role)
    db.add(row)
    db.flush()
    record(db, "granted", "edition_role", row.id, actor=actor, now=now, edition_id=edition_id)


def create_token(db: DbSession, account: Account, *, name: str, actor: Actor, now: datetime) -> str:
    """A new bearer token for `account`. Only its hash is kept, so this is the one time that it is seen."""
    secret = new_secret("fa")
    token = ApiToken(account_id=account.id, name=name, token_hash=hashed(secret))
    db.add(token)
    db.flush()
    record(db, "created", "api_token", token.id, actor=actor, now=now)
    return secret


def find_token(db: DbSession, token: str, *, now: datetime) -> ApiToken | None:
    """The live token with this secret, of an account that is active."""
    query = (
        select(ApiToken)
        .join(Account, ApiToken.account_id == Account.id)
        .where(
            ApiToken.token_hash == hashed(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at.is_(None) | (ApiToken.expires_at > now),
            Account.active,
        )
    )
    return db.scalar(query)


def note_token_use(db: DbSession, token_id: int, *, now: datetime) -> None:
    db.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def list_editions_of(db: DbSession, account_id: int) -> list[int]:
    """The ids of the editions in which an account has a role."""
    return list(db.scalars(select(EditionRole.edition_id).where(EditionRole.account_id == account_id).distinct()))


def acts_for_the_house(actor: Actor) -> bool:
    """A console command or a workflow, whose caller has the whole machine anyway."""
    return actor.account_id is None and actor.via in (Via.COMMAND, Via.WORKFLOW)


def require_organizer(db: DbSession, edition_id: int, *, actor: Actor) -> None:
    """Refuse whoever has no role in the edition, as if it did not exist."""
    if acts_for_the_house(actor):
        return
    held = select(EditionRole.id).where(
        EditionRole.account_id == actor.account_id, EditionRole.edition_id == edition_id
    )
    if actor.account_id is None or db.scalar(held) is None:
        raise NotFound(entity="edition")


def require_owner(db: DbSession, *, actor: Actor) -> None:
    """For what stands across editions: refuse whoever owns none."""
    if acts_for_the_house(actor):
        return
    held = select(EditionRole.id).where(EditionRole.account_id == actor.account_id, EditionRole.role == Role.OWNER)
    if actor.account_id is None or db.scalar(held.limit(1)) is None:
        raise Forbidden
