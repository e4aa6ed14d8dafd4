"""Findings of an edition: each has a code, a severity and the parties it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.findings.severity_settings import set_severities, severities_of
from forumapp.domain.printing.checks.edition_checks import edition_findings
from forumapp.schemas.choices import FindingCode, Severity
from forumapp.schemas.fields import Choice, Id, Part, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.values.paging import Page
    from forumapp.domain.agenda.severities import Severities
    from forumapp.domain.printing.checks.edition_checks import Found

SEVERITIES = "/editions/<slug:edition>/finding-severities"

blueprint = ApiBlueprint("Findings", __name__, description="Problems to fix before printing.")


class PartySchema(Shape):
    kind = ma.fields.String(required=True)
    id = ma.fields.Integer(required=True)


class FindingSchema(Shape):
    code = ma.fields.String(required=True, metadata={"examples": ["room-clash"]})
    blocking = ma.fields.Boolean(required=True, metadata={"description": "It must be fixed before printing."})
    severity = Choice(
        Severity,
        required=True,
        metadata={"description": "For findings of the agenda, the edition's settings decide what blocks."},
    )
    subject = ma.fields.String(
        required=True, metadata={"description": "The person or thing it concerns, as people read it."}
    )
    parties = ma.fields.List(Part(PartySchema), required=True)
    details = ma.fields.Dict(keys=ma.fields.String())


class PaperFindingSchema(FindingSchema):
    """A finding of a paper, as in a preflight, a print job and a refusal."""

    name = ma.fields.String(
        metadata={"description": "The same as `subject`; of a part of a session, without the session."}
    )
    registration_id = Id(
        allow_none=True, metadata={"description": "The registration of the badge or card, where it has one."}
    )
    about = ma.fields.List(
        ma.fields.Raw(),
        allow_none=True,
        metadata={"description": "Where else to fix it: a kind, and its id or code."},
    )


class OfFindingsSchema(Shape.from_dict({code.value: Choice(Severity) for code in FindingCode}, name="OfFindings")):  # type: ignore[misc]  # made at run time
    """By the code of a finding."""


class NewSeveritiesSchema(Shape):
    severities = Part(
        OfFindingsSchema,
        required=True,
        metadata={"description": "A code that is left out has its default. Conflicts of a person are never ignored."},
    )


class SeveritiesSchema(NewSeveritiesSchema):
    version = WholeNumber(required=True, metadata={"description": "A digest of all of them, as in the entity tag."})


@blueprint.lists("/editions/<slug:edition>/findings", FindingSchema, needs=Permission.SEE_AGENDA)
def list_findings(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Problems to fix before printing, blocking ones first. `forumapp check` and the preflight of each paper also check
    the cards and the papers of delegations.
    """
    config: Config = current_app.extensions["forumapp.config"]
    edition_row = call.edition(edition)
    allowed = call.access(edition_row.id)
    limits = {
        "within": allowed.within(Permission.SEE_REGISTRATIONS),
        "within_days": allowed.within(Permission.SEE_ITINERARIES),
        "within_proofs": allowed.within(Permission.SEE_PROOFS),
    }
    orders = allowed.within(Permission.SEE_PRECEDENCE) is None
    how: dict[str, Any] = {**limits, "orders": orders, "now": call.now}
    how["workshop"] = current_app.extensions["forumapp.lookers"]
    findings = edition_findings(call.db, edition_row, config.data_dir / "fonts", **how)
    return page_from(findings, query, serialize_finding)


def serialize_finding(finding: Found) -> dict[str, Any]:
    return {
        "code": finding.code,
        "blocking": finding.blocking,
        "severity": finding.severity,
        "subject": finding.subject,
        "parties": [{"kind": kind, "id": party_id} for kind, party_id in finding.parties],
        "details": finding.details,
    }


@blueprint.reads(SEVERITIES, SeveritiesSchema, needs=Permission.SEE_AGENDA)
def read_finding_severities(call: Call, edition: str) -> dict[str, Any]:
    """How pressing each finding of the agenda is: whether it blocks publishing, warns, or is ignored."""
    return _serialize(severities_of(call.db, call.edition(edition).id))


@blueprint.replaces(SEVERITIES, NewSeveritiesSchema, SeveritiesSchema, needs=Permission.PUBLISH_AGENDA)
def set_finding_severities(call: Call, values: dict[str, Any], version: int, edition: str) -> dict[str, Any]:
    """Say how pressing the findings of the agenda are."""
    edition_id = call.edition(edition).id
    return _serialize(
        set_severities(call.db, edition_id, values["severities"], version=version, actor=call.actor, now=call.now)
    )


def _serialize(severities: Severities) -> dict[str, Any]:
    return {"version": severities.version, "severities": dict(severities.of)}
