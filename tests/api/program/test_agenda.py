from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition

if TYPE_CHECKING:
    from conftest import Api

ZONE = "America/Los_Angeles"
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": datetime(2023, 3, 1, 12, tzinfo=UTC)}


def a_room(api: Api) -> int:
    rooms = api.get("/editions/mine/rooms").json["items"]
    if rooms:
        return int(rooms[0]["id"])
    venue = api.post("/editions/mine/venues", {"code": "main", "name": {"en": "Hotel"}, "zone": ZONE}).json["id"]
    made = api.post("/editions/mine/rooms", {"code": "hall", "name": {"en": "Hall"}, "venue_id": venue})
    return int(made.json["id"])


def opening(api: Api, *, code: str = "opening", room: bool = False, **more: Any) -> dict[str, Any]:
    body = {
        "code": code,
        "room_id": a_room(api) if room else None,
        "title": {"en": "Opening", "zh-Hans": "开幕式"},
        "kind": "opening",
        "start": {"wall": "2023-05-22T09:00:00", "zone": ZONE},
        "end": {"wall": "2023-05-22T10:00:00", "zone": ZONE},
        **more,
    }
    made: dict[str, Any] = api.post("/editions/mine/sessions", body).json
    return made


def test_a_sessions_faulty_fields_are_named(api: Api) -> None:
    faulty = {"end": "2023-05-22T10:00:00", "setup_minutes": -5, "changeover_minutes": -5, "expected_audience": -5}
    assert opening(api, **faulty)["errors"] == {
        "end": ["invalid"],
        **{key: ["out-of-range"] for key in ["setup_minutes", "changeover_minutes", "expected_audience"]},
    }


