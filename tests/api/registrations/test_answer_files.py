"""Files that answer questions, brought before one registers."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from tests.pictures import document

if TYPE_CHECKING:
    from conftest import Api

TYPES, REGISTRATIONS = "/editions/mine/registration-types", "/editions/mine/registrations"
LABEL = {"en": "Letter"}


def test_a_file_is_brought_answers_once_and_is_read_by_organizers(api: Api) -> None:
    questions = [
        {"code": "letter", "kind": "file", "label": LABEL, "required": True},
        {"code": "table", "kind": "file", "label": LABEL, "for_organizers": True},
    ]
    made = api.post(TYPES, {"code": "press", "name": LABEL, "is_open": True, "questions": questions})
    content = b64encode(document()).decode()
    public = api.public()

    brought = public.post(f"{TYPES}/press/files", {"question": "letter", "name": "x.pdf", "content": content})
    hidden = public.post(f"{TYPES}/press/files", {"question": "table", "name": "x.pdf", "content": content})
    wrong = public.post(f"{TYPES}/press/files", {"question": "letter", "name": "x.pdf", "content": "eA=="})
    sent = {"type": "press", "latin_family": "Wang", "email": "w@example.org", "consent": True}
    answers = {"letter": brought.json["key"]}
    registered = public.post(REGISTRATIONS, {**sent, "answers": answers})
    again = public.post(REGISTRATIONS, {**sent, "email": "x@example.org", "answers": answers})
    row_id = api.get(REGISTRATIONS).json["items"][0]["id"]
    read = api.get(f"{REGISTRATIONS}/{row_id}/files/letter")

    assert (made.status_code, brought.status_code, registered.status_code) == (201, 201, 201)
    assert (hidden.status_code, wrong.status_code, again.status_code) == (422, 422, 422)
    assert [one["code"] for one in public.get(f"{TYPES}/press").json["questions"]] == ["letter"]
    assert (read.json["name"], b64decode(read.json["content"])[:5]) == ("x.pdf", b"%PDF-")
    assert public.get(f"{REGISTRATIONS}/{row_id}/files/letter").status_code == 401
