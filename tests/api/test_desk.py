"""What the registration desk does for somebody, through the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.test_checkin import E, code_of

if TYPE_CHECKING:
    from tests.api.conftest import Api


def test_somebody_is_checked_in_and_that_is_taken_back(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    code_of(api, "Liu")
    one = api.get(f"{E}/registrations").json["items"][0]["id"]
    of, at = f"{E}/registrations/{one}/check-ins", {"checkpoint_id": door}
    first = api.post(of, {**at, "nonce": "1"})
    assert (first.status_code, first.json["result"], first.json["holder"]["registration_id"]) == (201, "passed", one)
    assert api.post(of, {**at, "nonce": "1"}).json == first.json
    assert api.post(of, {**at, "nonce": "2"}).json["result"] == "already-in"
    assert api.post(f"{of}/undo", {**at, "nonce": "3"}).json["result"] == "undone"
    refused = api.post(f"{of}/undo", {**at, "nonce": "4"})
    assert (refused.status_code, refused.json["code"]) == (409, "nothing-to-undo")
    assert api.post(of, {**at, "nonce": "5"}).json["result"] == "passed"
