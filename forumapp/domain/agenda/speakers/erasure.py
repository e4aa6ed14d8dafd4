"""Taking out what speakers said of themselves, once it must go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.agenda.speakers.emails import ABOUT
from forumapp.domain.agenda.speakers.models import Speaker
from forumapp.domain.audit.erasing import list_removed, scrub_removals
from forumapp.domain.mail.erasing import erase_messages

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def erase_said(
    db: DbSession, edition_id: int, columns: Collection[str], *, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Empty these columns of the edition's speakers, and of what was removed; how many of what, by table. The log
    never held them.
    """

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any]:
        mine = table == "speaker" and values["edition_id"] == edition_id
        return {**values, **dict.fromkeys(columns, "")} if mine else values

    count = 0
    for name in columns:
        column = getattr(Speaker, name)
        said = Speaker.edition_id == edition_id, column != ""
        if dry_run:
            count += db.execute(select(func.count()).select_from(Speaker).where(*said)).scalar_one()
            continue
        emptied = update(Speaker).where(*said).values({name: "", "version": Speaker.version + 1, "updated_at": now})
        count += int(db.connection().execute(emptied).rowcount)
    return {"speaker": count, "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run)}


def list_on_program(db: DbSession, edition_ids: Collection[int]) -> set[int]:
    """The ids of people who speak in any of these editions or have another role in their sessions."""
    speakers = select(Speaker.person_id).where(Speaker.edition_id.in_(edition_ids))
    roles = select(RoleAssignment.person_id).where(RoleAssignment.edition_id.in_(edition_ids))
    return set(db.scalars(speakers.union(roles)))


def erase_letters(
    db: DbSession, edition_id: int, person_ids: Collection[int], *, now: datetime, dry_run: bool = False
) -> int:
    """Empty the mails that went to these people as speakers; how many."""
    query = select(Speaker.id).where(Speaker.edition_id == edition_id, Speaker.person_id.in_(person_ids))
    ids = set(db.scalars(query))
    ids |= {row["id"] for row in list_removed(db, edition_id, "speaker") if row["person_id"] in person_ids}
    return erase_messages(db, ABOUT, ids, now=now, dry_run=dry_run)
