"""How an edition writes and signs its letters: read with the usual words in place, and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Stale, refuse_faults
from forumapp.core.values.text import LANGUAGES, NAME, is_latin
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.models import Edition, Series
from forumapp.domain.images.services import with_picture
from forumapp.domain.printing.letter_models import LetterForm, LetterKind
from forumapp.domain.printing.letters import wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

LONGEST_TEXT = 4000  # it is one page
ASKING = ("dress", "answer_by")  # which only invitations do
NOTHING: Mapping[str, Any] = {
    "prefix": "", "text": {}, "dress": {}, "answer_by": None, "signatory_latin": "", "signatory_native": "",
    "office": {}, "signature_id": None, "has_seal": False,
}  # fmt: skip


def get_letter_form(db: DbSession, edition_id: int, kind: LetterKind) -> LetterForm:
    """As it was set; one of version 0, which is kept nowhere, where nobody has set anything."""
    found = _find(db, edition_id, kind)
    return found or LetterForm(edition_id=edition_id, kind=kind, version=0, **NOTHING)


def is_signature(db: DbSession, edition_id: int, image_id: int) -> bool:
    """Whether letters of the edition are signed with the picture. It is for those who may change that."""
    here = LetterForm.edition_id == edition_id, LetterForm.signature_id == image_id
    return db.scalar(select(LetterForm.id).where(*here).limit(1)) is not None


def texts_of(form: LetterForm) -> dict[str, str]:
    """What its letters say, the usual text where it has none of its own."""
    return {one: form.text.get(one) or wording.usual_text(form.kind.value, one) for one in LANGUAGES}


def prefix_of(db: DbSession, edition: Edition, form: LetterForm) -> str:
    """What its serials begin with."""
    return form.prefix or wording.usual_prefix(
        form.kind.value, db.get_one(Series, edition.series_id).code, edition.ordinal
    )


def set_letter_form(
    db: DbSession,
    edition_id: int,
    kind: LetterKind,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> LetterForm:
    """`changes` are columns, and a Picture or None as `signature`. Texts as they usually are are not kept. Letters that
    were issued stay as they are.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    lock_name(db, f"letter-form:{edition_id}:{kind.value}")
    row = _find(db, edition_id, kind)
    values = dict(changes)
    if "text" in values:
        values["text"] = _differing(kind, values["text"])
    refuse_faults(_faults(kind, values))
    if row is None and version:
        raise Stale(entity=LetterForm.__tablename__)
    values = with_picture(db, values, "signature", actor=actor, now=now)
    if row is None:
        row = LetterForm(edition_id=edition_id, kind=kind, **{**NOTHING, **values})
        create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    else:
        change_in(db, row, values, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def _find(db: DbSession, edition_id: int, kind: LetterKind) -> LetterForm | None:
    return db.scalar(select(LetterForm).where(LetterForm.edition_id == edition_id, LetterForm.kind == kind))


def _differing(kind: LetterKind, texts: Mapping[str, str]) -> dict[str, str]:
    """Of the texts, line ends alike, those that are not the usual ones."""
    read = {language: "\n".join(text.splitlines()).strip() for language, text in texts.items()}
    return {one: text for one, text in read.items() if text and text != wording.usual_text(kind.value, one)}


def _faults(kind: LetterKind, values: Mapping[str, Any]) -> dict[str, str | None]:
    faults: dict[str, str | None] = {"prefix": wording.prefix_fault(values.get("prefix") or "")}
    for language, text in values.get("text", {}).items():
        fault = "too-long" if len(text) > LONGEST_TEXT else wording.text_fault(kind.value, text)
        faults[f"text.{language}"] = fault
    for name in ("signatory_latin", "signatory_native"):
        faults[name] = "too-long" if len(values.get(name) or "") > NAME else None
    if not is_latin(values.get("signatory_latin") or ""):
        faults["signatory_latin"] = "not-latin"
    if kind is not LetterKind.INVITATION:
        faults |= dict.fromkeys((one for one in ASKING if values.get(one)), "only-in-invitations")
    return faults
