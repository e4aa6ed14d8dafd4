"""What an edition says in its mails, and to whom it writes."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Plain,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    sensitive,
)
from forumapp.core.database.db import Base


class MailText(OfEdition, Versioned, Base):
    """How the edition words one kind of mail, in the languages in which it differs from ours.

    There is a row once someone has changed it; what it does not say is said by `mail.wording`.
    """

    __tablename__ = "mail_text"
    __table_args__ = (UniqueConstraint("edition_id", "kind"),)

    kind: Mapped[Words] = mapped_column()  # of `mail.wording.MailKind`, which grows
    subject: Mapped[Texts]
    text: Mapped[Texts]


class MailReminder(OfEdition, Versioned, Base):
    """Reminding those who have a place, so many days before the forum begins, by the clock of its place. Once."""

    __tablename__ = "mail_reminder"
    __table_args__ = (
        UniqueConstraint("edition_id", "days_before", "at_time"),
        CheckConstraint("days_before >= 0", name="before_it_begins"),
    )

    days_before: Mapped[int] = mapped_column(Integer)
    at_time: Mapped[Words]  # "09:00"
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_missed: Mapped[bool] = mapped_column(default=False)  # no worker ran in time, so nobody was reminded
    reached_id: Mapped[int] = mapped_column(BigId, default=0)


class MailingStatus(enum.StrEnum):
    DRAFT = "draft"
    SENDING = "sending"  # its mails are being put into the outbox
    SENT = "sent"  # all of them are there
    STOPPED = "stopped"


class Mailing(OfEdition, Versioned, Base):
    """One mail to all registrations that filters choose, each in their own language."""

    __tablename__ = "mailing"
    __table_args__ = (CheckConstraint("asked >= 0", name="asked_not_negative"),)

    subject: Mapped[Texts]
    text: Mapped[Texts]
    # As `registration.filters.Filters.words` says them.
    filters: Mapped[Plain] = mapped_column(info=sensitive())  # a search may be a phone number
    status: Mapped[MailingStatus] = mapped_column(choice(MailingStatus), default=MailingStatus.DRAFT)
    started_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How far the worker is: the last registration it looked at, and for how many it has asked for a mail.
    reached_id: Mapped[int] = mapped_column(BigId, default=0)
    asked: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
