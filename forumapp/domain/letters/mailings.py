"""Writing to many at once: to the registrations that filters choose, each in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from forumapp.core.errors import Invalid, Refusal, refuse_faults
from forumapp.core.values.text import missing
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record, stale
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.jobs.services import enqueue
from forumapp.domain.letters.models import Mailing, MailingStatus
from forumapp.domain.letters.previewing import example
from forumapp.domain.letters.queries import count_recipients, recipients_after
from forumapp.domain.letters.rules import text_faults
from forumapp.domain.mail import outbox
from forumapp.domain.mail.services import ask
from forumapp.domain.mail.wording import MAILING, MAILING_PLACEHOLDERS
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.lists.filters import filters_in
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

WORKFLOW = "send-mailing"
BATCH = 100
MAY_START = (MailingStatus.DRAFT, MailingStatus.STOPPED)


class MailingIsOn(Refusal):
    """It is being sent, or was: its words and whom it goes to stand."""

    code = "mailing-is-on"


class NobodyToWriteTo(Refusal):
    code = "nobody-to-write-to"


def create_mailing(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Mailing:
    """`values` are subject, text and filters."""
    require_all(db, edition_id, Permission.SEND_MAIL, actor=actor)
    _refuse(values)
    row = Mailing(edition_id=edition_id, **{"subject": {}, "text": {}, "filters": {}, **values})
    create_in(db, row, Permission.SEND_MAIL, actor=actor, now=now)
    return row


def update_mailing(
    db: DbSession,
    edition_id: int,
    mailing_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Mailing:
    row = _get(db, edition_id, mailing_id, actor=actor)
    if row.version != version:
        raise stale(row)
    if row.status != MailingStatus.DRAFT:
        raise MailingIsOn(status=row.status.value)
    _refuse(changes)
    change_in(db, row, changes, Permission.SEND_MAIL, version=version, actor=actor, now=now)
    return row


def start_mailing(
    db: DbSession, edition_id: int, mailing_id: int, *, version: int, actor: Actor, now: datetime
) -> Mailing:
    """Have it sent to all who are registered now; one that was stopped goes on where it was. A worker does it, and
    nobody gets it twice.
    """
    row = _get(db, edition_id, mailing_id, actor=actor)
    if row.version != version:
        raise stale(row)
    if row.status not in MAY_START:
        raise MailingIsOn(status=row.status.value)
    languages = get_edition_by_id(db, edition_id).languages
    gaps = {name: "both-languages-needed" for name in ("subject", "text") if missing(getattr(row, name), languages)}
    refuse_faults(gaps)
    filters = filters_in(row.filters)
    changes: dict[str, Any] = {"status": MailingStatus.SENDING}
    if row.started_at is None:
        changes |= {"started_at": now, "started_by": actor.account_id}
        changes |= {"total": count_recipients(db, edition_id, filters).with_address}
        if not changes["total"]:
            raise NobodyToWriteTo
    change_in(db, row, changes, Permission.SEND_MAIL, version=version, actor=actor, now=now, action="sent")
    outbox.resume_mailing(db, row.id, now=now)
    enqueue(db, WORKFLOW, row.id, key=f"{WORKFLOW}-{row.id}-{row.version}")
    return row


def stop_mailing(
    db: DbSession, edition_id: int, mailing_id: int, *, version: int, actor: Actor, now: datetime
) -> Mailing:
    """Send no more of it: what has left has left. A draft is put away."""
    row = _get(db, edition_id, mailing_id, actor=actor)
    changes = {"status": MailingStatus.STOPPED}
    change_in(db, row, changes, Permission.SEND_MAIL, version=version, actor=actor, now=now, action="stopped")
    outbox.stop_mailing(db, row.id, now=now)
    return row


def try_mailing(
    db: DbSession,
    edition_id: int,
    mailing_id: int,
    *,
    registration_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Send it to whoever asks, in both languages, as this registrant would read it; their own link is left out."""
    row = _get(db, edition_id, mailing_id, actor=actor)
    if registration_id is not None:
        get_in(db, Registration, edition_id, registration_id)
    account = db.get(Account, actor.account_id) if actor.account_id else None
    if account is None:
        raise Invalid(fields={"": "unknown"})
    edition = get_edition_by_id(db, edition_id)
    about = letters_about(db, [registration_id or 0]).get(registration_id or 0)
    for language in row.text:
        theirs = about.values_in(language) if about else {}
        values = {**example(edition), **theirs, "link": None, "page": edition.slug, "test": True}
        ask(
            db,
            key=f"{WORKFLOW}-test-{row.id}-{account.id}-{language}-{now.timestamp():.6f}",
            template=MAILING,
            recipient=account.email,
            language=language,
            values=values,
            edition_id=edition_id,
            about="mailing",
            about_id=row.id,
            now=now,
        )
    record(db, "tested", "mailing", row.id, actor=actor, now=now, edition_id=edition_id)


def take_batch(db: DbSession, mailing_id: int, *, now: datetime) -> bool:
    """Put the next mails into the outbox, and note how far it is; whether there are more."""
    row = db.get_one(Mailing, mailing_id, populate_existing=True, with_for_update=True)
    if row.status != MailingStatus.SENDING or row.started_at is None:
        return False
    filters = filters_in(row.filters)
    ids = recipients_after(db, row.edition_id, filters, row.reached_id, until=row.started_at, limit=BATCH)
    letters = letters_about(db, ids)
    for one in letters.values():
        ask(
            db,
            key=f"{MAILING}-{row.id}-{one.registration_id}",
            template=MAILING,
            recipient=one.recipient,
            language=one.language,
            values=one.values,
            edition_id=row.edition_id,
            about="registration",
            about_id=one.registration_id,
            mailing_id=row.id,
            now=now,
        )
    reached: dict[str, Any] = {"reached_id": ids[-1], "asked": row.asked + len(letters)} if ids else {}
    ended = {} if len(ids) == BATCH else {"status": MailingStatus.SENT}
    # Progress is no edit: the version stays.
    changed = update(Mailing).where(Mailing.id == row.id).values(**reached, **ended, updated_at=now)
    db.connection().execute(changed)
    return not ended


def _get(db: DbSession, edition_id: int, mailing_id: int, *, actor: Actor) -> Mailing:
    require_all(db, edition_id, Permission.SEND_MAIL, actor=actor)
    return get_in(db, Mailing, edition_id, mailing_id)


def _refuse(values: Mapping[str, Any]) -> None:
    """What no mailing says, and filters that are none: they would choose everyone."""
    faults: dict[str, str | None] = dict(
        text_faults(values.get("subject", {}), values.get("text", {}), MAILING_PLACEHOLDERS, needs_link=False)
    )
    given = values.get("filters", {})
    faults["filters"] = None if filters_in(given).words == given else "unknown"
    refuse_faults(faults)
