"""A forum with its owner, and a browser in which the owner has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import lasting_app, seeded
from tests.web.organizer.house import group, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.web.organizer.house import Browser, Group, House


@pytest.fixture(scope="session")
def whole_house(
    migrated: str, backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Built once on each database."""
    folder = tmp_path_factory.mktemp(f"house-{backend}")
    with lasting_app(migrated, backend, request, folder) as app:
        yield seeded(app, lambda session: set_up(session, app))


@pytest.fixture
def ground(backend: str, request: pytest.FixtureRequest) -> Flask:
    if "house" in request.fixturenames:
        return request.getfixturevalue("whole_house").app
    return request.getfixturevalue("shared_app")


@pytest.fixture
def house(app: Flask, whole_house: House) -> House:
    """As it was built; what a test changes in it is taken back."""
    assert app is whole_house.app
    return whole_house


@pytest.fixture
def owner(house: House) -> Browser:
    """A browser in which the edition's owner has signed in."""
    browser = house.browser()
    assert browser.sign_in("owner@forum.example").status_code == 302
    return browser


@pytest.fixture
def jiangsu(house: House) -> Group:
    return group(house, "js", "Jiangsu", "Jiangren")


@pytest.fixture
def hubei(house: House) -> Group:
    return group(house, "hb", "Hubei", "Huren")
