"""Tables of registration: types, allotments, registrations, invitations, codes, answers and consents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Plain,
    Row,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    index_where_set,
    logged_in_parts,
    same_edition,
    sensitive,
    unique_where,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.audit.models import Via
from forumapp.domain.people.models import NameOrder, Person
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.forms.answers import diff_answers
from forumapp.domain.registration.rules import (
    ACTIVE,
    DEFAULT_HOLD,
    InvitationState,
    Media,
    MediaRole,
    RegistrationStatus,
    Source,
)

__all__ = [
    "ACTIVE", "AnswerFile", "ChoicePlaces", "Consent", "ConsentText", "EditionPlaces", "Invitation", "PlaceBlock",
    "Registration", "RegistrationStatus", "RegistrationType", "SessionSignUp", "Source", "TicketCode",
]  # fmt: skip

_ACTIVE_SQL = f"status IN ({', '.join(repr(status) for status in ACTIVE)})"


class EditionPlaces(OfEdition, Versioned, Base):
    """The total capacity of an edition, in addition to that of its types. Counted only while `quota` is set; an edition
    has no row until someone sets it.
    """

    __tablename__ = "edition_places"
    __table_args__ = (
        UniqueConstraint("edition_id"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("over >= 0", name="over_not_negative"),
        CheckConstraint("quota >= 0", name="quota_not_negative"),
        CheckConstraint("taken <= quota", name="taken_within_quota"),
    )

    quota: Mapped[int | None] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    over: Mapped[int] = mapped_column(Integer, default=0)


class RegistrationType(OfEdition, Versioned, Base):
    """A kind of participation with its own capacity.

    `taken` counts the spots given; the CHECK keeps it within the quota under any number of simultaneous requests. Spots
    given over capacity by a named authorizer are counted in `over` instead.
    """

    __tablename__ = "registration_type"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        UniqueConstraint("id", "is_media"),  # target of the foreign key of accredited registrations
        same_edition("badge_design_id", "badge_design"),
        index_where_set("ix_registration_type_badge_design_id", "badge_design_id"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("over >= 0", name="over_not_negative"),
        CheckConstraint("waiting >= 0", name="waiting_not_negative"),
        CheckConstraint("quota >= 0", name="quota_not_negative"),
        CheckConstraint("taken <= quota", name="taken_within_quota"),
        CheckConstraint("offer_hours > 0", name="offers_last"),
        CheckConstraint("hold_minutes > 0", name="holds_last"),
        CheckConstraint("plus_ones >= 0", name="plus_ones_not_negative"),
        CheckConstraint("NOT (is_open AND by_invitation)", name="open_or_by_invitation"),
        CheckConstraint("NOT (is_media AND is_transferable)", name="media_is_not_handed_on"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    description: Mapped[Texts]
    quota: Mapped[int | None] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    over: Mapped[int] = mapped_column(Integer, default=0)
    # The number for the next registration in the queue. It only rises, so the order has no ties.
    next_in_queue: Mapped[int] = mapped_column(Integer, default=1)
    waiting: Mapped[int] = mapped_column(Integer, default=0)
    # Whether the edition has a quota of its own, which this type's spots count toward.
    is_limited: Mapped[bool] = mapped_column(default=False, info=unlogged())
    # For how long a free spot is offered to the next in line; None confirms them at once.
    offer_hours: Mapped[int | None] = mapped_column(Integer)
    is_open: Mapped[bool] = mapped_column(default=False)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    # Whether the public confirms the email address before a registration counts, and how long a spot is held meanwhile.
    needs_email_confirmation: Mapped[bool] = mapped_column(default=False)
    hold_minutes: Mapped[int] = mapped_column(Integer, default=DEFAULT_HOLD)
    # Whether registrants may give their spot to someone else; a press card is personal.
    is_transferable: Mapped[bool] = mapped_column(default=True)
    # Accredits media: the form asks for outlet and role, and the identity document is checked.
    is_media: Mapped[bool] = mapped_column(default=False)
    # Only invited people can register, by their own link.
    by_invitation: Mapped[bool] = mapped_column(default=False)
    # The most plus-ones of a registrant.
    plus_ones: Mapped[int] = mapped_column(Integer, default=0)
    color: Mapped[Words] = mapped_column(default="#1f4e79")
    # None is the default design of the stock.
    badge_design_id: Mapped[int | None] = mapped_column(BigId)
    admits: Mapped[list[str]] = mapped_column(Json, default=list)  # words of `rules.Area`
    position: Mapped[int] = mapped_column(Integer, default=0)
    questions: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)
    # Whether an option of its form has a limited capacity; registering skips the count if not.
    counts_choices: Mapped[bool] = mapped_column(default=False, info=unlogged())


class PlaceBlock(OfEdition, Versioned, Base):
    """An allotment: spots of a type reserved for a host, a sponsor or a delegation, which names the people later.

    The spots count in the type from the beginning; `taken` are those with a name.
    """

    __tablename__ = "place_block"
    __table_args__ = (
        within_edition(),
        same_edition("type_id", "registration_type"),
        same_edition("delegation_id", "delegation"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= quota", name="taken_within_quota"),
    )

    type_id: Mapped[int] = mapped_column(BigId, index=True)
    name: Mapped[Texts]
    organization_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organization.id"), index=True)
    delegation_id: Mapped[int | None] = mapped_column(BigId, index=True)
    quota: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    # Carried by the holder's signed link; raised to end the links that are out.
    link_number: Mapped[int] = mapped_column(Integer, default=1)

    type: Mapped[RegistrationType] = relationship(viewonly=True)


class Registration(OfEdition, Versioned, Base):
    __tablename__ = "registration"
    edition_has_index = False
    __table_args__ = (
        within_edition(),
        same_edition("type_id", "registration_type"),
        same_edition("principal_id", "registration"),
        same_edition("replaced_by_id", "registration"),
        same_edition("block_id", "place_block"),
        # Not checked while `is_media` is NULL, as for registrants without an accreditation.
        ForeignKeyConstraint(["type_id", "is_media"], ["registration_type.id", "registration_type.is_media"]),
        same_edition("group_id", "registration_group"),
        unique_where("uq_registration_active_person", _ACTIVE_SQL, "edition_id", "person_id"),
        Index("ix_registration_status", "edition_id", "status"),
        Index("ix_registration_newest", "edition_id", "registered_at", "id"),
        Index("ix_registration_found", "edition_id", "person_id", "registered_at", "id"),
        UniqueConstraint("type_id", "queue_number"),
        CheckConstraint("NOT is_vip OR responsible_id IS NOT NULL", name="vip_has_an_officer"),
        CheckConstraint("status <> 'waitlisted' OR queue_number IS NOT NULL", name="waitlisted_has_a_number"),
        CheckConstraint("status <> 'offered' OR offer_ends_at IS NOT NULL", name="offered_has_an_end"),
        CheckConstraint("status <> 'unconfirmed' OR offer_ends_at IS NOT NULL", name="unconfirmed_has_an_end"),
        index_where_set("ix_registration_offer_ends", "offer_ends_at"),
        index_where_set("ix_registration_block_id", "block_id"),
        index_where_set("ix_registration_group_id", "group_id"),
        CheckConstraint("principal_id <> id", name="not_its_own_principal"),
        index_where_set("ix_registration_principal", "principal_id"),
        CheckConstraint("block_id IS NULL OR over_capacity_by IS NULL", name="place_is_counted_once"),
        CheckConstraint("is_media IS NULL OR is_media", name="media_or_nothing"),
        CheckConstraint(
            "is_media IS NOT NULL OR (outlet = '{}' AND media_role IS NULL AND id_seen_at IS NULL)", name="media_alone"
        ),
        CheckConstraint(
            "(COALESCE(media_role, '') = 'other') = (media_role_other <> '')", name="other_role_is_said_which"
        ),
        CheckConstraint("(id_seen_at IS NULL) = (id_seen_by IS NULL)", name="id_seen_is_whole"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    type_id: Mapped[int] = mapped_column(BigId)
    status: Mapped[RegistrationStatus] = mapped_column(choice(RegistrationStatus))
    source: Mapped[Source] = mapped_column(choice(Source))
    language: Mapped[Words] = mapped_column(default="en")
    is_vip: Mapped[bool] = mapped_column(default=False)
    responsible_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # A note for the check-in desk ("call protocol"), shown at every scan of the code.
    desk_note: Mapped[Words] = mapped_column(default="", info=sensitive())
    queue_number: Mapped[int | None] = mapped_column(Integer)
    # When the offer, or the time to confirm the email address, ends.
    offer_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whether a spot was held while the email address was not confirmed.
    holds_spot: Mapped[bool] = mapped_column(default=False)
    block_id: Mapped[int | None] = mapped_column(BigId)  # the allotment of the spot
    group_id: Mapped[int | None] = mapped_column(BigId)  # the group they were registered in
    over_capacity_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # True if the accreditation columns below have values, which requires a media type; else NULL.
    is_media: Mapped[bool | None] = mapped_column(info=unlogged())
    outlet: Mapped[Texts]
    media_role: Mapped[MediaRole | None] = mapped_column(choice(MediaRole))
    media_role_other: Mapped[Words] = mapped_column(default="")
    # Who checked their identity document, and when. Its content is not stored.
    id_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    id_seen_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    principal_id: Mapped[int | None] = mapped_column(BigId)
    replaced_by_id: Mapped[int | None] = mapped_column(BigId)
    # {"questions": [...], "values": {...}}: the questions are stored as they were asked, since the form may change.
    answers: Mapped[Plain] = mapped_column(info=logged_in_parts(diff_answers))
    # Raised to revoke all personal links sent so far.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    # Name, title, organization and type on the badge as last printed, and the time.
    printed: Mapped[dict[str, object] | None] = mapped_column(Json)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(viewonly=True)
    # Explicit, because two foreign keys lead to the type.
    type: Mapped[RegistrationType] = relationship(
        viewonly=True, primaryjoin="foreign(Registration.type_id) == RegistrationType.id"
    )

    @property
    def media(self) -> Media:
        return Media(self.outlet, self.media_role, self.media_role_other)


class Invitation(OfEdition, Versioned, Base):
    """An invitation to register, once. Its name and email prefill the form; it takes a spot only when accepted, unless
    it comes from an allotment.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        within_edition(),
        same_edition("type_id", "registration_type"),
        same_edition("registration_id", "registration"),
        same_edition("block_id", "place_block"),
        Index("ix_invitation_state", "edition_id", "state"),
        CheckConstraint("(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", name="answer_is_whole"),
        CheckConstraint("state <> 'expired'", name="expiry_is_not_stored"),
    )

    type_id: Mapped[int] = mapped_column(BigId, index=True)
    latin_family: Mapped[Words] = mapped_column(default="")
    latin_given: Mapped[Words] = mapped_column(default="")
    name_order: Mapped[NameOrder] = mapped_column(choice(NameOrder), default=NameOrder.GIVEN_FIRST)
    native_full: Mapped[Words] = mapped_column(default="")
    email: Mapped[Words | None] = mapped_column(info=sensitive())
    language: Mapped[Words] = mapped_column(default="en")  # of the mail
    greeting: Mapped[Words] = mapped_column(default="")
    answer_by: Mapped[date | None] = mapped_column(Date)  # the last day, in the zone of the forum
    state: Mapped[InvitationState] = mapped_column(choice(InvitationState), default=InvitationState.MADE)
    # Carried by the signed link; raised to end the links that are out.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    block_id: Mapped[int | None] = mapped_column(BigId, index=True)  # the allotment that it takes a spot from
    # Also None if the person was registered already when they accepted.
    registration_id: Mapped[int | None] = mapped_column(BigId, index=True)
    search_text: Mapped[Words] = mapped_column(default="", info=unlogged())

    type: Mapped[RegistrationType] = relationship(viewonly=True)

    @property
    def name(self) -> Name:
        family_first = self.name_order == NameOrder.FAMILY_FIRST
        return Name(self.latin_family or "", self.latin_given or "", family_first, self.native_full or "")


