"""What changed for a station since it was told last: as the log and the scans of its checkpoint tell. Whether anything
did, one statement says.
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

# What may be committed after something with a higher id: of so many the last ones are added up, and those of so long
# before the last answer are looked at again.
LAST = 100
LATE_SECONDS = 30
# Of so many changes the whole is told in less time.
MOST_CHANGES = 2000
MOST_DIGITS = 18  # what a database takes as a number
LAST_SECOND = 2**32  # what more is said is nothing of ours
# After a change to one of these all is told anew, as after one to the checkpoint itself.
FOR_ALL = frozenset({"delegation", "registration_type", "rehearsal"})


class Cursor(NamedTuple):
    """Of the edition's log, of what the log says of no edition, and of the checkpoint's scans: the last id and the sum
    of the last ones, which another one changes that was committed late. `salted` tells two salts apart, `for_all` is
    the last event that concerns all, and `told_at` when it was told, in seconds.
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
    told_at: int = 0

    def stands_as(self, other: Cursor) -> bool:
        return self[:-2] == other[:-2]

    @property
    def late(self) -> datetime:
        return datetime.fromtimestamp(min(self.told_at, LAST_SECOND) - LATE_SECONDS, UTC)

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
_STANDS = Prepared(
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


def stands(db: DbSession, station: Station, salt: str, now: datetime) -> Cursor:
    rows = {row[0]: row[1:] for row in _STANDS.rows(db, _here(station))}
    numbers = [int(one or 0) for name in "abc" for one in rows[name]]
    stands_now = Cursor(station.checkpoint_id, station.rehearsal_id or 0, crc32(salt.encode()), *numbers)
    return stands_now._replace(told_at=int(now.timestamp()))


def _here(station: Station) -> dict[str, int]:
    return {"of_edition": station.edition_id, "here": station.checkpoint_id}


def events_since(db: DbSession, station: Station, since: Cursor) -> list[_Event]:
    """What the log tells since then, with what may have been committed late."""
    of = (
        (_E.edition_id == station.edition_id, since.last_of_edition),
        (_E.edition_id.is_(null()), since.last_of_none),
    )
    found: list[_Event] = []
    for which, last in of:
        newer = or_(_E.id > last, and_(_E.id > last - LAST, _E.at >= since.late))
        query = select(_E.id, _E.entity, _E.entity_id).where(which, _E.id > last - LAST, newer).order_by(_E.id)
        found += [_Event(*row) for row in db.execute(query.limit(MOST_CHANGES + 1))]
    return found


class Changed(NamedTuple):
    """Whose lines may be other ones now, and the last event after which all of them may."""

    whose: set[int]
    for_all: int


def changed(db: DbSession, station: Station, since: Cursor, events: Sequence[_Event]) -> Changed:
    of: dict[str, set[int]] = defaultdict(set)
    for one in events:
        of[one.entity].add(one.entity_id)
    own = ("checkpoint", station.checkpoint_id)
    for_all = [one.id for one in events if one.entity in FOR_ALL or (one.entity, one.entity_id) == own]
    theirs = Registration.edition_id == station.edition_id, Registration.person_id.in_(of["person"])
    found = set(_scanned(db, station, since)) | of["registration"]
    found.update(db.scalars(select(Registration.id).where(*theirs)) if of["person"] else ())
    for table in _tables(station):
        ids, name = of[table.__tablename__], table.__tablename__
        whose = dict(_pairs(db, select(table.id, table.registration_id).where(table.id.in_(ids)))) if ids else {}
        found.update(whose.values())
        # One that was removed says no more whose it was.
        for_all += [one.id for one in events if one.entity == name and one.entity_id not in whose]
    return Changed(found, max([since.for_all, *for_all]))


def _scanned(db: DbSession, station: Station, since: Cursor) -> list[int]:
    last = since.last_scan
    newer = or_(Scan.id > last, and_(Scan.id > last - LAST, Scan.received_at >= since.late))
    query = select(Scan.registration_id).where(
        Scan.checkpoint_id == station.checkpoint_id, Scan.id > last - LAST, newer
    )
    return [one for one in db.scalars(query.limit(MOST_CHANGES + 1)) if one is not None]


def _pairs(db: DbSession, query: Select[int, int]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in db.execute(query)]


def _tables(station: Station) -> list[Any]:
    """Whose rows say something of a registration that matters here."""
    found: list[Any] = [DelegationMember]
    found += [SessionSignUp] if station.asks.needs_sign_up else []
    return found + ([Boarding] if station.coach_run_id is not None else [])
