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


def test_a_badge_is_made_at_once_and_again_in_other_words_with_a_reason(api: Api) -> None:
    code_of(api, "Liu")
    one = api.get(f"{E}/registrations").json["items"][0]["id"]
    of = f"{E}/registrations/{one}/badges"
    first = api.post(of, {"stock": "cr80", "device": "Desk 2"})
    assert (first.status_code, first.json["status"], first.json["pages"]) == (201, "done", 1)
    assert api.get(f"{E}/print-jobs/{first.json['id']}/file").data.startswith(b"%PDF")
    assert api.post(of, {}).json["errors"] == {"reason": ["required"]}
    again = api.post(of, {"reason": "misprint", "words": {"latin_name": "LIU", "title": {"en": "Chair"}}})
    assert again.status_code == 201
    told = api.get(f"{E}/printed-pieces?registration={one}").json["items"][0]
    assert (told["reason"], told["edited"]) == ("misprint", {"latin_name": "LIU", "title": {"en": "Chair"}})
