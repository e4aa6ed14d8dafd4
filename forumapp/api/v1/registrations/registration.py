"""Registration types and registrations. Registering for an open type needs no token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.bodies import count_sent
from forumapp.api.v1.registration_types.questions import CopySchema, QuestionSchema
from forumapp.api.v1.registrations.filters import RegistrationQuery, filters_of
from forumapp.api.v1.registrations.placed import PlacedTogetherSchema, by_link, serialize_placed
from forumapp.api.v1.shapes import (
    AccreditationSchema,
    ConsentSchema,
    KeptSchema,
    NameSchema,
    NewOrderSchema,
    OrderSchema,
    OverCapacitySchema,
    RemovalSchema,
    Slug,
    With,
    page_from,
)
from forumapp.core.errors import NotFound
from forumapp.core.serving.rate_limits import REGISTERING
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.delegations.members import leaving
from forumapp.domain.forums.queries import get_edition_id
from forumapp.domain.registration.consent_queries import list_consents
from forumapp.domain.registration.forms.questions import MOST_QUESTIONS, for_public, without_places
from forumapp.domain.registration.groups.plus_ones import register_with
from forumapp.domain.registration.lifecycle import register as lifecycle_register
from forumapp.domain.registration.lifecycle.desk_notes import LONGEST_NOTE, write_desk_note
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.rules import (
    LONGEST_HOLD,
    LONGEST_OFFER,
    MOST_PLUS_ONES,
    SHORTEST_HOLD,
    counted_people,
)
from forumapp.domain.registration.types import form_editor
from forumapp.domain.registration.types import services as types_services
from forumapp.domain.registration.waitlist.over_capacity import over_capacity_of
from forumapp.schemas.choices import Area, RegistrationStatus, Source
from forumapp.schemas.fields import (
    PARAGRAPHS,
    Bilingual,
    Choice,
    Flag,
    Id,
    Instant,
    ListOf,
    Part,
    Shape,
    Text,
    WholeNumber,
)
from forumapp.schemas.registration import Answers, NewPlusOneSchema, RegistrationSchema, applicant_of

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.ordering import Order
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.models import RegistrationType

COLOR = r"^#[0-9a-fA-F]{6}$"
TYPES = "/editions/<slug:edition>/registration-types"
REGISTRATIONS = "/editions/<slug:edition>/registrations"
REGISTRATION = f"{REGISTRATIONS}/<id:registration_id>"

MOST_CONSENTS = 200  # with all that were taken back

blueprint = ApiBlueprint("Registration", __name__, description="Registration types and registrations.")


class NewTypeSchema(Shape):
    code = Slug(required=True)
    name = Bilingual(needed=True)
    description = Bilingual(longest=PARAGRAPHS)
    quota = WholeNumber(least=0, allow_none=True)
    offer_hours = WholeNumber(
        least=1,
        most=LONGEST_OFFER,
        allow_none=True,
        metadata={
            "description": "For how long a free spot is offered to the next in line; null: it is theirs at once."
        },
    )
    is_open = Flag()
    needs_approval = Flag()
    needs_email_confirmation = Flag(
        metadata={"description": "A registration by the public counts once its email address is confirmed."}
    )
    hold_minutes = WholeNumber(
        least=SHORTEST_HOLD,
        most=LONGEST_HOLD,
        metadata={"description": "How long the public has to confirm the email address; a free spot is held for them."},
    )
    is_transferable = Flag(metadata={"description": "Whether who has a place may hand it to someone else."})
    is_media = Flag(metadata={"description": "Accredits media: outlet and role are asked, and nothing is handed on."})
    by_invitation = Flag(metadata={"description": "Only who was invited registers; its form is never open."})
    plus_ones = WholeNumber(least=0, most=MOST_PLUS_ONES, metadata={"description": "How many people each may bring."})
    color = Text(pattern=COLOR, longest=7)
    badge_design_id = Id(
        allow_none=True, metadata={"description": "The design of its badges; null is the one that stands ready."}
    )
    admits = ListOf(
        Choice(Area),
        most=len(Area),
        metadata={"description": "What it admits to besides the open sessions. Shown to organizers alone."},
    )
    position = WholeNumber()
    questions = ListOf(Part(QuestionSchema), most=MOST_QUESTIONS)


class TypeSchema(KeptSchema, NewTypeSchema):
    """`taken`, `over` and `waiting` are shown to organizers alone."""

    taken = WholeNumber()
    over = WholeNumber()
    waiting = WholeNumber()


_PUBLIC = TypeSchema(exclude=("quota", "offer_hours", "badge_design_id", "admits", "taken", "over", "waiting"))


def public_type(row: RegistrationType) -> dict[str, Any]:
    """A type as everyone may read it."""
    shown: dict[str, Any] = _PUBLIC.dump(row)
    return {**shown, "questions": without_places(for_public(shown["questions"]))}


class NewRegistrationSchema(RegistrationSchema):
    """The fields of the web form, and its type."""

    type = Slug(required=True, metadata={"description": "The registration type's code."})
    plus_ones = ListOf(
        Part(NewPlusOneSchema),
        most=MOST_PLUS_ONES,
        load_default=list,
        metadata={"description": "Who comes along, as many as the type allows. Mail about them goes to `email`."},
    )
    block_id = Id(
        allow_none=True,
        load_default=None,
        metadata={"description": "For organizers alone: the block of places in which theirs is."},
    )
    link = Text(
        metadata={"description": "The last part of an invitation's or a block's link. Nobody comes along by it."}
    )

    @ma.validates_schema
    def _whole(self, values: dict[str, Any], **_: Any) -> None:
        """The service holds the answers against the type's questions, which it has at hand in its transaction."""

    @ma.post_load
    def _reckoned(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        applicant_of(values).reckon()
        return values


class RegistrationLineSchema(KeptSchema):
    status = Choice(RegistrationStatus, required=True)
    source = Choice(Source)
    type = ma.fields.String(attribute="type_code")
    language = ma.fields.String()
    is_vip = Flag()
    queue_number = WholeNumber(allow_none=True)
    # When the offer, or the time to confirm the email address, ends.
    offer_ends_at = Instant(allow_none=True)
    over_capacity = Flag()
    principal_id = Id(allow_none=True, metadata={"description": "The registration of their principal."})
    registered_at = Instant()
    short_code = ma.fields.String(attribute="short", allow_none=True)
    person_id = Id()
    name = Part(NameSchema)
    email = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)
    title = Bilingual()
    organization = Bilingual()
    accreditation = Part(AccreditationSchema, allow_none=True)  # null where the type accredits nobody


