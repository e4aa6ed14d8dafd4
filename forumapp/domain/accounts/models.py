"""People who sign in, what they may do in which edition, and the tokens that act for them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.columns import BigId, OfEdition, Row, UtcDateTime, Versioned, Words, choice
from forumapp.core.db import Base


class Role(enum.StrEnum):
    OWNER = "owner"


class Account(Versioned, Base):
    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    email: Mapped[Words] = mapped_column(unique=True)
    name: Mapped[Words]
    language: Mapped[Words] = mapped_column(default="en")
    password_hash: Mapped[Words | None]
    active: Mapped[bool] = mapped_column(default=True)


class EditionRole(OfEdition, Row, Base):
    """What an account may do in an edition."""

    __tablename__ = "edition_role"
    __table_args__ = (UniqueConstraint("account_id", "edition_id", "role"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(choice(Role))


class ApiToken(Row, Base):
    """A bearer token: only its hash is kept, so it can be shown once."""

    __tablename__ = "api_token"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    name: Mapped[Words]
    token_hash: Mapped[Words] = mapped_column(unique=True)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
