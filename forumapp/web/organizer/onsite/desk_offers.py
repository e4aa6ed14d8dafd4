"""What the desk card offers: to override a refusal, to check in the party, and the usual next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import Forbidden, NotFound
from forumapp.core.values.numbers import id_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.desk.search import at_desk
from forumapp.domain.checkin.desk.walk_ins import list_party
from forumapp.domain.checkin.rules import MAY_BE_FORCED, WELCOME, CheckpointKind, Result
from forumapp.domain.printing.jobs.services import require_readable
from forumapp.domain.printing.queries import get_print_job
from forumapp.domain.registration.rules import MOST_PLUS_ONES
from forumapp.web.forms import authorizer_fields
from forumapp.web.organizer.kit.display import kept_print_need
from forumapp.web.organizer.kit.guard import edition, may, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.onsite.desk_station import is_rehearsal, station_here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.domain.checkin.desk.search import AtDesk, Happened
    from forumapp.web.organizer.kit.display import Need

# The action of Enter on the card; the search box means that the person is done.
CHECK_IN, PRINT, HAND_OUT, BOX, NOTHING = "check-in", "print", "hand-out", "box", ""


def next_step(person: AtDesk, scan: Happened | None, *, made_now: bool, is_new: bool, is_warned: bool) -> str:
    """Return the next step after the card opened or after `scan` (or after a badge was `made_now`).

    The order is: check in, print the badge if none was printed (`is_new`), hand it out. Empty if somebody should look
    first, at a refusal or an old code.
    """
    if is_warned or (scan is not None and scan.row.result not in (Result.PASSED, Result.OUT, Result.UNDONE)):
        return NOTHING
    if scan is None and not made_now:
        return next(_undone(person), NOTHING) if _is_expected(person) else NOTHING
    if scan is not None and (scan.row.result is not Result.PASSED or scan.row.checkpoint_id != _here()):
        return BOX
    left = [step for step in _undone(person, is_new=is_new) if step != CHECK_IN or made_now]
    return next(iter(left), BOX)


def _here() -> int | None:
    here = station_here().checkpoint
    return here.id if here else None


def _is_expected(person: AtDesk) -> bool:
    return _here() is not None and person.inside(_here()) is None


def _undone(person: AtDesk, *, is_new: bool = False) -> Iterator[str]:
    if _is_expected(person):
        yield CHECK_IN
    if is_new:
        yield PRINT
    out = station_here().hand_out
    if out is not None and out.id != _here() and not person.handed_out and person.line.status in WELCOME:
        yield HAND_OUT


def offer_to_force(scan: Happened | None) -> dict[str, Any]:
    """Return the form to override a refusal. Coaches have none: nobody rides beyond the seats."""
    if scan is None or scan.row.result not in MAY_BE_FORCED or scan.kind is CheckpointKind.COACH:
        return {}
    if not may("check-in", everywhere=True):
        return {}
    return authorizer_fields.asked(edition().id, actor().account_id) | {"checkpoint": scan.row.checkpoint_id}


def party_of(person: AtDesk) -> list[AtDesk]:
    """Return the person's party, or nobody if they come alone."""
    ids = list_party(reading(), edition().id, person.line.id)
    if len(ids) == 1:
        return []
    values: Any = {"within": within(Permission.CHECK_IN), "is_rehearsal": is_rehearsal(), "now": clock.now()}
    return at_desk(reading(), edition().id, ids, **values)


def jobs_named() -> list[int]:
    """The prints of those who came together, as an address names them."""
    job_ids = [id_from(value) for value in request.args.getlist("job")[: MOST_PLUS_ONES + 1]]
    return [job_id for job_id in job_ids if job_id is not None]


def findings_of(jobs: Iterable[int]) -> list[Need]:
    """Return the findings of the jobs just printed; jobs that the caller may not see are left out."""
    findings = []
    for job_id in jobs:
        try:
            job = get_print_job(reading(), edition().id, job_id, within=within(Permission.PRINT))
            require_readable(reading(), job, actor=actor())
        except (NotFound, Forbidden):
            continue
        findings += [kept_print_need(finding) for finding in job.findings or ()]
    return findings
