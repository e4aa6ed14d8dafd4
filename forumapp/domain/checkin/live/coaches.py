"""The headcount of the coaches, as their captains and the scans at their doors have marked it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import registrations_of
from forumapp.domain.checkin.models import Admission, Checkpoint
from forumapp.domain.delegations.coaches.queries import Counts, counts_of, runs_within
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.people.rules import Name
    from forumapp.domain.registration.attendance.stays import Counted


@dataclass(frozen=True, slots=True)
class CoachLine:
    """A run with those within reach who ride in it. Who is still expected is named once boarding has begun."""

    id: int
    vehicle: dict[str, str]
    plate: str
    drive: dict[str, str]
    starts_at: datetime
    counts: Counts
    has_departed: bool
    missing: tuple[Name, ...] = ()

    @property
    def is_boarding(self) -> bool:
        return not self.has_departed and self.counts.boarded > 0


def list_coaches(db: DbSession, edition_id: int, access: Access, counted: Counted) -> tuple[CoachLine, ...]:
    """In order of time, those of a day where there is one. Three queries, and none for whoever sees no itineraries."""
    if not access.allows(Permission.SEE_ITINERARIES):
        return ()
    within = access.within(Permission.SEE_ITINERARIES)
    query = (
        select(CoachRun, Vehicle.name, Vehicle.plate, ItineraryItem.title, ItineraryItem.start_utc)
        .join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
        .join(ItineraryItem, ItineraryItem.id == CoachRun.item_id)
        .where(CoachRun.edition_id == edition_id, *runs_within(within))
        .order_by(ItineraryItem.start_utc, CoachRun.id)
    )
    if counted.span is not None:
        begins, ends = counted.span
        query = query.where(ItineraryItem.start_utc >= begins, ItineraryItem.start_utc < ends)
    rows = db.execute(query).all()
    runs = [run for run, *_said in rows]
    counts = (_rehearsed if counted.is_rehearsal else counts_of)(db, runs, within=within) if runs else {}
    begun = [run.id for run in runs if counts[run.id].boarded and run.closed_at is None]
    missing = _missing(db, begun, within) if not counted.is_rehearsal else defaultdict(list)
    return tuple(
        CoachLine(
            run.id, vehicle, plate, drive, start, counts[run.id], run.closed_at is not None, tuple(missing[run.id])
        )
        for run, vehicle, plate, drive, start in rows
    )


def _rehearsed(db: DbSession, runs: Collection[CoachRun], *, within: Collection[int] | None) -> dict[int, Counts]:
    """A rehearsal marks no boarding: whoever was let in at the coach's checkpoint is in it."""
    here = Checkpoint.coach_run_id.in_([run.id for run in runs]), Admission.is_rehearsal
    query = select(Checkpoint.coach_run_id, func.count()).join(Admission, Admission.checkpoint_id == Checkpoint.id)
    if within is not None:
        query = query.where(Admission.registration_id.in_(registrations_of(within)))
    boarded = {row[0]: row[1] for row in db.execute(query.where(*here).group_by(Checkpoint.coach_run_id))}
    everyone = counts_of(db, runs, within=within)
    return {one: Counts(all_.all - boarded.get(one, 0), boarded.get(one, 0)) for one, all_ in everyone.items()}


def _missing(db: DbSession, runs: Collection[int], within: Collection[int] | None) -> defaultdict[int, list[Name]]:
    found: defaultdict[int, list[Name]] = defaultdict(list)
    if not runs:
        return found
    query = select(Boarding.run_id, Person).join(Registration, Registration.id == Boarding.registration_id)
    query = query.join(Person, Person.id == Registration.person_id)
    query = query.where(Boarding.run_id.in_(runs), Boarding.state == BoardingState.EXPECTED)
    if within is not None:
        query = query.where(Boarding.registration_id.in_(registrations_of(within)))
    for run_id, person in db.execute(query.order_by(Person.latin_family, Person.id)):
        found[run_id].append(name_of(person))
    return found
