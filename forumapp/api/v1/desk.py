"""What the registration desk does for somebody, without their code being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.checkin import ScannedSchema
from forumapp.api.v1.registration import REGISTRATION
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin import checking_in, undoing
from forumapp.schemas.choices import Direction
from forumapp.schemas.fields import Choice, Id, Shape, Text
from forumapp.schemas.scans import NONCE

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.checkin.scanning import Scanned

CHECK_IN = Permission.CHECK_IN

blueprint = ApiBlueprint(
    "Registration desk", __name__, description="People checked in, and badges printed, one by one."
)


class UndoneSchema(Shape):
    checkpoint_id = Id(required=True)
    nonce = Text(required=True, pattern=NONCE, metadata={"description": "What this is called, as a scan is."})


class CheckInSchema(UndoneSchema):
    direction = Choice(Direction)


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
