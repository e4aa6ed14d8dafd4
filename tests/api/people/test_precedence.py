from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Api

LISTS = "/editions/mine/precedence-lists"
LIST = f"{LISTS}/program"
ENTRIES = f"{LIST}/entries"


def a_person(api: Api, family: str) -> int:
    return int(api.post("/people", {"latin_family": family}).json["id"])


def put(api: Api, family: str, **where: Any) -> Any:
    return api.post(ENTRIES, {"person_id": a_person(api, family), **where})


@pytest.fixture
def order(api: Api) -> Api:
    made = api.post(LISTS, {"scope": "program", "name": {"en": "Program", "zh-Hans": "议程"}})
    assert made.status_code == 201, made.json
    return api


def in_order(api: Api) -> list[str]:
    return [api.get(f"/people/{entry['person_id']}").json["latin_family"] for entry in api.get(ENTRIES).json["items"]]


def test_a_person_goes_before_or_after_another_or_last_and_nobody_else_moves(order: Api) -> None:
    chen, adams = put(order, "Chen").json, put(order, "Adams").json
    put(order, "Baker", after=chen["id"])
    put(order, "Diaz", before=chen["id"])
    put(order, "Evans", before=adams["id"])
    put(order, "Ford", after=adams["id"])
    assert in_order(order) == ["Diaz", "Chen", "Baker", "Evans", "Adams", "Ford"]
    assert order.get(f"{ENTRIES}/{chen['id']}").json == chen


def test_no_answer_shows_the_number_of_a_place(order: Api) -> None:
    put(order, "Chen")
    made = put(order, "Adams", capacity={"en": "Consul General"}, reason="By date of exequatur")
    assert made.json == {
        "id": made.json["id"],
        "version": 1,
        "person_id": made.json["person_id"],
        "capacity": {"en": "Consul General"},
        "reason": "By date of exequatur",
    }
    assert order.get(ENTRIES).json["items"][1] == order.get(made.headers["Location"]).json == made.json


def test_an_entry_that_goes_leaves_the_others_in_order(order: Api) -> None:
    made = [put(order, family) for family in ("Adams", "Baker", "Chen")]
    where, tag = made[1].headers["Location"], made[1].headers["ETag"]
    assert order("DELETE", where.replace("/mine/", "/theirs/"), If_Match=tag).status_code == 404
    assert order.public()("DELETE", where, If_Match=tag).status_code == 401
    assert order("DELETE", where).status_code == 428
    assert [order("DELETE", where, If_Match=tag).status_code for _ in range(2)] == [200, 404]
    assert in_order(order) == ["Adams", "Chen"]


@pytest.mark.parametrize(
    ("where", "ordered"),
    [
        ({"before": "Adams"}, ["Chen", "Adams", "Baker", "Diaz"]),
        ({"after": "Adams"}, ["Adams", "Chen", "Baker", "Diaz"]),
        ({"before": "Diaz"}, ["Adams", "Baker", "Chen", "Diaz"]),
        ({"after": "Diaz"}, ["Adams", "Baker", "Diaz", "Chen"]),
        ({"before": None}, ["Adams", "Baker", "Diaz", "Chen"]),
        ({"after": None}, ["Adams", "Baker", "Diaz", "Chen"]),
    ],
    ids=str,
)
def test_a_person_is_moved_and_nobody_else(order: Api, where: dict[str, str | None], ordered: list[str]) -> None:
    made = {family: put(order, family) for family in ("Adams", "Baker", "Chen", "Diaz")}
    entry = made["Chen"]
    to = {side: made[family].json["id"] if family else None for side, family in where.items()}

    moved = order.patch(entry.headers["Location"], {**to, "reason": "By rank"}, If_Match=entry.headers["ETag"])

    assert moved.json == {**entry.json, "reason": "By rank", "version": 2}
    assert in_order(order) == ordered
    kept = [order.get(one.headers["Location"]).json for family, one in made.items() if family != "Chen"]
    assert kept == [one.json for family, one in made.items() if family != "Chen"]
    stays = ordered == ["Adams", "Baker", "Chen", "Diaz"]
    event = order.get("/editions/mine/audit-events").json["items"][0]
    assert (event["action"], event["reason"]) == ("changed" if stays else "moved", "By rank")


def test_a_move_says_why_and_is_based_on_what_stands(order: Api) -> None:
    adams, baker = put(order, "Adams"), put(order, "Baker", reason="First come")
    where, tag = baker.headers["Location"], baker.headers["ETag"]
    place = {"before": adams.json["id"]}
    for body, headers, status in (
        ({**place, "reason": "By rank"}, {}, 428),
        (place, {"If_Match": tag}, 422),
        ({**place, "reason": ""}, {"If_Match": tag}, 422),
        ({"before": baker.json["id"], "reason": "By rank"}, {"If_Match": tag}, 422),
        ({"before": 99999, "reason": "By rank"}, {"If_Match": tag}, 422),
    ):
        assert (body, order.patch(where, body, **headers).status_code) == (body, status)
    assert order.patch(where, place, If_Match=tag).json["errors"] == {"reason": ["required"]}
    assert (in_order(order), order.get(where).json) == (["Adams", "Baker"], baker.json)

    changed = order.patch(where, {"capacity": {"en": "Consul"}}, If_Match=tag)
    assert changed.json == {**baker.json, "capacity": {"en": "Consul"}, "version": 2}
    for stale in (
        order.patch(where, {**place, "reason": "By rank"}, If_Match=tag),
        order.patch(where, {"capacity": {"en": "Chair"}}, If_Match=tag),
        order("DELETE", where, If_Match=tag),
    ):
        assert (stale.status_code, stale.json["details"]["current"]["version"]) == (412, 2)
    assert (in_order(order), order.get(where).json) == (["Adams", "Baker"], changed.json)


