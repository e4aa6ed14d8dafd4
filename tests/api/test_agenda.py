from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Api

ZONE = "America/Los_Angeles"


def a_room(api: Api) -> int:
    rooms = api.get("/editions/mine/rooms").json["items"]
    if rooms:
        return int(rooms[0]["id"])
    venue = api.post("/editions/mine/venues", {"code": "main", "name": {"en": "Hotel"}, "zone": ZONE}).json["id"]
    made = api.post("/editions/mine/rooms", {"code": "hall", "name": {"en": "Hall"}, "venue_id": venue})
    return int(made.json["id"])


def opening(api: Api, *, code: str = "opening", room: bool = False) -> dict[str, Any]:
    body = {
        "code": code,
        "room_id": a_room(api) if room else None,
        "title": {"en": "Opening", "zh-Hans": "开幕式"},
        "kind": "opening",
        "start": {"wall": "2023-05-22T09:00:00", "zone": ZONE},
        "end": {"wall": "2023-05-22T10:00:00", "zone": ZONE},
    }
    made: dict[str, Any] = api.post("/editions/mine/sessions", body).json
    return made


def test_a_session_shows_its_items_and_people(api: Api) -> None:
    where = f"/editions/mine/sessions/{opening(api)['id']}"
    person = api.post("/people", {"latin_family": "Liu", "native_full": "刘春"}).json["id"]
    item = api.post(f"{where}/items", {"title": {"en": "Remarks"}, "minutes": 10}).json
    role = api.post(f"{where}/roles", {"person_id": person, "role": "speaker", "item_id": item["id"]})
    assert role.status_code == 201, role.json
    session = api.get(where).json
    assert session["items"] == [item]
    assert session["roles"] == [role.json]
    strange = api.post(f"{where}/roles", {"person_id": person, "role": "mc", "item_id": item["id"] + 1})
    assert (strange.status_code, strange.json["errors"]) == (422, {"item_id": ["unknown"]})


def test_what_is_published_is_public_and_stays_as_it_was(api: Api) -> None:
    session = opening(api)
    where = f"/editions/mine/sessions/{session['id']}"
    person = api.post("/people", {"latin_family": "Liu", "native_full": "刘春"}).json["id"]
    api.post(f"{where}/roles", {"person_id": person, "role": "speaker"})
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


def test_clashes_are_found_as_codes_with_those_they_concern(api: Api) -> None:
    first, second = opening(api, room=True), opening(api, code="keynote", room=True)
    found = api.get("/editions/mine/findings").json["items"]
    clash = next(one for one in found if one["code"] == "room-clash")
    assert clash["blocking"] is True
    assert clash["parties"][:2] == [{"kind": "session", "id": first["id"]}, {"kind": "session", "id": second["id"]}]
    assert api.public().get("/editions/mine/findings").status_code == 401
    assert api.get("/editions/theirs/findings").status_code == 404
