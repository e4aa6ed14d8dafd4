"""The columns of the list of registrations, as each account keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists import columns
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.filters import place_in_list

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

HEADINGS: dict[str, Any] = {
    "title": _l("Title and organization"),
    "type": _l("Type"),
    "status": _l("Status"),
    "code": _l("Code"),
    "delegation": _l("Delegation"),
    "registered_at": _l("Registered on"),
    "source": _l("Source"),
    "language": _l("Language"),
    "media": _l("Media accreditation"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
}


@blueprint.app_template_filter("list_heading")
def list_heading(column: str) -> str:
    return str(HEADINGS[column])


@blueprint.get("/<edition>/registrations/columns")
@needs(Permission.SEE_REGISTRATIONS)
def list_columns() -> str:
    shown = columns.columns_for(reading(), edition().id, actor().account_id)
    in_order = [*shown, *(column for column in columns.OFFERED if column not in shown)]
    return render_template(
        "organizer/registration/columns.html",
        section="registration",
        offered=[(each, HEADINGS[each], each in shown, place) for place, each in enumerate(in_order, start=1)],
        **place_in_list(),
    )


@blueprint.post("/<edition>/registrations/columns")
@needs(Permission.SEE_REGISTRATIONS)
def keep_list_columns() -> ResponseReturnValue:
    """Sort by the numbers next to the columns; equal numbers keep their order."""
    ticked = [value for value in request.form.getlist("column") if value in columns.OFFERED]
    wanted = sorted(dict.fromkeys(ticked), key=lambda column: request.form.get(f"place.{column}", 0, whole_number))
    with transaction() as db:
        columns.keep_columns(db, edition().id, wanted, actor=actor(), now=clock.now())
    return redirect(url_for("organizer.registrations", **place_in_list()["kept"]))
