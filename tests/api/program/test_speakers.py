"""Speakers over the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.speakers import mailing as writing

if TYPE_CHECKING:
    from tests.api.conftest import Api

E = "/editions/mine"
RECORDS = f"{E}/speaker-records"
MORNING = {
    "start": {"wall": "2023-05-22T08:00:00", "zone": "America/Los_Angeles"},
    "end": {"wall": "2023-05-22T12:00:00", "zone": "America/Los_Angeles"},
}


@pytest.fixture
def liu(api: Api) -> int:
    person: int = api.post("/people", {"latin_family": "Liu", "latin_given": "Chun", "email": "liu@x.example"}).json[
        "id"
    ]
    session = api.post(f"{E}/sessions", {"title": {"en": "Opening"}, "kind": "opening", "code": "opening", **MORNING})
    part = {"person_id": person, "role": "keynote", "status": "confirmed"}
    assert api.post(f"{E}/sessions/{session.json['id']}/roles", part).status_code == 201
    return person


def test_what_is_agreed_is_read_changed_as_it_was_seen_and_removed(api: Api, liu: int) -> None:
    (line,) = api.get(f"{RECORDS}?role=keynote&lacks=photo").json["items"]
    assert (line["person_id"], line["parts"][0]["status"], line["parts"][0]["position"]) == (liu, "confirmed", 1)
    assert api.get(f"{RECORDS}?role=moderator").json["total"] == 0

    read = api.get(f"{RECORDS}/{liu}")
    assert read.json["version"] == 0
    changed = api.patch(f"{RECORDS}/{liu}", {"speaks": "en", "contact": "Ms. Wang"}, If_Match=read.headers["ETag"])
    assert (changed.status_code, changed.json["contact"]) == (200, "Ms. Wang")
    stale = api.patch(f"{RECORDS}/{liu}", {"speaks": "zh-Hans"}, If_Match=read.headers["ETag"])
    assert stale.status_code == 412
    assert "/s/" in api.get(f"{RECORDS}/{liu}/link").json["url"]
    gone = api("DELETE", f"{RECORDS}/{liu}", If_Match=changed.headers["ETag"])
    assert api.post(f"{E}/removals/{gone.json['id']}/restore").status_code == 200
    assert api.get(f"{RECORDS}/{liu}").json["contact"] == "Ms. Wang"


def test_they_are_invited_once_and_say_when_they_are_free(api: Api, liu: int) -> None:
    tag = api.get(f"{RECORDS}/{liu}").headers["ETag"]
    invited = api.post(f"{RECORDS}/{liu}/invite", If_Match=tag)
    assert (invited.status_code, invited.json["invited_at"] is not None) == (200, True)
    again = api.post(f"{RECORDS}/{liu}/invite", If_Match=invited.headers["ETag"])
    assert (again.status_code, again.json["code"]) == (409, "written-lately")

    window: dict[str, Any] = api.post(f"{RECORDS}/{liu}/availability", MORNING).json
    assert api.get(f"{RECORDS}/{liu}/availability").json["items"] == [window]
    tag = api.get(f"{RECORDS}/{liu}/availability/{window['id']}").headers["ETag"]
    assert api("DELETE", f"{RECORDS}/{liu}/availability/{window['id']}", If_Match=tag).status_code == 200
    assert api.get(f"{RECORDS}/{liu + 999}").status_code == 404


def test_many_are_written_to_by_a_worker(api: Api, liu: int) -> None:
    mailings = "/editions/mine/speaker-mailings"
    assert api.post(mailings, {"filter": {"role": "moderator"}}).json["errors"] == {"ids": ["required"]}
    made = api.post(mailings, {"filter": {"role": "keynote"}, "ids": [liu, liu + 99]})
    assert (made.status_code, made.json["status"], made.json["total"], made.json["left"]) == (201, "queued", 1, {})
    with transaction() as db:
        writing.take_batch(db, made.json["id"], now=clock.now())
    read = api.get(f"{mailings}/{made.json['id']}").json
    # The keynote has been confirmed: there is nothing to ask for.
    assert (read["status"], read["reached"], read["sent"], read["left"]) == ("done", 1, 0, {"nothing-to-answer": [liu]})
    assert api.get(f"{mailings}/999").status_code == 404
