"""Where people come and go, an admission ends with the last time that they came in being taken back at the desk: until
now they were outside then, and counted as having come. Who came in on a day before that one has come on it.

Revision ID: 0100
Revises: 0099
"""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

# Of everyone whom nobody scanned on leaving: whatever let them in, and was taken back, by their admission.
OUTSIDE = sa.text(
    "SELECT admission.id, edition.zone, scan.id AS number, scan.counts_at, scan.result FROM admission"
    " JOIN edition ON edition.id = admission.edition_id"
    " LEFT JOIN scan ON scan.registration_id = admission.registration_id"
    " AND scan.checkpoint_id = admission.checkpoint_id AND scan.is_rehearsal = admission.is_rehearsal"
    " AND scan.result IN ('passed', 'already-in', 'undone')"
    " WHERE admission.presence = 'out' AND NOT EXISTS (SELECT 1 FROM scan AS other"
    " WHERE other.registration_id = admission.registration_id AND other.checkpoint_id = admission.checkpoint_id"
    " AND other.is_rehearsal = admission.is_rehearsal AND other.result = 'out')"
    " ORDER BY admission.id, scan.counts_at, scan.id"
).columns(counts_at=sa.DateTime(timezone=True))


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(OUTSIDE).all()
    gone = [one for one, scans in groupby(rows, lambda row: row.id) if not came(scans)]
    for one in gone:
        connection.execute(sa.text("DELETE FROM admission WHERE id = :id"), {"id": one})


def came(scans: Iterable[Any]) -> bool:
    """Whether any time that they came in stands. What is taken back is the last one, which is of one day, as far as it
    had been told by then.
    """
    times: list[tuple[Any, list[int]]] = []  # the day, and the scans
    for scan in scans:
        if scan.number is None:
            return False
        if scan.result == "undone":
            day, told = times.pop() if times else (None, [])
            later = [number for number in told if number > scan.number]
            times += [(day, later)] if later else []
            continue
        at = scan.counts_at if scan.counts_at.tzinfo else scan.counts_at.replace(tzinfo=UTC)
        day = at.astimezone(ZoneInfo(scan.zone)).date()
        if times and times[-1][0] == day:
            times[-1][1].append(scan.number)
        elif scan.result == "passed" or times:
            times.append((day, [scan.number]))
    return bool(times)


def downgrade() -> None:
    """What is not there tells the same."""
