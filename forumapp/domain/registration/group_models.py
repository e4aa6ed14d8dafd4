"""Groups of people whom one contact registers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Plain,
    Versioned,
    Words,
    same_edition,
    sensitive,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.registration.models import RegistrationType


class RegistrationGroup(OfEdition, Versioned, Base):
    """People whom one contact registers, as a secretary does. Mail about those without an address of their own goes to
    the contact, who looks after them by a signed link; the others look after themselves.
    """

    __tablename__ = "registration_group"
    __table_args__ = (
        within_edition(),
        same_edition("type_id", "registration_type"),
        UniqueConstraint("edition_id", "form_key"),
        CheckConstraint("apart >= 0", name="apart_not_negative"),
        Index("ix_registration_group_email", "email", "created_at"),
    )

    type_id: Mapped[int] = mapped_column(BigId, index=True)
    contact_name: Mapped[Words] = mapped_column(info=sensitive())
    email: Mapped[Words | None] = mapped_column(info=sensitive())
    phone: Mapped[Words | None] = mapped_column(info=sensitive())
    language: Mapped[Words] = mapped_column(default="en")  # of the mails
    # Carried by the contact's signed link; raised to end the links that are out.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    # How many were named with an address of their own: the contact is told no more of them, so that nobody learns by a
    # group who is registered.
    apart: Mapped[int] = mapped_column(Integer, default=0)
    # What the form was answered, in the order of its people, for whoever sends it again under the same key.
    outcome: Mapped[list[str]] = mapped_column(Json, default=list, info=unlogged())
    form_key: Mapped[Words | None] = mapped_column(info=unlogged())
    # The words of the privacy notice to which the contact agreed.
    agreed: Mapped[Plain]

    type: Mapped[RegistrationType] = relationship(viewonly=True)
