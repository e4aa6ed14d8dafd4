"""Telling those whom a version of the agenda concerns, and publishing at a set time."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Row,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    same_edition,
    within_edition,
)
from forumapp.core.database.db import Base


class TellingStatus(enum.StrEnum):
    QUEUED = "queued"
    TELLING = "telling"  # its mails are being put into the outbox
    TOLD = "told"  # all of them are there
    FAILED = "failed"


class Telling(OfEdition, Row, Base):
    """One mail about a version to each person whom its changes since another one concern; what the worker did of it."""

    __tablename__ = "agenda_telling"
    __table_args__ = (
        within_edition(),
        same_edition("version_id", "agenda_version"),
        UniqueConstraint("version_id"),
        CheckConstraint("asked >= 0 AND without_address >= 0", name="counts_not_negative"),
    )

    version_id: Mapped[int] = mapped_column(BigId)
    # The number of the version that its readers know; 0 is none.
    since: Mapped[int] = mapped_column(Integer)
    status: Mapped[TellingStatus] = mapped_column(choice(TellingStatus), default=TellingStatus.QUEUED)
    # Of how many people, known once the worker has begun; for how many of them a mail is asked, and who has no address.
    total: Mapped[int | None] = mapped_column(Integer)
    asked: Mapped[int] = mapped_column(Integer, default=0)
    without_address: Mapped[int] = mapped_column(Integer, default=0)
    # The last person that the worker has come to.
    reached_id: Mapped[int] = mapped_column(BigId, default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlanStatus(enum.StrEnum):
    PLANNED = "planned"
    PUBLISHED = "published"
    STOPPED = "stopped"  # something stood against it when its time had come
    TAKEN_BACK = "taken-back"


class AgendaPlan(OfEdition, Versioned, Base):
    """To publish the agenda as it stands then, at a set time by the clocks of the forum's place."""

    __tablename__ = "agenda_plan"
    __table_args__ = (
        same_edition("version_id", "agenda_version"),
        CheckConstraint("(status = 'published') = (version_id IS NOT NULL)", name="published_is_a_version"),
        Index(
            "uq_agenda_plan_open",
            "edition_id",
            unique=True,
            sqlite_where=text("status = 'planned'"),
            postgresql_where=text("status = 'planned'"),
        ),
    )

    at_wall: Mapped[datetime] = mapped_column(DateTime)
    at_zone: Mapped[Words]
    at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    label: Mapped[Words] = mapped_column(default="")
    note: Mapped[Texts]
    tell: Mapped[bool] = mapped_column(default=True)
    status: Mapped[PlanStatus] = mapped_column(choice(PlanStatus), default=PlanStatus.PLANNED)
    # Who is asked for their permission when it is done, and is told when it is not; and by which token they set it.
    set_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    token_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("api_token.id"))
    # The code of what stood against it, and how many findings blocked as it was last set, or when its time had come.
    stopped_by: Mapped[Words] = mapped_column(default="")
    blocking: Mapped[int] = mapped_column(Integer, default=0)
    version_id: Mapped[int | None] = mapped_column(BigId)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
