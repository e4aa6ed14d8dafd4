"""How an edition words its mails, and what it writes to many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.letters.models import Mailing, MailingStatus, MailText
from forumapp.domain.mail.models import MessageState
from forumapp.domain.mail.outbox import mailing_states
from forumapp.domain.mail.wording import PLACEHOLDERS, MailKind, Wording, default_subject, default_text
from forumapp.domain.people.models import Person
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.mail.placeholders import Placeholder
    from forumapp.domain.registration.lists.filters import Filters


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


@dataclass(frozen=True, slots=True)
class Recipients:
    """How many registrations filters choose, and how many of them have an address."""

    chosen: int
    with_address: int

    @property
    def without_address(self) -> int:
        return self.chosen - self.with_address


@dataclass(frozen=True, slots=True)
class MailingLine:
    """A mailing with what became of its mails."""

    row: Mailing
    states: Mapping[MessageState, int]

    @property
    def done(self) -> int:
        return sum(count for state, count in self.states.items() if state is not MessageState.QUEUED)

    @property
    def is_moving(self) -> bool:
        return self.row.status == MailingStatus.SENDING or bool(self.states.get(MessageState.QUEUED))


def count_recipients(db: DbSession, edition_id: int, filters: Filters) -> Recipients:
    query = (
        select(func.count(), func.count(func.nullif(Person.email, "")))
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id.in_(chosen_ids(db, edition_id, filters)))
    )
    return Recipients(*db.execute(query).one())


def recipients_after(
    db: DbSession, edition_id: int, filters: Filters, after: int, *, until: datetime, limit: int
) -> list[int]:
    """Of those who registered until then and have an address, the next ones by their ids."""
    query = (
        select(Registration.id)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id.in_(chosen_ids(db, edition_id, filters)))
        .where(Registration.id > after, Registration.registered_at <= until, func.coalesce(Person.email, "") != "")
    )
    return list(db.scalars(query.order_by(Registration.id).limit(limit)))


def mailings_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[MailingLine]:
    query = select(Mailing).where(Mailing.edition_id == edition_id).order_by(Mailing.id.desc())
    page = paged(db, query, number=number, size=size)
    states = mailing_states(db, [row.id for row in page.items])
    return page.of([MailingLine(row, states.get(row.id, {})) for row in page.items])


def get_mailing(db: DbSession, edition_id: int, mailing_id: int) -> MailingLine:
    row = get_in(db, Mailing, edition_id, mailing_id)
    return MailingLine(row, mailing_states(db, [row.id]).get(row.id, {}))


def mailing_wordings(db: DbSession, mailing_ids: Collection[int]) -> dict[int, dict[str, Wording]]:
    if not mailing_ids:
        return {}
    rows = db.scalars(select(Mailing).where(Mailing.id.in_(mailing_ids)))
    return {row.id: wordings(row.subject, row.text) for row in rows}
