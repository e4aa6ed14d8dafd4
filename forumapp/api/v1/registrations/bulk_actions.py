"""One thing done to many registrations, by a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.filters import FiltersSchema, filters_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members import bulk_actions
from forumapp.schemas.choices import BulkAction, BulkStatus
from forumapp.schemas.fields import LINE, Choice, Flag, Id, Instant, ListOf, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call

EDIT = Permission.EDIT_REGISTRATIONS
RUNS = "/editions/<slug:edition>/bulk-changes"
MOST = 10_000

blueprint = ApiBlueprint("Bulk changes", __name__, description="One thing done to many registrations.")


class NewBulkChangeSchema(Shape):
    action = Choice(BulkAction, required=True)
    value = Text(
        longest=LINE, allow_none=True, metadata={"description": "The code of a type, or a language, to be set."}
    )
    reason = Text(longest=LINE, load_default="", metadata={"description": "Of a cancellation, for the log."})
    filter = Part(FiltersSchema, load_default=dict)
    ids = ListOf(Id(), most=MOST, metadata={"description": "Only these of those the filter selects."})


class LeftSchema(Shape):
    """A registration that was skipped, with the code of the reason."""

    registration_id = Id()
    code = Text()


class BulkChangeSchema(Shape):
    """`refused` counts skipped registrations by the code of the reason; `left` lists the first 200."""

    id = Id()
    action = Choice(BulkAction, required=True)
    value = Text(longest=LINE, allow_none=True)
    status = Choice(BulkStatus, required=True)
    total = WholeNumber()
    done = WholeNumber()
    changed = WholeNumber()
    undoes_id = Id(allow_none=True)
    finished_at = Instant(allow_none=True)
    refused = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer())
    left = ma.fields.List(ma.fields.Nested(LeftSchema))
    can_be_undone = Flag()


@blueprint.creates(RUNS, NewBulkChangeSchema, BulkChangeSchema, needs=EDIT)
def start_bulk_change(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Apply an action to many registrations. A worker processes them one after another, each with its own permission
    check and log entry; a refusal of one does not affect the others.
    """
    edition_id = call.edition(edition).id
    filters = filters_of({"q": "", **values["filter"]})
    options = {"value": values.get("value"), "reason": values["reason"], "actor": call.actor, "now": call.now}
    run = bulk_actions.ask(call.db, edition_id, values["action"], filters, values.get("ids"), **options)
    return describe_run(call, edition_id, run.id)


@blueprint.reads(f"{RUNS}/<id:bulk_id>", BulkChangeSchema, needs=EDIT)
def read_bulk_change(call: Call, edition: str, bulk_id: int) -> dict[str, Any]:
    """Its progress and result."""
    return describe_run(call, call.edition(edition).id, bulk_id)


@blueprint.acts(f"{RUNS}/<id:bulk_id>/undo", BulkChangeSchema, needs=EDIT)
def undo_bulk_change(call: Call, edition: str, bulk_id: int) -> dict[str, Any]:
    """Undo a change of type or language for registrations not changed since. Works once."""
    edition_id = call.edition(edition).id
    run = bulk_actions.undo(call.db, edition_id, bulk_id, actor=call.actor, now=call.now)
    return describe_run(call, edition_id, run.id)


def describe_run(call: Call, edition_id: int, bulk_id: int) -> dict[str, Any]:
    report = bulk_actions.report(call.db, edition_id, bulk_id, actor=call.actor)
    run = report.run
    columns = {name: getattr(run, name) for name in ("id", "action", "value", "status", "total", "done", "changed")}
    times = {"undoes_id": run.undoes_id, "finished_at": run.finished_at}
    left = [{"registration_id": skipped.registration_id, "code": skipped.code} for skipped in report.left]
    return {**columns, **times, "refused": report.refused, "left": left, "can_be_undone": report.can_be_undone}
