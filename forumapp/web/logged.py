"""The log of a record in words: which field was changed, from what to what."""

from __future__ import annotations

import json
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import (
    EditionStatus,
    Interpretation,
    NameOrder,
    OrganizationKind,
    Press,
    RegistrationStatus,
    SessionItemKind,
    SessionKind,
    SessionStatus,
)
from forumapp.web.labels import LABELS
from forumapp.web.language import OWN_NAMES

if TYPE_CHECKING:
    from flask import Flask

LONGEST = 120
FIELDS: dict[str, Any] = {
    "status": _l("Status"),
    "name": _l("Name"),
    "title": _l("Session title"),
    "theme": _l("Theme"),
    "place": _l("Place"),
    "kind": _l("Kind"),
    "zone": _l("Time zone"),
    "languages": _l("Languages"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "ordinal": _l("Ordinal"),
    "year": _l("Year"),
    "page_size": _l("Page size of papers"),
    "accent_color": _l("Accent color"),
    "latin_family": _l("Family name"),
    "latin_given": _l("Given name"),
    "native_full": _l("Name in its own script"),
    "name_order": _l("Order of the Latin name"),
    "call_name": _l("Called"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "biography": _l("Biography"),
    "form_of_address": _l("Form of address"),
    "legal": _l("Legal name"),
    "short": _l("Short name"),
    "abbreviation": _l("Abbreviation"),
    "description": _l("Description"),
    "abstract": _l("Abstract"),
    "interpretation": _l("Interpretation"),
    "purge_on": _l("Deleted on"),
    "responsible_id": _l("Looked after by"),
}
# Values that are words of an enumeration, by the field that holds them; records share names of fields.
_KINDS = {
    "status": (RegistrationStatus, EditionStatus, SessionStatus),
    "kind": (OrganizationKind, SessionKind, SessionItemKind),
    "name_order": (NameOrder,),
    "press": (Press,),
    "interpretation": (Interpretation,),
}


def set_up(app: Flask) -> None:
    app.jinja_env.filters.update(logged=logged, logged_field=logged_field)


def logged_field(name: str) -> str:
    return str(FIELDS.get(name, name))


def logged(value: object, field: str = "") -> str:
    """A value of the log as readers call it, short enough for a line."""
    if value is None or value in ("", [], {}):
        return "—"
    for kind in _KINDS.get(field, ()):
        if value in LABELS[kind]:
            return str(LABELS[kind][str(value)])
    if isinstance(value, dict) and value.keys() <= OWN_NAMES.keys():
        words = " · ".join(f"{OWN_NAMES[language]}: {text}" for language, text in value.items())
    else:
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shorten(words, LONGEST, placeholder=" …")
