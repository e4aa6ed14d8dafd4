"""The outbox: a message is a row written by the transaction that causes it, and sent by a worker afterwards."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import BigId, Plain, Row, UtcDateTime, Words, choice, index_where_set, sensitive
from forumapp.core.database.db import Base


class MessageState(enum.StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    STOPPED = "stopped"  # with the mailing that it was a part of
    SUPPRESSED = "suppressed"  # to an address that takes no mail


class Message(Row, Base):
    """One mail to one address. `key` makes asking for it twice harmless."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "state", "due_at"),
        Index("ix_message_about", "about", "about_id"),
        index_where_set("ix_message_mailing_id", "mailing_id"),
        index_where_set("ix_message_telling_id", "telling_id"),
    )

    key: Mapped[Words] = mapped_column(unique=True)
    edition_id: Mapped[int | None] = mapped_column(BigId, index=True)
    # What it is about, e.g. "registration" and its id, so that its state shows there.
    about: Mapped[Words | None]
    about_id: Mapped[int | None] = mapped_column(BigId)
    # Which one of the mailings to many it is a part of.
    mailing_id: Mapped[int | None] = mapped_column(BigId)
    # Which telling of a version of the agenda.
    telling_id: Mapped[int | None] = mapped_column(BigId)
    # Whether it was asked for together with others: it leaves after what one person waits for.
    is_one_of_many: Mapped[bool] = mapped_column(default=False)
    recipient: Mapped[Words]
    language: Mapped[Words]
    template: Mapped[Words]
    values: Mapped[Plain]
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[Words | None]


class Suppressed(enum.StrEnum):
    """Why an address takes no mail."""

    BOUNCED = "bounced"  # its server said so
    MARKED = "marked"  # an organizer did
    UNSUBSCRIBED = "unsubscribed"  # its owner did


class Suppression(Row, Base):
    """An address that takes no mail, whatever edition writes."""

    __tablename__ = "suppressed_address"

    address_key: Mapped[Words] = mapped_column(unique=True, info=sensitive())
    why: Mapped[Suppressed] = mapped_column(choice(Suppressed))
