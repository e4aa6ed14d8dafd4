"""People who sign in, what they may do in which edition, and the tokens that act for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Row,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    same_edition,
    sensitive,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.accounts.permissions import Role


class Account(Versioned, Base):
    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    email: Mapped[Words] = mapped_column(unique=True)
    name: Mapped[Words]
    language: Mapped[Words] = mapped_column(default="en")
    # None until whoever was invited has chosen one.
    password_hash: Mapped[Words | None] = mapped_column(info=sensitive())
    active: Mapped[bool] = mapped_column(default=True)
    # May make new series and editions; the owners of any edition may, too.
    creates_editions: Mapped[bool] = mapped_column(default=False)
    # Carried by the links that invite and that reset a password; raised when one is used, so that each works once.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Sealed (core/sealed_fields.py). Counts once confirmed with a first code; the last used step refuses replays.
    totp_secret: Mapped[Words | None] = mapped_column(info=sensitive())
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int | None] = mapped_column(Integer, info=unlogged())


class RecoveryCode(Row, Base):
    """Stands in for a two-factor code once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    code_hash: Mapped[Words] = mapped_column(unique=True, info=sensitive())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Row, Base):
    """A browser in which an account is signed in. Its cookie holds the secret, of which only the hash is kept."""

    __tablename__ = "sign_in"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    secret_hash: Mapped[Words] = mapped_column(unique=True, info=sensitive())
    device: Mapped[Words]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Allowance(Row, Base):
    """How many tries of something are spent, by whom or for whom; it fills up again with time (guess_limits.py).

    `key` holds hashes, never an address or a name.
    """

    __tablename__ = "allowance"
    __table_args__ = (CheckConstraint("spent >= 0", name="spent_not_negative"),)

    key: Mapped[Words] = mapped_column(unique=True)
    spent: Mapped[int] = mapped_column(Integer, default=0)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class EditionAccess(OfEdition, Versioned, Base):
    """That an account works on an edition: with which roles, and bound to which delegations."""

    __tablename__ = "edition_access"
    __table_args__ = (within_edition(), UniqueConstraint("account_id", "edition_id"))

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))


class AccessRole(OfEdition, Row, Base):
    __tablename__ = "access_role"
    __table_args__ = (same_edition("access_id", "edition_access"), UniqueConstraint("access_id", "role"))

    access_id: Mapped[int] = mapped_column(BigId)
    role: Mapped[Role] = mapped_column(choice(Role))


class AccessDelegation(OfEdition, Row, Base):
    """A delegation, with its parts, that a liaison is bound to."""

    __tablename__ = "access_delegation"
    __table_args__ = (
        same_edition("access_id", "edition_access"),
        same_edition("delegation_id", "delegation"),
        UniqueConstraint("access_id", "delegation_id"),
    )

    access_id: Mapped[int] = mapped_column(BigId)
    delegation_id: Mapped[int] = mapped_column(BigId, index=True)


class ApiToken(Row, Base):
    """A bearer token: only its hash is kept, so it can be shown once."""

    __tablename__ = "api_token"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    name: Mapped[Words]
    token_hash: Mapped[Words] = mapped_column(unique=True, info=sensitive())
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    # In all editions of its account, or only in those that token_edition names.
    every_edition: Mapped[bool] = mapped_column(default=False)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TokenEdition(Row, Base):
    __tablename__ = "token_edition"
    __table_args__ = (UniqueConstraint("token_id", "edition_id"),)

    token_id: Mapped[int] = mapped_column(BigId, ForeignKey("api_token.id"))
    edition_id: Mapped[int] = mapped_column(BigId, ForeignKey("edition.id"), index=True)


class IdempotencyKey(Row, Base):
    """The answer already given to a POST, by caller, method and path; another body under the same key is refused."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("caller", "method", "path", "key"),)

    caller: Mapped[Words]
    method: Mapped[Words]
    path: Mapped[Words]
    key: Mapped[Words]
    body_sha256: Mapped[Words]
    status: Mapped[int] = mapped_column(Integer)
    answer: Mapped[Words]
