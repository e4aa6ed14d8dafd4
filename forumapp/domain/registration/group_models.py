"""Groups of people registered by one contact."""

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
    """People registered by one contact, such as a secretary. The contact receives the mail of members without an
    email address of their own and manages them by a signed link; the others manage themselves.
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
    # How many members have an email address of their own. The contact learns nothing more about them; otherwise a group
    # could be used to find out who is registered.
    apart: Mapped[int] = mapped_column(Integer, default=0)
    # The statuses that the form was answered with, in the order of its people; returned if it is sent again with the
    # same key.
    outcome: Mapped[list[str]] = mapped_column(Json, default=list, info=unlogged())
    form_key: Mapped[Words | None] = mapped_column(info=unlogged())
    # The text of the privacy notice that the contact agreed to.
    agreed: Mapped[Plain]

    type: Mapped[RegistrationType] = relationship(viewonly=True)
