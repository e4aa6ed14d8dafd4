"""Registrations as a table."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.filters import FiltersSchema, filters_of
from forumapp.api.v1.registrations.registration import REGISTRATIONS
from forumapp.core.files.spreadsheets import write_csv, write_xlsx
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.spreadsheets.export import take_out
from forumapp.schemas.fields import LINE, ListOf, Shape, Text, Word

if TYPE_CHECKING:
    from forumapp.api.auth import Call

MOST_COLUMNS = 200
WRITERS = {"xlsx": write_xlsx, "csv": write_csv}

blueprint = ApiBlueprint("Export", __name__, description="Registrations as a table.")


class WantedTableSchema(FiltersSchema):
    format = Word(tuple(WRITERS), load_default="xlsx")
    columns = ListOf(
        Text(longest=LINE),
        most=MOST_COLUMNS,
        load_default=list,
        metadata={"description": "By name, such as email or answer.diet; none means all that the caller may take out."},
    )


class TableSchema(Shape):
    name = Text(required=True)
    content = Text(required=True, longest=2**31, metadata={"description": "The file, in base64."})


@blueprint.acts(f"{REGISTRATIONS}/export", TableSchema, body=WantedTableSchema, needs=Permission.EXPORT)
def export_registrations(call: Call, values: dict[str, Any], edition: str) -> dict[str, str]:
    """Export the registrations that the filters select. Contacts and answers are included only where the caller may
    see them.
    """
    edition_row = call.edition(edition)
    columns = values["columns"]
    headings, rows = take_out(call.db, edition_row.id, filters_of(values), columns, actor=call.actor, now=call.now)
    content = WRITERS[values["format"]](headings, rows)
    name = f"{edition_row.slug}-registrations.{values['format']}"
    return {"name": name, "content": base64.b64encode(content).decode()}
