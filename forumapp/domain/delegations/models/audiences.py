"""For whom an item is: as it is said, and the people that this comes to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import BigId, OfEdition, Row, same_edition
from forumapp.core.database.db import Base
from forumapp.domain.delegations.models.itineraries import of_item


class ItemAudience(OfEdition, Row, Base):
    """A delegation with its parts, a group or a person for whom an item is, or who is left out of it.

    All rows of an item are said as a whole, by its version.
    """

    __tablename__ = "item_audience"
    __table_args__ = (
        of_item(),
        same_edition("delegation_id", "delegation"),
        same_edition("group_id", "delegation_group"),
        same_edition("registration_id", "registration"),
        *(UniqueConstraint("item_id", one) for one in ("delegation_id", "group_id", "registration_id")),
        CheckConstraint(
            "(CASE WHEN delegation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN group_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN registration_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_of_three",
        ),
    )

    item_id: Mapped[int] = mapped_column(BigId)
    includes: Mapped[bool]
    delegation_id: Mapped[int | None] = mapped_column(BigId, index=True)
    group_id: Mapped[int | None] = mapped_column(BigId, index=True)
    registration_id: Mapped[int | None] = mapped_column(BigId, index=True)


class ItemPerson(OfEdition, Row, Base):
    """A registration for which an item is now. Follows from its audience, and is renewed whenever that may differ."""

    __tablename__ = "item_person"
    __table_args__ = (
        of_item(),
        same_edition("registration_id", "registration"),
        UniqueConstraint("item_id", "registration_id"),
    )

    item_id: Mapped[int] = mapped_column(BigId)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)
