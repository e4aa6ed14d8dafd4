"""When data goes that an edition must not keep, and reports of what has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.retention import queries, services
from forumapp.schemas.choices import RetentionKind
from forumapp.schemas.fields import Choice, Day, Id, Instant, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.retention.models import PurgeReport
    from forumapp.domain.retention.rules import Rule

RULES = "/editions/<slug:edition>/retention-rules"
RULE = f"{RULES}/<slug:kind>"

blueprint = ApiBlueprint("Retention", __name__, description="Data that an edition keeps no longer than it needs.")


class DaySchema(Shape):
    purge_on = Day(required=True)


class RuleSchema(DaySchema):
    kind = Choice(RetentionKind, required=True)
    version = WholeNumber(required=True, metadata={"description": "0 while nobody has set a day."})


class ReportSchema(Shape):
    id = Id(required=True)
    kind = Choice(RetentionKind, required=True)
    purged_at = Instant()
    counts = ma.fields.Dict(
        keys=ma.fields.String(), values=WholeNumber(), metadata={"description": "How many of what, by table."}
    )
    total = WholeNumber(required=True)


@blueprint.lists(RULES, RuleSchema, needs=Permission.SEE_EDITION)
def list_retention_rules(call: Call, query: dict[str, Any], edition: str) -> Page[Rule]:
    """When each kind of data goes."""
    return page_from(queries.rules_of(call.db, call.edition(edition).id), query)


@blueprint.reads(RULE, RuleSchema, needs=Permission.SEE_EDITION)
def read_retention_rule(call: Call, edition: str, kind: str) -> Rule:
    """When one kind of data goes."""
    return queries.get_rule(call.db, call.edition(edition).id, kind)


@blueprint.changes(RULE, DaySchema, RuleSchema, needs=Permission.EDIT_EDITION)
def change_retention_rule(call: Call, changes: dict[str, Any], version: int, edition: str, kind: str) -> Rule:
    """Set the day from which on the data is gone."""
    edition_id = call.edition(edition).id
    rule = queries.get_rule(call.db, edition_id, kind)
    day = changes.get("purge_on", rule.purge_on)
    return services.set_rule(call.db, edition_id, rule.kind, day, version=version, actor=call.actor, now=call.now)


@blueprint.lists("/editions/<slug:edition>/purge-reports", ReportSchema, needs=Permission.SEE_REGISTRATIONS)
def list_purge_reports(call: Call, query: dict[str, Any], edition: str) -> Page[PurgeReport]:
    """What has gone of the whole edition, the latest first."""
    edition_id = call.whole_edition(edition).id
    return queries.reports_page(call.db, edition_id, number=query["page"], size=query["page_size"])
