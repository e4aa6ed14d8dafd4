"""Guesses at passwords and codes, as the edge sees them: who tries, and whether they may."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, after_this_request, current_app, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.serving.rate_limits import client_address
from forumapp.core.values.networks import networks_of
from forumapp.core.values.text import email_key
from forumapp.domain.accounts.sign_in import allowances
from forumapp.domain.accounts.sign_in.guess_limits import ways_to_sign_in, ways_to_try_code

if TYPE_CHECKING:
    from forumapp.core.config import Config
    from forumapp.core.sealed_fields import Seals
    from forumapp.core.tokens import Links
    from forumapp.domain.accounts.sign_in.guess_limits import Way, Ways

LONGEST_EMAIL = 320
KEY_LENGTH = 32  # 128 bits of a hash
COOKIE = "known-browser"
PURPOSE = "known-browser"
MOST_ACCOUNTS = 5  # per browser
A_YEAR = timedelta(days=365)
PATH = "/organizer/"


def seals() -> Seals:
    current: Seals = current_app.extensions["forumapp.seals"]
    return current


def links() -> Links:
    current: Links = current_app.extensions["forumapp.links"]
    return current


def key_of(kind: str, text: str | int) -> str:
    return seals().fingerprint(kind, str(text))[:KEY_LENGTH]


def account_key(email: str) -> str:
    """Return the key of an account by the address as typed: accounts that do not exist are limited like real ones."""
    return key_of("account", email_key(email[:LONGEST_EMAIL]))


def sign_in_ways(email: str) -> Ways:
    account = account_key(email)
    networks = [key_of("address", network) for network in networks_of(client_address())]
    return ways_to_sign_in(account, networks, known_browsers().get(account))


def code_ways(account_id: int, email: str) -> Ways:
    return ways_to_try_code(key_of("account-id", account_id), known_browsers().get(account_key(email)))


def take(ways: Ways) -> Way | None:
    """Use up a try before it is made. Returns None if none is left, which costs one read."""
    now = clock.now()
    if not allowances.is_left(reading(), ways, now=now):
        return None
    with transaction() as db:
        return allowances.take(db, ways, now=now)


def known_browsers() -> dict[str, str]:
    """By account, the number under which this browser is known to it; the latest first."""
    values = links().read(PURPOSE, request.cookies.get(COOKIE, ""), now=clock.now()) or []
    texts = [str(value) for value in values]
    return dict(zip(texts[::2], texts[1::2], strict=False))


def know_browser(email: str) -> None:
    """Give this browser its own tries at the account, which nobody else can use up."""
    account, known = account_key(email), known_browsers()
    number = known.pop(account, None) or secrets.token_urlsafe(12)
    latest = [(account, number), *known.items()][:MOST_ACCOUNTS]
    ends = clock.now() + A_YEAR
    token = links().sign(PURPOSE, [text for pair in latest for text in pair], ends=ends)
    config: Config = current_app.extensions["forumapp.config"]

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            COOKIE, token, max_age=A_YEAR, path=PATH, httponly=True, samesite="Lax", secure=config.secure
        )
        return response
