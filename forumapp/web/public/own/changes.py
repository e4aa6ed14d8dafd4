"""Registrants' changes of name, office and answers, until the edition's deadline."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import NotFound, Stale
from forumapp.core.serving.rate_limits import DRAWINGS, FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.domain.audit.removals import AlreadyBroughtBack, BelongingGone
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.records.offices import Office, office_of
from forumapp.domain.registration.errors import ChangesOver, WrongStatus
from forumapp.domain.registration.forms.answers import former_options
from forumapp.domain.registration.forms.questions import Kind, for_public, read_questions
from forumapp.domain.registration.lifecycle.self_service import NAMES, bring_back_own_file, change_own
from forumapp.domain.registration.uploads.file_checks import TAKEN
from forumapp.domain.registration.uploads.replaced_files import list_former_files
from forumapp.schemas.messages import fault_words
from forumapp.schemas.registration import OwnChangesSchema, from_form
from forumapp.web.frame import Offer, tell
from forumapp.web.public.own.page import blueprint, may_change, registration_of
from forumapp.web.public.registration.forms import controls, received, suggested_organizations
from forumapp.web.public.registration.names import badge_page, spelled
from forumapp.web.public.site import VISITOR, render
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.datastructures import MultiDict

    from forumapp.domain.registration.models import Registration
    from forumapp.web.public.registration.forms import Spellings
    from forumapp.web.public.registration.uploads import Questions

# The form's value for a stored file, instead of an upload key.
STANDS = "stands"
OFFICE = ("organization", "title")
REFUSAL_MESSAGES = {Stale: fault_words("changed-meanwhile")}


@dataclass(frozen=True, slots=True)
class Changes:
    """As they were sent. Name and office are the organizer's where they have looked at them for this very person."""

    names: dict[str, str]
    office: Office | None
    answers: dict[str, Any]


