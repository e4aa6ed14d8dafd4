"""Vehicles that run for two transfers at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from forumapp.domain.delegations.coach_models import CoachRun
from forumapp.domain.delegations.models import ItineraryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as DbSession


def twice_at_once(db: DbSession, runs: Iterable[CoachRun]) -> dict[int, str]:
    """By run, of those whose vehicle runs elsewhere at the same time, why that is allowed; empty where it is not. What
    has departed and what follows at once are no two at a time. One query.
    """
    ids = {run.id for run in runs}
    one, other = aliased(CoachRun), aliased(CoachRun)
    here, there = aliased(ItineraryItem), aliased(ItineraryItem)
    query = (
        select(one.id, one.beside_reason, other.beside_reason.label("other_reason"))
        .join(here, here.id == one.item_id)
        .join(other, (other.vehicle_id == one.vehicle_id) & (other.id != one.id))
        .join(there, there.id == other.item_id)
        .where(one.id.in_(ids), here.start_utc < there.end_utc, there.start_utc < here.end_utc)
        .order_by(one.id, other.id)
    )
    found: dict[int, str] = {}
    for row in db.execute(query) if ids else ():
        reason = row.beside_reason or row.other_reason
        found[row.id] = reason if row.id not in found or (found[row.id] and reason) else ""
    return found
