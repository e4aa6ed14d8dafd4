"""Who changed what, when and through what. Append-only: triggers refuse update and delete."""

from __future__ import annotations

import enum
from collections import Counter
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import BigId, Id, Json, Texts, UtcDateTime, Words, choice
from forumapp.core.database.db import Base


class Via(enum.StrEnum):
    PAGE = "page"
    API = "api"
    COMMAND = "command"
    IMPORT = "import"
    WORKFLOW = "workflow"


class AuditEvent(Base):
    """One change to one record. `actor` is an account's id; None is a stranger or the system itself."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_record", "entity", "entity_id"),
        Index("ix_audit_event_edition", "edition_id", "id"),
    )

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(BigId)
    via: Mapped[Via] = mapped_column(choice(Via))
    # The API token that was used, of those that the account has.
    token_id: Mapped[int | None] = mapped_column(BigId)
    action: Mapped[Words]
    entity: Mapped[Words]
    entity_id: Mapped[int] = mapped_column(BigId)
    edition_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[Words | None]
    # Names of the changed fields; their values stand in audit_value, which an erasure may empty.
    fields: Mapped[list[str]] = mapped_column(Json, default=list)


class AuditValue(Base):
    """A changed field's value before and after, apart from the event so that erasure can empty it.

    SQL's NULL on both sides is what was erased; a value that was not there is JSON's null.
    """

    __tablename__ = "audit_value"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("audit_event.id"), index=True)
    field: Mapped[Words]
    before: Mapped[object | None] = mapped_column(Json)
    after: Mapped[object | None] = mapped_column(Json)


class Removal(Base):
    """What was removed and can be brought back: the row, with all that went with it, as it stood.

    `label` names it to people, in the languages it has.
    """

    __tablename__ = "removal"
    __table_args__ = (Index("ix_removal_edition", "edition_id", "removed_at"),)

    id: Mapped[Id]
    edition_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("edition.id"))
    entity: Mapped[Words]
    entity_id: Mapped[int] = mapped_column(BigId)
    delegation_id: Mapped[int | None] = mapped_column(BigId)
    label: Mapped[Texts]
    search_text: Mapped[Words] = mapped_column(default="")
    # [{"table": ..., "values": {column: value}, "refers": {column: when that row was made}}], what others refer to
    # first; nothing where the row still stands in its table, marked as removed.
    rows: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list)
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_by: Mapped[int | None] = mapped_column(BigId)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def along(self) -> dict[str, int]:
        """By table, how many rows went with the one that was removed."""
        return dict(Counter(str(one["table"]) for one in self.rows[1:]))
