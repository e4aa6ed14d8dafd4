"""Set a password: from an emailed link, from an invitation, or while signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, LinkHasEnded
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.domain.accounts.access import list_editions_allowing
from forumapp.domain.accounts.emails import INVITATION, PASSWORD
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.rules import SHORTEST_PASSWORD
from forumapp.domain.accounts.sign_in import allowances
from forumapp.domain.accounts.sign_in.guess_limits import ways_to_ask_for_mail, ways_to_confirm
from forumapp.domain.accounts.sign_in.hashing import new_hash
from forumapp.domain.accounts.team import accounts
from forumapp.domain.accounts.tokens.queries import count_live
from forumapp.web.forms.fields import Field, Flag, PickCode, Secret
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.kit import guess_limits
from forumapp.web.organizer.kit.guard import blueprint, my_editions
from forumapp.web.organizer.kit.identity import actor, sign_in_here
from forumapp.web.wording.language import OWN_NAMES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

CURRENT = Secret(name="current", label=_l("Current password"), autocomplete="current-password")
NEW = (
    Secret(
        name="password",
        label=_l("New password"),
        help=_l(
            "At least %(count)s characters. Several words in a row are strong and easy to remember.",
            count=SHORTEST_PASSWORD,
        ),
    ),
    Secret(name="again", label=_l("Confirm new password")),
)
PROFILE = (
    Field(name="name", label=_l("Full name"), help=_l("As your colleagues will see it."), required=True),
    PickCode(
        name="language",
        label=_l("Language"),
        help=_l("For the pages you work on and the mail you receive."),
        offer=lambda: list(OWN_NAMES.items())[:2],
        required=True,
        empty=None,
    ),
)
CHANGE = (
    CURRENT,
    *NEW,
    Flag(
        name="revoke_tokens",
        label=_l("Revoke my API tokens too"),
        help=_l("Programs that use them stop working at once. This cannot be undone."),
    ),
)
JOIN = (*PROFILE, replace(NEW[0], label=_l("Password")), replace(NEW[1], label=_l("Confirm password")))


@blueprint.get("/forgot-password")
def forgot_password() -> str:
    return render_template("organizer/account/forgot.html", sent=False)


@blueprint.post("/forgot-password")
@limiter.limit(FORMS, exempt_when=is_local)
def do_forgot_password() -> str:
    """Send the link. The response is the same whether or not the account exists."""
    email, now = request.form.get("email", ""), clock.now()
    ways = ways_to_ask_for_mail(guess_limits.account_key(email))
    with transaction() as db:
        if allowances.take(db, ways, now=now):
            accounts.ask_for_password_link(db, email, now=now)
    return render_template("organizer/account/forgot.html", sent=True)


@blueprint.get("/new-password/<token>")
def new_password(token: str) -> ResponseReturnValue:
    """Looking changes nothing: programs that check mail for harm open its links."""
    if accounts.find_by_link(reading(), *read_link(PASSWORD, token)) is None:
        raise LinkHasEnded
    return private(render_template("organizer/account/new_password.html", form=Form.empty(NEW)))


@blueprint.post("/new-password/<token>")
@limiter.limit(FORMS, exempt_when=is_local)
def do_new_password(token: str) -> ResponseReturnValue:
    """Nothing is hashed, which is deliberately slow, for a link that has ended."""
    account_id, link_number = read_link(PASSWORD, token)
    account = accounts.find_by_link(reading(), account_id, link_number)
    if account is None:
        raise LinkHasEnded
    form = Form.sent(NEW, request.form)
    chosen = hash_of(form, account.email)
    if chosen is None:
        return private(render_template("organizer/account/new_password.html", form=form), Invalid.status)
    with transaction() as db:
        account = accounts.set_password_by_link(db, account_id, link_number, chosen, now=clock.now())
    # Failed guesses may have used up all tries, except those of browsers that the account already knows.
    guess_limits.know_browser(account.email)
    flash(_("Your password has been changed. Sign in with it now."), "ok")
    return redirect(url_for("organizer.sign_in"))


@blueprint.get("/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    account = accounts.find_invited(reading(), *read_link(INVITATION, token))
    if account is None:
        raise LinkHasEnded
    form = Form.empty(JOIN, name=account.name, language=account.language)
    return private(render_template("organizer/account/invitation.html", form=form, email=account.email))


@blueprint.post("/invitation/<token>")
@limiter.limit(FORMS, exempt_when=is_local)
def do_invitation(token: str) -> ResponseReturnValue:
    account_id, link_number = read_link(INVITATION, token)
    account = accounts.find_invited(reading(), account_id, link_number)
    if account is None:
        raise LinkHasEnded
    form = Form.sent(JOIN, request.form)
    chosen = hash_of(form, account.email)
    if chosen is None:
        page = render_template("organizer/account/invitation.html", form=form, email=account.email)
        return private(page, Invalid.status)
    own, now = {key: form.values[key] for key in ("name", "language")}, clock.now()
    with transaction() as db:
        accounts.accept_invitation(db, account_id, link_number, chosen, now=now, **own)
        sign_in_here(db, account_id, now=now)
    guess_limits.know_browser(account.email)
    return redirect(url_for("organizer.home"))


@blueprint.route("/account/password", methods=["GET", "POST"])
def own_password() -> ResponseReturnValue:
    if request.method == "GET":
        return password_page(Form.empty(CHANGE))
    form = Form.sent(CHANGE, request.form)
    chosen = hash_of(form, current_user.email) if is_owner(form) else None
    if chosen is None:
        return password_page(form), Invalid.status
    own: Any = {"revoke_tokens": form.values["revoke_tokens"], "keep": current_user.sign_in_id}
    with transaction() as db:
        accounts.change_password(db, current_user.id, chosen, **own, actor=actor(), now=clock.now())
    flash(_("Your password has been changed. All other devices have been signed out."), "ok")
    return redirect(url_for("organizer.own_password"))


def password_page(form: Form) -> str:
    """With how many tokens still act for the account, and the pages of those of the reader's own editions."""
    db = reading()
    live = count_live(db, current_user.id, now=clock.now())
    managed = list_editions_allowing(db, Permission.MANAGE_ACCESS, actor=actor()) if live else ()
    return render_template(
        "organizer/account/password.html",
        tab="password",
        form=form,
        live=live,
        owned=[own_edition for own_edition in my_editions() if own_edition.id in managed] if live else [],
    )


