"""What changed for a station since it was told last: as the log and the scans of its checkpoint tell. Whether anything
did, one statement says.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, func, literal, null, select, union_all

from forumapp.core.prepared import Prepared
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.checkin.models import Scan
from forumapp.domain.delegations.coach_models import Boarding
from forumapp.domain.delegations.models import DelegationMember
from forumapp.domain.registration.models import Registration, SessionSignUp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.stations import Station

# What may be committed after something with a higher id: so many of the last ones are looked at again.
LAST = 100
# Of so many changes the whole is told in less time.
MOST_CHANGES = 2000
LONGEST_CURSOR = 200
# After a change to one of these all is told anew, as after one to the checkpoint itself.
FOR_ALL = frozenset({"delegation", "registration_type", "rehearsal"})


class Cursor(NamedTuple):
    """Of the edition's log, of what the log says of no edition, and of the checkpoint's scans: the last id and the sum
    of the last ones, which another one changes that was committed late. `for_all` is the last event that concerns all.
    """

    checkpoint_id: int
    rehearsal_id: int
    last_of_edition: int
    sum_of_edition: int
    last_of_none: int
    sum_of_none: int
    last_scan: int
    sum_of_scans: int
    for_all: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        parts = text.split(".")
        good = len(parts) == len(cls._fields) and all(part.isascii() and part.isdigit() for part in parts)
        return cls(*map(int, parts)) if good and len(text) <= LONGEST_CURSOR else None


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


def stands(db: DbSession, station: Station) -> Cursor:
    rows = {row[0]: row[1:] for row in _STANDS.rows(db, _here(station))}
    numbers = [int(one or 0) for name in "abc" for one in rows[name]]
    return Cursor(station.checkpoint_id, station.rehearsal_id or 0, *numbers)


def _here(station: Station) -> dict[str, int]:
    return {"of_edition": station.edition_id, "here": station.checkpoint_id}


def events_since(db: DbSession, station: Station, since: Cursor) -> list[_Event]:
    """What the log tells since then, and the last ones before: they may have been committed late."""
    of = (
        and_(_E.edition_id == station.edition_id, _E.id > since.last_of_edition - LAST),
        and_(_E.edition_id.is_(null()), _E.id > since.last_of_none - LAST),
    )
    found: list[_Event] = []
    for which in of:
        query = select(_E.id, _E.entity, _E.entity_id).where(which).order_by(_E.id)
        found += [_Event(*row) for row in db.execute(query.limit(MOST_CHANGES + 1))]
    return found


def changed(db: DbSession, station: Station, then: Cursor, now: Cursor, events: Sequence[_Event]) -> set[int] | None:
    """Whose lines may be other ones now; None where that is as good as all."""
    if then[:2] != now[:2] or len(events) > MOST_CHANGES:  # another checkpoint, or a rehearsal that began or ended
        return None
    if max(for_all(station, events), default=0) > then.for_all:
        return None
    of: dict[str, set[int]] = defaultdict(set)
    for one in events:
        of[one.entity].add(one.entity_id)
    scanned = select(Scan.registration_id).where(
        Scan.checkpoint_id == station.checkpoint_id, Scan.id > then.last_scan - LAST, Scan.registration_id.is_not(None)
    )
    found = {one for one in db.scalars(scanned.limit(MOST_CHANGES + 1)) if one is not None} | of["registration"]
    found |= set(_those(db, select(Registration.id).where(Registration.edition_id == station.edition_id),
                        Registration.person_id, of["person"]))  # fmt: skip
    for table in _tables(station):
        whose = _those(db, select(table.registration_id), table.id, of[table.__tablename__])
        if len(whose) < len(of[table.__tablename__]):
            return None  # one was removed, and says no more whose it was
        found.update(whose)
    return found if len(found) <= MOST_CHANGES else None


def for_all(station: Station, events: Iterable[_Event]) -> list[int]:
    own = ("checkpoint", station.checkpoint_id)
    return [one.id for one in events if one.entity in FOR_ALL or (one.entity, one.entity_id) == own]


def _tables(station: Station) -> list[Any]:
    """Whose rows say something of a registration that matters here."""
    found: list[Any] = [DelegationMember]
    found += [SessionSignUp] if station.asks.needs_sign_up else []
    return found + ([Boarding] if station.coach_run_id is not None else [])


def _those(db: DbSession, query: Select[int], column: Any, ids: Collection[int]) -> list[int]:
    return list(db.scalars(query.where(column.in_(ids)))) if ids else []
