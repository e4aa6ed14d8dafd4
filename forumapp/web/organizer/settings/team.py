"""The team of the edition: invite, change roles, remove access, and require two-factor sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.queries import access_page, get_access
from forumapp.domain.accounts.team import roles
from forumapp.domain.delegations.queries import delegation_names
from forumapp.domain.forums.protection import OwnTwoFactorFirst, require_two_factor_of_all
from forumapp.domain.forums.queries import get_edition
from forumapp.schemas.choices import Role
from forumapp.web.forms.fields import Email, Field, Flag, PickCode
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import tell_removed
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording.language import OWN_NAMES, language
from forumapp.web.wording.roles import explained

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.queries import AccessLine

SECTION = "access"
MANAGE = Permission.MANAGE_ACCESS


def delegations() -> list[tuple[str, str]]:
    return [(code, pick(name, language())) for code, name in delegation_names(reading(), edition().id)]


GRANTED = (
    Several(name="roles", label=_l("Roles"), offer=lambda: explained(Role), required=True),
    Several(
        name="delegations",
        label=_l("Delegations"),
        help=_l("Only for a delegation liaison. The parts of a delegation are included."),
        offer=delegations,
    ),
)
INVITED = (
    Email(name="email", label=_l("E-mail address"), required=True),
    Field(name="name", label=_l("Full name"), help=_l("As colleagues will see it."), required=True),
    PickCode(
        name="language",
        label=_l("Language"),
        help=_l("For the invitation and, to begin with, the pages."),
        offer=lambda: [(code, OWN_NAMES[code]) for code in LANGUAGES],
        empty=None,
        required=True,
    ),
    *GRANTED,
)
TWO_FACTOR = (
    Flag(
        name="requires_two_factor",
        label=_l("Require two-factor sign-in for everyone"),
        help=_l("Anyone who has not turned it on yet must do so before opening this edition."),
    ),
)


@blueprint.get("/<edition>/access")
@needs(MANAGE)
def people_with_access() -> str:
    return list_page(Form.of(TWO_FACTOR, edition()))


def list_page(two_factor: Form) -> str:
    search = request.args.get("search", "")
    page = access_page(reading(), edition().id, search=search, number=request.args.get("page", 1, whole_number))
    names = dict(delegations())
    bound = {line.id: ", ".join(names.get(code, code) for code in line.delegations) for line in page.items}
    return render_template(
        "organizer/access/list.html", section=SECTION, page=page, search=search, bound=bound, two_factor=two_factor
    )


@blueprint.post("/<edition>/access/two-factor")
@needs(MANAGE)
def ask_two_factor() -> ResponseReturnValue:
    form = Form.sent(TWO_FACTOR, request.form)

    def change(db: DbSession) -> None:
        required, version = form.values["requires_two_factor"], form.based_on
        require_two_factor_of_all(db, edition().id, required, version=version, actor=actor(), now=clock.now())

    try:
        done = saved(form, change, lambda: get_edition(reading(), edition().slug))
    except OwnTwoFactorFirst as refusal:
        form.faults["requires_two_factor"] = refusal.code
        return list_page(form), refusal.status
    if not done:
        return list_page(form), form.status
    flash(_("Saved."), "ok")
    return redirect(url_for("organizer.people_with_access"))


@blueprint.route("/<edition>/access/invite", methods=["GET", "POST"])
@needs(MANAGE)
def invite_someone() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template(
            "organizer/access/invite.html", section=SECTION, form=Form.empty(INVITED, language=language())
        )
    form = Form.sent(INVITED, request.form)

    def invite(db: DbSession) -> None:
        roles.invite(db, edition(), **form.values, actor=actor(), now=clock.now())

    if not saved(form, invite):
        return render_template("organizer/access/invite.html", section=SECTION, form=form), 422
    flash(_("The invitation is on its way to %(email)s.", email=form.values["email"]), "ok")
    return redirect(url_for("organizer.people_with_access"))


@blueprint.route("/<edition>/access/<id:account_id>", methods=["GET", "POST"])
@needs(MANAGE)
def access_of(account_id: int) -> ResponseReturnValue:
    line = current(account_id)
    if request.method == "GET":
        return one_page(Form.of(GRANTED, line), line)
    form = Form.sent(GRANTED, request.form)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        roles.set_access(db, edition().id, account_id, form.values["roles"], form.values["delegations"], **by)

    try:
        done = saved(form, change, lambda: current(account_id))
    except roles.LastOwner as refusal:
        form.faults["roles"] = refusal.code
        return one_page(form, line), refusal.status
    if not done:
        return one_page(form, current(account_id)), form.status
    flash(_("Access for %(name)s has been saved.", name=line.name), "ok")
    # After giving up one's own role, the list may be closed to the caller.
    return redirect(url_for("organizer.overview" if account_id == current_user.id else "organizer.people_with_access"))


def current(account_id: int) -> AccessLine:
    return get_access(reading(), edition().id, account_id)


def one_page(form: Form, line: AccessLine) -> str:
    history = past("edition_access", line.id)
    return render_template("organizer/access/one.html", section=SECTION, form=form, line=line, history=history)


@blueprint.post("/<edition>/access/<id:account_id>/take-away")
@needs(MANAGE)
def take_access_away(account_id: int) -> ResponseReturnValue:
    line = current(account_id)
    version = request.form.get("version", -1, whole_number)
    try:
        with transaction() as db:
            by: Any = {"version": version, "actor": actor(), "now": clock.now()}
            removal = roles.take_access_away(db, edition().id, account_id, **by)
    except roles.LastOwner as refusal:
        form = Form.of(GRANTED, line)
        form.faults[""] = refusal.code
        return one_page(form, line), refusal.status
    except Stale as refusal:
        back, stands = url_for("organizer.access_of", account_id=account_id), current(account_id)
        values = {"roles": stands.roles, "delegations": stands.delegations}
        return ask_again(refusal, _("Remove access"), back, values)
    words = _("%(name)s no longer has access to this edition.", name=line.name)
    if account_id == current_user.id:  # who may undo nothing here any more
        flash(words, "ok")
        return redirect(url_for("organizer.home"))
    tell_removed(removal, words)
    return redirect(url_for("organizer.people_with_access"))


@blueprint.post("/<edition>/access/<id:account_id>/invite-again")
@needs(MANAGE)
def invite_again(account_id: int) -> ResponseReturnValue:
    try:
        with transaction() as db:
            roles.invite_again(db, edition(), account_id, actor=actor(), now=clock.now())
    except roles.HasJoined:
        flash(_("This person has joined in the meantime and does not need an invitation."), "info")
    else:
        flash(_("Another invitation is on its way. The link in the earlier one no longer works."), "ok")
    return redirect(url_for("organizer.access_of", account_id=account_id))
