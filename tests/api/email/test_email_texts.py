"""What mails say, by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Api

TEXTS = "/editions/mine/mail-texts"
ONE = f"{TEXTS}/registration-offered"


def test_a_text_is_read_worded_and_taken_back(api: Api) -> None:
    listed = {one["kind"]: one for one in api.get(TEXTS).json["items"]}
    read = api.get(ONE)
    assert read.json == listed["registration-offered"]
    assert (read.json["is_changed"], read.json["version"]) == (False, 0)
    assert "until" in read.json["placeholders"]

    body = {"subject": {"en": "{forum}: a place until {until}"}}
    assert api.patch(ONE, body).status_code == 428
    changed = api.patch(ONE, body, If_Match=read.headers["ETag"])
    assert (changed.status_code, changed.json["version"]) == (200, 1)
    assert changed.json["subject"] == {**read.json["subject"], **body["subject"]}
    assert api.patch(ONE, body, If_Match=read.headers["ETag"]).status_code == 412
    wrong = api.patch(ONE, {"text": {"en": "{code} {link}"}}, If_Match=changed.headers["ETag"])
    assert (wrong.status_code, wrong.json["errors"]) == (422, {"text.en": ["unknown-placeholder:{code}"]})

    removal = api("DELETE", ONE, If_Match=changed.headers["ETag"]).json
    assert api.get(ONE).json == read.json
    assert api.post(f"/editions/mine/removals/{removal['id']}/restore").status_code == 200
    assert api.get(ONE).json["subject"]["en"] == "{forum}: a place until {until}"


def test_texts_are_for_those_with_a_role_there(api: Api) -> None:
    assert api.get("/editions/theirs/mail-texts").status_code == 404
    assert api.public().get(TEXTS).status_code == 401
    assert api.get(f"{TEXTS}/account-invitation").status_code == 404
