"""Media accreditation: outlet and role, and that an identity document was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import REGISTRATION, WholeRegistrationSchema, whole_registration
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lifecycle import accreditation
from forumapp.domain.registration.rules import Media
from forumapp.schemas.choices import MediaRole
from forumapp.schemas.fields import Bilingual, Choice, Shape, Text

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.api.v1.shapes import With

blueprint = ApiBlueprint("Media accreditation", __name__, description="Outlet, role, and the check of an ID.")


class NewAccreditationSchema(Shape):
    """What is left out is not known."""

    outlet = Bilingual(load_default=dict)
    role = Choice(MediaRole, load_default=None, allow_none=True)
    role_other = Text(load_default="", metadata={"description": "Which role, if it is another one."})


class TakeBackSchema(Shape):
    reason = Text(load_default="", metadata={"description": "Why, for the log; it is needed."})


@blueprint.acts(
    f"{REGISTRATION}/accredit",
    WholeRegistrationSchema,
    tagged=True,
    body=NewAccreditationSchema,
    needs=Permission.EDIT_REGISTRATIONS,
)
def accredit_registration(call: Call, values: dict[str, Any], version: int, edition: str, registration_id: int) -> With:
    """Say for which outlet someone comes, and in which role."""
    edition_id = call.edition(edition).id
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    media = Media(values["outlet"], values["role"], values["role_other"])
    accreditation.change_accreditation(call.db, edition_id, registration_id, media, **by)
    return whole_registration(call, edition_id, registration_id)


@blueprint.acts(f"{REGISTRATION}/see-id", WholeRegistrationSchema, tagged=True, needs=Permission.CHECK_IN)
def note_registration_id_seen(call: Call, version: int, edition: str, registration_id: int) -> With:
    """Say in one's own name that one has seen an identity document of theirs."""
    edition_id = call.edition(edition).id
    accreditation.note_id_seen(call.db, edition_id, registration_id, version=version, actor=call.actor, now=call.now)
    return whole_registration(call, edition_id, registration_id)


@blueprint.acts(
    f"{REGISTRATION}/take-back-id-seen",
    WholeRegistrationSchema,
    tagged=True,
    body=TakeBackSchema,
    needs=Permission.CHECK_IN,
)
def take_back_registration_id_seen(
    call: Call, values: dict[str, Any], version: int, edition: str, registration_id: int
) -> With:
    """It was no document of theirs: one is to be seen again."""
    edition_id = call.edition(edition).id
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    accreditation.take_back_id_seen(call.db, edition_id, registration_id, reason=values["reason"], **by)
    return whole_registration(call, edition_id, registration_id)
