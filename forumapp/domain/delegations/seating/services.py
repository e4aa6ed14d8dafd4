"""Plans of seats: drawn by a convention, filled from an approved order, and changed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from forumapp.core.database.flushing import flush
from forumapp.core.errors import Invalid, Refusal
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_by_code, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import Session
from forumapp.domain.audit.services import change, create, stale
from forumapp.domain.delegations.models.delegations import TRAVEL, DelegationMember, ItineraryItem
from forumapp.domain.delegations.models.seating import Seat, SeatingPlan
from forumapp.domain.delegations.rules.places_of_honor import Convention, HostSide, Shape, seated, seated_apart
from forumapp.domain.forums.models import EditionHost, HostRole
from forumapp.domain.forums.rules import free_code
from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import ApprovedPlace, EditionTitle, FrozenName, Person, PrecedenceList
from forumapp.domain.people.queries import is_kept_to, titles_in_edition
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.people.rules import Name

MOST_SEATS = 300


class OrderNotApproved(Refusal):
    """The order of precedence from which the seats are to be filled counts for nothing until someone approves it."""

    code = "order-not-approved"


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat with who sits there; `id` is the seat's."""

    id: int
    tier: int
    number: int
    person_id: int | None
    name: Name | None
    titles: tuple[TitleLine, ...]


def plans_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[SeatingPlan]:
    query = select(SeatingPlan).where(SeatingPlan.edition_id == edition_id)
    return paged(db, query.order_by(SeatingPlan.id), number=number, size=size)


def get_plan(db: DbSession, edition_id: int, code: str) -> SeatingPlan:
    return get_by_code(db, SeatingPlan, edition_id, code)


def occasions(db: DbSession, edition_id: int) -> dict[int, ItineraryItem]:
    """The items of itineraries at which people may be seated, by id, in order of time."""
    query = select(ItineraryItem).where(ItineraryItem.edition_id == edition_id, ItineraryItem.kind.not_in(TRAVEL))
    return {one.id: one for one in db.scalars(query.order_by(ItineraryItem.start_utc, ItineraryItem.id))}


def list_seats(db: DbSession, plan: SeatingPlan) -> list[SeatLine]:
    """Row after row or table after table."""
    return seats_page(db, plan, size=MOST_SEATS).items


def seats_page(db: DbSession, plan: SeatingPlan, *, number: int = 1, size: int = PAGE_SIZE) -> Page[SeatLine]:
    query = (
        select(Seat, Person, FrozenName.said)
        .outerjoin(Person, Person.id == Seat.person_id)
        .outerjoin(FrozenName, frozen_beside(Seat))
        .where(Seat.plan_id == plan.id)
    )
    page = paged(db, query.order_by(Seat.tier, Seat.number), number=number, size=size)
    return page.of(_lines(db, plan, page.items))


def _lines(db: DbSession, plan: SeatingPlan, rows: Sequence[Any]) -> list[SeatLine]:
    """As the edition prints them: one that was archived as it named them then."""
    titles = titles_in_edition(db, plan.edition_id, [one.id for _, one, _ in rows if one is not None])
    found = []
    for seat, one, said in rows:
        shown = None if one is None else person_printed(said, name_of(one), titles.get(one.id, ()))
        named = (shown.name, shown.titles) if shown else (None, ())
        found.append(SeatLine(seat.id, seat.tier, seat.number, seat.person_id, *named))
    return found


def create_plan(
    db: DbSession, edition_id: int, values: Mapping[str, Any], sizes: Sequence[int], *, actor: Actor, now: datetime
) -> SeatingPlan:
    """`sizes` are how many seats each row or table has, the front row first. All of them are empty."""
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    if not sizes or min(sizes) < 1 or sum(sizes) > MOST_SEATS:
        raise Invalid(fields={"sizes": "required" if not sizes or min(sizes) < 1 else "too-many"})
    _refuse_strange(db, edition_id, values)
    codes = set(db.scalars(select(SeatingPlan.code).where(SeatingPlan.edition_id == edition_id)))
    code = values.get("code") or free_code(values["name"], codes, "seating")
    plan = SeatingPlan(edition_id=edition_id, **{**values, "code": code})
    create_in(db, plan, Permission.EDIT_PRECEDENCE, actor=actor, now=now)
    for tier, size in enumerate(sizes, 1):
        for number in range(1, size + 1):
            create(db, Seat(edition_id=edition_id, plan_id=plan.id, tier=tier, number=number), actor=actor, now=now)
    return plan


