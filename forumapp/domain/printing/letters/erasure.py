"""Erases whom issued letters name. Serial, date and text of the letter stay, and so does that it was issued."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.rules import search_text
from forumapp.domain.printing.letter_models import Letter
from forumapp.domain.printing.letters.issued_letters import letter_lines
from forumapp.domain.printing.letters.values import LetterValues, Recipient

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

ERASED = Recipient("Erased", "", family_first=False, native_full="已删除", native_language="zh-Hans")


def erase_letter_texts(db: DbSession, ids: Collection[int], *, dry_run: bool = False) -> int:
    """How many letters there are. Each is sealed anew over what is left, so that it does not count as altered."""
    rows = list(db.scalars(select(Letter).where(Letter.id.in_(ids)).order_by(Letter.id)))
    for row in [] if dry_run else rows:
        (line,) = letter_lines(db, get_edition_by_id(db, row.edition_id), [row])
        was = line.said
        left = LetterValues(was.content, ERASED, was.serial, was.issued_on, was.registration_id, was.invitation_id)
        values = {"said": asdict(ERASED), "sha256": left.seal, "search_text": search_text(ERASED.name, (row.serial,))}
        reason = {"reason": ""} if row.reason else {}
        changed = update(Letter).where(Letter.id == row.id).values(**values, **reason, version=Letter.version + 1)
        db.connection().execute(changed)
    return len(rows)
