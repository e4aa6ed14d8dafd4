"""What was removed, by the API: who sees it, who brings it back, and what cannot come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition

if TYPE_CHECKING:
    from conftest import Api

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
REMOVALS = "/editions/mine/removals"
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": NOW}


def a_host(api: Api, name: str, native: str = "") -> Any:
    house = api.post("/organizations", {"legal": {"en": name, "zh-Hans": native}}).json["id"]
    made = api.post("/editions/mine/hosts", {"organization_id": house, "role": "host"})
    return api("DELETE", made.headers["Location"], If_Match=made.headers["ETag"]).json


def a_member(api: Api, code: str) -> Any:
    api.post("/editions/mine/registration-types", {"code": code, "name": {"en": code}, "is_open": True, "quota": 5})
    body = {"type": code, "latin_family": f"Of{code}", "email": f"{code}@example.org", "consent": True}
    registration = api.post("/editions/mine/registrations", body).json["registration_id"]
    api.post("/editions/mine/delegations", {"code": code, "name": {"en": code}})
    made = api.post(f"/editions/mine/delegations/{code}/members", {"registration_id": registration})
    return api("DELETE", made.headers["Location"], If_Match=made.headers["ETag"]).json


def someone(api: Api, role: Role, *codes: str, scopes: tuple[str, ...] = ("admin",)) -> Api:
    with transaction() as db:
        of = get_edition(db, "mine").id
        account = create_account(db, email=f"{role}@forum.example", name="Li", password=None, **BY)
        grant_role(db, account.id, of, role, delegations=codes, **BY)
        return replace(api, token=create_token(db, account, name="tests", scopes=scopes, **BY))


@pytest.mark.both_databases
def test_what_was_removed_is_listed_searched_paged_and_brought_back_once(api: Api) -> None:
    first, second = a_host(api, "Chamber", "商会"), a_host(api, "Council", "理事会")
    assert first.keys() == {
        "id", "kind", "record_id", "label", "along", "removed_at", "removed_by", "restored_at",
    }  # fmt: skip
    assert (first["kind"], first["label"], first["along"]) == ("edition_host", {"en": "Chamber", "zh-Hans": "商会"}, {})
    assert api.get(REMOVALS).json["items"] == [second, first]
    assert api.get(f"{REMOVALS}?q=商会").json["items"] == [first]
    assert api.get(f"{REMOVALS}?page=2&page_size=1").json["items"] == [first]
    assert api.get(f"{REMOVALS}/{first['id']}").json == first

    at = f"{REMOVALS}/{first['id']}/restore"
    back = api.post(at)
    assert (back.status_code, back.json | {"restored_at": None}) == (200, first)
    assert back.json["restored_at"]
    assert (api.get(REMOVALS).json["items"], api.get("/editions/mine/hosts").json["total"]) == ([second], 1)
    again = api.post(at)
    assert (again.status_code, again.json["code"]) == (409, "already-brought-back")


def test_a_repeated_call_gets_the_same_answer(committed: Api) -> None:
    at = f"{REMOVALS}/{a_host(committed, 'Chamber')['id']}/restore"
    answers = [committed.post(at, Idempotency_Key="once") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_only_those_who_may_remove_it_see_it_and_bring_it_back(api: Api) -> None:
    one = a_host(api, "Chamber")["id"]
    viewer, reader = someone(api, Role.VIEWER), someone(api, Role.OWNER, scopes=("read",))
    assert api.get("/editions/theirs/removals").status_code == 404
    for path in (f"{REMOVALS}/{one}", f"{REMOVALS}/{one}/restore"):
        method = "POST" if path.endswith("restore") else "GET"
        assert api(method, path.replace("/mine/", "/theirs/")).status_code == 404
        assert api.public()(method, path).status_code == 401
        assert [who(method, path).status_code for who in (viewer, reader)] == [403, 403]
    assert [who.get(REMOVALS).json["items"] for who in (viewer, reader)] == [[], []]
    assert api.get(REMOVALS).json["total"] == 1


def test_a_liaison_brings_back_its_own_alone(api: Api) -> None:
    own, foreign = a_member(api, "jiangsu"), a_member(api, "hubei")
    a_host(api, "Chamber")
    liaison = someone(api, Role.DELEGATION_LIAISON, "jiangsu")
    assert liaison.get(REMOVALS).json["items"] == [own]
    answers = [liaison.get(f"{REMOVALS}/{foreign['id']}"), liaison.post(f"{REMOVALS}/{foreign['id']}/restore")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert liaison.post(f"{REMOVALS}/{own['id']}/restore").status_code == 200
    assert api.get("/editions/mine/delegations/jiangsu/members").json["total"] == 1


def test_what_has_lost_its_place_does_not_come_back(api: Api) -> None:
    body = {"code": "jiangsu", "name": {"en": "Jiangsu"}}
    made = api.post("/editions/mine/delegations", body)
    removal = api("DELETE", made.headers["Location"], If_Match=made.headers["ETag"]).json
    api.post("/editions/mine/delegations", body)
    refused = api.post(f"{REMOVALS}/{removal['id']}/restore")
    assert (refused.status_code, refused.json["code"]) == (409, "already-exists")
    assert api.get(REMOVALS).json["items"] == [removal]
    assert api.post(f"{REMOVALS}/{removal['id'] + 1}/restore").status_code == 404


def test_people_and_organizations_go_when_nothing_needs_them_and_come_back_in_any_edition(api: Api) -> None:
    person = api.post("/people", {"latin_family": "Liu", "native_full": "刘春"})
    office = api.post("/organizations", {"legal": {"en": "Office"}})
    at = [made.headers["Location"] for made in (person, office)]
    api.post(f"{at[0]}/affiliations", {"organization_id": office.json["id"]})

    assert api("DELETE", at[0]).status_code == 428
    assert api("DELETE", at[0], If_Match='"7-000000000000"').status_code == 412
    used = api("DELETE", at[1], If_Match=office.headers["ETag"])
    assert (used.status_code, used.json["code"], used.json["details"]["by"]) == (409, "in-use", {"affiliation": 1})
    gone = [api("DELETE", one.headers["Location"], If_Match=one.headers["ETag"]).json for one in (person, office)]
    assert [(one["kind"], one["along"]) for one in gone] == [("person", {"affiliation": 1}), ("organization", {})]
    assert [api.get(one).status_code for one in at] == [404, 404]

    assert api.get(f"{REMOVALS}?q=刘春").json["items"] == [gone[0]]
    viewer = someone(api, Role.VIEWER)
    assert viewer.get(REMOVALS).json["total"] == 0
    assert viewer.post(f"{REMOVALS}/{gone[0]['id']}/restore").status_code == 403
    early = api.post(f"{REMOVALS}/{gone[0]['id']}/restore")
    assert (early.status_code, early.json["code"]) == (409, "belonging-gone")
    back = [api.post(f"{REMOVALS}/{one['id']}/restore").status_code for one in reversed(gone)]
    assert (back, [api.get(one).status_code for one in at]) == ([200, 200], [200, 200])
