"""Building the form of a registration type, question by question. The form is part of the type and has its version.

Answers that were given stay with the questions as they were asked, whatever becomes of the form.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound
from forumapp.core.values.ordering import Order
from forumapp.domain.accounts.access import list_editions_allowing, require
from forumapp.domain.accounts.editing.removals import get_removal
from forumapp.domain.accounts.editing.rows import find_in, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import claim_part, values_of
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.rules import free_code
from forumapp.domain.registration.capacity import counters
from forumapp.domain.registration.lists.queries import get_type
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.types.services import update_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

Stored = list[dict[str, Any]]


def number_of(code: str) -> int:
    """What a question is called among those that are put in order, where rows have their id."""
    return zlib.crc32(code.encode())


def question_order(stored: Iterable[Mapping[str, Any]]) -> Order:
    return Order(tuple(number_of(one["code"]) for one in stored))


def find_question(stored: Iterable[Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    found = next((one for one in stored if one["code"] == code), None)
    if found is None:
        raise NotFound(entity="question")
    return found


def with_question(stored: Iterable[Mapping[str, Any]], question: Mapping[str, Any]) -> Stored:
    """The form with this question in the place of the one with its code, or else at its end."""
    asked = [dict(one) for one in stored]
    place = next((at for at, one in enumerate(asked) if one["code"] == question["code"]), len(asked))
    return [*asked[:place], dict(question), *asked[place + 1 :]]


def add_question(
    db: DbSession,
    edition_id: int,
    type_id: int,
    question: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RegistrationType:
    """At the end of the form; one without a code gets it from its label. Raises Invalid by the question's own parts."""
    row = _row(db, edition_id, type_id, actor=actor)
    taken = {str(one["code"]) for one in row.questions}
    code = question.get("code") or free_code(question["label"], taken, question["kind"])
    if code in taken:
        raise Invalid(fields={"code": "taken"})
    return _save(db, row, [*row.questions, {**question, "code": code}], code, version=version, actor=actor, now=now)


def change_question(
    db: DbSession,
    edition_id: int,
    type_id: int,
    code: str,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RegistrationType:
    """Its code and its kind stay: another kind of answer is another question."""
    row = _row(db, edition_id, type_id, actor=actor)
    stands = find_question(row.questions, code)
    changed = {**stands, **changes, "code": code, "kind": stands["kind"]}
    return _save(db, row, with_question(row.questions, changed), code, version=version, actor=actor, now=now)


def remove_question(
    db: DbSession, edition_id: int, type_id: int, code: str, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while another question depends on it. What it was answered stays with those who answered."""
    row = _row(db, edition_id, type_id, actor=actor)
    find_question(row.questions, code)
    left = [one for one in row.questions if one["code"] != code]
    _save(db, row, left, code, version=version, actor=actor, now=now)
    kept = select(Removal).where(Removal.entity == "question", Removal.entity_id == type_id)
    return db.scalars(kept.order_by(Removal.id.desc()).limit(1)).one()


def bring_back_question(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Put a question back to where it stood among those that are still asked. Raises AlreadyExists where another one
    has its code, and Invalid where what it depends on is gone.
    """
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    row = find_in(db, RegistrationType, edition_id, removal.entity_id)
    claim_part(db, removal, row, now=now)
    row = _row(db, edition_id, removal.entity_id, actor=actor)
    counters.hold(db, row.id)
    db.refresh(row)
    held = values_of(removal)
    codes = [one["code"] for one in row.questions]
    if held["questions"][0]["code"] in codes:
        raise AlreadyExists(fields={"code": "taken"})
    place = max((codes.index(one) + 1 for one in held["after"] if one in codes), default=0)
    questions = [*row.questions[:place], *held["questions"], *row.questions[place:]]
    _save(db, row, questions, held["questions"][0]["code"], version=row.version, actor=actor, now=now)
    return removal


def order_questions(
    db: DbSession, edition_id: int, type_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    """`ids` are numbers of questions, and `version` is that of their order."""
    row = _row(db, edition_id, type_id, actor=actor)
    order = question_order(row.questions).changed_to(ids, version)
    by_number = {number_of(str(one["code"])): one for one in row.questions}
    moved = [by_number[one] for one in order.ids]
    if moved != row.questions:
        _save(db, row, moved, "", version=row.version, actor=actor, now=now)
    return order


def copy_questions(
    db: DbSession,
    edition_id: int,
    type_id: int,
    from_code: str,
    *,
    from_edition_id: int | None = None,
    version: int,
    actor: Actor,
    now: datetime,
) -> RegistrationType:
    """Add the questions of another type's form that this one has not, by their codes. The type may be of another
    edition that the actor sees.
    """
    row = _row(db, edition_id, type_id, actor=actor)
    source_id = edition_id if from_edition_id is None else from_edition_id
    require(db, source_id, Permission.SEE_EDITION, actor=actor)
    has = {one["code"] for one in row.questions}
    copied = [dict(one) for one in get_type(db, source_id, from_code).questions if one["code"] not in has]
    return _save(db, row, [*row.questions, *copied], "", version=version, actor=actor, now=now)


def list_sources(db: DbSession, row: RegistrationType, *, actor: Actor) -> list[tuple[Edition, RegistrationType]]:
    """The types whose questions can be copied into this one's form: those of its edition, and then of the others that
    the actor sees, the latest first.
    """
    kind, seen = RegistrationType, list_editions_allowing(db, Permission.SEE_EDITION, actor=actor)
    found = db.execute(
        select(Edition, kind)
        .join(kind, kind.edition_id == Edition.id)
        .where(Edition.id.in_([*seen, row.edition_id]), kind.id != row.id)
        .order_by(Edition.id != row.edition_id, Edition.starts_on.desc(), Edition.id, kind.position, kind.id)
    )
    return [(edition, one) for edition, one in found if one.questions]


def _row(db: DbSession, edition_id: int, type_id: int, *, actor: Actor) -> RegistrationType:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    return get_in(db, RegistrationType, edition_id, type_id)


def _save(
    db: DbSession,
    row: RegistrationType,
    questions: Sequence[Mapping[str, Any]],
    code: str,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RegistrationType:
    changes = {"questions": [dict(one) for one in questions]}
    try:
        return update_type(db, row.edition_id, row.id, changes, version=version, actor=actor, now=now)
    except Invalid as refusal:
        raise Invalid(fields=_of_one(refusal.fields, questions, code)) from refusal


def _of_one(faults: Mapping[str, str], questions: Sequence[Mapping[str, Any]], code: str) -> dict[str, str]:
    """The faults of the whole form as those of one question: its own by their parts, and those of others that depend
    on it as one.
    """
    own = next((f"questions.{at}." for at, one in enumerate(questions) if one.get("code") == code), "\0")
    told = {field.removeprefix(own): fault for field, fault in faults.items() if field.startswith(own)}
    if told or not any(field.startswith("questions.") for field in faults):
        return told or dict(faults)
    return {"": "others-depend"}
