"""API tokens that act in the edition: list, create, revoke."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.core.values.times import end_of_day, zone_named
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens import services as tokens_services
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.accounts.tokens.queries import tokens_page
from forumapp.schemas.choices import Scope
from forumapp.web.forms.fields import Day, Field
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.organizer.kit.guard import blueprint, edition, my_editions, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import new_key, spend_key
from forumapp.web.wording.language import language
from forumapp.web.wording.roles import explained
from forumapp.web.wording.words import day, local, moment

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.tokens.queries import TokenLine

SECTION = "tokens"
MANAGE = Permission.MANAGE_ACCESS
USUAL_DAYS = 90
FIELDS = (
    Field(name="name", label=_l("What it is for"), help=_l("Such as “Scanner at the entrance.”"), required=True),
    Several(name="scopes", label=_l("What it can be used for"), offer=lambda: explained(Scope), required=True),
    Day(name="expires_at", label=_l("Valid through"), help=_l("Within two years."), required=True),
)


@blueprint.get("/<edition>/access/tokens")
@needs(MANAGE)
def tokens() -> str:
    page = tokens_page(reading(), edition().id, actor=actor(), number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/access/tokens.html",
        section=SECTION,
        page=page,
        now=clock.now(),
        editions={line.id: editions_in_words(line) for line in page.items},
        ends={line.id: last_day(line) for line in page.items},
    )


def last_day(line: TokenLine) -> str:
    """Whatever ends at a midnight here is good through the day before, as the form asked."""
    if line.expires_at is None:
        return str(_("No expiration"))
    ends = local(line.expires_at, edition().zone)
    return day(ends - timedelta(days=1)) if ends.time() == time.min else moment(ends, edition().zone)


def editions_in_words(line: TokenLine) -> str:
    """Where a token acts. Editions that the reader has no part in are counted and not named."""
    if line.every_edition:
        return str(_("All editions of the account"))
    mine = {own_edition.id: pick(own_edition.name, language()) for own_edition in my_editions()}
    names = [mine[edition_id] for edition_id in sorted(line.editions & mine.keys())]
    others = len(line.editions - mine.keys())
    return ", ".join([*names, *([ngettext("%(num)s other", "%(num)s others", others)] if others else [])])


@blueprint.route("/<edition>/access/tokens/new", methods=["GET", "POST"])
@needs(MANAGE)
def new_token() -> ResponseReturnValue:
    if request.method == "GET":
        today = clock.now().astimezone(zone_named(edition().zone)).date()
        return form_page(Form.empty(FIELDS, expires_at=today + timedelta(days=USUAL_DAYS)))
    form = Form.sent(FIELDS, request.form)
    made: list[str] = []

    def create(db: DbSession) -> None:
        spend_key(db)
        values = {**form.values, "expires_at": end_of_day(form.values["expires_at"], edition().zone)}
        made.append(tokens_services.create_own_token(db, edition().id, **values, actor=actor(), now=clock.now()))

    try:
        if not saved(form, create):
            return form_page(form), 422
    except AnsweredMeanwhile:
        words = _("This form has made its token already. If you have not copied it, revoke it and create another one.")
        flash(words, "warn")
        return redirect(url_for("organizer.tokens"))
    page = render_template("organizer/access/token.html", section=SECTION, name=form.values["name"], secret=made[0])
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def form_page(form: Form) -> str:
    return render_template("organizer/access/new_token.html", section=SECTION, form=form, key=new_key())


@blueprint.post("/<edition>/access/tokens/<id:token_id>/revoke")
@needs(MANAGE)
def revoke_token(token_id: int) -> ResponseReturnValue:
    with transaction() as db:
        tokens_services.revoke_token(db, edition().id, token_id, actor=actor(), now=clock.now())
    flash(_("The token has been revoked and no longer works."), "ok")
    return redirect(url_for("organizer.tokens"))
