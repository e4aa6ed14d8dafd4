"""Bulk actions on registrations: confirm, watch progress, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.registration.lists import queries
from forumapp.schemas.choices import BulkAction, BulkStatus
from forumapp.web.frame import unless_known
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.filters import filters_here, listed

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

EDIT = Permission.EDIT_REGISTRATIONS
MOST_TICKED = 200
WARNINGS: dict[str, Any] = {
    "confirm": _l("Each of them gets a place, as far as there are any, and a mail with the ticket."),
    "decline": _l("Each of them is told by mail that there is no place for them. It cannot be undone."),
    "cancel": _l("Their codes stop working, their places go to the waitlist, and each is told. It cannot be undone."),
    "type": _l(
        "They take their places along, as far as the other type has any. Who waits, or has a place of a block or over "
        "capacity, is left as they are. Nobody is mailed. It can be undone."
    ),
    "remind": _l(
        "Whoever has an offer that waits, or lacks something that their own page takes, such as a photo or a name, is "
        "mailed the link to it; but nobody twice in twelve hours, and no address that takes no mail."
    ),
    "tell": _l(
        "Whoever has not been told yet what changed in their itinerary gets one mail with all of it and the link to "
        "it; of the others, and of those whose address takes no mail, nobody does."
    ),
    "attendance": _l("Those who had a place are set down so. Nobody is mailed, and it can be undone."),
    "language": _l("From now on they are written to in it. Nobody is mailed. It can be undone."),
}  # fmt: skip
# Why single ones were refused, by the code of the refusal.
REASONS: dict[str, Any] = {
    "stale": _l("changed by someone else in the meantime"),
    "wrong-status": _l("in a state from which this does not lead"),
    "no-places-left": _l("no spots left"),
    "place-of-its-own": _l(
        "with a place of a block, over capacity, on the waitlist or of accredited media, which belongs to its type"
    ),
    "invalid": _l("something is missing, such as a name in Latin letters"),
    "forbidden": _l("not yours to change"),
    "not-found": _l("no longer there, or not yours to see"),
    "nothing-to-answer": _l("with nothing to answer, or to add on their own page"),
    "nothing-to-tell": _l("told of everything already"),
    "reminded-lately": _l("written to about it in the last twelve hours"),
    "takes-no-mail": _l("without a mail address, or with one that takes no mail"),
    "offer-ended": _l("with an offer that has ended"),
    "changes-over": _l("past the last day to change a registration"),
    "archived": _l("the edition is archived"),
    "already-exists": _l("the same person takes part by another registration"),
    "failed": _l("something went wrong on our side; choose them again and repeat it"),
}


@blueprint.get("/<edition>/registrations/bulk")
@needs(EDIT)
def bulk_change() -> ResponseReturnValue:
    """Asks before anything is done."""
    action, value = wanted()
    ids = ticked()
    shown = listed()
    count = bulk_actions.count(reading(), edition().id, action, shown["filters"], ids, actor=actor()) if action else 0
    if action is None or not count or (action in bulk_actions.UNDOABLE and not value):
        flash(_("Choose what to do, and to whom."), "warn")
        return redirect(url_for("organizer.registrations", **shown["kept"]))
    return render_template(
        "organizer/registration/bulk_ask.html",
        section="registration",
        action=action,
        value=value,
        ids=ids,
        count=count,
        warning=WARNINGS[action],
        **shown,
    )


@blueprint.post("/<edition>/registrations/bulk")
@needs(EDIT)
def start_bulk_change() -> ResponseReturnValue:
    action, value = wanted()
    if action is None:
        return redirect(url_for("organizer.registrations"))
    try:
        with transaction() as db:
            filters = filters_here(queries.list_types(db, edition().id))
            by: dict[str, Any] = {"actor": actor(), "now": clock.now()}
            run = bulk_actions.ask(
                db, edition().id, action, filters, ticked(), value=value, reason=request.form.get("why", ""), **by
            )
    except Invalid:
        flash(_("Choose what to do, and to whom."), "warn")
        return redirect(url_for("organizer.registrations"))
    return redirect(url_for("organizer.bulk_run", bulk_id=run.id))


@blueprint.get("/<edition>/registrations/bulk/<id:bulk_id>")
@needs(EDIT)
def bulk_run(bulk_id: int) -> str:
    return render_template(
        "organizer/registration/bulk.html",
        section="registration",
        history=past("bulk_run", bulk_id),
        **progress_of(bulk_id),
    )


@blueprint.get("/<edition>/registrations/bulk/<id:bulk_id>/progress")
@needs(EDIT)
def bulk_progress(bulk_id: int) -> Response:
    return unless_known(render_template("organizer/registration/bulk_progress.html", **progress_of(bulk_id)))


@blueprint.post("/<edition>/registrations/bulk/<id:bulk_id>/undo")
@needs(EDIT)
def undo_bulk_change(bulk_id: int) -> ResponseReturnValue:
    try:
        with transaction() as db:
            bulk_id = bulk_actions.undo(db, edition().id, bulk_id, actor=actor(), now=clock.now()).id
    except (AlreadyExists, Invalid):
        flash(_("This cannot be undone, or has been undone already."), "warn")
    return redirect(url_for("organizer.bulk_run", bulk_id=bulk_id))


def progress_of(bulk_id: int) -> dict[str, Any]:
    report = bulk_actions.report(reading(), edition().id, bulk_id, actor=actor())
    refused = [
        (REASONS.get(code, code), count, [row for row in report.left if row.code == code])
        for code, count in report.refused.items()
    ]
    going_on = report.run.status in (BulkStatus.QUEUED, BulkStatus.RUNNING)
    return {"run": report.run, "refused": refused, "can_be_undone": report.can_be_undone, "going_on": going_on}


def wanted() -> tuple[BulkAction | None, str | None]:
    """Return the action and the value to set."""
    word = request.values.get("do", "")
    action = BulkAction(word) if word in tuple(BulkAction) else None
    names = {BulkAction.TYPE: "into", BulkAction.LANGUAGE: "write_in", BulkAction.ATTENDANCE: "came"}
    return action, request.values.get(names[action]) or None if action in names else None


def ticked() -> list[int] | None:
    """Return the selected ids; None means all that match the filters."""
    if request.values.get("whom") == "all":
        return None
    ids = (request.values.getlist("id", type=whole_number))[:MOST_TICKED]
    return [row_id for row_id in ids if row_id]