@blueprint.errorhandler(LinkHasEnded)
def link_ended(refusal: LinkHasEnded) -> ResponseReturnValue:
    return private(render_template("organizer/account/link_ended.html"), refusal.status)


def read_link(purpose: str, token: str) -> tuple[int, int]:
    """Account and number of the link. Raises LinkHasEnded."""
    values = guess_limits.links().read(purpose, token, now=clock.now())
    if values is None:
        raise LinkHasEnded
    return int(values[0]), int(values[1])


def hash_of(form: Form, email: str) -> str | None:
    """Return the hash of the password that was typed twice, or None with the fault in the form."""
    if "password" not in form.faults and form.raw["password"] != form.raw["again"]:
        form.faults.setdefault("again", "not-the-same")
    if form.faults:
        return None
    try:
        return new_hash(form.values["password"], email)
    except Invalid as refusal:
        form.refuse(refusal)
        return None


def is_owner(form: Form) -> bool:
    """Return whether the current password was typed, limited to the tries that a stolen browser may have."""
    if "current" in form.faults:
        return False
    way = guess_limits.take(ways_to_confirm(guess_limits.key_of("account-id", current_user.id)))
    try:
        if way is None:
            form.faults["current"] = "wrong-password"
            return False
        accounts.confirm_password(reading(), current_user.id, form.values["current"])
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    with transaction() as db:
        allowances.give_back(db, way, now=clock.now())
    return True


def private(page: str, status: int = 200) -> Response:
    """Keep caches and search engines away: the address alone gives access to the page."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
