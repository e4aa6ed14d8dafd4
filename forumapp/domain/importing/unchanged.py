"""Answers in a table that somebody gave just so: what was right when it was given is no fault of the row today,
although its option, or its question, was taken off since.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.text import fold
from forumapp.domain.audit.services import batched
from forumapp.domain.people import imports
from forumapp.domain.people.imports import State
from forumapp.domain.registration.cells import read_cell, stands_in_cells
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.questions import read_questions, with_sections
from forumapp.domain.registration.reading import Wrong, read_answer
from forumapp.domain.registration.rows import ANSWER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.tables import TableRow
    from forumapp.domain.accounts.reach import Told
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.registration.questions import Question
    from forumapp.domain.registration.rows import Entry


def without_what_stands(
    db: DbSession,
    run: ImportRun,
    rows: Sequence[TableRow],
    entries: Sequence[Entry],
    told: Told | None,
    *,
    among: Select[Any] | None = None,
) -> list[Entry]:
    """The entries, those without faults in which nothing is wrong but answers that stand so already. It asks nothing
    more where there is no such row. `among` is as for people.
    """
    doubted = {
        entry.person.number: (row, entry)
        for row, entry in zip(rows, entries, strict=True)
        if entry.person.faults and all(_code(run, one.heading) for one in entry.person.faults)
    }
    if not doubted:
        return list(entries)
    bare = [replace(entry.person, faults=()) for _row, entry in doubted.values()]
    lines = imports.plan_people(db, bare, told, posts=False, before=run.created_at, among=among)
    meant = {line.number: line.alike.id for line in lines if line.state is State.SAME and line.alike and line.alike.id}
    answers = _answers_of(db, run.edition_id, set(meant.values()))
    excused = {
        number
        for number, person_id in meant.items()
        if any(_stands(run, *doubted[number], one) for one in answers.get(person_id, ()))
    }
    return [
        replace(entry, person=replace(entry.person, faults=())) if entry.person.number in excused else entry
        for entry in entries
    ]


def _code(run: ImportRun, heading: str) -> str:
    """Of the question that a column answers, if it answers one in whole."""
    meant = run.mapping.get(heading) or ""
    code = meant.removeprefix(ANSWER)
    return code if meant.startswith(ANSWER) and "." not in code else ""


def _answers_of(db: DbSession, edition_id: int, people: Collection[int]) -> dict[int, list[Mapping[str, Any]]]:
    """What each of them has answered, with the questions as they were asked."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    query = select(Registration.person_id, Registration.answers).where(Registration.edition_id == edition_id)
    for some in batched(people):
        for person_id, answers in db.execute(query.where(Registration.person_id.in_(some))):
            found.setdefault(person_id, []).append(answers)
    return found


def _stands(run: ImportRun, row: TableRow, entry: Entry, answers: Mapping[str, Any]) -> bool:
    asked = {one.code: one for one in with_sections(read_questions(answers.get("questions", [])))}
    given = answers.get("values", {})
    return all(
        code in given and code in asked and _says(asked[code], row.cells.get(heading, "").strip(), given[code])
        for heading, code in ((one.heading, _code(run, one.heading)) for one in entry.person.faults)
    )


def _says(question: Question, cell: str, given: Any) -> bool:
    """Whether a cell says what was answered."""
    if not stands_in_cells(question.kind):
        return False
    try:
        read = read_answer(question, read_cell(question, cell))
    except Wrong:
        return fold(cell) == fold(str(given))
    return bool(read == given)
