"""Looks through printed papers once the log has moved."""

from __future__ import annotations

from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.printing.delegation_papers.review import editions_to_look_at, keep_looks, look


def look_through() -> int:
    """How many editions were looked through. Reading takes long, and nobody waits for it; writing takes a moment. Two
    workers at once find the same.
    """
    db = reading()
    due = editions_to_look_at(db)
    for edition_id in due:
        found = look(db, edition_id)
        db.rollback()
        with transaction() as session:
            keep_looks(session, found)
    db.rollback()
    return len(due)
