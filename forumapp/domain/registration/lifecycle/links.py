"""Revoking the personal links of a registration, for example after an email was forwarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.lifecycle.decisions import lock_version

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration


def end_links(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Revoke all links sent so far, and mail the registrant a new one."""
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version)
    changes = {"link_number": row.link_number + 1}
    change(db, row, changes, version=row.version, actor=actor, now=now, action="links-ended")
    tell(db, row, now=now)
    return row
