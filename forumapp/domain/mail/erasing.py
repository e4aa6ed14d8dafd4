"""Taking out to whom mails went and what they said. That they were sent stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, update

from forumapp.domain.audit.services import batched
from forumapp.domain.mail.models import Message, MessageState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession


def erase_messages(db: DbSession, about: str, ids: Collection[int], *, now: datetime, dry_run: bool = False) -> int:
    """Empty the mails about these records; how many. One that still waits has no address any more, so it fails."""
    there = ((Message.about == about, Message.about_id.in_(batch)) for batch in batched(ids))
    return sum(_emptied(db, *which, now=now, dry_run=dry_run) for which in there)


def erase_messages_to(db: DbSession, addresses: Collection[str], *, now: datetime, dry_run: bool = False) -> int:
    """The same of all mails to these addresses, in every edition."""
    lowered = [address.lower() for address in addresses]
    return _emptied(db, func.lower(Message.recipient).in_(lowered), now=now, dry_run=dry_run) if lowered else 0


def erase_messages_of(db: DbSession, edition_id: int, template: str, *, now: datetime, dry_run: bool = False) -> int:
    """The same of all mails of one kind in an edition."""
    which = (Message.edition_id == edition_id, Message.template == template)
    return _emptied(db, *which, now=now, dry_run=dry_run)


def erase_edition_messages(db: DbSession, edition_id: int, *, now: datetime, dry_run: bool = False) -> int:
    """The same of all mails in an edition."""
    return _emptied(db, Message.edition_id == edition_id, now=now, dry_run=dry_run)


def _emptied(db: DbSession, *which: ColumnElement[bool], now: datetime, dry_run: bool) -> int:
    which = (*which, Message.recipient != "")
    if dry_run:
        return db.execute(select(func.count()).select_from(Message).where(*which)).scalar_one()
    ended = case((Message.state == MessageState.QUEUED, MessageState.FAILED), else_=Message.state)
    # A server's refusal often repeats the address.
    emptied = update(Message).where(*which).values(recipient="", values={}, fault=None, state=ended, updated_at=now)
    return int(db.connection().execute(emptied).rowcount)
