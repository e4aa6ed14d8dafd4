"""Overrides: people let in although the rules refused them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.api.v1.onsite.checkin import ScannedSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.scanning import override
from forumapp.domain.checkin.scanning.judgement import Read
from forumapp.domain.checkin.setup.stations import station_of_organizer
from forumapp.schemas.choices import ScanResult
from forumapp.schemas.fields import Choice, Id, Instant, Shape, Text
from forumapp.schemas.scans import NONCE

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.checkin.scanning.judgement import Scanned

CHECK_IN = Permission.CHECK_IN
FORCED = "/editions/<slug:edition>/forced-passes"

blueprint = ApiBlueprint(
    "Forced passes", __name__, description="People let in although the rules refused them, and who authorized it."
)


class AuthorizedSchema(Shape):
    authorized_by = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The account that authorizes it, which must decide on registrations there."},
    )
    authorized_name = Text(
        load_default="",
        longest=override.LONGEST_NAME,
        metadata={"description": "Or who authorizes it without an account."},
    )
    reason = Text(required=True, shortest=1, longest=override.LONGEST_REASON)


class NewForcedPassSchema(AuthorizedSchema):
    code = Text(required=True, shortest=1, longest=200, metadata={"description": "The scanned or typed code."})
    nonce = Text(required=True, pattern=NONCE, metadata={"description": "What this scan is called, as of any scan."})
    checkpoint_id = Id(required=True)
    rehearsal_id = Id(metadata={"description": "As of any scan."})


class ForcedPassSchema(Shape):
    id = Id(required=True)
    scan_id = Id()
    checkpoint_id = Id()
    registration_id = Id()
    refused = Choice(ScanResult, metadata={"description": "The result by the rules."})
    authorized_by = Id(allow_none=True)
    authorized_name = Text(allow_none=True, metadata={"description": "Of who has no account; empty once erased."})
    reason = Text()
    counts_at = Instant()
    account_id = Id(metadata={"description": "Who let them in."})


@blueprint.lists(FORCED, ForcedPassSchema, query=PageQuery, needs=CHECK_IN)
def list_forced_passes(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Forced passes, the latest first."""
    edition_id = call.whole_edition(edition).id
    page = override.forced_page(call.db, edition_id, number=query["page"], size=query["page_size"])
    own = ("id", "scan_id", "refused", "authorized_by", "authorized_name", "reason")
    of_scan = ("checkpoint_id", "registration_id", "counts_at", "account_id")
    return page.of(
        [
            {name: getattr(row, name) for name in own} | {name: getattr(scan, name) for name in of_scan}
            for row, scan in page.items
        ]
    )


@blueprint.creates(FORCED, NewForcedPassSchema, ScannedSchema, located_by=None, needs=CHECK_IN)
def let_somebody_pass(call: Call, values: dict[str, Any], edition: str) -> Scanned:
    """Scan a code and let its holder pass despite the rules, unless they are inside already. Not at a coach,
    and by no device.
    """
    edition_id = call.whole_edition(edition).id
    station = station_of_organizer(call.db, edition_id, values.pop("checkpoint_id"), actor=call.actor, now=call.now)
    by = override.Authorizer(values.pop("authorized_by"), values.pop("authorized_name"))
    read = Read(values["code"], values["nonce"], rehearsal_id=values.get("rehearsal_id"))
    return override.let_pass(call.db, station, read, by, reason=values["reason"], actor=call.actor, now=call.now)
