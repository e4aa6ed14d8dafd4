"""Allotments: spots reserved for a host, a sponsor or a delegation, who name people later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, Slug, With
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists.queries import get_type
from forumapp.domain.registration.personal_links.allotment_holder import link_of
from forumapp.domain.registration.types import allotments
from forumapp.schemas.fields import Bilingual, Id, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.core.values.paging import Page
    from forumapp.domain.registration.models import PlaceBlock

NEEDS = Permission.DECIDE_REGISTRATIONS
BLOCKS = "/editions/<slug:edition>/place-blocks"
BLOCK = f"{BLOCKS}/<id:block_id>"

blueprint = ApiBlueprint("Blocks of places", __name__, description="Places that are set aside, with names later.")


class BlockChangesSchema(Shape):
    name = Bilingual(needed=True)
    quota = WholeNumber(
        least=0, required=True, metadata={"description": "How many places; they count in the type's own at once."}
    )
    organization_id = Id(allow_none=True)
    delegation_id = Id(allow_none=True)


class NewBlockSchema(BlockChangesSchema):
    type = Slug(required=True, metadata={"description": "The registration type's code; it stays."})


class BlockSchema(KeptSchema, NewBlockSchema):
    taken = WholeNumber(metadata={"description": "How many of them have a name."})


class BlockLinkSchema(Shape):
    url = ma.fields.String(required=True)


@blueprint.lists(BLOCKS, BlockSchema, query=SearchQuery, needs=NEEDS)
def list_place_blocks(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Blocks of places, found by their names."""
    edition_id = call.edition(edition).id
    page = allotments.blocks_page(call.db, edition_id, search=query["q"], number=query["page"], size=query["page_size"])
    return page.of([_serialize(row) for row in page.items])


@blueprint.creates(BLOCKS, NewBlockSchema, BlockSchema, needs=NEEDS)
def create_place_block(call: Call, values: dict[str, Any], edition: str) -> With:
    """Set places aside. Refused where the type or the forum has not so many left."""
    edition_id = call.edition(edition).id
    values["type_id"] = get_type(call.db, edition_id, values.pop("type")).id
    return _serialize(allotments.create_block(call.db, edition_id, values, actor=call.actor, now=call.now))


@blueprint.reads(BLOCK, BlockSchema, needs=NEEDS)
def read_place_block(call: Call, edition: str, block_id: int) -> With:
    """One block."""
    return _serialize(allotments.get_block(call.db, call.edition(edition).id, block_id))


@blueprint.changes(BLOCK, BlockChangesSchema, BlockSchema, needs=NEEDS)
def change_place_block(call: Call, changes: dict[str, Any], version: int, edition: str, block_id: int) -> With:
    """Change an allotment. Released spots go to the waitlist."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _serialize(allotments.update_block(call.db, edition_id, block_id, changes, **by))


@blueprint.reads(f"{BLOCK}/link", BlockLinkSchema, needs=NEEDS)
def read_place_block_link(call: Call, edition: str, block_id: int) -> dict[str, Any]:
    """A newly signed link with which its holder names people."""
    edition_row = call.edition(edition)
    row = allotments.get_block(call.db, edition_row.id, block_id)
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return {"url": links.address(link_of(row, edition_row), config.base_url, now=call.now)}


@blueprint.acts(f"{BLOCK}/release", BlockSchema, tagged=True, needs=NEEDS)
def release_place_block(call: Call, version: int, edition: str, block_id: int) -> With:
    """Give back the places that have no name."""
    edition_id = call.edition(edition).id
    return _serialize(
        allotments.release_block(call.db, edition_id, block_id, version=version, actor=call.actor, now=call.now)
    )


@blueprint.acts(f"{BLOCK}/end-links", BlockSchema, tagged=True, needs=NEEDS)
def end_place_block_links(call: Call, version: int, edition: str, block_id: int) -> With:
    """Make every link of its holder that is out invalid."""
    edition_id = call.edition(edition).id
    return _serialize(
        allotments.end_block_links(call.db, edition_id, block_id, version=version, actor=call.actor, now=call.now)
    )


def _serialize(row: PlaceBlock) -> With:
    return With(row, type=row.type.code)
