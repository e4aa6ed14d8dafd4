"""Edit a registrant's answers: all current questions of the type, including those for organizers only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lifecycle.register import change_answers
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.domain.registration.uploads.replaced_files import FILE
from forumapp.domain.registration.uploads.services import file_ids
from forumapp.schemas.registration import OwnChangesSchema, faults_by_field, from_form
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import tell_saved
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.public.own.changes import files_that_stand, given_answers, kept_options, standing_answers
from forumapp.web.public.registration.forms import controls, in_words, typed
from forumapp.web.public.registration.uploads import with_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from forumapp.domain.registration.models import Registration

SECTION = "registration"
EDIT = Permission.EDIT_REGISTRATIONS


@blueprint.get("/<edition>/registrations/<id:registration_id>/answers")
@needs(EDIT)
def answers(registration_id: int) -> str:
    row = registration_here(registration_id)
    return answers_page(row, standing_answers(row, row.type.questions), {})


@blueprint.post("/<edition>/registrations/<id:registration_id>/answers")
@needs(EDIT)
def save_answers(registration_id: int) -> ResponseReturnValue:
    row = registration_here(registration_id)
    kind, before, since = row.type, file_ids(row.answers), clock.now()
    given, bad_files = with_files(kind, questions=kind.questions)
    there = url_for("organizer.registration", registration_id=registration_id)
    try:
        wanted = read_answers(row, given, bad_files)
        by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": since}
        with transaction() as db:
            after = file_ids(change_answers(db, edition().id, registration_id, wanted, **by).answers)
    except ValidationError as error:
        return answers_page(row, typed(given, kind), in_words(faults_by_field(error), kind.questions)), Invalid.status
    except Invalid as refusal:
        return answers_page(row, typed(given, kind), in_words(refusal.fields, kind.questions)), Invalid.status
    except Stale as refusal:
        return ask_again(refusal, _("Save the answers"), there, sent=given)
    tell_answered(before - after, since)
    return redirect(there)


def read_answers(row: Registration, given: MultiDict[str, str], bad_files: Mapping[str, str]) -> dict[str, Any]:
    """Raises ValidationError, and Invalid where only a file is wrong."""
    questions = row.type.questions
    loaded = OwnChangesSchema().load({"answers": from_form(given, questions)["answers"]})
    if bad_files:
        raise Invalid(fields=dict(bad_files))
    return given_answers(row, questions, loaded["answers"])


def tell_answered(gone: set[int], since: datetime) -> None:
    """With the way back for each file that answers no longer."""
    if not gone:
        flash(_("The answers are saved."), "ok")
    for file_id in sorted(gone):
        tell_saved(_("The answers are saved. A former file can be brought back."), FILE, file_id, since=since)


def registration_here(registration_id: int) -> Registration:
    return get_registration(reading(), edition().id, registration_id, within=within(EDIT))


def answers_page(row: Registration, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    asked = controls(row.type, values, errors, {}, questions=row.type.questions)
    return render_template(
        "organizer/registration/answers.html",
        section=SECTION,
        row=row,
        line=get_line(reading(), edition().id, row.id, within=within(EDIT)),
        values=values,
        errors=errors,
        former_options=kept_options(row, row.type.questions),
        **{**asked, "held": {**asked["held"], **files_that_stand(row, values)}},
    )
