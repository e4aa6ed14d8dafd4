"""Rehearsals of check-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, With
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.rehearsal import services
from forumapp.schemas.fields import Id, Instant, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.checkin.models import Rehearsal

CHECK_IN, EDIT = Permission.CHECK_IN, Permission.EDIT_EDITION
REHEARSALS = "/editions/<slug:edition>/rehearsals"
REHEARSAL = f"{REHEARSALS}/<id:rehearsal_id>"

blueprint = ApiBlueprint(
    "Rehearsals", __name__, description="All stations of an edition scan for practice, and nothing of it stays."
)


class NewRehearsalSchema(Shape):
    """Takes no fields."""


class RehearsalSchema(KeptSchema):
    started_at = Instant()
    started_by = Id(allow_none=True, metadata={"description": "The account that started it."})
    ended_at = Instant(allow_none=True)
    ended_by = Id(allow_none=True, metadata={"description": "Null of one that the first day has ended."})


class EndedRehearsalSchema(RehearsalSchema):
    scans_deleted = WholeNumber()


@blueprint.lists(REHEARSALS, RehearsalSchema, needs=CHECK_IN)
def list_rehearsals(call: Call, query: dict[str, Any], edition: str) -> Page[Rehearsal]:
    """Past rehearsals and the running one, the latest first."""
    edition_id = call.whole_edition(edition).id
    return services.rehearsals_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(REHEARSALS, NewRehearsalSchema, RehearsalSchema, needs=EDIT)
def start_rehearsal(call: Call, _values: dict[str, Any], edition: str) -> Rehearsal:
    """From now on all stations scan for practice, until it is ended or the first day begins."""
    return services.start_rehearsal(call.db, call.edition(edition).id, actor=call.actor, now=call.now)


@blueprint.reads(REHEARSAL, RehearsalSchema, needs=CHECK_IN)
def read_rehearsal(call: Call, edition: str, rehearsal_id: int) -> Rehearsal:
    """One rehearsal."""
    return services.get_rehearsal(call.db, call.whole_edition(edition).id, rehearsal_id)


@blueprint.acts(f"{REHEARSAL}/end", EndedRehearsalSchema, tagged=True, needs=EDIT)
def end_rehearsal(call: Call, version: int, edition: str, rehearsal_id: int) -> With:
    """End it, and delete all that was scanned in it."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    row, count = services.end_rehearsal(call.db, edition_id, rehearsal_id, **by)
    return With(row, scans_deleted=count)
