"""Contact details of people who appear in no edition, such as an import of people brings: they are kept for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.audit.services import SYSTEM, batched, record, told_at_once
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.duplicates.appearances import list_in_no_edition
from forumapp.domain.people.records.erasure import erase_contacts, list_reachable
from forumapp.domain.registration.uploads.erasure import list_invited
from forumapp.domain.retention.rules import LONGEST

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def purge_registry(db: DbSession, *, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Take away the contact details of people in no edition whose record and posts have not changed for 365 days; how
    many of what, by table. People who are invited to an edition keep theirs until its rule takes the invitation's.
    """
    people = list_in_no_edition(db, unchanged_since=now - LONGEST)
    people -= list_invited(db, list(db.scalars(select(Edition.id))))
    reached = [one for batch in batched(people) for one in list_reachable(db, batch)]
    counts = erase_contacts(db, None, people, now=now, dry_run=dry_run)
    if not dry_run:
        # What the session has read may hold what is gone.
        db.expire_all()
        with told_at_once(db):
            for person_id in reached:
                record(db, "purged", "person", person_id, actor=SYSTEM, now=now)
    return {table: count for table, count in sorted(counts.items()) if count}
