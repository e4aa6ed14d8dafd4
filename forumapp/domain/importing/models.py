"""Tables that people bring, from the upload to the last row taken."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Plain,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    index_where_set,
    sensitive,
    unlogged,
)
from forumapp.core.database.db import Base


class ImportKind(enum.StrEnum):
    PEOPLE = "people"
    ORGANIZATIONS = "organizations"
    REGISTRATIONS = "registrations"
    AGENDA = "agenda"
    ROSTER = "roster"  # of one delegation, by whoever looks after it


class ImportStatus(enum.StrEnum):
    DRAFT = "draft"  # read and shown; nothing is saved until someone confirms it
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportRun(OfEdition, Versioned, Base):
    """One file, what its columns mean, and how far it is taken.

    The edition is that of the pages on which it was brought; people and organizations stand across editions. The file
    is full of people, so it goes a while after it was brought, and at once when the import
    is cancelled (`content` is empty then).
    """

    __tablename__ = "import_run"
    __table_args__ = (
        # A delegation that is removed had no members: of its lists nothing was taken, and they go with it.
        ForeignKeyConstraint(
            ["edition_id", "delegation_id"], ["delegation.edition_id", "delegation.id"], ondelete="CASCADE"
        ),
        index_where_set("ix_import_run_delegation_id", "delegation_id"),
        CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        CheckConstraint("(kind = 'roster') = (delegation_id IS NOT NULL)", name="roster_of_a_delegation"),
        # The log of one that went is not that of another, nor its work.
        {"sqlite_autoincrement": True},
    )

    kind: Mapped[ImportKind] = mapped_column(choice(ImportKind))
    # Whose members the rows of a roster become, so that those bound to it see the import.
    delegation_id: Mapped[int | None] = mapped_column(BigId)
    filename: Mapped[Words]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info=unlogged())
    sha256: Mapped[Words]
    read_as: Mapped[Words]
    # Where the table stands in a workbook, and the row with its headings, None where there is none.
    sheet: Mapped[Words] = mapped_column(default="")
    heading_row: Mapped[int | None] = mapped_column(Integer)
    mapping: Mapped[Plain]  # by heading, the field that its column means
    # Rows that resemble someone, and that are to be added all the same.
    chosen: Mapped[list[int]] = mapped_column(Json, default=list)
    # Rows that are of the very record they resemble or are the same as: registering that person, or filling it in.
    joined: Mapped[list[int]] = mapped_column(Json, default=list)
    # Corrections of single cells (corrections.py). They are full of people as the file is, and go when it goes.
    cells: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict, info=sensitive())
    # What is said for the whole file, of registrations: {"type": "guest", "delegation": "hubei", "waitlist": true,
    # "unanswered": true, "notify": true}: take those who leave required answers open, and mail those who come in.
    settings: Mapped[Plain]
    status: Mapped[ImportStatus] = mapped_column(choice(ImportStatus), default=ImportStatus.DRAFT)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer, default=0)
    fault: Mapped[Words | None]
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def unused_columns(self) -> list[str]:
        """The headings of columns that are left out."""
        return [heading for heading, meant in self.mapping.items() if not meant]
