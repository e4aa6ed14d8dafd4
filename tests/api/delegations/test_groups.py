"""Groups of delegations by the interface: counts that add up, moves of many at once, and nobody in two branches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.forums.queries import get_edition
from tests.domain.conftest import BY

if TYPE_CHECKING:
    from conftest import Api

E = "/editions/mine"


def at(hour: int) -> dict[str, Any]:
    return {"wall": f"2023-05-22T{hour:02}:00:00", "zone": "UTC"}


class Delegations:
    """A whole with two parts of two people each, and a partition of the whole with two branches."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.made("registration-types", {"code": "guest", "name": {"en": "Guest"}, "is_open": True, "quota": 9})
        whole = self.made("delegations", {"code": "whole", "name": {"en": "Whole"}})["id"]
        self.people: dict[str, list[int]] = {}
        for code in ("jiangsu", "hubei"):
            self.made("delegations", {"code": code, "name": {"en": code}, "parent_id": whole})
            self.people[code] = [self.member(code, number) for number in (1, 2)]
        self.partition = self.made("partitions", {"delegation": "whole", "kind": "visit", "name": {"en": "Visits"}})[
            "id"
        ]
        self.north, self.south = (
            self.made("delegation-groups", {"partition_id": self.partition, "name": {"en": name}})["id"]
            for name in ("North", "South")
        )

    def made(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.api.post(f"{E}/{path}", body)
        assert answer.status_code == 201, answer.json
        return answer.json

    def member(self, code: str, number: int) -> int:
        body = {
            "type": "guest",
            "latin_family": f"{code}{number}",
            "email": f"{code}{number}@x.example",
            "consent": True,
        }
        row: int = self.made("registrations", body)["registration_id"]
        self.made(f"delegations/{code}/members", {"registration_id": row})
        return row

    def seen(self, api: Api, *people: int) -> list[dict[str, Any]]:
        lines = api.get(f"{E}/partitions/{self.partition}/people").json["items"]
        marks = {one["registration_id"]: one["seen"] for one in lines}
        return [{"registration_id": one, "seen": marks.get(one, "")} for one in people]

    def move(self, api: Api, group: int, *people: int, **said: Any) -> Any:
        body = {"group_id": group, "people": self.seen(api, *people), **said}
        return api.post(f"{E}/partitions/{self.partition}/moves", body)

    def counts(self, api: Api) -> list[list[int]]:
        told = api.get(f"{E}/partitions/{self.partition}/stretches").json
        found = [
            [*(len(branch["registrations"]) for branch in one["branches"]), len(one["without"]), len(one["doubled"])]
            for one in told["stretches"]
        ]
        assert {sum(one) for one in found} == {told["people"]}
        return found


@pytest.fixture
def delegations(api: Api) -> Delegations:
    return Delegations(api)


def test_many_are_moved_at_once_and_the_counts_add_up(delegations: Delegations, api: Api) -> None:
    everyone = [*delegations.people["jiangsu"], *delegations.people["hubei"]]
    assert delegations.counts(api) == [[0, 0, 4, 0]]
    assert delegations.move(api, delegations.north, *everyone).status_code == 200
    delegations.move(api, delegations.south, *everyone[:3], start=at(9), end=at(17))
    assert delegations.counts(api) == [[4, 0, 0, 0], [1, 3, 0, 0], [4, 0, 0, 0]]


def test_someone_who_would_be_in_two_branches_is_refused(delegations: Delegations, api: Api) -> None:
    first, second = delegations.people["jiangsu"]
    delegations.move(api, delegations.north, first)
    refused = delegations.move(api, delegations.south, first, second, leaves=False)
    assert (refused.status_code, refused.json["code"]) == (422, "in-two-groups")
    assert refused.json["details"] == {"registrations": [first]}
    alone = api.post(f"{E}/delegation-groups/{delegations.south}/members", {"registration_id": first, "start": at(9)})
    assert (alone.status_code, alone.json["errors"]) == (422, {"registration_id": ["in-two-groups"]})
    assert delegations.counts(api) == [[1, 0, 3, 0]]
    other = api.post(f"{E}/delegation-groups/{delegations.south}/members", {"registration_id": second, "start": at(9)})
    back = {"start": at(9), "end": at(9)}
    wrong = api("PATCH", other.headers["Location"], back, If_Match=other.headers["ETag"])
    assert wrong.json["errors"] == {"end": ["ends-before-start"]}


def test_who_was_moved_meanwhile_is_not_moved_again(delegations: Delegations, api: Api) -> None:
    first, second = delegations.people["jiangsu"]
    seen = delegations.seen(api, first, second)
    delegations.move(api, delegations.north, first)
    body = {"group_id": delegations.south, "people": seen}
    late = api.post(f"{E}/partitions/{delegations.partition}/moves", body)
    assert (late.status_code, late.json["code"]) == (409, "moved-meanwhile")
    assert late.json["details"] == {"registrations": [first]}
    assert delegations.counts(api) == [[1, 0, 3, 0]]


@pytest.mark.one_database
def test_a_liaison_moves_the_own_people_alone_and_sees_no_others(delegations: Delegations, api: Api) -> None:
    with transaction() as db:
        account = create_account(db, email="li@forum.example", name="Li", password=None, **BY)
        of = get_edition(db, "mine").id
        grant_role(db, account.id, of, Role.DELEGATION_LIAISON, delegations=["jiangsu"], **BY)
        liaison = replace(api, token=create_token(db, account, name="tests", scopes=("admin",), **BY))
    own, other = delegations.people["jiangsu"], delegations.people["hubei"]
    delegations.move(api, delegations.north, *other)

    assert delegations.move(liaison, delegations.south, *own).status_code == 200
    assert delegations.counts(liaison) == [[0, 2, 0, 0]]
    assert delegations.counts(api) == [[2, 2, 0, 0]]
    lines = liaison.get(f"{E}/partitions/{delegations.partition}/people").json["items"]
    assert {one["registration_id"] for one in lines} == set(own)
    assert liaison.get(f"{E}/delegation-groups/{delegations.north}/members").json["items"] == []
    group = f"{E}/delegation-groups/{delegations.north}"
    api("PATCH", group, {"captain_id": other[0]}, If_Match=api.get(group).headers["ETag"])
    told = [one["captain_id"] for one in liaison.get(f"{E}/delegation-groups").json["items"]]
    assert (told, liaison.get(group).json["captain_id"]) == ([None, None], None)
    assert api.get(group).json["captain_id"] == other[0]
    refused = delegations.move(liaison, delegations.south, *other)
    assert (refused.status_code, refused.json["errors"]) == (422, {"registrations": ["not-in-the-delegation"]})
    whole = api.get(f"{E}/partitions/{delegations.partition}")
    change = ("PATCH", f"{E}/partitions/{delegations.partition}", {"kind": "hotel"})
    assert liaison(*change, If_Match=whole.headers["ETag"]).status_code == 404
    hubei = api.post(f"{E}/partitions", {"delegation": "hubei", "kind": "hotel", "name": {"en": "Hotels"}}).json["id"]
    assert liaison.get(f"{E}/partitions/{hubei}").status_code == 404
    assert [one["id"] for one in liaison.get(f"{E}/partitions").json["items"]] == [delegations.partition]
