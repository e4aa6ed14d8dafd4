"""Invitations: personal links to register, and the replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, NameSchema, Slug, With
from forumapp.core.values.paging import Page
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters.queries import own_wordings
from forumapp.domain.registration.invitations import emails as letters
from forumapp.domain.registration.invitations import queries, services
from forumapp.domain.registration.lists.queries import get_type
from forumapp.schemas.choices import InvitationState, NameOrder
from forumapp.schemas.fields import (
    PARAGRAPHS,
    Choice,
    Day,
    Email,
    Id,
    Instant,
    Language,
    NamePart,
    Part,
    Shape,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.invitations.queries import InvitationLine

NEEDS = Permission.DECIDE_REGISTRATIONS
INVITATIONS = "/editions/<slug:edition>/invitations"
INVITATION = f"{INVITATIONS}/<id:invitation_id>"

blueprint = ApiBlueprint("Invitations", __name__, description="Who may register by a link of their own.")


class InvitationQuery(SearchQuery):
    state = Choice(InvitationState)
    type = Slug()


class NewInvitationSchema(Shape):
    """Requires a name or a mail address. The name prefills the form; creating an invitation sends nothing."""

    type = Slug(required=True, metadata={"description": "The registration type's code."})
    block_id = Id(allow_none=True, metadata={"description": "The block of places that one is held out of for them."})
    latin_family = NamePart()
    latin_given = NamePart()
    name_order = Choice(NameOrder)
    native_full = NamePart()
    email = Email(allow_none=True)
    language = Language(metadata={"description": "The language of the mail."})
    greeting = Text(longest=PARAGRAPHS, metadata={"description": "Stands first in the mail and on the page."})
    answer_by = Day(allow_none=True)  # the last day on which it can be answered


class InvitationSchema(KeptSchema, NewInvitationSchema):
    name = Part(NameSchema)
    state = Choice(InvitationState)
    sent_at = Instant(allow_none=True)
    answered_at = Instant(allow_none=True)
    registration_id = Id(allow_none=True, metadata={"description": "Its outcome."})


class InvitationLinkSchema(Shape):
    url = ma.fields.String(required=True)
    message = ma.fields.String(
        required=True, metadata={"description": "For handing it over without mail, in the languages of the forum."}
    )


class RemindedSchema(Shape):
    reminded = WholeNumber()


@blueprint.lists(INVITATIONS, InvitationSchema, query=InvitationQuery, needs=NEEDS)
def list_invitations(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Invitations, the newest first; found by names and mail addresses."""
    page = queries.invitations_page(
        call.db,
        call.edition(edition).id,
        now=call.now,
        state=query.get("state"),
        type_code=query.get("type"),
        search=query["q"],
        number=query["page"],
        size=query["page_size"],
    )
    return Page([_serialize(item) for item in page.items], page.number, page.size, page.total)


@blueprint.creates(INVITATIONS, NewInvitationSchema, InvitationSchema, needs=NEEDS)
def create_invitation(call: Call, values: dict[str, Any], edition: str) -> With:
    """Invite someone. Nothing is sent by it, and no place is taken before they accept."""
    edition_row = call.edition(edition)
    values.setdefault("language", edition_row.languages[0])
    row = services.create_invitation(
        call.db, edition_row.id, _columns(call, edition_row.id, values), actor=call.actor, now=call.now
    )
    return _invitation(call, edition_row.id, row.id)


@blueprint.acts(f"{INVITATIONS}/remind", RemindedSchema, needs=NEEDS)
def remind_invited(call: Call, edition: str) -> dict[str, Any]:
    """Mail a reminder to people who were mailed more than twelve hours ago and have not answered. Suppressed addresses
    are skipped.
    """
    edition_id = call.edition(edition).id
    return {"reminded": len(services.remind_invited(call.db, edition_id, actor=call.actor, now=call.now))}


@blueprint.reads(INVITATION, InvitationSchema, needs=NEEDS)
def read_invitation(call: Call, edition: str, invitation_id: int) -> With:
    """One invitation."""
    return _invitation(call, call.edition(edition).id, invitation_id)


@blueprint.changes(INVITATION, NewInvitationSchema, InvitationSchema, needs=NEEDS)
def change_invitation(call: Call, changes: dict[str, Any], version: int, edition: str, invitation_id: int) -> With:
    """Change an unanswered invitation. Its link remains valid."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    services.update_invitation(call.db, edition_id, invitation_id, _columns(call, edition_id, changes), **by)
    return _invitation(call, edition_id, invitation_id)


@blueprint.reads(f"{INVITATION}/link", InvitationLinkSchema, needs=NEEDS)
def read_invitation_link(call: Call, edition: str, invitation_id: int) -> dict[str, Any]:
    """A newly signed link, and a message with it. Anyone with the link can answer."""
    edition_row = call.edition(edition)
    row = queries.get_invitation(call.db, edition_row.id, invitation_id, now=call.now).row
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    own = own_wordings(call.db, {(edition_row.id, letters.TEMPLATE)})
    url = links.address(letters.link_of(row, edition_row), config.base_url, now=call.now)
    return {"url": url, "message": letters.message(call.db, row, edition_row, url, own, base_url=config.base_url)}


@blueprint.acts(f"{INVITATION}/send", InvitationSchema, tagged=True, needs=NEEDS)
def send_invitation(call: Call, version: int, edition: str, invitation_id: int) -> With:
    """Write to its address, with its link. Also once more."""
    edition_id = call.edition(edition).id
    services.send_invitation(call.db, edition_id, invitation_id, version=version, actor=call.actor, now=call.now)
    return _invitation(call, edition_id, invitation_id)


@blueprint.acts(f"{INVITATION}/note-sent", InvitationSchema, tagged=True, needs=NEEDS)
def note_invitation_sent(call: Call, version: int, edition: str, invitation_id: int) -> With:
    """Say that its link was handed over some other way."""
    edition_id = call.edition(edition).id
    services.note_invitation_sent(call.db, edition_id, invitation_id, version=version, actor=call.actor, now=call.now)
    return _invitation(call, edition_id, invitation_id)


@blueprint.acts(f"{INVITATION}/revoke", InvitationSchema, tagged=True, needs=NEEDS)
def revoke_invitation(call: Call, version: int, edition: str, invitation_id: int) -> With:
    """Take it back before it is answered."""
    edition_id = call.edition(edition).id
    services.revoke_invitation(call.db, edition_id, invitation_id, version=version, actor=call.actor, now=call.now)
    return _invitation(call, edition_id, invitation_id)


@blueprint.acts(f"{INVITATION}/reinstate", InvitationSchema, tagged=True, needs=NEEDS)
def reinstate_invitation(call: Call, version: int, edition: str, invitation_id: int) -> With:
    """Undo that it was revoked: its link is good again."""
    edition_id = call.edition(edition).id
    services.restore_invitation(call.db, edition_id, invitation_id, version=version, actor=call.actor, now=call.now)
    return _invitation(call, edition_id, invitation_id)


def _columns(call: Call, edition_id: int, values: dict[str, Any]) -> dict[str, Any]:
    columns = dict(values)
    if "type" in columns:
        columns["type_id"] = get_type(call.db, edition_id, columns.pop("type")).id
    return columns


def _invitation(call: Call, edition_id: int, invitation_id: int) -> With:
    return _serialize(queries.get_invitation(call.db, edition_id, invitation_id, now=call.now))


def _serialize(line: InvitationLine) -> With:
    return With(line.row, type=line.row.type.code, state=line.state)
