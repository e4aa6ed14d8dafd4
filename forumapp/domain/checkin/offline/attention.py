"""What stations did on their own, and nobody has looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.checkin.offline.reconciliation import count_open

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access


def checkin_needs(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    if access.reach(Permission.CHECK_IN) is not Reach.ALL:
        return []
    return [Need(Section.REGISTRATION, "scan-conflict", count_open(db, edition_id), Severity.DOUBTFUL)]