def test_places_that_cannot_be_are_refused_at_their_field(order: Api) -> None:
    entry = put(order, "Adams").json
    order.post(LISTS, {"scope": "seating"})
    elsewhere = order.post(f"{LISTS}/seating/entries", {"person_id": entry["person_id"]}).json["id"]
    chen = a_person(order, "Chen")
    for body, status, errors in (
        ({"person_id": chen, "before": elsewhere}, 422, {"before": ["unknown"]}),
        ({"person_id": chen, "after": 99999}, 422, {"after": ["unknown"]}),
        ({"person_id": chen, "before": entry["id"], "after": entry["id"]}, 422, {"after": ["not-with-before"]}),
        ({"person_id": 99999}, 422, {"person_id": ["unknown"]}),
        ({"person_id": entry["person_id"]}, 409, {"person_id": ["taken"]}),
    ):
        answer = order.post(ENTRIES, body)
        assert (answer.status_code, answer.json["errors"]) == (status, errors)
    assert in_order(order) == ["Adams"]
    assert order.get(f"{ENTRIES}/{elsewhere}").status_code == 404
    again = order.post(LISTS, {"scope": "program"})
    assert (again.status_code, again.json["errors"]) == (409, {"scope": ["taken"]})


def test_an_approval_has_a_name_and_a_day_until_it_is_taken_back(order: Api) -> None:
    made = order.get(LIST)
    assert (made.json["approved_by"], made.json["approved_at"]) == (None, None)
    approved = order.patch(LIST, {"approved_by": "Protocol", "name": {"en": "Final"}}, If_Match=made.headers["ETag"])
    assert (approved.json["approved_by"], approved.json["approved_at"]["zone"]) == ("Protocol", "UTC")
    again = order.patch(LIST, {"approved_by": "Protocol"}, If_Match=approved.headers["ETag"])
    assert again.json == approved.json
    stale = order.patch(LIST, {"approved_by": None}, If_Match=made.headers["ETag"])
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    back = order.patch(LIST, {"approved_by": None}, If_Match=again.headers["ETag"])
    assert (back.json["approved_by"], back.json["approved_at"], back.json["name"]) == (None, None, {"en": "Final"})


def test_only_organizers_know_of_an_order(order: Api) -> None:
    for path in (LISTS, LIST, ENTRIES):
        assert order.public().get(path).status_code == 401
        assert order.get(path.replace("/mine/", "/theirs/")).status_code == 404


def test_a_change_of_what_was_approved_ends_the_approval_and_says_whose_it_was(order: Api) -> None:
    adams, baker = put(order, "Adams"), put(order, "Baker")
    seen = order.get(LIST).headers["ETag"]
    put(order, "Chen")
    unseen = order.patch(LIST, {"approved_by": "Protocol"}, If_Match=seen)
    assert unseen.status_code == 412  # whoever approves has seen the order as it stands
    tag = order.get(LIST).headers["ETag"]
    approved = order.patch(LIST, {"approved_by": "Protocol"}, If_Match=tag).json

    reasoned = order.patch(baker.headers["Location"], {"reason": "By seniority"}, If_Match=baker.headers["ETag"])
    assert order.get(LIST).json == approved  # saying why moves nobody

    move = {"before": adams.json["id"], "reason": "By rank"}
    assert order.patch(baker.headers["Location"], move, If_Match=reasoned.headers["ETag"]).status_code == 200

    ended = order.get(LIST)
    assert (ended.json["approved_by"], ended.json["was_approved_by"]) == (None, "Protocol")
    assert ended.json["was_approved_at"] == approved["approved_at"]
    events = order.get("/editions/mine/audit-events").json["items"][:2]
    assert [event["action"] for event in events] == ["unapproved", "moved"]
    again = order.patch(LIST, {"approved_by": "Protocol"}, If_Match=ended.headers["ETag"]).json
    assert (again["approved_by"], again["was_approved_by"]) == ("Protocol", None)


def test_an_order_begins_as_another_one_stands_and_goes_its_own_way(order: Api) -> None:
    put(order, "Adams", capacity={"en": "Mayor"}, reason="Host city")
    baker = put(order, "Baker")
    made = order.post(LISTS, {"scope": "photo", "copy_of": "program"})
    assert (made.status_code, made.json["purpose"], made.json["approved_by"]) == (201, "photo", None)
    order("DELETE", baker.headers["Location"], If_Match=baker.headers["ETag"])

    copied = order.get(f"{LISTS}/photo/entries").json["items"]

    assert [(one["capacity"], one["reason"]) for one in copied] == [({"en": "Mayor"}, "Host city"), ({}, "")]
    assert in_order(order) == ["Adams"]
    assert order.post(LISTS, {"scope": "x", "copy_of": "nowhere"}).json["errors"] == {"copy_of": ["unknown"]}
