"""What a mail carries besides its words: the ticket, and for a calendar the forum's days and the chosen sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from forumapp.core.database.transactions import reading
from forumapp.core.logs import logger
from forumapp.core.values.text import pick
from forumapp.domain.forums.calendar.ics import MEDIA_TYPE, CalendarEvent, calendar_file, days_of, session_uid
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail.render import Attachment
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.printing.previews.previews import Drawn
from forumapp.domain.printing.queries import edition_head, ticket_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.ticket_facts import ticket_sessions
from forumapp.domain.registration.session_signup.self_service import chosen_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.mail.outbox import Due
    from forumapp.domain.printing.paper.documents import BadgeValues
    from forumapp.domain.registration.session_signup.self_service import ChosenSession

WITH_TICKET = frozenset({MailKind.CONFIRMED, MailKind.PROMOTED, MailKind.CHANGED, MailKind.SUBSTITUTE})

_log = logger("mail")


def attached_to(message: Due, base_url: str, *, now: datetime) -> tuple[Attachment, ...]:
    """Nothing for those who have no place any more when it is sent."""
    if message.template not in WITH_TICKET or message.edition_id is None or message.about_id is None:
        return ()
    db = reading()
    try:
        values = ticket_values(db, message.edition_id, message.about_id)
        if values is None:
            return ()
        edition = get_edition_by_id(db, message.edition_id)
        days = _calendar(edition, message.about_id, base_url, message.language)
        return (*_ticket(edition, values, now=now), Attachment(f"{edition.slug}.ics", MEDIA_TYPE, days))
    finally:
        db.rollback()


def _calendar(edition: Edition, registration_id: int, base_url: str, language: str) -> bytes:
    """With the events of the site's own calendars, so that none stands there twice."""
    home = f"{base_url}/{edition.slug}"
    chosen = chosen_sessions(reading(), edition.id, registration_id)
    events = [days_of(edition, home, language), *(session_event(one, edition.slug, home, language) for one in chosen)]
    return calendar_file(pick(edition.name, language), events)


def session_event(session: ChosenSession, slug: str, home: str, language: str) -> CalendarEvent:
    """Its times are by the clocks of its place. `home` is the address of the forum's page."""
    starts, ends = session.there
    return CalendarEvent(
        uid=session_uid(session.code, slug, home),
        stamp=session.published_at,
        version=session.version,
        starts=starts,
        ends=ends,
        summary=pick(session.title, language),
        url=f"{home}/agenda#{session.code}",
        location=pick(session.location, language),
        status=session.status,
    )


def _ticket(edition: Edition, values: BadgeValues, *, now: datetime) -> tuple[Attachment, ...]:
    try:
        sessions = ticket_sessions(reading(), edition.id, values.registration_id)
        of = {"at": now, "folder": current_app.extensions["forumapp.config"].data_dir / "fonts"}
        head = edition_head(reading(), edition, Options())
        draw = Drawn("tickets", [(values, sessions)], head, **of)
        paper = current_app.extensions["forumapp.workshop"].run(draw)
    except Exception:  # noqa: BLE001 (the mail has the link to the ticket, and is not kept back for the paper)
        _log.exception("a ticket was not made for a mail", edition=edition.id)
        return ()
    return (Attachment("ticket.pdf", "application/pdf", paper),)
