"""Labels for the columns of a registration table, in the column chooser and in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.core.values.text import pick
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from forumapp.domain.registration.forms.questions import Question

HEADINGS: dict[str, Any] = {
    "type": _l("Registration type"),
    "status": _l("Status"),
    "registered_at": _l("Registered on"),
    "language": _l("Language"),
    "delegation": _l("Delegation"),
    "latin_family": _l("Family name"),
    "latin_given": _l("Given name"),
    "name_order": _l("Order of the Latin name"),
    "native": _l("Name in its own script"),
    "native_family": _l("Family name in its own script"),
    "native_given": _l("Given name in its own script"),
    "native_language": _l("Language of the name in its own script"),
    "form_of_address.en": _l("Form of address (English)"),
    "form_of_address.zh-Hans": _l("Form of address (Chinese)"),
    "title.en": _l("Title (English)"),
    "title.zh-Hans": _l("Title (Chinese)"),
    "organization.en": _l("Organization (English)"),
    "organization.zh-Hans": _l("Organization (Chinese)"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "wechat": _l("WeChat"),
    "short_code": _l("Code"),
    "vip": _l("VIP"),
    "desk_note": _l("Note for the desk"),
    "source": _l("Source"),
    "queue_number": _l("Place in the queue"),
    "printed_at": _l("Badge printed on"),
    "outlet.en": _l("Media outlet (English)"),
    "outlet.zh-Hans": _l("Media outlet (Chinese)"),
    "media_role": _l("Media role"),
    "id_seen_at": _l("ID seen on"),
}


def column_words(name: str, question: Question | None = None) -> str:
    """An edition's own question by its words, everything else by ours."""
    words = pick(question.label, language()) if question else HEADINGS.get(name)
    return str(words or name)
