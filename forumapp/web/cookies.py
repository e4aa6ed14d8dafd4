"""The session, in a signed cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask, Request, Response
    from flask.sessions import SessionMixin
    from itsdangerous import URLSafeTimedSerializer

API = "/api/"


class NoSession(SecureCookieSession):
    """An empty session: no cookie is read or set."""


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own, except that the signer is created once and not per request, and that the API has no session: it
    ignores cookies.
    """

    def __init__(self) -> None:
        self._by_key: dict[str | bytes | None, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app.secret_key not in self._by_key:
            self._by_key = {app.secret_key: super().get_signing_serializer(app)}
        return self._by_key[app.secret_key]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return NoSession() if request.path.startswith(API) else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, NoSession):
            super().save_session(app, session, response)
