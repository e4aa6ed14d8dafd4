"""A new edition from an earlier one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.settings.forums import EDITION, EditionSchema
from forumapp.api.v1.shapes import Slug
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.cloning.parts import OPTIONAL, parts_coming, parts_left
from forumapp.domain.cloning.services import clone_edition
from forumapp.schemas.fields import Bilingual, Day, Flag, ListOf, Shape, WholeNumber, Word, Zone

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.forums.models import Edition

blueprint = ApiBlueprint("Cloning", __name__, description="A new edition from an earlier one, without anyone's data.")


class NewCloneSchema(Shape):
    """What is left out is copied, with the new year in name and address and the same number of days."""

    ordinal = WholeNumber(required=True, least=1)
    starts_on = Day(required=True)
    ends_on = Day()
    year = WholeNumber(least=1900, most=2999)
    slug = Slug()
    name = Bilingual()
    theme = Bilingual()
    place = Bilingual()
    zone = Zone()
    without = ListOf(
        Word(sorted(OPTIONAL)), most=len(OPTIONAL), metadata={"description": "What is to stay behind as well."}
    )


class PartSchema(Shape):
    key = ma.fields.String(required=True)
    count = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null where the caller does not see all of it."}
    )


class ComingSchema(PartSchema):
    optional = Flag(required=True)


class PlanSchema(Shape):
    comes = ma.fields.List(ma.fields.Nested(ComingSchema), required=True)
    stays = ma.fields.List(ma.fields.Nested(PartSchema), required=True)


@blueprint.reads(f"{EDITION}/clone-plan", PlanSchema, needs=Permission.CREATE_EDITIONS)
def read_clone_plan(call: Call, edition: str) -> dict[str, Any]:
    """What a new edition made from this one would include, and what not."""
    edition_id = call.edition(edition).id
    coming, left = parts_coming(call.db, edition_id), parts_left(call.db, call.access(edition_id))
    return {"comes": list(map(asdict, coming)), "stays": list(map(asdict, left))}


@blueprint.creates(
    f"{EDITION}/clones",
    NewCloneSchema,
    EditionSchema,
    located_by="/editions/{slug}",
    needs=Permission.CREATE_EDITIONS,
)
def clone(call: Call, values: dict[str, Any], edition: str) -> Edition:
    """Create a new edition of the same series with this one's setup. It is a draft owned by the caller."""
    edition_id, without = call.edition(edition).id, values.pop("without", [])
    return clone_edition(call.db, edition_id, values, without=without, actor=call.actor, now=call.now)
