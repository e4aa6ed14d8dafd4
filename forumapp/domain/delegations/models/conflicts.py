"""Clashes of people that someone has allowed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Versioned,
    Words,
    choice,
    same_edition,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.delegations.rules.commitments import PartyKind


class ClashOverride(OfEdition, Versioned, Base):
    """That a person can't keep two commitments is known and allowed, for a reason, up to so many minutes lacking.

    It holds in the delegation in which they were then, if any: whoever looks after them in another one neither reads
    why nor goes by it. What it is about is named by table and id, and not referred to: it outlasts whatever is taken
    away and brought back.
    """

    __tablename__ = "clash_override"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        UniqueConstraint(
            "edition_id", "person_id", "one_kind", "one_id", "other_kind", "other_id", name="uq_clash_override_pair"
        ),
        # In one order, so that two are allowed once.
        CheckConstraint("one_kind < other_kind OR (one_kind = other_kind AND one_id < other_id)", name="in_order"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    delegation_id: Mapped[int | None] = mapped_column(BigId, index=True, info=unlogged())
    one_kind: Mapped[PartyKind] = mapped_column(choice(PartyKind))
    one_id: Mapped[int] = mapped_column(BigId)
    other_kind: Mapped[PartyKind] = mapped_column(choice(PartyKind, "otherpartykind"))
    other_id: Mapped[int] = mapped_column(BigId)
    minutes: Mapped[int] = mapped_column(Integer)
    reason: Mapped[Words]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