class WholeRegistrationSchema(RegistrationLineSchema):
    responsible_id = Id(allow_none=True)
    desk_note = Text()
    answers = Answers()
    consents = ListOf(Part(ConsentSchema), most=MOST_CONSENTS)
    over_capacity_by = Part(OverCapacitySchema, allow_none=True)


class RegistrationChangesSchema(Shape):
    answers = Answers()
    responsible_id = Id(
        allow_none=True, metadata={"description": "The account that looks after this VIP; null takes the mark away."}
    )
    desk_note = Text(longest=LONGEST_NOTE, metadata={"description": "A note for check-in staff; every scan shows it."})


class CancellationSchema(Shape):
    reason = Text(load_default="", metadata={"description": "Why, for the log."})
    keep_plus_ones = Flag(load_default=False, metadata={"description": "Who came along stays; else they leave too."})


class ConfirmationSchema(Shape):
    over_capacity = Flag(
        load_default=False, metadata={"description": "Although no place is left, in the name of the token's account."}
    )
    reason = Text(load_default="", metadata={"description": "Why, for the log; over capacity it is needed."})


@blueprint.lists(TYPES, TypeSchema, public=True)
def list_registration_types(call: Call, query: dict[str, Any], edition: str) -> Page[Any]:
    """Registration types; for the public only the open ones."""
    edition_id = call.visible_edition(edition).id
    if _sees_numbers(call, edition_id):
        return queries.types_page(call.db, edition_id, number=query["page"], size=query["page_size"])
    return page_from(queries.list_types(call.db, edition_id, open_only=True), query, public_type)


@blueprint.reads(f"{TYPES}/order", OrderSchema, needs=Permission.SEE_EDITION)
def read_registration_type_order(call: Call, edition: str) -> Order:
    """The registration types' order, by their ids."""
    return queries.type_order(call.db, call.edition(edition).id)


