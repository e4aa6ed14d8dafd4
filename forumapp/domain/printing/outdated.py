"""Badges that no longer say what they said when they were printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.accounts.reach import limited
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.services import snapshot
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.outdated import differing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.documents import BadgeValues


@dataclass(frozen=True, slots=True)
class Outdated:
    """A badge as it would print now, when it was printed last, and which of its parts differ since."""

    badge: BadgeValues
    printed_at: datetime
    parts: tuple[str, ...]


def outdated_badges(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[Outdated]:
    """In the order of printing. As many queries for one badge as for a thousand."""
    reached = limited(Registration.id, "registration", edition_id, within)
    query = select(Registration.id, Registration.printed, Registration.printed_at).where(
        Registration.edition_id == edition_id, Registration.printed_at.is_not(None), *reached
    )
    before = {row.id: (row.printed, row.printed_at) for row in db.execute(query)}
    if not before:
        return []
    found = []
    for badge in badge_values(db, edition_id, Options(), within=within):
        kept, printed_at = before.get(badge.registration_id, ({}, None))
        if parts := differing(kept, snapshot(badge)):
            found.append(Outdated(badge, printed_at, parts))
    return found
