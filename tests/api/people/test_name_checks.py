"""Name checks over the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.records import services as people
from forumapp.domain.proofs import answering, queries
from tests.api.conftest import COMMAND, NOW, Api

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

PROOFS = "/editions/mine/name-proofs"
BY: dict[str, Any] = {"actor": COMMAND, "now": NOW}
VISITOR: dict[str, Any] = {"actor": Actor(None, Via.PAGE), "now": NOW}


def edition_id() -> int:
    with transaction() as db:
        return db.scalars(select(Edition.id).where(Edition.slug == "mine")).one()


def add_person(family: str) -> int:
    of = edition_id()
    with transaction() as db:
        row = people.create_person(db, {"latin_family": family, "latin_given": "Wei"}, **BY)
        title, organization = {"en": "Director", "zh-Hans": "主任"}, {"en": "Port", "zh-Hans": "港"}
        people.set_edition_title(db, of, row.id, title=title, organization_name=organization, **BY)
        return row.id


def make(api: Api, *families: str, **values: Any) -> dict[str, Any]:
    ids = [add_person(family) for family in families]
    body = {"name": {"en": "Office"}, "email": "Office@js.example", "people": ids, **values}
    made = api.post(PROOFS, body)
    assert made.status_code == 201, made.text
    return {**made.json, "tag": made.headers["ETag"]}


def correct(proof_id: int, wanted: dict[str, str]) -> int:
    with transaction() as db:
        line = queries.get_proof(db, edition_id_of(db), proof_id).entries[0]
        seen = line.shown.fingerprint
        return answering.correct(db, proof_id, 1, line.id, wanted, seen=seen, by="Mr. Xu", **VISITOR).id


def edition_id_of(db: Any) -> int:
    found: int = db.scalars(select(Edition.id).where(Edition.slug == "mine")).one()
    return found


def decide(api: Api, proof: int, correction: int, body: dict[str, Any], tag: str = "") -> TestResponse:
    path = f"{PROOFS}/{proof}/corrections/{correction}"
    return api.patch(path, body, If_Match=tag or api.get(path).headers["ETag"])


def test_an_office_is_named_by_its_organization(api: Api) -> None:
    port = api.post("/organizations", {"legal": {"en": "Harbor"}}).json["id"]
    with transaction() as db:
        row = people.create_person(db, {"latin_family": "Reed"}, **BY)
        people.set_edition_title(db, edition_id_of(db), row.id, title={"en": "Chair"}, organization_id=port, **BY)

    made = api.post(PROOFS, {"organization_id": port}).json

    assert (made["name"], made["people"], made["delegation_id"]) == ({"en": "Harbor"}, 1, None)
    assert api.post(PROOFS, {"organization_id": 999_999}).json["errors"] == {"organization_id": ["unknown"]}


def test_it_works(api: Api) -> None:
    made = make(api, "Chen", "Baker")
    assert made | {"tag": "", "id": 0} == {
        "id": 0, "version": 1, "name": {"en": "Office"}, "email": "office@js.example", "language": "en",
        "delegation_id": None, "sent_at": None, "state": "not-sent", "people": 2, "approved": 0, "open_corrections": 0,
        "tag": "",
    }  # fmt: skip
    assert api.get(f"{PROOFS}/{made['id']}").json["people"] == 2
    listed = api.get(PROOFS).json
    assert (listed["total"], listed["items"][0]["id"]) == (1, made["id"])
    person = api.get(f"{PROOFS}/{made['id']}/people").json["items"][0]
    assert person | {"id": 0, "person_id": 0} == {
        "id": 0, "person_id": 0, "version": 1, "place": 1, "state": "waiting", "changed": [],
        "latin_name": "Wei Chen", "native_name": "", "title": {"en": "Director", "zh-Hans": "主任"},
        "organization": {"en": "Port", "zh-Hans": "港"}, "approved_by": None, "approved_at": None,
        "open_corrections": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": {}}, "name"),
        ({"name": {"en": "x"}, "email": "nobody"}, "email"),
        ({"name": {"en": "x"}, "people": [999999]}, "people"),
        ({"name": {"en": "x"}, "delegation_id": 999999}, "delegation_id"),
        ({"name": {"en": "x"}, "strange": 1}, "strange"),
    ],
)
def test_what_cannot_be_a_proof_is_refused_by_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.post(PROOFS, body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert api.get(PROOFS).json["total"] == 0


def test_it_is_changed_sent_and_its_links_ended_each_as_it_was_read(api: Api) -> None:
    made = make(api, "Chen")
    path = f"{PROOFS}/{made['id']}"
    changed = api.patch(path, {"language": "zh-Hans"}, If_Match=made["tag"])
    assert (changed.status_code, changed.json["language"]) == (200, "zh-Hans")
    assert api.post(f"{path}/send", If_Match=made["tag"]).status_code == 412
    sent = api.post(f"{path}/send", If_Match=changed.headers["ETag"])
    assert (sent.status_code, sent.json["state"]) == (200, "sent")
    with transaction() as db:
        assert [one.recipient for one in db.scalars(select(Message))] == ["office@js.example"]

    link = api.get(f"{path}/link").json
    public = link["url"].partition("/proof/")
    visitor = api.app.test_client()
    assert visitor.get(f"/proof/{public[2]}").status_code == 200
    ended = api.post(f"{path}/end-links", If_Match=sent.headers["ETag"])
    assert ended.status_code == 200
    assert visitor.get(f"/proof/{public[2]}").status_code == 410
    fresh = api.get(f"{path}/link").json["url"].partition("/proof/")[2]
    assert visitor.get(f"/proof/{fresh}").status_code == 200
    noted = api.post(f"{path}/note-sent", If_Match=ended.headers["ETag"])
    assert noted.status_code == 200


def test_a_repeated_sending_sends_once(api: Api) -> None:
    made = make(api, "Chen")
    path = f"{PROOFS}/{made['id']}/send"
    answers = [api.post(path, If_Match=made["tag"], Idempotency_Key="once") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    with transaction() as db:
        assert len(db.scalars(select(Message)).all()) == 1


def test_without_an_address_nothing_is_sent(api: Api) -> None:
    made = make(api, "Chen", email=None)
    answer = api.post(f"{PROOFS}/{made['id']}/send", If_Match=made["tag"])
    assert (answer.status_code, answer.json["errors"]) == (422, {"email": ["required"]})


def test_people_are_added_put_in_order_and_removed(api: Api) -> None:
    made = make(api, "Chen")
    path = f"{PROOFS}/{made['id']}/people"
    one = add_person("Baker")
    added = api.post(path, {"person_id": one})
    assert (added.status_code, added.json["place"]) == (201, 2)
    assert api.get(added.headers["Location"]).json["person_id"] == one
    assert api.post(path, {"person_id": one}).status_code == 409
    order = api.get(f"{path}/order")
    ids = order.json["ids"]
    put = api("PUT", f"{path}/order", {"ids": ids[::-1]}, If_Match=order.headers["ETag"])
    assert (put.status_code, put.json["ids"]) == (200, ids[::-1])
    assert [line["id"] for line in api.get(path).json["items"]] == ids[::-1]
    assert api("PUT", f"{path}/order", {"ids": ids}, If_Match=order.headers["ETag"]).status_code == 412
    gone = api("DELETE", f"{path}/{ids[1]}", If_Match=api.get(f"{path}/{ids[1]}").headers["ETag"])
    assert (gone.status_code, gone.json["kind"]) == (200, "proof_entry")
    assert api.post(f"/editions/mine/removals/{gone.json['id']}/restore").status_code == 200
    assert [line["id"] for line in api.get(path).json["items"]] == ids[::-1]


def test_a_proof_is_removed_and_comes_back(api: Api) -> None:
    made = make(api, "Chen")
    path = f"{PROOFS}/{made['id']}"
    gone = api("DELETE", path, If_Match=made["tag"])
    assert (gone.json["kind"], gone.json["along"]) == ("name_proof", {"proof_entry": 1})
    assert api.get(path).status_code == 404
    assert api.post(f"/editions/mine/removals/{gone.json['id']}/restore").status_code == 200
    assert api.get(path).json["people"] == 1


def test_a_correction_is_read_with_what_stands_and_taken_over_by_parts(api: Api) -> None:
    made = make(api, "Chen")
    one = correct(made["id"], {"native_full": "陈", "title.en": "Chief"})
    path = f"{PROOFS}/{made['id']}/corrections/{one}"
    read = api.get(path).json
    assert read["changes"] == [
        {"part": "native_full", "shown": "", "proposed": "陈", "stands": ""},
        {"part": "title.en", "shown": "Director", "proposed": "Chief", "stands": "Director"},
    ]
    assert (read["state"], read["proposed_by"]) == ("open", "Mr. Xu")
    assert api.get(f"{PROOFS}?state=correction").json["total"] == 1

    done = decide(api, made["id"], one, {"state": "accepted", "parts": ["title.en"]})
    assert (done.status_code, done.json["state"], done.json["accepted"]) == (200, "accepted", ["title.en"])
    assert done.json["decided_by"] == "Owner"
    person = api.get(f"{PROOFS}/{made['id']}/people").json["items"][0]
    assert (person["title"]["en"], person["native_name"]) == ("Chief", "")
    again = decide(api, made["id"], one, {"state": "declined", "reason": "x"})
    assert (again.status_code, again.json["code"]) == (409, "already-decided")


def test_a_correction_is_decided_as_it_was_read(api: Api) -> None:
    made = make(api, "Chen")
    first, second = (correct(made["id"], {"title.en": words}) for words in ("Chief", "Head"))
    path = f"{PROOFS}/{made['id']}/corrections/{second}"
    assert api.patch(path, {"state": "accepted"}).status_code == 428
    assert decide(api, made["id"], first, {"state": "accepted"}).status_code == 200

    stale = decide(api, made["id"], second, {"state": "accepted"})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    (part,) = stale.json["details"]["current"]["changes"]
    assert (part["shown"], part["stands"], part["proposed"]) == ("Director", "Chief", "Head")
    assert api.get(path).json["changes"][0]["stands"] == "Chief"
    over = decide(api, made["id"], second, {"state": "accepted", "seen": {"title.en": "Chief"}})
    assert over.status_code == 200
    assert api.get(f"{PROOFS}/{made['id']}/people").json["items"][0]["title"]["en"] == "Head"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "state"),
        ({"state": "open"}, "state"),
        ({"state": "declined"}, "reason"),
        ({"state": "accepted", "parts": ["native_full"]}, "parts"),
        ({"state": "accepted", "parts": []}, "parts"),
        ({"state": "accepted", "parts": ["../../x"]}, "parts.0"),
    ],
)
def test_a_decision_says_what_it_is(api: Api, body: dict[str, Any], field: str) -> None:
    made = make(api, "Chen")
    one = correct(made["id"], {"title.en": "Chief"})
    answer = decide(api, made["id"], one, body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_correction_of_another_proof_is_not_there(api: Api) -> None:
    mine, other = make(api, "Chen"), make(api, "Baker", name={"en": "Another"})
    one = correct(other["id"], {"title.en": "Chief"})
    assert api.get(f"{PROOFS}/{mine['id']}/corrections/{one}").status_code == 404


def test_names_that_nobody_approved_are_listed(api: Api) -> None:
    made = make(api, "Chen", "Baker")
    listed = api.get("/editions/mine/unapproved-names").json
    assert [(one["name"]["latin"], one["state"], one["proof_id"]) for one in listed["items"]] == [
        ("Wei Chen", "waiting", made["id"]), ("Wei Baker", "waiting", made["id"]),
    ]  # fmt: skip
    assert api.get("/editions/mine/unapproved-names?q=chen").json["total"] == 1
    assert (
        api.get("/editions/mine/unapproved-names?page_size=1&page=2").json["items"][0]["name"]["latin"] == "Wei Baker"
    )


def test_another_edition_has_none_of_it(api: Api) -> None:
    made = make(api, "Chen")
    assert api.get(f"/editions/theirs/name-proofs/{made['id']}").status_code == 404
    assert api.public().get(PROOFS).status_code == 401


def test_the_pages_of_people_are_as_long_as_asked(api: Api, app: Flask) -> None:
    made = make(api, *(f"P{n}" for n in range(5)))
    page = api.get(f"{PROOFS}/{made['id']}/people?page_size=2&page=3").json
    assert (page["total"], [one["place"] for one in page["items"]]) == (5, [5])
