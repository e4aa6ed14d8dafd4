"""Answers kept under a caller's key, so that a request sent twice takes effect once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import Refusal
from forumapp.domain.accounts.models import IdempotencyKey

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


class KeyReused(Refusal):
    """The key was used for another request."""

    status, code = 422, "idempotency-key-reused"


class AnsweredMeanwhile(Refusal):
    """The same request was answered while this one ran: its answer stands, and this one's effect must not."""

    code = "answered-meanwhile"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an answer is kept, and the digest of the body it answers."""

    caller: str
    method: str
    path: str
    key: str
    body_sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


_FIND = select(IdempotencyKey.body_sha256, IdempotencyKey.status, IdempotencyKey.answer).where(
    IdempotencyKey.caller == bindparam("caller"),
    IdempotencyKey.method == bindparam("method"),
    IdempotencyKey.path == bindparam("path"),
    IdempotencyKey.key == bindparam("key"),
)
_KEEP = insert(IdempotencyKey)


def find_answer(db: DbSession, slot: Slot) -> Answer | None:
    """The answer given before. Raises KeyReused when it was given to another body."""
    place = {"caller": slot.caller, "method": slot.method, "path": slot.path, "key": slot.key}
    row = db.connection().execute(_FIND, place).one_or_none()
    if row is None:
        return None
    if row.body_sha256 != slot.body_sha256:
        raise KeyReused
    return Answer(row.status, row.answer)


def keep_answer(db: DbSession, slot: Slot, answer: Answer, *, now: datetime) -> None:
    """Keep it in the transaction of its effect. Raises AnsweredMeanwhile, and the transaction is lost."""
    values = {
        "caller": slot.caller,
        "method": slot.method,
        "path": slot.path,
        "key": slot.key,
        "body_sha256": slot.body_sha256,
        "status": answer.status,
        "answer": answer.text,
        "created_at": now,
        "updated_at": now,
    }
    try:
        db.connection().execute(_KEEP, values)
    except IntegrityError as error:
        raise AnsweredMeanwhile from error


def forget_answers_at(db: DbSession, part: str) -> None:
    """Drop what was answered at addresses with `part` in them: the answers hold data that must go."""
    db.connection().execute(delete(IdempotencyKey).where(IdempotencyKey.path.contains(part, autoescape=True)))


def forget_answers(db: DbSession, *, before: datetime) -> int:
    """Drop what was answered before that moment; how many."""
    result = db.connection().execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
    return int(result.rowcount)
