"""A forum with its owner, and a browser in which the owner has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from forumapp.core.limits import limiter
from forumapp.core.transactions import transaction
from forumapp.domain.accounts import hashing
from tests.web.organizer.house import group, set_up

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.organizer.house import Browser, Group, House


@pytest.fixture
def house(app: Flask) -> House:
    with transaction() as session:
        return set_up(session, app)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; these tests sign in hundreds of times."""
    monkeypatch.setattr(hashing, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def no_limits_reached(app: Flask) -> None:
    limiter.reset()


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
