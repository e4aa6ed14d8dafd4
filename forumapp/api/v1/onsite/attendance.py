"""Attendance, the closing of check-in, and conflicts of offline scans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery, SearchQuery
from forumapp.api.v1.onsite.checkin import ByWordSchema
from forumapp.api.v1.registrations.bulk_actions import BulkChangeSchema, describe_run
from forumapp.api.v1.shapes import NameSchema
from forumapp.core.values.paging import page_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.attendance import closure, report
from forumapp.domain.checkin.offline import reconciliation
from forumapp.schemas.choices import CheckpointKind, RegistrationStatus, ReviewState, ScanConflictKind, ScanResult
from forumapp.schemas.fields import LINE, Bilingual, Choice, Flag, Id, Instant, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.checkin.attendance.closure import Closing
    from forumapp.domain.checkin.attendance.report import Attendee, Turnout
    from forumapp.domain.checkin.offline.reconciliation import ScanConflict

SEE, EDIT = Permission.CHECK_IN, Permission.EDIT_REGISTRATIONS
EDITION = "/editions/<slug:edition>"
ATTENDEES = f"{EDITION}/checkpoints/<id:checkpoint_id>/attendance"
CONFLICTS = f"{EDITION}/scan-conflicts"
CONFLICT = f"{CONFLICTS}/<id:scan_id>"

blueprint = ApiBlueprint(
    "Attendance", __name__, description="Attendance, the closing of check-in, and conflicts of offline scans."
)


class TurnoutSchema(Shape):
    """A checkpoint with how many persons came to it; `expected` are those who signed up for its session,
    `missing` who of them did not come.
    """

    checkpoint_id = Id()
    name = Bilingual()
    kind = Choice(CheckpointKind)
    session_id = Id(allow_none=True)
    session = Bilingual(allow_none=True)
    came = WholeNumber()
    expected = WholeNumber(allow_none=True)
    missing = WholeNumber(allow_none=True)


class AttendeeSchema(Shape):
    registration_id = Id()
    name = Part(NameSchema)
    type_name = Bilingual()
    delegation = Bilingual(allow_none=True)
    status = Choice(RegistrationStatus)
    first_at = Instant()
    minutes = WholeNumber(allow_none=True, metadata={"description": "Inside, where people go in and out."})
    has_place = Flag(metadata={"description": "False for people who came without a confirmed spot."})
    by_word = Part(
        ByWordSchema, allow_none=True, metadata={"description": "The override, where the rules had refused them."}
    )


class ClosingSchema(Shape):
    """How many would be recorded as attended and as no-shows, how many already are, and what prevents it:
    `nobody-scanned`, `not-over` or `rehearsal`.
    """

    to_attend = WholeNumber()
    to_miss = WholeNumber()
    attended = WholeNumber()
    missed = WholeNumber()
    others = WholeNumber(metadata={"description": "People who came without a spot. They are not recorded as attended."})
    why_not = Text(allow_none=True)
    run_id = Id(allow_none=True, metadata={"description": "The bulk change that closes it now."})


class ReviewedSchema(Shape):
    note = Text()
    reviewed_by = Id(allow_none=True)
    created_at = Instant()


class ScanConflictSchema(Shape):
    """`twice`: two stations let in the same badge, each on its own; `first_at` and `first_by` tell of the other scan.
    `not-valid`: a station let in somebody who was not valid there. `replaced`: the person had been substituted by the
    time the scan arrived; the code was good. `taken-back`: the desk had undone the person's check-in by then; this scan
    lets them in again.
    """

    scan_id = Id(attribute="scan.id")
    kind = Choice(ScanConflictKind)
    checkpoint_id = Id(attribute="scan.checkpoint_id")
    registration_id = Id(attribute="scan.registration_id")
    name = Part(NameSchema, allow_none=True)
    by = Text()
    told = Choice(ScanResult, attribute="scan.told", allow_none=True)
    result = Choice(ScanResult, attribute="scan.result")
    counts_at = Instant(attribute="scan.counts_at")
    received_at = Instant(attribute="scan.received_at")
    skew = WholeNumber(attribute="scan.skew", metadata={"description": "Seconds that the device's clock was ahead."})
    first_at = Instant(allow_none=True)
    first_by = Text(allow_none=True)
    review = Part(ReviewedSchema, allow_none=True)


class ConflictsQuery(PageQuery):
    state = Choice(ReviewState, load_default=ReviewState.OPEN)


class NoteSchema(Shape):
    note = Text(longest=LINE, load_default="", metadata={"description": "The result of the review."})


@blueprint.lists(f"{EDITION}/attendance", TurnoutSchema, needs=SEE)
def list_attendance(call: Call, query: dict[str, Any], edition: str) -> Page[Turnout]:
    """The attendance of each checkpoint, except coaches."""
    rows = report.turnout(call.db, call.whole_edition(edition).id, actor=call.actor)
    return page_of(rows, number=query["page"], size=query["page_size"])


@blueprint.lists(f"{EDITION}/checkpoints/<id:checkpoint_id>/attendance", AttendeeSchema, query=SearchQuery, needs=SEE)
def list_attendees(call: Call, query: dict[str, Any], edition: str, checkpoint_id: int) -> Page[Attendee]:
    """The people who came to a checkpoint, in order of arrival."""
    edition_id = call.whole_edition(edition).id
    asked: dict[str, Any] = {"search": query["q"], "number": query["page"], "size": query["page_size"]}
    return report.attendees_page(call.db, edition_id, checkpoint_id, **asked, actor=call.actor)


@blueprint.reads(f"{EDITION}/checkin-closing", ClosingSchema, needs=EDIT)
def read_checkin_closing(call: Call, edition: str) -> Closing:
    """Preview what closing check-in would do now."""
    return closure.closing(call.db, call.whole_edition(edition).id, actor=call.actor, now=call.now)


@blueprint.acts(f"{EDITION}/close-checkin", BulkChangeSchema, needs=EDIT)
def close_checkin(call: Call, edition: str) -> dict[str, Any]:
    """Record everyone who came as attended, and everyone else with a spot as a no-show. A worker does it; it
    can be done again when late scans came in, and undone as a bulk change.
    """
    edition_id = call.whole_edition(edition).id
    run = closure.close(call.db, edition_id, actor=call.actor, now=call.now)
    return describe_run(call, edition_id, run.id)


@blueprint.lists(CONFLICTS, ScanConflictSchema, query=ConflictsQuery, needs=SEE)
def list_scan_conflicts(call: Call, query: dict[str, Any], edition: str) -> Page[ScanConflict]:
    """Conflicts of offline scans to review, or reviewed, the latest first."""
    edition_id = call.whole_edition(edition).id
    asked: dict[str, Any] = {"number": query["page"], "size": query["page_size"]}
    return reconciliation.conflicts_page(call.db, edition_id, state=query["state"], **asked, actor=call.actor)


@blueprint.acts(f"{CONFLICT}/review", ScanConflictSchema, body=NoteSchema, needs=SEE)
def review_scan_conflict(call: Call, values: dict[str, Any], edition: str, scan_id: int) -> ScanConflict:
    """Mark it as reviewed. A second review changes nothing."""
    edition_id = call.whole_edition(edition).id
    return reconciliation.review(call.db, edition_id, scan_id, values.get("note", ""), actor=call.actor, now=call.now)


@blueprint.acts(f"{CONFLICT}/again", ScanConflictSchema, needs=SEE)
def reopen_scan_conflict(call: Call, edition: str, scan_id: int) -> ScanConflict:
    """Reopen it for review."""
    return reconciliation.reopen(call.db, call.whole_edition(edition).id, scan_id, actor=call.actor, now=call.now)
