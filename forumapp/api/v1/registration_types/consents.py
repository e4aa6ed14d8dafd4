"""The consents that an edition asks registrants for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.consent_queries import consent_words, get_consent_words
from forumapp.domain.registration.lifecycle.consent import set_consent_words
from forumapp.schemas.choices import Purpose
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Flag, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.registration.consent_texts import ConsentWords

TEXTS = "/editions/<slug:edition>/consent-texts"
TEXT = f"{TEXTS}/<slug:purpose>"

blueprint = ApiBlueprint("Consents", __name__, description="What registrants agree to, and in which words.")


class ConsentWordsSchema(Shape):
    text = Bilingual(longest=PARAGRAPHS, needed=True)
    is_asked = Flag(metadata={"description": "Whether forms ask for it; the privacy notice is always asked for."})


class ConsentTextSchema(ConsentWordsSchema):
    purpose = Choice(Purpose, required=True)
    number = WholeNumber(required=True, metadata={"description": "Of the words; 0 are those of the product."})
    version = WholeNumber(required=True, metadata={"description": "0 until it is first set."})


@blueprint.lists(TEXTS, ConsentTextSchema, needs=Permission.SEE_EDITION)
def list_consent_texts(call: Call, query: dict[str, Any], edition: str) -> Page[ConsentWords]:
    """All purposes, asked for or not."""
    return page_from(consent_words(call.db, call.edition(edition).id), query)


@blueprint.reads(TEXT, ConsentTextSchema, needs=Permission.SEE_EDITION)
def read_consent_text(call: Call, edition: str, purpose: str) -> ConsentWords:
    """One purpose."""
    return get_consent_words(call.db, call.edition(edition).id, purpose)


@blueprint.changes(TEXT, ConsentWordsSchema, ConsentTextSchema, needs=Permission.EDIT_EDITION)
def change_consent_text(call: Call, changes: dict[str, Any], version: int, edition: str, purpose: str) -> ConsentWords:
    """Change whether it is asked for, or its wording. Earlier consents keep their wording."""
    edition_id = call.edition(edition).id
    words = get_consent_words(call.db, edition_id, purpose)
    text, is_asked = changes.get("text", words.text), changes.get("is_asked", words.is_asked)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return set_consent_words(call.db, edition_id, words.purpose, text, is_asked=is_asked, **by)
