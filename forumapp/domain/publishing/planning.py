"""Publishing the agenda at a set time: as it stands then, once, and not while anything blocks it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.core.errors import AlreadyExists, Invalid, Refusal
from forumapp.core.values.times import TimeDoesNotExist, TimeIsAmbiguous, instant, is_reckonable
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.services import find_token_by_id
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import SYSTEM, Actor, record
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail.services import ask
from forumapp.domain.publishing.models import AgendaPlan, PlanStatus
from forumapp.domain.publishing.services import publish

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

LATE = timedelta(hours=24)  # what no worker could publish in time is still published until then
TOO_LATE, NO_TOKEN = "too-late", "token-ended"
TEMPLATE = "agenda-plan-stopped"


class AlreadyPlanned(Refusal):
    """The edition has a time for its next version already, which can be changed."""

    code = "already-planned"


class PlanIsOver(Refusal):
    """It was published, stopped or taken back; another time is another plan."""

    code = "plan-is-over"


def set_plan(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> AgendaPlan:
    """`values` are at_wall (by the clocks of the forum's place), label, note and tell. Raises AlreadyPlanned."""
    require(db, edition_id, Permission.PUBLISH_AGENDA, actor=actor)
    if find_open_plan(db, edition_id) is not None:
        raise AlreadyPlanned
    token_id = actor.token.id if actor.token else None
    said = {**values, **_time(db, edition_id, values["at_wall"], now=now), "blocking": _blocking(db, edition_id)}
    row = AgendaPlan(edition_id=edition_id, set_by=actor.account_id, token_id=token_id, **said)
    try:
        create_in(db, row, Permission.PUBLISH_AGENDA, actor=actor, now=now)
    except AlreadyExists as error:  # since it was looked for
        raise AlreadyPlanned from error
    return row


def change_plan(
    db: DbSession,
    edition_id: int,
    plan_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> AgendaPlan:
    """Whoever changes it stands for it from then on."""
    row = _open(db, edition_id, plan_id, actor=actor)
    time = _time(db, edition_id, changes["at_wall"], now=now) if "at_wall" in changes else {}
    whose = {"set_by": actor.account_id, "token_id": actor.token.id if actor.token else None}
    said = {**changes, **time, **whose, "blocking": _blocking(db, edition_id)}
    change_in(db, row, said, Permission.PUBLISH_AGENDA, version=version, actor=actor, now=now)
    return row


def take_plan_back(
    db: DbSession, edition_id: int, plan_id: int, *, version: int, actor: Actor, now: datetime
) -> AgendaPlan:
    row = _open(db, edition_id, plan_id, actor=actor)
    changes = {"status": PlanStatus.TAKEN_BACK}
    said: Any = {"version": version, "actor": actor, "now": now, "action": "stopped"}
    change_in(db, row, changes, Permission.PUBLISH_AGENDA, **said)
    return row


def find_open_plan(db: DbSession, edition_id: int) -> AgendaPlan | None:
    query = select(AgendaPlan).where(AgendaPlan.edition_id == edition_id, AgendaPlan.status == PlanStatus.PLANNED)
    return db.scalar(query)


def find_plan(db: DbSession, edition_id: int) -> AgendaPlan | None:
    """What organizers look for: the one that is open, or the last one where it was stopped."""
    last = db.scalar(select(AgendaPlan).where(AgendaPlan.edition_id == edition_id).order_by(AgendaPlan.id.desc()))
    return last if last and last.status in (PlanStatus.PLANNED, PlanStatus.STOPPED) else None


def list_plans(db: DbSession, edition_id: int) -> list[AgendaPlan]:
    """The latest first."""
    query = select(AgendaPlan).where(AgendaPlan.edition_id == edition_id)
    return list(db.scalars(query.order_by(AgendaPlan.id.desc())))


def get_plan(db: DbSession, edition_id: int, plan_id: int) -> AgendaPlan:
    return get_in(db, AgendaPlan, edition_id, plan_id)


def plans_due(db: DbSession, *, now: datetime) -> list[int]:
    query = select(AgendaPlan.id).where(AgendaPlan.status == PlanStatus.PLANNED, AgendaPlan.at_utc <= now)
    return list(db.scalars(query.order_by(AgendaPlan.at_utc, AgendaPlan.id)))


def carry_out(db: DbSession, plan_id: int, *, now: datetime) -> PlanStatus | None:
    """Publish, in the name of whoever set it, or tell them what stands against it. None where another worker did, or
    someone changed the plan meanwhile.
    """
    row = hold_due(db, plan_id, now=now)
    if row is None:
        return None
    if now - row.at_utc > LATE:
        return _stop(db, row, TOO_LATE, now=now)
    token = None if row.token_id is None else find_token_by_id(db, row.token_id, now=now)
    if row.token_id is not None and token is None:
        return _stop(db, row, NO_TOKEN, now=now)
    said: Any = {"label": row.label, "note": row.note, "tell": row.tell}
    try:  # which refuses before it writes
        made = publish(db, row.edition_id, **said, actor=Actor(row.set_by, Via.WORKFLOW, token), now=now)
    except Refusal as refusal:
        return _stop(db, row, refusal.code, blocking=len(refusal.details.get("findings", ())), now=now)
    _note(db, row.id, status=PlanStatus.PUBLISHED, version_id=made.id, done_at=now)
    return PlanStatus.PUBLISHED


def hold_due(db: DbSession, plan_id: int, *, now: datetime) -> AgendaPlan | None:
    """The plan, for this worker alone, while its time has come and nobody has done it."""
    query = select(AgendaPlan).where(AgendaPlan.id == plan_id, AgendaPlan.status == PlanStatus.PLANNED)
    query = query.where(AgendaPlan.at_utc <= now).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def _open(db: DbSession, edition_id: int, plan_id: int, *, actor: Actor) -> AgendaPlan:
    require(db, edition_id, Permission.PUBLISH_AGENDA, actor=actor)
    here = AgendaPlan.edition_id == edition_id, AgendaPlan.id == plan_id
    db.scalar(select(AgendaPlan.id).where(*here).with_for_update())
    row = get_in(db, AgendaPlan, edition_id, plan_id)
    db.refresh(row)
    if row.status is not PlanStatus.PLANNED:
        raise PlanIsOver(status=row.status.value)
    return row


def _blocking(db: DbSession, edition_id: int) -> int:
    """How many findings would stop it, told at once: it may be set before they are mended, not published."""
    return sum(finding.blocking for finding in agenda_findings(db, edition_id))


def _time(db: DbSession, edition_id: int, wall: datetime, *, now: datetime) -> dict[str, Any]:
    """A time that the clocks skip or show twice is refused: another one is easily found."""
    zone = db.scalars(select(Edition.zone).where(Edition.id == edition_id)).one()
    if not is_reckonable(wall):
        raise Invalid(fields={"at_wall": "out-of-years"})
    try:
        at = instant(wall, zone)
    except (TimeDoesNotExist, TimeIsAmbiguous) as error:
        raise Invalid(fields={"at_wall": error.code}) from error
    if at <= now:
        raise Invalid(fields={"at_wall": "already-passed"})
    return {"at_wall": wall, "at_zone": zone, "at_utc": at}


def _stop(db: DbSession, row: AgendaPlan, code: str, *, blocking: int = 0, now: datetime) -> PlanStatus:
    edition, account = get_edition_by_id(db, row.edition_id), db.get(Account, row.set_by) if row.set_by else None
    if account is not None:
        ask(
            db,
            key=f"{TEMPLATE}-{row.id}",
            template=TEMPLATE,
            recipient=account.email,
            language=account.language,
            values={
                "name": account.name,
                "edition_name": dict(edition.name),
                "at": f"{row.at_wall:%Y-%m-%d %H:%M}",
                "why": code,
                "blocking": blocking,
                "page": f"organizer/{edition.slug}/agenda/plans/{row.id}",
            },
            edition_id=edition.id,
            about="account",
            about_id=account.id,
            now=now,
        )
    record(db, "not-published", "agenda_plan", row.id, actor=SYSTEM, now=now, edition_id=row.edition_id)
    _note(db, row.id, status=PlanStatus.STOPPED, stopped_by=code, blocking=blocking, done_at=now)
    return PlanStatus.STOPPED


def _note(db: DbSession, plan_id: int, **values: Any) -> None:
    db.connection().execute(update(AgendaPlan).where(AgendaPlan.id == plan_id).values(**values))
    db.expire_all()
