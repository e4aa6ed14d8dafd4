"""How an edition words its mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, tuple_

from forumapp.core.errors import NotFound
from forumapp.domain.letters.models import MailText
from forumapp.domain.mail.wording import PLACEHOLDERS, MailKind, Wording, default_subject, default_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.mail.placeholders import Placeholder


@dataclass(frozen=True, slots=True)
class MailWords:
    """What one kind of mail says in an edition; `version` is 0, and there is no id, where it says what is usual."""

    kind: MailKind
    subject: Mapping[str, str]
    text: Mapping[str, str]
    version: int = 0
    id: int | None = None
    updated_at: datetime | None = None

    @property
    def is_changed(self) -> bool:
        return self.id is not None

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return PLACEHOLDERS[self.kind]

    @property
    def default_subject(self) -> Mapping[str, str]:
        return default_subject(self.kind)

    @property
    def default_text(self) -> Mapping[str, str]:
        return default_text(self.kind)


def list_mail_words(db: DbSession, edition_id: int) -> list[MailWords]:
    rows = {row.kind: row for row in db.scalars(select(MailText).where(MailText.edition_id == edition_id))}
    return [_words(kind, rows.get(kind)) for kind in MailKind]


def get_mail_words(db: DbSession, edition_id: int, kind: str) -> MailWords:
    if kind not in set(MailKind):
        raise NotFound(entity="mail_text")
    return _words(MailKind(kind), find_mail_text(db, edition_id, kind))


def find_mail_text(db: DbSession, edition_id: int, kind: str) -> MailText | None:
    return db.scalar(select(MailText).where(MailText.edition_id == edition_id, MailText.kind == kind))


def own_wordings(
    db: DbSession, wanted: Collection[tuple[int | None, str]]
) -> dict[tuple[int | None, str], dict[str, Wording]]:
    """Of these editions and kinds of mail, how each words it itself, by language."""
    asked = {(edition, kind) for edition, kind in wanted if edition is not None and kind in set(MailKind)}
    if not asked:
        return {}
    rows = db.scalars(select(MailText).where(tuple_(MailText.edition_id, MailText.kind).in_(asked)))
    return {(row.edition_id, row.kind): wordings(row.subject, row.text) for row in rows}


def wordings(subject: Mapping[str, str], text: Mapping[str, str]) -> dict[str, Wording]:
    languages = {*subject, *text}
    return {language: Wording(subject.get(language, ""), text.get(language, "")) for language in languages}


def _words(kind: MailKind, row: MailText | None) -> MailWords:
    subject, text = default_subject(kind), default_text(kind)
    if row is None:
        return MailWords(kind, subject, text)
    return MailWords(kind, {**subject, **row.subject}, {**text, **row.text}, row.version, row.id, row.updated_at)
