"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, logout_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.sign_in import allowances, sign_ins
from forumapp.domain.accounts.sign_in.hashing import renewed
from forumapp.domain.accounts.sign_in.two_factor import is_proven
from forumapp.domain.accounts.team.accounts import BadCredentials, find_authentic, find_by_link, renew_hash
from forumapp.domain.audit.services import Actor, Via
from forumapp.web.organizer.kit import guess_limits
from forumapp.web.organizer.kit.guard import blueprint
from forumapp.web.organizer.kit.identity import actor, load, sign_in_here

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from forumapp.domain.accounts.models import Account
    from forumapp.domain.accounts.sign_in.guess_limits import Way

AWAITED = "code-awaited"
CODE_WITHIN = timedelta(minutes=5)

manager = LoginManager()


def set_up(app: Flask) -> None:
    # Phones change their address between the halls of a venue; a cookie that was stolen is ended from any browser.
    manager.session_protection = None
    manager.user_loader(load)
    manager.unauthorized_handler(send_to_sign_in)
    manager.init_app(app, add_context_processor=False)


def send_to_sign_in() -> ResponseReturnValue:
    """To the sign-in and back again; a form that was sent meanwhile cannot be brought back by an address."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return "", 401  # a piece of a page, which must not be filled with the sign-in
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("organizer.sign_in", next=target))


def safe_target(target: str | None) -> str | None:
    """Return `target` if it is a page of ours for organizers, so that links cannot redirect to other sites."""
    if not target or not target.startswith("/organizer/") or "\\" in target:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(wanted_page())
    return render_template("organizer/sign_in.html", email="", refused=False)


@blueprint.post("/sign-in")
def do_sign_in() -> ResponseReturnValue:
    """The same answer to a wrong password, an account that does not exist, and a try too many."""
    email = request.form.get("email", "")
    way = guess_limits.take(guess_limits.sign_in_ways(email))
    password = request.form.get("password", "")
    account = find_authentic(reading(), email=email, password=password) if way else None
    if way is None or account is None:
        return render_template("organizer/sign_in.html", email=email, refused=True), BadCredentials.status
    anew, now = renewed(account.password_hash, password), clock.now()
    with transaction() as db:
        allowances.give_back(db, way, now=now)
        if anew:
            renew_hash(db, account, anew, actor=Actor(account.id, Via.PAGE), now=now)
        if not account.totp_since:
            sign_in_here(db, account.id, now=now)
    if account.totp_since:
        await_code(account.id, account.link_number)
        return redirect(url_for("organizer.code_step", next=safe_target(request.args.get("next"))))
    guess_limits.know_browser(email)
    return redirect(wanted_page())


@blueprint.get("/sign-in/code")
def code_step() -> ResponseReturnValue:
    if awaited() is None:
        return redirect(url_for("organizer.sign_in", next=safe_target(request.args.get("next"))))
    return render_template("organizer/account/code.html", refused=False)


@blueprint.post("/sign-in/code")
def do_code_step() -> ResponseReturnValue:
    account = awaited()
    if account is None:
        flash(_("That took too long. Please start over."), "warn")
        return redirect(url_for("organizer.sign_in", next=safe_target(request.args.get("next"))))
    way = guess_limits.take(guess_limits.code_ways(account.id, account.email))
    if way is None or not entered(account.id, request.form.get("code", ""), way):
        return render_template("organizer/account/code.html", refused=True), BadCredentials.status
    guess_limits.know_browser(account.email)
    return redirect(wanted_page())


def entered(account_id: int, code: str, way: Way) -> bool:
    """Use the code up and sign in, both or neither."""
    now = clock.now()
    with transaction() as db:
        if not is_proven(db, account_id, code, guess_limits.seals(), actor=Actor(account_id, Via.PAGE), now=now):
            return False
        allowances.give_back(db, way, now=now)
        sign_in_here(db, account_id, now=now)
    return True


def await_code(account_id: int, link_number: int) -> None:
    """Remember, for as long as it takes to type a code, that the password was right."""
    session.clear()
    session[AWAITED] = guess_limits.links().sign(AWAITED, [account_id, link_number], ends=clock.now() + CODE_WITHIN)


def awaited() -> Account | None:
    """Return the account that a code is awaited for; None after its password was changed."""
    values = guess_limits.links().read(AWAITED, session.get(AWAITED, ""), now=clock.now())
    return find_by_link(reading(), int(values[0]), int(values[1])) if values else None


def wanted_page() -> str:
    return safe_target(request.args.get("next")) or url_for("organizer.home")


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    with transaction() as db:
        sign_ins.end(db, current_user.id, current_user.sign_in_id, actor=actor(), now=clock.now())
    logout_user()
    session.clear()
    flash(_("You have signed out."), "success")
    return redirect(url_for("organizer.sign_in"))
