"""What a registrant takes along from their own page: the ticket, dates for a calendar, and their own data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Response, current_app, make_response, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.values.text import pick
from forumapp.domain.agenda.queries import latest_version
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.printing.pdf.qr import png, svg
from forumapp.domain.printing.queries import edition_head, ticket_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.ticket_facts import ticket_sessions
from forumapp.domain.registration.lists.queries import find_live_code
from forumapp.domain.registration.rules import ADMITTED
from forumapp.domain.retention.own_data import own_data
from forumapp.web.drawing import drawn
from forumapp.web.public.agenda.calendar import calendar
from forumapp.web.public.agenda.page_cache import CALENDAR
from forumapp.web.public.own.page import blueprint, registration_of
from forumapp.web.public.own.program import sessions_of
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from forumapp.core.config import Config


@blueprint.get("/<token>/ticket.svg")
def ticket(token: str) -> Response:
    return handed_over(svg(code_of(token)), "image/svg+xml")


def code_of(token: str) -> str:
    row = registration_of(token)
    code = find_live_code(reading(), row.id)
    if code is None or row.status not in ADMITTED:
        raise NotFound(entity="ticket_code")
    return code


@blueprint.get("/<token>/ticket.png")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def ticket_png(token: str) -> Response:
    """For chats, which take pictures alone."""
    return handed_over(png(code_of(token)), "image/png", "ticket.png")


@blueprint.get("/<token>/ticket.pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def ticket_pdf(token: str) -> Response:
    row = registration_of(token)
    db = reading()
    values = ticket_values(db, row.edition_id, row.id)
    if values is None:
        raise NotFound(entity="ticket_code")
    head = edition_head(db, get_edition_by_id(db, row.edition_id), Options())
    sessions = ticket_sessions(db, row.edition_id, row.id)
    paper = drawn("tickets", [(values, sessions)], head, at=clock.now())
    return handed_over(paper, "application/pdf", "ticket.pdf")


@blueprint.get("/<token>/calendar.ics")
def as_calendar(token: str) -> Response:
    row = registration_of(token)
    if row.status not in ADMITTED:
        raise NotFound(entity="ticket_code")
    edition = get_edition_by_id(reading(), row.edition_id)
    config: Config = current_app.extensions["forumapp.config"]
    version = latest_version(reading(), edition.id)
    content = calendar(
        [offered.session for offered in sessions_of(row, edition) if offered.choice.is_mine],
        slug=edition.slug,
        name=pick(edition.name, language()),
        address=config.base_url + url_for("agenda.page", slug=edition.slug),
        language=language(),
        version=version.number if version else 0,
        published_at=version.published_at if version else edition.updated_at,
        edition=edition,
    )
    return handed_over(content, CALENDAR, f"{edition.slug}.ics")


@blueprint.get("/<token>/data.json")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def data(token: str) -> Response:
    row = registration_of(token)
    db = reading()
    held = own_data(db, get_edition_by_id(db, row.edition_id), row, now=clock.now())
    return handed_over(json.dumps(held, ensure_ascii=False, indent=2), "application/json", "my-data.json")


def handed_over(content: str | bytes, content_type: str, name: str = "") -> Response:
    """A file by this `name`, which does not reveal the person."""
    response = make_response(content)
    response.content_type = content_type
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