@blueprint.replaces(f"{TYPES}/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_EDITION)
def order_registration_types(call: Call, values: dict[str, Any], version: int, edition: str) -> Order:
    """Put all registration types in order."""
    edition_id = call.edition(edition).id
    return types_services.order_types(
        call.db, edition_id, values["ids"], version=version, actor=call.actor, now=call.now
    )


@blueprint.creates(TYPES, NewTypeSchema, TypeSchema, located_by="code", needs=Permission.EDIT_EDITION)
def create_registration_type(call: Call, values: dict[str, Any], edition: str) -> RegistrationType:
    """Add a registration type."""
    return lifecycle_register.create_type(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(f"{TYPES}/<slug:code>", TypeSchema, public=True)
def read_registration_type(call: Call, edition: str, code: str) -> Any:
    """One registration type."""
    edition_id = call.visible_edition(edition).id
    row = queries.get_type(call.db, edition_id, code)
    if _sees_numbers(call, edition_id):
        return row
    if not row.is_open:
        raise NotFound(entity="registration_type")
    return public_type(row)


@blueprint.changes(f"{TYPES}/<slug:code>", NewTypeSchema, TypeSchema, without=("code",), needs=Permission.EDIT_EDITION)
def change_registration_type(
    call: Call, changes: dict[str, Any], version: int, edition: str, code: str
) -> RegistrationType:
    """Change a registration type. Additional spots go to the waitlist at once."""
    row = queries.get_type(call.db, call.edition(edition).id, code)
    return lifecycle_register.update_type(
        call.db, row.edition_id, row.id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.acts(
    f"{TYPES}/<slug:code>/copy-questions", TypeSchema, tagged=True, body=CopySchema, needs=Permission.EDIT_EDITION
)
def copy_questions(call: Call, values: dict[str, Any], version: int, edition: str, code: str) -> RegistrationType:
    """Add the questions of another type that this one has not, by their codes; also of another edition."""
    row = queries.get_type(call.db, call.edition(edition).id, code)
    source = get_edition_id(call.db, values["from_edition"]) if values["from_edition"] else None
    options: Any = {"from_edition_id": source, "version": version, "actor": call.actor, "now": call.now}
    return form_editor.copy_questions(call.db, row.edition_id, row.id, values["from_type"], **options)


@blueprint.removes(f"{TYPES}/<slug:code>", RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_registration_type(call: Call, version: int, edition: str, code: str) -> Removal:
    """Take a type away. Refused once anybody has ever registered with it."""
    row = queries.get_type(call.db, call.edition(edition).id, code)
    return lifecycle_register.remove_type(
        call.db, row.edition_id, row.id, version=version, actor=call.actor, now=call.now
    )


@blueprint.lists(REGISTRATIONS, RegistrationLineSchema, query=RegistrationQuery, needs=Permission.SEE_REGISTRATIONS)
def list_registrations(call: Call, query: dict[str, Any], edition: str) -> Page[RegistrationLine]:
    """Registrations, the newest first."""
    edition_id = call.edition(edition).id
    return queries.registrations_page(
        call.db,
        edition_id,
        filters_of(query),
        within=call.within(edition_id),
        details_within=call.access(edition_id).within(Permission.SEE_ANSWERS),
        number=query["page"],
        size=query["page_size"],
        must_count=False,
    )


def people_counted() -> int:
    return counted_people(1 + count_sent("plus_ones"))


@blueprint.creates(
    REGISTRATIONS,
    NewRegistrationSchema,
    PlacedTogetherSchema,
    located_by=None,
    public=True,
    limit=REGISTERING.counting(people_counted),
    crowded=True,
)
def register(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Register someone: confirmed, waitlisted or applied. A type that is closed is for organizers alone.

    Where the type asks for it, the answer is `unconfirmed`: a link is mailed, and by `confirm_by` the address has to be
    confirmed. Registering the same person again mails the link again.
    """
    edition_id, type_code, language = get_edition_id(call.db, edition), values.pop("type"), values.pop("language")
    by: Any = {"source": lifecycle_register.Source.API, "language": language, "actor": call.actor, "now": call.now}
    block_id = values.pop("block_id")
    plus_ones = [applicant_of(plus_one) for plus_one in values.pop("plus_ones")]
    if link := values.pop("link", ""):
        fields = {"plus_ones": plus_ones, "block_id": block_id}
        return serialize_placed(
            call,
            edition_id,
            by_link(call, edition_id, type_code, values, link=link, language=language, forbidden=fields),
        )
    first, *others = register_with(
        call.db, edition_id, type_code, applicant_of(values), plus_ones, block_id=block_id, **by
    )
    answer = serialize_placed(call, edition_id, first)
    return (
        {**answer, "plus_ones": [serialize_placed(call, edition_id, other) for other in others]} if others else answer
    )


@blueprint.reads(REGISTRATION, WholeRegistrationSchema, needs=Permission.SEE_REGISTRATIONS)
def read_registration(call: Call, edition: str, registration_id: int) -> With:
    """One registration."""
    edition_id = call.edition(edition).id
    return whole_registration(call, edition_id, registration_id, within=call.within(edition_id))


@blueprint.changes(
    REGISTRATION, RegistrationChangesSchema, WholeRegistrationSchema, needs=Permission.EDIT_REGISTRATIONS
)
def change_registration(call: Call, changes: dict[str, Any], version: int, edition: str, registration_id: int) -> With:
    """Change what was answered, who looks after a VIP, and what the desk must know."""
    edition_id = call.edition(edition).id
    if "answers" in changes:
        row = lifecycle_register.change_answers(
            call.db, edition_id, registration_id, changes["answers"], version=version, actor=call.actor, now=call.now
        )
        version = row.version
    by: dict[str, Any] = {"actor": call.actor, "now": call.now}
    if "desk_note" in changes:
        version = write_desk_note(
            call.db, edition_id, registration_id, changes["desk_note"], version=version, **by
        ).version
    if "responsible_id" in changes:
        officer = changes["responsible_id"]
        lifecycle_register.mark_vip(call.db, edition_id, registration_id, responsible_id=officer, version=version, **by)
    return whole_registration(call, edition_id, registration_id)


@blueprint.acts(
    f"{REGISTRATION}/cancel",
    WholeRegistrationSchema,
    tagged=True,
    body=CancellationSchema,
    needs=Permission.EDIT_REGISTRATIONS,
)
def cancel_registration(call: Call, values: dict[str, Any], version: int, edition: str, registration_id: int) -> With:
    """Cancel a registration. Its spot goes to the longest waiting, and back to the delegation's quota."""
    edition_id = call.edition(edition).id
    leaving.cancel_registration(
        call.db, edition_id, registration_id, **values, version=version, actor=call.actor, now=call.now
    )
    return whole_registration(call, edition_id, registration_id)


@blueprint.acts(
    f"{REGISTRATION}/confirm",
    WholeRegistrationSchema,
    tagged=True,
    body=ConfirmationSchema,
    needs=Permission.DECIDE_REGISTRATIONS,
)
def confirm_registration(call: Call, values: dict[str, Any], version: int, edition: str, registration_id: int) -> With:
    """Confirm a registration that has no spot yet."""
    edition_id = call.edition(edition).id
    lifecycle_register.confirm(
        call.db, edition_id, registration_id, **values, version=version, actor=call.actor, now=call.now
    )
    return whole_registration(call, edition_id, registration_id)


@blueprint.acts(f"{REGISTRATION}/decline", WholeRegistrationSchema, tagged=True, needs=Permission.DECIDE_REGISTRATIONS)
def decline_registration(call: Call, version: int, edition: str, registration_id: int) -> With:
    """Decline a registration that has no spot yet."""
    edition_id = call.edition(edition).id
    leaving.decline_registration(call.db, edition_id, registration_id, version=version, actor=call.actor, now=call.now)
    return whole_registration(call, edition_id, registration_id)


def _sees_numbers(call: Call, edition_id: int) -> bool:
    """Hide the number of taken spots from callers who do not see all registrations."""
    return call.access(edition_id).reach(Permission.SEE_REGISTRATIONS) is Reach.ALL


def whole_registration(
    call: Call, edition_id: int, registration_id: int, *, within: frozenset[int] | None = None
) -> With:
    """Answers and contact details only for those who may see them.

    A changed registration was in the caller's scope before, and may have left it with the change.
    """
    answerable = call.access(edition_id).within(Permission.SEE_ANSWERS)
    line = queries.get_line(call.db, edition_id, registration_id, within=within, details_within=answerable)
    row = queries.get_registration(call.db, edition_id, registration_id, within=within)
    answers = row.answers.get("values", {}) if line.shows_details else {}
    consents = list_consents(call.db, registration_id) if line.shows_details else []
    note = row.desk_note if line.shows_details else ""
    over = over_capacity_of(call.db, [line.id]).get(line.id)
    details: dict[str, Any] = {"desk_note": note, "answers": answers, "consents": consents, "over_capacity_by": over}
    return With(line, responsible_id=row.responsible_id, **details)
