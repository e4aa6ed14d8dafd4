"""A small forum to work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.editions.services import create_edition, create_series
from forumapp.domain.forums.venues.services import create_room, create_venue
from tests.conftest import lasting_app, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.models import Account
    from forumapp.domain.forums.models import Edition, Room, Series, Venue

COMMAND = Actor(None, Via.COMMAND)
NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": COMMAND, "now": NOW}


def edition_values(series: Series, **changes: Any) -> dict[str, Any]:
    return {
        "slug": "ccbf-2023",
        "series_id": series.id,
        "ordinal": 5,
        "year": 2023,
        "name": {"en": "2023 China-California Business Forum", "zh-Hans": "2023年中国-加州经贸论坛"},
        "starts_on": date(2023, 5, 22),
        "ends_on": date(2023, 5, 22),
        "zone": "America/Los_Angeles",
        "languages": ["en", "zh-Hans"],
        **changes,
    }


@dataclass
class Forum:
    series: Series
    edition: Edition
    other: Edition
    venue: Venue
    room: Room
    owner: Account

    @property
    def by_owner(self) -> dict[str, Any]:
        return {"actor": Actor(self.owner.id, Via.PAGE), "now": NOW}


@dataclass(frozen=True)
class Kept:
    """The rows of a forum, to be read by each test."""

    app: Flask
    rows: list[tuple[type[Any], int]]


@pytest.fixture(scope="session")
def whole_forum(
    migrated: str, backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Made once on each database."""
    with lasting_app(migrated, backend, request, tmp_path_factory.mktemp(f"forum-{backend}")) as app:
        made = seeded(app, lambda session: [(type(one), one.id) for one in vars(make_forum(session)).values()])
        yield Kept(app, made)


@pytest.fixture
def ground(backend: str, request: pytest.FixtureRequest) -> Flask:
    if "whole_forum" in request.fixturenames:
        return request.getfixturevalue("whole_forum").app
    return request.getfixturevalue("shared_app")


@pytest.fixture
def forum(app: Flask, session: DbSession, whole_forum: Kept) -> Forum:
    """As it was made; what a test changes in it is taken back."""
    assert app is whole_forum.app
    return Forum(*(session.get_one(kind, one) for kind, one in whole_forum.rows))


def make_forum(session: DbSession) -> Forum:
    """Two editions; the owner has a role in the first one only."""
    series = create_series(session, code="ccbf", name={"en": "Forum", "zh-Hans": "论坛"}, **BY)
    edition = create_edition(session, edition_values(series), **BY)
    other = create_edition(session, edition_values(series, slug="ccbf-2024", ordinal=6, year=2024), **BY)
    owner = create_account(session, email="Owner@Forum.example", name="Owner", password=None, **BY)
    grant_role(session, owner.id, edition.id, Role.OWNER, **BY)
    place = {"code": "hall", "name": {"en": "Hall"}, "zone": "America/Los_Angeles"}
    venue = create_venue(session, edition.id, place, **BY)
    room = create_room(session, edition.id, {"code": "main", "venue_id": venue.id, "name": {"en": "Main"}}, **BY)
    return Forum(series, edition, other, venue, room, owner)


@pytest.fixture
def statements(session: DbSession) -> Iterator[list[str]]:
    seen: list[str] = []
    connection = session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)
