"""Partitions of a delegation's people, their groups, and who is in which from when to when."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    same_edition,
    within_edition,
)
from forumapp.core.database.db import Base


class PartitionKind(enum.StrEnum):
    COACH = "coach"
    VISIT = "visit"
    HOTEL = "hotel"
    LANGUAGE = "language"


class Partition(OfEdition, Versioned, Base):
    """One way to divide the people of a delegation and of its parts into groups.

    It lasts from the start of one item to the start of another; an end without one is open: for the whole stay.
    """

    __tablename__ = "partition"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        same_edition("split_item_id", "itinerary_item"),
        same_edition("rejoin_item_id", "itinerary_item"),
        CheckConstraint("split_item_id <> rejoin_item_id", name="rejoins_elsewhere"),
    )

    delegation_id: Mapped[int] = mapped_column(BigId, index=True)
    kind: Mapped[PartitionKind] = mapped_column(choice(PartitionKind))
    name: Mapped[Texts]
    split_item_id: Mapped[int | None] = mapped_column(BigId, index=True)
    rejoin_item_id: Mapped[int | None] = mapped_column(BigId, index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_sample: Mapped[bool] = mapped_column(default=False)


class DelegationGroup(OfEdition, Versioned, Base):
    """One of the groups of a partition: a coach, a branch of a visit."""

    __tablename__ = "delegation_group"
    __table_args__ = (
        within_edition(),
        # What a membership's foreign key points to, so that its group is of its partition.
        UniqueConstraint("edition_id", "partition_id", "id"),
        UniqueConstraint("partition_id", "code"),
        same_edition("partition_id", "partition"),
        same_edition("captain_id", "registration"),
    )

    partition_id: Mapped[int] = mapped_column(BigId)
    code: Mapped[Words]
    name: Mapped[Texts]
    captain_id: Mapped[int | None] = mapped_column(BigId, index=True)  # a registration
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_sample: Mapped[bool] = mapped_column(default=False)


class GroupMember(OfEdition, Versioned, Base):
    """A registration in a group, from one instant up to another; an end without one is that of the partition.

    Triggers on both databases refuse a second one that overlaps within the partition.
    """

    __tablename__ = "group_member"
    __table_args__ = (
        within_edition(),
        same_edition("partition_id", "partition"),
        ForeignKeyConstraint(
            ["edition_id", "partition_id", "group_id"],
            ["delegation_group.edition_id", "delegation_group.partition_id", "delegation_group.id"],
        ),
        same_edition("registration_id", "registration"),
        CheckConstraint("until_utc > from_utc", name="until_after_from"),
        Index("ix_group_member_in", "partition_id", "registration_id"),
    )

    partition_id: Mapped[int] = mapped_column(BigId)
    group_id: Mapped[int] = mapped_column(BigId, index=True)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    from_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
