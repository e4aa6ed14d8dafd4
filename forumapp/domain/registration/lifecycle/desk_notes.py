"""Notes for the check-in desk, shown at every station that scans the registrant's code and to the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.lifecycle.decisions import lock_version

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration

LONGEST_NOTE = 200  # characters; read while the guest waits


def write_desk_note(
    db: DbSession, edition_id: int, registration_id: int, note: str, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Replace the note; "" removes it."""
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version)
    change(db, row, {"desk_note": note.strip()}, version=version, actor=actor, now=now)
    return row
