"""Delegations, their members and what they do together."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Row,
    Spanned,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    ends_after_start,
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.audit.models import Via
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.forums.venues.travel_places import ItineraryPlace


class Delegation(OfEdition, Versioned, Base):
    """A group that travels together, perhaps part of a larger one. `members` counts all now in it and its parts."""

    __tablename__ = "delegation"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        same_edition("parent_id", "delegation"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("members >= 0", name="members_not_negative"),
        CheckConstraint("members <= quota", name="members_within_quota"),
        CheckConstraint("departs_on >= arrives_on", name="departs_on_not_before_arrives_on"),
        CheckConstraint("liaison_phone = '' OR liaison_id IS NOT NULL", name="liaison_phone_of_a_liaison"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    origin: Mapped[Texts]
    parent_id: Mapped[int | None] = mapped_column(BigId)
    lead_organization_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organization.id"))
    liaison_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    # Kept for the members, who are told it on their pages and emergency cards.
    liaison_phone: Mapped[Words] = mapped_column(default="", info=sensitive())
    quota: Mapped[int | None] = mapped_column(Integer)
    members: Mapped[int] = mapped_column(Integer, default=0)
    arrives_on: Mapped[date | None] = mapped_column(Date)
    departs_on: Mapped[date | None] = mapped_column(Date)
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_sample: Mapped[bool] = mapped_column(default=False)


class DelegationSupporter(OfEdition, Versioned, Base):
    """An organization that supports a delegation without leading it, in the order in which they are named."""

    __tablename__ = "delegation_supporter"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        UniqueConstraint("delegation_id", "organization_id"),
    )

    delegation_id: Mapped[int] = mapped_column(BigId)
    organization_id: Mapped[int] = mapped_column(BigId, ForeignKey("organization.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)


class MemberRole(enum.StrEnum):
    HEAD = "head"
    DEPUTY = "deputy"
    MEMBER = "member"
    STAFF = "staff"
    INTERPRETER = "interpreter"


class DelegationMember(OfEdition, Versioned, Base):
    """A registration in a delegation, one at a time. Those who left stay on record with the day they left."""

    __tablename__ = "delegation_member"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        same_edition("registration_id", "registration"),
        Index(
            "uq_delegation_member_current",
            "registration_id",
            unique=True,
            sqlite_where=text("left_on IS NULL"),
            postgresql_where=text("left_on IS NULL"),
        ),
        Index(
            "uq_delegation_member_head",
            "delegation_id",
            unique=True,
            sqlite_where=text("role = 'head' AND left_on IS NULL"),
            postgresql_where=text("role = 'head' AND left_on IS NULL"),
        ),
    )

    delegation_id: Mapped[int] = mapped_column(BigId, index=True)
    registration_id: Mapped[int] = mapped_column(BigId)
    role: Mapped[MemberRole] = mapped_column(choice(MemberRole), default=MemberRole.MEMBER)
    # The order of the office that sent the list; rank on paper comes from a precedence list.
    position: Mapped[int] = mapped_column(Integer, default=0)
    left_on: Mapped[date | None] = mapped_column(Date)


class ItemKind(enum.StrEnum):
    FLIGHT = "flight"
    TRAIN = "train"
    TRANSFER = "transfer"
    HOTEL = "hotel"
    MEAL = "meal"
    VISIT = "visit"
    MEETING = "meeting"
    CEREMONY = "ceremony"
    SESSION = "session"
    FREE = "free"


# What has a carrier and a number, and goes with the edition's flights when these must be gone.
TRAVEL = (ItemKind.FLIGHT, ItemKind.TRAIN)


def _is_travel(row: ItineraryItem) -> bool:
    return row.kind in TRAVEL


class ItineraryItem(OfEdition, Spanned, Versioned, Base):
    """Something a delegation does, with wall time and zone at each end."""

    __tablename__ = "itinerary_item"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        same_edition("session_id", "session"),
        same_edition("place_id", "itinerary_place"),
        same_edition("end_place_id", "itinerary_place"),
        ends_after_start(),
        Index("ix_itinerary_item_time", "delegation_id", "start_utc"),
    )

    delegation_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    title: Mapped[Texts] = mapped_column(info=sensitive(_is_travel))
    place: Mapped[Texts] = mapped_column(info=sensitive(_is_travel))
    address: Mapped[Texts] = mapped_column(info=sensitive(_is_travel))
    note: Mapped[Texts] = mapped_column(info=sensitive(_is_travel))
    # Of the edition's places, where it begins and, of a way from one to another, where it ends; `place` and `address`
    # are for places that stand here alone.
    place_id: Mapped[int | None] = mapped_column(BigId, index=True, info=sensitive(_is_travel))
    end_place_id: Mapped[int | None] = mapped_column(BigId, index=True, info=sensitive(_is_travel))
    dress: Mapped[Texts]
    gift: Mapped[Texts]
    contact: Mapped[Words] = mapped_column(default="", info=sensitive())  # whom to ring on the spot
    host_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organization.id"))
    session_id: Mapped[int | None] = mapped_column(BigId)
    open_to_press: Mapped[bool] = mapped_column(default=False)
    is_frame: Mapped[bool] = mapped_column(default=False)  # a day or a half that contains others, as the forum does
    is_sample: Mapped[bool] = mapped_column(default=False)

    leg: Mapped[TravelLeg | None] = relationship(
        primaryjoin=lambda: ItineraryItem.id == remote(foreign(TravelLeg.item_id)), lazy="joined", viewonly=True
    )
    begins_at: Mapped[ItineraryPlace | None] = relationship(
        primaryjoin=lambda: foreign(ItineraryItem.place_id) == remote(ItineraryPlace.id), lazy="joined", viewonly=True
    )
    ends_at: Mapped[ItineraryPlace | None] = relationship(
        primaryjoin=lambda: foreign(ItineraryItem.end_place_id) == remote(ItineraryPlace.id),
        lazy="joined",
        viewonly=True,
    )

    @property
    def where(self) -> dict[str, str]:
        """What the place is called: in its own words, or else as the edition's place is."""
        return self.place or (self.begins_at.name if self.begins_at else {})

    @property
    def where_to(self) -> dict[str, str]:
        """Of a way, the place to which it leads."""
        return self.ends_at.name if self.ends_at and self.end_place_id != self.place_id else {}

    @property
    def full_address(self) -> dict[str, str]:
        return self.address or (self.begins_at.address if self.begins_at else {})

    @property
    def hides_times(self) -> bool:
        """When a group is under way tells which flight it is."""
        return _is_travel(self)


