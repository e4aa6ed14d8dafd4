"""Checkpoints, devices that sign in by a code, and scans, through the interface."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.registration.models import TicketCode
from tests.api.conftest import Api

if TYPE_CHECKING:
    import pytest

E = "/editions/mine"


def code_of(api: Api, family: str) -> str:
    """Of somebody who registers."""
    if api.get(f"{E}/registration-types").json["items"] == []:
        api.post(f"{E}/registration-types", {"code": "guest", "name": {"en": "Guest"}, "is_open": True})
    who = {"type": "guest", "latin_family": family, "email": f"{family}@x.example", "consent": True}
    made = api.post(f"{E}/registrations", who).json["registration_id"]
    with api.app.app_context():
        return str(reading().scalar(select(TicketCode.code).where(TicketCode.registration_id == made)))


def test_a_device_signs_in_scans_at_its_own_checkpoint_and_is_revoked(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json
    other = api.post(f"{E}/checkpoints", {"kind": "meal", "name": {"en": "Lunch"}, "area": "meals"}).json["id"]
    made = api.post(f"{E}/checkin-devices", {"name": "Phone", "checkpoint_id": door["id"]})
    code = made.json["pairing_code"]
    address = f"{E}/checkin-devices/{made.json['id']}"
    assert "pairing_code" not in api.get(address).json
    signed_in = api.public().post(f"{E}/device-sign-ins", {"pairing_code": code})
    assert signed_in.json["checkpoint_id"] == door["id"]
    assert api.public().post(f"{E}/device-sign-ins", {"pairing_code": code}).status_code == 422
    device = Api(api.app, signed_in.json["token"])

    def send(path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        return device(method, f"{E}/{path}", body)

    liu, wang = code_of(api, "Liu"), code_of(api, "Wang")
    stamps = {"scanned_at": "2026-05-22T15:00:00Z", "sent_at": "2026-05-22T15:00:00.500+00:00"}
    first = send("scans", {"code": liu, "nonce": "1", **stamps})
    assert (first.status_code, first.json["result"], first.json["holder"]["name"]["latin"]) == (201, "passed", "Liu")
    assert send("scans", {"code": liu, "nonce": "1"}).json == first.json
    batch = {"scans": [{"code": one, "nonce": str(n), "told": "passed"} for n, one in enumerate((wang, liu, "X"), 2)]}
    told = send("scans/batch", batch).json["scans"]
    assert [one["result"] for one in told] == ["passed", "already-in", "unknown"]
    assert (told[1]["where"], told[2]["holder"]) == ("Phone", None)

    assert send(f"checkpoints/{door['id']}", method="GET").json["name"] == {"en": "Main door"}
    refused = [
        send(f"checkpoints/{other}", method="GET"),
        send("scans", {"code": liu, "nonce": "9", "checkpoint_id": other}),
        send("scans", {"code": wang, "nonce": "1"}),
        send("scans", method="GET"),
        send("checkpoints", method="GET"),
        send("registrations", method="GET"),
        device.post("/editions/theirs/scans", {"code": liu, "nonce": "9"}),
    ]
    assert [one.status_code for one in refused] == [404, 422, 409, 401, 401, 401, 401]
    assert [one["result"] for one in api.get(f"{E}/scans").json["items"]][::-1] == [
        "passed", "passed", "already-in", "unknown",
    ]  # fmt: skip
    here = f"checkpoint_id={door['id']}"
    assert len(api.get(f"{E}/scans?{here}").json["items"]) == 4
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)  # the cursor says the second in which it was told
    roster = send("roster", method="GET").json
    assert {one["latin"]: one["presence"] for one in roster["people"]} == {"Liu": "in", "Wang": "in"}
    assert send(f"roster?since={roster['cursor']}", method="GET").json["people"] == []
    assert api.get(f"{E}/roster?{here}").json["cursor"] == roster["cursor"]
    later = at + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert send("roster", method="GET").status_code == 200
    assert api.get(address).json["seen_at"]["at"].startswith(later.isoformat()[:19])
    assert [api.get(f"{E}/roster").status_code, api.public().get(f"{E}/roster").status_code] == [422, 401]
    gone = api("POST", f"{address}/revoke", If_Match=api.get(address).headers["ETag"])
    assert gone.json["revoked_at"] is not None
    assert send("scans", {"code": wang, "nonce": "1"}).status_code == 401


def test_a_device_is_added_to_a_draft_and_signs_in_once_that_is_public(api: Api) -> None:
    """Which the operation says that adds it."""
    assert api.public().post("/editions/draft/device-sign-ins", {"pairing_code": "X"}).status_code == 404
    said = api.get("/openapi.json").json["paths"]["/api/v1/editions/{edition}/checkin-devices"]["post"]
    assert "once the edition is public" in f"{said['summary']} {said.get('description')}"


def test_a_roster_of_which_nobody_has_changed_is_not_sent_twice(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    at = clock.now().replace(hour=12)
    monkeypatch.setattr(clock, "now", lambda: at)
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    here = f"{E}/roster?checkpoint_id={door}"
    address = f"{here}&since={api.get(here).json['cursor']}"
    known = {"If_None_Match": api.get(address).headers["ETag"]}
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(seconds=5))
    assert api.get(address, **known).status_code == 304
    code_of(api, "Liu")
    assert len(api.get(address, **known).json["people"]) == 1


def test_a_rehearsal_is_told_and_what_comes_after_it_is_of_no_day(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Door"}}).json["id"]
    assert api.post(f"{E}/rehearsals", {}).json["code"] == "forum-has-begun"
    ahead = {"starts_on": "2999-05-22", "ends_on": "2999-05-22"}
    assert api("PATCH", E, ahead, If_Match=api.get(E).headers["ETag"]).status_code == 200
    runs = api.post(f"{E}/rehearsals", {})
    assert (runs.status_code, api.get(f"{E}/checkpoints/{door}").json["rehearsal_id"]) == (201, runs.json["id"])
    here = {"checkpoint_id": door, "code": code_of(api, "Liu")}
    first = api.post(f"{E}/scans", {**here, "nonce": "1"}).json
    assert (first["result"], first["rehearsal"], api.get(f"{E}/scans").json["items"]) == ("passed", True, [])
    assert [one["id"] for one in api.get(f"{E}/scans?of=rehearsal").json["items"]] == [first["id"]]

    address = f"{E}/rehearsals/{runs.json['id']}"
    ended = api("POST", f"{address}/end", If_Match=api.get(address).headers["ETag"]).json
    assert (ended["scans_deleted"], ended["ended_at"] is None) == (1, False)
    kept = {**here, "told": "passed", "rehearsal_id": runs.json["id"]}
    batch = {"scans": [{**kept, "nonce": "2"}, {**here, "nonce": "3"}]}
    over, day = api.post(f"{E}/scans/batch", batch).json["scans"]
    assert (over["result"], over["id"], over["nonce"]) == ("rehearsal-over", None, "2")
    assert (day["result"], day["rehearsal"]) == ("passed", False)
    assert api.post(f"{E}/scans", {**here, "nonce": "4", "told": "rehearsal-over"}).status_code == 422


def test_a_checkpoint_keeps_its_times_until_they_are_changed(api: Api) -> None:
    zone = {"zone": "America/Los_Angeles"}
    times = {"start": {"wall": "2023-05-22T08:00:00", **zone}, "end": {"wall": "2023-05-22T18:00:00", **zone}}
    guest = api.post(f"{E}/registration-types", {"code": "guest", "name": {"en": "Guest"}}).json["id"]
    made = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Door"}, "type_ids": [guest], **times})
    address = f"{E}/checkpoints/{made.json['id']}"
    assert (made.json["type_ids"], made.json["start"]["at"]) == ([guest], "2023-05-22T08:00:00-07:00")

    new = {"mode": "in-out", "type_ids": [], "start": None, "end": None}
    changed = api("PATCH", address, new, If_Match=api.get(address).headers["ETag"]).json

    assert {name: changed[name] for name in new} == new
    half = api("PATCH", address, {"start": times["start"]}, If_Match=api.get(address).headers["ETag"])
    assert half.status_code == 422
    assert api("DELETE", address, If_Match=api.get(address).headers["ETag"]).json["kind"] == "checkpoint"


def test_whom_the_rules_refuse_somebody_lets_in_with_their_name(api: Api) -> None:
    code = code_of(api, "Liu")
    other = api.post(f"{E}/registration-types", {"code": "press", "name": {"en": "Press"}}).json["id"]
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Door"}, "type_ids": [other]}).json["id"]
    body = {"code": code, "nonce": "f", "checkpoint_id": door, "authorized_name": "Consul Guo", "reason": "He asked"}

    unnamed = api.post(f"{E}/forced-passes", {**body, "authorized_name": ""})
    let_in = api.post(f"{E}/forced-passes", body)

    assert (unnamed.status_code, let_in.status_code, let_in.json["result"]) == (422, 201, "passed")
    assert api.get(f"{E}/live-numbers").json["stations"][0]["by_word"]["who"] == "Consul Guo"
    (kept,) = api.get(f"{E}/forced-passes").json["items"]
    assert kept | {"refused": "wrong-checkpoint", "scan_id": let_in.json["id"], "reason": "He asked"} == kept


def test_live_numbers_say_who_has_come_and_are_not_sent_twice(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}, "per_five_minutes": 10}).json
    code = code_of(api, "Liu")
    before = api.get(f"{E}/live-numbers")
    assert (before.json["total"]["arrived"], before.json["doors"][0]["queue"]) == (0, "calm")
    known = {"If_None_Match": before.headers["ETag"]}
    assert api.get(f"{E}/live-numbers", **known).status_code == 304

    api.post(f"{E}/scans", {"code": code, "nonce": "1", "checkpoint_id": door["id"]})

    after = api.get(f"{E}/live-numbers", **known).json
    assert after["total"] == {"expected": 1, "arrived": 1, "missing": 0, "others": 0, "handed": 0}
    assert (after["by_type"][0]["tally"]["arrived"], sum(after["doors"][0]["counts"])) == (1, 1)
    assert after["stations"][0]["result"] == "passed"
    assert api.get(f"{E}/live-numbers?day=1999-01-01").status_code == 422
