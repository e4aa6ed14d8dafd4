"""One person in another one's place, and personal links that end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import REGISTRATION, WholeRegistrationSchema, whole_registration
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members.leaving import substitute_registration
from forumapp.domain.registration.lifecycle.links import end_links
from forumapp.schemas.choices import Source, TakenOver
from forumapp.schemas.fields import Choice, ListOf, Text
from forumapp.schemas.registration import MailAddress, SubstituteSchema, applicant_of

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.api.v1.shapes import With

blueprint = ApiBlueprint("Substitutes", __name__, description="Registrations transferred to another person.")


class NewSubstituteSchema(SubstituteSchema):
    """Without a mail address nobody is notified."""

    email = MailAddress(load_default=None, allow_none=True)
    reason = Text(load_default="", metadata={"description": "Why, for the log."})
    takes_over = ListOf(
        Choice(TakenOver),
        most=len(TakenOver),
        load_default=lambda: list(TakenOver),
        metadata={
            "description": "What the new person takes over from the first one; left out, all of it. Coach and room "
            "need the delegation, and an empty list takes over nothing."
        },
    )


@blueprint.acts(
    f"{REGISTRATION}/substitute",
    WholeRegistrationSchema,
    tagged=True,
    body=NewSubstituteSchema,
    needs=Permission.DECIDE_REGISTRATIONS,
)
def substitute_registration_by(
    call: Call, values: dict[str, Any], version: int, edition: str, registration_id: int
) -> With:
    """Transfer a registration to another person; answers theirs. That of the first one ends, and its code with it."""
    edition_id, reason, language = call.edition(edition).id, values.pop("reason"), values.pop("language")
    options: Any = {"source": Source.API, "language": language, "reason": reason, "version": version}
    options["takes_over"] = values.pop("takes_over")
    by: Any = {"actor": call.actor, "now": call.now}
    new = substitute_registration(call.db, edition_id, registration_id, applicant_of(values), **options, **by)
    return whole_registration(call, edition_id, new.id)


@blueprint.acts(f"{REGISTRATION}/end-links", WholeRegistrationSchema, tagged=True, needs=Permission.EDIT_REGISTRATIONS)
def end_registration_links(call: Call, version: int, edition: str, registration_id: int) -> With:
    """End all personal links of a registration that are out; a new one is mailed, where there is an address."""
    edition_id = call.edition(edition).id
    end_links(call.db, edition_id, registration_id, version=version, actor=call.actor, now=call.now)
    return whole_registration(call, edition_id, registration_id)
