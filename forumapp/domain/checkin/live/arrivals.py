"""Who has come and who is missing, to the person, by registration type and by delegation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select

from forumapp.domain.accounts.scope import limited
from forumapp.domain.checkin.live.rules import Tally
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.rules.delegations import with_parts
from forumapp.domain.registration.attendance.stays import HAND_OUT, Counted
from forumapp.domain.registration.attendance.who_came import (
    came_without_place,
    has_come,
    is_expected,
    let_in,
    was_let_in,
)
from forumapp.domain.registration.models import Registration, RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.attendance.who_came import LetIn

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
    """By the rule of `registration.coming`: everyone who was let in is counted once, among those who are expected or
    apart. Badges are for all days, and whoever was given one has it on each. Four queries, however many have come.
    """
    came = let_in(edition_id, counted)
    handed = let_in(edition_id, replace(counted, span=None), HAND_OUT)
    of_places = has_come(edition_id, came, counted), was_let_in(edition_id, handed)
    found = _of_places(db, edition_id, *of_places, within)
    for place, tally in _of_others(db, edition_id, came, within):
        found[place] += tally
    return Arrived(sum(found.values(), Tally()), _by_type(db, edition_id, found), _trees(db, edition_id, found, within))


_NOW = and_(DelegationMember.registration_id == Registration.id, DelegationMember.left_on.is_(None))
_PLACE = Registration.type_id, DelegationMember.delegation_id


def _reached(edition_id: int, within: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [Registration.edition_id == edition_id, *limited(Registration.id, "registration", edition_id, within)]


def _of_places(
    db: DbSession,
    edition_id: int,
    came: ColumnElement[bool],
    handed: ColumnElement[bool],
    within: Collection[int] | None,
) -> defaultdict[Place, Tally]:
    """Those who are expected, whether they have come and whether they were given their badges."""
    query = (
        select(*_PLACE, func.count(), func.count(case((came, 1))), func.count(case((handed, 1))))
        .select_from(Registration)
        .outerjoin(DelegationMember, _NOW)
        .where(*_reached(edition_id, within), is_expected())
        .group_by(*_PLACE)
    )
    rows = [tuple(row) for row in db.execute(query)]
    return defaultdict(Tally, {(row[0], row[1]): Tally(row[2], row[3], 0, row[4]) for row in rows})


def _of_others(
    db: DbSession, edition_id: int, came: LetIn, within: Collection[int] | None
) -> Iterable[tuple[Place, Tally]]:
    """Those who came without a place, each by the last registration by which they did."""
    query = select(Registration.person_id, *_PLACE).outerjoin(DelegationMember, _NOW)
    query = query.where(*_reached(edition_id, within), came_without_place(edition_id, came))
    rows = db.execute(query.order_by(Registration.person_id, Registration.id))
    return {person: ((kind, delegation), Tally(others=1)) for person, kind, delegation in rows}.values()


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
