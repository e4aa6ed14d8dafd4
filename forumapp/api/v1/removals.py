"""Removals of an edition, and their restoration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import RemovalSchema
from forumapp.domain.accounts.editing import removals
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.proofs.restoring import restore

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.accounts.editing.removals import RemovalLine
    from forumapp.domain.audit.models import Removal

REMOVALS = "/editions/<slug:edition>/removals"
REMOVAL = f"{REMOVALS}/<id:removal_id>"

blueprint = ApiBlueprint("Removals", __name__, description="What was removed, for as long as it can be brought back.")


@blueprint.lists(REMOVALS, RemovalSchema, query=SearchQuery, needs=Permission.SEE_EDITION)
def list_removals(call: Call, query: dict[str, Any], edition: str) -> Page[RemovalLine]:
    """Removals that the caller may restore, the latest first."""
    access = call.access(call.edition(edition).id)
    return removals.removals_page(call.db, access, search=query["q"], number=query["page"], size=query["page_size"])


@blueprint.reads(REMOVAL, RemovalSchema, needs=Permission.SEE_EDITION)
def read_removal(call: Call, edition: str, removal_id: int) -> Removal:
    """One removal, for those who may undo it."""
    return removals.get_removal(call.db, call.edition(edition).id, removal_id, actor=call.actor)


@blueprint.acts(f"{REMOVAL}/restore", RemovalSchema, needs=Permission.SEE_EDITION)
def restore_removal(call: Call, edition: str, removal_id: int) -> Removal:
    """Restore a removed record, for those who may remove it. The record may get another id."""
    return restore(call.db, call.edition(edition).id, removal_id, actor=call.actor, now=call.now)
