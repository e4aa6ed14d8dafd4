"""Let a person pass whom the rules refused: a team member authorizes it and gives a reason.

The person does not wait at the door while their registration is looked into. The scan stores the rules' own result,
which shows later that no spot was granted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, update

from forumapp.core.database.flushing import flush
from forumapp.core.errors import Forbidden, Invalid, Refusal
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.queries import name_of_account
from forumapp.domain.accounts.team.authorizers import refuse_no_authorizer
from forumapp.domain.audit.services import Actor, erase_values, record
from forumapp.domain.checkin.models import ForcedPass, Scan
from forumapp.domain.checkin.overrides import ByWord
from forumapp.domain.checkin.rules import MAY_BE_FORCED, Direction, Result
from forumapp.domain.checkin.scanning.batches import code_for
from forumapp.domain.checkin.scanning.judgement import Read, judge, scan
from forumapp.domain.checkin.setup.stations import station_of_organizer
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.scanning.judgement import Scanned
    from forumapp.domain.checkin.setup.stations import Station

LONGEST_NAME, LONGEST_REASON = 200, 500
# Their names in the audit log, where they are erased too.
_LOGGED = ("authorized_by", "let_pass_reason")


class NotAtACoach(Refusal):
    """Coaches allow no override, because seats are limited. Extra riders are added to the coach's own list."""

    status, code = 422, "not-at-a-coach"


@dataclass(frozen=True, slots=True)
class Authorizer:
    """The person who authorizes an override: a team account, or a typed name."""

    account_id: int | None = None
    name: str = ""


def let_pass(
    db: DbSession, station: Station, read: Read, by: Authorizer, *, reason: str, actor: Actor, now: datetime
) -> Scanned:
    """Scan like `scan`, but admit a holder whom the rules refuse. Unknown codes are still refused.

    No override is stored when the rules let the holder pass anyway. Raises Forbidden for devices and for organizers
    without the check-in permission, NotAtACoach at a coach, and Invalid when the reason or the authorizer is missing
    or too long.
    """
    require_all(db, station.edition_id, Permission.CHECK_IN, actor=actor)
    if station.account_id is None:
        raise Forbidden(needs="account")
    _refuse_unfit(db, station, by, reason)
    refused = judge(db, station, read.code, at=now)
    is_needed = refused in MAY_BE_FORCED
    who = by.name.strip() if by.account_id is None else name_of_account(db, by.account_id) or ""
    word = who if is_needed else ""
    forced = replace(read, direction=Direction.IN, told=None, is_forced=True, word=word)
    outcome = scan(db, station, forced, actor=actor, now=now)
    if outcome.id is not None and outcome.holder is not None and outcome.result is Result.PASSED and is_needed:
        name = None if by.account_id is not None else who
        row = ForcedPass(edition_id=station.edition_id, scan_id=outcome.id, refused=refused, reason=reason.strip())
        row.authorized_by, row.authorized_name = by.account_id, name
        _keep(db, row, who, None if outcome.is_rehearsal else outcome.holder.registration_id, actor=actor, now=now)
        return replace(outcome, by_word=ByWord(refused, who))
    return outcome


def force_in(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    by: Authorizer,
    *,
    checkpoint_id: int,
    nonce: str,
    reason: str,
    rehearsal_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Scanned:
    """Do the same at the desk, by registration instead of a scanned code."""
    station = station_of_organizer(db, edition_id, checkpoint_id, actor=actor, now=now)
    get_in(db, Registration, edition_id, registration_id)
    code = code_for(db, station, registration_id, actor=actor, now=now)
    read = Read(code, nonce, rehearsal_id=rehearsal_id)
    return let_pass(db, station, read, by, reason=reason, actor=actor, now=now)


def forced_page(
    db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[tuple[ForcedPass, Scan]]:
    """List the overrides, newest first, each with its scan."""
    query = select(ForcedPass, Scan).join(Scan, Scan.id == ForcedPass.scan_id)
    query = query.where(ForcedPass.edition_id == edition_id, Scan.is_rehearsal.is_(False))
    return paged(db, query.order_by(ForcedPass.id.desc()), number=number, size=size)


def erase_forced(
    db: DbSession, edition_id: int, *, of: Collection[int] | None = None, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Erase the reasons and the typed names of authorizers, for all registrations or those in `of`.

    The overrides themselves stay. Returns the number of rows by table.
    """
    conditions = [ForcedPass.edition_id == edition_id, ForcedPass.reason != ""]
    if of is not None:
        conditions.append(ForcedPass.scan_id.in_(select(Scan.id).where(Scan.registration_id.in_(of))))
    passed = select(Scan.registration_id).join(ForcedPass, ForcedPass.scan_id == Scan.id)
    people = {id_ for id_ in db.scalars(passed.where(ForcedPass.edition_id == edition_id)) if id_ is not None}
    people = people if of is None else people & {*of}
    if dry_run:
        count = db.execute(select(func.count()).select_from(ForcedPass).where(*conditions)).scalar_one()
    else:
        in_words = case((ForcedPass.authorized_name.is_not(None), ""))
        gone = update(ForcedPass).where(*conditions).values(reason="", authorized_name=in_words, updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    logged = erase_values(db, "registration", people, _LOGGED, dry_run=dry_run)
    return {"forced_pass": count, "audit_value": logged}


def _refuse_unfit(db: DbSession, station: Station, by: Authorizer, reason: str) -> None:
    if station.coach_run_id is not None:
        raise NotAtACoach
    faults = {}
    if not is_visible(reason):
        faults["reason"] = "required"
    elif len(reason) > LONGEST_REASON:
        faults["reason"] = "too-long"
    if by.account_id is None and not is_visible(by.name):
        faults["authorized_by"] = "required"
    elif len(by.name) > LONGEST_NAME:
        faults["authorized_name"] = "too-long"
    if faults:
        raise Invalid(fields=faults)
    if by.account_id is not None:
        refuse_no_authorizer(db, station.edition_id, by.account_id)


def _keep(
    db: DbSession, row: ForcedPass, who: str, registration_id: int | None, *, actor: Actor, now: datetime
) -> None:
    """Store the override once per scan, which may be sent twice. A rehearsal writes nothing to the audit log."""
    if db.scalar(select(ForcedPass.id).where(ForcedPass.scan_id == row.scan_id)) is not None:
        return
    db.add(row)
    flush(db)
    if registration_id is None:
        return
    changes = {"authorized_by": (None, who), "let_pass_reason": (None, row.reason)}
    edition_id = row.edition_id
    record(
        db, "let-pass", "registration", registration_id, actor=actor, now=now, edition_id=edition_id, changes=changes
    )
