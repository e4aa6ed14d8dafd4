from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Api

TYPES, REGISTRATIONS = "/editions/mine/registration-types", "/editions/mine/registrations"
TYPE = {"code": "guest", "name": {"en": "Guest", "zh-Hans": "嘉宾"}, "quota": 1, "is_open": True}
STAND_IN = {"latin_family": "Li", "latin_given": "Na", "native_full": "李娜", "reason": "She is ill"}


def test_an_organizer_gives_a_place_to_another_person(api: Api) -> None:
    api.post(TYPES, TYPE)
    first = {"type": "guest", "latin_family": "Liu", "email": "liu@example.org", "consent": True}
    made = api.post(REGISTRATIONS, first).json
    where = f"{REGISTRATIONS}/{made['registration_id']}"
    tag = api.get(where).headers["ETag"]

    said = [
        api.post(f"{where}/substitute", body, **headers).status_code
        for body, headers in (
            (STAND_IN, {}),
            (STAND_IN, {"If_Match": '"7-000000000000"'}),
            ({"reason": "?"}, {"If_Match": tag}),
        )
    ]
    answer = api.post(f"{where}/substitute", STAND_IN, If_Match=tag)

    assert said == [428, 412, 422]
    assert (answer.status_code, answer.json["name"]["native"], answer.json["status"]) == (200, "李娜", "confirmed")
    assert answer.json["short_code"] not in (None, made["short_code"])
    assert api.get(where).json["status"] == "cancelled"
    assert api.get(f"{TYPES}/guest").json["taken"] == 1
    again = api.post(f"{where}/substitute", STAND_IN, If_Match=api.get(where).headers["ETag"])
    assert (again.status_code, again.json["code"]) == (409, "wrong-status")


@pytest.mark.parametrize(("said", "members"), [({}, 1), ({"takes_over": ["delegation"]}, 1), ({"takes_over": []}, 0)])
@pytest.mark.parametrize("action", ["substitute", "desk-substitute"])
def test_a_substitute_takes_over_the_delegation_by_default(
    api: Api, action: str, said: dict[str, Any], members: int
) -> None:
    api.post(TYPES, TYPE)
    first = {"type": "guest", "latin_family": "Liu", "email": "liu@example.org", "consent": True}
    one = api.post(REGISTRATIONS, first).json["registration_id"]
    api.post("/editions/mine/delegations", {"code": "js", "name": {"en": "Jiangsu"}})
    added = api.post("/editions/mine/delegations/js/members", {"registration_id": one})
    where = f"{REGISTRATIONS}/{one}"
    tag = api.get(where).headers["ETag"]
    refused = api.post(f"{where}/{action}", {**STAND_IN, "takes_over": ["room"]}, If_Match=tag)

    answer = api.post(f"{where}/{action}", {**STAND_IN, **said}, If_Match=tag)

    assert (added.status_code, answer.status_code, refused.status_code) == (201, 200, 422)
    assert api.get("/editions/mine/delegations/js").json["members"] == members
