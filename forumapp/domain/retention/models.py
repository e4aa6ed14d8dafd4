"""When an edition's data must go, and what went."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import BigId, Json, OfEdition, Row, UtcDateTime, Versioned, choice
from forumapp.core.database.db import Base
from forumapp.domain.retention.rules import Kind


class RetentionRule(OfEdition, Versioned, Base):
    """The day from which on one kind of data must be gone; it is purged again every day after, for what came late."""

    __tablename__ = "retention_rule"
    __table_args__ = (UniqueConstraint("edition_id", "kind"),)

    kind: Mapped[Kind] = mapped_column(choice(Kind))
    purge_on: Mapped[date] = mapped_column(Date)


class PurgeReport(OfEdition, Row, Base):
    """What one run of the purge took away, of one kind."""

    __tablename__ = "purge_report"

    kind: Mapped[Kind] = mapped_column(choice(Kind))
    purged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How many of what, by table: {"registration": 12, "audit_value": 30}.
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    total: Mapped[int] = mapped_column(Integer, default=0)


class Erasure(Row, Base):
    """One person erased on their request. It holds nothing about them but the id of what is left of their record.

    While a row is not finished, triggers let through changes to tables that otherwise refuse them. A row is begun and
    finished in one transaction, so no other transaction ever sees an open one.
    """

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(BigId, index=True)
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # How many rows of each area: {"registrations": 2, "mail": 5}.
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
