"""Walk-ins: people who register at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import WholeRegistrationSchema, whole_registration
from forumapp.api.v1.shapes import Slug
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lifecycle.manual_entry import walk_in
from forumapp.domain.registration.lists.queries import get_type
from forumapp.domain.registration.rules import Media
from forumapp.schemas.choices import MediaRole
from forumapp.schemas.fields import Choice, Flag, Id, Shape, Text
from forumapp.schemas.registration import MailAddress, NameLine

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.api.v1.shapes import With
    from forumapp.domain.forums.models import Edition

blueprint = ApiBlueprint("Walk-ins", __name__, description="People who register at the desk.")


class WalkInSchema(Shape):
    type = Slug(required=True, metadata={"description": "The registration type's code."})
    latin_family = NameLine(load_default="")
    latin_given = NameLine(load_default="")
    native_full = NameLine(load_default="")
    person_id = Id(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Who it is, of those in the registry: they stay as they stand, whatever name is sent."
        },
    )
    organization = Text(load_default="", metadata={"description": "As their card says, in either language."})
    media_role = Choice(
        MediaRole,
        load_default=None,
        allow_none=True,
        metadata={"description": "Needed where the type accredits media; the organization is their outlet."},
    )
    media_role_other = Text(load_default="", metadata={"description": "Which role, if it is another one."})
    id_seen = Flag(load_default=False, metadata={"description": "Of media: you have seen an identity document."})
    block_id = Id(load_default=None, allow_none=True, metadata={"description": "The allotment whose spot is used."})
    email = MailAddress(load_default=None, allow_none=True)
    over_capacity = Flag(
        load_default=False, metadata={"description": "Although no place is left, in the name of the token's account."}
    )
    authorized_by = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "Over capacity in the name of this account instead, which decides there as well."},
    )
    reason = Text(load_default="", metadata={"description": "Why, for the log; over capacity it is needed."})


@blueprint.creates(
    "/editions/<slug:edition>/walk-ins",
    WalkInSchema,
    WholeRegistrationSchema,
    located_by=None,
    needs=Permission.DECIDE_REGISTRATIONS,
)
def let_walk_in_in(call: Call, values: dict[str, Any], edition: str) -> With:
    """Register someone at the desk, with a confirmed spot and a code at once. Nobody is mailed."""
    edition_row = call.edition(edition)
    type_id, person, options = read_walk_in(call, edition_row, values)
    by: Any = {"actor": call.actor, "now": call.now}
    return whole_registration(
        call, edition_row.id, walk_in(call.db, edition_row.id, type_id, person, **options, **by).id
    )


def read_walk_in(call: Call, edition: Edition, values: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Return a walk-in's type id, the fields of their name, and all other options."""
    type_id = get_type(call.db, edition.id, values.pop("type")).id
    named = ("person_id", "organization", "id_seen", "block_id", "over_capacity", "authorized_by", "reason")
    options: dict[str, Any] = {name: values.pop(name) for name in named}
    options["media"] = Media({}, values.pop("media_role"), values.pop("media_role_other"))
    return type_id, values, options | {"language": edition.languages[0]}
