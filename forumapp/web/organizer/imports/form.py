"""Values of the import form, saved or submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from forumapp.core.values.numbers import whole_number
from forumapp.schemas.choices import ImportKind
from forumapp.web.organizer.imports.cells import cells_sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.importing.corrections import Cells
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.importing.runs.files import ImportFile


@dataclass(frozen=True, slots=True)
class ImportForm:
    mapping: Mapping[str, str]
    chosen: frozenset[int]
    joined: frozenset[int]
    settings: Mapping[str, Any]
    cells: Cells
    has_settings: bool = False
    has_cells: bool = False


def saved_form(run: ImportRun) -> ImportForm:
    return ImportForm(run.mapping, frozenset(run.chosen), frozenset(run.joined), run.settings, run.cells)


def sent_form(run: ImportRun, file: ImportFile, *, also_joined: Iterable[int] = ()) -> ImportForm:
    """Decisions on rows that the form does not show stay."""
    shown = set(request.form.getlist("shown", whole_number))
    decided = {row: request.form.get(f"row-{row}") for row in shown}
    chosen = set(run.chosen) - shown | set(request.form.getlist("chosen", whole_number))
    chosen |= {row for row in shown if decided[row] == "other"}
    joined = set(run.joined) - shown | {row for row in shown if decided[row] == "same"} | set(also_joined)
    settings, cells = _settings_sent(run), cells_sent(run, file.as_sent)
    columns = {heading: f"column-{n}" for n, heading in enumerate(file.as_sent.headings) if heading in run.mapping}
    return ImportForm(
        {heading: request.form.get(column, "") for heading, column in columns.items()},
        frozenset(chosen),
        frozenset(joined),
        run.settings if settings is None else settings,
        run.cells if cells is None else cells,
        has_settings=settings is not None,
        has_cells=cells is not None,
    )


def _settings_sent(run: ImportRun) -> dict[str, Any] | None:
    if run.kind is ImportKind.ROSTER:
        return {**run.settings, "unanswered": "setting-unanswered" in request.form}
    if run.kind is not ImportKind.REGISTRATIONS or "setting-type" not in request.form:
        return None
    ticked = {name: f"setting-{name}" in request.form for name in ("waitlist", "unanswered")}
    delegation = request.form.get("setting-delegation", run.settings.get("delegation", ""))
    words = {word: request.form.get(f"type-meant-{n}") for n, word in enumerate(request.form.getlist("type-word"))}
    types = {word: code for word, code in words.items() if word and code}
    return {"type": request.form["setting-type"], "delegation": delegation, "types": types, **ticked}
