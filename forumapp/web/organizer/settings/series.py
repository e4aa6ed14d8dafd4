"""Series: what the editions of one forum share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.access import require_creator
from forumapp.domain.forums import queries
from forumapp.domain.forums.editions import services
from forumapp.web.forms.fields import Field, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.guard import blueprint
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Series

NAME = Texts(name="name", label=_l("Name"), help=_l("What all its editions have in common."), required=True)
CODE = Field(
    name="code",
    label=_l("Short code"),
    help=_l("Short, as in ccbf. It stands in the addresses of its editions and cannot be changed later."),
    required=True,
    longest=40,
)


@blueprint.route("/series/new", methods=["GET", "POST"])
def new_series() -> ResponseReturnValue:
    require_creator(reading(), actor=actor())
    if request.method == "GET":
        return series_page(Form.empty((NAME, CODE)), None)
    form = Form.sent((NAME, CODE), request.form)

    def create(db: DbSession) -> None:
        services.create_series(db, **form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return series_page(form, None), 422
    flash(_("The series has been created. Now begin its first edition."), "ok")
    return redirect(url_for("organizer.new_edition", series=form.values["code"]))


@blueprint.route("/series/<code>", methods=["GET", "POST"])
def one_series(code: str) -> ResponseReturnValue:
    require_creator(reading(), actor=actor())
    row = queries.get_series(reading(), code)
    if request.method == "GET":
        return series_page(Form.of((NAME,), row), row)
    form = Form.sent((NAME,), request.form, row)

    def change(db: DbSession) -> None:
        version = form.based_on
        services.update_series(db, code, form.values, version=version, actor=actor(), now=clock.now())

    def current() -> Series:
        return queries.get_series(reading(), code)

    if not saved(form, change, current):
        return series_page(form, current()), form.status
    flash(_("The series has been saved."), "ok")
    return redirect(url_for("organizer.editions"))


def series_page(form: Form, row: Series | None) -> str:
    return render_template("organizer/series/one.html", form=form, row=row)
