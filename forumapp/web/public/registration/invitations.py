"""An invitation, behind its own signed link: the form of its type with the name filled in, to accept or to decline.

Looking changes nothing, since mail scanners open links; only forms do.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import redirect, session, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.serving.rate_limits import DRAWINGS, FORMS, REGISTERING, SUGGESTIONS, is_local, limited, limiter
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import InvitationEnded, NoPlacesLeft, RegistrationClosed
from forumapp.domain.registration.invitations.emails import LINK_PURPOSE
from forumapp.domain.registration.invitations.queries import state_of
from forumapp.domain.registration.personal_links import invitation_replies
from forumapp.domain.registration.rules import UNANSWERED
from forumapp.schemas.choices import InvitationState, RegistrationStatus
from forumapp.web.frame import pages
from forumapp.web.public.registration.forms import (
    Ways,
    an_applicant,
    hold_frames,
    received,
    show,
    suggested_organizations,
    usual_values,
)
from forumapp.web.public.registration.names import badge_page, spelled
from forumapp.web.public.registration.registration import OUTCOMES
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, is_taking, render
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import Invitation
    from forumapp.domain.registration.rules import Applicant
    from forumapp.web.public.registration.forms import Again

# The session key of the result for someone who has just accepted.
SESSION_KEY = "invited"

blueprint = pages("invited", __name__, url_prefix="/i")
blueprint.after_request(keep_private)
blueprint.after_request(hold_frames)


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    row, edition = invitation_of(token)
    if not waits(row, edition):
        return ended(row, edition)
    return shown(token, row, edition)(known_values(row), {})


@blueprint.post("/<token>")
@limited(REGISTERING)
def accept(token: str) -> ResponseReturnValue:
    row, edition = invitation_of(token)
    if not waits(row, edition):
        return ended(row, edition)

    def take(db: DbSession, applicant: Applicant) -> dict[str, Any]:
        by: Any = {"language": language(), "actor": VISITOR, "now": clock.now()}
        placed = invitation_replies.accept_invitation(db, *read_link(LINK_PURPOSE, token), applicant, **by)
        return {"invitation": row.id, "status": placed.status.value}

    # Where one was to be held in a block.
    messages = {NoPlacesLeft: _("All places of your host have been taken. Please write to the organizer.")}
    with suppress(InvitationEnded, RegistrationClosed):  # the page says so
        session[SESSION_KEY] = received(
            row.type, shown(token, row, edition), an_applicant(row.type), take, messages=messages
        )
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/decline")
@limiter.limit(FORMS, exempt_when=is_local)
def decline(token: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            invitation_replies.decline_invitation(db, *read_link(LINK_PURPOSE, token), actor=VISITOR, now=clock.now())
    except InvitationEnded:
        pass  # the page says so
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def spelling(token: str) -> ResponseReturnValue:
    row, edition = waiting(token)
    return spelled(row.type, shown(token, row, edition))


@blueprint.post("/<token>/badge")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def badge(token: str) -> ResponseReturnValue:
    row, edition = waiting(token)
    return badge_page(edition, row.type)


@blueprint.get("/<token>/organizations")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def organizations(token: str) -> ResponseReturnValue:
    waiting(token)
    return suggested_organizations()


def invitation_of(token: str) -> tuple[Invitation, Edition]:
    """Raises LinkHasEnded, or InvitationEnded where the link was replaced."""
    db = reading()
    row = invitation_replies.get_by_link(db, *read_link(LINK_PURPOSE, token))
    return row, get_edition_by_id(db, row.edition_id)


def waiting(token: str) -> tuple[Invitation, Edition]:
    row, edition = invitation_of(token)
    if not waits(row, edition):
        raise InvitationEnded
    return row, edition


def waits(row: Invitation, edition: Edition) -> bool:
    """Whether it can be answered now."""
    return is_taking(edition) and state_of(reading(), row, now=clock.now()) in UNANSWERED


def known_values(row: Invitation) -> dict[str, Any]:
    """The organizer's data about the person, for them to check and complete."""
    names = {"latin_family": row.latin_family, "latin_given": row.latin_given, "native_full": row.native_full}
    values = usual_values()
    if any(names.values()):
        values |= {"name_order": row.name_order.value, "name_script": "han" if row.native_full else "latin"}
    return {**values, **names, "email": row.email or ""}


def shown(token: str, row: Invitation, edition: Edition) -> Again:
    """The form, with the invitation's details and addresses."""
    where = (".page", ".spelling", ".badge", ".organizations")
    return partial(
        show,
        edition,
        row.type,
        ways=Ways(*(url_for(f"invited{endpoint}", token=token) for endpoint in where)),
        invitation=row,
        decline=url_for("invited.decline", token=token),
        send_words=_("Accept and register"),
    )


def ended(row: Invitation, edition: Edition) -> str:
    """The invitation's outcome. After accepting, people already registered see the same as newcomers, which does not
    reveal who takes part.
    """
    title, text = words_of(state_of(reading(), row, now=clock.now()))
    just_now = session.get(SESSION_KEY) or {}
    if just_now.get("invitation") == row.id and just_now["status"] == RegistrationStatus.UNCONFIRMED:
        title, text = _("Check your email"), _("We sent you a link. Open it and confirm your registration.")
    elif just_now.get("invitation") == row.id:
        title, text = OUTCOMES[RegistrationStatus(just_now["status"])]
    return render("public/invitation/ended.html", edition, "registration", title=title, text=text)


def words_of(state: InvitationState) -> tuple[Any, Any]:
    return {
        InvitationState.ACCEPTED: (
            _("You have accepted the invitation"),
            _("Everything more has been sent to your e-mail address."),
        ),
        InvitationState.DECLINED: (
            _("You have declined the invitation"),
            _("Thank you for letting us know. If this changes, please write to the organizer."),
        ),
        InvitationState.REVOKED: (
            _("This invitation is no longer valid"),
            _("Please write to the organizer if you have questions."),
        ),
        InvitationState.EXPIRED: (
            _("The time to answer this invitation is over"),
            _("Please write to the organizer if you would still like to come."),
        ),
    }.get(state, (_("Registration is closed"), _("The forum takes no registrations at the moment.")))
