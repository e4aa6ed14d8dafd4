"""Whose badges a print chooses, how many there are, and how many of them have been printed before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.models import Session
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.lists.conditions import chosen
from forumapp.domain.registration.lists.filters import Badge, Filters
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp, TicketCode
from forumapp.domain.registration.rules import ADMITTED

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

OFFERED = (Badge.NOT_PRINTED, Badge.CHANGED, Badge.TO_PRINT)


def chosen_badges(
    db: DbSession, edition_id: int, options: Options, *, within: Collection[int] | None = None
) -> list[ColumnElement[bool]]:
    """What a query of Registration adds to its `where`: everyone admitted whom the options name, also once it is
    said that they attended.
    """
    filters = Filters(
        status=tuple(ADMITTED),
        type=(options.type,) if options.type else (),
        delegation=(options.delegation,) if options.delegation else (),
        badge=wanted_badges(options),
    )
    reached = limited(Registration.id, "registration", edition_id, within)
    one = [Registration.id == options.registration] if options.registration is not None else []
    one += _of_session(edition_id, options.session) if options.session else []
    return [Registration.edition_id == edition_id, *reached, *one, *chosen(db, edition_id, filters)]


def wanted_badges(options: Options) -> Badge | None:
    """What has to have been printed so far of those whom the options name."""
    return Badge(options.badge) if options.badge else Badge.CHANGED if options.changed else None


def _of_session(edition_id: int, code: str) -> list[ColumnElement[bool]]:
    """Who signed up for it, where its places are limited; any other is open to everyone."""
    here = (Session.edition_id == edition_id, Session.code == code)
    signed = select(SessionSignUp.registration_id).join(Session, Session.id == SessionSignUp.session_id).where(*here)
    limited_ones = select(Session.id).where(*here, Session.places.is_not(None))
    return [or_(~limited_ones.exists(), Registration.id.in_(signed))]


def count_reprints(db: DbSession, edition_id: int, options: Options, *, within: Collection[int] | None = None) -> int:
    """How many of the badges have been printed before."""
    here = chosen_badges(db, edition_id, options, within=within)
    query = select(func.count(Registration.id)).where(*here, Registration.printed_at.is_not(None))
    return db.execute(query).scalar_one()


def find_by_code(db: DbSession, edition_id: int, code: str, *, within: Collection[int] | None = None) -> int | None:
    """The registration whose badge bears this code, however it is typed."""
    reached = limited(TicketCode.registration_id, "registration", edition_id, within)
    short = code.replace("-", "").replace(" ", "").upper()
    query = select(TicketCode.registration_id).where(TicketCode.edition_id == edition_id, TicketCode.short == short)
    return db.scalar(query.where(TicketCode.revoked_at.is_(None), *reached))


@dataclass(frozen=True, slots=True)
class BadgeCounts:
    """Of those who are confirmed: how many there are, of each type and of each delegation with its parts, by code, and
    of what the badges of now are.
    """

    total: int
    types: dict[str, int]
    delegations: dict[str, int]
    badges: dict[Badge, int]


def count_badges(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> BadgeCounts:
    """As many queries for one badge as for a thousand."""
    here = and_(*chosen_badges(db, edition_id, Options(), within=within))
    count = func.count(Registration.id)
    of_type = select(RegistrationType.code, count).join(RegistrationType, RegistrationType.id == Registration.type_id)
    types = {row[0]: row[1] for row in db.execute(of_type.where(here).group_by(RegistrationType.code))}
    badges = {
        one: db.execute(
            select(count).where(*chosen_badges(db, edition_id, Options(badge=one), within=within))
        ).scalar_one()
        for one in OFFERED
    }
    return BadgeCounts(sum(types.values()), types, _by_delegation(db, edition_id, here), badges)


def _by_delegation(db: DbSession, edition_id: int, here: Any) -> dict[str, int]:
    """A delegation's badges are those of its parts, too."""
    member = DelegationMember
    query = (
        select(member.delegation_id, func.count(Registration.id))
        .join(Registration, Registration.id == member.registration_id)
        .where(here, member.left_on.is_(None))
        .group_by(member.delegation_id)
    )
    counts: dict[int, int] = {row[0]: row[1] for row in db.execute(query)}
    rows = db.execute(
        select(Delegation.id, Delegation.code, Delegation.parent_id).where(Delegation.edition_id == edition_id)
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    totals = dict.fromkeys(parents, 0)
    for delegation_id, number in counts.items():
        one: int | None = delegation_id
        while one is not None:
            totals[one] += number
            one = parents[one]
    return {row.code: totals[row.id] for row in rows if totals[row.id]}