class BulkAction(enum.StrEnum):
    """What is done to many registrations at once."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    TYPE = "type"
    LANGUAGE = "language"
    REMIND = "remind"
    TELL = "tell"  # what has changed of their itineraries
    ATTENDANCE = "attendance"  # that they came, or did not


class BulkStatus(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class BulkRun(OfEdition, Row, Base):
    """Something that is done to many registrations, one after another, by a worker in the name of whoever asked."""

    __tablename__ = "bulk_run"
    __table_args__ = (
        within_edition(),
        same_edition("undoes_id", "bulk_run"),
        UniqueConstraint("undoes_id"),
        CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
    )

    action: Mapped[BulkAction] = mapped_column(choice(BulkAction))
    value: Mapped[Words | None]  # the code of a type, or a language; of what takes an earlier run back, none
    reason: Mapped[Words] = mapped_column(default="")
    status: Mapped[BulkStatus] = mapped_column(choice(BulkStatus), default=BulkStatus.QUEUED)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    undoes_id: Mapped[int | None] = mapped_column(BigId)
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    via: Mapped[Via] = mapped_column(choice(Via))
    token_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("api_token.id"))  # by which it was asked
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkRow(OfEdition, Row, Base):
    """One registration of a run as it was seen, and what came of it."""

    __tablename__ = "bulk_row"
    __table_args__ = (
        same_edition("run_id", "bulk_run"),
        same_edition("registration_id", "registration"),
        UniqueConstraint("run_id", "registration_id"),
    )

    run_id: Mapped[int] = mapped_column(BigId)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    seen: Mapped[int] = mapped_column(Integer)  # the version
    value: Mapped[Words | None]
    outcome: Mapped[Words | None]  # "changed", or the code of what stood against it
    before: Mapped[Words | None]  # the value that was there, for taking it back
    left_at: Mapped[int | None] = mapped_column(Integer)  # the version that it was left with
