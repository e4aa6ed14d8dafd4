from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Api

ZONE = "America/Los_Angeles"


def opening(api: Api) -> dict[str, Any]:
    body = {
        "code": "opening",
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
