"""Itineraries over the interface: legs, audiences, places, and one thing done to several items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Api

E = "/editions/mine"
OUT = {
    "start": {"wall": "2023-05-20T13:00:00", "zone": "Asia/Shanghai"},
    "end": {"wall": "2023-05-20T09:30:00", "zone": "America/Los_Angeles"},
}
LEG = {
    "carrier": "Sample Air",
    "number": "XX 100",
    "estimated_end": {"wall": "2023-05-20T09:50:00", "zone": "America/Los_Angeles"},
}


@pytest.fixture
def scene(api: Api) -> dict[str, Any]:
    """A delegation of two, and a flight of all of it."""

    def made(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = api.post(f"{E}{path}", body)
        assert answer.status_code == 201, answer.json
        found: dict[str, Any] = answer.json
        return found

    made("/registration-types", {"code": "delegate", "name": {"en": "Delegate"}, "is_open": True, "quota": 5})
    made("/delegations", {"code": "js", "name": {"en": "Jiangsu"}})
    ids = []
    for name in ("Adams", "Baker"):
        body = {"type": "delegate", "latin_family": name, "email": f"{name}@example.org", "consent": True}
        ids.append(made("/registrations", body)["registration_id"])
        made("/delegations/js/members", {"registration_id": ids[-1]})
    told = {"delegation": "js", "kind": "flight", "title": {"en": "Out"}, "leg": LEG, **OUT}
    return {"item": made("/itinerary-items", told), "people": ids}


def test_a_flight_tells_its_leg_and_its_people(api: Api, scene: dict[str, Any]) -> None:
    item = scene["item"]
    assert (item["people"], item["leg"]["number"]) == (scene["people"], "XX 100")
    assert item["leg"]["estimated_end"]["at"] == "2023-05-20T09:50:00-07:00"
    assert item["audience"] == [
        {"includes": True, "delegation_id": item["delegation_id"], "group_id": None, "registration_id": None}
    ]


def test_it_is_asked_first_whom_a_change_touches(api: Api, scene: dict[str, Any]) -> None:
    item, (adams, baker) = scene["item"], scene["people"]
    where = f"{E}/itinerary-items/{item['id']}"
    told = {"audience": [*item["audience"], {"includes": False, "registration_id": adams}]}

    looked = api.post(f"{where}/previews", told)
    assert (looked.status_code, looked.json) == (
        201,
        {"came": [], "went": [adams], "stayed": [baker], "others": [], "conflicts": [], "transfers": []},
    )
    read = api.get(where)
    assert (read.json["version"], read.json["people"]) == (1, [adams, baker])
    changed = api.patch(where, told, If_Match=read.headers["ETag"])
    assert (changed.status_code, changed.json["people"]) == (200, [baker])
    longer = {"end": {"wall": "2023-05-20T12:00:00", "zone": "America/Los_Angeles"}}
    at = {
        edge: {"wall": f"2023-05-20T{hour}:30:00", "zone": "America/Los_Angeles"}
        for edge, hour in (("start", 10), ("end", 11))
    }
    lunch = {"delegation": "js", "kind": "meal", "title": {"en": "Lunch"}, **at}
    assert api.post(f"{E}/itinerary-items", lunch).status_code == 201
    caused = api.post(f"{where}/previews", longer).json["conflicts"]
    assert [("Baker" in one["name"]["latin"], one["kind"], one["other"]["title"]) for one in caused] == [
        (True, "overlap", {"en": "Lunch"})
    ]
    for broken in ({"start": {"zone": "UTC"}}, {"leg": {"estimated_start": {"zone": "UTC"}}}):
        assert api.post(f"{where}/previews", broken).status_code == 422
    stale = api.patch(where, {"leg": None}, If_Match=read.headers["ETag"])
    assert (stale.status_code, stale.json["details"]["current"]["leg"]["number"]) == (412, "XX 100")


def test_a_delayed_flight_names_the_transfers_that_depend_on_it_and_moves_those_chosen(
    api: Api, scene: dict[str, Any]
) -> None:
    def at(time: str) -> dict[str, str]:
        return {"wall": f"2023-05-20T{time}:00", "zone": "America/Los_Angeles"}

    def times() -> list[tuple[str, int]]:
        return [(read["end"]["wall"][11:16], read["version"]) for read in (api.get(one).json for one in (where, there))]

    where, late = f"{E}/itinerary-items/{scene['item']['id']}", {"end": at("11:30")}
    assert api.post(f"{where}/previews", late).json["transfers"] == []  # no transfer depends on it
    coach = {"delegation": "js", "kind": "transfer", "title": {"en": "Coach"}, "start": at("10:00"), "end": at("10:45")}
    made = api.post(f"{E}/itinerary-items", coach).json
    there, seen = f"{E}/itinerary-items/{made['id']}", {"item_id": made["id"], "version": 1}

    # It was expected at 09:50.
    assert api.post(f"{where}/previews", late).json["transfers"] == [{**seen, "minutes": 100}]
    assert api.post(f"{where}/previews", {"title": {"en": "Home"}}).json["transfers"] == []
    lunch = {"delegation": "js", "kind": "meal", "title": {"en": "Lunch"}, "start": at("12:00"), "end": at("13:00")}
    assert api.post(f"{E}/itinerary-items", lunch).status_code == 201
    alone, both = (api.post(f"{where}/previews", {**late, **more}).json for more in ({}, {"transfers": [seen]}))
    assert {one["other"]["title"]["en"] for one in alone["conflicts"]} == {"Coach"}
    assert {one["other"]["title"]["en"] for one in both["conflicts"]} == {"Lunch"}
    assert both["transfers"] == [{**seen, "minutes": 100}]
    strange = api.post(f"{where}/previews", {**late, "transfers": [{**seen, "item_id": scene["item"]["id"]}]})
    assert (strange.status_code, strange.json["errors"]) == (422, {"transfers": ["unknown"]})
    assert times() == [("09:30", 1), ("10:45", 1)]

    tag = api.get(where).headers["ETag"]
    other = api.patch(where, {**late, "transfers": [{**seen, "item_id": scene["item"]["id"]}]}, If_Match=tag)
    assert (other.status_code, other.json["errors"]) == (422, {"transfers": ["unknown"]})
    stale = api.patch(where, {**late, "transfers": [{**seen, "version": 7}]}, If_Match=tag)
    assert (stale.status_code, stale.json["details"]) == (
        412,
        {"entity": "itinerary_item", "row_id": made["id"], "sent": {"version": 7}},
    )
    assert times() == [("09:30", 1), ("10:45", 1)]
    assert api.patch(where, {**late, "transfers": [seen]}, If_Match=tag).status_code == 200
    assert times() == [("11:30", 2), ("12:25", 2)]

    alone = api.patch(where, {"end": at("11:00")}, If_Match=api.get(where).headers["ETag"])
    assert (alone.status_code, times()) == (200, [("11:00", 3), ("12:25", 2)])


def test_items_are_copied_and_moved_all_or_none(api: Api, scene: dict[str, Any]) -> None:
    item = scene["item"]
    copied = api.post(
        f"{E}/delegations/js/itinerary-copies", {"day": "2023-05-20", "to": "2023-05-21", "items": [item["id"]]}
    )
    assert (copied.status_code, copied.json["items"][0]["start"]["wall"]) == (201, "2023-05-21T13:00:00")
    seen = [{"id": one["id"], "version": 1} for one in (item, copied.json["items"][0])]
    stale = api.post(f"{E}/delegations/js/itinerary-moves", {"items": [seen[0], {**seen[1], "version": 7}], "days": 1})
    assert stale.status_code == 412
    moved = api.post(f"{E}/delegations/js/itinerary-moves", {"items": seen, "minutes": -30})
    assert [one["start"]["wall"] for one in moved.json["items"]] == ["2023-05-20T12:30:00", "2023-05-21T12:30:00"]
    neither = api.post(f"{E}/delegations/js/itinerary-moves", {"items": seen})
    assert (neither.status_code, neither.json["errors"]) == (422, {"days": ["days-or-minutes"]})


@pytest.mark.one_database
def test_an_override_is_named_as_long_as_it_holds(api: Api, scene: dict[str, Any]) -> None:
    item = scene["item"]
    told = {"delegation": "js", "kind": "meal", "title": {"en": "Tea"}, **OUT}
    told["audience"] = [{"includes": True, "registration_id": scene["people"][0]}]
    told["end"] = {"wall": "2023-05-20T13:30:00", "zone": "Asia/Shanghai"}
    tea = api.post(f"{E}/itinerary-items", told).json
    [clash] = api.get(f"{E}/clashes").json["items"]
    pair = {name: {"kind": "itinerary_item", "id": one["id"]} for name, one in (("one", item), ("other", tea))}
    said = {"person_id": clash["person_id"], "minutes": clash["minutes"], "reason": "Tea on board", **pair}
    allowed = api.post(f"{E}/clash-overrides", said)
    assert (allowed.status_code, allowed.json["minutes"]) == (201, clash["minutes"])
    [clash] = api.get(f"{E}/clashes").json["items"]
    assert (clash["state"], clash["override_id"]) == ("allowed", allowed.json["id"])

    where, longer = (
        f"{E}/itinerary-items/{tea['id']}",
        {"end": {"wall": "2023-05-20T14:00:00", "zone": "Asia/Shanghai"}},
    )
    assert api.patch(where, longer, If_Match=api.get(where).headers["ETag"]).status_code == 200
    [clash] = api.get(f"{E}/clashes").json["items"]
    assert (clash["state"], clash["override_id"]) == ("open", None)
    late = api.post(f"{E}/clash-overrides", said)
    assert (late.status_code, late.json["code"]) == (409, "lacks-more")
