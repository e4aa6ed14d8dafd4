"""The roll-call of a run, for a phone at the door of the coach: who has boarded, and its departure.

Every mark is a form of its own, so that it works without a script; the same mark twice is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import fold
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.coaches import boardings, runs
from forumapp.domain.delegations.coaches import captain as coaches_captain
from forumapp.domain.delegations.coaches import queries as coaches_queries
from forumapp.domain.printing.pdf.qr import svg
from forumapp.domain.registration.invitations.emails import opens
from forumapp.schemas.choices import BoardingState
from forumapp.web.forms.faults import fault
from forumapp.web.organizer.delegations.coach_runs import EDIT, RUN, SEE
from forumapp.web.organizer.delegations.delegations import SECTION
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, may_change, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording.labels import label
from forumapp.web.wording.roll_call import why_it_stays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.delegations.coaches.queries import Ride, Rider
    from forumapp.domain.delegations.models.coaches import CoachRun
    from forumapp.domain.delegations.models.delegations import ItineraryItem


def ride_of(coach_run_id: int) -> tuple[CoachRun, ItineraryItem, Ride]:
    """Return a run with the people in it whom the caller may see."""
    db, edition_id, reach = reading(), edition().id, within(SEE)
    row = coaches_queries.get_run(db, edition_id, coach_run_id, within=reach)
    item = queries.get_itinerary_item(db, edition_id, row.item_id)
    (transfer,) = coaches_queries.transfers_of(db, edition_id, [item], within=reach)
    return row, item, next(ride for ride in transfer.rides if ride.run.id == row.id)


@blueprint.get(RUN)
@needs(SEE, EDIT)
def coach_run(coach_run_id: int) -> str:
    return roll_page(coach_run_id)


def roll_page(coach_run_id: int, *, expected: Sequence[int] = (), error: str = "") -> str:
    row, item, ride = ride_of(coach_run_id)
    search, state = request.args.get("search", ""), request.args.get("state", "")
    state = state if state in list(BoardingState) else ""
    shown = [rider for rider in ride.riders if (not state or rider.state == state) and is_found(rider, search)]
    names = {rider.registration_id: full_name(rider.name) for rider in ride.riders}
    code = queries.code_of(reading(), edition().id, item.delegation_id)
    captain = names.get(coaches_captain.captain_of(reading(), row) or 0)
    return render_template(
        "organizer/coaches/roll_call.html",
        section=SECTION,
        row=row,
        item=item,
        ride=ride,
        code=code,
        shown=shown,
        search=search,
        state=state,
        captain=captain,
        expected=[names[registration_id] for registration_id in expected if registration_id in names],
        error=error,
        leads=runs.leads_all(reading(), row, within(EDIT)),
        link=link_here(row) if captain and may_lead(row) and opens(edition(), now=clock.now()) else "",
        history=past("coach_run", row.id),
    )


def may_lead(row: CoachRun) -> bool:
    """Who gives its captain the link, which opens all who ride in it, and ends it."""
    return may_change() and runs.leads_all(reading(), row, within(EDIT))


def link_here(row: CoachRun) -> str:
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return links.address(coaches_captain.link_of(reading(), row, edition()), config.base_url, now=clock.now())


def is_found(rider: Rider, search: str) -> bool:
    words = [word for word in map(fold, search.split()) if word]
    text = fold(" ".join((str(full_name(rider.name).striptags()), *rider.delegation.values())))
    return all(word in text for word in words)


@blueprint.post(f"{RUN}/boardings/<id:boarding_id>")
@needs(EDIT)
def mark_boarding(coach_run_id: int, boarding_id: int) -> ResponseReturnValue:
    row = coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    boarding = coaches_queries.get_boarding(reading(), row, boarding_id, within=within(EDIT))
    if request.form.get("state") not in list(BoardingState):  # no form of ours
        abort(400)
    state = BoardingState(request.form["state"])
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            boardings.mark_boarding(db, edition().id, boarding_id, state, **by)
    except Stale:
        seen = next((each for each in ride_of(coach_run_id)[2].riders if each.boarding_id == boarding_id), None)
        if seen is not None and seen.state is not None:
            values = {"name": full_name(seen.name).striptags(), "state": label(seen.state)}
            flash(_("Someone else has marked %(name)s meanwhile: %(state)s. Look again.", **values), "warn")
    except (runs.RunClosed, runs.NoSeatLeft) as refusal:
        flash(fault(refusal.code), "bad")
    return redirect(back_to(coach_run_id, f"rider-{boarding.registration_id}"))


@blueprint.post(f"{RUN}/close")
@needs(EDIT)
def close_coach_run(coach_run_id: int) -> ResponseReturnValue:
    coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            runs.close_run(db, edition().id, coach_run_id, **by)
    except runs.StillExpected as refusal:
        return roll_page(
            coach_run_id, expected=refusal.details["registrations"], error=why_it_stays(refusal)
        ), refusal.status
    except Stale as refusal:
        return ask_again(refusal, _("Close for departure"), url_for("organizer.coach_run", coach_run_id=coach_run_id))
    flash(_("It has departed."), "ok")
    return redirect(url_for("organizer.coach_run", coach_run_id=coach_run_id))


@blueprint.post(f"{RUN}/reopen")
@needs(EDIT)
def reopen_coach_run(coach_run_id: int) -> ResponseReturnValue:
    coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            runs.reopen_run(db, edition().id, coach_run_id, reason=request.form.get("reason", ""), **by)
    except Stale as refusal:
        return ask_again(refusal, _("Reopen it"), url_for("organizer.coach_run", coach_run_id=coach_run_id))
    except Invalid:
        return roll_page(coach_run_id, error=_("Say why it is reopened.")), 422
    flash(_("It is open again."), "ok")
    return redirect(url_for("organizer.coach_run", coach_run_id=coach_run_id))


def back_to(coach_run_id: int, anchor: str) -> str:
    search, state = (request.form.get(name) or None for name in ("search", "state_shown"))
    return url_for("organizer.coach_run", coach_run_id=coach_run_id, search=search, state=state, _anchor=anchor)


@blueprint.get(f"{RUN}/captain.svg")
@needs(EDIT)
def captain_qr(coach_run_id: int) -> Response:
    """Their link as a QR code, to be held before their phone."""
    row = coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    if coaches_captain.captain_of(reading(), row) is None or not may_lead(row):
        raise NotFound(entity="coach_run")
    response = make_response(svg(link_here(row)))
    response.content_type = "image/svg+xml"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post(f"{RUN}/end-links")
@needs(EDIT)
def end_captain_links(coach_run_id: int) -> ResponseReturnValue:
    coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    back = url_for("organizer.coach_run", coach_run_id=coach_run_id)
    try:
        with transaction() as db:
            coaches_captain.end_captain_links(db, edition().id, coach_run_id, **by)
    except Stale as refusal:
        return ask_again(refusal, _("End its links"), back)
    flash(_("The links that were given out no longer open. The one shown now is new."), "ok")
    return redirect(back)
