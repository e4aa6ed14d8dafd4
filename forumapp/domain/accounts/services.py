"""Accounts, and proving that one is theirs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Refusal
from forumapp.core.text import email_key
from forumapp.core.tokens import new_secret
from forumapp.domain.accounts import rules
from forumapp.domain.accounts.models import Account
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


def find_account_by_email(db: DbSession, email: str) -> Account | None:
    return db.scalar(select(Account).where(Account.email == email_key(email)))


def get_account_by_email(db: DbSession, email: str) -> Account:
    account = find_account_by_email(db, email)
    if account is None:
        raise NotFound(entity="account", named=email)
    return account
