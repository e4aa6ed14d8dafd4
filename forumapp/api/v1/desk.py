"""What the registration desk does for somebody, without their code being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.checkin import ScannedSchema
from forumapp.api.v1.printing import JobSchema
from forumapp.api.v1.registration import REGISTRATION
from forumapp.api.v1.shapes import Slug
from forumapp.core.text import LINE
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin import checking_in, on_the_spot, undoing
from forumapp.domain.printing.rules import LONGEST_ANYWAY, LONGEST_DEVICE
from forumapp.schemas.choices import Direction, Reprint
from forumapp.schemas.fields import Bilingual, Choice, Id, Part, Shape, Text, WholeNumber
from forumapp.schemas.scans import NONCE

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.checkin.scanning import Scanned
    from forumapp.domain.printing.models import PrintJob

CHECK_IN = Permission.CHECK_IN

blueprint = ApiBlueprint(
    "Registration desk", __name__, description="People checked in, and badges printed, one by one."
)


class UndoneSchema(Shape):
    checkpoint_id = Id(required=True)
    nonce = Text(required=True, pattern=NONCE, metadata={"description": "What this is called, as a scan is."})
    rehearsal_id = Id(
        metadata={"description": "Of which rehearsal whoever asks was told. Once it is over nothing is kept."}
    )


class CheckInSchema(UndoneSchema):
    direction = Choice(Direction)


class WordedSchema(Shape):
    latin_name = Text(longest=LINE, metadata={"description": "As it is printed, such as LIU Chun."})
    native_name = Text(longest=LINE)
    title = Bilingual()
    organization = Bilingual()


class NewBadgeSchema(Shape):
    stock = Slug(metadata={"description": "One of the stocks that stand ready, or of the edition's own."})
    printer = Slug(metadata={"description": "One of the edition's printers."})
    first_label = WholeNumber(least=1, metadata={"description": "The first free label of a sheet already begun."})
    anyway = Text(
        longest=LONGEST_ANYWAY,
        metadata={"description": "Why it is printed in spite of findings that block, in words. It stands in the log."},
    )
    device = Text(longest=LONGEST_DEVICE, load_default="", metadata={"description": "The printer or station."})
    reason = Choice(Reprint, metadata={"description": "Required where one was printed before."})
    words = Part(
        WordedSchema,
        load_default=dict,
        metadata={"description": "What stands on this one piece instead, and in the log of pieces."},
    )


@blueprint.creates(f"{REGISTRATION}/badges", NewBadgeSchema, JobSchema, located_by=None, needs=Permission.PRINT)
def print_somebodys_badge(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> PrintJob:
    """Make one badge at once, for whoever waits for it: the print job answered is done, and has its file. What is to be
    mended first is told with the code `findings`.
    """
    of, extensions = call.edition(edition), current_app.extensions
    edited, device, reason = values.pop("words"), values.pop("device"), values.pop("reason", None)
    by: dict[str, Any] = {"reason": reason, "actor": call.actor, "now": call.now}
    shop: Any = {
        "workshop": extensions["forumapp.workshop"],
        "folder": extensions["forumapp.config"].data_dir / "fonts",
    }
    made = on_the_spot.make_badge(call.db, of, registration_id, values, edited, **shop, **by)
    storage = extensions["forumapp.storage"]
    return on_the_spot.keep_badge(call.db, of.id, made, device=device, storage=storage, **by)


@blueprint.creates(f"{REGISTRATION}/check-ins", CheckInSchema, ScannedSchema, located_by=None, needs=CHECK_IN)
def check_somebody_in(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> Scanned:
    """Check somebody in as if their code had been read at that checkpoint; at a badge hand-out, they have their badge
    then. Of one's own delegation, for those limited to some.
    """
    of = call.edition(edition).id
    return checking_in.check_in(call.db, of, registration_id, **values, actor=call.actor, now=call.now)


@blueprint.creates(f"{REGISTRATION}/check-ins/undo", UndoneSchema, ScannedSchema, located_by=None, needs=CHECK_IN)
def undo_somebodys_check_in(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> Scanned:
    """Take back that somebody is in at that checkpoint. The scan that let them in stays, and this is one more."""
    of = call.edition(edition).id
    return undoing.undo_check_in(call.db, of, registration_id, **values, actor=call.actor, now=call.now)
