"""Who signs the sample's invitations and certificates, so that some can be issued at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.forms import set_letter_form

if TYPE_CHECKING:
    from forumapp.cli.demo.load import Loaded

SIGNED: dict[str, Any] = {
    "signatory_latin": "LIN Wei",
    "signatory_native": "林伟",
    "office": {
        "en": "Secretary General of the Organizing Committee (sample)",
        "zh-Hans": "组委会秘书长（示例）",
    },
    "has_seal": True,
}
ASKING = {"dress": {"en": "Business attire", "zh-Hans": "商务正装"}, "answer_by": date(2023, 5, 8)}


def add_signatory(into: Loaded) -> None:
    for kind, more in ((LetterKind.CERTIFICATE, {}), (LetterKind.INVITATION, ASKING)):
        set_letter_form(into.db, into.edition.id, kind, {**SIGNED, **more}, version=0, **into.by)