def test_a_session_shows_its_items_and_people(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    person = api.post("/people", {"latin_family": "Liu", "native_full": "刘春"}).json["id"]
    item = api.post(f"{where}/items", {"title": {"en": "Remarks"}, "minutes": 10}).json
    role = api.post(f"{where}/roles", {"person_id": person, "role": "speaker", "item_id": item["id"]})
    assert (role.status_code, role.json["status"]) == (201, "invited")  # nobody has asked them yet
    session = api.get(where).json
    assert session["items"] == [item]
    assert session["roles"] == [role.json]
    strange = api.post(f"{where}/roles", {"person_id": person, "role": "mc", "item_id": item["id"] + 1})
    assert (strange.status_code, strange.json["errors"]) == (422, {"item_id": ["unknown"]})


def a_person(api: Api, family: str = "Liu") -> int:
    return int(api.post("/people", {"latin_family": family, "native_full": "刘春"}).json["id"])


def test_items_and_roles_are_listed_in_order_and_found_at_their_location(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    items = [api.post(f"{where}/items", {"title": {"en": title}, "minutes": 10}) for title in ("Film", "Remarks")]
    last = api.post(f"{where}/roles", {"person_id": a_person(api), "role": "speaker", "position": 2})
    first = api.post(f"{where}/roles", {"person_id": a_person(api), "role": "mc", "position": 1})
    assert api.get(f"{where}/items").json["items"] == [made.json for made in items]
    assert api.get(f"{where}/roles").json["items"] == [first.json, last.json]
    for made, path in ((items[1], f"{where}/items"), (last, f"{where}/roles")):
        assert made.headers["Location"] == f"/api/v1{path}/{made.json['id']}"
        read = api.get(made.headers["Location"])
        assert (read.json, read.headers["ETag"]) == (made.json, made.headers["ETag"])


def test_a_further_part_stands_behind_those_who_were_put_in_order(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    parts = [api.post(f"{where}/roles", {"person_id": a_person(api), "role": "panelist"}) for _number in range(3)]
    first, second, third = (made.json["id"] for made in parts)
    tag = api.get(f"{where}/roles/order").headers["ETag"]
    assert api("PUT", f"{where}/roles/order", {"ids": [third, first, second]}, If_Match=tag).status_code == 200
    api("DELETE", f"{where}/roles/{first}", If_Match=api.get(f"{where}/roles/{first}").headers["ETag"])  # leaves a gap
    last = api.post(f"{where}/roles", {"person_id": a_person(api), "role": "panelist"}).json["id"]
    assert api.get(f"{where}/roles/order").json["ids"] == [third, second, last]
    far = api.post(f"{where}/roles", {"person_id": a_person(api), "role": "mc", "position": 2**31 - 1}).json["id"]
    beyond = api.post(f"{where}/roles", {"person_id": a_person(api), "role": "mc"})
    assert beyond.status_code == 201
    assert api.get(f"{where}/roles/order").json["ids"] == [third, second, last, far, beyond.json["id"]]


def test_an_item_changes_and_goes_with_the_parts_in_it(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api, interpretation='consecutive')['id']}"
    made = api.post(f"{where}/items", {"title": {"en": "Remarks"}, "minutes": 10})
    assert (made.json["mode"], made.json["clock_minutes"]) == ("consecutive", 20)  # as the session is
    at, tag = made.headers["Location"], made.headers["ETag"]
    assert api.patch(at, {"minutes": 15}).status_code == 428
    changed = api.patch(at, {"minutes": 15, "kind": "signing"}, If_Match=tag)
    assert changed.json == {**made.json, "minutes": 15, "clock_minutes": 30, "kind": "signing", "version": 2}
    assert api.patch(at, {"minutes": 20}, If_Match=tag).status_code == 412
    api.post(f"{where}/roles", {"person_id": a_person(api), "role": "speaker", "item_id": made.json["id"]})

    tag = changed.headers["ETag"]
    assert (api("DELETE", at).status_code, api("DELETE", at, If_Match=tag).status_code) == (428, 200)
    session = api.get(where).json
    assert (session["items"], session["roles"], api.get(at).status_code) == ([], [], 404)


def test_what_belongs_to_another_session_or_edition_does_not_exist_in_this_one(api: Api) -> None:
    own, other = (f"/editions/mine/sessions/{opening(api, code=code)['id']}" for code in ("own", "other"))
    item = api.post(f"{own}/items", {"title": {"en": "Remarks"}, "minutes": 10})
    role = api.post(f"{own}/roles", {"person_id": a_person(api), "role": "speaker"})
    for made, part in ((item, "items"), (role, "roles")):
        tag = made.headers["ETag"]
        for session in (other, own.replace("/mine/", "/theirs/")):
            there = f"{session}/{part}/{made.json['id']}"
            answers = [api.get(there), api("DELETE", there, If_Match=tag)]
            if part == "items":
                answers.append(api.patch(there, {"minutes": 5}, If_Match=tag))
            assert {answer.status_code for answer in answers} == {404}
        assert api.get(f"{own.replace('/mine/', '/theirs/')}/{part}").status_code == 404
        assert api.public().get(f"{own}/{part}").status_code == 401


def test_the_same_part_twice_is_refused_at_its_field(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    part = {"person_id": a_person(api), "role": "speaker"}
    api.post(f"{where}/roles", part)
    again = api.post(f"{where}/roles", part)
    assert (again.status_code, again.json["errors"]) == (409, {"person_id": ["taken"]})
    item = api.post(f"{where}/items", {"title": {"en": "Remarks"}, "minutes": 10}).json["id"]
    assert api.post(f"{where}/roles", {**part, "item_id": item}).status_code == 201


def test_what_is_published_is_public_and_stays_as_it_was(api: Api) -> None:
    session = opening(api)
    where = f"/editions/mine/sessions/{session['id']}"
    person = api.post("/people", {"latin_family": "Liu", "native_full": "刘春"}).json["id"]
    api.post(f"{where}/roles", {"person_id": person, "role": "speaker", "status": "confirmed"})
    public = api.public()
    assert public.get("/editions/mine/speakers").json["items"] == []

    published = api.post("/editions/mine/agenda-versions", {"label": "First"})
    assert (published.status_code, published.json["number"]) == (201, 1)
    speakers = public.get("/editions/mine/speakers").json
    assert [(one["person_id"], one["native_full"]) for one in speakers["items"]] == [(person, "刘春")]
    assert public.get(f"/editions/mine/speakers/{person}").json == speakers["items"][0]
    assert public.get(f"/editions/mine/speakers/{person + 1}").status_code == 404

    tag = api.get(where).headers["ETag"]
    api.patch(where, {"title": {"en": "Welcome"}}, If_Match=tag)
    version = public.get("/editions/mine/agenda-versions/1").json
    assert version["content"]["sessions"][0]["title"] == session["title"]
    assert public.get("/editions/mine/agenda-versions/2").status_code == 404
    assert public.post("/editions/mine/agenda-versions", {}).status_code == 401


def test_what_changed_is_data_with_words_and_the_public_reads_its_part(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    api.post("/editions/mine/agenda-versions", {})
    api.post(f"{where}/roles", {"person_id": a_person(api), "role": "interpreter"})
    api.patch(where, {"title": {"en": "Welcome"}}, If_Match=api.get(where).headers["ETag"])
    draft = api.get("/editions/mine/agenda-changes").json["items"]
    api.post("/editions/mine/agenda-versions", {})
    changes = "/editions/mine/agenda-versions/2/changes"
    whole, public = api.get(changes).json["items"], api.public().get(changes).json["items"]
    assert (whole, api.get("/editions/mine/agenda-changes").json["items"]) == (draft, [])
    assert [[one["kind"] for one in session["changes"]] for session in (whole[0], public[0])] == [
        ["retitled", "came"],
        ["retitled"],
    ]
    assert public[0]["changes"][0]["after"] == {"title": {"en": "Welcome"}}
    assert public[0]["changes"][0]["words"] == {
        "en": "New title: “Welcome”. It was “Opening”. The Chinese title has been taken out. It was “开幕式”.",
        "zh-Hans": "英文标题有改动：“Welcome”。中文标题已删除，原为“开幕式”。",
    }
    assert api.get(f"{changes}?since=0").json["items"][0]["changes"][0]["kind"] == "new"
    assert [api.get(f"{changes}?since={since}").status_code for since in ("3", "-1")] == [404, 422]


def test_a_token_that_may_not_read_sees_no_more_of_a_version_than_the_public_and_no_draft(api: Api) -> None:
    secret = opening(api, kind="closed-door")
    where = f"/editions/mine/sessions/{secret['id']}"
    api.post("/editions/mine/agenda-versions", {})
    api.post(f"{where}/roles", {"person_id": a_person(api), "role": "speaker"})
    api.post(f"{where}/items", {"title": {"en": "What nobody may know"}, "minutes": 10})
    api.post("/editions/mine/agenda-versions", {})
    with transaction() as db:
        account = db.scalars(select(Account)).one()
        grant_role(db, account.id, get_edition(db, "draft").id, Role.OWNER, **BY)
        tokens = [create_token(db, account, name=scope, scopes=(scope,), **BY) for scope in ("register", "read")]
    registers, reads = (replace(api, token=token) for token in tokens)
    for path in ("agenda-versions/2", "agenda-versions/2/changes"):
        at = f"/editions/mine/{path}"
        told = api.public().get(at).json
        assert registers.get(at).json == told != reads.get(at).json == api.get(at).json
    for path in ("", "/agenda-versions", "/hosts", "/speakers", "/registration-types"):
        at = f"/editions/draft{path}"
        assert (registers.get(at).status_code, reads.get(at).status_code) == (404, 200)


def test_an_agenda_is_planned_changed_and_taken_back_and_told_of_who_reads_of_it(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    refused = api.post("/editions/mine/agenda-plans", {"at_wall": "2999-03-10T02:30:00"})
    assert (refused.status_code, refused.json["errors"]) == (422, {"at_wall": ["time-does-not-exist"]})
    made = api.post("/editions/mine/agenda-plans", {"at_wall": "2999-05-01T09:00:00"})
    plan = f"/editions/mine/agenda-plans/{made.json['id']}"
    assert (made.status_code, made.json["at_wall"], made.json["tell"]) == (201, "2999-05-01T09:00:00", True)
    changed = api.patch(plan, {"at_wall": "2999-05-01T10:00:00"}, If_Match=made.headers["ETag"])
    assert (changed.status_code, api.get(plan).json["at_wall"]) == (200, "2999-05-01T10:00:00")
    back = api.post(f"{plan}/take-back", {}, If_Match=api.get(plan).headers["ETag"])
    assert (back.status_code, back.json["status"]) == (200, "taken-back")

    person = a_person(api)
    api.post("/editions/mine/agenda-versions", {})
    assert api.get("/editions/mine/agenda-versions/1/telling").status_code == 404
    api.post(f"{where}/roles", {"person_id": person, "role": "speaker", "status": "confirmed"})
    listed = api.get("/editions/mine/agenda-recipients").json["items"]
    session = api.get(where).json["id"]
    assert [(one["person_id"], one["session_ids"], one["has_address"]) for one in listed] == [
        (person, [session], False)
    ]
    read = api.get(f"/editions/mine/agenda-recipients/{person}").json
    assert "刘春将参加（演讲）" in read["text"]
    assert api.post("/editions/mine/agenda-versions", {}).json["number"] == 2
    assert api.get("/editions/mine/agenda-versions/2/telling").json["status"] == "queued"
    listed = api.get("/editions/mine/agenda-recipients?again=1").json["items"]
    assert [one["person_id"] for one in listed] == [person]
    assert "刘春不再参加（演讲）" in api.get(f"/editions/mine/agenda-recipients/{person}?again=1").json["text"]
    assert api.get("/editions/mine/agenda-recipients?again=9").status_code == 404
    assert api.get(f"/editions/mine/agenda-recipients?again={2**63 - 1}").status_code == 404
    assert api.post("/editions/mine/agenda-versions", {"again": 1}).json["number"] == 3
    assert api.get("/editions/mine/agenda-versions/3").json["content"]["people"] == {}
    assert api.get("/editions/mine/agenda-versions/3/telling").status_code == 404


def test_helpers_are_told_to_organizers_alone(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    speaker, helper = a_person(api), a_person(api, "Helper")
    api.post(f"{where}/roles", {"person_id": speaker, "role": "speaker", "status": "confirmed"})
    api.post(f"{where}/roles", {"person_id": helper, "role": "interpreter", "status": "confirmed"})
    api.post("/editions/mine/agenda-versions", {})
    address = "/editions/mine/agenda-versions/1"
    people = [sorted(who.get(address).json["content"]["people"]) for who in (api, api.public())]
    assert people == [sorted([str(speaker), str(helper)]), [str(speaker)]]


def test_clashes_are_found_as_codes_with_those_they_concern(api: Api) -> None:
    first, second = opening(api, room=True), opening(api, code="keynote", room=True)
    found = api.get("/editions/mine/findings").json["items"]
    clash = next(one for one in found if one["code"] == "room-clash")
    assert clash["blocking"] is True
    assert clash["parties"][:2] == [{"kind": "session", "id": first["id"]}, {"kind": "session", "id": second["id"]}]
    assert api.public().get("/editions/mine/findings").status_code == 401
    assert api.get("/editions/theirs/findings").status_code == 404


def test_an_edition_says_which_findings_block(api: Api) -> None:
    opening(api, room=True)
    opening(api, code="keynote", room=True)
    at = "/editions/mine/finding-severities"
    usual = api.get(at)
    wanted = {"severities": {"room-clash": "warn", "interpreter-alone": "ignore"}}
    never = api("PUT", at, {"severities": {"person-clash": "ignore"}}, If_Match=usual.headers["ETag"])
    unknown = api("PUT", at, {"severities": {"rain": "warn"}}, If_Match=usual.headers["ETag"])
    changed = api("PUT", at, wanted, If_Match=usual.headers["ETag"])
    stale = api("PUT", at, wanted, If_Match=usual.headers["ETag"])

    assert (never.status_code, never.json["errors"]) == (422, {"person-clash": ["never-ignored"]})
    assert unknown.status_code == 422
    assert changed.json["severities"] == usual.json["severities"] | wanted["severities"]
    assert (stale.status_code, api.public().get(at).status_code) == (412, 401)
    found = api.get("/editions/mine/findings").json["items"]
    assert {one["severity"] for one in found if one["code"] == "room-clash"} == {"warn"}
    assert api.post("/editions/mine/agenda-versions", {}).status_code == 201


def test_an_agenda_with_a_clash_is_published_only_with_a_reason(api: Api) -> None:
    opening(api, room=True)
    opening(api, code="keynote", room=True)
    refused = api.post("/editions/mine/agenda-versions", {})
    assert (refused.status_code, refused.json["code"]) == (409, "agenda-blocked")
    assert [one["code"] for one in refused.json["details"]["findings"]] == ["room-clash"]
    assert api.post("/editions/mine/agenda-versions", {"reason": "A movable wall"}).status_code == 201


def test_what_the_latest_version_holds_is_published_once_more_only_by_who_knows_it(api: Api) -> None:
    opening(api)
    at = "/editions/mine/agenda-versions"
    sent = [api.post(at, said) for said in ({}, {}, {"again": 1}, {"based_on": 1})]
    assert [(one.status_code, one.json.get("code")) for one in sent] == [
        (201, None),
        (409, "nothing-new"),
        (409, "nothing-new"),
        (201, None),
    ]
    assert sent[1].json["details"] == {"number": 1}
    assert sent[3].json["number"] == 2


def test_nothing_is_published_where_another_version_was_since(api: Api) -> None:
    opening(api)
    at = "/editions/mine/agenda-versions"
    sent = [api.post(at, {"based_on": number}) for number in (0, 0, 1)]
    assert [(one.status_code, one.json.get("code")) for one in sent] == [
        (201, None),
        (409, "published-meanwhile"),
        (201, None),
    ]
    assert sent[1].json["details"] == {"number": 1}
