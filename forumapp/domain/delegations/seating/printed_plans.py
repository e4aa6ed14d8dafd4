"""What plans of seats were when they were printed last, and who sits elsewhere since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.domain.delegations.models.seating import Seat, SeatingPlan
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.rules import Name

    Place = tuple[int, int]  # a row or a table, and the seat in it


@dataclass(frozen=True, slots=True)
class Reseated:
    """Someone who sat elsewhere on the printed plan; None is nowhere on it."""

    name: Name
    was: Place | None
    now: Place | None


@dataclass(frozen=True, slots=True)
class StalePlan:
    """A plan that would be printed otherwise by now: for whom, and perhaps for its name or its convention."""

    plan: SeatingPlan
    version: int
    printed_at: datetime
    people: tuple[Reseated, ...]


def note_printed(db: DbSession, plan: SeatingPlan, *, now: datetime) -> None:
    """By the table, since printing is no edit."""
    seats = _seats(db, [plan.id]).get(plan.id, {})
    said = {"version": plan.version, "seats": {str(one): list(place) for one, place in seats.items()}, **_drawn(plan)}
    kept = {"printed": said, "printed_at": now, "updated_at": SeatingPlan.updated_at}
    db.connection().execute(update(SeatingPlan).where(SeatingPlan.id == plan.id).values(kept))


def stale_plans(db: DbSession, edition_id: int) -> list[StalePlan]:
    """In the order of their codes. Three queries."""
    query = select(SeatingPlan).where(SeatingPlan.edition_id == edition_id, SeatingPlan.printed_at.is_not(None))
    plans = list(db.scalars(query.order_by(SeatingPlan.code)))
    seats = _seats(db, [plan.id for plan in plans])
    moved = {plan.id: _moved(plan, seats.get(plan.id, {})) for plan in plans}
    ids = {one for those in moved.values() for one in those}
    names = {row.id: name_of(row) for row in db.scalars(select(Person).where(Person.id.in_(ids)))} if ids else {}
    found = []
    for plan in plans:
        said: dict[str, Any] = plan.printed or {}
        if (moved[plan.id] or any(said.get(part) != value for part, value in _drawn(plan).items())) and plan.printed_at:
            people = [Reseated(names[one], *places) for one, places in moved[plan.id].items() if one in names]
            people.sort(key=lambda one: one.name.sort_key)
            found.append(StalePlan(plan, said["version"], plan.printed_at, tuple(people)))
    return found


def _drawn(plan: SeatingPlan) -> dict[str, Any]:
    """How it is drawn and what it is called, besides who sits where."""
    side = plan.host_side.value if plan.host_side else ""
    return {"name": dict(plan.name), "convention": plan.convention.value, "host_side": side}


def _moved(plan: SeatingPlan, now: dict[int, Place]) -> dict[int, tuple[Place | None, Place | None]]:
    printed: dict[str, Any] = plan.printed or {}
    was = {int(one): (place[0], place[1]) for one, place in printed.get("seats", {}).items()}
    return {one: (was.get(one), now.get(one)) for one in {**was, **now} if was.get(one) != now.get(one)}


def _seats(db: DbSession, plan_ids: list[int]) -> dict[int, dict[int, Place]]:
    """By plan, where each person sits."""
    found: dict[int, dict[int, Place]] = {}
    query = select(Seat.plan_id, Seat.person_id, Seat.tier, Seat.number).where(Seat.person_id.is_not(None))
    for plan_id, person_id, tier, number in db.execute(query.where(Seat.plan_id.in_(plan_ids))) if plan_ids else ():
        found.setdefault(plan_id, {})[person_id or 0] = (tier, number)
    return found
