"""Giving a new edition what an earlier one has set up: each domain says which of its things come along, and what of
them. Columns are named one by one, so that a new one stays behind until someone has thought about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.audit.services import create

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


@dataclass(frozen=True, slots=True)
class Copying:
    """From which edition to which. `became` says by table which of their rows became which, for those that name them.

    For whoever was let to make the new edition from that one.
    """

    db: DbSession
    source_id: int
    target_id: int
    actor: Actor
    now: datetime
    became: dict[str, dict[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClonePart:
    """One kind of thing: rows of `kind`, of which `columns` come along as they are.

    `links` are columns that name rows which have come along before, by their table. `changed` says what is otherwise
    in the new row. One may leave behind what is `optional`.
    """

    key: str
    kind: Any
    columns: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    changed: Callable[[Copying, Any], Mapping[str, Any] | None] = lambda _copying, _row: {}
    optional: bool = False

    def copy(self, copying: Copying) -> None:
        """A row of which `changed` makes None stays behind."""
        db, became = copying.db, copying.became.setdefault(self.kind.__tablename__, {})
        rows = select(self.kind).where(self.kind.edition_id == copying.source_id).order_by(self.kind.id)
        for row in list(db.scalars(rows)):
            changes = self.changed(copying, row)
            if changes is None:
                continue
            made = self.kind(
                edition_id=copying.target_id,
                **{column: getattr(row, column) for column in self.columns},
                **{column: _linked(copying, table, getattr(row, column)) for column, table in self.links.items()},
                **changes,
            )
            create(db, made, actor=copying.actor, now=copying.now)
            became[row.id] = made.id


def _linked(copying: Copying, table: str, row_id: int | None) -> int | None:
    return None if row_id is None else copying.became[table][row_id]
