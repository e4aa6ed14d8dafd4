"""The outbox as those who send see it: take what is due, and say what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.audit.services import record
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.mail.rules import next_try

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

# Longer than a batch can take with a slow server; a sender that died gives its mails back after it.
LEASE = timedelta(minutes=10)
LONGEST_FAULT = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A mail to be sent now. `attempts` counts this try."""

    id: int
    key: str
    edition_id: int | None
    about: str | None
    about_id: int | None
    mailing_id: int | None
    recipient: str
    language: str
    template: str
    values: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many mails are due, how many have failed for good, and how long the oldest has been due."""

    due: int
    failed: int
    seconds: float


def backlog(db: DbSession, *, now: datetime) -> Backlog:
    is_due = (Message.state == MessageState.QUEUED, Message.due_at <= now)
    due, oldest = db.execute(select(func.count(), func.min(Message.due_at)).where(*is_due)).one()
    failed = db.scalar(select(func.count()).where(Message.state == MessageState.FAILED)) or 0
    return Backlog(due, failed, (now - oldest).total_seconds() if oldest else 0.0)


def claim(db: DbSession, *, limit: int, now: datetime) -> list[Due]:
    """Take mails that are due, the single ones first; no one else gets them before the lease ends."""
    due = (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.due_at <= now)
        .order_by(Message.is_one_of_many, Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Message)
        .where(Message.id.in_(due.scalar_subquery()))
        .values(due_at=now + LEASE, attempts=Message.attempts + 1, updated_at=now)
        .returning(
            Message.is_one_of_many,
            Message.id,
            Message.key,
            Message.edition_id,
            Message.about,
            Message.about_id,
            Message.mailing_id,
            Message.recipient,
            Message.language,
            Message.template,
            Message.values,
            Message.attempts,
        )
    )
    rows: Any = db.connection().execute(taken).all()
    return [Due(*row[1:]) for row in sorted(rows, key=lambda row: (row.is_one_of_many, row.id))]


def release(db: DbSession, messages: list[Due], *, now: datetime) -> None:
    """Give back what was taken and not tried."""
    ids = [message.id for message in messages]
    db.connection().execute(
        update(Message).where(Message.id.in_(ids)).values(due_at=now, attempts=Message.attempts - 1, updated_at=now)
    )


def mark_suppressed(db: DbSession, messages: list[Due], *, now: datetime) -> None:
    ids = [message.id for message in messages]
    which = update(Message).where(Message.id.in_(ids))
    db.connection().execute(which.values(state=MessageState.SUPPRESSED, fault=None, updated_at=now))


def mark_sent(db: DbSession, message: Due, *, now: datetime) -> None:
    db.connection().execute(
        update(Message)
        .where(Message.id == message.id)
        .values(state=MessageState.SENT, sent_at=now, fault=None, updated_at=now)
    )


def mark_not_sent(db: DbSession, message: Due, fault: str, *, permanent: bool, now: datetime) -> None:
    """Put it off, or give it up where it was refused for good or tried often enough. The fault shows either way."""
    delay = next_try(message.attempts, permanent=permanent)
    outcome = {"state": MessageState.FAILED} if delay is None else {"due_at": now + delay}
    db.connection().execute(
        update(Message).where(Message.id == message.id).values(fault=fault[:LONGEST_FAULT], updated_at=now, **outcome)
    )


def send_again(
    db: DbSession,
    edition_id: int,
    message_id: int,
    *,
    values: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put a mail that failed back into the outbox, once its cause is mended; with other `values` where it is to say
    what is true by now.
    """
    said = {} if values is None else {"values": dict(values)}
    again = (
        update(Message)
        .where(Message.id == message_id, Message.edition_id == edition_id, Message.state == MessageState.FAILED)
        .where(Message.recipient != "")  # of an official whose address is gone
        .values(state=MessageState.QUEUED, due_at=now, attempts=0, updated_at=now, **said)
        .returning(Message.id)
    )
    if db.connection().execute(again).scalar_one_or_none() is None:
        raise NotFound(entity="message")
    record(db, "sent-again", "message", message_id, actor=actor, now=now, edition_id=edition_id)


def stop_mailing(db: DbSession, mailing_id: int, *, now: datetime) -> int:
    """Keep back what of it still waits; how many."""
    return _set_state(db, mailing_id, MessageState.QUEUED, MessageState.STOPPED, now=now)


def resume_mailing(db: DbSession, mailing_id: int, *, now: datetime) -> int:
    return _set_state(db, mailing_id, MessageState.STOPPED, MessageState.QUEUED, now=now)


def _set_state(db: DbSession, mailing_id: int, before: MessageState, after: MessageState, *, now: datetime) -> int:
    which = update(Message).where(Message.mailing_id == mailing_id, Message.state == before)
    return int(db.connection().execute(which.values(state=after, updated_at=now)).rowcount)


def telling_states(db: DbSession, telling_id: int) -> dict[MessageState, int]:
    """How many mails about a version of the agenda are in which state."""
    query = select(Message.state, func.count()).where(Message.telling_id == telling_id).group_by(Message.state)
    rows: Any = db.execute(query).all()
    return dict(rows)


def mailing_states(db: DbSession, mailing_ids: Collection[int]) -> dict[int, dict[MessageState, int]]:
    """How many mails of each of these mailings to many are in which state."""
    query = select(Message.mailing_id, Message.state, func.count()).where(Message.mailing_id.in_(mailing_ids))
    found: dict[int, dict[MessageState, int]] = {}
    rows: Any = db.execute(query.group_by(Message.mailing_id, Message.state))
    for mailing_id, state, count in rows:
        found.setdefault(mailing_id, {})[state] = count
    return found


def messages_page(
    db: DbSession,
    edition_id: int,
    *,
    state: MessageState | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Message]:
    query = select(Message).where(Message.edition_id == edition_id)
    if state is not None:
        query = query.where(Message.state == state)
    return paged(db, query.order_by(Message.id.desc()), number=number, size=size)


def list_messages_about(db: DbSession, about: str, about_id: int) -> list[Message]:
    query = select(Message).where(Message.about == about, Message.about_id == about_id)
    return list(db.scalars(query.order_by(Message.id)))
