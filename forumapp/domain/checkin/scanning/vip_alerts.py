"""Notify the officer responsible for a VIP that the VIP's code was scanned or their check-in undone.

The officer gets an email, and an alert on their pages until they mark it as seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT reads the same on both databases

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.times import zone_named
from forumapp.domain.accounts.access import Archived, access_to, require, require_row
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.audit.services import record
from forumapp.domain.checkin.models import Admission, Checkpoint, VipAlert
from forumapp.domain.checkin.rules import COMES_AT, NOT_REFUSED, Result, notifies_officer
from forumapp.domain.delegations.queries import delegations_by_registration
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.services import ask
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.attendance.who_came import zone_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.setup.stations import Station
    from forumapp.domain.people.rules import Name

TEMPLATE = "vip-alert"
# The email names the arrival time of a scan that is received later than this after it was made.
LATE = timedelta(minutes=1)
MOST = 50  # alerts on a page


@dataclass(frozen=True, slots=True)
class AlertLine:
    row: VipAlert
    name: Name
    checkpoint: dict[str, str]
    officer: str = ""


def notify_officer(
    db: DbSession,
    station: Station,
    registration_id: int,
    result: Result,
    at: datetime,
    *,
    word: str = "",
    is_late: bool,
    now: datetime,
) -> None:
    """Store an alert for a scan of a VIP and email it. `word` names the authorizer of an override.

    It runs while a queue waits, so it makes no query when the result notifies no officer.
    """
    comes = result is Result.PASSED and station.session_id is None and station.coach_run_id is None
    if not comes and result in NOT_REFUSED:
        return
    query = (
        select(Registration.person_id, Checkpoint, Edition, Account)
        .join(Edition, Edition.id == Registration.edition_id)
        .join(Account, Account.id == Registration.responsible_id)
        .join(Checkpoint, Checkpoint.id == station.checkpoint_id)
        .where(Registration.id == registration_id)
    )
    person_id, checkpoint, edition, officer = db.execute(query).one()
    if not notifies_officer(checkpoint.kind, result):
        return
    row = {
        "edition_id": station.edition_id,
        "registration_id": registration_id,
        "checkpoint_id": checkpoint.id,
        "officer_id": officer.id,
        "result": result,
        "day": at.astimezone(zone_named(edition.zone)).date(),
        "at": at,
        "is_late": is_late and now - at >= LATE,
    }
    alert_id = db.scalar(insert(VipAlert).values(**row).on_conflict_do_nothing().returning(VipAlert.id))
    if alert_id is not None and officer.active:
        person = db.get_one(Person, person_id)
        _mail(db, alert_id, {**row, "word": word}, (person, checkpoint, edition, officer), now=now)


def notify_undone(
    db: DbSession, station: Station, registration_id: int, standing: Collection[datetime], *, now: datetime
) -> None:
    """Notify the officer that an arrival was undone, unless another check-in proves it.

    `standing` holds the times of the check-ins here that remain valid; check-ins elsewhere count too. A later arrival
    notifies the officer again.
    """
    theirs = VipAlert.registration_id == registration_id
    came = select(VipAlert).where(theirs, VipAlert.result == Result.PASSED).order_by(VipAlert.id.desc())
    row = db.scalar(came.limit(1))
    if row is None:
        return
    zone = zone_of(db, station.edition_id)
    if any(first <= row.day <= last for first, last in _days_of(db, station, registration_id, standing, zone)):
        return
    db.execute(delete(VipAlert).where(theirs, VipAlert.day == row.day, VipAlert.result == Result.UNDONE))  # once a day
    new: dict[str, Any] = {"checkpoint_id": station.checkpoint_id, "result": Result.UNDONE, "at": now, "is_late": False}
    unseen = {"seen_at": None, "seen_by": None}  # even if the officer marks the earlier alert as seen right now
    db.execute(update(VipAlert).where(VipAlert.id == row.id).values(**new, **unseen))
    officer = db.get_one(Account, row.officer_id)
    if officer.active:
        person = db.get_one(Person, db.get_one(Registration, registration_id).person_id)
        where = db.get_one(Checkpoint, station.checkpoint_id), db.get_one(Edition, station.edition_id)
        _mail(db, row.id, {"registration_id": registration_id, **new}, (person, *where, officer), now=now)


def _days_of(
    db: DbSession, station: Station, registration_id: int, standing: Collection[datetime], zone: ZoneInfo
) -> list[tuple[date, date]]:
    """Return the first and last day of each valid check-in, here and elsewhere."""
    query = (
        select(Admission.first_at, Admission.since)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Admission.registration_id == registration_id, Admission.is_rehearsal.is_(False))
        .where(Checkpoint.id != station.checkpoint_id, Checkpoint.kind.in_(COMES_AT))
    )
    spans = [(at, at) for at in standing] + [(row[0], row[1]) for row in db.execute(query)]
    return [(first.astimezone(zone).date(), last.astimezone(zone).date()) for first, last in spans]


def _mail(
    db: DbSession, alert_id: int, row: dict[str, Any], of: tuple[Person, Checkpoint, Edition, Account], *, now: datetime
) -> None:
    person, checkpoint, edition, officer = of
    zone, name = zone_named(edition.zone), name_of(person)
    registration_id = row["registration_id"]
    values = {
        "name": officer.name,
        "vip": {"en": name.latin, "zh-Hans": name.native_full or name.latin},
        "both": " ".join(part for part in (name.latin, name.native_full) if part),
        "delegation": delegations_by_registration(db, edition.id, [registration_id]).get(registration_id, {"en": ""}),
        "checkpoint": checkpoint.name,
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "at": f"{row['at'].astimezone(zone):%H:%M}",
        "came": f"{now.astimezone(zone):%H:%M}" if row["is_late"] else "",
        "word": row.get("word", ""),
        "refused": "" if row["result"] is Result.PASSED else row["result"].value,  # or undone
        "page": f"organizer/{edition.slug}/vip-alerts",
    }
    ask(
        db,
        key=f"{TEMPLATE}-{alert_id}-{row['result'].value}",
        template=TEMPLATE,
        recipient=officer.email,
        language=officer.language,
        values=values,
        edition_id=edition.id,
        about="account",
        about_id=officer.id,
        now=now,
    )


def open_alerts(db: DbSession, edition_id: int, account_id: int | None) -> list[AlertLine]:
    """List an officer's unseen alerts, newest first, in one query."""
    mine = VipAlert.officer_id == account_id, VipAlert.seen_at.is_(None)
    rows = db.execute(_alerts(edition_id).where(*mine).limit(MOST))
    return [AlertLine(row, name_of(person), checkpoint) for row, person, checkpoint in rows]


