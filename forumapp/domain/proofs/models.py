"""Name checks: what an office or a delegation was shown, what it approved, and what it wants otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

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
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.proofs.rules import CorrectionState


class NameProof(OfEdition, Versioned, Base):
    """One office's or delegation's page, on which it sees how its people will be printed."""

    __tablename__ = "name_proof"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        Index(
            "uq_name_proof_of_speakers",
            "edition_id",
            unique=True,
            sqlite_where=text("of_speakers"),
            postgresql_where=text("of_speakers"),
        ),
        CheckConstraint("NOT of_speakers OR delegation_id IS NULL", name="of_speakers_or_a_delegation"),
    )

    name: Mapped[Texts]
    delegation_id: Mapped[int | None] = mapped_column(BigId, index=True)
    # The one on which speakers stand who answered on pages of their own.
    of_speakers: Mapped[bool] = mapped_column(default=False)
    email: Mapped[Words | None] = mapped_column(info=sensitive())
    language: Mapped[Words] = mapped_column(default="en")
    # Carried by the signed link; raised to end the links that are out.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProofEntry(OfEdition, Versioned, Base):
    """One person on a proof, at their place in the order. What was approved is kept as it was shown."""

    __tablename__ = "proof_entry"
    __table_args__ = (
        within_edition(),
        same_edition("proof_id", "name_proof"),
        UniqueConstraint("proof_id", "person_id"),
        UniqueConstraint("proof_id", "position"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approval_is_whole"),
    )

    proof_id: Mapped[int] = mapped_column(BigId, index=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    approved: Mapped[Plain]
    approved_by: Mapped[Words | None]
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProofCorrection(OfEdition, Versioned, Base):
    """What the office wants printed instead: a proposal, which changes nothing until someone accepts it."""

    __tablename__ = "proof_correction"
    __table_args__ = (
        same_edition("entry_id", "proof_entry"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decision_is_whole"),
    )

    entry_id: Mapped[int] = mapped_column(BigId, index=True)
    shown: Mapped[Plain]  # what stood there when it was written
    proposed: Mapped[Plain]
    photo_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("image.id"))  # that a speaker sent
    remark: Mapped[Words] = mapped_column(default="")
    proposed_by: Mapped[Words]  # the name that whoever opened the link gave
    state: Mapped[CorrectionState] = mapped_column(choice(CorrectionState), default=CorrectionState.OPEN)
    # Which of the proposed parts were taken over, and why the whole was declined.
    accepted: Mapped[list[str]] = mapped_column(Json, default=list)
    reason: Mapped[Words] = mapped_column(default="")
    decided_by: Mapped[Words | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
