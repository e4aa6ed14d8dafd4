"""Who has come and who is missing, to the person, by registration type and by delegation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from forumapp.domain.accounts.reach import limited
from forumapp.domain.checkin.live_rules import Counted, Tally
from forumapp.domain.checkin.models import Admission, Checkpoint, Scan
from forumapp.domain.checkin.rules import WELCOME, CheckpointKind, PassMode, Result
from forumapp.domain.delegations.models import Delegation, DelegationMember
from forumapp.domain.delegations.rules import with_parts
from forumapp.domain.registration.models import Registration, RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect
    from sqlalchemy.orm import Session as DbSession

    Span = tuple[datetime, datetime]
    Place = tuple[int, int | None]  # a registration type, and the delegation or None


@dataclass(frozen=True, slots=True)
class Line:
    """A registration type, or a delegation with its parts, `depth` of which stand above it."""

    id: int | None
    name: dict[str, str]
    tally: Tally
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Arrived:
    total: Tally
    by_type: tuple[Line, ...]
    by_delegation: tuple[Line, ...]  # the last, without an id, of those who are in none


def arrived(db: DbSession, edition_id: int, counted: Counted, *, within: Collection[int] | None) -> Arrived:
    """Four queries, however many have come.

    Whoever has come stands at a door. Someone whose place was handed on is not counted, since whoever took it is; two
    registrations that became one are one person, and so is whoever cancelled and registered anew.
    """
    came = _came(edition_id, CheckpointKind.DOOR, counted)
    handed = _came(edition_id, CheckpointKind.HAND_OUT, counted)
    found = _of_places(db, edition_id, came, handed, within)
    for place, tally in _of_others(db, edition_id, came, within):
        found[place] += tally
    return Arrived(sum(found.values(), Tally()), _by_type(db, edition_id, found), _trees(db, edition_id, found, within))


def _came(edition_id: int, kind: CheckpointKind, counted: Counted) -> CompoundSelect[Any]:
    """The registrations that were let in at any checkpoint of a kind: where people pass once, by their admission; where
    they come and go, by whether not all that let them in was taken back by the desk. It is looked into by `IN`, for
    which SQLite makes an index of its own, and none for a join.
    """
    here = Checkpoint.edition_id == edition_id, Checkpoint.kind == kind
    once = select(Admission.registration_id).join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
    once = once.where(*here, Checkpoint.mode == PassMode.ONCE, Admission.is_rehearsal == counted.is_rehearsal)
    again = select(Scan.registration_id).join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
    again = again.where(*here, Checkpoint.mode == PassMode.IN_OUT, Scan.is_rehearsal == counted.is_rehearsal)
    again = again.where(Scan.result.in_((Result.PASSED, Result.UNDONE)))
    if counted.span is not None:
        once = once.where(*_during(Admission.first_at, counted.span))
        again = again.where(*_during(Scan.counts_at, counted.span))
    again = again.group_by(Scan.checkpoint_id, Scan.registration_id)
    return once.union_all(again.having(_times(Result.PASSED) > _times(Result.UNDONE)))


def _times(result: Result) -> Any:
    return func.count(case((Scan.result == result, 1)))


def _during(at: Any, span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return at >= span[0], at < span[1]


_NOW = and_(DelegationMember.registration_id == Registration.id, DelegationMember.left_on.is_(None))


def _reached(edition_id: int, within: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [Registration.edition_id == edition_id, *limited(Registration.id, "registration", edition_id, within)]


def _of_places(
    db: DbSession,
    edition_id: int,
    came: CompoundSelect[Any],
    handed: CompoundSelect[Any],
    within: Collection[int] | None,
) -> defaultdict[Place, Tally]:
    """Those who have a place, whether they have come and whether they were given their badges."""
    place = Registration.type_id, DelegationMember.delegation_id
    query = (
        select(*place, func.count(), _number_in(came), _number_in(handed))
        .select_from(Registration)
        .outerjoin(DelegationMember, _NOW)
        .where(*_reached(edition_id, within), Registration.status.in_(WELCOME))
        .group_by(*place)
    )
    rows = [tuple(row) for row in db.execute(query)]
    return defaultdict(Tally, {(row[0], row[1]): Tally(row[2], row[3], 0, row[4]) for row in rows})


def _number_in(came: CompoundSelect[Any]) -> Any:
    return func.count(case((Registration.id.in_(came), 1)))


def _of_others(
    db: DbSession, edition_id: int, came: CompoundSelect[Any], within: Collection[int] | None
) -> list[tuple[Place, Tally]]:
    """Those who came by a registration that has no place (any more): by one that became one with another, or without
    any, let in by somebody.
    """
    heir, own = aliased(Registration), aliased(Registration)
    query = (
        select(Registration.person_id, Registration.type_id, DelegationMember.delegation_id, own.id, own.id.in_(came))
        .add_columns(own.type_id, _delegation_of(own))
        .outerjoin(DelegationMember, _NOW)
        .outerjoin(heir, heir.id == Registration.replaced_by_id)
        .outerjoin(
            own, and_(own.edition_id == edition_id, own.person_id == Registration.person_id, own.status.in_(WELCOME))
        )
        .where(*_reached(edition_id, within), Registration.status.not_in(WELCOME), Registration.id.in_(came))
        .where(or_(heir.id.is_(None), heir.person_id == Registration.person_id))
        .order_by(Registration.person_id, Registration.id.desc())
    )
    found: dict[int, tuple[Place, Tally]] = {}
    for person, type_id, delegation, has_place, came_by_it, its_type, its_delegation in db.execute(query):
        if has_place is None:
            found.setdefault(person, ((type_id, delegation), Tally(others=1)))
        elif not came_by_it:
            found.setdefault(person, ((its_type, its_delegation), Tally(arrived=1)))
    return list(found.values())


def _delegation_of(row: Any) -> Any:
    other = aliased(DelegationMember)
    theirs = other.registration_id == row.id, other.left_on.is_(None)
    return select(other.delegation_id).where(*theirs).correlate(row).scalar_subquery()


def _by_type(db: DbSession, edition_id: int, found: dict[Place, Tally]) -> tuple[Line, ...]:
    query = select(RegistrationType.id, RegistrationType.name).where(RegistrationType.edition_id == edition_id)
    sums: defaultdict[int, Tally] = defaultdict(Tally)
    for (type_id, _delegation), tally in found.items():
        sums[type_id] += tally
    rows = db.execute(query.order_by(RegistrationType.position, RegistrationType.id))
    return tuple(Line(one, name, sums[one]) for one, name in rows if one in sums)


def _trees(
    db: DbSession, edition_id: int, found: dict[Place, Tally], within: Collection[int] | None
) -> tuple[Line, ...]:
    """Wholes with their parts below them; each is told with all that is below it."""
    query = select(Delegation.id, Delegation.parent_id, Delegation.name).where(
        Delegation.edition_id == edition_id, *limited(Delegation.id, "delegation", edition_id, within)
    )
    rows = {row.id: row for row in db.execute(query.order_by(Delegation.position, Delegation.id))}
    parents = {one: row.parent_id if row.parent_id in rows else None for one, row in rows.items()}
    sums: defaultdict[int | None, Tally] = defaultdict(Tally)
    for (_type, delegation), tally in found.items():
        sums[delegation] += tally

    def below(whole: int | None, depth: int) -> list[Line]:
        lines = []
        for one in (one for one, parent in parents.items() if parent == whole):
            total = sum((sums[part] for part in with_parts(one, parents)), Tally())
            lines += [Line(one, rows[one].name, total, depth), *below(one, depth + 1)]
        return lines

    lines = [line for line in below(None, 0) if line.tally != Tally()]
    return (*lines, *([Line(None, {}, sums[None])] if None in sums else []))
