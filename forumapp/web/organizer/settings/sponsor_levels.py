"""Sponsor levels, shown on the page of the hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import queries
from forumapp.domain.forums.hosts import levels as services
from forumapp.web.forms.fields import Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import order_refused
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.settings.hosts import SECTION, hosts_page

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import SponsorLevel

LEVEL = (Texts(name="name", label=_l("Name"), help=_l("Such as Gold, Silver or In-kind."), required=True),)
ON_PAGE = "levels"  # the part of the page


@blueprint.post("/<edition>/hosts/levels/order")
@needs(Permission.EDIT_EDITION)
def order_levels() -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        services.order_levels(db, edition().id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.level_order(reading(), edition().id)):
        return hosts_page(levels_arranged=refused), 412
    return redirect(url_for("organizer.hosts", _anchor=ON_PAGE))


@blueprint.route("/<edition>/hosts/levels/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_level() -> ResponseReturnValue:
    if request.method == "GET":
        return level_page(Form.empty(LEVEL), None)
    form = Form.sent(LEVEL, request.form)

    def create(db: DbSession) -> None:
        services.create_level(db, edition().id, form.values["name"], actor=actor(), now=clock.now())

    if not saved(form, create):
        return level_page(form, None), 422
    flash(_("The sponsor level has been added."), "ok")
    return redirect(url_for("organizer.hosts", _anchor=ON_PAGE))


@blueprint.route("/<edition>/hosts/levels/<id:level_id>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def level(level_id: int) -> ResponseReturnValue:
    row = queries.get_level(reading(), edition().id, level_id)
    if request.method == "GET":
        return level_page(Form.of(LEVEL, row), row)
    form = Form.sent(LEVEL, request.form, row)

    def change(db: DbSession) -> None:
        version, name = form.based_on, form.values["name"]
        services.rename_level(db, edition().id, level_id, name, version=version, actor=actor(), now=clock.now())

    def current() -> SponsorLevel:
        return queries.get_level(reading(), edition().id, level_id)

    if not saved(form, change, current):
        return level_page(form, current()), form.status
    flash(_("The sponsor level has been saved."), "ok")
    return redirect(url_for("organizer.hosts", _anchor=ON_PAGE))


@blueprint.post("/<edition>/hosts/levels/<id:level_id>/remove")
@needs(Permission.EDIT_EDITION)
def remove_level(level_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_level(db, edition().id, level_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The sponsor level has been removed."), url_for("organizer.hosts"))


def level_page(form: Form, row: SponsorLevel | None) -> str:
    history = past("sponsor_level", row.id) if row else []
    return render_template("organizer/hosts/level.html", section=SECTION, form=form, row=row, history=history)
