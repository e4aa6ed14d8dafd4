"""The organizer's own account: profile and signed-in browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts import rules
from forumapp.domain.accounts.sign_in import sign_ins
from forumapp.domain.accounts.team import accounts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.account.own_password import PROFILE
from forumapp.web.organizer.kit.guard import blueprint
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording.language import keep_language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession


@blueprint.route("/account", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    if request.method == "GET":
        form = Form.of(PROFILE, accounts.get_account(reading(), current_user.id))
        return render_template("organizer/account/profile.html", tab="profile", form=form)
    form = Form.sent(PROFILE, request.form)

    def change(db: DbSession) -> None:
        version = form.based_on
        accounts.change_profile(db, current_user.id, form.values, version=version, actor=actor(), now=clock.now())

    if not saved(form, change, lambda: accounts.get_account(reading(), current_user.id)):
        page = render_template("organizer/account/profile.html", tab="profile", form=form)
        return page, form.status
    keep_language(form.values["language"], over=True)
    flash(_("Your profile has been saved."), "ok")
    return redirect(url_for("organizer.profile"))


@blueprint.get("/account/sign-ins")
def own_sign_ins() -> str:
    now = clock.now()
    rows = sign_ins.list_sign_ins(reading(), current_user.id, now=now)
    return render_template(
        "organizer/account/sign_ins.html",
        tab="sign-ins",
        rows=[(row, ago(now, row.created_at), ago(now, row.seen_at)) for row in rows],
    )


@blueprint.post("/account/sign-ins/<id:sign_in_id>/end")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    with transaction() as db:
        sign_ins.end(db, current_user.id, sign_in_id, actor=actor(), now=clock.now())
    flash(_("That device has been signed out."), "ok")
    return redirect(url_for("organizer.own_sign_ins"))


@blueprint.post("/account/sign-ins/end-others")
def end_other_sign_ins() -> ResponseReturnValue:
    with transaction() as db:
        ended = sign_ins.end_all(db, current_user.id, but=current_user.sign_in_id, actor=actor(), now=clock.now())
    words = ngettext("%(num)s other device has been signed out.", "%(num)s other devices have been signed out.", ended)
    flash(words, "ok")
    return redirect(url_for("organizer.own_sign_ins"))


def ago(now: datetime, moment: datetime) -> str:
    """ "3 hours ago"; no finer than it is noted."""
    if now - moment < rules.NOTE_USE_EVERY:
        return str(_("Within the last hour"))
    return str(format_timedelta(moment - now, granularity="hour", add_direction=True))
