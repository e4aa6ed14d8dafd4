"""Formal invitations and certificates: what they say and who signs them, issuing and revoking them, and their paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.findings import PaperFindingSchema
from forumapp.api.v1.printing.jobs import InSpiteSchema
from forumapp.api.v1.shapes import KeptSchema, NameSchema, Slug, With
from forumapp.core.errors import NotFound
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.letters import forms, issued_letters, wording
from forumapp.domain.printing.letters import services as letters_services
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.previews import letter_previews
from forumapp.schemas.choices import LetterKind
from forumapp.schemas.fields import (
    NAME,
    Bilingual,
    Choice,
    Day,
    Flag,
    Id,
    Instant,
    ListOf,
    Part,
    Shape,
    Text,
    WholeNumber,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.values.paging import Page
    from forumapp.domain.printing.letter_models import LetterForm
    from forumapp.domain.printing.letters.issued_letters import LetterLine

SEE, DECIDE = Permission.PRINT, Permission.DECIDE_REGISTRATIONS
LETTERS = "/editions/<slug:edition>/letters"
LETTER = f"{LETTERS}/<id:letter_id>"
FORM = "/editions/<slug:edition>/letter-forms/<slug:letter_kind>"

blueprint = ApiBlueprint(
    "Formal letters",
    __name__,
    description="Invitations and certificates with a serial, kept as they were issued.",
)


class LetterQuery(SearchQuery):
    kind = Choice(LetterKind)
    state = Word(("issued", "revoked"))


class LetterSchema(KeptSchema):
    kind = Choice(LetterKind, required=True)
    serial = ma.fields.String(required=True, metadata={"description": "Never given again, whatever becomes of it."})
    registration_id = Id(allow_none=True)
    invitation_id = Id(allow_none=True, metadata={"description": "Of someone who was invited, and had not registered."})
    name = Part(NameSchema)
    languages = ma.fields.List(ma.fields.String())
    issued_at = Instant(required=True)
    issued_by = Id(allow_none=True, metadata={"description": "An account; null is the console."})
    revoked_at = Instant(allow_none=True)
    reason = ma.fields.String(allow_none=True, metadata={"description": "Why it was revoked."})
    replaces_id = Id(allow_none=True, metadata={"description": "The revoked letter that it replaces."})
    sha256 = ma.fields.String(metadata={"description": "Of all that it says."})
    altered = ma.fields.Boolean(
        metadata={"description": "What is kept of it is not what was issued: nothing is printed of it."}
    )
    pdf_sha256 = ma.fields.String(allow_none=True, metadata={"description": "Of its paper as it was first printed."})


class NewLettersSchema(InSpiteSchema):
    """The recipients: everyone eligible who has none, or those of them that this selects."""

    kind = Choice(LetterKind, required=True)
    invited = Flag(metadata={"description": "Invitations to those who were invited and have not answered."})
    type = Slug(metadata={"description": "A registration type's code."})
    delegation = Slug(metadata={"description": "A delegation's code; its parts get them too."})
    registration_id = Id()
    invitation_id = Id()
    languages = ListOf(Word(LANGUAGES), most=len(LANGUAGES), metadata={"description": "The first leads."})


class FoundSchema(Shape):
    findings = ma.fields.List(
        Part(PaperFindingSchema),
        required=True,
        metadata={
            "description": "What was found of them, and did not stop it: they can be revoked before they are sent."
        },
    )


class IssuedSchema(FoundSchema):
    count = WholeNumber(required=True)
    first = ma.fields.String(required=True, metadata={"description": "The first of their serials."})
    last = ma.fields.String(required=True)
    ids = ma.fields.List(Id(), required=True, metadata={"description": "By their serials."})


class RevocationSchema(Shape):
    reason = Text(longest=letters_services.LONGEST_REASON, load_default="", metadata={"description": "Required."})


class ReissueSchema(RevocationSchema, InSpiteSchema):
    pass


class ReissuedSchema(LetterSchema, FoundSchema):
    pass


class LetterFormSchema(Shape):
    prefix = Text(longest=wording.LONGEST_PREFIX, metadata={"description": "Of serials; empty is made of the forum's."})
    text = Bilingual(longest=forms.LONGEST_TEXT, metadata={"description": "With placeholders, such as {name}."})
    dress = Bilingual(metadata={"description": "Of invitations."})
    answer_by = Day(allow_none=True, metadata={"description": "Of invitations."})
    signatory_latin = Text(longest=NAME)
    signatory_native = Text(longest=NAME)
    office = Bilingual()
    has_seal = Flag()


class LetterFormToldSchema(LetterFormSchema):
    kind = Choice(LetterKind, required=True)
    version = WholeNumber(required=True, metadata={"description": "0 while nobody has set anything."})
    placeholders = ma.fields.List(ma.fields.String())


@blueprint.reads(FORM, LetterFormToldSchema, needs=Permission.EDIT_EDITION)
def read_letter_form(call: Call, edition: str, letter_kind: str) -> With:
    """What letters of a kind say, and who signs them."""
    kind = _kind(letter_kind)
    return _form(forms.get_letter_form(call.db, call.edition(edition).id, kind))


@blueprint.changes(FORM, LetterFormSchema, LetterFormToldSchema, needs=Permission.EDIT_EDITION)
def change_letter_form(call: Call, changes: dict[str, Any], version: int, edition: str, letter_kind: str) -> With:
    """Change it for letters that are issued from now on."""
    edition_id, kind = call.edition(edition).id, _kind(letter_kind)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _form(forms.set_letter_form(call.db, edition_id, kind, changes, **by))


@blueprint.lists(LETTERS, LetterSchema, query=LetterQuery, needs=SEE)
def list_letters(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Letters that were issued, the newest first; found by names and serials."""
    edition_row = call.edition(edition)
    page = issued_letters.letters_page(
        call.db,
        edition_row,
        kind=query.get("kind"),
        revoked=query["state"] == "revoked" if "state" in query else None,
        search=query["q"],
        within=call.within(edition_row.id),
        number=query["page"],
        size=query["page_size"],
    )
    return page.of([_serialize(line) for line in page.items])


