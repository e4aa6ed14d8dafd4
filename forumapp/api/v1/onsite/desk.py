"""Actions of the registration desk that need no scanned code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.onsite.checkin import ScannedSchema
from forumapp.api.v1.onsite.walk_ins import WalkInSchema, read_walk_in
from forumapp.api.v1.printing.jobs import InSpiteSchema, JobSchema
from forumapp.api.v1.registrations.registration import REGISTRATION, WholeRegistrationSchema, whole_registration
from forumapp.api.v1.registrations.substitution import NewSubstituteSchema
from forumapp.api.v1.shapes import Slug
from forumapp.core.values.text import LINE
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.desk import check_in, undo, walk_ins
from forumapp.domain.checkin.rehearsal import badge_on_demand
from forumapp.domain.printing.rules import LONGEST_DEVICE
from forumapp.domain.registration.rules import MOST_PLUS_ONES
from forumapp.schemas.choices import Direction, Reprint, Source
from forumapp.schemas.fields import Bilingual, Choice, Id, ListOf, Part, Shape, Text, WholeNumber
from forumapp.schemas.registration import applicant_of
from forumapp.schemas.scans import NONCE, WAY

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.api.v1.shapes import With
    from forumapp.domain.checkin.rehearsal.badge_on_demand import MadeBadge
    from forumapp.domain.checkin.scanning.judgement import Scanned
    from forumapp.domain.printing.models import PrintJob

CHECK_IN = Permission.CHECK_IN

blueprint = ApiBlueprint(
    "Registration desk",
    __name__,
    description="Check-in and badges for people at the desk; walk-ins, transfers, and people who come together.",
)


class UndoneSchema(Shape):
    checkpoint_id = Id(required=True)
    nonce = Text(
        required=True, pattern=NONCE, metadata={"description": "Identifies the action, as a scan's nonce does."}
    )
    rehearsal_id = Id(
        metadata={
            "description": "The rehearsal that the caller knows to be running. Once it is over nothing is stored."
        }
    )


class CheckInSchema(UndoneSchema):
    direction = Choice(Direction, metadata={"description": WAY})


class TogetherSchema(UndoneSchema):
    people = ListOf(
        Id(),
        required=True,
        most=MOST_PLUS_ONES + 1,
        metadata={"description": "The registrations of those who are there, of one principal and their plus-ones."},
    )


class CameTogetherSchema(Shape):
    scans = ListOf(Part(ScannedSchema), most=MOST_PLUS_ONES + 1)


class WalkInAtDeskSchema(WalkInSchema):
    checkpoint_id = Id(required=True, metadata={"description": "Where they are in from then on."})
    nonce = Text(required=True, pattern=NONCE, metadata={"description": "Identifies the scan."})


class WalkedInSchema(Shape):
    registration = Part(WholeRegistrationSchema)
    scan = Part(ScannedSchema)


class WordedSchema(Shape):
    latin_name = Text(longest=LINE, metadata={"description": "As it is printed, such as LIU Chun."})
    native_name = Text(longest=LINE)
    title = Bilingual()
    organization = Bilingual()


class NewBadgeSchema(InSpiteSchema):
    stock = Slug(metadata={"description": "One of the built-in stocks, or of the edition's own."})
    printer = Slug(metadata={"description": "One of the edition's printers."})
    first_label = WholeNumber(least=1, metadata={"description": "The first free label of a sheet already begun."})
    device = Text(longest=LONGEST_DEVICE, load_default="", metadata={"description": "The printer or station."})
    reason = Choice(Reprint, metadata={"description": "Required where one was printed before."})
    words = Part(
        WordedSchema,
        load_default=dict,
        metadata={"description": "Texts for this one badge, which are also logged."},
    )


NOT_OPTIONS = ("words", "device", "reason")


def draw_somebodys_badge(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> MadeBadge:
    extensions = current_app.extensions
    options = {name: value for name, value in values.items() if name not in NOT_OPTIONS}
    shop: Any = {
        "workshop": extensions["forumapp.workshop"],
        "folder": extensions["forumapp.config"].data_dir / "fonts",
    }
    by: dict[str, Any] = {"reason": values.get("reason"), "actor": call.actor, "now": call.now}
    return badge_on_demand.make_badge(
        call.db, call.edition(edition), registration_id, options, values["words"], **shop, **by
    )


@blueprint.creates(
    f"{REGISTRATION}/badges",
    NewBadgeSchema,
    JobSchema,
    located_by=None,
    ahead=draw_somebodys_badge,
    needs=Permission.PRINT,
)
def print_somebodys_badge(
    call: Call,
    values: dict[str, Any],
    made: MadeBadge,
    edition: str,
    registration_id: int,  # noqa: ARG001 (of the address: what is made knows it)
) -> PrintJob:
    """Make one badge at once: the returned print job is done and has its file. Blocking findings are refused with the
    code `findings` and their mark.
    """
    storage = current_app.extensions["forumapp.storage"]
    by: dict[str, Any] = {"reason": values.get("reason"), "actor": call.actor, "now": call.now}
    return badge_on_demand.keep_badge(
        call.db, call.edition(edition).id, made, device=values["device"], storage=storage, **by
    )


@blueprint.creates(f"{REGISTRATION}/check-ins", CheckInSchema, ScannedSchema, located_by=None, needs=CHECK_IN)
def check_somebody_in(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> Scanned:
    """Check a person in as if their code had been scanned at that checkpoint; at a badge hand-out, record that they
    have their badge. Callers limited to delegations may do it for those.
    """
    edition_id = call.edition(edition).id
    return check_in.check_in(call.db, edition_id, registration_id, **values, actor=call.actor, now=call.now)


@blueprint.creates(f"{REGISTRATION}/check-ins/undo", UndoneSchema, ScannedSchema, located_by=None, needs=CHECK_IN)
def undo_somebodys_check_in(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> Scanned:
    """Undo a check-in at that checkpoint. The original scan stays, and another one records the undo."""
    edition_id = call.edition(edition).id
    return undo.undo_check_in(call.db, edition_id, registration_id, **values, actor=call.actor, now=call.now)


@blueprint.creates(
    f"{REGISTRATION}/check-ins/together", TogetherSchema, CameTogetherSchema, located_by=None, needs=CHECK_IN
)
def check_in_those_who_come_together(
    call: Call, values: dict[str, Any], edition: str, registration_id: int
) -> dict[str, Any]:
    """Check in a principal and plus-ones who are present, each by a scan of their own; or hand them their badges, at a
    badge hand-out. The registration may be any of theirs. All succeed, or none is stored.
    """
    edition_id, ids = call.edition(edition).id, values.pop("people")
    made = walk_ins.check_in_together(
        call.db, edition_id, registration_id, ids, **values, actor=call.actor, now=call.now
    )
    return {"scans": list(made.values())}


@blueprint.creates(
    "/editions/<slug:edition>/desk-walk-ins",
    WalkInAtDeskSchema,
    WalkedInSchema,
    located_by=None,
    needs=Permission.DECIDE_REGISTRATIONS,
)
def let_walk_in_in_at_desk(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Register a walk-in and check them in at that checkpoint: both, or neither. Refused in a rehearsal, since the
    registration would remain; `result` in the `details` is the result that the scan would have had.
    """
    edition_row = call.edition(edition)
    where = {name: values.pop(name) for name in ("checkpoint_id", "nonce")}
    type_id, person, options = read_walk_in(call, edition_row, values)
    by: Any = {"actor": call.actor, "now": call.now}
    row, scanned = walk_ins.walk_in_at_desk(call.db, edition_row.id, type_id, person, **options, **where, **by)
    return {"registration": whole_registration(call, edition_row.id, row.id), "scan": scanned}


