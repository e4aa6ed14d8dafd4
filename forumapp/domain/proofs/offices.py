"""Who attends for an office: the people of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.registration.models import ACTIVE, Registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def people_of_office(db: DbSession, edition_id: int, organization_id: int) -> list[int]:
    """The ids of those who are printed under the organization, by family name, without those whose registration has
    ended.
    """
    title, other = EditionTitle, aliased(EditionTitle)
    first = select(func.min(other.position)).where(other.edition_id == edition_id, other.person_id == title.person_id)
    registered = select(Registration.person_id).where(Registration.edition_id == edition_id)
    query = (
        select(Person.id)
        .join(title, title.person_id == Person.id)
        .where(title.edition_id == edition_id, title.organization_id == organization_id)
        .where(title.position == first.correlate(title).scalar_subquery())
        .where(or_(Person.id.in_(registered.where(Registration.status.in_(ACTIVE))), Person.id.not_in(registered)))
        .order_by(Person.latin_family, Person.latin_given, Person.id)
    )
    return list(db.scalars(query))
