"""Imports: a table is sent, read back row by row with all that would happen, confirmed, and taken by a worker."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.api.v1.shapes import KeptSchema
from forumapp.core.errors import Invalid
from forumapp.core.files.spreadsheets import LARGEST, LONGEST
from forumapp.core.values.paging import Page
from forumapp.core.values.text import LINE, PARAGRAPHS
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.importing import queries
from forumapp.domain.importing.review import column_letter, to_review
from forumapp.domain.importing.runs import services
from forumapp.domain.importing.runs.kinds import TablePlace
from forumapp.domain.importing.type_words import MOST_WORDS
from forumapp.schemas.choices import ImportKind, ImportStatus, RowState
from forumapp.schemas.fields import Choice, Flag, Id, Instant, ListOf, Shape, Text, WholeNumber, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.api.auth import Call
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.importing.runs.files import ImportFile, Upload
    from forumapp.domain.importing.runs.kinds import Brought
    from forumapp.domain.people.imports.services import Line
    from forumapp.domain.people.spreadsheets.rows import RowFault

IMPORTS = "/editions/<slug:edition>/imports"
ONE = f"{IMPORTS}/<id:run_id>"
EDIT = Permission.EDIT_PEOPLE
FIRST_ROWS = 3

blueprint = ApiBlueprint(
    "Imports",
    __name__,
    description="People, organizations and registrations from tables; agendas from other programs' files. Everyone who "
    "speaks in an agenda is invited, unless the file says what they answered or is a program that was published.",
)


class NewImportSchema(Shape):
    kind = Choice(ImportKind, required=True)
    delegation = Text(
        longest=200,
        metadata={
            "description": "The delegation's code: of a roster, which those who look after the "
            "delegation may import; of registrations, for those who see everyone."
        },
    )
    filename = Text(required=True, shortest=1, longest=200)
    content = Text(
        required=True,
        shortest=1,
        longest=LARGEST * 4 // 3 + 4,
        pattern=r"^[A-Za-z0-9+/]+={0,2}$",
        metadata={"description": "The file, in base64.", "examples": ["TmFtZQpMaXUgQ2h1bgo="]},
    )
    sheet = Text(
        longest=LINE,
        metadata={
            "description": "Of a workbook, the sheet to read; the first that fits if it is left out. A hidden sheet is "
            "read only when it is named."
        },
    )
    heading_row = WholeNumber(
        least=1, allow_none=True, metadata={"description": "The row with the headings; looked for if it is left out."}
    )


class ImportTablePlaceSchema(Shape):
    sheet = Text(longest=LINE, metadata={"description": "Of a workbook; the first that fits if it is left out."})
    heading_row = WholeNumber(
        least=1, allow_none=True, metadata={"description": "The row with the headings; looked for if it is left out."}
    )


class ImportSettingsSchema(Shape):
    type = Text(longest=200, metadata={"description": "The code of the registration type of rows that name none."})
    delegation = Text(
        longest=200,
        metadata={
            "description": "The delegation's code: rows that name none belong to it, others name "
            "a part of it, and registered people in no delegation join it."
        },
    )
    types = ma.fields.Dict(
        keys=Text(longest=LINE),
        values=Text(longest=200),
        validate=ma.validate.Length(max=MOST_WORDS, error="too-few-or-many"),
        metadata={"description": "The file's names of types, and the code of the type for each."},
    )
    waitlist = ma.fields.Boolean(metadata={"description": "When full, new registrants join the waitlist."})
    unanswered = ma.fields.Boolean(
        metadata={"description": "Rows are taken that leave a required answer open; they are found by missing=answer."}
    )


class KeptSettingsSchema(ImportSettingsSchema):
    notify = ma.fields.Boolean(metadata={"description": "New registrants are mailed, as after a form."})


class ImportConfirmationSchema(Shape):
    notify = Flag(
        load_default=False,
        metadata={
            "description": "Of registrations: people who are confirmed, waitlisted or pending are mailed once, as "
            "if they had sent a form."
        },
    )


class ImportChangesSchema(Shape):
    mapping = ma.fields.Dict(
        keys=ma.fields.String(),
        values=Text(longest=200),
        metadata={"description": "By heading, what its column means; empty for what is left out."},
    )
    chosen = ListOf(
        WholeNumber(least=1),
        most=LONGEST,
        metadata={"description": "Numbers of rows that are added although they resemble someone."},
    )
    joined = ListOf(
        WholeNumber(least=1),
        most=LONGEST,
        metadata={
            "description": "Numbers of rows that match the record they resemble: that person is registered; "
            "in an import of people or organizations, empty fields of the record are filled in (`more`)."
        },
    )
    settings = ma.fields.Nested(ImportSettingsSchema, metadata={"description": "For a whole file of registrations."})
    cells = ma.fields.Dict(
        keys=Text(pattern=r"^[0-9]{1,7}$"),
        values=ma.fields.Dict(keys=Text(longest=PARAGRAPHS), values=Text(longest=PARAGRAPHS)),
        metadata={
            "description": "Corrected cells, by row number and heading; they replace all corrections made before. The "
            "file stays as it was sent. A full name is corrected as family name, comma, given name."
        },
    )


class ImportSchema(KeptSchema):
    kind = Choice(ImportKind, required=True)
    delegation_id = Id(allow_none=True, metadata={"description": "The delegation of a roster."})
    filename = ma.fields.String(required=True)
    read_as = ma.fields.String(metadata={"description": "The encoding, or xlsx; of an agenda its format."})
    sheet = ma.fields.String(metadata={"description": "The sheet that is read; empty for other files than workbooks."})
    heading_row = WholeNumber(
        allow_none=True, metadata={"description": "None where there is no table yet, because all sheets are hidden."}
    )
    mapping = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    unused_columns = ma.fields.List(
        ma.fields.String(), metadata={"description": "The headings of columns that are left out."}
    )
    chosen = ma.fields.List(ma.fields.Integer())
    joined = ma.fields.List(ma.fields.Integer())
    settings = ma.fields.Nested(KeptSettingsSchema)
    cells = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    )
    status = Choice(ImportStatus, required=True)
    done = WholeNumber(required=True)
    total = WholeNumber(required=True)
    added = WholeNumber(required=True)
    fault = ma.fields.String(
        allow_none=True,
        metadata={
            "description": "Why it failed. Of a cancelled import that nobody had confirmed: person-erased after a "
            "person of the edition was erased, data-deleted when the edition's time for such data was over."
        },
    )
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class ImportSheetSchema(ma.Schema):
    name = ma.fields.String()
    rows = WholeNumber(metadata={"description": "With anything in them."})
    is_hidden = ma.fields.Boolean()
    left_out = ma.fields.List(
        ma.fields.String(),
        metadata={"description": "Filled cells far from the list, which are not read, as XFD1048576."},
    )


class ImportFirstRowSchema(ma.Schema):
    number = WholeNumber()
    cells = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())


class ImportTableSchema(ma.Schema):
    sheet = ma.fields.String()
    heading_row = WholeNumber(allow_none=True)
    sheets = ma.fields.List(ma.fields.Nested(ImportSheetSchema))
    headings = ma.fields.List(ma.fields.String(), metadata={"description": "In the order of the file."})
    unused_columns = ma.fields.List(ma.fields.String())
    first_rows = ma.fields.List(
        ma.fields.Nested(ImportFirstRowSchema), metadata={"description": "The first rows below the headings."}
    )


class RowFaultSchema(ma.Schema):
    heading = ma.fields.String(
        metadata={"description": "The column; empty for the row as a whole. Of an agenda, a place of the file."}
    )
    code = ma.fields.String()
    column = ma.fields.String(metadata={"description": "The letter of the column in a spreadsheet; empty for the row."})
    sheet = ma.fields.String(metadata={"description": "The sheet, of a workbook with several; else empty."})
    cell = ma.fields.String(metadata={"description": "The corrected content of the cell."})
    among = ma.fields.List(
        ma.fields.String(),
        metadata={"description": "What the code is about: the parts of a split name, a note, who has the address."},
    )


class AlikeSchema(ma.Schema):
    id = Id(allow_none=True)
    row = WholeNumber(allow_none=True)
    name = ma.fields.String()
    reason = ma.fields.String()


class RowSchema(ma.Schema):
    number = WholeNumber(required=True)
    state = Choice(RowState, required=True)
    name = ma.fields.String()
    faults = ma.fields.List(ma.fields.Nested(RowFaultSchema))
    notices = ma.fields.List(ma.fields.Nested(RowFaultSchema))
    alike = ma.fields.Nested(AlikeSchema, allow_none=True)
    more = ma.fields.List(
        ma.fields.String(), metadata={"description": "Fields that the row adds to the record, such as biography.en."}
    )


class FileFindingSchema(ma.Schema):
    place = ma.fields.String(metadata={"description": "Where in the file; empty for the file as a whole."})
    code = ma.fields.String()
    among = ma.fields.List(ma.fields.String(), metadata={"description": "What the code is about, as the file has it."})
    sessions = WholeNumber(metadata={"description": "Of how many sessions; 0 for the file as a whole."})


class RowQuery(PageQuery):
    state = Choice(RowState)
    review = Word(
        ("yes", "no"),
        load_default="no",
        metadata={"description": "Only rows that would be taken and have notices to review."},
    )


@blueprint.lists(IMPORTS, ImportSchema, needs=EDIT)
def list_imports(call: Call, query: dict[str, Any], edition: str) -> Page[ImportRun]:
    """Imports, the latest first. Callers limited to delegations see the rosters of these."""
    edition_id = call.edition(edition).id
    return queries.runs_page(call.db, edition_id, actor=call.actor, number=query["page"], size=query["page_size"])


def read_sent_file(call: Call, values: dict[str, Any], edition: str) -> Upload:
    try:
        content = base64.b64decode(values["content"], validate=True)
    except binascii.Error as error:
        raise Invalid(fields={"content": "malformed"}) from error
    return services.read_upload(
        call.db,
        call.edition(edition).id,
        values["kind"],
        values["filename"],
        content,
        delegation=values.get("delegation", ""),
        place=_place(values),
        actor=call.actor,
    )


@blueprint.creates(IMPORTS, NewImportSchema, ImportSchema, ahead=read_sent_file, needs=EDIT)
def bring_import(call: Call, _values: dict[str, Any], upload: Upload, edition: str) -> ImportRun:
    """Send a table. Nothing is saved until it is confirmed.

    A roster is compared only with the members of its delegation. New people are registered and become members; they are
    confirmed if the delegation has a quota, and otherwise pending.
    """
    return services.bring(call.db, call.edition(edition).id, upload, actor=call.actor, now=call.now)


def _place(values: Mapping[str, Any]) -> TablePlace:
    return TablePlace(values.get("sheet", ""), values.get("heading_row"))


@blueprint.reads(ONE, ImportSchema, needs=EDIT)
def read_import(call: Call, edition: str, run_id: int) -> ImportRun:
    """One import with its progress, `done` of `total`."""
    return services.get_run(call.db, call.edition(edition).id, run_id, actor=call.actor)


@blueprint.reads(f"{ONE}/table", ImportTableSchema, needs=EDIT)
def read_import_table(call: Call, edition: str, run_id: int) -> dict[str, Any]:
    """Which sheets the file has, which columns are not used, and the first rows."""
    run = services.get_run(call.db, call.edition(edition).id, run_id, actor=call.actor)
    table = services.open_file(call.db, run).table
    rows = () if run.kind is ImportKind.AGENDA else table.rows[:FIRST_ROWS]
    return {
        "sheet": run.sheet,
        "heading_row": run.heading_row,
        "sheets": table.sheets,
        "headings": table.headings,
        "unused_columns": [heading for heading in table.headings if not run.mapping.get(heading)],
        "first_rows": rows,
    }


def read_chosen_table(call: Call, values: dict[str, Any], version: int, edition: str, run_id: int) -> Brought:
    edition_id = call.edition(edition).id
    return services.read_place(call.db, edition_id, run_id, _place(values), version=version, actor=call.actor)


@blueprint.acts(
    f"{ONE}/table",
    ImportSchema,
    tagged=True,
    body=ImportTablePlaceSchema,
    ahead=read_chosen_table,
    needs=EDIT,
)
def choose_import_table(
    call: Call, _values: dict[str, Any], version: int, table: Brought, *, edition: str, run_id: int
) -> ImportRun:
    """Read another sheet, or the headings from another row. Corrected cells and decisions on rows are cleared, because
    row numbers then mean other rows.
    """
    edition_id = call.edition(edition).id
    return services.choose_table(call.db, edition_id, run_id, table, version=version, actor=call.actor, now=call.now)


def open_draft(call: Call, _values: dict[str, Any], version: int, edition: str, run_id: int) -> ImportFile:
    edition_id = call.edition(edition).id
    return services.open_draft(call.db, edition_id, run_id, version=version, actor=call.actor)


@blueprint.changes(ONE, ImportChangesSchema, ImportSchema, ahead=open_draft, needs=EDIT)
def change_import(
    call: Call, changes: dict[str, Any], version: int, file: ImportFile, *, edition: str, run_id: int
) -> ImportRun:
    """Change the column mapping, corrected cells, decisions on rows that resemble a record, and the settings of the
    whole file.
    """
    edition_id = call.edition(edition).id
    run = services.get_run(call.db, edition_id, run_id, actor=call.actor)
    draft = {
        name: changes.get(name, getattr(run, name)) for name in ("mapping", "chosen", "joined", "settings", "cells")
    }
    return services.set_out(
        call.db, edition_id, run_id, **draft, file=file, version=version, actor=call.actor, now=call.now
    )


@blueprint.lists(f"{ONE}/rows", RowSchema, query=RowQuery, needs=EDIT)
def list_rows(call: Call, query: dict[str, Any], edition: str, run_id: int) -> Page[dict[str, Any]]:
    """The outcome of each row as of now. A row with faults is not imported until its cell is corrected; notices do not
    prevent it.
    """
    run = services.get_run(call.db, call.edition(edition).id, run_id, actor=call.actor)
    state = query.get("state")
    file = services.open_file(call.db, run)
    lines = services.plan(call.db, run, file, actor=call.actor)
    lines = [line for line in (to_review(lines) if query["review"] == "yes" else lines) if state in (None, line.state)]
    first = (query["page"] - 1) * query["page_size"]
    shown = lines[first : first + query["page_size"]]
    cells = {} if run.kind is ImportKind.AGENDA else {row.number: row.cells for row in file.table.rows}
    rows = [_row(line, file.table, cells.get(line.number, {})) for line in shown]
    return Page(rows, query["page"], query["page_size"], len(lines))


@blueprint.lists(f"{ONE}/findings", FileFindingSchema, query=PageQuery, needs=EDIT)
def list_import_findings(call: Call, query: dict[str, Any], edition: str, run_id: int) -> Page[dict[str, Any]]:
    """For an agenda, what is not imported unchanged: fields, tags and rooms that are left out, and time zones. Findings
    of the whole file come first, then those of sessions, each code once.
    """
    run = services.get_run(call.db, call.edition(edition).id, run_id, actor=call.actor)
    findings: list[dict[str, Any]] = []
    if run.kind is ImportKind.AGENDA and run.content is not None:
        plan = services.plan_of_agenda(call.db, run, services.open_file(call.db, run), actor=call.actor)
        findings = [
            {"place": finding.at, "code": finding.code, "among": [finding.said] if finding.said else [], "sessions": 0}
            for finding in plan.schedule.findings
        ]
        for fault, number in plan.notices:
            findings.append({"place": "", "code": fault.code, "among": list(fault.among), "sessions": number})
    first = (query["page"] - 1) * query["page_size"]
    return Page(findings[first : first + query["page_size"]], query["page"], query["page_size"], len(findings))


def _row(line: Line, table: Brought, cells: Mapping[str, str]) -> dict[str, Any]:
    headings = table.headings

    def named(fault: RowFault) -> dict[str, Any]:
        column = column_letter(headings.index(fault.heading)) if fault.heading in headings else ""
        place = {"heading": fault.heading, "code": fault.code, "column": column, "among": list(fault.among)}
        return {**place, "sheet": table.sheet_to_name, "cell": cells.get(fault.heading, "")}

    return {
        "number": line.number,
        "state": line.state,
        "name": line.name,
        "faults": [named(fault) for fault in line.faults],
        "notices": [named(notice) for notice in line.notices],
        "alike": line.alike,
        "more": list(line.more),
    }


def compare_rows(call: Call, values: dict[str, Any], version: int, edition: str, run_id: int) -> list[Line]:
    file = open_draft(call, values, version, edition, run_id)
    run = services.get_run(call.db, call.edition(edition).id, run_id, actor=call.actor)
    return services.plan(call.db, run, file, actor=call.actor)


@blueprint.acts(
    f"{ONE}/confirm", ImportSchema, tagged=True, body=ImportConfirmationSchema, ahead=compare_rows, needs=EDIT
)
def confirm_import(
    call: Call, values: dict[str, Any], version: int, lines: list[Line], *, edition: str, run_id: int
) -> ImportRun:
    """Have the rows taken that are new, chosen or joined."""
    edition_id = call.edition(edition).id
    options = {**values, "lines": lines, "version": version}
    return services.confirm(call.db, edition_id, run_id, **options, actor=call.actor, now=call.now)


@blueprint.acts(f"{ONE}/cancel", ImportSchema, tagged=True, needs=EDIT)
def cancel_import(call: Call, version: int, edition: str, run_id: int) -> ImportRun:
    """Stop after the current batch. Rows already added stay."""
    edition_id = call.edition(edition).id
    return services.cancel(call.db, edition_id, run_id, version=version, actor=call.actor, now=call.now)
