"""The vehicles of an edition, with their drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, Slug
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.coaches import vehicles
from forumapp.domain.delegations.rules.delegations import MOST_SEATS
from forumapp.schemas.choices import VehicleKind
from forumapp.schemas.fields import Bilingual, Choice, Flag, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.coaches import Vehicle

VEHICLES = "/editions/<slug:edition>/vehicles"
VEHICLE = f"{VEHICLES}/<id:vehicle_id>"

blueprint = ApiBlueprint("Vehicles", __name__, description="Coaches, vans and cars, with their seats and drivers.")


class NewVehicleSchema(Shape):
    code = Slug(metadata={"description": "Left out, it is made of the name."})
    kind = Choice(VehicleKind, required=True)
    name = Bilingual(needed=True)
    seats = WholeNumber(
        least=1, most=MOST_SEATS, required=True, metadata={"description": "How many people besides the driver."}
    )
    plate = Text(longest=50)
    driver = Text(longest=200)
    driver_mobile = Text(longest=50)


class VehicleSchema(KeptSchema, NewVehicleSchema):
    is_sample = Flag()


@blueprint.lists(VEHICLES, VehicleSchema, needs=Permission.SEE_ITINERARIES)
def list_vehicles(call: Call, query: dict[str, Any], edition: str) -> Page[Vehicle]:
    """The vehicles that may run for transfers."""
    edition_id = call.edition(edition).id
    return vehicles.vehicles_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(VEHICLES, NewVehicleSchema, VehicleSchema, needs=Permission.SET_UP_DELEGATIONS)
def create_vehicle(call: Call, values: dict[str, Any], edition: str) -> Vehicle:
    """Add a vehicle."""
    return vehicles.create_vehicle(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(VEHICLE, VehicleSchema, needs=Permission.SEE_ITINERARIES)
def read_vehicle(call: Call, edition: str, vehicle_id: int) -> Vehicle:
    """One vehicle."""
    return vehicles.get_vehicle(call.db, call.edition(edition).id, vehicle_id)


@blueprint.changes(VEHICLE, NewVehicleSchema, VehicleSchema, without=("code",), needs=Permission.SET_UP_DELEGATIONS)
def change_vehicle(call: Call, changes: dict[str, Any], version: int, edition: str, vehicle_id: int) -> Vehicle:
    """Change a vehicle. It keeps as many seats as people ride in any of its runs."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return vehicles.update_vehicle(call.db, edition_id, vehicle_id, changes, **by)


@blueprint.removes(VEHICLE, RemovalSchema, needs=Permission.SET_UP_DELEGATIONS)
def remove_vehicle(call: Call, version: int, edition: str, vehicle_id: int) -> Removal:
    """Take a vehicle away. Refused while it makes runs."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return vehicles.remove_vehicle(call.db, edition_id, vehicle_id, **by)
