"""Names that offices have not approved, or want otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.proofs.queries import list_unapproved
from forumapp.domain.proofs.rules import EntryState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access

CODES = {
    EntryState.CORRECTION: ("name-corrected", Severity.WAITING),
    EntryState.CHANGED: ("name-changed-since-proof", Severity.STALE),
    EntryState.WAITING: ("name-unapproved", Severity.WAITING),
    None: ("name-without-proof", Severity.MISSING),
}


def proof_needs(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    if not access.allows(Permission.EDIT_PROOFS):
        return []
    found = list_unapproved(db, edition_id, within=access.within(Permission.EDIT_PROOFS))
    return [
        Need(Section.PEOPLE, code, sum(one.state is state for one in found), severity)
        for state, (code, severity) in CODES.items()
    ]
