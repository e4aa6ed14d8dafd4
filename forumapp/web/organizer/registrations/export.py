"""Export the listed registrations as a table with the chosen columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.spreadsheets import export
from forumapp.web.organizer.imports.imports import table_file
from forumapp.web.organizer.kit.export_words import column_words
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.filters import filters_here, listed

if TYPE_CHECKING:
    from flask import Response


@blueprint.get("/<edition>/registrations/export")
@needs(Permission.EXPORT)
def take_registrations() -> str:
    columns = export.columns_of(reading(), edition().id, access())
    offered = [(column.name, column_words(column.name, column.question)) for column in columns]
    return render_template("organizer/registration/export.html", section="registration", columns=offered, **listed())


@blueprint.get("/<edition>/registrations/export.<form>")
@needs(Permission.EXPORT)
def registrations_table(form: str) -> Response:
    with transaction() as db:
        filters = filters_here(queries.list_types(db, edition().id))
        chosen = request.args.getlist("column")
        headings, rows = export.take_out(db, edition().id, filters, chosen, actor=actor(), now=clock.now())
    return table_file(form, headings, rows, f"{edition().slug}-registrations")