@blueprint.acts(
    f"{REGISTRATION}/desk-substitute",
    WholeRegistrationSchema,
    tagged=True,
    body=NewSubstituteSchema,
    needs=Permission.DECIDE_REGISTRATIONS,
)
def substitute_at_desk_by(call: Call, values: dict[str, Any], version: int, edition: str, registration_id: int) -> With:
    """Transfer a registration to another person at the desk; answers theirs. The old code stops working at once.
    In a rehearsal it is refused, since it would stay.
    """
    edition_id, reason, language = call.edition(edition).id, values.pop("reason"), values.pop("language")
    options: Any = {"source": Source.API, "language": language, "reason": reason, "version": version}
    options["takes_over"] = values.pop("takes_over")
    by: Any = {"actor": call.actor, "now": call.now}
    new = walk_ins.substitute_at_desk(call.db, edition_id, registration_id, applicant_of(values), **options, **by)
    return whole_registration(call, edition_id, new.id)


@blueprint.acts(
    f"{REGISTRATION}/give-back", WholeRegistrationSchema, tagged=True, needs=Permission.DECIDE_REGISTRATIONS
)
def give_place_back_by(call: Call, version: int, edition: str, registration_id: int) -> With:
    """Undo the transfer of a registration to this person; answers that of the first person, whose code is valid again.
    Refused with `have-come` once the new person has come, boarded or has their badge: that is undone first.
    """
    edition_id = call.edition(edition).id
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    first = walk_ins.give_place_back_at_desk(call.db, edition_id, registration_id, **by)
    return whole_registration(call, edition_id, first.id)
