"""Erasing one person, by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Api

NAME = {"latin_family": "Quillfeather", "latin_given": "Zenobia", "email": "zq@harbor.example"}


def test_a_person_is_erased_as_the_preview_showed(api: Api) -> None:
    person_id = api.post("/people", NAME).json["id"]
    path = f"/people/{person_id}"
    preview = api.get(f"{path}/erasure-preview")
    assert (preview.status_code, preview.json["editions"]) == (200, [])
    areas = {one["area"]: (one["outcome"], one["count"]) for one in preview.json["lines"]}
    assert areas["record"] == ("erased", 1)
    mark = preview.json["mark"]
    for body, status in (
        ({"mark": mark, "confirmed": False}, 422),
        ({"mark": mark}, 422),
        ({}, 422),
        ({"mark": "zz", "confirmed": True}, 422),
        ({"mark": "0" * 32, "confirmed": True}, 412),
    ):
        assert api.post(f"{path}/erase", body).status_code == status, body
    assert api.get(path).json["latin_family"] == "Quillfeather"
    erased = api.post(f"{path}/erase", {"mark": mark, "confirmed": True})
    assert (erased.status_code, erased.json["person_id"]) == (200, person_id)
    assert api.get(path).json["latin_family"] == "Erased"


def test_strangers_and_unknown_people(api: Api) -> None:
    assert api.get("/people/999999/erasure-preview").status_code == 404
    assert api.post("/people/999999/erase", {"mark": "0" * 32, "confirmed": True}).status_code == 404
    assert api.public().get("/people/1/erasure-preview").status_code == 401
