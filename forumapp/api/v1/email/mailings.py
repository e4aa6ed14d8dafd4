"""Mails to many registrations at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import mailings, queries
from forumapp.domain.letters.previewing import preview
from forumapp.domain.letters.rules import LONGEST_SUBJECT, LONGEST_TEXT
from forumapp.domain.mail.render import Sender
from forumapp.domain.mail.wording import MAILING as MAILING_KIND
from forumapp.domain.registration.lists.queries import get_registration
from forumapp.schemas.choices import MailingStatus
from forumapp.schemas.fields import Bilingual, Choice, Id, Instant, ListOf, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.values.paging import Page
    from forumapp.domain.letters.models import Mailing
    from forumapp.domain.letters.queries import MailingLine
    from forumapp.domain.mail.render import Written

MAILINGS = "/editions/<slug:edition>/mailings"
MAILING = f"{MAILINGS}/<id:mailing_id>"
MOST = 200

blueprint = ApiBlueprint(
    "Mailings", __name__, description="One mail to all registrations that filters choose, each in their own language."
)


class NewMailingSchema(Shape):
    subject = Bilingual(longest=LONGEST_SUBJECT)
    text = Bilingual(longest=LONGEST_TEXT, metadata={"description": "With placeholders as in {name}."})
    filters = ma.fields.Dict(
        keys=Text(longest=40),
        values=ListOf(Text(longest=MOST), most=MOST),
        metadata={
            "description": "Its recipients: the filters of the list of registrations, each with its words.",
            "examples": [{"status": ["confirmed"], "type": ["guest"]}],
        },
    )


class ReaderSchema(Shape):
    registration_id = Id(
        load_default=None, allow_none=True, metadata={"description": "The registration to render it for."}
    )


class PreviewSchema(Shape):
    """A mail as one registrant would read it. The link is made when it is sent."""

    language = Text(required=True)
    subject = ma.fields.String(required=True)
    text = ma.fields.String(required=True)


class MailingSchema(NewMailingSchema):
    id = Id(required=True)
    status = Choice(MailingStatus, required=True)
    started_at = Instant(allow_none=True)
    total = WholeNumber(required=True, metadata={"description": "To how many it goes, once it is started."})
    states = ma.fields.Dict(
        keys=ma.fields.String(), values=WholeNumber(), metadata={"description": "How many mails are in which state."}
    )
    version = WholeNumber(required=True)


def shown(line: MailingLine) -> dict[str, Any]:
    row = line.row
    names = ("id", "subject", "text", "filters", "status", "started_at", "total", "version")
    return {**{name: getattr(row, name) for name in names}, "states": dict(line.states)}


@blueprint.lists(MAILINGS, MailingSchema, needs=Permission.SEE_MAIL)
def list_mailings(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Mailings, the newest first."""
    page = queries.mailings_page(call.db, call.whole_edition(edition).id, number=query["page"], size=query["page_size"])
    return page.of([shown(line) for line in page.items])


@blueprint.creates(MAILINGS, NewMailingSchema, MailingSchema, needs=Permission.SEND_MAIL)
def create_mailing(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Write a draft. Nothing is sent before it is started."""
    edition_id = call.whole_edition(edition).id
    return _read(call, mailings.create_mailing(call.db, edition_id, values, actor=call.actor, now=call.now))


@blueprint.reads(MAILING, MailingSchema, needs=Permission.SEE_MAIL)
def read_mailing(call: Call, edition: str, mailing_id: int) -> dict[str, Any]:
    """One mailing, and how far it is."""
    return shown(queries.get_mailing(call.db, call.whole_edition(edition).id, mailing_id))


@blueprint.changes(MAILING, NewMailingSchema, MailingSchema, needs=Permission.SEND_MAIL)
def change_mailing(call: Call, changes: dict[str, Any], version: int, edition: str, mailing_id: int) -> dict[str, Any]:
    """Change a draft."""
    edition_id = call.whole_edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _read(call, mailings.update_mailing(call.db, edition_id, mailing_id, changes, **by))


@blueprint.acts(f"{MAILING}/start", MailingSchema, tagged=True, needs=Permission.SEND_MAIL)
def start_mailing(call: Call, version: int, edition: str, mailing_id: int) -> dict[str, Any]:
    """Send it to everyone registered now. A stopped mailing resumes; nobody gets it twice."""
    edition_id = call.whole_edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _read(call, mailings.start_mailing(call.db, edition_id, mailing_id, **by))


@blueprint.acts(f"{MAILING}/stop", MailingSchema, tagged=True, needs=Permission.SEND_MAIL)
def stop_mailing(call: Call, version: int, edition: str, mailing_id: int) -> dict[str, Any]:
    """Stop sending it. Mail already sent is not recalled."""
    edition_id = call.whole_edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _read(call, mailings.stop_mailing(call.db, edition_id, mailing_id, **by))


@blueprint.acts(f"{MAILING}/test", MailingSchema, body=ReaderSchema, needs=Permission.SEND_MAIL)
def try_mailing(call: Call, values: dict[str, Any], edition: str, mailing_id: int) -> dict[str, Any]:
    """Send it in each of its languages to the token's account, as a registrant or a guest would read it."""
    edition_id = call.whole_edition(edition).id
    who: dict[str, Any] = {"registration_id": values["registration_id"], "actor": call.actor, "now": call.now}
    mailings.try_mailing(call.db, edition_id, mailing_id, **who)
    return shown(queries.get_mailing(call.db, edition_id, mailing_id))


@blueprint.reads(f"{MAILING}/previews/<id:registration_id>", PreviewSchema, needs=Permission.SEND_MAIL)
def preview_mailing(call: Call, edition: str, mailing_id: int, registration_id: int) -> Written:
    """What one registrant would read, in their language."""
    edition_row = call.whole_edition(edition)
    row = queries.get_mailing(call.db, edition_row.id, mailing_id).row
    reader = get_registration(call.db, edition_row.id, registration_id)
    config: Config = current_app.extensions["forumapp.config"]
    written, _paragraphs = preview(
        call.db,
        edition_row,
        MAILING_KIND,
        {"subject": row.subject, "text": row.text},
        registration_id=reader.id,
        language=reader.language,
        sender=Sender(config.mail_from, config.base_url),
    )
    return written


def _read(call: Call, row: Mailing) -> dict[str, Any]:
    return shown(queries.get_mailing(call.db, row.edition_id, row.id))
