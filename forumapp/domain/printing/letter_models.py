"""Formal letters with a serial: invitations, and certificates of attendance. What was issued stays as it was."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Plain,
    Row,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    index_where_set,
    same_edition,
    unique_where,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base


class LetterKind(enum.StrEnum):
    INVITATION = "invitation"
    CERTIFICATE = "certificate"


class LetterForm(OfEdition, Versioned, Base):
    """How an edition writes and signs one kind of letter. There is a row once someone has said anything of it; an empty
    text or prefix is the usual one.
    """

    __tablename__ = "letter_form"
    __table_args__ = (
        UniqueConstraint("edition_id", "kind"),
        CheckConstraint("kind = 'invitation' OR (dress = '{}' AND answer_by IS NULL)", name="only_invitations_ask"),
    )

    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    prefix: Mapped[Words] = mapped_column(default="")
    text: Mapped[Texts]
    dress: Mapped[Texts]
    answer_by: Mapped[date | None] = mapped_column(Date)
    signatory_latin: Mapped[Words] = mapped_column(default="")
    signatory_native: Mapped[Words] = mapped_column(default="")
    office: Mapped[Texts]
    signature_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("image.id"))
    has_seal: Mapped[bool] = mapped_column(default=False)


class LetterIssue(OfEdition, Row, Base):
    """What letters that were issued together share: letterhead, text and signatory as they were then.

    Triggers on both databases refuse to change or delete one.
    """

    __tablename__ = "letter_issue"
    __table_args__ = (within_edition(), UniqueConstraint("id", "kind"))

    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    content: Mapped[Plain]
    characters: Mapped[Words]  # all that stand in any of them, to which fonts are cut
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class LetterPicture(OfEdition, Row, Base):
    """A picture that issued letters show, so that it stays as long as they do."""

    __tablename__ = "letter_picture"
    __table_args__ = (same_edition("issue_id", "letter_issue"), UniqueConstraint("issue_id", "image_id"))

    issue_id: Mapped[int] = mapped_column(BigId)
    image_id: Mapped[int] = mapped_column(BigId, ForeignKey("image.id"), index=True)


class Letter(OfEdition, Versioned, Base):
    """One that was issued: to someone registered, or to someone who was invited and has not registered.

    It is never deleted, and its serial never given again. Triggers on both databases let nothing change but what is
    said once: that it was revoked, and the hash of its paper. So of the rest the log has nothing to tell.
    """

    __tablename__ = "letter"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "kind", "number"),
        UniqueConstraint("edition_id", "kind", "serial"),
        # Nor do two of other kinds or editions have one. An index, since for a constraint SQLite makes the table anew,
        # without its triggers.
        Index("uq_letter_serial", "serial", unique=True),
        UniqueConstraint("replaces_id"),
        ForeignKeyConstraint(["issue_id", "kind"], ["letter_issue.id", "letter_issue.kind"]),
        same_edition("issue_id", "letter_issue"),
        same_edition("registration_id", "registration"),
        same_edition("invitation_id", "invitation"),
        same_edition("replaces_id", "letter"),
        unique_where(
            "uq_letter_registration", "revoked_at IS NULL AND registration_id IS NOT NULL", "kind", "registration_id"
        ),
        unique_where(
            "uq_letter_invitation", "revoked_at IS NULL AND invitation_id IS NOT NULL", "kind", "invitation_id"
        ),
        index_where_set("ix_letter_registration_id", "registration_id"),
        index_where_set("ix_letter_invitation_id", "invitation_id"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(registration_id IS NULL) <> (invitation_id IS NULL)", name="to_one_person"),
        CheckConstraint("invitation_id IS NULL OR kind = 'invitation'", name="certificates_are_for_registrations"),
        CheckConstraint("(revoked_at IS NULL) = (reason IS NULL)", name="revoked_with_a_reason"),
        CheckConstraint("revoked_at IS NOT NULL OR revoked_by IS NULL", name="revoked_by_whom"),
        CheckConstraint("(pdf_sha256 IS NULL) = (renderer IS NULL)", name="paper_is_whole"),
    )

    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind), info=unlogged())
    issue_id: Mapped[int] = mapped_column(BigId, index=True, info=unlogged())
    number: Mapped[int] = mapped_column(Integer, info=unlogged())
    serial: Mapped[Words] = mapped_column(info=unlogged())
    registration_id: Mapped[int | None] = mapped_column(BigId, info=unlogged())
    invitation_id: Mapped[int | None] = mapped_column(BigId, info=unlogged())
    # Name, form of address, title and organization as they were then.
    said: Mapped[Plain] = mapped_column(info=unlogged())
    sha256: Mapped[Words] = mapped_column(info=unlogged())  # of all that the letter says
    # Of its paper as it was first made, alone, and by what.
    pdf_sha256: Mapped[Words | None] = mapped_column(info=unlogged())
    renderer: Mapped[Words | None] = mapped_column(info=unlogged())
    issued_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"), info=unlogged())
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, info=unlogged())
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    reason: Mapped[Words | None]
    # The one in whose place it was issued, which is revoked.
    replaces_id: Mapped[int | None] = mapped_column(BigId, info=unlogged())
    search_text: Mapped[Words] = mapped_column(default="", info=unlogged())
