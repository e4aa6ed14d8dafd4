"""Sends what the outbox holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from forumapp.core.database.outage import ERRORS, is_outage
from forumapp.core.database.transactions import transaction
from forumapp.core.logs import logger
from forumapp.domain.letters.queries import mailing_wordings, own_wordings
from forumapp.domain.mail import outbox, suppressing
from forumapp.domain.mail.models import Suppressed
from forumapp.domain.mail.render import Letter, Sender, render
from forumapp.domain.mail.sending import NotSent, outlet
from forumapp.domain.mail.suppressing import UNSUBSCRIBE, UNTOUCHED
from forumapp.domain.mail.wording import MailKind
from forumapp.worker.attachments import attached_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.mail.outbox import Due
    from forumapp.domain.mail.sending import Line
    from forumapp.domain.mail.wording import Wording

    Wordings = Mapping[int, Mapping[str, Wording]]

BATCH = 10  # few enough to be sent within the lease even where each waits for a slow server
PERSONAL_PAGE, UNSUBSCRIBE_PAGE = "r", "u"
LINK_LIVES = timedelta(days=730)

_log = logger("mail")


def drain(app: Flask, *, now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send one batch of what is due, inside the application's context; how many were taken.

    A mail may be sent twice when this process dies between the server's yes and our note of it, never lost.
    """
    config: Config = app.extensions["forumapp.config"]
    with transaction() as db:
        due = outbox.claim(db, limit=BATCH, now=now)
        left = without_suppressed(db, due, now=now)
        own = wordings_of(db, left)
    if not left:
        return len(due)
    try:
        with outlet(config.mail_url) as line:
            while left and not stopping():
                _send(app, line, left.pop(0), own, now=now)
    except NotSent as unsent:  # nothing goes out at the moment, so each of these counts one try
        for message in left:
            _note_failure(message, unsent, now=now)
        left = []
    if left:
        with transaction() as db:
            outbox.release(db, left, now=now)
    return len(due)


def without_suppressed(db: DbSession, due: list[Due], *, now: datetime) -> list[Due]:
    """Those of the mails that may leave; the others are marked."""
    dead = suppressing.suppressed_among(db, {message.recipient for message in due if message.about != UNTOUCHED})
    kept_back = [message for message in due if message.recipient in dead and message.about != UNTOUCHED]
    if kept_back:
        outbox.mark_suppressed(db, kept_back, now=now)
    return [message for message in due if message not in kept_back]


def wordings_of(db: DbSession, due: Sequence[Due]) -> Wordings:
    """How the edition itself words each of these mails, and what it writes to many."""
    texts = own_wordings(db, {(message.edition_id, message.template) for message in due})
    written = {message.id: mailing_of(message) for message in due}
    mailings = mailing_wordings(db, {one for one in written.values() if one})
    return {
        message.id: mailings.get(written[message.id] or 0) or texts.get((message.edition_id, message.template), {})
        for message in due
    }


def mailing_of(message: Due) -> int | None:
    return message.about_id if message.about == "mailing" else message.mailing_id


def _send(app: Flask, line: Line, message: Due, own: Wordings, *, now: datetime) -> None:
    """Send one mail and note what became of it. Raises NotSent when the others would fare no better."""
    config: Config = app.extensions["forumapp.config"]
    try:
        mail = render(
            replace(
                letter_of(message, app.extensions["forumapp.links"], config.base_url, own, now=now),
                attachments=attached_to(message, config.base_url, now=now),
            ),
            Sender(config.mail_from, config.base_url),
            now=now,
        )
        line.send(mail)
    except (TemplateError, ValueError, TypeError, KeyError) as error:  # ours to mend, and no other try mends it
        _log.error("mail not rendered", message=message.id, template=message.template, error=type(error).__name__)
        _note_failure(message, NotSent(f"{type(error).__name__}: {error}", permanent=True), now=now)
    except NotSent as unsent:
        _note_failure(message, unsent, now=now)
        if unsent.connection:
            raise
    except Exception as error:
        if isinstance(error, ERRORS) and is_outage(error):
            raise  # no try of this mail: it stays due
        _log.error("mail failed unexpectedly", message=message.id, error=type(error).__name__)
        _note_failure(message, NotSent(type(error).__name__), now=now)
    else:
        with transaction() as db:
            outbox.mark_sent(db, message, now=now)


def _note_failure(message: Due, unsent: NotSent, *, now: datetime) -> None:
    _log.warning("mail not sent", message=message.id, attempts=message.attempts, permanent=unsent.permanent)
    with transaction() as db:
        outbox.mark_not_sent(db, message, unsent.fault, permanent=unsent.permanent, now=now)
        if unsent.dead and message.about != UNTOUCHED:
            suppressing.suppress(db, suppressing.key_of(message.recipient), Suppressed.BOUNCED, now=now)


def letter_of(message: Due, links: Links, base_url: str, own: Wordings, *, now: datetime) -> Letter:
    """The personal link is signed here and not when the mail is asked for, so that the database never holds one.

    A mail without a personal link may name a `page` that is the same for everyone.
    """
    wanted: dict[str, Any] | None = message.values.get("link")
    page = message.values.get("page")
    link = f"{base_url}/{page}" if page else ""
    if wanted:
        link = links.address({"page": PERSONAL_PAGE, **wanted}, base_url, now=now)
    values = {key: value for key, value in message.values.items() if key not in ("link", "page")}
    words = own.get(message.id, {})
    letter = Letter(message.key, message.template, message.recipient, message.language, values, link, words)
    if not goes_to_many(message):
        return letter
    signed = links.sign(UNSUBSCRIBE, [suppressing.key_of(message.recipient)], ends=now + LINK_LIVES)
    return replace(letter, unsubscribe=f"{base_url}/{UNSUBSCRIBE_PAGE}/{signed}")


def goes_to_many(message: Due) -> bool:
    return message.mailing_id is not None or message.template in (MailKind.REMINDER, MailKind.MISSING)
