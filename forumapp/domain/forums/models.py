"""Series, their editions, hosts, venues and rooms."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.columns import (
    BigId,
    Json,
    OfEdition,
    Texts,
    Versioned,
    Words,
    choice,
    dates_in_order,
    same_edition,
    within_edition,
)
from forumapp.core.db import Base
from forumapp.domain.people.models import Organization


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
    accent_color: Mapped[Words] = mapped_column(default="#1f4e79")
    status: Mapped[EditionStatus] = mapped_column(choice(EditionStatus), default=EditionStatus.DRAFT)
    # Of everyone who works on it, before they see any of its pages.
    requires_two_factor: Mapped[bool] = mapped_column(default=False)
    is_sample: Mapped[bool] = mapped_column(default=False)

    series: Mapped[Series] = relationship(viewonly=True)


class HostRole(enum.StrEnum):
    HOST = "host"
    CO_HOST = "co-host"
    ORGANIZER = "organizer"
    SUPPORTER = "supporter"
    GUEST_OF_HONOR = "guest-of-honor"
    SPONSOR = "sponsor"
    MEDIA = "media"


class EditionHost(OfEdition, Versioned, Base):
    """An organization's part in an edition, and its place in print among those with the same role."""

    __tablename__ = "edition_host"
    __table_args__ = (UniqueConstraint("edition_id", "role", "print_order"),)

    organization_id: Mapped[int] = mapped_column(BigId, ForeignKey("organization.id"))
    role: Mapped[HostRole] = mapped_column(choice(HostRole))
    print_order: Mapped[int] = mapped_column(Integer)
    remark: Mapped[Texts]

    organization: Mapped[Organization] = relationship(viewonly=True)


class Venue(OfEdition, Versioned, Base):
    __tablename__ = "venue"
    __table_args__ = (within_edition(), UniqueConstraint("edition_id", "code"))

    code: Mapped[Words]
    name: Mapped[Texts]
    address: Mapped[Texts]
    zone: Mapped[Words]
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
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_sample: Mapped[bool] = mapped_column(default=False)
