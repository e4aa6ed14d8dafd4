"""An allotment, behind its holder's signed link: the named people, and the form to name another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.serving.rate_limits import DRAWINGS, FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.domain.delegations.members.leaving import withdraw_from_block
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import InvitationEnded, NoPlacesLeft, RegistrationClosed, WrongStatus
from forumapp.domain.registration.personal_links import allotment_holder
from forumapp.domain.registration.personal_links.allotment_holder import LINK_PURPOSE
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
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, is_archived, is_taking, render
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import PlaceBlock
    from forumapp.domain.registration.rules import Applicant
    from forumapp.web.public.registration.forms import Again

blueprint = pages("held", __name__, url_prefix="/b")
blueprint.after_request(keep_private)
blueprint.after_request(hold_frames)


@blueprint.get("/<token>")
def page(token: str) -> str:
    block, edition = block_of(token)
    named = allotment_holder.named_page(reading(), block, number=request.args.get("page", 1, whole_number))
    return render(
        "public/blocks/page.html",
        edition,
        "registration",
        token=token,
        block=block,
        named=named,
        takes=is_taking(edition) and block.taken < block.quota,
        withdraws=set() if is_archived(edition) else allotment_holder.WITHDRAWABLE,
    )


@blueprint.get("/<token>/person")
def form(token: str) -> ResponseReturnValue:
    block, edition = block_of(token)
    if not is_taking(edition) or block.taken >= block.quota:
        return redirect(url_for(".page", token=token))
    return shown(token, block, edition)(usual_values(), {})


@blueprint.post("/<token>/person")
@limiter.limit(FORMS, exempt_when=is_local)
def name(token: str) -> ResponseReturnValue:
    block, edition = block_of(token)

    def take(db: DbSession, applicant: Applicant) -> None:
        by: Any = {"language": language(), "actor": VISITOR, "now": clock.now()}
        allotment_holder.name_in_block(db, *read_link(LINK_PURPOSE, token), applicant, **by)

    try:
        received(block.type, shown(token, block, edition), an_applicant(block.type), take)
    except NoPlacesLeft:
        flash(_("All places have a name by now. Nobody was added."), "bad")
    except RegistrationClosed:
        flash(_("The forum takes no registrations at the moment."), "bad")
    else:
        flash(_("The person is registered. The mail went to the address that you wrote."), "ok")
    return back_to(token, allotment_holder.named_page(reading(), block_of(token)[0]).last)


@blueprint.post("/<token>/people/<id:invitation_id>/withdraw")
@limiter.limit(FORMS, exempt_when=is_local)
def withdraw(token: str, invitation_id: int) -> ResponseReturnValue:
    block_of(token)
    try:
        with transaction() as db:
            by: Any = {"actor": VISITOR, "now": clock.now()}
            withdraw_from_block(db, *read_link(LINK_PURPOSE, token), invitation_id, **by)
    except InvitationEnded:
        flash(_("This name is not on your list any more."), "bad")
    except WrongStatus:
        flash(_("The place is in use, or was transferred to somebody else. Please write to the organizer."), "bad")
    else:
        flash(_("The name has been withdrawn. You can give the place to somebody else."), "ok")
    last = allotment_holder.named_page(reading(), block_of(token)[0]).last
    return back_to(token, min(request.form.get("page", 1, whole_number), last))


@blueprint.post("/<token>/person/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def spelling(token: str) -> ResponseReturnValue:
    block, edition = block_of(token)
    return spelled(block.type, shown(token, block, edition))


@blueprint.post("/<token>/person/badge")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def badge(token: str) -> ResponseReturnValue:
    block, edition = block_of(token)
    return badge_page(edition, block.type)


@blueprint.get("/<token>/organizations")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def organizations(token: str) -> ResponseReturnValue:
    block_of(token)
    return suggested_organizations()


def back_to(token: str, page: int) -> ResponseReturnValue:
    return redirect(url_for(".page", token=token, page=page if page > 1 else None), 303)


def block_of(token: str) -> tuple[PlaceBlock, Edition]:
    """Raises LinkHasEnded, or InvitationEnded where the link was replaced."""
    db = reading()
    block = allotment_holder.get_block_by_link(db, *read_link(LINK_PURPOSE, token))
    return block, get_edition_by_id(db, block.edition_id)


def shown(token: str, block: PlaceBlock, edition: Edition) -> Again:
    """The form, with the allotment's details and addresses."""
    where = (".name", ".spelling", ".badge", ".organizations")
    return partial(
        show,
        edition,
        block.type,
        ways=Ways(*(url_for(f"held{endpoint}", token=token) for endpoint in where)),
        block=block,
        back=url_for("held.page", token=token),
        send_words=_("Register this person"),
    )
