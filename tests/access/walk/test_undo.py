"""What someone removed themselves, they can bring back themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.domain.accounts.permissions import Role
from tests.access.asking import address
from tests.access.routes import API, ROUTES
from tests.access.walk.test_walk import LET, expected
from tests.access.world import undone

if TYPE_CHECKING:
    from tests.access.world import World

# `test_walk` and `test_leaks` ask every address on both databases, and tests/domain every service.
pytestmark = pytest.mark.one_database

# What has no way back, or answers with the record whose picture or file it was.
WITHOUT = ("/photo", "/logo", "/picture", "/floor-plan")
DELETED = [one for one in ROUTES if one.startswith("DELETE") and not one.endswith(WITHOUT)]


@pytest.mark.parametrize("name", [Role.OWNER, Role.DELEGATION_LIAISON])
def test_whoever_removes_something_brings_it_back(world: World, name: Role) -> None:
    brought: dict[str, int] = {}
    for route in DELETED:
        if expected(route, name) != LET:
            continue
        at = address(world, route, world.jiangsu, name)
        with undone():
            tag = world.call(name, "GET", at).headers.get("ETag", "")
            gone = world.call(name, "DELETE", at, If_Match=tag)
            if gone.status_code == 409:  # others refer to it
                continue
            assert gone.status_code == 200, route
            if "removed_at" not in gone.json:
                continue
            back = f"{API}/editions/forum/removals/{gone.json['id']}/restore"
            brought[route] = world.call(name, "POST", back).status_code
    assert {route: status for route, status in brought.items() if status != 200} == {}
    assert f"DELETE {API}/people/<id:person_id>/affiliations/<id:affiliation_id>" in brought
    assert len(brought) > 4
