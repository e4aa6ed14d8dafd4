"""An edition that is over is archived: kept as it is, read-only until an owner reopens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.flushing import flush
from forumapp.core.errors import Refusal
from forumapp.domain.accounts.access import Archived, forget_access, require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, record, stale
from forumapp.domain.forums.hosts.services import list_twice, remove_host
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.archive.archived_names import freeze, keeps_names, release_all

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


class NotArchived(Refusal):
    code = "not-archived"


class StillDraft(Refusal):
    """What is archived stays to be read by everyone, and a draft was never shown to them."""

    code = "still-draft"


def archive_edition(db: DbSession, edition_id: int, *, version: int, actor: Actor, now: datetime) -> Edition:
    """Nothing of it is changed from now on but who has access, and its papers keep the names they print now. What must
    go by its retention still goes.
    """
    row = _as_seen(db, edition_id, version, actor=actor)
    if row.status == EditionStatus.ARCHIVED:
        raise Archived
    refuse_draft(row)
    _set(db, row, EditionStatus.ARCHIVED, "archived", version=version, actor=actor, now=now)
    freeze(db, edition_id)
    return row


def reopen_edition(db: DbSession, edition_id: int, *, version: int, actor: Actor, now: datetime) -> Edition:
    """It can be changed again. Its papers go on saying what they said, but for what is changed in it from now on.
    Registration stays closed until someone opens it.
    """
    row = _as_seen(db, edition_id, version, actor=actor)
    if row.status != EditionStatus.ARCHIVED:
        raise NotArchived
    _set(db, row, EditionStatus.CLOSED, "reopened", version=version, actor=actor, now=now)
    return row


def names_are_kept(db: DbSession, edition: Edition) -> bool:
    """Whether it can be changed again, and prints names as it did when it was archived."""
    return edition.status != EditionStatus.ARCHIVED and keeps_names(db, edition.id)


def take_names_of_now(db: DbSession, edition_id: int, *, version: int, actor: Actor, now: datetime) -> Edition:
    """All its papers and pages name people and organizations as they are named now, and who stands under two names
    that have become one stands once.
    """
    row = _as_seen(db, edition_id, version, Permission.EDIT_EDITION, actor=actor)
    if row.status == EditionStatus.ARCHIVED:
        raise Archived
    release_all(db, edition_id)
    for host in list_twice(db, edition_id):
        remove_host(db, edition_id, host.id, version=host.version, actor=actor, now=now)
    row.updated_at = now  # public pages are made anew
    flush(db)
    record(db, "names-taken", "edition", edition_id, actor=actor, now=now, edition_id=edition_id)
    return row


def _as_seen(
    db: DbSession, edition_id: int, version: int, needs: Permission = Permission.ARCHIVE_EDITION, *, actor: Actor
) -> Edition:
    """Who has not seen how it stands now is told of that before anything else."""
    require(db, edition_id, needs, actor=actor)
    row = get_edition_by_id(db, edition_id)
    if row.version != version:
        raise stale(row)
    return row


def refuse_draft(row: Edition) -> None:
    if row.status == EditionStatus.DRAFT:
        raise StillDraft


def _set(
    db: DbSession, row: Edition, status: EditionStatus, action: str, *, version: int, actor: Actor, now: datetime
) -> None:
    change(db, row, {"status": status}, version=version, actor=actor, now=now, action=action)
    forget_access(db)


def refuse_archived(db: DbSession, edition_id: int) -> None:
    """For what people change by a signed link, without a role that is asked for."""
    if db.scalar(select(Edition.status).where(Edition.id == edition_id)) == EditionStatus.ARCHIVED:
        raise Archived
