"""Correct single cells of an import on its page, and review the values that were read from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.delegations.queries import delegation_names
from forumapp.domain.importing.corrections import with_words_replaced
from forumapp.domain.importing.registrations.plan import forms_of
from forumapp.domain.importing.registrations.rosters import part_names
from forumapp.domain.importing.review import CellProblem, problems
from forumapp.domain.registration.forms.questions import NO, YES, Kind
from forumapp.domain.registration.spreadsheets.rows import ANSWER
from forumapp.schemas.choices import ImportKind, MemberRole, RegistrationStatus
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.domain.importing.corrections import Cells
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.importing.runs.files import ImportFile
    from forumapp.domain.importing.runs.kinds import Brought
    from forumapp.domain.people.imports.services import Line

_INPUT = "cell-{row}-{place}"


@dataclass(frozen=True, slots=True)
class CellInput:
    """A problem with the control that corrects its cell; `sent` is the file's value if it is corrected."""

    problem: CellProblem
    name: str
    value: str
    sent: str | None
    suggestions: str  # the id of a list of allowed values
    fault: str = ""  # the code for which the correction was refused


def cell_inputs(
    run: ImportRun, file: ImportFile, lines: Sequence[Line], corrections: Cells, faults: Mapping[str, str]
) -> dict[int, list[CellInput]]:
    """Return the inputs by row, one for each cell with a problem.

    `corrections` are the saved ones, or the refused ones that were sent; `faults` are keyed as "cells.12.Diet".
    """
    table = file.table
    rows = {row.number: row for row in table.rows}
    place = {heading: number for number, heading in enumerate(table.headings)}
    listed = {heading: f"cells-{place[heading]}" for heading in suggestions(run, table)}
    as_sent = {row.number: row for row in file.as_sent.rows} if corrections else {}
    inputs: dict[int, list[CellInput]] = {}
    for line in lines:
        corrected = corrections.get(str(line.number), {})
        inputs[line.number] = [
            CellInput(
                problem,
                _INPUT.format(row=line.number, place=place.get(problem.heading, "")),
                corrected.get(problem.heading, rows[line.number].cells.get(problem.heading, "")),
                as_sent[line.number].cells.get(problem.heading, "") if problem.heading in corrected else None,
                listed.get(problem.heading, ""),
                faults.get(f"cells.{line.number}.{problem.heading}", ""),
            )
            for problem in problems(line, table.headings, run.mapping)
        ]
    return inputs


def suggestions(run: ImportRun, table: Brought) -> dict[str, list[tuple[str, str]]]:
    """Return by heading the allowed values of a column with a fixed choice: value and label."""
    if run.kind not in (ImportKind.REGISTRATIONS, ImportKind.ROSTER):
        return {}
    known = _options(run)
    meant = ((heading, run.mapping.get(heading, "")) for heading in table.headings)
    return {heading: known[field] for heading, field in meant if known.get(field)}


def suggestion_lists(run: ImportRun, table: Brought) -> dict[str, list[tuple[str, str]]]:
    """The same by the id of the list on the page."""
    place = {heading: number for number, heading in enumerate(table.headings)}
    return {f"cells-{place[heading]}": options for heading, options in suggestions(run, table).items()}


def _options(run: ImportRun) -> dict[str, list[tuple[str, str]]]:
    forms = forms_of(reading(), run.edition_id)
    options: dict[str, list[tuple[str, str]]] = {
        "type": [(form.code, pick(form.name, language())) for form in forms],
        "role": [(role.value, labels.label(role)) for role in MemberRole],
        "status": [(status.value, labels.label(status)) for status in RegistrationStatus],
    }
    options["delegation"] = options["sub_delegation"] = part_options(run)
    for question in (question for form in reversed(forms) for question in form.asked):
        named = [(option.code, pick(option.label, language())) for option in question.options]
        if question.kind is Kind.DIET:
            named = [(code, str(words)) for code, words in labels.DIETS.items()]
        elif question.kind is Kind.YES_NO:
            named = [(code, "") for code in (YES, NO)]
        options[ANSWER + question.code] = named
    return options


def part_options(run: ImportRun) -> list[tuple[str, str]]:
    """The delegations that rows may name: of a roster, its delegation and the parts of it."""
    is_roster = run.kind is ImportKind.ROSTER
    names = part_names(reading(), run) if is_roster else delegation_names(reading(), run.edition_id)
    return [(code, pick(name, language())) for code, name in names]


def parts_sent() -> dict[str, str]:
    """By word of the file, the code of the part that is chosen for it."""
    words = request.form.getlist("part-word")
    chosen = {word: request.form.get(f"part-meant-{n}", "") for n, word in enumerate(words)}
    return {word: code for word, code in chosen.items() if word and code}


def cells_sent(run: ImportRun, table: Brought) -> Cells | None:
    """The corrections of the import with those of the form; None where the form has none. `table` is as it was sent."""
    headings = table.headings
    sent: dict[str, dict[str, str]] = {}
    for name, text in request.form.items():
        word, _dash, at = name.partition("-")
        row, _dash, place = at.partition("-")
        if word == "cell" and row.isdecimal() and place.isdecimal() and int(place) < len(headings):
            sent.setdefault(row, {})[headings[int(place)]] = text.replace("\r\n", "\n")
    merged = _merged(run.cells, sent)
    columns = [heading for heading, meant in run.mapping.items() if meant in {"delegation", "sub_delegation"}]
    chosen = parts_sent()
    for heading in columns if chosen else ():
        merged = with_words_replaced(merged, table.rows, heading, chosen)
    return merged if sent or (columns and chosen) else None


def _merged(kept: Mapping[str, Mapping[str, str]], sent: Mapping[str, Mapping[str, str]]) -> Cells:
    return {row: {**kept.get(row, {}), **sent.get(row, {})} for row in {**kept, **sent}}