class SessionSignUp(OfEdition, Row, Base):
    """A registrant's sign-up for a session with limited capacity, which is counted with the session."""

    __tablename__ = "session_sign_up"
    __table_args__ = (
        same_edition("session_id", "session"),
        same_edition("registration_id", "registration"),
        UniqueConstraint("session_id", "registration_id"),
    )

    session_id: Mapped[int] = mapped_column(BigId)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)


class ChoicePlaces(OfEdition, Row, Base):
    """The capacity of one option of a question, if the form limits it. Every active registration counts, the waitlist
    too.
    """

    __tablename__ = "choice_places"
    __table_args__ = (
        same_edition("type_id", "registration_type"),
        UniqueConstraint("type_id", "question", "option"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= quota", name="taken_within_quota"),
    )

    type_id: Mapped[int] = mapped_column(BigId, index=True)
    question: Mapped[Words]
    option: Mapped[Words]
    quota: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)


class AnswerFile(OfEdition, Row, Base):
    """A file that answers a question. Until the form is sent, it belongs to no registration and is found by its key."""

    __tablename__ = "answer_file"

    question: Mapped[Words]
    key_hash: Mapped[Words] = mapped_column(unique=True, info=sensitive())
    name: Mapped[Words]
    media_type: Mapped[Words]
    size: Mapped[int] = mapped_column(Integer)  # bytes
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=unlogged())
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketCode(OfEdition, Row, Base):
    """The code in the QR of a badge, and the short code that people read aloud. A registration has one valid code;
    revoked ones stay on record.
    """

    __tablename__ = "ticket_code"
    edition_has_index = False
    __table_args__ = (
        same_edition("registration_id", "registration"),
        UniqueConstraint("edition_id", "short"),
        unique_where("uq_ticket_code_live", "revoked_at IS NULL", "registration_id"),
    )

    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    code: Mapped[Words] = mapped_column(unique=True)
    short: Mapped[Words]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConsentText(OfEdition, Versioned, Base):
    """Whether an edition asks for a consent, and its text; without a row the default text applies.

    `number` is raised when the text changes.
    """

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("edition_id", "purpose"),)

    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    is_asked: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[Texts]


class Consent(OfEdition, Row, Base):
    """A consent of a registrant, with the text as it was shown, its version and language. One per purpose is valid at a
    time; withdrawn ones stay on record.
    """

    __tablename__ = "consent"
    __table_args__ = (
        same_edition("registration_id", "registration"),
        unique_where("uq_consent_live", "withdrawn_at IS NULL", "registration_id", "purpose"),
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
    )

    registration_id: Mapped[int] = mapped_column(BigId)
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[Words]
    language: Mapped[Words]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    channel: Mapped[Via] = mapped_column(choice(Via))


class ListColumns(OfEdition, Row, Base):
    """The columns that an account has chosen for the list of registrations, if not the default ones."""

    __tablename__ = "list_columns"
    __table_args__ = (UniqueConstraint("edition_id", "account_id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id", ondelete="CASCADE"))
    columns: Mapped[list[str]] = mapped_column(Json)
