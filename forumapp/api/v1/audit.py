"""The audit log, read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import Number, SearchQuery
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.log.queries import Wanted, log_page
from forumapp.schemas.choices import Via
from forumapp.schemas.fields import Choice, Day, Id, Instant, Shape, Text

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.log.queries import LogLine

EVENTS = "/editions/<slug:edition>/audit-events"

blueprint = ApiBlueprint("Log", __name__, description="Every change: who, when, through what, and from what to what.")


class EventQuery(SearchQuery):
    entity = Text(shortest=1, metadata={"description": "The kind of record, such as `session`."})
    entity_id = Number(None, LARGEST_ID)
    actor = Number(None, LARGEST_ID, metadata={"description": "The id of the account that acted."})
    via = Choice(Via)
    since = Day()
    until = Day()


class EventSchema(Shape):
    id = Id(required=True)
    at = Instant()
    actor = Id(attribute="actor_id", allow_none=True, metadata={"description": "null is a stranger, or the system."})
    actor_name = ma.fields.String(attribute="by", allow_none=True)
    via = Choice(Via, required=True)
    token = Id(attribute="token_id", allow_none=True)
    action = ma.fields.String(required=True)
    entity = ma.fields.String(required=True)
    entity_id = Id(required=True)
    reason = ma.fields.String(allow_none=True)
    changes = ma.fields.Method("serialize_changes", metadata={"type": "array", "items": {"type": "object"}})

    def serialize_changes(self, line: LogLine) -> list[dict[str, Any]]:
        return [{"field": name, "before": before, "after": after} for name, before, after in line.changes]


@blueprint.lists(EVENTS, EventSchema, query=EventQuery, needs=Permission.SEE_LOG)
def list_audit_events(call: Call, query: dict[str, Any], edition: str) -> Page[LogLine]:
    """What happened in an edition, the latest first.

    `since` and `until` are days in the edition's zone, both inclusive. Of private values the log only records that they
    changed.
    """
    edition_row = call.edition(edition)
    named = {name: query.get(name) for name in ("entity", "entity_id", "via", "since", "until")}
    wanted = Wanted(**named, actor_id=query.get("actor"), words=tuple(query["q"].split()))
    paging = {"number": query["page"], "size": query["page_size"]}
    return log_page(
        call.db,
        edition_row.id,
        wanted,
        zone=edition_row.zone,
        contact_scope=call.contact_scope(),
        within=call.within(edition_row.id),
        **paging,
    )
