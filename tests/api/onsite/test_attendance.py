"""Who came, and the closing of check-in, through the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.onsite.test_checkin import E, code_of

if TYPE_CHECKING:
    from tests.api.conftest import Api


def test_who_came_is_told_and_what_stands_against_closing(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    code = code_of(api, "Liu")
    refused = api.post(f"{E}/close-checkin", {})
    assert (refused.status_code, refused.json["code"]) == (409, "cannot-close")
    api.post(f"{E}/scans", {"code": code, "nonce": "1", "checkpoint_id": door})

    (row,) = api.get(f"{E}/attendance").json["items"]
    assert (row["checkpoint_id"], row["came"], row["expected"], row["missing"]) == (door, 1, None, None)
    (one,) = api.get(f"{E}/checkpoints/{door}/attendance").json["items"]
    assert ("Liu" in one["name"]["latin"], one["minutes"]) == (True, None)
    assert api.get(f"{E}/checkpoints/{door}/attendance?q=nobody").json["items"] == []
    assert api.get(f"{E}/checkpoints/{door + 1}/attendance").status_code == 404
    seen = api.get(f"{E}/checkin-closing").json
    closed = api.post(f"{E}/close-checkin", {})
    assert (closed.json["action"], closed.json["total"]) == ("attendance", seen["to_attend"] + seen["to_miss"])


def test_a_station_on_its_own_is_looked_at(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    scan = {"code": code_of(api, "Liu"), "checkpoint_id": door}
    late = {"scanned_at": "2023-05-22T15:00:00Z", "sent_at": "2023-05-22T15:00:01Z", "told": "passed"}
    api.post(f"{E}/scans", {**scan, "nonce": "1"})
    api.post(f"{E}/scans", {**scan, **late, "nonce": "2"})
    api.post(f"{E}/scans", {**scan, **late, "nonce": "3"})

    found = api.get(f"{E}/scan-conflicts").json["items"]
    assert {one["kind"] for one in found} == {"twice"}
    of = f"{E}/scan-conflicts/{found[0]['scan_id']}"
    assert api.post(f"{of}/review", {"note": "one person"}).json["review"]["note"] == "one person"
    assert [one["scan_id"] for one in api.get(f"{E}/scan-conflicts?state=reviewed").json["items"]] == [
        found[0]["scan_id"]
    ]
    assert api.post(f"{of}/again", {}).json["review"] is None
    assert api.post(f"{E}/scan-conflicts/999999/review", {}).status_code == 404
