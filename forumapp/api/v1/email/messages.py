"""The mails to one registration, and whether its address takes any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import addresses
from forumapp.domain.mail.outbox import list_messages_about
from forumapp.domain.registration.lists.queries import get_registration
from forumapp.schemas.choices import MessageState, Suppressed
from forumapp.schemas.fields import Choice, Flag, Id, Instant, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.letters.addresses import AddressState
    from forumapp.domain.mail.models import Message

REGISTRATION = "/editions/<slug:edition>/registrations/<id:registration_id>"

blueprint = ApiBlueprint("Messages", __name__, description="What was mailed to a registrant, and what became of it.")


class MessageSchema(Shape):
    id = Id(required=True)
    template = Text(required=True, metadata={"description": "What kind of mail it is."})
    state = Choice(MessageState, required=True)
    attempts = WholeNumber(required=True)
    created_at = Instant()
    sent_at = Instant(allow_none=True)
    fault = Text(allow_none=True, metadata={"description": "The mail server's answer to the last attempt."})


class AddressSchema(Shape):
    takes_mail = Flag(required=True)
    why = Choice(Suppressed, allow_none=True, metadata={"description": "Why nothing is sent to it."})
    since = Instant(allow_none=True)


class WhySchema(Shape):
    reason = Text(load_default="", metadata={"description": "Why, for the log."})


@blueprint.lists(f"{REGISTRATION}/messages", MessageSchema, needs=Permission.SEE_MAIL)
def list_registration_messages(call: Call, query: dict[str, Any], edition: str, registration_id: int) -> Page[Message]:
    """Every mail to a registrant, the first one first."""
    edition_id = call.whole_edition(edition).id
    get_registration(call.db, edition_id, registration_id)
    return page_from(list_messages_about(call.db, "registration", registration_id), query)


@blueprint.acts(f"{REGISTRATION}/messages/<id:message_id>/resend", MessageSchema, needs=Permission.SEND_MAIL)
def resend_registration_message(call: Call, edition: str, registration_id: int, message_id: int) -> Message:
    """Send a mail again, to the address of now and with what is true now; answers the mail that leaves. Refused where
    it would no longer be true, and where nothing is sent to the address.
    """
    edition_id = call.whole_edition(edition).id
    get_registration(call.db, edition_id, registration_id)
    if message_id not in {message.id for message in list_messages_about(call.db, "registration", registration_id)}:
        raise NotFound(entity="message")
    return addresses.send_once_more(call.db, edition_id, message_id, actor=call.actor, now=call.now)


@blueprint.acts(f"{REGISTRATION}/address/stop", AddressSchema, body=WhySchema, needs=Permission.SEND_MAIL)
def stop_registration_address(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> AddressState:
    """Suppress the registrant's address in every edition, after a bounce."""
    edition_id = call.whole_edition(edition).id
    return addresses.stop_address(call.db, edition_id, registration_id, **values, actor=call.actor, now=call.now)


@blueprint.acts(f"{REGISTRATION}/address/clear", AddressSchema, body=WhySchema, needs=Permission.SEND_MAIL)
def clear_registration_address(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> AddressState:
    """Allow mail to the address again."""
    edition_id = call.whole_edition(edition).id
    return addresses.clear_address(call.db, edition_id, registration_id, **values, actor=call.actor, now=call.now)
