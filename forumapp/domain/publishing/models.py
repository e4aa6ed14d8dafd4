"""Telling those whom a version of the agenda concerns."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.columns import BigId, OfEdition, Row, UtcDateTime, choice, same_edition, within_edition
from forumapp.core.db import Base


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
