"""Asking for mail: a row in the outbox, written by the transaction that causes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

# PostgreSQL's construct, because its ON CONFLICT reads the same on both databases.
from sqlalchemy.dialects.postgresql import insert

from forumapp.core.database.compiled_statements import Prepared
from forumapp.domain.mail.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

_ASK = Prepared(insert(Message).on_conflict_do_nothing(index_elements=["key"]))


_ONE_OF_MANY = "forumapp.one_of_many"


@contextmanager
def asking_for_many(db: DbSession) -> Iterator[None]:
    """Mails that are asked for inside leave after those for which one person waits: an import, a change of many."""
    before = db.info.get(_ONE_OF_MANY, False)
    db.info[_ONE_OF_MANY] = True
    try:
        yield
    finally:
        db.info[_ONE_OF_MANY] = before


def ask(
    db: DbSession,
    *,
    key: str,
    template: str,
    recipient: str,
    language: str,
    values: Mapping[str, Any],
    edition_id: int | None,
    about: str | None,
    about_id: int | None,
    now: datetime,
    mailing_id: int | None = None,
    telling_id: int | None = None,
) -> None:
    """Put one mail into the outbox; asking again under the same `key` changes nothing.

    `values` are plain JSON for the template. Signed links are made when the mail is rendered, so that none is kept.
    """
    message = {
        "key": key,
        "edition_id": edition_id,
        "mailing_id": mailing_id,
        "telling_id": telling_id,
        "is_one_of_many": db.info.get(_ONE_OF_MANY, False) or (mailing_id or telling_id) is not None,
        "about": about,
        "about_id": about_id,
        "recipient": recipient,
        "language": language,
        "template": template,
        "values": dict(values),
        "due_at": now,
        "created_at": now,
    }
    _ASK.rows(db, message)
