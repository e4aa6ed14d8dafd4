"""Posts, photos, approved titles, likely duplicates and merging, over the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Api

PAIR = {"en": "Vice Governor", "zh-Hans": "副省长"}


def made(api: Api, path: str, body: Any) -> dict[str, Any]:
    answer = api.post(path, body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def a_person(api: Api, **values: Any) -> int:
    return int(made(api, "/people", {"latin_family": "Liu", **values})["id"])


def an_organization(api: Api, name: str = "Chamber", **values: Any) -> int:
    return int(made(api, "/organizations", {"legal": {"en": name}, **values})["id"])


def tag(api: Api, path: str) -> str:
    return api.get(path).headers["ETag"]


def test_a_post_is_read_changed_and_taken_away(api: Api) -> None:
    where = f"/people/{a_person(api)}/affiliations"
    post = made(api, where, {"organization_id": an_organization(api), "title": PAIR})
    one = f"{where}/{post['id']}"
    changed = api.patch(one, {"title": {"en": "Governor"}, "ends_on": "2024-01-01"}, If_Match=tag(api, one))
    assert changed.json == {**post, "title": {"en": "Governor"}, "ends_on": "2024-01-01", "version": 2}
    assert api.patch(one, {"title": {}}, If_Match=changed.headers["ETag"]).status_code == 200
    nothing = api.patch(one, {"organization_id": None}, If_Match=tag(api, one))
    assert (nothing.status_code, nothing.json["errors"]) == (422, {"title": ["required"]})
    gone = api("DELETE", one, If_Match=tag(api, one))
    assert (gone.status_code, gone.json["record_id"], api.get(one).status_code) == (200, post["id"], 404)


def test_the_order_of_posts_is_set_as_a_whole(api: Api) -> None:
    where = f"/people/{a_person(api)}/affiliations"
    ids = [made(api, where, {"title": {"en": name}})["id"] for name in ("A", "B", "C")]
    order = f"{where}/order"
    assert api.get(order).json["ids"] == ids
    turned = api("PUT", order, {"ids": ids[::-1]}, If_Match=tag(api, order))
    assert (turned.json["ids"], [one["id"] for one in api.get(where).json["items"]]) == (ids[::-1], ids[::-1])
    assert api("PUT", order, {"ids": ids}, If_Match='"1-000000000000"').status_code == 412


def test_a_title_in_an_edition_is_removed_and_comes_back(api: Api) -> None:
    where = f"/editions/mine/people/{a_person(api)}/titles"
    first, second = (made(api, where, {"title": {"en": name}}) for name in ("A", "B"))
    removal = api("DELETE", f"{where}/1", If_Match=tag(api, f"{where}/1"))
    assert (removal.status_code, removal.json["kind"]) == (200, "edition_title")
    third = made(api, where, {"title": {"en": "C"}, "position": 1})
    assert api.post(f"/editions/mine/removals/{removal.json['id']}/restore").status_code == 200
    listed = [(one["position"], one["title"]["en"]) for one in api.get(where).json["items"]]
    assert listed == [(1, "C"), (2, "B"), (3, "A")]
    assert (first["position"], second["position"], third["position"]) == (1, 2, 1)


@pytest.mark.both_databases
def test_other_spellings_are_kept_and_found(api: Api) -> None:
    person = a_person(api, also_known_as=["Lau Chun", "劉春"])
    house = an_organization(api, also_known_as=["Old Chamber"], kind="company", country_region="US")
    assert api.get(f"/people/{person}").json["also_known_as"] == ["Lau Chun", "劉春"]
    for path, query, found in (("/people", "劉春", person), ("/organizations", "old chamber", house)):
        assert [one["id"] for one in api.get(f"{path}?q={query}").json["items"]] == [found]
    an_organization(api, "Other")
    for query in ("kind=company", "region=US"):
        assert [one["id"] for one in api.get(f"/organizations?{query}").json["items"]] == [house]
    assert api.get("/organizations?kind=nothing").status_code == 422


def test_approved_titles(api: Api) -> None:
    pair = made(api, "/title-pairs", {"title": PAIR})
    assert (pair["title"], pair["approved_by"]) == (PAIR, "Owner")
    assert api.post("/title-pairs", {"title": {"en": "VICE governor", "zh-Hans": "副省长"}}).status_code == 409
    half = api.post("/title-pairs", {"title": {"en": "Consul"}})
    assert (half.status_code, half.json["errors"]) == (422, {"title": ["both-languages-needed"]})
    one = f"/title-pairs/{pair['id']}"
    assert [found["id"] for found in api.get("/title-pairs?q=副省").json["items"]] == [pair["id"]]
    changed = api.patch(one, {"title": {**PAIR, "en": "Deputy Governor"}}, If_Match=tag(api, one))
    assert changed.json["title"]["en"] == "Deputy Governor"
    assert api("DELETE", one, If_Match=changed.headers["ETag"]).json["record_id"] == pair["id"]
    assert api.get(one).status_code == 404


@pytest.mark.parametrize(
    ("path", "one", "other", "reason"),
    [
        ("/people", {"latin_given": "Chun"}, {"native_full": "刘春"}, "read-alike"),
        ("/organizations", {"legal": {"en": "Port"}}, {"legal": {"en": "Port Ltd"}}, "but-for-its-form"),
    ],
)
def test_likely_duplicates_are_listed_and_kept_apart(
    api: Api, path: str, one: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    first = {"latin_family": "Liu", **one} if path == "/people" else one
    ids = [made(api, path, body)["id"] for body in (first, other)]
    assert api.get(f"{path}/doubles").json["items"] == [{"low_id": ids[0], "high_id": ids[1], "reason": reason}]
    pair = made(api, f"{path}/distinct-pairs", {"one_id": ids[1], "other_id": ids[0]})
    assert (pair["low_id"], pair["high_id"], pair["decided_by"]) == (*ids, "Owner")
    assert api.get(f"{path}/doubles").json["items"] == []
    same = api.post(f"{path}/distinct-pairs", {"one_id": ids[0], "other_id": ids[0]})
    assert (same.status_code, same.json["errors"]) == (422, {"other_id": ["the-same"]})


def test_two_people_become_one(api: Api) -> None:
    kept, gone = a_person(api, call_name="Lu"), a_person(api, native_full="刘春", call_name="Lily")
    post = made(api, f"/people/{gone}/affiliations", {"title": {"en": "Chair"}})
    plan = api.get(f"/people/{kept}/merge-plans/{gone}").json
    assert (plan["barred"], [(move["table"], move["row_id"]) for move in plan["moves"]]) == (
        False,
        [("affiliation", post["id"])],
    )
    body = {"gone_id": gone, "gone_version": 1, "take": ["call_name"]}
    merged = api.post(f"/people/{kept}/merge", body, If_Match=tag(api, f"/people/{kept}"))
    assert (merged.status_code, merged.json["call_name"], merged.json["native_full"]) == (200, "Lily", "刘春")
    assert [one["id"] for one in api.get(f"/people/{kept}/affiliations").json["items"]] == [post["id"]]
    lead = api.get(f"/people/{gone}/affiliations")
    assert (lead.status_code, lead.headers["Location"]) == (308, f"/api/v1/people/{kept}/affiliations")


def test_a_merge_that_cannot_be_says_why(api: Api) -> None:
    ids = [a_person(api), a_person(api)]
    api.post("/editions/mine/registration-types", {"code": "guest", "name": {"en": "Guest"}, "is_open": True})
    path, stale = f"/people/{ids[0]}", {"gone_id": ids[1], "gone_version": 7}
    gone = api.post(f"{path}/merge", stale, If_Match=tag(api, path))
    assert (gone.status_code, gone.json["details"]) == (
        412,
        {
            "entity": "person",
            "row_id": ids[1],
            "sent": {"version": 7},
            "current": api.get(f"/people/{ids[1]}").json,
        },
    )
    assert api.post(f"{path}/merge", {"gone_id": ids[1], "gone_version": 1}).status_code == 428
    assert (
        api.post(f"{path}/merge", {"gone_id": ids[1], "gone_version": 1}, If_Match='"9-000000000000"').status_code
        == 412
    )
    itself = api.post(f"{path}/merge", {"gone_id": ids[0], "gone_version": 1}, If_Match=tag(api, path))
    assert (itself.status_code, itself.json["errors"]) == (422, {"gone_id": ["the-same"]})
    missing = api.post(f"{path}/merge", {"gone_id": 99999, "gone_version": 1}, If_Match=tag(api, path))
    assert missing.status_code == 404


def test_who_is_registered_twice_keeps_one_registration(api: Api) -> None:
    edition = api.get("/editions/mine").json["id"]
    api.post("/editions/mine/registration-types", {"code": "guest", "name": {"en": "Guest"}, "is_open": True})
    for given in ("Chun", "Chunn"):
        said = {"type": "guest", "latin_family": "Liu", "email": f"{given}@a.example", "consent": True}
        made(api, "/editions/mine/registrations", {**said, "latin_given": given})
    kept, gone = (one["id"] for one in api.get("/people").json["items"])
    plan = api.get(f"/people/{kept}/merge-plans/{gone}").json
    (twice,) = plan["registrations"]
    assert (plan["barred"], twice["edition_id"], twice["stays_id"]) == (False, edition, twice["kept"]["id"])
    path, body = f"/people/{kept}", {"gone_id": gone, "gone_version": 1}
    refused = api.post(f"{path}/merge", body, If_Match=tag(api, path))
    assert (refused.status_code, refused.json["code"], refused.json["details"]["editions"]) == (
        409, "both-there", [edition],
    )  # fmt: skip
    goes = {name: twice["gone"][name] for name in ("id", "version")}
    merged = api.post(f"{path}/merge", {**body, "cancels": [goes]}, If_Match=tag(api, path))
    assert merged.status_code == 200, merged.json
    states = {one["id"]: one["status"] for one in api.get("/editions/mine/registrations").json["items"]}
    assert states == {twice["kept"]["id"]: "confirmed", twice["gone"]["id"]: "cancelled"}
