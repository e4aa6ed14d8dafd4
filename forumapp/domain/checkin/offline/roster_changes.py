"""Find what changed for a station since its last roster answer, from the audit log and the checkpoint's scans.

One statement tells whether anything changed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from sqlalchemy import and_, bindparam, func, literal, null, or_, select, union_all

from forumapp.core.database.compiled_statements import Prepared
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.checkin.models import Scan
from forumapp.domain.delegations.models.coaches import Boarding
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.registration.models import Registration, SessionSignUp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.setup.stations import Station

# A row may be committed after one with a higher id. So the cursor sums the last LAST ids, and rows younger than
# LATE_SECONDS before the last answer are read again.
LAST = 100
LATE_SECONDS = 30
# With more changes than this, sending the whole roster is faster.
MOST_CHANGES = 2000
MOST_DIGITS = 18  # fits a database integer
LAST_SECOND = 2**32  # a larger value is not one of our cursors
# A change to one of these, or to the checkpoint itself, sends the whole roster.
FOR_ALL = frozenset({"delegation", "registration_type", "rehearsal"})


class Cursor(NamedTuple):
    """A position in the edition's log, in the log without edition, and in the checkpoint's scans.

    Each has the last id and the sum of the last ids, which a late commit changes. `salted` is a checksum of the salt,
    `for_all` the last event that concerns everyone, `answered_at` the time of the answer in seconds since 1970.
    """

    checkpoint_id: int
    rehearsal_id: int
    salted: int
    last_of_edition: int
    sum_of_edition: int
    last_of_none: int
    sum_of_none: int
    last_scan: int
    sum_of_scans: int
    for_all: int = 0
    answered_at: int = 0

    def matches(self, other: Cursor) -> bool:
        return self[:-2] == other[:-2]

    @property
    def late(self) -> datetime:
        return datetime.fromtimestamp(min(self.answered_at, LAST_SECOND) - LATE_SECONDS, UTC)

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        parts = text.split(".")
        good = all(part.isascii() and part.isdigit() and len(part) <= MOST_DIGITS for part in parts)
        return cls(*map(int, parts)) if good and len(parts) == len(cls._fields) else None


def _latest(name: str, of: Select[int], table: Any) -> Select[Any, *tuple[Any, ...]]:
    last = of.order_by(table.id.desc()).limit(LAST).subquery()
    return select(literal(name).label("name"), func.max(last.c.id).label("last"), func.sum(last.c.id).label("total"))


_E = AuditEvent
_POSITIONS = Prepared(
    union_all(
        _latest("a", select(_E.id).where(_E.edition_id == bindparam("of_edition")), _E),
        _latest("b", select(_E.id).where(_E.edition_id.is_(null())), _E),
        _latest("c", select(Scan.id).where(Scan.checkpoint_id == bindparam("here")), Scan),
    )
)


class _Event(NamedTuple):
    id: int
    entity: str
    entity_id: int


def current_cursor(db: DbSession, station: Station, salt: str, now: datetime) -> Cursor:
    rows = {row[0]: row[1:] for row in _POSITIONS.rows(db, _here(station))}
    numbers = [int(number or 0) for name in "abc" for number in rows[name]]
    cursor = Cursor(station.checkpoint_id, station.rehearsal_id or 0, crc32(salt.encode()), *numbers)
    return cursor._replace(answered_at=int(now.timestamp()))


def _here(station: Station) -> dict[str, int]:
    return {"of_edition": station.edition_id, "here": station.checkpoint_id}


def events_since(db: DbSession, station: Station, since: Cursor) -> list[_Event]:
    """Read the log events since a cursor, including those that may have been committed late."""
    logs = (
        (_E.edition_id == station.edition_id, since.last_of_edition),
        (_E.edition_id.is_(null()), since.last_of_none),
    )
    events: list[_Event] = []
    for which, last in logs:
        newer = or_(_E.id > last, and_(_E.id > last - LAST, _E.at >= since.late))
        query = select(_E.id, _E.entity, _E.entity_id).where(which, _E.id > last - LAST, newer).order_by(_E.id)
        events += [_Event(*row) for row in db.execute(query.limit(MOST_CHANGES + 1))]
    return events


class Changed(NamedTuple):
    """The registrations that may have changed, and the last event that may have changed all of them."""

    ids: set[int]
    for_all: int


def changed(db: DbSession, station: Station, since: Cursor, events: Sequence[_Event]) -> Changed:
    """Return the registrations that events and scans since a cursor may have changed."""
    changed_ids: dict[str, set[int]] = defaultdict(set)
    for event in events:
        changed_ids[event.entity].add(event.entity_id)
    own = ("checkpoint", station.checkpoint_id)
    for_all = [event.id for event in events if event.entity in FOR_ALL or (event.entity, event.entity_id) == own]
    theirs = Registration.edition_id == station.edition_id, Registration.person_id.in_(changed_ids["person"])
    registrations = set(_scanned(db, station, since)) | changed_ids["registration"]
    registrations.update(db.scalars(select(Registration.id).where(*theirs)) if changed_ids["person"] else ())
    for table in _tables(station):
        ids, name = changed_ids[table.__tablename__], table.__tablename__
        owners = dict(_pairs(db, select(table.id, table.registration_id).where(table.id.in_(ids)))) if ids else {}
        registrations.update(owners.values())
        # The registration of a removed row is unknown.
        for_all += [event.id for event in events if event.entity == name and event.entity_id not in owners]
    return Changed(registrations, max([since.for_all, *for_all]))


def _scanned(db: DbSession, station: Station, since: Cursor) -> list[int]:
    last = since.last_scan
    newer = or_(Scan.id > last, and_(Scan.id > last - LAST, Scan.received_at >= since.late))
    query = select(Scan.registration_id).where(
        Scan.checkpoint_id == station.checkpoint_id, Scan.id > last - LAST, newer
    )
    return [id_ for id_ in db.scalars(query.limit(MOST_CHANGES + 1)) if id_ is not None]


def _pairs(db: DbSession, query: Select[int, int]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in db.execute(query)]


def _tables(station: Station) -> list[Any]:
    """Return the tables with rows of a registration that matter at this checkpoint."""
    tables: list[Any] = [DelegationMember]
    tables += [SessionSignUp] if station.asks.needs_sign_up else []
    return tables + ([Boarding] if station.coach_run_id is not None else [])
