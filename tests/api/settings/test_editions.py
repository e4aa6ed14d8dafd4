"""Series and editions over the interface: beginning, finding, colors, archiving and reopening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.onsite.test_checkin import code_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.api.conftest import Api

MINE = "/editions/mine"


def body(api: Api, **changes: Any) -> dict[str, Any]:
    return {
        "series_id": api.get("/series/ccbf").json["id"],
        "ordinal": 7,
        "name": {"en": "2024 Pacific Forum", "zh-Hans": "2024年太平洋论坛"},
        "starts_on": "2024-05-20",
        "zone": "America/Los_Angeles",
        "languages": ["zh-Hans", "en"],
        **changes,
    }


def step(api: Api, name: str, tag: str | None = None) -> TestResponse:
    return api.post(f"{MINE}/{name}", If_Match=tag or api.get(MINE).headers["ETag"])


def test_an_edition_needs_few_words_and_the_rest_follows(api: Api) -> None:
    made = api.post("/editions", body(api))

    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/editions/ccbf-2024")
    told = api.get("/editions/ccbf-2024").json
    assert {key: told[key] for key in ("slug", "ordinal", "year", "ends_on", "status", "logo_id")} == {
        "slug": "ccbf-2024",
        "ordinal": 7,
        "year": 2024,
        "ends_on": "2024-05-20",
        "status": "draft",
        "logo_id": None,
    }


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"ordinal": 1}, {"ordinal": ["taken"]}),
        ({"slug": "theirs"}, {"slug": ["taken"]}),
        ({"slug": "organizer"}, {"slug": ["reserved"]}),
        ({"series_id": 4711}, {"series_id": ["unknown"]}),
        ({"name": {"en": "Only English"}}, {"name.zh-Hans": ["required"]}),
        ({"zone": "Mars/Olympus"}, {"zone": ["unknown-zone"]}),
    ],
)
def test_what_is_refused_names_its_field(api: Api, changes: dict[str, Any], errors: dict[str, Any]) -> None:
    assert api.post("/editions", body(api, **changes)).json["errors"] == errors


@pytest.mark.both_databases
def test_they_are_found_by_words_of_code_or_name_and_by_series(api: Api) -> None:
    api.post("/series", {"code": "other", "name": {"en": "Harbor Talks", "zh-Hans": "港口对话"}})
    other = api.get("/series/other").json["id"]
    api.post("/editions", body(api, series_id=other, slug="talks", ordinal=1))

    def slugs(query: str) -> list[str]:
        return [one["slug"] for one in api.get(f"/editions{query}").json["items"]]

    assert [one["code"] for one in api.get("/series?q=港口").json["items"]] == ["other"]
    assert [one["code"] for one in api.get("/series?q=talks").json["items"]] == ["other"]
    assert slugs("?q=太平洋 2024") == ["talks"]
    assert slugs(f"?series_id={other}") == ["talks"]
    assert slugs("?q=draft") == []
    assert sorted(slugs("")) == ["mine", "talks", "theirs"]
    assert api.get("/editions?page=2&page_size=2").json["total"] == 3


def test_an_accent_color_is_told_with_how_it_is_read(api: Api) -> None:
    tag = api.get(MINE).headers["ETag"]
    assert api.patch(MINE, {"accent_color": "#f2b705"}, If_Match=tag).status_code == 200

    accent = api.get(MINE).json["accent"]

    assert (accent["ink"], accent["as_text"]) == ("#16191d", "#856300")
    assert accent["contrast_on_it"] == pytest.approx(9.65, abs=0.1)
    assert accent["contrast_in_it"] == pytest.approx(1.65, abs=0.1)


def test_dates_leave_something_behind_where_the_caller_knows_it(api: Api) -> None:
    def move(**said: Any) -> tuple[int, str | None, Any]:
        answer = api("PATCH", MINE, said, If_Match=api.get(MINE).headers["ETag"])
        return answer.status_code, answer.json.get("code"), answer.json.get("details")

    there, left = (
        {"starts_on": "2023-06-05", "ends_on": "2023-06-06"},
        (409, "left-behind", {"sessions": 1, "people": 1}),
    )
    assert move(starts_on="2023-05-21") == (200, None, None)
    at = {"wall": "2023-05-22T09:00:00", "zone": "America/Los_Angeles"}
    until = {**at, "wall": "2023-05-22T10:00:00"}
    session = {"code": "s1", "title": {"en": "Opening"}, "kind": "opening", "start": at, "end": until}
    assert api.post(f"{MINE}/sessions", session).status_code == 201
    door = api.post(f"{MINE}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    scan = {"checkpoint_id": door, "code": code_of(api, "Liu"), "nonce": "1"}
    assert api.post(f"{MINE}/scans", scan).json["result"] == "passed"  # today, which is none of its days
    asks = {"leaves_behind": False}
    assert move(**there, **asks) == left
    assert api.get(MINE).json["starts_on"] == "2023-05-21"
    assert move(theme={"en": "Trade"}, **asks) == (200, None, None)
    assert move(**there) == (200, None, None)  # a program that does not ask is not asked
    assert move(ends_on="2023-06-07", **asks) == left  # also what an earlier move left behind
    assert move(ends_on="2999-06-07", **asks) == (409, "left-behind", {"sessions": 1, "people": 0})
    assert move(starts_on="2023-05-22", ends_on="2999-06-07", **asks) == (200, None, None)


def test_archived_it_is_read_and_not_changed_until_it_is_reopened(api: Api) -> None:
    before = api.get(MINE).headers["ETag"]
    assert step(api, "archive").json["status"] == "archived"

    refused = [
        api.patch(MINE, {"theme": {"en": "x"}}, If_Match=api.get(MINE).headers["ETag"]),
        api.post(f"{MINE}/venues", {"code": "a", "name": {"en": "A"}, "zone": "UTC"}),
        step(api, "archive"),
    ]
    assert [(one.status_code, one.json["code"]) for one in refused] == [(409, "archived")] * 3
    assert api.public().get(MINE).json["status"] == "archived"
    assert (step(api, "reopen", before).status_code, api("POST", f"{MINE}/reopen").status_code) == (412, 428)
    assert step(api, "take-names").json["code"] == "archived"
    assert step(api, "reopen").json["status"] == "closed"
    assert (step(api, "take-names", before).status_code, step(api, "take-names").status_code) == (412, 200)
    assert step(api, "reopen").json["code"] == "not-archived"
    assert api.patch(MINE, {"status": "open"}, If_Match=api.get(MINE).headers["ETag"]).status_code == 200


def test_a_logo_is_given_and_taken_away(api: Api) -> None:
    from tests.pictures import photo

    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "image/jpeg"}
    headers["If-Match"] = api.get(MINE).headers["ETag"]
    given = api.app.test_client().put(f"/api/v1{MINE}/logo", data=photo(), headers=headers)

    assert given.status_code == 200
    assert api.public().get(f"{MINE}/logo").status_code == 200
    assert f"/mine/images/{given.json['logo_id']}" in api.app.test_client().get("/mine").text
    gone = api("DELETE", f"{MINE}/logo", If_Match=given.headers["ETag"])
    assert (gone.json["logo_id"], api.get(f"{MINE}/logo").status_code) == (None, 404)


def test_a_new_edition_is_made_from_this_one(api: Api) -> None:
    for code in ("a", "b"):
        api.post(f"{MINE}/tracks", {"code": code, "name": {"en": code}})
    plan = api.get(f"{MINE}/clone-plan").json
    comes = {one["key"]: one["count"] for one in plan["comes"]}
    assert (comes["tracks"], comes["rooms"]) == (2, 0)
    optional = {one["key"] for one in plan["comes"] if one["optional"]}
    assert optional == {"hosts", "content-pages", "mail-texts", "mail-reminders"}
    assert {one["key"]: one["count"] for one in plan["stays"]}["access"] == 1

    body = {"ordinal": 5, "starts_on": "2024-05-20", "slug": "fifth", "without": ["hosts"]}
    made = api.post(f"{MINE}/clones", body, Idempotency_Key="once")

    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/editions/fifth")
    assert api.get(made.headers["Location"]).json["ordinal"] == 5
    assert [one["code"] for one in api.get("/editions/fifth/tracks").json["items"]] == ["a", "b"]
    assert api.post(f"{MINE}/clones", body, Idempotency_Key="once").json == made.json
    assert api.post(f"{MINE}/clones", {**body, "slug": "again"}).json["errors"] == {"ordinal": ["taken"]}
    assert api.post("/editions/theirs/clones", body).status_code == 404
    assert api.public().post(f"{MINE}/clones", body).status_code == 401
