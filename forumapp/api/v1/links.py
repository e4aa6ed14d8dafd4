"""What the links of invitations and allotment holders show, and what they can do besides registering. Reading changes
nothing. To accept, or to name someone, register them with the link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import NameSchema, With
from forumapp.core.serving.rate_limits import FORMS, RESENDING, RESENDING_TO_ADDRESS, limit_for
from forumapp.domain.delegations.members.leaving import withdraw_from_block
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.emails import CONFIRMATION_PURPOSE
from forumapp.domain.registration.errors import InvitationEnded
from forumapp.domain.registration.invitations import emails
from forumapp.domain.registration.invitations.queries import state_of
from forumapp.domain.registration.lists.queries import find_by_link, get_line
from forumapp.domain.registration.personal_links import allotment_holder, invitation_replies
from forumapp.domain.registration.personal_links.email_confirmation import confirm_email, resend_confirmation_links
from forumapp.schemas.choices import InvitationState, RegistrationStatus
from forumapp.schemas.fields import Bilingual, Choice, Day, Flag, Id, Instant, ListOf, Part, Shape, WholeNumber
from forumapp.schemas.registration import MailAddress

if TYPE_CHECKING:
    from flask import Response

    from forumapp.api.auth import Call
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.models import Invitation, PlaceBlock, Registration

INVITATION = "/invitation-links/<link:token>"
BLOCK = "/block-links/<link:token>"
CONFIRMATION = "/email-confirmation-links/<link:token>"
MOST_NAMED = 100_000

blueprint = ApiBlueprint(
    "Personal links",
    __name__,
    description="What an invitation's, a block's or an email confirmation's link is good for.",
)


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Forbid caching: the address alone gives access to what it shows."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


class InvitationOfLinkSchema(Shape):
    """To accept it, register with `link` for this edition and type."""

    edition = ma.fields.String(required=True)
    type = ma.fields.String(required=True)
    type_name = Bilingual()
    name = Part(NameSchema)
    greeting = ma.fields.String()
    answer_by = Day(allow_none=True)
    state = Choice(InvitationState, required=True)


class NamedSchema(Shape):
    id = Id(required=True)
    name = Part(NameSchema)
    state = Choice(InvitationState, required=True)


class BlockOfLinkSchema(Shape):
    """To name someone, register them with `link` for this edition and type."""

    edition = ma.fields.String(required=True)
    type = ma.fields.String(required=True)
    name = Bilingual()
    quota = WholeNumber(required=True)
    taken = WholeNumber(required=True)
    named = ListOf(Part(NamedSchema), most=MOST_NAMED)


class ConfirmationOfLinkSchema(Shape):
    """`unconfirmed` waits until `confirm_by`; once confirmed, the registration continues as it would have at once."""

    edition = ma.fields.String(required=True)
    type = ma.fields.String(required=True)
    status = Choice(RegistrationStatus, required=True)
    confirm_by = Instant(allow_none=True)
    holds_spot = Flag(required=True)


class ResendingSchema(Shape):
    email = MailAddress(required=True)


@blueprint.reads(CONFIRMATION, ConfirmationOfLinkSchema, public=True)
def read_email_confirmation_link(call: Call, token: str) -> With:
    """Whether the registration waits for its email address to be confirmed. Looking confirms nothing."""
    row = find_by_link(call.db, *_signed(call, CONFIRMATION_PURPOSE, token))
    if row is None:
        raise InvitationEnded
    return _confirmation(call, row)


@blueprint.acts(f"{CONFIRMATION}/confirm", ConfirmationOfLinkSchema, public=True, limit=FORMS)
def confirm_email_of_link(call: Call, token: str) -> With:
    """Confirm the email address, with all who come along. Refused (410) once the time is over
    (`confirmation-ended`) or the registration was canceled (`registration-canceled`).
    """
    signed = _signed(call, CONFIRMATION_PURPOSE, token)
    return _confirmation(call, confirm_email(call.db, *signed, actor=call.actor, now=call.now))


def count_resending(_call: Call, values: dict[str, Any], **_path: str) -> None:
    """Before the transaction: the counters are written in one of their own."""
    with limit_for(RESENDING_TO_ADDRESS, values["email"]):
        pass


@blueprint.creates(
    "/editions/<slug:edition>/email-confirmation-links",
    ResendingSchema,
    ResendingSchema,
    located_by=None,
    public=True,
    limit=RESENDING,
    ahead=count_resending,
)
def resend_email_confirmation_links(call: Call, values: dict[str, Any], _counted: None, edition: str) -> dict[str, Any]:
    """Mail the link again to an address whose registration waits to be confirmed. The answer is the same for every
    address. At most 5 times an hour to one address.
    """
    edition_id = call.visible_edition(edition).id
    resend_confirmation_links(call.db, edition_id, values["email"], now=call.now)
    return values


@blueprint.reads(INVITATION, InvitationOfLinkSchema, public=True)
def read_invitation_of_link(call: Call, token: str) -> With:
    """What the invitation offers, and whether it waits for an answer."""
    return _invitation(call, invitation_replies.get_by_link(call.db, *_signed(call, emails.LINK_PURPOSE, token)))


@blueprint.acts(f"{INVITATION}/decline", InvitationOfLinkSchema, public=True, limit=FORMS)
def decline_invitation_of_link(call: Call, token: str) -> With:
    """Decline it. It cannot be accepted afterwards."""
    signed = _signed(call, emails.LINK_PURPOSE, token)
    return _invitation(call, invitation_replies.decline_invitation(call.db, *signed, actor=call.actor, now=call.now))


@blueprint.reads(BLOCK, BlockOfLinkSchema, public=True)
def read_block_of_link(call: Call, token: str) -> With:
    """The number of spots, and the people named for them."""
    return _block(
        call, allotment_holder.get_block_by_link(call.db, *_signed(call, allotment_holder.LINK_PURPOSE, token))
    )


@blueprint.acts(f"{BLOCK}/people/<id:invitation_id>/withdraw", BlockOfLinkSchema, public=True, limit=FORMS)
def withdraw_name_of_block(call: Call, token: str, invitation_id: int) -> With:
    """Take a name back: their registration is cancelled, and the place has no name again."""
    signed = _signed(call, allotment_holder.LINK_PURPOSE, token)
    withdraw_from_block(call.db, *signed, invitation_id, actor=call.actor, now=call.now)
    return _block(call, allotment_holder.get_block_by_link(call.db, *signed))


def _signed(call: Call, purpose: str, token: str) -> tuple[int, int]:
    """The row's id and its link's number. Whatever is no link of ours has ended."""
    links: Links = current_app.extensions["forumapp.links"]
    values = links.read(purpose, token, now=call.now)
    if values is None:
        raise InvitationEnded
    row_id, number = map(int, values)
    return row_id, number


def _confirmation(call: Call, row: Registration) -> With:
    edition = get_edition_by_id(call.db, row.edition_id).slug
    waits = row.status == RegistrationStatus.UNCONFIRMED
    type_code = get_line(call.db, row.edition_id, row.id).type_code
    shown: dict[str, Any] = {"confirm_by": row.offer_ends_at if waits else None, "holds_spot": waits and row.holds_spot}
    return With(row, edition=edition, type=type_code, **shown)


def _invitation(call: Call, row: Invitation) -> With:
    edition = get_edition_by_id(call.db, row.edition_id).slug
    state = state_of(call.db, row, now=call.now)
    return With(row, edition=edition, type=row.type.code, type_name=row.type.name, state=state)


def _block(call: Call, row: PlaceBlock) -> With:
    edition = get_edition_by_id(call.db, row.edition_id).slug
    named: list[Any] = allotment_holder.named_in_block(call.db, row)
    return With(row, edition=edition, type=row.type.code, named=named)