def alerts_page(
    db: DbSession,
    edition_id: int,
    *,
    account_id: int | None = None,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[AlertLine]:
    """List the alerts of one officer, or else of the registrations in `within`, newest first."""
    in_scope = limited(VipAlert.registration_id, "registration", edition_id, within)
    conditions = in_scope if account_id is None else [VipAlert.officer_id == account_id]
    query = _alerts(edition_id).add_columns(Account.name).join(Account, Account.id == VipAlert.officer_id)
    page = paged(db, query.where(*conditions), number=number, size=size)
    return page.of([AlertLine(row, name_of(person), where, who) for row, person, where, who in page.items])


def get_alert(db: DbSession, edition_id: int, alert_id: int, *, actor: Actor) -> VipAlert:
    """Return an alert for its officer, or for a person who may check in that VIP.

    Raises NotFound and Forbidden.
    """
    row = get_in(db, VipAlert, edition_id, alert_id)
    if row.officer_id != actor.account_id:
        require_row(db, edition_id, Permission.CHECK_IN, "registration", row.registration_id, actor=actor)
    return row


def note_seen(
    db: DbSession, edition_id: int, alert_id: int, *, told: str | None = None, actor: Actor, now: datetime
) -> VipAlert:
    """Mark an alert as seen by its officer, or by a person who may check in that VIP.

    Nothing changes when it was seen before, or when its result is no longer the one that was shown (`told`).
    Raises Archived when the edition is archived, NotFound and Forbidden.
    """
    checks_in = access_to(db, edition_id, actor=actor).allows(Permission.CHECK_IN)  # the officer may lack it
    needed = Permission.CHECK_IN if checks_in else Permission.SEE_EDITION
    if require(db, edition_id, needed, actor=actor).archived:
        raise Archived
    row = get_alert(db, edition_id, alert_id, actor=actor)
    unchanged = VipAlert.id == row.id, VipAlert.seen_at.is_(None), VipAlert.result == (told or row.result)
    seen = update(VipAlert).where(*unchanged).values(seen_at=now, seen_by=actor.account_id).returning(VipAlert.id)
    is_seen = db.connection().scalar(seen) is not None
    db.refresh(row)
    if not is_seen:
        return row
    record(db, "vip-alert-seen", "registration", row.registration_id, actor=actor, now=now, edition_id=edition_id)
    return row


def _alerts(edition_id: int) -> Any:
    return (
        select(VipAlert, Person, Checkpoint.name)
        .join(Registration, Registration.id == VipAlert.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Checkpoint, Checkpoint.id == VipAlert.checkpoint_id)
        .where(VipAlert.edition_id == edition_id)
        .order_by(VipAlert.id.desc())
    )
