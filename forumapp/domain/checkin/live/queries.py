"""Reading what was scanned: of the day, or of the rehearsal that runs (`is_rehearsal`), and never of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import distinct, func, or_, select

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.models import Account
from forumapp.domain.agenda.models import Session
from forumapp.domain.checkin.models import Admission, CheckinDevice, Checkpoint, Scan
from forumapp.domain.checkin.overrides import COLUMNS, by_word, with_overrides
from forumapp.domain.checkin.rules import CheckpointKind
from forumapp.domain.delegations.models.coaches import CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.attendance.who_came import OF_THE_DAY, WHERE, let_in
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.overrides import ByWord
    from forumapp.domain.people.rules import Name
    from forumapp.domain.registration.attendance.stays import Counted


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A scan as lists show it; `name` is None of a code that is nobody's, `by_word` where the rules let them pass."""

    row: Scan
    checkpoint: dict[str, str]
    by: str
    name: Name | None
    by_word: ByWord | None


def scans_page(
    db: DbSession,
    edition_id: int,
    *,
    checkpoint_id: int | None = None,
    is_rehearsal: bool = False,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[tuple[Scan, ByWord | None]]:
    """The latest first."""
    query = with_overrides(select(Scan, *COLUMNS)).where(
        Scan.edition_id == edition_id, Scan.is_rehearsal == is_rehearsal
    )
    if checkpoint_id is not None:
        query = query.where(Scan.checkpoint_id == checkpoint_id)
    page = paged(db, query.order_by(Scan.id.desc()), number=number, size=size)
    return page.of([(scan, by_word(refused, who)) for scan, refused, who in page.items])


def latest_scans(db: DbSession, edition_id: int, most: int, *, is_rehearsal: bool = False) -> list[ScanLine]:
    """The last ones, with who was scanned where and by what."""
    query = (
        with_overrides(select(Scan, Checkpoint.name, CheckinDevice.name, Account.name, Person, *COLUMNS))
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .outerjoin(CheckinDevice, CheckinDevice.id == Scan.device_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .outerjoin(Registration, Registration.id == Scan.registration_id)
        .outerjoin(Person, Person.id == Registration.person_id)
        .where(Scan.edition_id == edition_id, Scan.is_rehearsal == is_rehearsal)
        .order_by(Scan.id.desc())
        .limit(most)
    )
    return [
        ScanLine(row, at, device or account or "", name_of(person) if person else None, by_word(refused, who))
        for row, at, device, account, person, refused, who in db.execute(query)
    ]


class RunLine(NamedTuple):
    """A run of a vehicle, with what tells it from another of the same name: `sign` is its plate, or else its code."""

    id: int
    vehicle: dict[str, str]
    sign: str
    drive: dict[str, str]
    starts: datetime
    zone: str


def list_coach_runs(db: DbSession, edition_id: int) -> list[RunLine]:
    """Every run of a vehicle, and what it drives for."""
    sign = func.coalesce(func.nullif(Vehicle.plate, ""), Vehicle.code)
    item = ItineraryItem
    query = (
        select(CoachRun.id, Vehicle.name, sign, item.title, item.start_utc, item.start_zone)
        .join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
        .join(item, item.id == CoachRun.item_id)
        .where(CoachRun.edition_id == edition_id)
        .order_by(item.start_utc, CoachRun.id)
    )
    return [RunLine(*row) for row in db.execute(query)]


def list_session_titles(db: DbSession, edition_id: int) -> list[tuple[int, dict[str, str]]]:
    query = select(Session.id, Session.title).where(Session.edition_id == edition_id)
    return [(row[0], row[1]) for row in db.execute(query.order_by(Session.start_utc, Session.id))]


def list_delegation_names(db: DbSession, edition_id: int) -> list[tuple[int, dict[str, str]]]:
    query = select(Delegation.id, Delegation.name).where(Delegation.edition_id == edition_id)
    return [(row[0], row[1]) for row in db.execute(query.order_by(Delegation.position, Delegation.id))]


def count_let_in_outside(db: DbSession, edition_id: int, span: tuple[datetime, datetime]) -> int:
    """How many registrations were let in before `span` or after."""
    at = Admission.first_at
    query = select(func.count(distinct(Admission.registration_id))).where(
        Admission.edition_id == edition_id,
        Admission.is_rehearsal.is_(False),
        or_(at < span[0], at >= span[1]),
    )
    return db.scalar(query) or 0


def count_let_in(
    db: DbSession, edition_id: int, counted: Counted = OF_THE_DAY, kinds: Collection[str] = tuple(CheckpointKind)
) -> dict[int, int]:
    """How many people were let in, each once, by checkpoint."""
    entered = let_in(edition_id, counted, kinds, columns=WHERE).subquery()
    query = select(entered.c.checkpoint_id, func.count(distinct(Registration.person_id)))
    query = query.join(Registration, Registration.id == entered.c.registration_id)
    return {row[0]: row[1] for row in db.execute(query.group_by(entered.c.checkpoint_id))}
