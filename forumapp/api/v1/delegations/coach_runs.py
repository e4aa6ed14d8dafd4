"""Vehicle runs for transfers, their passengers, and the roll-call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, With
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import reached_among
from forumapp.domain.delegations.coaches import boardings, captain, runs
from forumapp.domain.delegations.coaches import queries as coaches_queries
from forumapp.domain.delegations.coaches.double_booking import twice_at_once
from forumapp.schemas.choices import BoardingState
from forumapp.schemas.fields import Choice, Flag, Id, Instant, ListOf, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.coaches import Boarding, CoachRun

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
RUNS = "/editions/<slug:edition>/coach-runs"
RUN = f"{RUNS}/<id:coach_run_id>"
BOARDINGS = f"{RUN}/boardings"
BOARDING = f"{BOARDINGS}/<id:boarding_id>"
MOST = 1000

blueprint = ApiBlueprint(
    "Coach runs", __name__, description="Runs of vehicles for transfers, who rides in which, and the roll-call."
)


class RunQuery(PageQuery):
    item_id = Id(metadata={"description": "Of this transfer alone."})


class NewCoachRunSchema(Shape):
    item_id = Id(required=True, metadata={"description": "The itinerary item, a transfer."})
    vehicle_id = Id(required=True)
    group_id = Id(
        allow_none=True,
        metadata={"description": "The group of a delegation whose people get seats here when the run is added."},
    )
    captain_id = Id(allow_none=True, metadata={"description": "A registration that the transfer is for."})
    captain_may_be_rung = Flag(
        metadata={
            "description": "The captain agreed to be called: their phone number is printed on the manifest of"
            " this run. It is cleared when the captain changes, and set again for the next captain after"
            " they are named."
        }
    )
    beside_reason = Text(
        longest=500,
        metadata={"description": "Why its vehicle may run elsewhere at the same time."},
    )


class CountsSchema(Shape):
    """People within the caller's scope, by boarding state."""

    expected = WholeNumber()
    boarded = WholeNumber()
    absent = WholeNumber()


class RunTwiceSchema(Shape):
    is_allowed = Flag(metadata={"description": "A reason was given, of this run or of the other."})


class CoachRunSchema(KeptSchema, NewCoachRunSchema):
    captain_id = Id(allow_none=True, metadata={"description": "Null also where they are of another delegation."})
    closed_at = Instant(allow_none=True)
    counts = Part(CountsSchema)
    clash = Part(
        RunTwiceSchema,
        allow_none=True,
        metadata={
            "description": "Where its vehicle runs for another transfer at the same time; null where it does not."
        },
    )


class CaptainLinkSchema(Shape):
    url = Text(metadata={"description": "Its bearer marks boardings and closes the run for departure."})


class SeenSeatSchema(Shape):
    registration_id = Id(required=True)
    seen = Text(
        required=True,
        metadata={"description": "The `seen` of their boarding in any run of the transfer; empty where they had none."},
    )


class SeatsSchema(Shape):
    people = ListOf(Part(SeenSeatSchema), most=MOST, required=True)


class ReasonSchema(Shape):
    reason = Text(required=True, shortest=1, longest=500)


class MarkSchema(Shape):
    state = Choice(BoardingState, required=True)


class BoardingSchema(KeptSchema):
    item_id = Id()
    run_id = Id()
    registration_id = Id()
    state = Choice(BoardingState)
    marked_at = Instant(allow_none=True)
    seen = ma.fields.String(metadata={"description": "Send it back to move them to another run."})


