"""What an edition's mails say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import RemovalSchema, page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import queries, texts
from forumapp.domain.letters.rules import LONGEST_SUBJECT, LONGEST_TEXT
from forumapp.schemas.choices import MailKind, Placeholder
from forumapp.schemas.fields import Bilingual, Choice, Flag, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.letters.queries import MailWords

TEXTS = "/editions/<slug:edition>/mail-texts"
TEXT = f"{TEXTS}/<slug:kind>"

blueprint = ApiBlueprint("Mail texts", __name__, description="How an edition words the mails it sends.")


class NewMailTextSchema(Shape):
    subject = Bilingual(longest=LONGEST_SUBJECT)
    text = Bilingual(
        longest=LONGEST_TEXT,
        metadata={"description": "With placeholders as in {name}, those of `placeholders` alone."},
    )


class MailTextSchema(NewMailTextSchema):
    kind = Choice(MailKind, required=True)
    placeholders = ma.fields.List(Choice(Placeholder), required=True)
    is_changed = Flag(required=True, metadata={"description": "Whether it says anything but what is usual."})
    version = WholeNumber(required=True, metadata={"description": "0 while it says what is usual."})


@blueprint.lists(TEXTS, MailTextSchema, needs=Permission.SEE_MAIL)
def list_mail_texts(call: Call, query: dict[str, Any], edition: str) -> Page[MailWords]:
    """What each kind of mail says."""
    return page_from(queries.list_mail_words(call.db, call.edition(edition).id), query)


@blueprint.reads(TEXT, MailTextSchema, needs=Permission.SEE_MAIL)
def read_mail_text(call: Call, edition: str, kind: str) -> MailWords:
    """What one kind of mail says, in each language."""
    return queries.get_mail_words(call.db, call.edition(edition).id, kind)


@blueprint.changes(TEXT, NewMailTextSchema, MailTextSchema, needs=Permission.SEND_MAIL)
def change_mail_text(call: Call, changes: dict[str, Any], version: int, edition: str, kind: str) -> MailWords:
    """Word a kind of mail. A language that is left out or empty says what is usual."""
    edition_id = call.edition(edition).id
    stands = queries.get_mail_words(call.db, edition_id, kind)
    subject, text = changes.get("subject", stands.subject), changes.get("text", stands.text)
    return texts.set_mail_text(
        call.db, edition_id, kind, subject, text, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes(TEXT, RemovalSchema, needs=Permission.SEND_MAIL)
def default_mail_text(call: Call, version: int, edition: str, kind: str) -> Removal:
    """Say what is usual again."""
    edition_id = call.edition(edition).id
    return texts.back_to_default(call.db, edition_id, kind, version=version, actor=call.actor, now=call.now)
