"""What the captain of a run does by the link they were given: the roll-call at the door, and its departure.

The link is signed for one run and for whoever is its captain, so that it ends when someone else is, or when the
transfer is no longer for them. It asks for no role; what is done by it stands in the log as the captain's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid, LinkHasEnded, NotFound
from forumapp.domain.accounts.editing.rows import find_in
from forumapp.domain.audit.services import change
from forumapp.domain.delegations.coaches.boardings import mark
from forumapp.domain.delegations.coaches.queries import transfers_of
from forumapp.domain.delegations.coaches.runs import depart, held, lock, people_of_item
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.registration.invitations.emails import link_life

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.coaches.queries import Ride
    from forumapp.domain.forums.models import Edition

LINK_PURPOSE = "captain"
PAGE = "c"  # where the link leads, before its signed part
SIGNED = 3  # the run, its captain, and the link's number

Signed = tuple[int, int, int]


def captain_of(db: DbSession, run: CoachRun) -> int | None:
    """Its captain; nobody where the transfer is no longer for whoever was chosen."""
    return run.captain_id if run.captain_id in people_of_item(db, run.item_id) else None


def link_of(db: DbSession, run: CoachRun, edition: Edition) -> dict[str, Any]:
    """What is signed when its link is shown, so that none is ever kept. Raises Invalid while nobody is captain."""
    captain_id = captain_of(db, run)
    if captain_id is None:
        raise Invalid(fields={"captain_id": "required"})
    values = [run.id, captain_id, run.link_number]
    return {"purpose": LINK_PURPOSE, "values": values, "page": PAGE, **link_life(edition)}


def end_captain_links(
    db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor, now: datetime
) -> CoachRun:
    """Make every link of the run that is out invalid; the next one is good again. By whoever leads the run."""
    row = held(db, edition_id, run_id, leads=True, actor=actor)
    new = {"link_number": row.link_number + 1}
    change(db, row, new, version=version, actor=actor, now=now, action="links-ended")
    return row


def get_led_run(db: DbSession, signed: Signed) -> CoachRun:
    """The run that a link was signed for. Raises LinkHasEnded."""
    run_id, captain_id, number = signed
    led = CoachRun.id == run_id, CoachRun.captain_id == captain_id, CoachRun.link_number == number
    row = db.scalar(select(CoachRun).where(*led).execution_options(populate_existing=True))
    if row is None or captain_of(db, row) is None:
        raise LinkHasEnded
    return row


def led_ride(db: DbSession, run: CoachRun) -> tuple[ItineraryItem, Ride]:
    """The transfer of a run, and all who ride in it."""
    item = db.get_one(ItineraryItem, run.item_id)
    (found,) = transfers_of(db, run.edition_id, [item])
    return item, next(one for one in found.rides if one.run.id == run.id)


def mark_as_captain(
    db: DbSession,
    signed: Signed,
    boarding_id: int,
    state: BoardingState,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Boarding:
    """The same as an organizer's mark: who taps twice changes nothing."""
    run = _held_by_captain(db, signed)
    row = find_in(db, Boarding, run.edition_id, boarding_id)
    if row is None or row.run_id != run.id:
        raise NotFound(entity="boarding")
    return mark(db, row, state, version=version, actor=actor, now=now, action="marked-by-captain")


def close_as_captain(db: DbSession, signed: Signed, *, version: int, actor: Actor, now: datetime) -> CoachRun:
    """It departs; refused while anyone is expected. Whoever looks after it reopens it, for a reason."""
    run = _held_by_captain(db, signed)
    return depart(db, run, version=version, actor=actor, now=now, action="departed-by-captain")


def _held_by_captain(db: DbSession, signed: Signed) -> CoachRun:
    """A run that nobody else changes until the transaction ends."""
    run = get_led_run(db, signed)
    refuse_archived(db, run.edition_id)
    lock(db, [run.id])
    return get_led_run(db, signed)
