"""The page of a removed record: who removed it, the undo, and the values typed into a form for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, render_template, request

from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.editing.removals import find_removed
from forumapp.web.frame import refusal_page
from forumapp.web.organizer.history.log_words import field_words
from forumapp.web.organizer.kit.guard import access, blueprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

# Fields that a form carries besides user input.
CARRIED = ("csrf_token", "version", "seen", "form_key")

# Names of rows in addresses, if not the last word of the table name.
CALLED = {"role_assignment": "role", "interpretation_channel": "channel"}


@blueprint.errorhandler(NotFound)
def gone_page(refusal: NotFound) -> ResponseReturnValue:
    """Render the page for those who may restore the record. Others get NotFound."""
    entity = str(refusal.details.get("entity", ""))
    key = key_of(entity, request.view_args or {})
    removal = find_removed(reading(), access(), entity, key) if "access" in g and entity and key is not None else None
    if removal is None:
        return refusal_page(refusal)
    typed = [(name, text) for name, text in request.form.items(multi=True) if text.strip() and name not in CARRIED]
    shown = [(typed_words(entity, name), text) for name, text in typed if "password" not in name]
    return render_template("organizer/gone.html", removal=removal, typed=shown), refusal.status


def key_of(entity: str, named: Mapping[str, Any]) -> int | str | None:
    """Return the id that an address gives for a row of this table; None if the address has none."""
    word = CALLED.get(entity) or entity.rpartition("_")[2]
    key: int | str | None = next((named[name] for name in (f"{word}_id", word, "code") if name in named), None)
    return key


def typed_words(entity: str, name: str) -> str:
    """For title.en: Title (en)."""
    field, _dot, part = name.partition(".")
    words = field_words(entity, field)
    return f"{words} ({part})" if part else words
