"""Puts the sample's vehicles and their runs into the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from forumapp.domain.delegations.coaches import boardings, runs, vehicles
from forumapp.domain.delegations.models.coaches import VehicleKind

if TYPE_CHECKING:
    from forumapp.cli.demo.load import Loaded
    from forumapp.cli.demo.records import Sample


def load_coaches(into: Loaded, forum: Sample) -> None:
    made: dict[str, int] = {}
    for given in forum.vehicles:
        values = {**asdict(given), "kind": VehicleKind(given.kind)}
        made[given.code] = vehicles.create_vehicle(into.db, into.edition.id, values, **into.by).id
    for run in forum.coach_runs:
        group = into.groups.get(run.group)
        values = {
            "vehicle_id": made[run.vehicle],
            "group_id": group.id if group else None,
            "captain_id": group.captain_id if group else into.registrations[run.captain],
        }
        row = runs.create_run(into.db, into.edition.id, into.items[run.item], values, **into.by)
        if group is None:
            nowhere_yet = dict.fromkeys(runs.people_of_item(into.db, row.item_id), "")
            boardings.put_into_run(into.db, into.edition.id, row.id, nowhere_yet, **into.by)
