"""Rehearsals of check-in, on real data: nothing of them is left when they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.errors import Refusal
from forumapp.domain.checkin import rehearsals

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


class NotInRehearsal(Refusal):
    """What would stay after a rehearsal is not done in one."""

    code = "not-in-rehearsal"


def refuse_in_rehearsal(db: DbSession, edition_id: int, *, now: datetime) -> None:
    """For whatever the desk changes of registrations, places, boardings, pieces or letters. Raises NotInRehearsal."""
    if rehearsals.running(db, edition_id, now=now) is not None:
        raise NotInRehearsal
