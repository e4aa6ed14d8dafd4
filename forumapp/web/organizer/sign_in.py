"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, logout_user

from forumapp.core import clock
from forumapp.core.limits import client_address, limiter
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts import sign_ins
from forumapp.domain.accounts.services import BadCredentials, authenticate
from forumapp.web.organizer.guard import blueprint, my_editions
from forumapp.web.organizer.identity import actor, load, sign_in_here

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

# An office of forty people behind one address can sign in at once; whoever guesses one account's password cannot.
PER_ADDRESS = "60 per minute; 600 per hour"
PER_ACCOUNT = "10 per 5 minutes"

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


def account_tried() -> str:
    return f"{client_address()} {request.form.get('email', '').strip().lower()[:320]}"


def safe_target(target: str | None) -> str | None:
    """`target` if it is one of our own pages for organizers, so that no link can lead through us to elsewhere."""
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
        return redirect(safe_target(request.args.get("next")) or url_for("organizer.home"))
    return render_template("organizer/sign_in.html", email="", refused=False)


@blueprint.post("/sign-in")
@limiter.limit(PER_ADDRESS)
@limiter.limit(PER_ACCOUNT, key_func=account_tried)
def do_sign_in() -> ResponseReturnValue:
    email = request.form.get("email", "")
    try:
        account = authenticate(reading(), email=email, password=request.form.get("password", ""))
    except BadCredentials as refusal:
        return render_template("organizer/sign_in.html", email=email, refused=True), refusal.status
    with transaction() as db:
        sign_in_here(db, account.id, now=clock.now())
    return redirect(safe_target(request.args.get("next")) or url_for("organizer.home"))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    with transaction() as db:
        sign_ins.end(db, current_user.id, current_user.sign_in_id, actor=actor(), now=clock.now())
    logout_user()
    session.clear()
    flash(_("You have signed out."), "success")
    return redirect(url_for("organizer.sign_in"))


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The editions one works on; straight to it when there is only one."""
    editions = my_editions()
    if len(editions) == 1:
        return redirect(url_for("organizer.overview", edition=editions[0].slug))
    return render_template("organizer/editions.html", my_editions=editions)
