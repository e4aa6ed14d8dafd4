"""Erase one person on request: a preview, and the form that confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Refusal, Stale
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people.duplicates.permissions import RowsElsewhere
from forumapp.domain.people.records.services import name_of
from forumapp.domain.printing.jobs.erasure import delete_purged_files
from forumapp.domain.retention.erasure.services import TakesPart, WorkUnfinished, erase_person, preview_erasure
from forumapp.web.organizer.history.log_words import record_words
from forumapp.web.organizer.kit.guard import blueprint, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.people.duplicates import edition_names
from forumapp.web.wording.words import listed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "people"
MOST_TEXTS = 200  # on the page


@blueprint.route("/<edition>/people/<id:person_id>/erase", methods=["GET", "POST"])
@needs(Permission.MANAGE_ACCESS, everywhere=True)
def erase_person_data(person_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        return erasure_page(person_id)
    mark, confirmed = request.form.get("mark", ""), request.form.get("confirmed") == "1"
    try:
        preview = preview_erasure(reading(), person_id, actor=actor(), now=clock.now())
        with transaction() as db:
            erase_person(db, person_id, preview=preview, mark=mark, confirmed=confirmed, actor=actor(), now=clock.now())
    except Stale as refusal:
        return erasure_page(person_id, _("Something has changed since. Check the list again."), refusal.status)
    except Invalid as refusal:
        return erasure_page(person_id, _("Tick the box to confirm."), refusal.status)
    except (TakesPart, WorkUnfinished, RowsElsewhere) as refusal:
        return erasure_page(person_id, status=refusal.status)
    delete_purged_files(reading(), current_app.extensions["forumapp.storage"])
    current_app.extensions["forumapp.previews"].clear()
    flash(_("The person's data has been erased."), "ok")
    return redirect(url_for("organizer.people"))


def erasure_page(person_id: int, fault: str = "", status: int = 200) -> tuple[str, int]:
    page: dict[str, Any] = {"section": SECTION, "person_id": person_id, "fault": fault}
    try:
        preview = preview_erasure(reading(), person_id, actor=actor(), now=clock.now())
    except RowsElsewhere as refusal:
        return render_template("organizer/people/erase.html", **page, elsewhere=_elsewhere(refusal)), refusal.status
    name, texts = name_of(preview.person), [(record_words(text.table), text) for text in preview.texts]
    page |= {"preview": preview, "name": name, "texts": texts[:MOST_TEXTS], "more": len(texts[MOST_TEXTS:])}
    return render_template("organizer/people/erase.html", **page), status


def _elsewhere(refusal: Refusal) -> str:
    """The editions in which the person takes part and the reader doesn't manage access."""
    ids = {edition_id for missing in refusal.details["missing"] for edition_id in missing["editions"]}
    names = list(edition_names({*ids}).values())
    if any(missing["others"] for missing in refusal.details["missing"]):
        names.append(_("other editions"))
    return listed(names)
