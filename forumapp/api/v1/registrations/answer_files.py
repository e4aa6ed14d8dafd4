"""Files that answer questions. One is brought first, and its key is then the answer."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import REGISTRATION, TYPES
from forumapp.api.v1.shapes import Slug
from forumapp.core.errors import Invalid
from forumapp.core.serving.rate_limits import FORMS
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.forums.queries import find_edition
from forumapp.domain.registration.errors import RegistrationClosed
from forumapp.domain.registration.forms.questions import for_public, read_questions
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.uploads.file_checks import LARGEST, TAKEN
from forumapp.domain.registration.uploads.services import get_file, keep_file
from forumapp.schemas.choices import EditionStatus
from forumapp.schemas.fields import LINE, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.registration.forms.questions import Question

blueprint = ApiBlueprint("Files", __name__, description="Files that answer questions of a registration form.")


class Content(Text):
    def __init__(self, **options: Any) -> None:
        metadata = {"description": "The file, in base64.", "examples": ["JVBERi0xLjcK"]}
        super().__init__(
            shortest=1, longest=(LARGEST + 2) // 3 * 4, pattern=r"^[A-Za-z0-9+/]+={0,2}$", metadata=metadata, **options
        )


class NewFileSchema(Shape):
    question = Slug(required=True, metadata={"description": "The code of the question that it answers."})
    name = Text(required=True, shortest=1, longest=LINE)
    content = Content(required=True)


class KeySchema(Shape):
    key = Text(required=True, metadata={"description": "The answer to the question. It is good for a day, and once."})


class FileSchema(Shape):
    name = Text(required=True)
    media_type = Text(required=True)
    size = WholeNumber(metadata={"description": "In bytes."})
    content = Content()


@blueprint.creates(f"{TYPES}/<slug:code>/files", NewFileSchema, KeySchema, located_by=None, public=True, limit=FORMS)
def bring_file(call: Call, values: dict[str, Any], edition: str, code: str) -> dict[str, str]:
    """Upload a PDF, a picture, or a Word or Excel file before registering. Its type is detected from its content."""
    found = find_edition(call.db, edition)
    trusted = found is not None and call.access(found.id).reach(Permission.DECIDE_REGISTRATIONS) is Reach.ALL
    edition_row = found if found is not None and trusted else call.visible_edition(edition)
    row = queries.get_type(call.db, edition_row.id, code)
    if not trusted and not (row.is_open and edition_row.status == EditionStatus.OPEN):
        raise RegistrationClosed
    question = _asking(row.questions if trusted else for_public(row.questions), values["question"])
    try:
        content = base64.b64decode(values["content"], validate=True)
    except binascii.Error as error:
        raise Invalid(fields={"content": "malformed"}) from error
    return {"key": keep_file(call.db, edition_row.id, question, values["name"], content, now=call.now)}


def _asking(stored: list[dict[str, Any]], code: str) -> Question:
    asked = next(
        (question for question in read_questions(stored) if question.code == code and question.kind in TAKEN), None
    )
    if asked is None:
        raise Invalid(fields={"question": "unknown"})
    return asked


@blueprint.reads(f"{REGISTRATION}/files/<slug:question>", FileSchema, needs=Permission.SEE_ANSWERS)
def read_answer_file(call: Call, edition: str, registration_id: int, question: str) -> dict[str, Any]:
    """The file with which someone answered a question."""
    edition_id = call.edition(edition).id
    within = call.access(edition_id).within(Permission.SEE_ANSWERS)
    row = queries.get_registration(call.db, edition_id, registration_id, within=within)
    file = get_file(call.db, row, question)
    content = base64.b64encode(file.content).decode()
    return {"name": file.name, "media_type": file.media_type, "size": file.size, "content": content}
