"""Lists of precedence: for organizers alone, in order, and without a number for anyone's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, Slug, With
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people import queries
from forumapp.domain.people.precedence import lists, reordering
from forumapp.schemas.choices import PrecedencePurpose
from forumapp.schemas.fields import Bilingual, Choice, Id, Instant, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.people.models import PrecedenceEntry, PrecedenceList

LISTS = "/editions/<slug:edition>/precedence-lists"
LIST = f"{LISTS}/<slug:scope>"

blueprint = ApiBlueprint("Precedence", __name__, description="Orders of precedence that people set and approve.")


class ListNameSchema(Shape):
    scope = Slug(required=True, metadata={"description": "Its code; the list `program` orders the program."})
    name = Bilingual(load_default=dict)
    purpose = Choice(PrecedencePurpose)
    session_id = Id(allow_none=True, metadata={"description": "The session that it orders; null for the edition."})


class NewListSchema(ListNameSchema):
    copy_of = Slug(metadata={"description": "The scope of another list to copy people and order from."})


class ListFieldsSchema(ListNameSchema):
    approved_by = Text(
        shortest=1,
        allow_none=True,
        metadata={"description": "Who approved the order, which counts only then; null takes the approval back."},
    )


class PrecedenceListSchema(KeptSchema, ListFieldsSchema):
    version = WholeNumber(
        required=True,
        metadata={"description": "Raised by whatever moves someone; 0 to those limited to delegations."},
    )
    approved_at = Instant(allow_none=True)
    was_approved_by = Text(
        allow_none=True, metadata={"description": "Who had approved the order before it was changed since."}
    )
    was_approved_at = Instant(allow_none=True)


class EntryFieldsSchema(Shape):
    person_id = Id(required=True)
    capacity = Bilingual(load_default=dict)
    reason = Text(load_default="")


class NewEntrySchema(EntryFieldsSchema):
    """Before or after another entry, named by its id, or last."""

    before = Id(allow_none=True, load_default=None)
    after = Id(allow_none=True, load_default=None)


class EntryPlaceSchema(NewEntrySchema):
    before = Id(allow_none=True, metadata={"description": "The entry to be moved before; null is the last place."})
    after = Id(allow_none=True, metadata={"description": "The entry to be moved after; null is the last place."})
    reason = Text(load_default="", metadata={"description": "Why the person stands there; a move needs one."})


class EntrySchema(KeptSchema, EntryFieldsSchema):
    pass


@blueprint.lists(LISTS, PrecedenceListSchema, needs=Permission.SEE_PRECEDENCE)
def list_precedence_lists(call: Call, query: dict[str, Any], edition: str) -> Page[PrecedenceList | With]:
    """The orders of precedence of an edition, by purpose."""
    edition_id = call.edition(edition).id
    page = queries.precedence_lists_page(call.db, edition_id, number=query["page"], size=query["page_size"])
    return page.of([_serialize(call, row) for row in page.items])


@blueprint.creates(LISTS, NewListSchema, PrecedenceListSchema, located_by="scope", needs=Permission.EDIT_PRECEDENCE)
def create_precedence_list(call: Call, values: dict[str, Any], edition: str) -> PrecedenceList:
    """Begin an order for a purpose. It counts on paper once someone has approved it."""
    edition_id = call.edition(edition).id
    by: Any = {"actor": call.actor, "now": call.now}
    copied = values.pop("copy_of", None)
    row = lists.create_precedence_list(call.db, edition_id, **values, **by)
    if copied is not None:
        try:
            source = queries.get_precedence_list(call.db, edition_id, copied)
        except NotFound as error:
            raise Invalid(fields={"copy_of": "unknown"}) from error
        reordering.copy_entries(call.db, source, row, **by)
    return row


@blueprint.reads(LIST, PrecedenceListSchema, needs=Permission.SEE_PRECEDENCE)
def read_precedence_list(call: Call, edition: str, scope: str) -> PrecedenceList | With:
    """One order of precedence, without its entries."""
    return _serialize(call, _list(call, edition, scope))


@blueprint.changes(LIST, ListFieldsSchema, PrecedenceListSchema, without=("scope",), needs=Permission.EDIT_PRECEDENCE)
def change_precedence_list(
    call: Call, changes: dict[str, Any], version: int, edition: str, scope: str
) -> PrecedenceList:
    """Change an order's name, approve it, or take the approval back. Whatever moves someone ends the approval."""
    row = _list(call, edition, scope)
    by: Any = {"actor": call.actor, "now": call.now}
    who = changes.pop("approved_by", row.approved_by)
    if changes:
        row = lists.update_precedence_list(call.db, row, changes, version=version, **by)
        version = row.version
    return lists.approve_precedence_list(call.db, row, who, version=version, **by)


