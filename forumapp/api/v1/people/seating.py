"""Plans of seats, for organizers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.seating import services
from forumapp.schemas.choices import HostSide, SeatingConvention, SeatingShape
from forumapp.schemas.fields import Bilingual, Choice, Code, Flag, Id, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.seating import SeatingPlan
    from forumapp.domain.delegations.seating.services import SeatLine

blueprint = ApiBlueprint("Seating", __name__, description="Plans of seats, drawn by a convention.")
PLANS = "/editions/<slug:edition>/seating-plans"
PLAN = f"{PLANS}/<slug:code>"
SEES = Permission.SEE_PRECEDENCE


class SeatingPlanFieldsSchema(Shape):
    name = Bilingual(needed=True)
    convention = Choice(SeatingConvention, required=True)
    host_side = Choice(
        HostSide,
        allow_none=True,
        metadata={"description": "Where the hosts sit as the audience sees it; null where they sit among the guests."},
    )
    session_id = Id(allow_none=True)
    item_id = Id(allow_none=True, metadata={"description": "Of an itinerary, such as a banquet, instead of a session."})
    list_id = Id(allow_none=True, metadata={"description": "The order of precedence from which the seats are filled."})


class NewSeatingPlanSchema(SeatingPlanFieldsSchema):
    code = Code(required=True)
    shape = Choice(SeatingShape, required=True)
    sizes = ma.fields.List(
        WholeNumber(least=1),
        required=True,
        validate=ma.validate.Length(min=1, max=100),
        metadata={"description": "The seats of each row, the front row first, or of each table."},
    )


class SeatingPlanChangesSchema(SeatingPlanFieldsSchema):
    people = ma.fields.List(
        Id(allow_none=True),
        validate=ma.validate.Length(max=services.MOST_SEATS),
        metadata={"description": "Who sits where, by seat, row after row; null where nobody does. All at once."},
    )
    fill = Flag(metadata={"description": "True seats the people of the approved order by the convention."})


class SeatingPlanSchema(KeptSchema, SeatingPlanFieldsSchema):
    code = Code()
    shape = Choice(SeatingShape)


class SeatSchema(Shape):
    id = Id(required=True)
    tier = WholeNumber(metadata={"description": "The row, the front one first, or the table."})
    number = WholeNumber(metadata={"description": "From the audience's left, or clockwise from the door."})
    person_id = Id(allow_none=True)


@blueprint.lists(PLANS, SeatingPlanSchema, needs=SEES)
def list_seating_plans(call: Call, query: dict[str, Any], edition: str) -> Page[SeatingPlan]:
    """The plans of seats of an edition."""
    edition_id = call.whole_edition(edition).id
    return services.plans_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(PLANS, NewSeatingPlanSchema, SeatingPlanSchema, located_by="code", needs=Permission.EDIT_PRECEDENCE)
def create_seating_plan(call: Call, values: dict[str, Any], edition: str) -> SeatingPlan:
    """Begin a plan, with all seats empty."""
    sizes = values.pop("sizes")
    return services.create_plan(call.db, call.edition(edition).id, values, sizes, actor=call.actor, now=call.now)


@blueprint.reads(PLAN, SeatingPlanSchema, needs=SEES)
def read_seating_plan(call: Call, edition: str, code: str) -> SeatingPlan:
    """One plan, without its seats."""
    return services.get_plan(call.db, call.whole_edition(edition).id, code)


@blueprint.lists(f"{PLAN}/seats", SeatSchema, needs=SEES)
def list_seats(call: Call, query: dict[str, Any], edition: str, code: str) -> Page[SeatLine]:
    """The seats of a plan with who sits there, row after row or table after table."""
    plan = services.get_plan(call.db, call.whole_edition(edition).id, code)
    return services.seats_page(call.db, plan, number=query["page"], size=query["page_size"])


@blueprint.changes(PLAN, SeatingPlanChangesSchema, SeatingPlanSchema, needs=Permission.EDIT_PRECEDENCE)
def change_seating_plan(call: Call, changes: dict[str, Any], version: int, edition: str, code: str) -> SeatingPlan:
    """Change a plan, fill it from its order, or say who sits where."""
    row = services.get_plan(call.db, call.edition(edition).id, code)
    by: Any = {"actor": call.actor, "now": call.now}
    people, fill = changes.pop("people", None), changes.pop("fill", False)
    row = services.update_plan(call.db, row, changes, version=version, **by)
    if fill:
        row = services.fill_plan(call.db, row, version=row.version, **by)
    if people is not None:
        row = services.arrange(call.db, row, people, version=row.version, **by)
    return row


@blueprint.removes(PLAN, RemovalSchema, needs=Permission.EDIT_PRECEDENCE)
def remove_seating_plan(call: Call, version: int, edition: str, code: str) -> Removal:
    """Take a plan away with its seats."""
    row = services.get_plan(call.db, call.edition(edition).id, code)
    return services.remove_plan(call.db, row, version=version, actor=call.actor, now=call.now)
