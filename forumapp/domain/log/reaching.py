"""What the log tells of a person to whoever is limited to delegations: nothing of a time at which they were another's.

Whoever moves from one delegation to another takes their rows along, and not what was written of them before. Between
two delegations one is still the former's; before the first one, nobody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from forumapp.domain.accounts.scope import registrations_of
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.delegations.models.coaches import Boarding
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.delegations.models.notices import ItineraryTelling
from forumapp.domain.people.models import EditionTitle, PrecedenceEntry
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select

# By these a registration comes into a delegation: put there, brought back, or in place of one that gave way to it.
BEGUN = ("created", "restored", "moved")
NOBODYS = 0
OF_PEOPLE = (EditionTitle, PrecedenceEntry, ClashOverride)
OF_REGISTRATIONS = (Boarding, ItineraryTelling)


def _whose(kind: type[Any], column: Any) -> Any:
    return select(column).where(kind.id == AuditEvent.entity_id).correlate(AuditEvent).scalar_subquery()


# By table whose rows go along with someone: whose registrations these are.
GOING_ALONG: dict[str, ColumnElement[bool]] = {
    "registration": Registration.id == AuditEvent.entity_id,
    "person": Registration.person_id == AuditEvent.entity_id,
    **{kind.__tablename__: Registration.person_id == _whose(kind, kind.person_id) for kind in OF_PEOPLE},
    **{kind.__tablename__: Registration.id == _whose(kind, kind.registration_id) for kind in OF_REGISTRATIONS},
}


def was_theirs(edition_id: int, within: Collection[int]) -> ColumnElement[bool]:
    """Whether what an event is about was no other delegation's when it was written."""
    own = {NOBODYS, *within}
    there = _elsewhere_before(edition_id, within)
    along = [
        (AuditEvent.entity == entity)
        & (AuditEvent.entity_id.not_in(there[entity]) | _delegation_then(edition_id, theirs).in_(own))
        for entity, theirs in GOING_ALONG.items()
    ]
    return or_(AuditEvent.entity.not_in(GOING_ALONG), *along)


def _elsewhere_before(edition_id: int, within: Collection[int]) -> dict[str, Select[Any]]:
    """By table, the ids of the rows of those few who came from another delegation: of them alone it is asked when."""
    member = DelegationMember
    moved = select(member.registration_id).where(
        member.edition_id == edition_id,
        member.delegation_id.not_in(within),
        member.registration_id.in_(registrations_of(within)),
    )
    people = select(Registration.person_id).where(Registration.id.in_(moved))
    of_people = {
        str(kind.__tablename__): select(kind.id).where(kind.edition_id == edition_id, kind.person_id.in_(people))
        for kind in OF_PEOPLE
    }
    of_registrations = {
        str(kind.__tablename__): select(kind.id).where(kind.edition_id == edition_id, kind.registration_id.in_(moved))
        for kind in OF_REGISTRATIONS
    }
    return {"registration": moved, "person": people, **of_people, **of_registrations}


def _delegation_then(edition_id: int, theirs: ColumnElement[bool]) -> ColumnElement[int]:
    """By the log, which has an order where two things happen at one moment."""
    begun = aliased(AuditEvent)
    into = (begun.entity == DelegationMember.__tablename__) & (begun.entity_id == DelegationMember.id)
    last = (
        select(DelegationMember.delegation_id)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .join(begun, into)
        .where(DelegationMember.edition_id == edition_id, theirs, begun.action.in_(BEGUN), begun.id <= AuditEvent.id)
        .order_by(begun.id.desc())
        .limit(1)
        .correlate(AuditEvent)
    )
    return func.coalesce(last.scalar_subquery(), NOBODYS)
