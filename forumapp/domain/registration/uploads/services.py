"""Files that are answers. One that is brought waits under a secret key until its form is sent, so that a form that is
refused loses none; forgotten ones are swept. An answer names its file by id.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from forumapp.core.errors import Invalid, NotFound
from forumapp.core.tokens import hashed
from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.models import AnswerFile, Registration
from forumapp.domain.registration.uploads.file_checks import BadFile, Filed, check_file

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.forms.questions import Question

WAITS = timedelta(days=1)
# What may wait in an edition at once, in bytes: nobody fills the database with files of forms that are never sent.
MOST_WAITING = 1_000_000_000


def keep_file(db: DbSession, edition_id: int, question: Question, name: str, content: bytes, *, now: datetime) -> str:
    """Check a file and keep it until its form is sent; answers its key. Raises BadFile."""
    return keep_waiting(db, edition_id, question.code, check_file(question.kind, name, content), now=now)


def keep_waiting(db: DbSession, edition_id: int, place: str, filed: Filed, *, now: datetime) -> str:
    """The same of a file that has been checked, for the question `place` or for whatever else takes it: organizers'
    forms keep a picture under the name of its field. Raises BadFile where too much waits.
    """
    waiting = select(func.coalesce(func.sum(AnswerFile.size), 0)).where(
        AnswerFile.edition_id == edition_id, AnswerFile.claimed_at.is_(None)
    )
    if db.scalars(waiting).one() + len(filed.content) > MOST_WAITING:
        raise BadFile("too-many-files")
    key = secrets.token_urlsafe(32)
    db.add(
        AnswerFile(
            edition_id=edition_id,
            question=place,
            key_hash=hashed(key),
            name=filed.name,
            media_type=filed.media_type,
            size=len(filed.content),
            content=filed.content,
            created_at=now,
        )
    )
    db.flush()
    return key


def find_waiting(db: DbSession, edition_id: int, question: str, key: str) -> AnswerFile | None:
    return db.scalar(
        select(AnswerFile).where(
            AnswerFile.key_hash == hashed(key),
            AnswerFile.edition_id == edition_id,
            AnswerFile.question == question,
            AnswerFile.claimed_at.is_(None),
        )
    )


def gone_files(db: DbSession, edition_id: int, kept: Mapping[str, Any]) -> dict[str, str]:
    """The questions whose file is not waiting any more; to be told before anyone is looked for, whose answers then
    tell nothing of who is registered.
    """
    return {
        code: "file-gone"
        for code in _asking_files(kept) & kept["values"].keys()
        if find_waiting(db, edition_id, code, kept["values"][code]) is None
    }


def _asking_files(kept: Mapping[str, Any]) -> set[str]:
    return {one["code"] for one in kept["questions"] if one["kind"] in (Kind.FILE, Kind.PHOTO)}


def claim_files(db: DbSession, edition_id: int, kept: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The answers with their files by id instead of by key. Raises Invalid for one that is not there any more, or has
    been sent before.
    """
    values = dict(kept["values"])
    for code in _asking_files(kept) & values.keys():
        if isinstance(values[code], str):
            values[code] = _claim(db, edition_id, code, values[code], now=now)
    return {**kept, "values": values}


def _claim(db: DbSession, edition_id: int, question: str, key: str, *, now: datetime) -> dict[str, Any]:
    row = find_waiting(db, edition_id, question, key)
    free = update(AnswerFile).where(AnswerFile.claimed_at.is_(None)).values(claimed_at=now)
    if row is None or not db.execute(free.where(AnswerFile.id == row.id).returning(AnswerFile.id)).scalar():
        raise Invalid(fields={f"answers.{question}": "file-gone"})
    return {"file": row.id, "name": row.name, "media_type": row.media_type, "size": row.size}


def file_ids(kept: Mapping[str, Any]) -> set[int]:
    """The files that answers name."""
    return {one["file"] for one in kept.get("values", {}).values() if isinstance(one, dict) and "file" in one}


def get_file(db: DbSession, row: Registration, question: str) -> AnswerFile:
    """The file with which a registration answered; whoever may read the answers may have it. Raises NotFound."""
    answer = row.answers.get("values", {}).get(question)
    file_id = answer.get("file") if isinstance(answer, dict) else None
    found = select(AnswerFile).where(AnswerFile.id == file_id, AnswerFile.edition_id == row.edition_id)
    file = db.scalar(found) if file_id else None
    if file is None:
        raise NotFound(entity="answer_file")
    return file


def sweep_files(db: DbSession, *, now: datetime) -> int:
    """Forget the files of forms that were never sent."""
    old = delete(AnswerFile).where(AnswerFile.claimed_at.is_(None), AnswerFile.created_at < now - WAITS)
    return len(db.execute(old.returning(AnswerFile.id)).all())


def erase_files(db: DbSession, edition_id: int, *, of: Collection[int] | None = None, dry_run: bool = False) -> int:
    """All files of an edition, those that wait too; or those in `of` alone."""
    which = [AnswerFile.edition_id == edition_id]
    if of is not None:
        which.append(AnswerFile.id.in_(of))
    if dry_run:
        return db.scalars(select(func.count()).select_from(AnswerFile).where(*which)).one()
    gone = delete(AnswerFile).where(*which).returning(AnswerFile.id)
    return len(db.execute(gone).all())
