"""A group, behind its contact's signed link: its people, one more, their tickets, and messages to hand over."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import NotFound
from forumapp.core.serving.rate_limits import DRAWINGS, FORMS, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.domain.delegations.members.leaving import cancel_own_registration
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.letters.sharing import message_for, message_for_many
from forumapp.domain.printing.pdf.qr import svg
from forumapp.domain.printing.queries import edition_head, ticket_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.ticket_facts import ticket_sessions
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.errors import RegistrationClosed
from forumapp.domain.registration.groups import services
from forumapp.domain.registration.groups.emails import LINK_PURPOSE
from forumapp.domain.registration.rules import ADMITTED, MAY_BECOME, PARTICIPATING, RegistrationStatus
from forumapp.domain.retention.own_data import contact_data
from forumapp.schemas.groups import GroupPersonSchema
from forumapp.web.drawing import drawn
from forumapp.web.frame import pages
from forumapp.web.public.own.papers import handed_over
from forumapp.web.public.registration.forms import controls, received, several_applicants, usual_values
from forumapp.web.public.registration.names import spelled
from forumapp.web.public.registration.several_people import PEOPLE
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, is_archived, is_taking, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.emails import Letter
    from forumapp.domain.registration.group_models import RegistrationGroup
    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.rules import Applicant
    from forumapp.web.public.registration.forms import Again, Spellings

blueprint = pages("groups", __name__, url_prefix="/g")
blueprint.after_request(keep_private)
ONE = f"{PEOPLE}.0."


@dataclass(frozen=True, slots=True)
class Cared:
    """Someone in the contact's care."""

    line: RegistrationLine
    about: Letter
    link: str  # to a page of their own, where they can be changed and their place handed on

    @property
    def is_admitted(self) -> bool:
        return self.line.status in ADMITTED

    @property
    def may_cancel(self) -> bool:
        return self.line.status in MAY_BECOME[RegistrationStatus.CANCELLED]

    @property
    def qr(self) -> str:
        """The link as a QR code embedded in the page."""
        return base64.b64encode(svg(self.link).encode()).decode()


@blueprint.get("/<token>")
def page(token: str) -> str:
    group, edition = group_of(token)
    people = cared_for(group)
    return render(
        "public/groups/page.html",
        edition,
        "own",
        token=token,
        group=group,
        people=people,
        has_tickets=any(person.is_admitted for person in people),
        may_add=may_add(group, edition),
        may_cancel=not is_archived(edition),
    )


@blueprint.get("/<token>/messages")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def messages(token: str) -> str:
    """In the forum's languages, to copy: for all of them, and for each with their link as a QR code."""
    group, edition = group_of(token)
    people = [person for person in cared_for(group) if person.line.status in PARTICIPATING]
    links = {person.line.id: person.link for person in people}
    base_url = config().base_url
    return render(
        "public/groups/messages.html",
        edition,
        "own",
        token=token,
        people=[
            (person, message_for(reading(), edition, person.about, person.link, base_url=base_url)) for person in people
        ],
        message=message_for_many(reading(), edition, links, group.language, base_url=base_url),
    )


@blueprint.get("/<token>/tickets.pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def tickets(token: str) -> Response:
    group, edition = group_of(token)
    db = reading()
    tickets = (ticket_values(db, edition.id, row_id) for row_id in services.ids_in_care(db, group))
    papers = [(ticket, ticket_sessions(db, edition.id, ticket.registration_id)) for ticket in tickets if ticket]
    if not papers:
        raise NotFound(entity="ticket_code")
    head = edition_head(db, edition, Options())
    return handed_over(drawn("tickets", papers, head, at=clock.now()), "application/pdf", "tickets.pdf")


@blueprint.get("/<token>/data.json")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def data(token: str) -> Response:
    """The stored data about the contact."""
    group, edition = group_of(token)
    held = contact_data(reading(), edition, group, now=clock.now())
    return handed_over(json.dumps(held, ensure_ascii=False, indent=2), "application/json", "my-data.json")


@blueprint.get("/<token>/person")
def person(token: str) -> ResponseReturnValue:
    group, edition = group_of(token)
    if not may_add(group, edition):
        return redirect(url_for(".page", token=token))
    return shown(token, group, edition)({f"{ONE}{name}": text for name, text in usual_values().items()}, {})


@blueprint.post("/<token>/person")
@limiter.limit(FORMS, exempt_when=is_local)
def add_person(token: str) -> ResponseReturnValue:
    group, edition = group_of(token)
    again = shown(token, group, edition)
    if request.form.keys() & {"propose", f"{ONE}spelling"}:
        return spelled(group.type, again, PEOPLE)

    def take(db: DbSession, people: list[Applicant]) -> None:
        for one in people[:1]:
            services.add_to_group(db, *read_link(LINK_PURPOSE, token), one, actor=VISITOR, now=clock.now())

    try:
        received(group.type, again, several_applicants(group.type, PEOPLE, GroupPersonSchema), take, parts=PEOPLE)
    except RegistrationClosed:
        flash(_("The forum takes no registrations at the moment."), "bad")
    else:
        flash(_("The person is added. A mail about it is on its way to their address, or to yours."), "ok")
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/cancel")
@limiter.limit(FORMS, exempt_when=is_local)
def cancel(token: str) -> ResponseReturnValue:
    """One of those in the contact's care."""
    group, _edition = group_of(token)
    wanted = request.form.get("registration", 0, whole_number)
    with transaction() as db:
        if wanted not in services.ids_in_care(db, group):
            raise NotFound(entity="registration")
        link_number = letters_about(db, [wanted])[wanted].link_number
        cancel_own_registration(db, wanted, link_number, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token), 303)


def group_of(token: str) -> tuple[RegistrationGroup, Edition]:
    """Raises LinkHasEnded, or InvitationEnded where the link was replaced."""
    db = reading()
    group = services.get_group_by_link(db, *read_link(LINK_PURPOSE, token))
    return group, get_edition_by_id(db, group.edition_id)


def may_add(group: RegistrationGroup, edition: Edition) -> bool:
    return is_taking(edition) and group.type.is_open


def cared_for(group: RegistrationGroup) -> list[Cared]:
    lines = services.in_care(reading(), group)
    letters = letters_about(reading(), [line.id for line in lines])
    links: Links = current_app.extensions["forumapp.links"]
    now = clock.now()

    def link_of(about: Letter) -> str:
        return links.address({"page": "r", **about.values["link"]}, config().base_url, now=now)

    return [Cared(line, letters[line.id], link_of(letters[line.id])) for line in lines]


def config() -> Config:
    settings: Config = current_app.extensions["forumapp.config"]
    return settings


def shown(token: str, group: RegistrationGroup, edition: Edition) -> Again:
    return partial(_form_page, token, group, edition)


def _form_page(
    token: str,
    group: RegistrationGroup,
    edition: Edition,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    """The form of one person, called as on the form of the whole group."""
    values = {f"{ONE}name_script": "latin", **values}
    return render(
        "public/groups/person.html",
        edition,
        "own",
        token=token,
        values=values,
        errors=errors,
        **controls(group.type, values, errors, spellings, parts=PEOPLE),
    )
