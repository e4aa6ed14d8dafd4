"""Series, their editions, hosts, venues, rooms, the pages that organizers write, and the calendar of their tasks."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Plain,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    dates_in_order,
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.core.values.colors import Reading, reading_of
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.images.models import Image
from forumapp.domain.people.models import Organization, Person


class Series(Versioned, Base):
    __tablename__ = "series"

    code: Mapped[Words] = mapped_column(unique=True)
    name: Mapped[Texts]


class EditionStatus(enum.StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class PageSize(enum.StrEnum):
    A4 = "A4"
    LETTER = "Letter"


class Edition(Versioned, Base):
    """One forum of a series. The ordinal is stored: years are skipped, names change and sources disagree."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("series_id", "ordinal"),
        dates_in_order("starts_on", "ends_on"),
        CheckConstraint("ordinal > 0", name="ordinal_positive"),
    )

    slug: Mapped[Words] = mapped_column(unique=True)
    series_id: Mapped[int] = mapped_column(BigId, ForeignKey("series.id"))
    ordinal: Mapped[int] = mapped_column(Integer)
    year: Mapped[int] = mapped_column(Integer)
    name: Mapped[Texts]
    theme: Mapped[Texts]
    place: Mapped[Texts]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    zone: Mapped[Words]
    languages: Mapped[list[str]] = mapped_column(Json)  # the first one leads
    page_size: Mapped[PageSize] = mapped_column(choice(PageSize), default=PageSize.A4)
    print_blocks: Mapped[list[str]] = mapped_column(Json, default=list)  # words of `PrintBlock`
    accent_color: Mapped[Words] = mapped_column(default="#1f4e79")
    logo_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Image.id))
    status: Mapped[EditionStatus] = mapped_column(choice(EditionStatus), default=EditionStatus.DRAFT)
    # The last day, there, on which registrants change their own registration; None is the day before the first.
    changes_until: Mapped[date | None] = mapped_column(Date)
    # Whom they are told to ask from then on.
    contact_email: Mapped[Words | None]
    # Of everyone who works on it, before they see any of its pages.
    requires_two_factor: Mapped[bool] = mapped_column(default=False)
    is_sample: Mapped[bool] = mapped_column(default=False)

    series: Mapped[Series] = relationship(viewonly=True)

    @property
    def accent(self) -> Reading:
        """What becomes of the accent color, so that words on it and in it can be read."""
        return reading_of(self.accent_color)


class HostRole(enum.StrEnum):
    HOST = "host"
    CO_HOST = "co-host"
    ORGANIZER = "organizer"
    SUPPORTER = "supporter"
    GUEST_OF_HONOR = "guest-of-honor"
    SPONSOR = "sponsor"
    MEDIA = "media"


class SponsorLevel(OfEdition, Versioned, Base):
    """Gold, silver, in-kind: sponsors are printed level by level."""

    __tablename__ = "sponsor_level"
    __table_args__ = (within_edition(), UniqueConstraint("edition_id", "position"))

    name: Mapped[Texts]
    position: Mapped[int] = mapped_column(Integer)


class EditionHost(OfEdition, Versioned, Base):
    """An organization's part in an edition, and its place in print among those with the same role.

    Sponsors stand in the order of their levels, and within a level in print order.
    """

    __tablename__ = "edition_host"
    __table_args__ = (
        UniqueConstraint("edition_id", "role", "print_order"),
        same_edition("level_id", "sponsor_level"),
        CheckConstraint("level_id IS NULL OR role = 'sponsor'", name="levels_are_for_sponsors"),
    )

    organization_id: Mapped[int] = mapped_column(BigId, ForeignKey("organization.id"))
    role: Mapped[HostRole] = mapped_column(choice(HostRole))
    print_order: Mapped[int] = mapped_column(Integer)
    level_id: Mapped[int | None] = mapped_column(BigId)
    logo_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Image.id))
    remark: Mapped[Texts]

    organization: Mapped[Organization] = relationship(viewonly=True)


class Venue(OfEdition, Versioned, Base):
    __tablename__ = "venue"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("travel_minutes BETWEEN 0 AND 1440", name="travel_minutes_in_a_day"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    address: Mapped[Texts]
    map_url: Mapped[Words | None]
    floor_plan_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Image.id))
    zone: Mapped[Words]
    # To reach it from another place, or leave it for one; None counts as `travel_minutes` of the rules says.
    travel_minutes: Mapped[int | None] = mapped_column(Integer)
    is_sample: Mapped[bool] = mapped_column(default=False)


class Room(OfEdition, Versioned, Base):
    __tablename__ = "room"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        same_edition("venue_id", "venue"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
    )

    code: Mapped[Words]
    venue_id: Mapped[int] = mapped_column(BigId)
    name: Mapped[Texts]
    capacity: Mapped[int] = mapped_column(Integer, default=0)
    # How many it seats in each layout it can be set up in, by the layout's word; `capacity` is that of the usual one.
    layouts: Mapped[Plain]
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_sample: Mapped[bool] = mapped_column(default=False)


class Layout(enum.StrEnum):
    """How a room is set up."""

    THEATER = "theater"
    CLASSROOM = "classroom"
    BANQUET = "banquet"
    BOARDROOM = "boardroom"
    U_SHAPE = "u-shape"
    RECEPTION = "reception"


class ContentKind(enum.StrEnum):
    WELCOME = "welcome"
    PRACTICAL = "practical"
    EMERGENCY = "emergency"
    INTERPRETATION = "interpretation"
    FLOOR_PLAN = "floor-plan"
    OTHER = "other"


class ContentPage(OfEdition, Versioned, Base):
    """What organizers write themselves, for the site and for the program book. Texts are Markdown."""

    __tablename__ = "content_page"
    __table_args__ = (UniqueConstraint("edition_id", "code"), UniqueConstraint("edition_id", "position"))

    code: Mapped[Words]
    kind: Mapped[ContentKind] = mapped_column(choice(ContentKind))
    title: Mapped[Texts]
    body: Mapped[Texts]
    # Whose letter it is. Name and title are those of the edition; without a picture of its own, theirs is shown.
    signatory_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    picture_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Image.id))
    on_site: Mapped[bool] = mapped_column(default=False)
    in_program: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(Integer)
    is_sample: Mapped[bool] = mapped_column(default=False)

    signatory: Mapped[Person | None] = relationship(viewonly=True)


class Task(OfEdition, Versioned, Base):
    """A job of the edition's calendar: when it is due, and whether it is done."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_is_whole"),
        Index("ix_task_due", "edition_id", "due_on"),
    )

    # The job of the field's calendar that it is; None for one that people added.
    code: Mapped[Words | None]
    title: Mapped[Texts]
    role: Mapped[Role] = mapped_column(choice(Role))  # whose job it is
    due_on: Mapped[date] = mapped_column(Date)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[Words | None]
    # For whoever's task it is, while others read the log.
    note: Mapped[Words] = mapped_column(default="", info=sensitive())
