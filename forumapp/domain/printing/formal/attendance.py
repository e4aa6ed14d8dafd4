"""Who was there, as far as the product knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Boolean, String, column, select, table

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

# Named and not imported: check-in stands above paper.
CHECKPOINT = table("checkpoint", column("id", BigInteger), column("edition_id", BigInteger), column("kind", String))
ADMISSION = table(
    "admission",
    column("checkpoint_id", BigInteger),
    column("registration_id", BigInteger),
    column("is_rehearsal", Boolean),
)


def attended(db: DbSession, edition: Edition) -> Collection[int] | None:
    """The ids of the registrations that passed a door of the edition; None where nobody was scanned at one, since then
    it is not known who was there.
    """
    through = select(ADMISSION.c.registration_id).join(CHECKPOINT, CHECKPOINT.c.id == ADMISSION.c.checkpoint_id)
    doors = CHECKPOINT.c.edition_id == edition.id, CHECKPOINT.c.kind == "door"
    found = db.scalars(through.where(*doors, ADMISSION.c.is_rehearsal.is_(False)))
    return frozenset(found) or None
