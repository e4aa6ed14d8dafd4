"""Hashing passwords: slow on purpose, so never within a transaction that others wait for."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from forumapp.core.errors import Invalid
from forumapp.core.tokens import new_secret
from forumapp.domain.accounts.rules import LONGEST_PASSWORD, password_fault

_hasher = PasswordHasher()


def new_hash(password: str, email: str) -> str:
    """The hash of a new password of the account with this address. Raises Invalid when it is none to choose."""
    fault = password_fault(password, email)
    if fault:
        raise Invalid(fields={"password": fault})
    return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """One verification, whether there is a hash or not: an unknown address costs as much time as a wrong password."""
    try:
        _hasher.verify(password_hash or _nobody(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def renewed(password_hash: str | None, password: str) -> str | None:
    """The hash of a password that fits, by the parameters of today; None where it was made by these."""
    if password_hash is None or not _hasher.check_needs_rehash(password_hash):
        return None
    return _hasher.hash(password[:LONGEST_PASSWORD])


@cache
def _nobody() -> str:
    """A hash that no password fits."""
    return _hasher.hash(new_secret("nobody"))
