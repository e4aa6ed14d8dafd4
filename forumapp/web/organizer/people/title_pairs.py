"""Titles in both languages that someone approved, to be suggested the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import AlreadyExists
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people.records import titles as services
from forumapp.web.forms.fields import Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.people.models import TitlePair

SECTION = "people"
FIELDS = (
    Texts(name="title", label=_l("Title"), help=_l("As it is right in each language, such as Vice Governor, 副省长.")),
)


@blueprint.get("/<edition>/titles")
@needs(Permission.SEE_PEOPLE, everywhere=True)
def title_pairs() -> str:
    search = request.args.get("search", "")
    page = services.title_pairs_page(reading(), search=search, number=request.args.get("page", 1, whole_number))
    return render_template("organizer/titles/list.html", section=SECTION, page=page, search=search)


@blueprint.route("/<edition>/titles/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def new_title_pair() -> ResponseReturnValue:
    if request.method == "GET":
        return pair_page(Form.empty(FIELDS), None)
    form = Form.sent(FIELDS, request.form)

    def create(db: DbSession) -> None:
        services.approve_title_pair(db, form.values["title"], actor=actor(), now=clock.now())

    if not saved(form, create):
        return pair_page(form, None), 422
    flash(_("The title will be suggested from now on."), "ok")
    return redirect(url_for("organizer.title_pairs"))


@blueprint.post("/<edition>/titles/approve")
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def approve_title() -> ResponseReturnValue:
    """Approve the title of a person who has it in both languages."""
    title = {code: request.form.get(f"title.{code}", "") for code in LANGUAGES}
    person_id = request.form.get("person_id", type=whole_number)
    try:
        with transaction() as db:
            services.approve_title_pair(db, title, actor=actor(), now=clock.now())
    except AlreadyExists:
        flash(_("This title is approved already."), "info")
    else:
        flash(_("The title will be suggested from now on."), "ok")
    if person_id:
        return redirect(url_for("organizer.person", person_id=person_id))
    return redirect(url_for("organizer.title_pairs"))


@blueprint.route("/<edition>/titles/<id:pair_id>", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE, to_change=Permission.EDIT_PEOPLE, everywhere=True)
def title_pair(pair_id: int) -> ResponseReturnValue:
    def current() -> TitlePair:
        return services.get_title_pair(reading(), pair_id)

    row = current()
    if request.method == "GET":
        return pair_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_title_pair(db, pair_id, form.values, **by)

    if not saved(form, change, current):
        return pair_page(form, current()), form.status
    flash(_("The title has been saved."), "ok")
    return redirect(url_for("organizer.title_pairs"))


@blueprint.post("/<edition>/titles/<id:pair_id>/remove")
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def remove_title_pair(pair_id: int) -> ResponseReturnValue:

    def take_away(db: DbSession, version: int | None, now: datetime) -> Removal:
        based_on = -1 if version is None else version
        return services.remove_title_pair(db, pair_id, version=based_on, actor=actor(), now=now)

    words = _("The title is no longer suggested. People who have it keep it.")
    back, kept = url_for("organizer.title_pairs"), url_for("organizer.title_pair", pair_id=pair_id)
    return removed(take_away, words, back, kept=kept)


def pair_page(form: Form, row: TitlePair | None) -> str:
    return render_template(
        "organizer/titles/one.html",
        section=SECTION,
        form=form,
        row=row,
        history=past("title_pair", row.id) if row else [],
    )
