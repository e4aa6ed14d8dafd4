"""For people without mail: a message with their link, and QR codes as pictures for chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import REGISTRATION
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters.sharing import message_for
from forumapp.domain.printing.pdf.qr import png
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.lists.queries import find_live_code, get_registration
from forumapp.domain.registration.rules import ADMITTED
from forumapp.schemas.fields import PARAGRAPHS, Shape, Text

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.emails import Letter
    from forumapp.domain.registration.models import Registration

EDIT = Permission.EDIT_REGISTRATIONS  # the link lets its bearer do the same

blueprint = ApiBlueprint("Sharing", __name__, description="For people without mail: a message to copy, and QR codes.")


class SharedSchema(Shape):
    link = Text(required=True)
    message = Text(  # long names and places stand in it once in each language
        required=True, longest=PARAGRAPHS, metadata={"description": "In the languages of the forum, theirs first."}
    )


@blueprint.reads(f"{REGISTRATION}/message", SharedSchema, needs=EDIT)
def read_message(call: Call, edition: str, registration_id: int) -> dict[str, str]:
    """A message to copy into WeChat or any other way, with the registrant's own link."""
    about = _about(call, _row(call, edition, registration_id))
    link = _link(call, about)
    base_url = _config().base_url
    return {"link": link, "message": message_for(call.db, call.edition(edition), about, link, base_url=base_url)}


@blueprint.downloads(f"{REGISTRATION}/link.png", "image/png", needs=EDIT)
def download_link_picture(call: Call, edition: str, registration_id: int) -> tuple[bytes, str]:
    """The QR code of the registrant's own link. It holds nothing else about them."""
    return png(_link(call, _about(call, _row(call, edition, registration_id)))), "link.png"


@blueprint.downloads(f"{REGISTRATION}/ticket.png", "image/png", needs=EDIT)
def download_ticket_picture(call: Call, edition: str, registration_id: int) -> tuple[bytes, str]:
    """The QR code of the ticket, of someone who is let in."""
    row = _row(call, edition, registration_id)
    code = find_live_code(call.db, row.id) if row.status in ADMITTED else None
    if code is None:
        raise NotFound(entity="ticket_code")
    return png(code), "ticket.png"


def _row(call: Call, edition: str, registration_id: int) -> Registration:
    edition_id = call.edition(edition).id
    return get_registration(call.db, edition_id, registration_id, within=call.access(edition_id).within(EDIT))


def _about(call: Call, row: Registration) -> Letter:
    return letters_about(call.db, [row.id])[row.id]


def _link(call: Call, about: Letter) -> str:
    links: Links = current_app.extensions["forumapp.links"]
    return links.address({"page": "r", **about.values["link"]}, _config().base_url, now=call.now)


def _config() -> Config:
    config: Config = current_app.extensions["forumapp.config"]
    return config