def update_plan(
    db: DbSession, plan: SeatingPlan, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> SeatingPlan:
    """Change what it is called, of which session or item, by which convention and from which order it is filled. Who
    sits where stays until it is filled anew.
    """
    require(db, plan.edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    kept = {"session_id": plan.session_id, "item_id": plan.item_id}
    _refuse_strange(db, plan.edition_id, {**kept, **changes})
    change_in(db, plan, changes, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now)
    return plan


def remove_plan(db: DbSession, plan: SeatingPlan, *, version: int, actor: Actor, now: datetime) -> Removal:
    """With its seats and who has them."""
    seats = list(db.scalars(select(Seat).where(Seat.plan_id == plan.id)))
    return remove_in(db, plan, along=seats, label=plan.name, version=version, actor=actor, now=now)


def fill_plan(db: DbSession, plan: SeatingPlan, *, version: int, actor: Actor, now: datetime) -> SeatingPlan:
    """Seat the people of the plan's order by the convention, whoever sat there before; where hosts and guests sit
    apart, each on their own side.
    """
    require(db, plan.edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    order = find_in(db, PrecedenceList, plan.edition_id, plan.list_id or 0)
    if order is None:
        raise Invalid(fields={"list_id": "required"})
    if not is_kept_to(db, order):
        raise OrderNotApproved
    people = select(ApprovedPlace.person_id).where(ApprovedPlace.list_id == order.id)
    ranked = list(db.scalars(people.order_by(ApprovedPlace.sort_key)))
    tiers = db.scalars(select(Seat.tier).where(Seat.plan_id == plan.id).order_by(Seat.tier))
    sizes = [len(list(seats)) for _tier, seats in groupby(tiers)]
    shape = Shape(plan.shape)
    if plan.host_side is None:
        wanted = seated(sizes, shape, Convention(plan.convention), ranked)
    else:
        guests = _guests(db, plan)
        parties = [one for one in ranked if one not in guests], [one for one in ranked if one in guests]
        wanted = seated_apart(sizes, shape, HostSide(plan.host_side), *parties)
    return arrange(db, plan, wanted, version=version, actor=actor, now=now)


def arrange(
    db: DbSession,
    plan: SeatingPlan,
    people: Sequence[int | None],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> SeatingPlan:
    """Say who sits where: the people by seat, row after row, and None where nobody does. All seats are said at once."""
    require(db, plan.edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    plan = _held(db, plan.id)
    if plan.version != version:
        raise stale(plan)
    seats = list(db.scalars(select(Seat).where(Seat.plan_id == plan.id).order_by(Seat.tier, Seat.number)))
    named = [one for one in people if one is not None]
    if len(people) != len(seats):
        raise Invalid(fields={"people": "not-all-of-them"})
    if len(set(named)) != len(named):
        raise Invalid(fields={"people": "seated-twice"})
    if set(named) - set(db.scalars(select(Person.id).where(Person.id.in_(named)))):
        raise Invalid(fields={"people": "unknown"})
    moved = [(seat, one) for seat, one in zip(seats, people, strict=True) if seat.person_id != one]
    gone = [(seat, None) for seat, _one in moved if seat.person_id is not None]  # nobody has two seats at any moment
    for seat, person_id in [*gone, *((seat, one) for seat, one in moved if one is not None)]:
        change(db, seat, {"person_id": person_id}, version=seat.version, actor=actor, now=now)
    if moved:
        flag_modified(plan, "updated_at")  # the plan's version is that of its seats
        flush(db)
    return plan


def _guests(db: DbSession, plan: SeatingPlan) -> set[int]:
    """The people who come with a delegation, but for those of the organization that hosts: the item, if it is said of
    it, or else the edition.
    """
    item = db.get(ItineraryItem, plan.item_id) if plan.item_id else None
    houses: Any = (
        [item.host_id]
        if item is not None and item.host_id
        else select(EditionHost.organization_id).where(
            EditionHost.edition_id == plan.edition_id, EditionHost.role == HostRole.HOST
        )
    )
    titles = EditionTitle.edition_id == plan.edition_id, EditionTitle.organization_id.in_(houses)
    query = (
        select(Registration.person_id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(Registration.edition_id == plan.edition_id, DelegationMember.left_on.is_(None))
        .where(Registration.person_id.not_in(select(EditionTitle.person_id).where(*titles)))
    )
    return set(db.scalars(query))


def _held(db: DbSession, plan_id: int) -> SeatingPlan:
    query = select(SeatingPlan).where(SeatingPlan.id == plan_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def _refuse_strange(db: DbSession, edition_id: int, values: Mapping[str, Any]) -> None:
    kinds: dict[str, Any] = {"session_id": Session, "list_id": PrecedenceList, "item_id": ItineraryItem}
    for field, kind in kinds.items():
        row = None if values.get(field) is None else find_in(db, kind, edition_id, values[field])
        if values.get(field) is not None and (row is None or _is_journey(row)):
            raise Invalid(fields={field: "unknown"})
    if values.get("session_id") is not None and values.get("item_id") is not None:
        raise Invalid(fields={"item_id": "session-or-item"})


def _is_journey(row: Any) -> bool:
    """A flight goes with the edition's flights and leaves nothing behind that names it."""
    return isinstance(row, ItineraryItem) and row.kind in TRAVEL
