"""Groups that a contact has registered: their people, the contact's link, and the message to hand over for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters.sharing import message_for_many
from forumapp.domain.mail.outbox import list_messages_about
from forumapp.domain.mail.suppressing import TakesNoMail
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.groups import services as service
from forumapp.domain.registration.groups.emails import ABOUT, link_of
from forumapp.domain.registration.invitations.emails import opens
from forumapp.domain.registration.rules import PARTICIPATING
from forumapp.schemas.choices import MessageState
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.registrations import messages_to_share

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.core.tokens import Links

SECTION = "registration"
NEEDS = Permission.DECIDE_REGISTRATIONS
PAGE = "/<edition>/groups"
ONE = f"{PAGE}/<id:group_id>"


@blueprint.get(PAGE)
@needs(NEEDS)
def groups() -> str:
    page = service.groups_page(reading(), edition().id, number=request.args.get("page", 1, whole_number))
    counts = service.counted_people(reading(), [row.id for row in page.items])
    return render_template("organizer/groups/list.html", section=SECTION, page=page, counts=counts)


@blueprint.get(ONE)
@needs(NEEDS)
def registration_group(group_id: int) -> str:
    db, now = reading(), clock.now()
    row = service.get_group(db, edition().id, group_id)
    people = service.people_of(db, row)
    letters = letters_about(db, [person.id for person in people if person.status in PARTICIPATING])
    each = {registration_id: messages_to_share.link_of(letter) for registration_id, letter in letters.items()}
    base_url = messages_to_share.config().base_url
    links: Links = current_app.extensions["forumapp.links"]
    messages = list_messages_about(db, ABOUT, group_id) if access().allows(Permission.SEE_MAIL) else []
    return render_template(
        "organizer/groups/one.html",
        section=SECTION,
        row=row,
        people=people,
        link=links.address(link_of(row, edition()), base_url, now=now),
        link_opens=opens(edition(), now=now),
        message=message_for_many(db, edition(), each, row.language, base_url=base_url),
        messages=messages,
        last_failed=bool(messages) and messages[-1].state is MessageState.FAILED,
        history=past(ABOUT, group_id),
    )


@blueprint.post(f"{ONE}/send")
@needs(NEEDS)
def send_group_link(group_id: int) -> ResponseReturnValue:
    there = url_for("organizer.registration_group", group_id=group_id)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            service.send_group_link(db, edition().id, group_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, _("Send the link again"), there)
    except TakesNoMail:
        flash(_("Nothing is sent to this address."), "bad")
    else:
        flash(_("The mail is in the outbox again."), "ok")
    return redirect(there)


@blueprint.post(f"{ONE}/end-links")
@needs(NEEDS)
def end_group_links(group_id: int) -> ResponseReturnValue:
    there = url_for("organizer.registration_group", group_id=group_id)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            service.end_group_links(db, edition().id, group_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, _("End its links"), there)
    flash(_("The links that were sent no longer open. A new one is mailed to the contact."), "ok")
    return redirect(there)
