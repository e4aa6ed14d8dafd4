"""Taking out of mailings what they were narrowed down by: a search may be a phone number or a mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from forumapp.domain.letters.models import Mailing, MailingStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

# One that is not sent yet would go to more people without its search.
_OVER = (MailingStatus.SENT, MailingStatus.STOPPED)


def erase_searches(db: DbSession, edition_id: int, *, now: datetime, dry_run: bool = False) -> int:
    """Empty the searches of the mailings that are over; how many."""
    rows = db.execute(
        select(Mailing.id, Mailing.filters).where(Mailing.edition_id == edition_id, Mailing.status.in_(_OVER))
    )
    found = [(row.id, row.filters) for row in rows if row.filters.get("search")]
    for row_id, filters in [] if dry_run else found:
        left = {name: words for name, words in filters.items() if name != "search"}
        db.connection().execute(update(Mailing).where(Mailing.id == row_id).values(filters=left, updated_at=now))
    return len(found)
