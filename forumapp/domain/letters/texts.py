"""Choosing the words of an edition's mails, and going back to ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import NotFound, Stale, refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters.models import MailText
from forumapp.domain.letters.queries import MailWords, find_mail_text, get_mail_words
from forumapp.domain.letters.rules import differing, text_faults
from forumapp.domain.mail.wording import NEED_LINK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


def set_mail_text(
    db: DbSession,
    edition_id: int,
    kind: str,
    subject: Mapping[str, str],
    text: Mapping[str, str],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> MailWords:
    """Word one kind of mail, over what was read as `version`. What is left empty says what it says by default."""
    require(db, edition_id, Permission.SEND_MAIL, actor=actor)
    stands = get_mail_words(db, edition_id, kind)
    refuse_faults(text_faults(subject, text, stands.placeholders, needs_link=stands.kind in NEED_LINK))
    values = {
        "subject": differing(subject, stands.default_subject),
        "text": differing(text, stands.default_text),
    }
    lock_name(db, f"mail-text:{edition_id}:{kind}")
    row = find_mail_text(db, edition_id, kind)
    if row is not None:
        change_in(db, row, values, Permission.SEND_MAIL, version=version, actor=actor, now=now)
    elif version:
        raise Stale
    elif any(values.values()):
        row = MailText(edition_id=edition_id, kind=kind, **values)
        create_in(db, row, Permission.SEND_MAIL, actor=actor, now=now)
    return get_mail_words(db, edition_id, kind)


def back_to_default(db: DbSession, edition_id: int, kind: str, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Say again what is said by default; what stood here can be brought back."""
    require(db, edition_id, Permission.SEND_MAIL, actor=actor)
    words, row = get_mail_words(db, edition_id, kind), find_mail_text(db, edition_id, kind)
    if row is None:
        raise NotFound(entity="mail_text")
    return remove_in(db, row, label=words.subject, version=version, actor=actor, now=now)
