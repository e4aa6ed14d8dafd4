"""The registration desk: one search box, and a card with the actions for the selected person.

Everything works as pages with forms. With a script they are swapped in place.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.health import answers
from forumapp.core.serving.rate_limits import in_turn
from forumapp.domain.checkin.desk import search as at_the_desk
from forumapp.domain.checkin.desk.check_in import Kept, check_in
from forumapp.domain.checkin.desk.undo import NothingToUndo, undo_check_in
from forumapp.domain.checkin.rules import Direction
from forumapp.domain.checkin.scanning.judgement import NonceReused
from forumapp.domain.delegations.coaches.runs import RunClosed
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.onsite.desk_card import (
    CHECK_IN,
    address_of,
    find,
    get_at_desk,
    new_nonce,
    person_page,
    searched,
    shown,
)
from forumapp.web.organizer.onsite.desk_printing import rehearsal_print_findings
from forumapp.web.organizer.onsite.desk_station import rehearsal_seen, submitted_checkpoint_id
from forumapp.web.public.checkin.station import NONCE, read_device_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from forumapp.core.errors import Refusal
    from forumapp.domain.checkin.scanning.judgement import Scanned

DESK = "/<edition>/desk"
ONE = f"{DESK}/<id:registration_id>"


@blueprint.get(DESK)
@needs(CHECK_IN)
def desk() -> ResponseReturnValue:
    """Search. A scanned code or a single match opens the card at once."""
    words = searched()
    match = at_the_desk.find_by_badge(reading(), edition().id, words, within=within(CHECK_IN)) if words else None
    people, are_more = ([get_at_desk(match[0])], False) if match else find(words)
    is_old_code = match is not None and not match[1]
    if "go" in request.args and len(people) == 1:
        return redirect(address_of(people[0].line.id, code="old" if is_old_code else ""), 303)
    return shown(found=people, are_more=are_more, is_old_code=is_old_code)


@blueprint.get(f"{DESK}/pulse")
@needs(CHECK_IN)
def desk_pulse() -> ResponseReturnValue:
    """Whether the desk can work: a server that does not reach the database answers, and can do nothing (503)."""
    answers(reading())
    return "", 204


@blueprint.get(ONE)
@needs(CHECK_IN)
def desk_person(registration_id: int) -> ResponseReturnValue:
    return person_page(registration_id, **rehearsal_print_findings(registration_id))


@blueprint.post(f"{ONE}/check-in")
@needs(CHECK_IN)
@in_turn
def desk_check_in(registration_id: int) -> ResponseReturnValue:
    way = Direction.OUT if request.form.get("direction") == Direction.OUT else Direction.IN
    return scanned(registration_id, partial(check_in, direction=way, kept=submitted_kept_scan()))


@blueprint.post(f"{ONE}/undo")
@needs(CHECK_IN)
@in_turn
def undo_desk_check_in(registration_id: int) -> ResponseReturnValue:
    return scanned(registration_id, undo_check_in)


def scanned(registration_id: int, do: Callable[..., Scanned]) -> ResponseReturnValue:
    """Record a scan at the desk's checkpoint, or the one that the form names; sending the form again has no effect."""
    sent = request.form.get("nonce", "")
    nonce = sent if NONCE.fullmatch(sent) else new_nonce()  # a request without our form counts as a separate scan
    values: Any = {"checkpoint_id": submitted_checkpoint_id(), "nonce": nonce, "rehearsal_id": rehearsal_seen()}
    values |= {"actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            made = do(db, edition().id, registration_id, **values)
    except (NonceReused, NothingToUndo, RunClosed) as refusal:
        flash(refused(refusal), "bad")
        return redirect(address_of(registration_id), 303)
    tell_if_over(made)
    return redirect(address_of(registration_id, scan=made.id), 303)


def submitted_kept_scan() -> Kept | None:
    """Return the time of a scan that the page had to store while offline."""
    clock_values = read_device_clock()
    return Kept(**clock_values) if len(clock_values) == len(Kept._fields) else None


def tell_if_over(*made: Scanned) -> bool:
    is_over = any(scan.id is None for scan in made)
    if is_over:
        flash(_("The rehearsal has ended since this page was opened. Nothing was recorded."), "warn")
    return is_over


def refused(refusal: Refusal) -> str:
    if isinstance(refusal, NothingToUndo):
        return str(_("They are not in there any more: somebody has taken it back already."))
    if isinstance(refusal, RunClosed):
        return str(_("The coach is closed for departure. Its captain can open it again."))
    return str(_("This page was sent before. Look at what stands now, and send it once more if need be."))