@blueprint.lists(f"{LIST}/entries", EntrySchema, needs=Permission.SEE_PRECEDENCE)
def list_precedence_entries(call: Call, query: dict[str, Any], edition: str, scope: str) -> Page[PrecedenceEntry]:
    """Who stands in the list, in order."""
    row = _list(call, edition, scope)
    within = call.within(row.edition_id)
    return queries.precedence_entries_page(call.db, row, within=within, number=query["page"], size=query["page_size"])


@blueprint.creates(f"{LIST}/entries", NewEntrySchema, EntrySchema, needs=Permission.EDIT_PRECEDENCE)
def add_precedence_entry(call: Call, values: dict[str, Any], edition: str, scope: str) -> PrecedenceEntry:
    """Put a person into the list: before or after another entry, or last."""
    row = _list(call, edition, scope)
    return lists.add_precedence_entry(call.db, row, **values, actor=call.actor, now=call.now)


@blueprint.reads(f"{LIST}/entries/<id:entry_id>", EntrySchema, needs=Permission.SEE_PRECEDENCE)
def read_precedence_entry(call: Call, edition: str, scope: str, entry_id: int) -> PrecedenceEntry:
    """One person's entry."""
    row = _list(call, edition, scope)
    return queries.get_precedence_entry(call.db, row, entry_id, within=call.within(row.edition_id))


@blueprint.changes(
    f"{LIST}/entries/<id:entry_id>",
    EntryPlaceSchema,
    EntrySchema,
    without=("person_id",),
    needs=Permission.EDIT_PRECEDENCE,
)
def change_precedence_entry(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, scope: str, entry_id: int
) -> PrecedenceEntry:
    """Move a person before or after another entry, saying why, or change what the entry says."""
    row = queries.get_precedence_entry(call.db, _list(call, edition, scope), entry_id)
    by: Any = {"actor": call.actor, "now": call.now}
    where = {name: changes.pop(name) for name in ("before", "after") if name in changes}
    if where:
        why = changes.pop("reason", "")
        row = lists.move_precedence_entry(call.db, row.edition_id, row.id, **where, reason=why, version=version, **by)
        version = row.version
    return lists.update_precedence_entry(call.db, row.edition_id, row.id, changes, version=version, **by)


@blueprint.removes(f"{LIST}/entries/<id:entry_id>", RemovalSchema, needs=Permission.EDIT_PRECEDENCE)
def remove_precedence_entry(call: Call, version: int, edition: str, scope: str, entry_id: int) -> Removal:
    """Take a person out of the list."""
    entry = queries.get_precedence_entry(call.db, _list(call, edition, scope), entry_id)
    return lists.remove_precedence_entry(
        call.db, entry.edition_id, entry.id, version=version, actor=call.actor, now=call.now
    )


def _list(call: Call, edition: str, scope: str) -> PrecedenceList:
    return queries.get_precedence_list(call.db, call.edition(edition).id, scope)


def _serialize(call: Call, row: PrecedenceList) -> PrecedenceList | With:
    """Hide the version from callers limited to their own people: it counts the changes of everyone."""
    return row if call.within(row.edition_id) is None else With(row, version=0)