@blueprint.creates(LETTERS, NewLettersSchema, IssuedSchema, located_by=None, needs=DECIDE)
def issue_letters(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Give everyone who is chosen, and holds none, a letter with the next serial. All or nobody.

    Where something is to be mended first, nothing is issued, and the refusal `findings` tells it with its `mark`.
    """
    to = Selection(
        values["kind"],
        values.get("invited", False),
        values.get("type"),
        values.get("delegation"),
        values.get("registration_id"),
        values.get("invitation_id"),
    )
    how: dict[str, Any] = {"languages": values.get("languages") or (), **in_spite(values)}
    issued = letters_services.issue_letters(call.db, call.edition(edition), to, **how, actor=call.actor, now=call.now)
    rows = issued.letters
    serials = {"first": rows[0].serial, "last": rows[-1].serial}
    return {"count": len(rows), **serials, "ids": [row.id for row in rows], "findings": _serialize_findings(issued)}


@blueprint.reads(LETTER, LetterSchema, needs=SEE)
def read_letter(call: Call, edition: str, letter_id: int) -> With:
    """One letter, also if it is revoked."""
    edition_row = call.edition(edition)
    return _serialize(issued_letters.get_letter(call.db, edition_row, letter_id, within=call.within(edition_row.id)))


@blueprint.downloads(f"{LETTER}/pdf", "application/pdf", needs=SEE)
def download_letter(call: Call, edition: str, letter_id: int) -> tuple[bytes, str]:
    """Its paper, as it was issued; one that is revoked says so across the page, and by the file's name."""
    edition_row = call.edition(edition)
    line = issued_letters.get_letter(call.db, edition_row, letter_id, within=call.within(edition_row.id))
    config: Config = current_app.extensions["forumapp.config"]
    how: dict[str, Any] = {"workshop": current_app.extensions["forumapp.workshop"], "folder": config.data_dir / "fonts"}
    pdf = letter_previews.letter_pdf(call.db, edition_row, letter_id, **how)
    return pdf, issued_letters.file_name(line.row)


@blueprint.acts(f"{LETTER}/revoke", LetterSchema, tagged=True, body=RevocationSchema, needs=DECIDE)
def revoke_letter(call: Call, values: dict[str, Any], version: int, edition: str, letter_id: int) -> With:
    """It counts no more, for a reason that is kept with it. It stays on record."""
    edition_row = call.edition(edition)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    letters_services.revoke_letter(call.db, edition_row.id, letter_id, values["reason"], **by)
    return _serialize(issued_letters.get_letter(call.db, edition_row, letter_id))


@blueprint.acts(f"{LETTER}/reissue", ReissuedSchema, tagged=True, body=ReissueSchema, needs=DECIDE)
def reissue_letter(call: Call, values: dict[str, Any], version: int, edition: str, letter_id: int) -> With:
    """Revoke it and issue another to the same person with the next serial; returns the new one. Findings stop it as
    they stop issuing.
    """
    edition_row = call.edition(edition)
    by: dict[str, Any] = {**in_spite(values), "version": version, "actor": call.actor, "now": call.now}
    issued = letters_services.reissue_letter(call.db, edition_row, letter_id, values["reason"], **by)
    (made,) = issued.letters
    return _serialize(issued_letters.get_letter(call.db, edition_row, made.id), findings=_serialize_findings(issued))


def in_spite(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in InSpiteSchema().fields}


def _kind(word: str) -> LetterKind:
    if word not in set(LetterKind):
        raise NotFound(entity="letter_form", named=word)
    return LetterKind(word)


def _form(row: LetterForm) -> With:
    return With(row, text=forms.texts_of(row), placeholders=list(wording.PLACEHOLDERS[row.kind.value]))


def _serialize(line: LetterLine, **more: Any) -> With:
    name = line.said.said.name
    return With(line.row, name=name, altered=line.altered, languages=list(line.said.content.languages), **more)


def _serialize_findings(issued: letters_services.Issued) -> list[dict[str, Any]]:
    return [finding.told for finding in issued.findings]
