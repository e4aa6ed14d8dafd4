"""Who is signed in: the cookie's secret, and the account behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Response, after_this_request, request, session
from flask_login import UserMixin, current_user, login_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.rules import is_use_worth_noting
from forumapp.domain.accounts.sign_in import sign_ins
from forumapp.domain.accounts.team.accounts import BadCredentials
from forumapp.domain.audit.services import Actor, Via
from forumapp.web.devices import device_words
from forumapp.web.wording.language import keep_language

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.sign_in.sign_ins import Identity


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The account behind a browser's cookie, as the pages need it."""

    id: int
    email: str
    name: str
    language: str
    has_two_factor: bool
    sign_in_id: int
    secret: str = field(repr=False)

    def get_id(self) -> str:
        """Return the value that Flask-Login keeps in the cookie."""
        return self.secret


def load(secret: str) -> SignedIn | None:
    """Return the user of this session cookie, or None if the sign-in has ended, which signs it out. One query."""
    now = clock.now()
    identity = sign_ins.find_identity(reading(), secret, now=now)
    if identity is None:
        return None
    if is_use_worth_noting(identity.seen_at, now=now):
        _note_seen(identity.sign_in_id, now)
    return _signed_in(identity, secret)


def _signed_in(identity: Identity, secret: str) -> SignedIn:
    return SignedIn(
        identity.account_id,
        identity.email,
        identity.name,
        identity.language,
        identity.has_two_factor,
        identity.sign_in_id,
        secret,
    )


def _note_seen(sign_in_id: int, now: datetime) -> None:
    """Once the answer is made, so that looking does not wait for those who write."""

    @after_this_request
    def note(response: Response) -> Response:
        with transaction() as db:
            sign_ins.note_seen(db, sign_in_id, now=now)
        return response


def actor() -> Actor:
    return Actor(current_user.id, Via.PAGE)


def sign_in_here(db: DbSession, account_id: int, *, now: datetime) -> None:
    """Sign the account in, in the browser that asks. Nothing that stood in its cookie before counts afterwards."""
    if current_user.is_authenticated:
        sign_ins.end(db, current_user.id, current_user.sign_in_id, actor=actor(), now=now)
    device = device_words(request.headers.get("User-Agent", ""))
    secret = sign_ins.start(db, account_id, device=device, actor=Actor(account_id, Via.PAGE), now=now)
    identity = sign_ins.find_identity(db, secret, now=now)
    if identity is None:  # its account was closed in this very moment
        raise BadCredentials
    session.clear()
    login_user(_signed_in(identity, secret))
    keep_language(identity.language)
