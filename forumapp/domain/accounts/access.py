"""Asking what a caller may do. Every service asks here, whatever its page or operation has asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import null, select

from forumapp.core.errors import Forbidden, NotFound
from forumapp.domain.accounts.models import AccessDelegation, AccessRole, EditionAccess
from forumapp.domain.accounts.permissions import Access, Permission, Reach, Role, in_scope, reach_of, whole_house
from forumapp.domain.accounts.reach import in_reach, with_parts
from forumapp.domain.audit.models import Via

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

KNOWN = "forumapp.access"


def acts_for_the_house(actor: Actor) -> bool:
    """A console command or a workflow, whose caller has the whole machine anyway."""
    return actor.account_id is None and actor.via in (Via.COMMAND, Via.WORKFLOW)


def access_to(db: DbSession, edition_id: int, *, actor: Actor) -> Access:
    """What the actor may do in the edition. One query, asked once in a transaction."""
    if acts_for_the_house(actor):
        return whole_house(edition_id)
    token = actor.token
    if actor.account_id is None or (token and token.editions is not None and edition_id not in token.editions):
        return Access(edition_id)
    known = _known(db)
    if (actor, edition_id) not in known:
        known[actor, edition_id] = _read(db, edition_id, actor.account_id, token.scopes if token else None)
    return known[actor, edition_id]


def _known(db: DbSession) -> dict[tuple[Actor, int], Access]:
    """What was asked before in this very transaction."""
    asked_in, known = db.info.get(KNOWN, (None, {}))
    if asked_in is None or asked_in is not db.get_transaction():
        known = {}
        db.info[KNOWN] = (db.get_transaction(), known)
    return known  # type: ignore[no-any-return]  # what was put there above


def forget_access(db: DbSession) -> None:
    """What was asked before no longer holds: roles have changed."""
    db.info.pop(KNOWN, None)


def require(db: DbSession, edition_id: int, permission: Permission, *, actor: Actor) -> Access:
    """Refuse whoever has no role in the edition, as if it did not exist, and whoever may not do this."""
    access = access_to(db, edition_id, actor=actor)
    if not access.roles:
        raise NotFound(entity="edition")
    if not access.allows(permission):
        raise Forbidden(needs=permission.value)
    return access


def require_all(db: DbSession, edition_id: int, permission: Permission, *, actor: Actor) -> Access:
    """The same, for what concerns the whole edition: those limited to delegations are refused."""
    access = require(db, edition_id, permission, actor=actor)
    if access.reach(permission) is not Reach.ALL:
        raise Forbidden(needs=permission.value)
    return access


def require_row(
    db: DbSession, edition_id: int, permission: Permission, entity: str, row_id: int, *, actor: Actor
) -> Access:
    """The same, for one row: out of reach it does not exist. `entity` is a table that `reach.py` knows."""
    access = require(db, edition_id, permission, actor=actor)
    within = access.within(permission)
    if within is not None and not in_reach(db, edition_id, entity, row_id, within):
        raise NotFound(entity=entity)
    return access


def require_somewhere(db: DbSession, permission: Permission, *, actor: Actor) -> frozenset[int] | None:
    """For people, who stand across editions: the delegations, of any edition, to which the actor is limited in this.

    None is no limit. Refuses whoever may do it nowhere.
    """
    if acts_for_the_house(actor) or list_editions_allowing(db, permission, actor=actor):
        return None
    editions = list_editions_of(db, actor=actor)
    limits = [access_to(db, edition_id, actor=actor).within(permission) for edition_id in editions]
    within = frozenset[int]().union(*(limit for limit in limits if limit))
    if not within:
        raise Forbidden(needs=permission.value)
    return within


def require_person(db: DbSession, permission: Permission, person_id: int, *, actor: Actor) -> None:
    """The same, for one person: out of reach they do not exist."""
    within = require_somewhere(db, permission, actor=actor)
    if within is not None and not in_reach(db, None, "person", person_id, within):
        raise NotFound(entity="person")


def require_anywhere(db: DbSession, permission: Permission, *, actor: Actor) -> None:
    """For what stands across editions: refuse whoever may do it in none of them, or only for some delegations."""
    if not acts_for_the_house(actor) and not list_editions_allowing(db, permission, actor=actor):
        raise Forbidden(needs=permission.value)


def list_editions_allowing(db: DbSession, permission: Permission, *, actor: Actor) -> list[int]:
    """The ids of the editions in which the actor may do this everywhere."""
    token = actor.token
    if actor.account_id is None or not in_scope(permission, token.scopes if token else None):
        return []
    roles = [role for role in Role if reach_of(role, permission) is Reach.ALL]
    query = _roles_of(actor.account_id).where(AccessRole.role.in_(roles))
    found = {edition_id for edition_id, _role in db.execute(query)}
    return sorted(found if token is None or token.editions is None else found & token.editions)


def list_editions_of(db: DbSession, *, actor: Actor) -> list[int]:
    """The ids of the editions in which the actor has any role."""
    if actor.account_id is None:
        return []
    found = {edition_id for edition_id, _role in db.execute(_roles_of(actor.account_id))}
    token = actor.token
    return sorted(found if token is None or token.editions is None else found & token.editions)


def _roles_of(account_id: int) -> Select[int, Role]:
    return (
        select(AccessRole.edition_id, AccessRole.role)
        .join(EditionAccess, EditionAccess.id == AccessRole.access_id)
        .where(EditionAccess.account_id == account_id)
    )


def _read(db: DbSession, edition_id: int, account_id: int, scopes: frozenset[str] | None) -> Access:
    """Roles, and the delegations one is bound to with all their parts, by one statement."""
    access = (EditionAccess.account_id == account_id, EditionAccess.edition_id == edition_id)
    bound = (
        select(AccessDelegation.delegation_id)
        .join(EditionAccess, EditionAccess.id == AccessDelegation.access_id)
        .where(*access)
    )
    roles = select(AccessRole.role, null()).join(EditionAccess, EditionAccess.id == AccessRole.access_id)
    rows: list[Any] = list(db.execute(roles.where(*access).union_all(select(null(), with_parts(bound).c.id))))
    return Access(
        edition_id,
        frozenset(Role(role) for role, _ in rows if role is not None),
        frozenset(delegation for _, delegation in rows if delegation is not None),
        scopes,
    )
