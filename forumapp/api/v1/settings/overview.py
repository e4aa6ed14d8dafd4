"""What needs somebody now in an edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.core.values.attention import Section, Severity
from forumapp.domain.accounts.access import contact_scope_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.overview import queries
from forumapp.domain.overview.rules import STEPS
from forumapp.schemas.fields import Choice, Part, Shape, WholeNumber, Word

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.overview.queries import Overview

blueprint = ApiBlueprint("Overview", __name__, description="What is missing, waiting, clashing, stale or due.")


class NeedSchema(Shape):
    section = Choice(Section, required=True)
    code = ma.fields.String(required=True, metadata={"examples": ["request-waiting"]})
    count = WholeNumber(required=True)
    severity = Choice(Severity, required=True)
    where = ma.fields.String(
        allow_none=True,
        metadata={"description": "Where it is about a single record, that record's id or code; of tasks, their role."},
    )


class StepSchema(Shape):
    code = Word(STEPS, required=True)
    done = ma.fields.Boolean(required=True)


class OverviewSchema(Shape):
    days_from_forum = WholeNumber(
        required=True,
        metadata={"description": "Negative before the first day, 0 during the forum, positive after the last day."},
    )
    needs = ma.fields.List(Part(NeedSchema), required=True)
    steps = ma.fields.List(
        Part(StepSchema), required=True, metadata={"description": "The first steps; none once all are done."}
    )


@blueprint.reads("/editions/<slug:edition>/overview", OverviewSchema, needs=Permission.SEE_EDITION)
def read_overview(call: Call, edition: str) -> Overview:
    """What needs somebody now, of all that the caller's account may both see and change."""
    edition_row = call.edition(edition)
    own = replace(call.access(edition_row.id), scopes=None)  # what the account may, also for a token that only reads
    return queries.overview(
        call.db, edition_row, own, contact_scope=contact_scope_of(call.db, actor=call.actor), now=call.now
    )
