"""Vehicles that run for two transfers at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from forumapp.domain.delegations.models.coaches import CoachRun
from forumapp.domain.delegations.models.delegations import ItineraryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as DbSession


class Twice(NamedTuple):
    """A run whose vehicle runs elsewhere at the same time; `reason` is what its own run says of that, and never what is
    written of the other, which may be another delegation's.
    """

    is_allowed: bool
    reason: str


def twice_at_once(db: DbSession, runs: Iterable[CoachRun]) -> dict[int, Twice]:
    """By run, those whose vehicle runs elsewhere at the same time. What has departed and what follows at once are no
    two at a time. One query.
    """
    ids = {run.id for run in runs}
    one, other = aliased(CoachRun), aliased(CoachRun)
    here, there = aliased(ItineraryItem), aliased(ItineraryItem)
    query = (
        select(one.id, one.beside_reason, other.beside_reason.label("other_reason"))
        .join(here, here.id == one.item_id)
        .join(other, (other.vehicle_id == one.vehicle_id) & (other.id != one.id))
        .join(there, there.id == other.item_id)
        .where(one.id.in_(ids), one.closed_at.is_(None), other.closed_at.is_(None))
        .where(here.start_utc < there.end_utc, there.start_utc < here.end_utc)
    )
    found: dict[int, Twice] = {}
    for row in db.execute(query) if ids else ():
        is_allowed = bool(row.beside_reason or row.other_reason)
        before = found.get(row.id)
        found[row.id] = Twice(is_allowed and (before is None or before.is_allowed), row.beside_reason)
    return found
