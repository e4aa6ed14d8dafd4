"""Papers of which no print is kept, printed in spite of what was found: the log tells who did so, of which version, and
why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.cues import get_sheet
from forumapp.domain.agenda.queries import get_version
from forumapp.domain.audit.services import record
from forumapp.domain.printing.rules import fault_of_anyway

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def note_run_of_show(db: DbSession, edition_id: int, number: int, why: str, *, actor: Actor, now: datetime) -> None:
    """Of the sheet of that number. Raises Invalid where `why` says nothing."""
    _require(db, edition_id, why, actor=actor)
    row = get_sheet(db, edition_id, number)
    by: Any = {"actor": actor, "now": now, "edition_id": edition_id, "reason": why}
    record(db, "printed-despite", "cue_sheet", row.id, **by)


def note_door_signs(db: DbSession, edition_id: int, number: int, why: str, *, actor: Actor, now: datetime) -> None:
    """The same of the signs at doors, of the agenda's version of that number."""
    _require(db, edition_id, why, actor=actor)
    row = get_version(db, edition_id, number)
    by: Any = {"actor": actor, "now": now, "edition_id": edition_id, "reason": why}
    record(db, "signs-printed-despite", "agenda_version", row.id, **by)


def _require(db: DbSession, edition_id: int, why: str, *, actor: Actor) -> None:
    require_all(db, edition_id, Permission.PRINT, actor=actor)
    if fault := fault_of_anyway(why):
        raise Invalid(fields={"anyway": fault})
