"""Coaches by the interface: seats, moves of many at once, and what a liaison of a part may."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.forums.queries import get_edition
from tests.api.delegations.test_groups import Delegations, at
from tests.domain.conftest import BY

if TYPE_CHECKING:
    from conftest import Api

E = "/editions/mine"


class Driven(Delegations):
    """The four are driven by a coach of three seats and a car of one."""

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        item = {"delegation": "whole", "kind": "transfer", "title": {"en": "Drive"}, "start": at(8), "end": at(9)}
        self.item = self.made("itinerary-items", item)["id"]
        self.coach, self.car = (self.run(kind, seats) for kind, seats in (("coach", 3), ("car", 1)))

    def run(self, kind: str, seats: int) -> int:
        vehicle = self.made("vehicles", {"kind": kind, "name": {"en": kind}, "seats": seats})["id"]
        row: int = self.made("coach-runs", {"item_id": self.item, "vehicle_id": vehicle})["id"]
        return row

    def seats(self, api: Api) -> dict[int, dict[str, Any]]:
        rows = [
            one for run in (self.coach, self.car) for one in api.get(f"{E}/coach-runs/{run}/boardings").json["items"]
        ]
        return {one["registration_id"]: one for one in rows}

    def seat(self, api: Api, run: int, *people: int) -> Any:
        held = self.seats(self.api)
        seen = [{"registration_id": one, "seen": held[one]["seen"] if one in held else ""} for one in people]
        return api.post(f"{E}/coach-runs/{run}/seats", {"people": seen})


@pytest.fixture
def driven(api: Api) -> Driven:
    return Driven(api)


def test_all_or_nobody_is_seated_and_whoever_boarded_is_marked(driven: Driven, api: Api) -> None:
    jiangsu, hubei = driven.people["jiangsu"], driven.people["hubei"]
    full = driven.seat(api, driven.coach, *jiangsu, *hubei)
    assert (full.status_code, full.json["code"], driven.seats(api)) == (422, "no-seat-left", {})
    seated = driven.seat(api, driven.coach, *jiangsu, hubei[0])
    assert seated.json["counts"] == {"expected": 3, "boarded": 0, "absent": 0}
    assert driven.seat(api, driven.car, hubei[0]).status_code == 200
    stale = api.post(f"{E}/coach-runs/{driven.coach}/seats", {"people": [{"registration_id": hubei[0], "seen": ""}]})
    assert (stale.status_code, stale.json["code"]) == (409, "seated-meanwhile")

    run = f"{E}/coach-runs/{driven.car}"
    boarding = f"{run}/boardings/{driven.seats(api)[hubei[0]]['id']}"
    tag = api.get(run).headers["ETag"]
    assert api.get(run).json["clash"] is None
    waits = api.post(f"{run}/close", If_Match=tag)
    assert (waits.status_code, waits.json["code"]) == (409, "still-expected")
    marked = api("PATCH", boarding, {"state": "boarded"}, If_Match=api.get(boarding).headers["ETag"])
    assert (marked.status_code, marked.json["state"]) == (200, "boarded")
    assert api.post(f"{run}/close", If_Match=tag).json["closed_at"]
    again = api("PATCH", boarding, {"state": "absent"}, If_Match=api.get(boarding).headers["ETag"])
    assert (again.status_code, again.json["code"]) == (409, "run-closed")


@pytest.mark.one_database
def test_a_liaison_of_a_part_counts_seats_and_marks_their_own_people_alone(driven: Driven, api: Api) -> None:
    jiangsu, hubei = driven.people["jiangsu"], driven.people["hubei"]
    driven.seat(api, driven.coach, *jiangsu, hubei[0])
    driven.seat(api, driven.car, hubei[1])
    with transaction() as db:
        account = create_account(db, email="liaison@forum.example", name="Liaison", password=None, **BY)
        of = get_edition(db, "mine").id
        grant_role(db, account.id, of, Role.DELEGATION_LIAISON, delegations=["hubei"], **BY)
        liaison = replace(api, token=create_token(db, account, name="tests", scopes=("admin",), **BY))
    told = {one["id"]: one["counts"]["expected"] for one in liaison.get(f"{E}/coach-runs").json["items"]}
    assert told == {driven.coach: 1, driven.car: 1}
    assert driven.seats(liaison).keys() == set(hubei)
    theirs = f"{E}/coach-runs/{driven.coach}/boardings/{driven.seats(api)[jiangsu[0]]['id']}"
    assert liaison.get(theirs).status_code == 404
    assert driven.seat(liaison, driven.coach, jiangsu[0]).json["errors"] == {"registrations": ["not-of-the-transfer"]}
    for run, status in ((driven.coach, 404), (driven.car, 409)):  # of the car all are theirs
        address = f"{E}/coach-runs/{run}"
        closed = liaison.post(f"{address}/close", If_Match=liaison.get(address).headers["ETag"])
        assert closed.status_code == status
    address = f"{E}/coach-runs/{driven.car}"
    for change in (("DELETE", address), ("PATCH", address, {"group_id": None})):
        assert liaison(*change, If_Match=liaison.get(address).headers["ETag"]).status_code == 404


def test_a_vehicle_that_runs_twice_at_once_is_told_as_a_clash(driven: Driven, api: Api) -> None:
    item = {"delegation": "whole", "kind": "transfer", "title": {"en": "Next"}, "start": at(9), "end": at(10)}
    following = driven.made("itinerary-items", item)["id"]
    vehicle = api.get(f"{E}/coach-runs/{driven.car}").json["vehicle_id"]
    run = f"{E}/coach-runs/{driven.made('coach-runs', {'item_id': following, 'vehicle_id': vehicle})['id']}"
    assert api.get(run).json["clash"] is None
    address = f"{E}/itinerary-items/{following}"
    tag = api.get(address).headers["ETag"]
    assert api("PATCH", address, {"start": at(8), "end": at(9)}, If_Match=tag).status_code == 200
    assert api.get(run).json["clash"] == {"is_allowed": False}
    (found,) = [one for one in api.get(f"{E}/findings").json["items"] if one["code"] == "vehicle-twice"]
    assert {one["id"] for one in found["parties"] if one["kind"] == "itinerary_item"} == {driven.item, following}
