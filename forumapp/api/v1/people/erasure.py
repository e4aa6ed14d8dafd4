"""Erasing one person on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import after_this_request, current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.jobs.erasure import delete_purged_files
from forumapp.domain.retention.erasure.services import erase_person, preview_erasure
from forumapp.schemas.choices import ErasureArea, ErasureOutcome
from forumapp.schemas.fields import Choice, Flag, Id, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from forumapp.api.auth import Call
    from forumapp.domain.retention.erasure.areas import Line
    from forumapp.domain.retention.erasure.mentions import Mention
    from forumapp.domain.retention.erasure.services import Preview

PERSON = "/people/<id:person_id>"
MARK = r"^[0-9a-f]{32}$"

blueprint = ApiBlueprint("Erasure", __name__, description="Erasing one person's data on their request.")


class LineSchema(Shape):
    area = Choice(ErasureArea, required=True)
    outcome = Choice(ErasureOutcome, required=True)
    count = WholeNumber(required=True)


class MentionSchema(Shape):
    table = Text(required=True)
    row_id = Id(required=True)
    column = Text(required=True)
    excerpt = Text(required=True)


class ErasurePreviewSchema(Shape):
    person_id = Id(required=True)
    lines = ma.fields.List(Part(LineSchema), required=True)
    texts = ma.fields.List(
        Part(MentionSchema),
        metadata={"description": "Texts about others in which the name or contact details are masked."},
    )
    editions = ma.fields.List(
        ma.fields.String(), metadata={"description": "Editions that are not over, in which the person takes part."}
    )
    busy_editions = ma.fields.List(
        ma.fields.String(), metadata={"description": "Editions with an import or a print that is not finished."}
    )
    mark = Text(required=True, metadata={"description": "Sent back to confirm what was shown."})


class ErasureConfirmationSchema(Shape):
    mark = Text(pattern=MARK, longest=32, required=True)
    confirmed = Flag(required=True)


class ErasedSchema(Shape):
    person_id = Id(required=True)
    lines = ma.fields.List(Part(LineSchema), required=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview as it is answered."""

    person_id: int
    lines: Sequence[Line]
    texts: Sequence[Mention]
    editions: Sequence[str]
    busy_editions: Sequence[str]
    mark: str


@dataclass(frozen=True, slots=True)
class Erased:
    person_id: int
    lines: Sequence[Line]


@blueprint.reads(f"{PERSON}/erasure-preview", ErasurePreviewSchema, needs=Permission.MANAGE_ACCESS)
def preview_person_erasure(call: Call, person_id: int) -> Shown:
    """What erasing the person would do, by area. Changes nothing."""
    preview = preview_erasure(call.db, person_id, actor=call.actor, now=call.now)
    running, busy = ([edition.slug for edition in editions] for editions in (preview.running, preview.busy))
    return Shown(person_id, preview.lines, preview.texts, running, busy, preview.mark)


def prepare_erasure(call: Call, _values: dict[str, Any], person_id: int) -> Preview:
    return preview_erasure(call.db, person_id, actor=call.actor, now=call.now)


@blueprint.acts(
    f"{PERSON}/erase",
    ErasedSchema,
    body=ErasureConfirmationSchema,
    ahead=prepare_erasure,
    needs=Permission.MANAGE_ACCESS,
)
def erase_one_person(call: Call, values: dict[str, Any], preview: Preview, person_id: int) -> Erased:
    """Erase everything about the person for good, as the preview showed it. 412 if that has changed since, 409 while
    the person takes part in an edition that is not over, or an import or a print there is not finished.
    """
    mark, confirmed = values.get("mark", ""), values.get("confirmed", False)
    lines = erase_person(
        call.db, person_id, preview=preview, mark=mark, confirmed=confirmed, actor=call.actor, now=call.now
    )
    _delete_files()
    return Erased(person_id, lines)


def _delete_files() -> None:
    """After the commit, when the answer is made."""

    @after_this_request
    def delete(response: Response) -> Response:
        delete_purged_files(reading(), current_app.extensions["forumapp.storage"])
        current_app.extensions["forumapp.previews"].clear()
        return response
