"""What is different between versions of the agenda, and what the next one would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.core.numbers import LARGEST_ID
from forumapp.core.paging import Page, page_of
from forumapp.core.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.publishing import queries
from forumapp.domain.publishing.words import in_words
from forumapp.schemas.choices import ChangeKind
from forumapp.schemas.fields import Bilingual, Choice, Id, Part, Shape

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.agenda.differences import Change, Difference

VERSIONS = "/editions/<slug:edition>/agenda-versions"

blueprint = ApiBlueprint("Publishing", __name__, description="What versions of the agenda have different.")


class SinceQuery(PageQuery):
    since = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(0, LARGEST_ID, error="out-of-range"),
        metadata={"description": "The version it is compared with: the one before it, if none is named; 0 is nothing."},
    )


class AgendaChangeSchema(Shape):
    kind = Choice(ChangeKind, required=True)
    before = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "What stood there: a place, a person's part, an item or fields, as the kind says."},
    )
    after = ma.fields.Dict(keys=ma.fields.String(), required=True, allow_none=True)
    words = Bilingual(needed=True, metadata={"description": "The same as a sentence."})


class ChangedSessionSchema(Shape):
    session_id = Id(required=True)
    code = ma.fields.String(required=True)
    title = Bilingual()
    changes = ma.fields.List(Part(AgendaChangeSchema), required=True)


@blueprint.lists(f"{VERSIONS}/<number:number>/changes", ChangedSessionSchema, query=SinceQuery, public=True)
def list_agenda_changes(call: Call, query: dict[str, Any], edition: str, number: int) -> Page[dict[str, Any]]:
    """What reads differently in a version than in an earlier one: all of it for its organizers, for everyone else what
    they may read.
    """
    of = call.visible_edition(edition).id
    compared = queries.version_compared(call.db, of, number, query["since"])
    found = compared.differences if call.organizes(of) else compared.public_differences
    return _page(found, query)


@blueprint.lists(
    "/editions/<slug:edition>/agenda-changes", ChangedSessionSchema, query=PageQuery, needs=Permission.SEE_AGENDA
)
def list_unpublished_changes(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """What the next version would change, were the agenda published as it stands."""
    return _page(queries.working_compared(call.db, call.edition(edition).id).differences, query)


def _page(found: list[Difference], query: dict[str, Any]) -> Page[dict[str, Any]]:
    page = page_of(found, number=query["page"], size=query["page_size"])
    return page.of([_shown(one) for one in page.items])


def _shown(one: Difference) -> dict[str, Any]:
    changes = [_change(change) for change in one.changes]
    return {"session_id": one.id, "code": one.code, "title": one.title, "changes": changes}


def _change(change: Change) -> dict[str, Any]:
    words = {language: in_words(change, language) for language in LANGUAGES}
    return {"kind": change.kind, "before": change.before, "after": change.after, "words": words}
