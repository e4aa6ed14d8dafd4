"""Rehearsals of check-in: start, end, and the banner while one is running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.rehearsal import services
from forumapp.domain.checkin.rehearsals import running
from forumapp.web.forms.faults import fault
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.domain.checkin.models import Rehearsal

EDIT = Permission.EDIT_EDITION
ALL = "/<edition>/rehearsals"


def rehearsal_now() -> Rehearsal | None:
    """For templates: return the running rehearsal of this page's edition."""
    return running(reading(), edition().id, now=clock.now()) if "access" in g else None


@blueprint.post(ALL)
@needs(EDIT)
def start_rehearsal() -> ResponseReturnValue:
    try:
        with transaction() as db:
            services.start_rehearsal(db, edition().id, actor=actor(), now=clock.now())
    except (services.ForumHasBegun, services.RehearsalRuns) as refusal:
        flash(fault(refusal.code), "warn")
    return redirect(url_for("organizer.checkpoints"))


@blueprint.post(f"{ALL}/<id:rehearsal_id>/end")
@needs(EDIT)
def end_rehearsal(rehearsal_id: int) -> ResponseReturnValue:
    by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            _row, count = services.end_rehearsal(db, edition().id, rehearsal_id, **by)
    except Stale as refusal:
        return ask_again(refusal, _("End the rehearsal"), url_for("organizer.checkpoints"))
    except services.RehearsalOver as refusal:
        flash(fault(refusal.code), "warn")
    else:
        gone = ngettext("Its %(num)s scan has been deleted.", "Its %(num)s scans have been deleted.", count)
        flash(_("The rehearsal has ended.") + " " + gone, "ok")
    return redirect(url_for("organizer.checkpoints"))
