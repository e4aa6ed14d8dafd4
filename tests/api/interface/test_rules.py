"""What the interface promises for every request, whatever it is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.api.problems import CHANGED, CHANGED_IN_BODY, CHANGED_PREVIEW, MALFORMED_TAG, NO_VERSION

if TYPE_CHECKING:
    from conftest import Api

ZONE = "America/Los_Angeles"
VENUE: dict[str, Any] = {"code": "main", "name": {"en": "Hotel"}, "zone": ZONE}


def session(**changes: Any) -> dict[str, Any]:
    times = {
        "start": {"wall": "2023-05-22T09:00:00", "zone": ZONE},
        "end": {"wall": "2023-05-22T10:30:00", "zone": ZONE},
    }
    return {"code": "opening", "title": {"en": "Opening"}, "kind": "opening", **times, **changes}


def send(api: Api, data: bytes | str, content_type: str) -> Any:
    return api.app.test_client().post(
        "/api/v1/editions/mine/venues",
        data=data,
        headers={"Authorization": f"Bearer {api.token}", "Content-Type": content_type},
    )


def test_an_address_without_a_view_is_a_problem_too(api: Api) -> None:
    answer = api.get("/nothing")
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "urn:forumapp:problem:not-found",
        "title": "Not Found",
        "status": 404,
        "code": "not-found",
        "request_id": answer.headers["X-Request-Id"],
    }


def test_a_method_that_no_view_has_is_refused_with_those_that_there_are(api: Api) -> None:
    answer = api("PUT", "/editions/mine")
    assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PATCH"}


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"code": NaN}',
        b'{"code": Infinity}',
        b"1" * 5000,
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused_as_such(api: Api, data: bytes) -> None:
    answer = send(api, data, "application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(api: Api, content_type: str) -> None:
    answer = send(api, json.dumps(VENUE), content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize("data", ["[]", "null", '"text"', "1"])
def test_a_body_that_is_no_object_is_refused(api: Api, data: str) -> None:
    assert send(api, data, "application/json").status_code == 422


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"code": "A B"}, {"code": ["malformed"]}),
        ({"code": "main\n"}, {"code": ["not-plain"]}),
        ({"name": {"en": "a\x00b"}}, {"name.en": ["not-plain"]}),
        ({"name": {"en": "\ud800"}}, {"name.en": ["not-plain"]}),
        ({"name": {"de": "Hotel"}}, {"name.de": ["unknown"]}),
        ({"name": {"en": 1, "zh-Hans": "酒店"}}, {"name.en": ["invalid"]}),
        ({"name": {}}, {"name": ["required"]}),
        ({"name": "Hotel"}, {"name": ["invalid"]}),
        ({"name": {"en": "x" * 501}}, {"name.en": ["too-long"]}),
        ({"zone": "Los Angeles"}, {"zone": ["unknown-zone"]}),
        ({"zone": "../../etc/passwd"}, {"zone": ["unknown-zone"]}),
        ({"zone": None, "code": None}, {"zone": ["required"], "code": ["required"]}),
        ({"id": 7}, {"id": ["unknown"]}),
    ],
)
def test_each_faulty_field_is_named(api: Api, changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    answer = api.post("/editions/mine/venues", {**VENUE, **changes})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["errors"] == errors
    assert api.get("/editions/mine/venues").json["total"] == 0


@pytest.mark.parametrize("capacity", [2**31, -1, 1.5, "12", True, 1e300])
def test_a_number_that_no_column_holds_is_refused(api: Api, capacity: Any) -> None:
    venue = api.post("/editions/mine/venues", VENUE).json["id"]
    body = {"code": "hall", "venue_id": venue, "name": {"en": "Hall"}, "capacity": capacity}
    answer = api.post("/editions/mine/rooms", body)
    assert answer.status_code == 422
    assert answer.json["errors"]["capacity"][0] in ("invalid", "out-of-range")
    assert api.post("/editions/mine/rooms", {**body, "capacity": 12.0}).json["capacity"] == 12


def test_times_come_with_their_offset_and_zone(api: Api) -> None:
    made = api.post("/editions/mine/sessions", session()).json
    assert made["start"] == {"at": "2023-05-22T09:00:00-07:00", "wall": "2023-05-22T09:00:00", "zone": ZONE}
    assert made["end"] == {"at": "2023-05-22T10:30:00-07:00", "wall": "2023-05-22T10:30:00", "zone": ZONE}


def test_one_end_of_a_session_moves_and_the_other_stays(api: Api) -> None:
    made = api.post("/editions/mine/sessions", session())
    end = {"wall": "2023-05-23T02:00:00", "zone": "Asia/Shanghai"}
    changed = api.patch(made.headers["Location"], {"end": end}, If_Match=made.headers["ETag"])
    assert changed.json["start"] == made.json["start"]
    assert changed.json["end"] == {"at": "2023-05-23T02:00:00+08:00", **end}


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ({"wall": "2023-03-12T02:30:00", "zone": ZONE}, "time-does-not-exist"),
        ({"wall": "2023-11-05T01:30:00", "zone": ZONE}, "time-is-ambiguous"),
        ({"wall": "2023-05-22T08:00:00", "zone": ZONE}, "ends-before-start"),
        ({"wall": "2023-05-22T10:00:00-07:00", "zone": ZONE}, "invalid"),
        ({"wall": "2023-02-30T10:00:00", "zone": ZONE}, "invalid"),
        ({"wall": "0001-01-01T00:00:00", "zone": "Asia/Shanghai"}, "invalid"),
    ],
)
def test_a_time_that_cannot_be_is_refused(api: Api, end: dict[str, Any], code: str) -> None:
    answer = api.post("/editions/mine/sessions", session(end=end))
    assert (answer.status_code, answer.json["code"]) == (422, code)


@pytest.mark.parametrize(("fold", "offset"), [(0, "-07:00"), (1, "-08:00")])
def test_a_time_that_exists_twice_is_taken_when_told_which_one(api: Api, fold: int, offset: str) -> None:
    end = {"wall": "2023-11-05T01:30:00", "zone": ZONE, "fold": fold}
    made = api.post("/editions/mine/sessions", session(end=end))
    assert made.json["end"] == {"at": f"2023-11-05T01:30:00{offset}", **end}
    back = {"start": made.json["start"], "end": made.json["end"]}
    assert api.patch(made.headers["Location"], back, If_Match=made.headers["ETag"]).json == made.json


def test_a_time_that_is_read_is_sent_back_with_another_wall_time(api: Api) -> None:
    """The instant beside it is as it was read, and says nothing."""
    made = api.post("/editions/mine/sessions", session())
    end = {**made.json["end"], "wall": "2023-05-22T11:00:00"}
    changed = api.patch(made.headers["Location"], {"end": end}, If_Match=made.headers["ETag"])
    assert changed.json["end"]["at"] == "2023-05-22T11:00:00-07:00"
    wrong = api.patch(made.headers["Location"], {"end": {**end, "at": "noon"}}, If_Match=changed.headers["ETag"])
    assert (wrong.status_code, wrong.json["errors"]) == (422, {"end.at": ["malformed"]})


def test_cookies_count_for_nothing(api: Api) -> None:
    client = api.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "1"
    assert client.get("/api/v1/editions/mine/venues").status_code == 401


def test_the_public_sees_no_draft_and_no_stranger_sees_more(api: Api) -> None:
    slugs = [edition["slug"] for edition in api.public().get("/editions").json["items"]]
    assert sorted(slugs) == ["mine", "theirs"]
    assert api.public().get("/editions/draft").status_code == 404
    assert api.get("/editions/draft").status_code == 404
    assert api.get("/editions/theirs").status_code == 200
    assert api.patch("/editions/theirs", {"year": 2024}, If_Match='"1-000000000000"').status_code == 404


def test_the_same_post_under_one_key_takes_effect_once(api: Api) -> None:
    first = api.post("/editions/mine/venues", VENUE, Idempotency_Key="k-1")
    again = api.post("/editions/mine/venues", VENUE, Idempotency_Key="k-1")
    assert first.status_code == 201
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert {name: again.headers[name] for name in ("ETag", "Location")} == {
        name: first.headers[name] for name in ("ETag", "Location")
    }
    assert api.get("/editions/mine/venues").json["total"] == 1
    without = api.post("/editions/mine/venues", VENUE)
    assert (without.status_code, without.json["code"]) == (409, "already-exists")


def test_a_key_is_bound_to_the_body_the_path_and_the_caller(api: Api) -> None:
    body = {"code": "one", "name": {"en": "One"}}
    assert api.post("/series", body, Idempotency_Key="k").status_code == 201
    other = api.post("/series", {**body, "code": "two"}, Idempotency_Key="k")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    assert api.get("/series/two").status_code == 404
    elsewhere = api.post("/editions/mine/venues", VENUE, Idempotency_Key="k")
    assert elsewhere.status_code == 201
    assert api.public().post("/series", body, Idempotency_Key="k").status_code == 401


def test_a_refused_post_leaves_its_key_free(api: Api) -> None:
    refused = api.post("/editions/mine/venues", {**VENUE, "zone": "Nowhere/Land"}, Idempotency_Key="k")
    assert refused.status_code == 422
    assert api.post("/editions/mine/venues", VENUE, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 101, "a b", "é"])
def test_a_key_that_is_none_is_refused(api: Api, key: str) -> None:
    answer = api.post("/editions/mine/venues", VENUE, Idempotency_Key=key)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])


def test_a_change_on_no_version_or_an_old_one_is_answered_with_what_to_send(api: Api) -> None:
    at = api.post("/editions/mine/venues", VENUE).headers["Location"]
    tag = api.get(at).headers["ETag"]
    without = api.patch(at, {"name": {"en": "Hall"}})
    assert (without.status_code, without.json["detail"]) == (428, NO_VERSION)
    assert api.patch(at, {"name": {"en": "Hall"}}, If_Match=tag).status_code == 200
    old = api.patch(at, {"name": {"en": "Annex"}}, If_Match=tag)
    assert (old.status_code, old.json["detail"]) == (412, CHANGED)
    for words in (NO_VERSION, CHANGED):
        assert "ETag" in words
        assert "as If-Match" in words
    last = api.get(at).headers["ETag"]
    assert api.patch(at, {"name": {"en": "Annex"}}, If_Match=last).status_code == 200


@pytest.mark.parametrize("tag", ['"1"', "1", "*", '"never ours"', 'W/"1-0123456789ab"'])
def test_a_malformed_tag_is_answered_with_what_a_tag_looks_like(api: Api, tag: str) -> None:
    at = api.post("/editions/mine/venues", VENUE).headers["Location"]
    answer = api.patch(at, {"name": {"en": "Hall"}}, If_Match=tag)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed-if-match")
    assert answer.json["detail"] == MALFORMED_TAG


def test_a_preview_or_a_record_in_the_body_that_has_changed_is_answered_in_its_own_words(api: Api) -> None:
    ids = [api.post("/people", {"latin_family": name}).json["id"] for name in ("Ay", "Bee")]
    tag = api.get(f"/people/{ids[0]}").headers["ETag"]
    merged = api.post(f"/people/{ids[0]}/merge", {"gone_id": ids[1], "gone_version": 7}, If_Match=tag)
    assert (merged.status_code, merged.json["detail"]) == (412, CHANGED_IN_BODY)
    erased = api.post(f"/people/{ids[0]}/erase", {"mark": "0" * 32, "confirmed": True})
    assert (erased.status_code, erased.json["detail"]) == (412, CHANGED_PREVIEW)
    assert "detail" not in api.get("/nothing").json
