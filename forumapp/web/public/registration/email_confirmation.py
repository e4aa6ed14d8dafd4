"""Confirming the email address of a registration by the mailed link. Opening it changes nothing: mail scanners do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import current_app, redirect, session, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import LinkHasEnded
from forumapp.core.serving.rate_limits import (
    FORMS,
    RESENDING,
    RESENDING_TO_ADDRESS,
    is_local,
    limited,
    limited_for,
    limiter,
)
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.emails import CONFIRMATION_PURPOSE, letters_about
from forumapp.domain.registration.errors import ConfirmationEnded, RegistrationCanceled
from forumapp.domain.registration.lists.queries import find_by_link, lines_of
from forumapp.domain.registration.personal_links.email_confirmation import (
    confirm_email,
    list_waiting,
    resend_confirmation_links,
    was_canceled,
)
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.web.frame import pages
from forumapp.web.public.registration.registration import GROUP_SESSION_KEY, SESSION_KEY
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, edition_named, is_archived, is_taking, render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.core.tokens import Links
    from forumapp.domain.registration.models import Registration

blueprint = pages("email_confirmation", __name__)
blueprint.after_request(keep_private)


@blueprint.get("/e/<token>")
def page(token: str) -> ResponseReturnValue:
    db, now = reading(), clock.now()
    row = find_by_link(db, *read_link(CONFIRMATION_PURPOSE, token))
    if row is None:
        raise LinkHasEnded
    edition = get_edition_by_id(db, row.edition_id)
    waiting = [] if is_archived(edition) else list_waiting(db, row, now=now)
    if waiting:
        row = waiting[0]
    held: dict[str, Any] = {"confirm_by": row.offer_ends_at, "holds_spot": row.holds_spot}
    if not waiting and row.status in (RegistrationStatus.UNCONFIRMED, RegistrationStatus.CANCELLED):
        template = "canceled" if was_canceled(row) else "ended"
        held |= {"is_taking": is_taking(edition), "is_invited": row.source == Source.INVITATION}
        return render(f"public/confirmation/{template}.html", edition, "registration", **held)
    if not waiting:
        return redirect(own_page(row))
    ids = [row.id for row in waiting]
    lines = lines_of(db, edition.id, ids)
    return render("public/confirmation/page.html", edition, "registration", token=token, lines=lines, **held)


@blueprint.post("/e/<token>")
@limiter.limit(FORMS, exempt_when=is_local)
def confirm(token: str) -> ResponseReturnValue:
    """Leads to the page, which leads on to the registrant's own page or says that the time is over."""
    signed = read_link(CONFIRMATION_PURPOSE, token)
    with suppress(ConfirmationEnded, RegistrationCanceled), transaction() as db:
        confirm_email(db, *signed, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token), 303)


def email_in_cookie() -> str:
    """The address that has just registered, alone or as the contact of a group."""
    return str((session.get(SESSION_KEY) or session.get(GROUP_SESSION_KEY) or {}).get("email", ""))


@blueprint.post("/<slug>/registered/resend")
@limited(RESENDING)
@limited_for(RESENDING_TO_ADDRESS, email_in_cookie)
def resend(slug: str) -> ResponseReturnValue:
    """Mail the link again. The answer is the same for an address of which no registration waits."""
    edition = edition_named(slug)
    name = SESSION_KEY if session.get(SESSION_KEY) else GROUP_SESSION_KEY
    result = session.get(name)
    if result and result["slug"] == slug:
        with transaction() as db:
            resend_confirmation_links(db, edition.id, result["email"], now=clock.now())
        session[name] = {**result, "resent": True}
    done = "registration.done" if name == SESSION_KEY else "registration.group_done"
    return redirect(url_for(done, slug=slug), 303)


def own_page(row: Registration) -> str:
    links: Links = current_app.extensions["forumapp.links"]
    wanted = {"page": "r", **letters_about(reading(), [row.id])[row.id].values["link"]}
    return links.address(wanted, "", now=clock.now())
