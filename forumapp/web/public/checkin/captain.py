"""The roll-call behind a captain's signed link, on a phone at the door of the coach.

Opening it changes nothing; every mark is a form of its own. It shows only the passengers' names and
boarding states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import LinkHasEnded, Stale
from forumapp.core.serving.rate_limits import SUGGESTIONS, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.domain.delegations.coaches import captain, runs
from forumapp.domain.delegations.coaches import queries as coaches_queries
from forumapp.domain.delegations.emergency import emergency_card
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.schemas.choices import BoardingState
from forumapp.web import assets
from forumapp.web.forms.faults import fault
from forumapp.web.frame import pages
from forumapp.web.public.signed_links import keep_private, seconds_to_keep
from forumapp.web.public.site import VISITOR, is_archived, render
from forumapp.web.wording.roll_call import why_it_stays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.core.tokens import Links
    from forumapp.domain.delegations.coaches.captain import Signed

blueprint = pages("captain", __name__, url_prefix="/c")
blueprint.after_request(keep_private)


@blueprint.get("/<token>")
def page(token: str) -> Response:
    response = make_response(shown(token))
    response.headers["Keep-Seconds"] = str(seconds_to_keep(captain.LINK_PURPOSE, token, clock.now()))
    return response


@blueprint.get("/<token>/worker.js")
def worker(token: str) -> Response:
    """Stores the page on the captain's phone, so that it opens without a network."""
    captain.get_led_run(reading(), read(token))
    response = assets.serve("itinerary_worker.js")
    response.headers["Service-Worker-Allowed"] = url_for(".page", token=token)
    return response


def shown(token: str, *, expected: Sequence[int] = (), error: str = "") -> str:
    run = captain.get_led_run(reading(), read(token))
    item, ride = captain.led_ride(reading(), run)
    edition = get_edition_by_id(reading(), run.edition_id)
    return render(
        "public/captain/page.html",
        edition,
        "captain",
        token=token,
        row=run,
        item=item,
        ride=ride,
        liaison=emergency_card(reading(), run.edition_id, run.captain_id).liaison if run.captain_id else None,
        lacking=[rider for rider in ride.riders if rider.registration_id in expected],
        error=error,
        marks=run.closed_at is None and not is_archived(edition),
    )


@blueprint.post("/<token>/boardings/<id:boarding_id>")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def mark(token: str, boarding_id: int) -> ResponseReturnValue:
    signed = read(token)
    run = captain.get_led_run(reading(), signed)
    boarding = coaches_queries.get_boarding(reading(), run, boarding_id)
    if request.form.get("state") not in list(BoardingState):  # no form of ours
        abort(400)
    state = BoardingState(request.form["state"])
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": VISITOR, "now": clock.now()}
    try:
        with transaction() as db:
            captain.mark_as_captain(db, signed, boarding_id, state, **by)
    except Stale:
        flash(_("Someone else has marked this person meanwhile. Look again."), "warn")
    except (runs.RunClosed, runs.NoSeatLeft) as refusal:
        flash(fault(refusal.code), "bad")
    return redirect(url_for(".page", token=token, _anchor=f"rider-{boarding.registration_id}"), 303)


@blueprint.post("/<token>/close")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def close(token: str) -> ResponseReturnValue:
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": VISITOR, "now": clock.now()}
    try:
        with transaction() as db:
            captain.close_as_captain(db, read(token), **by)
    except runs.StillExpected as refusal:
        return shown(token, expected=refusal.details["registrations"], error=why_it_stays(refusal)), refusal.status
    except Stale as refusal:
        return shown(token, error=_("Someone has changed this coach meanwhile. Look again.")), refusal.status
    flash(_("It has departed."), "ok")
    return redirect(url_for(".page", token=token), 303)


def read(token: str) -> Signed:
    """Raises LinkHasEnded."""
    links: Links = current_app.extensions["forumapp.links"]
    values = links.read(captain.LINK_PURPOSE, token, now=clock.now())
    if values is None or len(values) != captain.SIGNED:
        raise LinkHasEnded
    run_id, captain_id, number = map(int, values)
    return run_id, captain_id, number