@blueprint.get("/<token>/change")
def change(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if not may_change(row):
        return redirect(url_for(".page", token=token))  # which shows the contact
    return form_page(token, row, current_values(row), {})


@blueprint.post("/<token>/change")
@limiter.limit(FORMS, exempt_when=is_local)
def save_change(token: str) -> ResponseReturnValue:
    row = registration_of(token)

    def take(db: DbSession, changes: Changes) -> bool:
        seen: Any = {name: request.form.get(name, 0, whole_number) for name in ("version", "person_version")}
        by: Any = {"office": changes.office, "actor": VISITOR, "now": clock.now()}
        return change_own(db, row.id, row.link_number, changes.names, changes.answers, **seen, **by)

    def again(values: Mapping[str, Any], errors: Mapping[str, str], **spellings: Any) -> str:
        return form_page(token, registration_of(token), values, errors, **spellings)  # as it is now

    changed, since = False, clock.now()
    with suppress(ChangesOver, WrongStatus):  # the page says so
        changed = received(row.type, again, partial(read_changes, row), take, messages=REFUSAL_MESSAGES)
    if changed:
        tell_saved(token, _("Your changes are saved. We have sent you a mail about them."), since)
    return redirect(url_for(".page", token=token), 303)


def tell_saved(token: str, words: str, since: datetime) -> None:
    """With the way back for a file that was taken away or replaced since then."""
    gone = list_former_files(reading(), registration_of(token), since=since)
    if not gone:
        flash(words, "ok")
    for file in gone:
        tell(
            words,
            "ok",
            do=Offer(_("Bring the former file back"), url_for(".restore_file", token=token, removal_id=file.id)),
        )


@blueprint.post("/<token>/files/<id:removal_id>/restore")
@limiter.limit(FORMS, exempt_when=is_local)
def restore_file(token: str, removal_id: int) -> ResponseReturnValue:
    row = registration_of(token)
    since = clock.now()
    try:
        with transaction() as db:
            bring_back_own_file(db, row.id, row.link_number, removal_id, actor=VISITOR, now=since)
    except (NotFound, AlreadyBroughtBack, BelongingGone):
        flash(_("This file is no longer there to be brought back."), "bad")
    except (ChangesOver, WrongStatus):
        pass  # the page says so
    else:
        tell_saved(token, _("The former file is back."), since)
    return redirect(url_for(".page", token=token), 303)


@blueprint.get("/<token>/organizations")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def organizations(token: str) -> ResponseReturnValue:
    """As the open form suggests them: names that are public."""
    registration_of(token)
    return suggested_organizations()


@blueprint.post("/<token>/badge")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def badge(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    return badge_page(get_edition_by_id(reading(), row.edition_id), row.type)


@blueprint.post("/<token>/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def spelling(token: str) -> str:
    row = registration_of(token)
    return spelled(row.type, partial(form_page, token, row))


def read_changes(row: Registration, given: MultiDict[str, str]) -> Changes:
    """Read the changes; an unchanged file keeps the stored one. Raises ValidationError."""
    sent = from_form(given, for_public(row.type.questions))
    loaded = OwnChangesSchema().load({name: sent[name] for name in (*NAMES, *OFFICE, "answers") if name in sent})
    answers = given_answers(row, row.type.questions, loaded["answers"])
    if not row.type.is_transferable:
        return Changes({}, None, answers)
    office = Office(loaded["title"], loaded["organization"], given.get("title_version", 0, whole_number))
    return Changes({name: loaded[name] for name in NAMES if name in loaded}, office, answers)


def given_answers(row: Registration, questions: Questions, given: Mapping[str, Any]) -> dict[str, Any]:
    """With the files that stand where the form says so."""
    before, files = row.answers.get("values", {}), files_among(questions)
    return {code: before.get(code) if value == STANDS and code in files else value for code, value in given.items()}


def files_among(questions: Questions) -> set[str]:
    return {question.code for question in read_questions(questions) if question.kind in TAKEN}


def kept_options(row: Registration, questions: Questions) -> dict[str, list[tuple[str, Any]]]:
    """Chosen options that are no longer offered but may be kept, by question, for its control."""
    former = former_options(questions, row.answers)
    return {code: [(option["code"], t(option["label"])) for option in options] for code, options in former.items()}


def files_that_stand(row: Registration, values: Mapping[str, Any]) -> dict[str, str]:
    """The names of unchanged files, by control."""
    answers = row.answers.get("values", {})
    names = {f"answers.{code}": answers[code]["name"] for code in files_among(row.type.questions) & answers.keys()}
    return {name: file for name, file in names.items() if values.get(name) == STANDS}


def current_values(row: Registration) -> dict[str, Any]:
    """The current values, by control."""
    values: dict[str, Any] = {name: getattr(row.person, name) for name in NAMES}
    values["name_script"] = "han" if row.person.native_full else "latin"
    office = office_of(reading(), row.edition_id, row.person_id)
    values |= {f"{name}.{code}": text for name in OFFICE for code, text in getattr(office, name).items()}
    return values | standing_answers(row, for_public(row.type.questions))


def standing_answers(row: Registration, questions: Questions) -> dict[str, Any]:
    answers = row.answers.get("values", {})
    values: dict[str, Any] = {}
    for question in read_questions(questions):
        if question.code in answers:
            values |= control_values(f"answers.{question.code}", question.kind, answers[question.code])
    return values


def control_values(name: str, kind: Kind, answer: Any) -> dict[str, Any]:
    if kind in TAKEN:
        return {name: STANDS}
    if kind is Kind.YES_NO:
        return {name: "yes" if answer else "no"}
    if kind is Kind.TRAVEL and isinstance(answer, dict):
        ends = {end: parts for end, parts in answer.items() if isinstance(parts, dict)}
        return {f"{name}.{end}.{part}": text for end, parts in ends.items() for part, text in parts.items()}
    return {name: answer}


def form_page(
    token: str,
    row: Registration,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    asked = controls(row.type, values, errors, spellings)
    return render(
        "public/registration/change.html",
        get_edition_by_id(reading(), row.edition_id),
        "own",
        token=token,
        row=row,
        office=office_of(reading(), row.edition_id, row.person_id),
        values=values,
        errors=errors,
        former_options=kept_options(row, for_public(row.type.questions)),
        **{**asked, "held": {**asked["held"], **files_that_stand(row, values)}},
    )
