"""Messages with link and QR code to copy, for people without email: for one, or for all in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, make_response, render_template

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters.sharing import message_for, message_for_many
from forumapp.domain.printing.pdf.qr import png, svg
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import (
    find_live_code,
    get_line,
    get_registration,
    list_types,
    registrations_page,
)
from forumapp.domain.registration.rules import ADMITTED, PARTICIPATING
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.registrations.filters import filters_here
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask import Response

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.emails import Letter

SECTION = "registration"
MOST = 50  # in one message
EDIT = Permission.EDIT_REGISTRATIONS  # the link lets its holder edit the registration


@blueprint.get("/<edition>/registrations/<id:registration_id>/message")
@needs(EDIT)
def share_registration(registration_id: int) -> str:
    about = letter_here(registration_id)
    link = link_of(about)
    return render_template(
        "organizer/registration/share.html",
        section=SECTION,
        line=get_line(reading(), edition().id, registration_id, within=within(EDIT)),
        link=link,
        has_code=code_here(registration_id) is not None,
        message=message_for(reading(), edition(), about, link, base_url=config().base_url),
    )


@blueprint.get("/<edition>/registrations/<id:registration_id>/link.svg")
@needs(EDIT)
def share_qr(registration_id: int) -> Response:
    """Return the QR code of the link alone, under a file name that does not identify the person."""
    response = make_response(svg(link_of(letter_here(registration_id))))
    response.content_type = "image/svg+xml"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/<edition>/registrations/<id:registration_id>/link.png")
@needs(EDIT)
def share_qr_picture(registration_id: int) -> Response:
    """The same as a picture, for chats."""
    return picture(link_of(letter_here(registration_id)), "link.png")


@blueprint.get("/<edition>/registrations/<id:registration_id>/ticket.png")
@needs(EDIT)
def share_ticket_picture(registration_id: int) -> Response:
    """Return the ticket as a picture for chats."""
    code = code_here(registration_id)
    if code is None:
        raise NotFound(entity="ticket_code")
    return picture(code, "ticket.png")


@blueprint.get("/<edition>/registrations/messages")
@needs(EDIT)
def share_registrations() -> str:
    """Render one message for a group chat, with each person's own link."""
    db = reading()
    filters = filters_here(list_types(db, edition().id))
    page = registrations_page(db, edition().id, filters, within=within(EDIT), details_within=within(EDIT), size=MOST)
    shown = [line for line in page.items if line.status in PARTICIPATING]
    letters = letters_about(db, [line.id for line in shown])
    links = {registration_id: link_of(letter) for registration_id, letter in letters.items()}
    return render_template(
        "organizer/registration/share_many.html",
        section=SECTION,
        lines=shown,
        left_out=page.total - len(shown),
        kept=filters.words,
        everyone=filters == Filters(),
        message=message_for_many(db, edition(), links, language(), base_url=config().base_url),
    )


def letter_here(registration_id: int) -> Letter:
    """Return the message of a registration. Raises NotFound if it is out of the caller's scope."""
    db = reading()
    row = get_registration(db, edition().id, registration_id, within=within(EDIT))
    return letters_about(db, [row.id])[row.id]


def code_here(registration_id: int) -> str | None:
    """Of those who are let in."""
    row = get_registration(reading(), edition().id, registration_id, within=within(EDIT))
    return find_live_code(reading(), row.id) if row.status in ADMITTED else None


def picture(code: str, name: str) -> Response:
    response = make_response(png(code))
    response.content_type = "image/png"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def link_of(about: Letter) -> str:
    links: Links = current_app.extensions["forumapp.links"]
    return links.address({"page": "r", **about.values["link"]}, config().base_url, now=clock.now())


def config() -> Config:
    current: Config = current_app.extensions["forumapp.config"]
    return current
