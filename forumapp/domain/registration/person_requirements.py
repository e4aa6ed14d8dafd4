"""What registrations require of the person's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.core.values.text import is_visible
from forumapp.domain.people.models import EditionTitle
from forumapp.domain.people.records import services
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import PLACED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.models import Person


def update_person(
    db: DbSession, person_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Person:
    """Change a person. Raises Invalid if someone with a spot would lose their Latin name: the badge needs it."""
    row = services.update_person(db, person_id, changes, version=version, actor=actor, now=now)
    if not is_visible(row.latin_family + row.latin_given) and _has_place(db, person_id):
        raise Invalid(fields={"latin_family": "required"})
    return row


def editions_of(db: DbSession, person_id: int, *, among: Collection[int]) -> list[int]:
    """The ids of the editions, out of `among`, in which a person is registered or has a title."""
    registered = select(Registration.edition_id).where(Registration.person_id == person_id)
    titled = select(EditionTitle.edition_id).where(EditionTitle.person_id == person_id)
    return sorted(set(db.scalars(registered.union(titled))) & set(among))


def _has_place(db: DbSession, person_id: int) -> bool:
    placed = select(Registration.id).where(Registration.person_id == person_id, Registration.status.in_(PLACED))
    return db.scalar(placed.limit(1)) is not None
