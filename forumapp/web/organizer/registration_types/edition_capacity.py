"""The capacity of a whole edition across all registration types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from forumapp.web.forms.fields import Number
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.lists.queries import EditionTotal

SECTION = "types"
FIELDS = (
    Number(
        name="quota",
        label=_l("Places of the whole forum"),
        help=_l("Leave it empty if each type's own places are limit enough. More places go to the waitlists."),
    ),
)


@blueprint.route("/<edition>/registrations/places", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def edition_places() -> ResponseReturnValue:
    if request.method == "GET":
        total = current()
        return places_page(total, Form.of(FIELDS, total))
    form = Form.sent(FIELDS, request.form)

    def change(db: DbSession) -> None:
        quota, version = form.values["quota"], form.based_on
        set_edition_places(db, edition().id, quota, version=version, actor=actor(), now=clock.now())

    if not saved(form, change, current):
        return places_page(current(), form), form.status
    flash(_("The places have been saved."), "ok")
    return redirect(url_for("organizer.registration_types"))


def current() -> EditionTotal:
    return queries.edition_places(reading(), edition().id)


def places_page(total: EditionTotal, form: Form) -> str:
    return render_template(
        "organizer/registration/places.html",
        section=SECTION,
        form=form,
        total=total,
        history=past("edition_places", total.id) if total.id else [],
    )
