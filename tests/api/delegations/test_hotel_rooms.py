"""Hotel rooms by the interface: who sleeps there on which nights, and no more than there are beds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.delegations.test_groups import Delegations, E

if TYPE_CHECKING:
    from conftest import Api

pytestmark = pytest.mark.one_database
NIGHTS = {"check_in": "2023-05-20", "check_out": "2023-05-26"}


def test_people_have_rooms_on_their_nights(api: Api) -> None:
    of = Delegations(api)
    first, second = of.people["jiangsu"]
    hotel = of.made("itinerary-places", {"code": "inn", "kind": "hotel", "name": {"en": "Inn"}, "zone": "UTC"})["id"]
    asked = {"delegation": "jiangsu", "place_id": hotel, "kind": "single", **NIGHTS}
    room, other = (of.made("hotel-rooms", asked)["id"] for _ in range(2))
    stay = of.made(f"hotel-rooms/{room}/stays", {"registration_id": first, "until_on": "2023-05-24"})
    stays = f"{E}/hotel-rooms/{room}/stays"

    full = api.post(stays, {"registration_id": second, "from_on": "2023-05-23"})
    assert (full.status_code, full.json["code"]) == (422, "room-full")
    twice = api.post(f"{E}/hotel-rooms/{other}/stays", {"registration_id": first})
    assert (twice.status_code, twice.json["code"]) == (422, "in-two-rooms")
    strange = api.post(stays, {"registration_id": of.people["hubei"][0], "from_on": "2023-05-24"})
    assert strange.json["errors"] == {"registration_id": ["not-in-the-delegation"]}
    assert api.post(stays, {"registration_id": second, "from_on": "2023-05-24"}).status_code == 201

    said = api(
        "PATCH", f"{stays}/{stay['id']}", {"agreed": True}, If_Match=api.get(f"{stays}/{stay['id']}").headers["ETag"]
    )
    assert (said.json["agreed"], said.json["until_on"], said.json["from_on"]) == (True, "2023-05-24", None)
    listed = api.get(f"{E}/hotel-rooms?delegation=jiangsu").json
    assert [one["position"] for one in listed["items"]] == [1, 2]
    assert api.get(f"{E}/hotel-rooms?delegation=hubei").json["total"] == 0

    tag = {"If_Match": api.get(f"{E}/hotel-rooms/{room}").headers["ETag"]}
    gone = api("DELETE", f"{E}/hotel-rooms/{room}", **tag).json
    assert gone["along"] == {"room_stay": 2}
    assert api.post(f"{E}/removals/{gone['id']}/restore", {}).status_code == 200
    assert api.get(stays).json["total"] == 2
