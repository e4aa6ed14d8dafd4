"""Groups over the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.registrations.test_registration import DELEGATE, TYPES

if TYPE_CHECKING:
    from conftest import Api

GROUPS = "/editions/mine/registration-groups"


def group(*names: str, **changes: Any) -> dict[str, Any]:
    people = [{"latin_family": name, "native_full": "刘春", "answers": {"company-size": "20"}} for name in names]
    contact = {"name": "陈静", "email": "office@example.org", "phone": "+8613800138000"}
    return {"type": "delegate", "contact": contact, "consent": True, "people": people, **changes}


@pytest.mark.one_database
def test_a_group_is_registered_in_one_request_and_read(api: Api) -> None:
    assert api.post(TYPES, DELEGATE).status_code == 201
    faulty = group("Ada", "Bea", contact={"name": "陈静", "email": "office"})
    faulty["people"][1] |= {"email": "bea", "answers": {}}
    unanswered = group("Ada", "Bea")
    unanswered["people"][1]["answers"] = {}
    key = {"Idempotency-Key": "group-1"}

    refused = [
        api.public().post(GROUPS, one) for one in (faulty, unanswered, group("Ada", "Bea", "Cleo", most_waiting=0))
    ]
    placed = [api.public().post(GROUPS, group("Ada", "Bea", "Cleo"), **key) for _ in range(2)]

    assert [(one.status_code, one.json["code"]) for one in refused] == [
        (422, "invalid"), (422, "invalid"), (409, "fewer-places"),
    ]  # fmt: skip
    assert set(refused[0].json["errors"]) == {"contact.email", "people.1.email"}
    assert set(refused[1].json["errors"]) == {"people.1.answers.company-size"}
    told = {"people": [{"status": "confirmed"}, {"status": "confirmed"}, {"status": "waitlisted"}]}
    assert [(one.status_code, one.json) for one in placed] == [(201, told)] * 2
    [line] = api.get(GROUPS).json["items"]
    whole = api.get(f"{GROUPS}/{line['id']}")
    assert (whole.json["contact"]["name"], [one["name"]["latin"] for one in whole.json["people"]]) == (
        "陈静",
        ["Ada", "Bea", "Cleo"],
    )
    assert len(api.get(f"/editions/mine/registrations?group={line['id']}").json["items"]) == 3
    assert len(api.get(f"/editions/mine/registrations?group={line['id'] + 1}").json["items"]) == 0
    link = api.get(f"{GROUPS}/{line['id']}/link").json["url"]
    ended = api.post(f"{GROUPS}/{line['id']}/end-links", {}, **{"If-Match": whole.headers["ETag"]})
    assert ("/g/" in link, ended.status_code) == (True, 200)
