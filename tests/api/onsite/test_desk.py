"""What the registration desk does for somebody, through the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.db import WRITING, db
from forumapp.core.database.transactions import reading
from forumapp.core.serving.render_pool import Workshop
from forumapp.domain.accounts.models import Account
from tests.api.onsite.test_checkin import E, code_of

if TYPE_CHECKING:
    import pytest

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


def test_what_an_alert_says_by_now_was_not_seen_by_whoever_was_told_otherwise(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    code_of(api, "Liu")
    one = f"{E}/registrations/{api.get(f'{E}/registrations').json['items'][0]['id']}"
    with api.app.app_context():
        officer = reading().scalar(select(Account.id).order_by(Account.id))
    assert api("PATCH", one, {"responsible_id": officer}, If_Match=api.get(one).headers["ETag"]).status_code == 200
    for path, nonce in (("check-ins", "1"), ("check-ins/undo", "2")):
        api.post(f"{one}/{path}", {"checkpoint_id": door, "nonce": nonce})
    (alert,) = api.get(f"{E}/vip-alerts").json["items"]
    seen = f"{E}/vip-alerts/{alert['id']}/seen"
    stale = api.post(seen, {"told": "passed"})
    assert (stale.status_code, stale.json["result"], stale.json["seen_at"]) == (200, "undone", None)
    assert api.post(seen, {"told": "nothing"}).status_code == 422
    assert api.post(seen, {"told": "undone"}).json["seen_by"] == officer
    assert api.post(seen).json["seen_by"] == officer


def test_whoever_was_let_in_without_a_place_gets_a_badge(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    code = code_of(api, "Liu")
    of = f"{E}/registrations/{api.get(f'{E}/registrations').json['items'][0]['id']}"
    assert api.post(f"{of}/cancel", {}, If_Match=api.get(of).headers["ETag"]).status_code == 200
    refused = api.post(f"{of}/badges", {})
    assert (refused.status_code, refused.json["code"]) == (409, "nothing-to-print")
    said = {"code": code, "checkpoint_id": door, "nonce": "1", "authorized_name": "Consul Guo", "reason": "He asked"}
    assert api.post(f"{E}/forced-passes", said).json["result"] == "passed"
    assert api.post(f"{of}/badges", {}).status_code == 201
    assert api.post(f"{of}/badges", {}).json["errors"] == {"reason": ["required"]}


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


class Watching(Workshop):
    """Notes whether anybody who writes waits for what is drawn."""

    def __init__(self) -> None:
        super().__init__(None)
        self.written: list[bool] = []

    def run(self, work: Any, *arguments: Any) -> Any:
        self.written.append(WRITING in db.session().info)
        return super().run(work, *arguments)


def test_no_writer_waits_for_a_badge_and_who_asks_again_is_answered_without_another(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_of(api, "Liu")
    watching = Watching()
    monkeypatch.setitem(api.app.extensions, "forumapp.workshop", watching)
    of = f"{E}/registrations/{api.get(f'{E}/registrations').json['items'][0]['id']}/badges"

    first = api.post(of, {}, Idempotency_Key="one")
    drawn = len(watching.written)
    again = api.post(of, {}, Idempotency_Key="one")

    assert (first.status_code, first.data, set(watching.written)) == (201, again.data, {False})
    assert len(watching.written) == drawn
    assert api.post(of, {}, Idempotency_Key="two").json["errors"] == {"reason": ["required"]}
    assert api.post(of, {"reason": "lost"}).status_code == 201


def test_a_walk_in_is_let_in_at_once_or_not_at_all(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    code_of(api, "Liu")
    kind = api.get(f"{E}/registration-types").json["items"][0]["code"]
    body = {"type": kind, "latin_family": "Walker", "checkpoint_id": door, "nonce": "w1"}
    first = api.post(f"{E}/desk-walk-ins", body, Idempotency_Key="one")
    assert first.status_code == 201
    registration, scan = first.json["registration"], first.json["scan"]
    assert (registration["status"], registration["source"], scan["result"]) == ("confirmed", "walk-in", "passed")
    assert scan["holder"]["registration_id"] == registration["id"]
    assert api.post(f"{E}/desk-walk-ins", body, Idempotency_Key="one").json == first.json
    nowhere = api.post(f"{E}/desk-walk-ins", {**body, "latin_family": "Other", "checkpoint_id": 999, "nonce": "w2"})
    assert (nowhere.status_code, api.get(f"{E}/registrations").json["total"]) == (404, 2)


def test_a_rehearsal_tries_the_whole_of_a_walk_in(api: Api) -> None:
    code_of(api, "Liu")
    ahead = {"starts_on": "2999-05-22", "ends_on": "2999-05-22"}
    assert api("PATCH", E, ahead, If_Match=api.get(E).headers["ETag"]).status_code == 200
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    assert api.post(f"{E}/rehearsals", {}).status_code == 201
    kind = api.get(f"{E}/registration-types").json["items"][0]["code"]
    body = {"type": kind, "latin_family": "Walker", "checkpoint_id": door, "nonce": "w1"}
    for at, status, code in ((999, 404, "not-found"), (door, 409, "not-in-rehearsal")):
        answer = api.post(f"{E}/desk-walk-ins", {**body, "checkpoint_id": at})
        assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["details"] == {"result": "passed"}
    assert api.get(f"{E}/registrations").json["total"] == 1


def test_those_who_come_together_and_a_place_that_goes_back(api: Api) -> None:
    door = api.post(f"{E}/checkpoints", {"kind": "door", "name": {"en": "Main door"}}).json["id"]
    old = code_of(api, "Liu")
    one = api.get(f"{E}/registrations").json["items"][0]["id"]
    kind = api.get(f"{E}/registration-types").json["items"][0]["code"]
    where = f"{E}/registrations/{one}"
    of = {"checkpoint_id": door, "people": [one]}
    together = api.post(f"{where}/check-ins/together", {**of, "nonce": "t"})
    assert (together.status_code, [each["result"] for each in together.json["scans"]]) == (201, ["passed"])
    assert api.post(f"{where}/check-ins/together", {**of, "nonce": "t"}).json == together.json
    strange = api.post(f"{where}/check-ins/together", {**of, "people": [one + 1], "nonce": "u"})
    assert (strange.status_code, strange.json["errors"]) == (422, {"people": ["unknown"]})

    tag = api.get(where).headers["ETag"]
    new = api.post(f"{where}/desk-substitute", {"latin_family": "Chen"}, If_Match=tag)
    assert (new.status_code, new.json["type"], new.json["status"]) == (200, kind, "confirmed")
    theirs = f"{E}/registrations/{new.json['id']}"
    here = {"checkpoint_id": door, "nonce": "c"}
    assert api.post(f"{theirs}/check-ins", here).json["result"] == "passed"
    refused = api.post(f"{theirs}/give-back", {}, If_Match=new.headers["ETag"])
    assert (refused.status_code, refused.json["code"]) == (409, "have-come")
    api.post(f"{theirs}/check-ins/undo", {"checkpoint_id": door, "nonce": "d"})
    first = api.post(f"{theirs}/give-back", {}, If_Match=new.headers["ETag"])
    assert (first.status_code, first.json["id"], first.json["status"]) == (200, one, "confirmed")
    assert first.json["short_code"] == api.get(where).json["short_code"]
    scanned = [
        api.post(f"{E}/scans", {"code": code, "checkpoint_id": door, "nonce": nonce}).json["result"]
        for code, nonce in ((old, "e"), (new.json["short_code"], "f"))
    ]
    assert scanned == ["already-in", "replaced"]
    again = api.post(f"{theirs}/give-back", {}, If_Match=api.get(theirs).headers["ETag"])
    assert (again.status_code, again.json["code"]) == (409, "no-substitute")
