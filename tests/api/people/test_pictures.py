"""Pictures through the interface: their own bytes, for the record that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pictures import AI, BLUE, halves, is_near, photo, pixel, saved, svg

if TYPE_CHECKING:
    from conftest import Api
    from werkzeug.test import TestResponse


@pytest.fixture
def host(api: Api) -> str:
    organization = api.post("/organizations", {"legal": {"en": "Port"}}).json["id"]
    made = api.post("/editions/mine/hosts", {"organization_id": organization, "role": "host"})
    return f"/editions/mine/hosts/{made.json['id']}"


def send(
    api: Api, host: str, content: bytes, kind: str = "image/png", tag: str | None = None, **query: str
) -> TestResponse:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": kind}
    headers["If-Match"] = tag or api.get(host).headers["ETag"]
    return api.app.test_client().put(f"/api/v1{host}/logo", data=content, headers=headers, query_string=query)


def test_a_logo_is_given_read_replaced_and_taken_away(api: Api, host: str) -> None:
    assert (api.get(host).json["logo_id"], api.get(f"{host}/logo").status_code) == (None, 404)
    first = send(api, host, AI.encode(), "image/svg+xml")
    assert (first.status_code, first.json["version"]) == (200, 2)
    assert first.headers["ETag"] == api.get(host).headers["ETag"]
    read = api.get(f"{host}/logo")
    assert (read.content_type, read.headers["Content-Disposition"]) == ("image/svg+xml", "attachment")
    assert b"<svg" in read.data
    assert api.get(f"{host}/logo", If_None_Match=read.headers["ETag"]).status_code == 304
    assert api.public().get(f"{host}/logo").status_code == 200

    second = send(api, host, photo(), "image/jpeg", first.headers["ETag"])
    assert second.json["logo_id"] != first.json["logo_id"]
    assert b"Secret Phone" not in api.get(f"{host}/logo").data

    gone = api("DELETE", f"{host}/logo", If_Match=second.headers["ETag"])
    assert (gone.status_code, gone.json["logo_id"]) == (200, None)
    assert api.get(f"{host}/logo").status_code == 404


@pytest.mark.parametrize(
    ("collection", "values", "at", "field", "part"),
    [
        ("venues", {"code": "hall", "name": {"en": "Hall"}, "zone": "UTC"}, "id", "floor_plan_id", "floor-plan"),
        ("content-pages", {"code": "map", "kind": "other", "title": {"en": "Map"}}, "code", "picture_id", "picture"),
    ],
)
def test_venues_and_written_pages_have_one_too(
    api: Api, collection: str, values: dict[str, Any], at: str, field: str, part: str
) -> None:
    path = f"/editions/mine/{collection}"
    row = f"{path}/{api.post(path, values).json[at]}"
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "image/svg+xml"}
    given = api.app.test_client().put(
        f"/api/v1{row}/{part}", data=AI.encode(), headers={**headers, "If-Match": api.get(row).headers["ETag"]}
    )
    assert (given.status_code, given.json["version"], given.json[field] is None) == (200, 2, False)
    assert b"<svg" in api.get(f"{row}/{part}").data
    assert api.public().get(f"{row}/{part}").status_code == 401
    gone = api("DELETE", f"{row}/{part}", If_Match=given.headers["ETag"])
    assert (gone.status_code, gone.json[field], api.get(f"{row}/{part}").status_code) == (200, None, 404)


def test_a_part_of_it(api: Api, host: str) -> None:
    answer = send(api, host, saved(halves(), "PNG"), crop="0.5,0,0.5,1")
    assert answer.status_code == 200
    assert is_near(pixel(api.get(f"{host}/logo").data, 2, 2), BLUE)


@pytest.mark.parametrize(
    ("content", "kind", "query", "status", "code"),
    [
        (photo(), "application/json", {}, 415, "unsupported-media-type"),
        (photo(), "application/octet-stream", {}, 415, "unsupported-media-type"),
        (b"{}", "image/png", {}, 422, "not-a-picture"),
        (b"<html><script>1</script></html>", "image/png", {}, 422, "not-a-picture"),
        (photo()[:900], "image/jpeg", {}, 422, "broken-picture"),
        (svg("<g>" * 200 + "</g>" * 200), "image/svg+xml", {}, 422, "too-complex"),
        (photo(), "image/jpeg", {"crop": "0,0,1"}, 422, "invalid"),
        (photo(), "image/jpeg", {"crop": "0,0,1,1,1"}, 422, "invalid"),
        (photo(), "image/jpeg", {"crop": "0.5,0,0.6,1"}, 422, "invalid"),
        (photo(), "image/jpeg", {"crop": "nan,0,1,1"}, 422, "invalid"),
    ],
)
def test_what_is_refused(
    api: Api, host: str, content: bytes, kind: str, query: dict[str, Any], status: int, code: str | None
) -> None:
    answer = send(api, host, content, kind, **query)
    assert (answer.status_code, answer.json["code"] if code else None) == (status, code)
    assert api.get(host).json["logo_id"] is None


@pytest.mark.parametrize(("size", "status", "code"), [(13_000_000, 422, "picture-too-large"), (17_000_000, 413, None)])
def test_too_many_bytes_are_refused(api: Api, host: str, size: int, status: int, code: str | None) -> None:
    answer = send(api, host, b"0" * size, "image/png")
    assert (answer.status_code, answer.json["code"] if code else None) == (status, code)
    assert api.get(host).json["logo_id"] is None


def test_what_is_based_on_another_version_is_told_what_stands(api: Api, host: str) -> None:
    old = api.get(host).headers["ETag"]
    send(api, host, photo(), "image/jpeg")
    refused = [send(api, host, AI.encode(), "image/svg+xml", old), api("DELETE", f"{host}/logo", If_Match=old)]
    for answer in refused:
        assert (answer.status_code, answer.json["details"]["current"]) == (412, api.get(host).json)
    assert api("DELETE", f"{host}/logo").status_code == 428


def test_a_host_of_another_edition_has_no_logo_to_give(api: Api, host: str) -> None:
    theirs = host.replace("mine", "theirs")
    assert send(api, theirs, photo(), "image/jpeg", '"1-000000000000"').status_code == 404
    assert api.get(f"{theirs}/logo").status_code == 404
