"""Publishing the agenda at a set time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.publishing import planning
from forumapp.schemas.choices import PlanStatus
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Flag, Instant, Shape, Text, WallTime, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.publishing.models import AgendaPlan

PLANS = "/editions/<slug:edition>/agenda-plans"
PLAN = f"{PLANS}/<id:plan_id>"

blueprint = ApiBlueprint(
    "Planned agendas", __name__, description="Publishing the agenda at a set time, as it stands then."
)


_BLOCKING = (
    "How many findings blocked the agenda when the time was last set, or when it had come. While there are any, "
    "nothing is published."
)


class NewPublishingPlanSchema(Shape):
    at_wall = WallTime(required=True)
    label = Text(longest=100)
    note = Bilingual(longest=PARAGRAPHS)
    tell = Flag()


class PublishingPlanSchema(KeptSchema, NewPublishingPlanSchema):
    at_zone = Text(required=True)
    status = Choice(PlanStatus, required=True)
    stopped_by = Text(required=True, metadata={"description": "The code of the reason why it was refused."})
    blocking = WholeNumber(required=True, metadata={"description": _BLOCKING})
    done_at = Instant(allow_none=True)


@blueprint.lists(PLANS, PublishingPlanSchema, needs=Permission.SEE_AGENDA)
def list_agenda_plans(call: Call, query: dict[str, Any], edition: str) -> Page[AgendaPlan]:
    """Times at which the agenda is to be published, or was to be, the latest first."""
    return page_from(planning.list_plans(call.db, call.edition(edition).id), query)


@blueprint.creates(PLANS, NewPublishingPlanSchema, PublishingPlanSchema, needs=Permission.PUBLISH_AGENDA)
def plan_agenda(call: Call, values: dict[str, Any], edition: str) -> AgendaPlan:
    """Set a time, by the clocks of the forum's place; one that they skip or show twice is refused. One at a time."""
    plan = {"label": "", "note": {}, **values}
    return planning.set_plan(call.db, call.edition(edition).id, plan, actor=call.actor, now=call.now)


@blueprint.reads(PLAN, PublishingPlanSchema, needs=Permission.SEE_AGENDA)
def read_agenda_plan(call: Call, edition: str, plan_id: int) -> AgendaPlan:
    """One scheduled publication and its outcome."""
    return planning.get_plan(call.db, call.edition(edition).id, plan_id)


@blueprint.changes(PLAN, NewPublishingPlanSchema, PublishingPlanSchema, needs=Permission.PUBLISH_AGENDA)
def change_agenda_plan(call: Call, changes: dict[str, Any], version: int, edition: str, plan_id: int) -> AgendaPlan:
    """Change a plan that is not yet due."""
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return planning.change_plan(call.db, call.edition(edition).id, plan_id, changes, **by)


@blueprint.acts(f"{PLAN}/take-back", PublishingPlanSchema, tagged=True, needs=Permission.PUBLISH_AGENDA)
def take_agenda_plan_back(call: Call, version: int, edition: str, plan_id: int) -> AgendaPlan:
    """Publish nothing at that time."""
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return planning.take_plan_back(call.db, call.edition(edition).id, plan_id, **by)
