"""An edition with its owner's token, and another edition that this owner has nothing to do with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.editions.services import create_edition, create_series

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
COMMAND = Actor(None, Via.COMMAND)


def edition_values(series_id: int, slug: str, ordinal: int, status: str = "open") -> dict[str, Any]:
    return {
        "slug": slug,
        "series_id": series_id,
        "ordinal": ordinal,
        "year": 2023,
        "name": {"en": "China-California Business Forum", "zh-Hans": "中国—加州经贸论坛"},
        "starts_on": date(2023, 5, 22),
        "ends_on": date(2023, 5, 22),
        "zone": "America/Los_Angeles",
        "languages": ["en", "zh-Hans"],
        "status": status,
    }


def set_up(db: DbSession) -> str:
    """Three editions of a series, `mine`, `theirs` and `draft`; the token of the account that owns the first."""
    series = create_series(db, code="ccbf", name={"en": "Forum"}, actor=COMMAND, now=NOW)
    mine = create_edition(db, edition_values(series.id, "mine", 1), actor=COMMAND, now=NOW)
    create_edition(db, edition_values(series.id, "theirs", 2), actor=COMMAND, now=NOW)
    create_edition(db, edition_values(series.id, "draft", 3, "draft"), actor=COMMAND, now=NOW)
    account = create_account(db, email="owner@example.org", name="Owner", password=None, actor=COMMAND, now=NOW)
    grant_role(db, account.id, mine.id, Role.OWNER, actor=COMMAND, now=NOW)
    return create_token(db, account, name="tests", actor=COMMAND, now=NOW)


@dataclass
class Api:
    """Calls the interface below `/api/v1`, with the owner's token unless told otherwise."""

    app: Flask
    token: str | None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        address = path if path.startswith("/api/v1") else f"/api/v1{path}"
        return self.app.test_client().open(address, method=method, json=body, headers=named)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self("PATCH", path, body, **headers)

    def public(self) -> Api:
        return Api(self.app, None)


def api_on(app: Flask) -> Api:
    with transaction() as db:
        token = set_up(db)
    return Api(app, token)


@pytest.fixture
def api(app: Flask) -> Api:
    return api_on(app)


@pytest.fixture
def committed(own_app: Flask) -> Api:
    """On a database of its own, where what a request commits is really committed."""
    return api_on(own_app)
