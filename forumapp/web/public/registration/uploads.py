"""Uploads of a form: stored while the form has faults, so they need not be chosen again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.datastructures import MultiDict

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.registration.forms.questions import for_public, read_questions
from forumapp.domain.registration.uploads.file_checks import LARGEST, TAKEN, BadFile
from forumapp.domain.registration.uploads.services import find_waiting, keep_file

if TYPE_CHECKING:
    from forumapp.domain.registration.forms.questions import Question
    from forumapp.domain.registration.models import RegistrationType


Questions = Sequence[Mapping[str, Any]]


def files_asked(kind: RegistrationType, questions: Questions | None = None) -> list[Question]:
    """The questions for files, among the public ones unless `questions` are given."""
    return [question for question in read_questions(questions or for_public(kind.questions)) if question.kind in TAKEN]


def with_files(
    kind: RegistrationType, befores: Iterable[str] = ("",), questions: Questions | None = None
) -> tuple[MultiDict[str, str], dict[str, str]]:
    """The submitted form with the key of each file in its place, and the faults of refused files. `befores` are the
    prefixes of the people on it.
    """
    form: MultiDict[str, str] = MultiDict(request.form)
    faults: dict[str, str] = {}
    asked = files_asked(kind, questions)
    for before, question in product(befores, asked):
        name = f"{before}answers.{question.code}"
        sent = request.files.get(name)
        if form.get(f"{name}.remove"):
            form[name] = ""
        if sent is None or not sent.filename:
            continue
        try:
            with transaction() as db:
                form[name] = keep_file(
                    db, kind.edition_id, question, sent.filename, sent.read(LARGEST + 1), now=clock.now()
                )
        except BadFile as refusal:
            form[name], faults[name] = "", refusal.code
    return form, faults


def held_files(
    kind: RegistrationType,
    values: Mapping[str, Any],
    befores: Iterable[str] = ("",),
    questions: Questions | None = None,
) -> dict[str, str]:
    """The names of stored uploads that wait for the form, by control."""
    held = {}
    for before, question in product(befores, files_asked(kind, questions)):
        name = f"{before}answers.{question.code}"
        row = find_waiting(reading(), kind.edition_id, question.code, values[name]) if values.get(name) else None
        if row is not None:
            held[name] = row.name
    return held
