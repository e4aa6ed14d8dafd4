"""Conflicts: people with overlapping commitments, or too little time between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, NameSchema, RemovalSchema, SpanSchema, With
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.conflicts import overrides
from forumapp.domain.delegations.conflicts.queries import clashes_page, get_override, overrides_page
from forumapp.schemas.choices import ClashKind, ClashState, PartyKind
from forumapp.schemas.fields import Bilingual, Choice, Code, Id, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.conflicts.queries import ClashLine
    from forumapp.domain.delegations.models.conflicts import ClashOverride
    from forumapp.domain.delegations.rules.commitments import Party

CLASHES = "/editions/<slug:edition>/clashes"
OVERRIDES = "/editions/<slug:edition>/clash-overrides"
OVERRIDE = f"{OVERRIDES}/<id:override_id>"

blueprint = ApiBlueprint(
    "Clashes", __name__, description="People with overlapping commitments, or too little time between them."
)


class ClashQuery(SearchQuery):
    delegation = Code(metadata={"description": "The code of a delegation: its people, and those of its parts."})
    kind = Choice(ClashKind)
    state = Choice(ClashState)


class ClashPartySchema(Shape):
    kind = Choice(PartyKind, required=True)
    id = Id(required=True)


class NewClashOverrideSchema(Shape):
    person_id = Id(required=True)
    one = Part(ClashPartySchema, required=True)
    other = Part(ClashPartySchema, required=True)
    minutes = WholeNumber(
        required=True,
        least=1,
        metadata={"description": "The lacking minutes that the caller saw. With more, the clash is open again."},
    )
    reason = Text(required=True, shortest=1)


class ClashOverrideSchema(KeptSchema, NewClashOverrideSchema):
    decided_by = Id(allow_none=True, metadata={"description": "An account; null is the house."})


class ClashSideSchema(ClashPartySchema):
    title = Bilingual()
    span = Part(SpanSchema, required=True)


class ClashSchema(Shape):
    person_id = Id(required=True)
    name = Part(NameSchema)
    kind = Choice(ClashKind, required=True)
    minutes = WholeNumber(required=True, metadata={"description": "How many are lacking between the two."})
    one = Part(ClashSideSchema, required=True)
    other = Part(ClashSideSchema, required=True, metadata={"description": "The later one."})
    state = Choice(ClashState, required=True)
    override_id = Id(
        allow_none=True,
        metadata={"description": "The override, as long as no more minutes are lacking."},
    )


@blueprint.lists(CLASHES, ClashSchema, query=ClashQuery, needs=Permission.SEE_ITINERARIES)
def list_clashes(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """People with overlapping commitments, or too few minutes between them, in order of time."""
    edition_id = call.edition(edition).id
    page = clashes_page(
        call.db,
        edition_id,
        within=call.within(edition_id),
        delegation=query.get("delegation", ""),
        search=query["q"],
        kind=query.get("kind"),
        state=query.get("state"),
        number=query["page"],
        size=query["page_size"],
    )
    return page.of([serialize_clash(item) for item in page.items])


def serialize_clash(line: ClashLine) -> With:
    return With(line, override_id=_allowed_by(line))


@blueprint.lists(OVERRIDES, ClashOverrideSchema, needs=Permission.SEE_ITINERARIES)
def list_clash_overrides(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Allowed clashes with their reasons, including resolved ones."""
    edition_id = call.edition(edition).id
    page = overrides_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )
    return page.of([_serialize(item) for item in page.items])


@blueprint.creates(OVERRIDES, NewClashOverrideSchema, ClashOverrideSchema, needs=Permission.EDIT_DELEGATIONS)
def override_clash(call: Call, values: dict[str, Any], edition: str) -> With:
    """Allow a clash, for a reason, again if it was allowed before. Refused if there is no clash, or if more minutes are
    lacking than the caller saw. The minutes lacking now are stored.
    """
    one, other = (cast("Party", (values[end]["kind"], values[end]["id"])) for end in ("one", "other"))
    row = overrides.override_clash(
        call.db,
        call.edition(edition).id,
        values["person_id"],
        (one, other),
        minutes=values["minutes"],
        reason=values["reason"],
        actor=call.actor,
        now=call.now,
    )
    return _serialize(row)


@blueprint.reads(OVERRIDE, ClashOverrideSchema, needs=Permission.SEE_ITINERARIES)
def read_clash_override(call: Call, edition: str, override_id: int) -> With:
    """One clash that was allowed."""
    edition_id = call.edition(edition).id
    return _serialize(get_override(call.db, edition_id, override_id, within=call.within(edition_id)))


@blueprint.removes(OVERRIDE, RemovalSchema, needs=Permission.EDIT_DELEGATIONS)
def remove_clash_override(call: Call, version: int, edition: str, override_id: int) -> Removal:
    """Withdraw an override. If the clash still exists, it is open again."""
    edition_id = call.edition(edition).id
    return overrides.remove_clash_override(
        call.db, edition_id, override_id, version=version, actor=call.actor, now=call.now
    )


def _allowed_by(line: ClashLine) -> int | None:
    return line.override.id if line.override and line.state is ClashState.ALLOWED else None


def _serialize(row: ClashOverride) -> With:
    one, other = {"kind": row.one_kind, "id": row.one_id}, {"kind": row.other_kind, "id": row.other_id}
    return With(row, one=one, other=other)