@blueprint.lists(RUNS, CoachRunSchema, query=RunQuery, needs=SEE)
def list_coach_runs(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Runs in order of time: of the caller's delegations, and of wholes in which any of their people are driven."""
    edition_id = call.edition(edition).id
    how: dict[str, Any] = {"within": call.within(edition_id), "number": query["page"], "size": query["page_size"]}
    page = coaches_queries.runs_page(call.db, edition_id, item_id=query.get("item_id"), **how)
    return page.of(_serialize(call, edition_id, page.items))


@blueprint.creates(RUNS, NewCoachRunSchema, CoachRunSchema, needs=EDIT)
def create_coach_run(call: Call, values: dict[str, Any], edition: str) -> With:
    """Add a vehicle's run for a transfer."""
    edition_id = call.edition(edition).id
    item_id = values.pop("item_id")
    row = runs.create_run(call.db, edition_id, item_id, values, actor=call.actor, now=call.now)
    return _serialize(call, edition_id, [row])[0]


@blueprint.reads(RUN, CoachRunSchema, needs=SEE)
def read_coach_run(call: Call, edition: str, coach_run_id: int) -> With:
    """One run."""
    row = _run(call, edition, coach_run_id)
    return _serialize(call, row.edition_id, [row])[0]


@blueprint.changes(RUN, NewCoachRunSchema, CoachRunSchema, without=("item_id",), needs=EDIT)
def change_coach_run(call: Call, changes: dict[str, Any], version: int, edition: str, coach_run_id: int) -> With:
    """Change its vehicle, group or captain. Its passengers stay."""
    row = _run(call, edition, coach_run_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _serialize(call, row.edition_id, [runs.update_run(call.db, row.edition_id, row.id, changes, **by)])[0]


@blueprint.removes(RUN, RemovalSchema, needs=EDIT)
def remove_coach_run(call: Call, version: int, edition: str, coach_run_id: int) -> Removal:
    """Remove a run. Its passengers lose their seats. Refused for a run that has departed: reopen it first."""
    row = _run(call, edition, coach_run_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return runs.remove_run(call.db, row.edition_id, row.id, **by)


@blueprint.acts(f"{RUN}/close", CoachRunSchema, tagged=True, needs=EDIT)
def close_coach_run(call: Call, version: int, edition: str, coach_run_id: int) -> With:
    """Close it for departure. Refused with `still-expected` while anyone is expected. Idempotent."""
    row = _run(call, edition, coach_run_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _serialize(call, row.edition_id, [runs.close_run(call.db, row.edition_id, row.id, **by)])[0]


@blueprint.reads(f"{RUN}/link", CaptainLinkSchema, needs=EDIT)
def read_coach_run_link(call: Call, edition: str, coach_run_id: int) -> dict[str, Any]:
    """A newly signed roll-call link for the captain. Raises 404 unless the caller may see all passengers."""
    edition_row = call.edition(edition)
    row = _run(call, edition, coach_run_id)
    if not runs.leads_all(call.db, row, call.within(edition_row.id)):
        raise NotFound(entity="coach_run")
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return {"url": links.address(captain.link_of(call.db, row, edition_row), config.base_url, now=call.now)}


@blueprint.acts(f"{RUN}/end-links", CoachRunSchema, tagged=True, needs=EDIT)
def end_coach_run_links(call: Call, version: int, edition: str, coach_run_id: int) -> With:
    """Invalidate every link sent to its captain."""
    row = _run(call, edition, coach_run_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return _serialize(call, row.edition_id, [captain.end_captain_links(call.db, row.edition_id, row.id, **by)])[0]


@blueprint.acts(f"{RUN}/reopen", CoachRunSchema, tagged=True, body=ReasonSchema, needs=EDIT)
def reopen_coach_run(call: Call, values: dict[str, Any], version: int, edition: str, coach_run_id: int) -> With:
    """Reopen it, for a reason that is logged."""
    row = _run(call, edition, coach_run_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    reason = values.get("reason", "")
    return _serialize(call, row.edition_id, [runs.reopen_run(call.db, row.edition_id, row.id, reason=reason, **by)])[0]


@blueprint.acts(f"{RUN}/seats", CoachRunSchema, body=SeatsSchema, needs=EDIT)
def seat_people(call: Call, values: dict[str, Any], edition: str, coach_run_id: int) -> With:
    """Give people seats in a run, all of them or none. They leave other runs of the transfer."""
    row = _run(call, edition, coach_run_id)
    if "people" not in values:
        raise Invalid(fields={"people": "required"})
    seen = {person["registration_id"]: person["seen"] for person in values["people"]}
    boardings.put_into_run(call.db, row.edition_id, row.id, seen, actor=call.actor, now=call.now)
    return _serialize(call, row.edition_id, [row])[0]


@blueprint.lists(BOARDINGS, BoardingSchema, needs=SEE)
def list_boardings(call: Call, query: dict[str, Any], edition: str, coach_run_id: int) -> Page[With]:
    """The passengers of a run and their boarding state, within the caller's scope."""
    row = _run(call, edition, coach_run_id)
    how: dict[str, Any] = {"within": call.within(row.edition_id), "number": query["page"], "size": query["page_size"]}
    page = coaches_queries.boardings_page(call.db, row, **how)
    return page.of([_seat(item) for item in page.items])


@blueprint.reads(BOARDING, BoardingSchema, needs=SEE)
def read_boarding(call: Call, edition: str, coach_run_id: int, boarding_id: int) -> With:
    """One seat."""
    return _seat(_boarding(call, edition, coach_run_id, boarding_id))


@blueprint.changes(BOARDING, MarkSchema, BoardingSchema, needs=EDIT)
def mark_boarding(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, coach_run_id: int, boarding_id: int
) -> With:
    """Mark a passenger as boarded, absent or expected. Idempotent."""
    row = _boarding(call, edition, coach_run_id, boarding_id)
    state = changes.get("state", row.state)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _seat(boardings.mark_boarding(call.db, row.edition_id, row.id, BoardingState(state), **by))


@blueprint.removes(BOARDING, RemovalSchema, needs=EDIT)
def remove_boarding(call: Call, version: int, edition: str, coach_run_id: int, boarding_id: int) -> Removal:
    """Remove a passenger's seat."""
    row = _boarding(call, edition, coach_run_id, boarding_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return boardings.remove_boarding(call.db, row.edition_id, row.id, **by)


def _run(call: Call, edition: str, coach_run_id: int) -> CoachRun:
    edition_id = call.edition(edition).id
    return coaches_queries.get_run(call.db, edition_id, coach_run_id, within=call.within(edition_id))


def _boarding(call: Call, edition: str, coach_run_id: int, boarding_id: int) -> Boarding:
    row = _run(call, edition, coach_run_id)
    return coaches_queries.get_boarding(call.db, row, boarding_id, within=call.within(row.edition_id))


def _serialize(call: Call, edition_id: int, rows: Sequence[CoachRun]) -> list[With]:
    """Hide a captain of another delegation from a liaison limited to a part."""
    within = call.within(edition_id)
    seen = None if within is None else reached_among(call.db, edition_id, "registration", within)
    counts = coaches_queries.counts_of(call.db, rows, within=within)
    twice = twice_at_once(call.db, rows)
    return [
        With(
            row,
            captain_id=row.captain_id if seen is None or row.captain_id in seen else None,
            captain_may_be_rung=row.captain_may_be_rung and (seen is None or row.captain_id in seen),
            counts=counts[row.id],
            clash=twice.get(row.id),
        )
        for row in rows
    ]


def _seat(row: Boarding) -> With:
    return With(row, seen=boardings.seen_of(row))
