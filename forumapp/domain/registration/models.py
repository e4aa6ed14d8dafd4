"""Registration types, registrations, their codes and what happened to them."""

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
from forumapp.domain.registration.forms.answers import told_answers
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
    """The places of a whole edition, where they are limited besides those of its types; counted only while they are.

    There is a row once someone has set them.
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
    """A kind of participation with its own places.

    `taken` counts the places given; the CHECK holds it within the quota under any number of simultaneous requests.
    Places given over capacity by a named authorizer are counted in `over` instead.
    """

    __tablename__ = "registration_type"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        UniqueConstraint("id", "is_media"),  # what is said of the media refers to both
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
    # The number the next one in the queue gets; it only rises, so the order has no ties.
    next_in_queue: Mapped[int] = mapped_column(Integer, default=1)
    waiting: Mapped[int] = mapped_column(Integer, default=0)
    # Whether the edition has a quota of its own, in which this type's places count as well.
    is_limited: Mapped[bool] = mapped_column(default=False, info=unlogged())
    # For how long a place that becomes free is offered to whoever is next; None gives it to them at once.
    offer_hours: Mapped[int | None] = mapped_column(Integer)
    is_open: Mapped[bool] = mapped_column(default=False)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    # Whether the public confirms the email address before a registration counts, and how long a spot is held meanwhile.
    needs_email_confirmation: Mapped[bool] = mapped_column(default=False)
    hold_minutes: Mapped[int] = mapped_column(Integer, default=DEFAULT_HOLD)
    # Whether who has a place may hand it to someone else; a press card is one person's own.
    is_transferable: Mapped[bool] = mapped_column(default=True)
    # Accredits media: for which outlet and in which role is asked, and an identity document is to be seen.
    is_media: Mapped[bool] = mapped_column(default=False)
    # Only who was invited registers, by their own link.
    by_invitation: Mapped[bool] = mapped_column(default=False)
    # How many people each registrant may bring along.
    plus_ones: Mapped[int] = mapped_column(Integer, default=0)
    color: Mapped[Words] = mapped_column(default="#1f4e79")
    # None is the design that stands ready for the stock.
    badge_design_id: Mapped[int | None] = mapped_column(BigId)
    admits: Mapped[list[str]] = mapped_column(Json, default=list)  # words of `rules.Area`
    position: Mapped[int] = mapped_column(Integer, default=0)
    questions: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)
    # Whether an option of its form has places of its own, so that registering asks for none where it has not.
    counts_choices: Mapped[bool] = mapped_column(default=False, info=unlogged())


class PlaceBlock(OfEdition, Versioned, Base):
    """Places of a type that are set aside for a host, a sponsor or a delegation, who says later who takes them.

    They count in the type from the beginning; `taken` are those that have a name.
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
        # Not checked while `is_media` is NULL, so that who comes for no outlet asks nothing of it.
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
    # What whoever checks them in must know ("call protocol"); every scan of their code shows it.
    desk_note: Mapped[Words] = mapped_column(default="", info=sensitive())
    queue_number: Mapped[int | None] = mapped_column(Integer)
    # When the offer, or the time to confirm the email address, ends.
    offer_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whether a spot was held while the email address was not confirmed.
    holds_spot: Mapped[bool] = mapped_column(default=False)
    block_id: Mapped[int | None] = mapped_column(BigId)  # whose place it is
    group_id: Mapped[int | None] = mapped_column(BigId)  # with whom they were registered
    over_capacity_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # True where something of an accreditation is kept below, which a type that accredits media alone has.
    is_media: Mapped[bool | None] = mapped_column(info=unlogged())
    outlet: Mapped[Texts]
    media_role: Mapped[MediaRole | None] = mapped_column(choice(MediaRole))
    media_role_other: Mapped[Words] = mapped_column(default="")
    # Who saw an identity document of theirs, and when. Nothing of what stands in it is kept.
    id_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    id_seen_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    principal_id: Mapped[int | None] = mapped_column(BigId)
    replaced_by_id: Mapped[int | None] = mapped_column(BigId)
    # {"questions": [...], "values": {...}}: the questions as they were asked, so that a changed form breaks nothing.
    answers: Mapped[Plain] = mapped_column(info=logged_in_parts(told_answers))
    # Raised to make every personal link sent so far invalid.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    # Name, titles, organization and type as they stood when last printed, and when that was.
    printed: Mapped[dict[str, object] | None] = mapped_column(Json)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(viewonly=True)
    # Two foreign keys lead there.
    type: Mapped[RegistrationType] = relationship(
        viewonly=True, primaryjoin="foreign(Registration.type_id) == RegistrationType.id"
    )

    @property
    def media(self) -> Media:
        return Media(self.outlet, self.media_role, self.media_role_other)


class Invitation(OfEdition, Versioned, Base):
    """Someone may register by it, once. Whom the organizer means is what their form begins with; a place is taken only
    when they accept.
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
    answer_by: Mapped[date | None] = mapped_column(Date)  # the last day, where the forum is
    state: Mapped[InvitationState] = mapped_column(choice(InvitationState), default=InvitationState.MADE)
    # Carried by the signed link; raised to end the links that are out.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    block_id: Mapped[int | None] = mapped_column(BigId, index=True)  # out of which a place is held for them
    # None also of whoever was registered already when they accepted.
    registration_id: Mapped[int | None] = mapped_column(BigId, index=True)
    search_text: Mapped[Words] = mapped_column(default="", info=unlogged())

    type: Mapped[RegistrationType] = relationship(viewonly=True)

    @property
    def name(self) -> Name:
        family_first = self.name_order == NameOrder.FAMILY_FIRST
        return Name(self.latin_family or "", self.latin_given or "", family_first, self.native_full or "")


class SessionSignUp(OfEdition, Row, Base):
    """A session with limited places that a registrant has chosen; the places are counted with the session."""

    __tablename__ = "session_sign_up"
    __table_args__ = (
        same_edition("session_id", "session"),
        same_edition("registration_id", "registration"),
        UniqueConstraint("session_id", "registration_id"),
    )

    session_id: Mapped[int] = mapped_column(BigId)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)


class ChoicePlaces(OfEdition, Row, Base):
    """The places of one option of a question, where the form limits them. Whoever still may take part has one, in the
    queue as well.
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
    """A file that answers a question. Until its form is sent it is nobody's, and found by its key alone."""

    __tablename__ = "answer_file"

    question: Mapped[Words]
    key_hash: Mapped[Words] = mapped_column(unique=True, info=sensitive())
    name: Mapped[Words]
    media_type: Mapped[Words]
    size: Mapped[int] = mapped_column(Integer)  # bytes
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=unlogged())
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketCode(OfEdition, Row, Base):
    """What a badge's QR holds and what a person reads aloud. One live code for a registration; old ones stay, dead."""

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
    """Whether an edition asks for a consent, and in which words; the usual ones until there is a row.

    `number` rises with the words.
    """

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("edition_id", "purpose"),)

    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    is_asked: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[Texts]


class Consent(OfEdition, Row, Base):
    """What a registrant agreed to: the words as they were shown, their version and language. One stands for a purpose
    at a time; those that were taken back stay on record.
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
    """The columns in which someone sees the list of registrations, where they are not the usual ones."""

    __tablename__ = "list_columns"
    __table_args__ = (UniqueConstraint("edition_id", "account_id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id", ondelete="CASCADE"))
    columns: Mapped[list[str]] = mapped_column(Json)
