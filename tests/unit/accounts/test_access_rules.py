"""What may be given: roles with delegations, and tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forumapp.domain.accounts.rules import LONGEST_LIFE, access_faults, may_revoke, token_faults

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("roles", "delegations", "faults"),
    [
        (["viewer"], [], {}),
        (["delegation-liaison"], ["js"], {}),
        (["delegation-liaison", "print-staff"], ["js", "hb"], {}),
        ([], [], {"roles": "required"}),
        ([], ["js"], {"roles": "required"}),
        (["viewer", "king"], [], {"roles": "unknown"}),
        (["delegation-liaison"], [], {"delegations": "liaison-of-none"}),
        (["viewer"], ["js"], {"delegations": "only-for-liaisons"}),
    ],
)
def test_only_liaisons_are_bound_and_to_something(
    roles: list[str], delegations: list[str], faults: dict[str, str]
) -> None:
    assert access_faults(roles, delegations) == faults


@pytest.mark.parametrize(
    ("name", "scopes", "expires_at", "faults"),
    [
        ("Scanner", ["scan"], SOON, {}),
        ("Scanner", ["scan"], NOW + LONGEST_LIFE, {}),
        (" ", ["scan"], SOON, {"name": "required"}),
        ("Scanner", [], SOON, {"scopes": "required"}),
        ("Scanner", ["scan", "all"], SOON, {"scopes": "unknown"}),
        ("Scanner", ["scan"], None, {"expires_at": "required"}),
        ("Scanner", ["scan"], NOW, {"expires_at": "in-the-past"}),
        ("Scanner", ["scan"], NOW + LONGEST_LIFE + timedelta(seconds=1), {"expires_at": "too-far-off"}),
    ],
)
def test_a_token_has_a_name_known_scopes_and_an_end(
    name: str, scopes: list[str], expires_at: datetime | None, faults: dict[str, str]
) -> None:
    assert token_faults(name, scopes, expires_at, now=NOW) == faults


@pytest.mark.parametrize(
    ("editions", "managed", "is_own", "allowed"),
    [
        ({1}, {1}, False, True),
        ({1, 2}, {1, 2, 3}, False, True),
        ({1, 2}, {1}, False, False),
        ({1, 2}, {1}, True, True),
    ],
)
def test_a_token_that_acts_elsewhere_too_is_revoked_by_its_own_account(
    editions: set[int], managed: set[int], is_own: bool, allowed: bool
) -> None:
    assert may_revoke(editions, managed, is_own=is_own) is allowed
