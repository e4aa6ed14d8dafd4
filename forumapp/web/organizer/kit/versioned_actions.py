"""Buttons that act on a version of a record. If someone else changed it first, a page compares both and asks again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.access import tells_contacts
from forumapp.domain.log.standing import line_between, seen_of, standing
from forumapp.domain.people.records.services import CONTACTS
from forumapp.web.forms.forms import read_seen
from forumapp.web.organizer.history.log import entry_of
from forumapp.web.organizer.kit.guard import may, needs_of, within
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from forumapp.core.errors import Stale
    from forumapp.web.organizer.history.log import Entry

# By table: fields that not everyone who acts on a record may see, and whether the caller may.
GUARDED: Mapping[str, tuple[Collection[str], Callable[[Any], bool]]] = {
    "registration": (("answers",), lambda row: may("see-answers", row)),
    "person": (CONTACTS, lambda row: tells_contacts(reading(), row.id, actor=actor())),
}
SENT_ANEW = ("csrf_token", "version", "seen")


def based_on(row: Any, **seen: Any) -> dict[str, Any]:
    """For templates: return what a button sends about its row; `seen` is for things without a row."""
    values = seen or allowed(row, seen_of(row))
    return {"version": row.version, "seen": json.dumps(values, ensure_ascii=False)}


def allowed(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    guarded, is_open = GUARDED.get(row.__tablename__, ((), bool))
    closed = guarded if guarded and not is_open(row) else ()
    return {field: value for field, value in values.items() if field not in closed}


def compared(row: Any, seen: str | None, stands: Mapping[str, Any]) -> Entry:
    """Describe how a record differs between what was `seen` and what `stands`."""
    line = line_between(row, read_seen(seen), stands, now=clock.now())
    asked = needs_of(current_app, request.endpoint)
    return entry_of(line, within=within(asked.to_change) if asked else frozenset())


def ask_again(
    refusal: Stale,
    do: str,
    back: str,
    stands: Mapping[str, Any] | None = None,
    *,
    sent: MultiDict[str, str] | None = None,
) -> ResponseReturnValue:
    """Render the page that asks again.

    `do` is the label of its button, `back` the way out, `stands` the values without a column, and `sent` a form that
    keeps its files by key.
    """
    if "entity" not in refusal.details:
        raise refusal  # for things that are not a single row
    entity, row_id = refusal.details["entity"], refusal.details["row_id"]
    row = standing(reading(), entity, row_id)
    now = allowed(row, seen_of(row)) if stands is None else json.loads(json.dumps(stands))
    page = render_template(
        "organizer/again.html",
        section="",
        record=compared(row, request.form.get("seen"), now),
        fields=[
            *((name, value) for name, value in (sent or request.form).items(multi=True) if name not in SENT_ANEW),
            ("version", row.version),
            ("seen", json.dumps(now, ensure_ascii=False)),
        ],
        do=do,
        back=back,
        removes=request.path.endswith("/remove"),
    )
    return page, refusal.status
