"""What the workers leave behind so that others can see they live."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import UtcDateTime, Words
from forumapp.core.database.db import Base


class WorkerSeen(Base):
    """A worker's last heartbeat. Its name is stable over restarts, so that it resumes its own work; `instance` names
    the process, so that two workers with one name are noticed.
    """

    __tablename__ = "worker_seen"

    name: Mapped[Words] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    instance: Mapped[Words | None]
