"""The run of show: cues of the sessions, and the sheets that are issued with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, With
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.run_of_show import cues
from forumapp.schemas.choices import Department
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Id, Instant, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.agenda.models import Cue, CueSheet
    from forumapp.domain.audit.models import Removal

CUES = "/editions/<slug:edition>/cues"
CUE = f"{CUES}/<id:cue_id>"
SHEETS = "/editions/<slug:edition>/cue-sheets"
A_DAY = 24 * 60

blueprint = ApiBlueprint("Run of show", __name__, description="Cues, and the runs of show that are issued with them.")


class NewCueSchema(Shape):
    session_id = Id(required=True)
    item_id = Id(allow_none=True, metadata={"description": "Null: its moment counts from the session's beginning."})
    offset_minutes = WholeNumber(
        least=-A_DAY,
        most=A_DAY,
        metadata={"description": "Minutes after the session or item begins; less than 0: before."},
    )
    minutes = WholeNumber(least=1, most=A_DAY, allow_none=True)
    department = Choice(Department, required=True)
    text = Bilingual(needed=True)
    owner = Text(metadata={"description": "Who acts."})


class CueSchema(KeptSchema, NewCueSchema):
    pass


class NewSheetSchema(Shape):
    note = Bilingual(longest=PARAGRAPHS, load_default=dict)


class SheetLineSchema(Shape):
    number = WholeNumber(required=True)
    note = Bilingual(longest=PARAGRAPHS)
    issued_at = Instant()
    sha256 = ma.fields.String()


class SheetSchema(SheetLineSchema):
    content = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={"description": "The run of show as it was issued: the agenda's number, and the lines of each day."},
    )


@blueprint.lists(CUES, CueSchema, needs=Permission.SEE_AGENDA)
def list_cues(call: Call, query: dict[str, Any], edition: str) -> Page[Cue]:
    """The cues of all sessions."""
    edition_id = call.edition(edition).id
    return cues.cues_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(CUES, NewCueSchema, CueSchema, needs=Permission.EDIT_AGENDA)
def add_cue(call: Call, values: dict[str, Any], edition: str) -> Cue:
    """Add a cue to a session, or to one of its items."""
    return cues.add_cue(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(CUE, CueSchema, needs=Permission.SEE_AGENDA)
def read_cue(call: Call, edition: str, cue_id: int) -> Cue:
    """One cue."""
    return cues.get_cue(call.db, call.edition(edition).id, cue_id)


@blueprint.changes(CUE, NewCueSchema, CueSchema, needs=Permission.EDIT_AGENDA)
def change_cue(call: Call, changes: dict[str, Any], version: int, edition: str, cue_id: int) -> Cue:
    """Change a cue."""
    edition_id = call.edition(edition).id
    return cues.update_cue(call.db, edition_id, cue_id, changes, version=version, actor=call.actor, now=call.now)


@blueprint.removes(CUE, RemovalSchema, needs=Permission.EDIT_AGENDA)
def remove_cue(call: Call, version: int, edition: str, cue_id: int) -> Removal:
    """Remove a cue. Issued versions keep it."""
    edition_id = call.edition(edition).id
    return cues.remove_cue(call.db, edition_id, cue_id, version=version, actor=call.actor, now=call.now)


@blueprint.lists(SHEETS, SheetLineSchema, needs=Permission.SEE_AGENDA)
def list_cue_sheets(call: Call, query: dict[str, Any], edition: str) -> Page[CueSheet]:
    """The runs of show that were issued, the latest first."""
    edition_id = call.edition(edition).id
    return cues.sheets_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(SHEETS, NewSheetSchema, SheetLineSchema, located_by="number", needs=Permission.EDIT_AGENDA)
def issue_cue_sheet(call: Call, values: dict[str, Any], edition: str) -> CueSheet:
    """Issue the run of show as it follows from the published agenda and the cues. Refused while none is published."""
    return cues.issue_cue_sheet(call.db, call.edition(edition).id, **values, actor=call.actor, now=call.now)


@blueprint.reads(f"{SHEETS}/<number:number>", SheetSchema, needs=Permission.SEE_AGENDA)
def read_cue_sheet(call: Call, edition: str, number: int) -> With:
    """One run of show, line by line."""
    row = cues.get_sheet(call.db, call.edition(edition).id, number)
    return With(row, content=cues.issued_sheet(row))
