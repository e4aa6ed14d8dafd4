"""What a finished print leaves behind of each badge: a line in the log of pieces, and what its registration keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from forumapp.core.database.locks import lock_name
from forumapp.domain.printing.models import PrintLine
from forumapp.domain.printing.rules import FEW
from forumapp.domain.registration.lists.stale_badges import kept_of_print
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.models import PrintJob
    from forumapp.domain.printing.paper.documents import BadgeValues


class Last(NamedTuple):
    """Of somebody's badges so far: how many were printed, how often what they said was new, and what the last said."""

    copies: int = 0
    contents: int = 0
    said: Mapping[str, Any] | None = None


def snapshot(badge: BadgeValues) -> dict[str, Any]:
    return kept_of_print(badge, type_code=badge.type_code, type_name=badge.type_name, short_code=badge.short_code)


def note_printed(
    db: DbSession,
    job: PrintJob,
    badges: Sequence[BadgeValues],
    designs: Mapping[str, int],
    boxes: Mapping[int, str],
    *,
    now: datetime,
) -> None:
    """Of each piece which copy it is and what it says, by number, its design, by type, and its box, by registration.
    Harmless when done twice. Nobody else numbers pieces of the edition until the transaction ends.
    """
    lock_name(db, f"print-lines-{job.edition_id}")
    connection = db.connection()
    connection.execute(delete(PrintLine).where(PrintLine.job_id == job.id))
    before = _last_of(db, job.edition_id, [one.registration_id for one in badges])
    lines = []
    for place, badge in enumerate(badges, start=1):
        one = badge.registration_id
        last = before.get(one, Last())
        lines.append(
            {
                "edition_id": job.edition_id,
                "job_id": job.id,
                "registration_id": one,
                "position": place,
                "copy_number": last.copies + 1,
                "content_version": last.contents + (last.said != snapshot(badge)) or 1,
                "design_version_id": designs.get(badge.type_code),
                "box": boxes.get(one),
            }
        )
    connection.execute(insert(PrintLine), lines)
    table = Registration.__table__
    # By the table, since printing is no edit: neither the version nor the time of the last change moves.
    printed = (
        update(table)  # type: ignore[arg-type]  # a mapped class's table is a Table
        .where(table.c.id == bindparam("registration"))
        .values(printed=bindparam("what"), printed_at=now, updated_at=table.c.updated_at)
    )
    connection.execute(printed, [{"registration": one.registration_id, "what": snapshot(one)} for one in badges])


def _last_of(db: DbSession, edition_id: int, ids: Sequence[int]) -> dict[int, Last]:
    """By registration. One query, of the whole edition where those that are printed are too many to name."""
    line = PrintLine
    query = (
        select(Registration.id, func.max(line.copy_number), func.max(line.content_version), Registration.printed)
        .join(line, line.registration_id == Registration.id)
        .where(line.edition_id == edition_id, line.copy_number.is_not(None), line.letter_id.is_(None))
        .group_by(Registration.id)
    )
    if len(ids) <= FEW:
        query = query.where(line.registration_id.in_(ids))
    return {one: Last(copies or 0, contents or 0, said) for one, copies, contents, said in db.execute(query)}
