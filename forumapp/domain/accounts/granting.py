"""Who works on an edition: their roles, and the delegations that liaisons are bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.accounts.access import forget_access
from forumapp.domain.accounts.models import AccessRole, EditionAccess
from forumapp.domain.audit.services import create, record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Role
    from forumapp.domain.audit.services import Actor


def grant_role(db: DbSession, account_id: int, edition_id: int, role: Role, *, actor: Actor, now: datetime) -> None:
    """Give a role in an edition beside those held; giving it again changes nothing.

    Asks for no permission: the console calls it, and whoever creates an edition becomes its owner.
    """
    access = db.scalar(select(EditionAccess).filter_by(account_id=account_id, edition_id=edition_id))
    if access is None:
        access = EditionAccess(account_id=account_id, edition_id=edition_id)
        create(db, access, actor=actor, now=now)
    held = sorted(db.scalars(select(AccessRole.role).where(AccessRole.access_id == access.id)))
    if role in held:
        return
    db.add(AccessRole(edition_id=edition_id, access_id=access.id, role=role))
    db.flush()
    forget_access(db)
    changes = {"roles": (held, sorted([*held, role]))}
    record(db, "granted", "edition_access", access.id, actor=actor, now=now, edition_id=edition_id, changes=changes)
