"""Two-factor sign-in: set up an authenticator app, keep recovery codes, turn it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.sign_in import allowances, two_factor
from forumapp.domain.printing.pdf.qr import svg
from forumapp.web.forms.fields import Field
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.account.own_password import CURRENT, is_owner, private
from forumapp.web.organizer.kit import guess_limits
from forumapp.web.organizer.kit.guard import blueprint, my_editions
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from forumapp.core.config import Config

T = TypeVar("T")
# Takes the password: someone at an open browser could otherwise lock the owner out.
TURN_ON = (Field(name="code", label=_l("Code from the app"), required=True, longest=20), CURRENT)
# And with a code, or the password alone would be enough to be rid of the second step.
CHANGE = (Field(name="code", label=_l("Code from the app, or a recovery code"), required=True, longest=20), CURRENT)
GROUP = 4  # letters of the secret, as typed


@blueprint.get("/account/two-factor")
def two_factor_page() -> ResponseReturnValue:
    return page()


@blueprint.post("/account/two-factor/begin")
def begin_two_factor() -> ResponseReturnValue:
    with transaction() as db:
        two_factor.begin(db, current_user.id, guess_limits.seals(), actor=actor(), now=clock.now())
    return redirect(url_for("organizer.two_factor_page"))


@blueprint.get("/account/two-factor/code.svg")
def two_factor_picture() -> Response:
    """The secret as a QR code, drawn here, so that no other house learns it."""
    secret = two_factor.find_secret(reading(), current_user.id, guess_limits.seals())
    if secret is None:
        raise NotFound(entity="totp_secret")
    config: Config = current_app.extensions["forumapp.config"]
    issuer = urlsplit(config.base_url).hostname or "forum"
    answer = make_response(svg(two_factor.address_for_apps(secret, email=current_user.email, issuer=issuer)))
    answer.content_type = "image/svg+xml"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/account/two-factor/confirm")
def confirm_two_factor() -> ResponseReturnValue:
    form = Form.sent(TURN_ON, request.form)
    try:
        codes = by_code(form, two_factor.confirm, keep=current_user.sign_in_id)
    except two_factor.AlreadyOn:  # as when the page of the codes is loaded again
        words = _("Two-factor sign-in is on already. If you have not kept your recovery codes, make new ones here.")
        flash(words, "warn")
        return redirect(url_for("organizer.two_factor_page"))
    if codes is None:
        return page(form, Invalid.status)
    flash(_("Two-factor sign-in is on. All other devices have been signed out."), "ok")
    return shown_once(codes)


@blueprint.post("/account/two-factor/recovery-codes")
def make_recovery_codes() -> ResponseReturnValue:
    form = Form.sent(CHANGE, request.form)
    codes = by_code(form, two_factor.make_new_codes)
    return page(form, Invalid.status) if codes is None else shown_once(codes)


@blueprint.post("/account/two-factor/off")
def turn_two_factor_off() -> ResponseReturnValue:
    form = Form.sent(CHANGE, request.form)
    by_code(form, two_factor.turn_off, keep=current_user.sign_in_id)
    if form.faults:
        return page(form, Invalid.status)
    flash(_("Two-factor sign-in is off. All other devices have been signed out."), "ok")
    return redirect(url_for("organizer.two_factor_page"))


def by_code(form: Form, service: Callable[..., T], **more: Any) -> T | None:
    """Run a service once the password and the code are right; each try counts as one of signing in.

    If one is wrong, nothing changes and the form has the fault.
    """
    if form.faults or not is_owner(form):
        return None
    way, now = guess_limits.take(guess_limits.code_ways(current_user.id, current_user.email)), clock.now()
    if way is None:
        form.faults["code"] = "wrong-code"
        return None
    try:
        with transaction() as db:
            done = service(
                db, current_user.id, form.values["code"], guess_limits.seals(), actor=actor(), now=now, **more
            )
            allowances.give_back(db, way, now=now)
    except Invalid as refusal:
        form.refuse(refusal)
        return None
    return done


def page(form: Form | None = None, status: int = 200) -> Response:
    """Render the page for the current step of the setup. `form` is a refused one."""
    db = reading()
    is_on = current_user.has_two_factor
    secret = None if is_on else two_factor.find_secret(db, current_user.id, guess_limits.seals())
    needed_by = next(
        (own_edition for own_edition in my_editions() if own_edition.slug == request.args.get("needed_by")), None
    )
    return private(
        render_template(
            "organizer/account/two_factor.html",
            tab="two-factor",
            is_on=is_on,
            secret=" ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP)) if secret else "",
            codes_left=two_factor.codes_left(db, current_user.id) if is_on else 0,
            form=form or Form.empty(CHANGE if is_on else TURN_ON),
            needed_by=needed_by,
        ),
        status,
    )


def shown_once(codes: list[str]) -> Response:
    """Show the codes once. They have no address of their own, so the page cannot be opened again."""
    return private(render_template("organizer/account/recovery_codes.html", tab="two-factor", codes=codes))
