"""After the forum: attendance, closing check-in, and scans made by offline stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.attendance import closure
from forumapp.domain.checkin.attendance import report as coming
from forumapp.domain.checkin.offline import reconciliation
from forumapp.domain.checkin.setup.checkpoints import get_checkpoint
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.imports.imports import table_file
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

SECTION = "checkin"
SEE, EDIT = Permission.CHECK_IN, Permission.EDIT_REGISTRATIONS
AT = "/<edition>/attendance"
CONFLICTS = "/<edition>/scan-conflicts"
LONGEST_NOTE = 500
WHY_NOT: dict[str, Any] = {
    "nobody-scanned": _l("Nobody was scanned at a door, a session, a meal or the VIP room: all would be no-shows."),
    "not-over": _l("It can be closed from the last day of the edition on."),
    "rehearsal": _l("A rehearsal runs. End it first."),
}


@blueprint.get(AT)
@needs(SEE, everywhere=True)
def attendance() -> str:
    db, edition_id, by = reading(), edition().id, {"actor": actor()}
    to_close = (
        closure.closing(db, edition_id, **by, now=clock.now()) if may("edit-registrations", everywhere=True) else None
    )
    return render_template(
        "organizer/attendance/page.html",
        section=SECTION,
        total=coming.in_sum(db, edition_id, **by),
        rows=coming.turnout(db, edition_id, **by),
        closing=to_close,
        why_not=WHY_NOT.get(to_close.why_not) if to_close and to_close.why_not else None,
        conflicts=reconciliation.count_open(db, edition_id),
    )


@blueprint.post(f"{AT}/close")
@needs(EDIT, everywhere=True)
def close_checkin() -> ResponseReturnValue:
    try:
        with transaction() as db:
            run = closure.close(db, edition().id, actor=actor(), now=clock.now())
    except closure.CannotClose as refusal:
        flash(str(WHY_NOT[refusal.details["why"]]), "warn")
        return redirect(url_for("organizer.attendance"))
    except closure.NothingToClose:
        flash(_("Everyone who had a place is set down already."), "ok")
        return redirect(url_for("organizer.attendance"))
    return redirect(url_for("organizer.bulk_run", bulk_id=run.id))


@blueprint.get(f"{AT}/<id:checkpoint_id>")
@needs(SEE, everywhere=True)
def attendees(checkpoint_id: int) -> str:
    db, edition_id, search = reading(), edition().id, request.args.get("search", "")[:200]
    number = request.args.get("page", 1, whole_number)
    page = coming.attendees_page(db, edition_id, checkpoint_id, search=search, number=number, actor=actor())
    row = get_checkpoint(db, edition_id, checkpoint_id)
    return render_template("organizer/attendance/people.html", section=SECTION, row=row, page=page, search=search)


@blueprint.get(f"{AT}/export.<form>")
@needs(Permission.EXPORT, everywhere=True)
def export_attendance(form: str) -> Response:
    """Of every checkpoint, a row for each who came there."""
    return _export(form, None, "attendance")


@blueprint.get(f"{AT}/<id:checkpoint_id>/export.<form>")
@needs(Permission.EXPORT, everywhere=True)
def export_attendees(checkpoint_id: int, form: str) -> Response:
    return _export(form, checkpoint_id, f"attendance-{get_checkpoint(reading(), edition().id, checkpoint_id).code}")


def _export(form: str, checkpoint_id: int | None, name: str) -> Response:
    with transaction() as db:
        headings, rows = coming.take_out(db, edition().id, checkpoint_id, actor=actor(), now=clock.now())
    return table_file(form, headings, rows, name)


@blueprint.get(CONFLICTS)
@needs(SEE, everywhere=True)
def scan_conflicts() -> str:
    reviewed = request.args.get("show") == reconciliation.ReviewState.REVIEWED
    state = reconciliation.ReviewState.REVIEWED if reviewed else reconciliation.ReviewState.OPEN
    asked: dict[str, Any] = {"state": state, "number": request.args.get("page", 1, whole_number)}
    page = reconciliation.conflicts_page(reading(), edition().id, **asked, actor=actor())
    return render_template("organizer/attendance/conflicts.html", section=SECTION, page=page, reviewed=reviewed)


@blueprint.post(f"{CONFLICTS}/<id:scan_id>/review")
@needs(SEE, everywhere=True)
def review_scan_conflict(scan_id: int) -> ResponseReturnValue:
    with transaction() as db:
        note = request.form.get("note", "")[:LONGEST_NOTE]
        reconciliation.review(db, edition().id, scan_id, note, actor=actor(), now=clock.now())
    back = Offer(_("Undo"), url_for("organizer.reopen_scan_conflict", scan_id=scan_id))
    tell(_("It is noted that you have looked at it."), "ok", do=back)
    return redirect(url_for("organizer.scan_conflicts"))


@blueprint.post(f"{CONFLICTS}/<id:scan_id>/again")
@needs(SEE, everywhere=True)
def reopen_scan_conflict(scan_id: int) -> ResponseReturnValue:
    with transaction() as db:
        reconciliation.reopen(db, edition().id, scan_id, actor=actor(), now=clock.now())
    return redirect(url_for("organizer.scan_conflicts"))
