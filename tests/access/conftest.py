"""The world is made once on each database; what a test changes in it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.db import db
from tests.access.world import World, build
from tests.conftest import lasting_app, rolled_back

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def whole_world(
    migrated: str, backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp(f"world-{backend}")
    with lasting_app(migrated, backend, request, folder) as app:
        with app.app_context():
            world = build(app)
            db.session.remove()
        yield world


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    with rolled_back(whole_world.app):
        yield whole_world
