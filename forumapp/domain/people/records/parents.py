"""Organizations that are part of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid
from forumapp.domain.people.models import Organization

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def refuse_parent_loop(db: DbSession, organization_id: int, parent_id: int | None) -> None:
    """An organization is nobody's grandparent and grandchild at once.

    Changes of parents wait for each other: two that each close half of a circle would both look right alone.
    """
    if parent_id is None:
        return
    lock_name(db, "organization-parents")
    met = {organization_id}
    one: int | None = parent_id
    while one is not None:
        if one in met:
            raise Invalid(fields={"parent_id": "loop"})
        met.add(one)
        one = db.scalar(select(Organization.parent_id).where(Organization.id == one))
