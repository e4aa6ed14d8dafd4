"""Asking what a caller may do. Every service asks here, whatever its page or operation has asked before."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, Boolean, String, and_, bindparam, column, false, null, select, table

from forumapp.core.errors import Forbidden, NotFound, Refusal
from forumapp.domain.accounts.models import AccessDelegation, AccessRole, Account, EditionAccess
from forumapp.domain.accounts.permissions import Access, Permission, Reach, Role, in_scope, whole_house
from forumapp.domain.accounts.scope import ContactScope, in_reach, people_with_open_contacts, with_parts
from forumapp.domain.audit.models import Via

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor, Token

KNOWN = "forumapp.access"
# Named and not imported: editions stand above accounts. A test holds the names against the model.
EDITION = table("edition", column("id", BigInteger), column("requires_two_factor", Boolean), column("status", String))
ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Held:
    """What an account, or a token of it, may do in each of its editions, and whether it may begin new ones."""

    editions: Mapping[int, Access] = field(default_factory=dict)
    creates: bool = False


class TwoFactorNeeded(Forbidden):
    """The edition lets in those alone who sign in with two factors, and their tokens."""

    code = "two-factor-needed"


class ContactsNotTold(Forbidden):
    """How to reach someone is told by the editions in which they take part, and none of these does."""

    code = "contacts-not-told"


class Archived(Refusal):
    """The edition is read-only until an owner reopens it."""

    code = "archived"


def acts_for_the_house(actor: Actor) -> bool:
    """A console command or a workflow, whose caller has the whole machine anyway."""
    return actor.account_id is None and actor.via in (Via.COMMAND, Via.WORKFLOW)


def access_to(db: DbSession, edition_id: int, *, actor: Actor) -> Access:
    """What the actor may do in the edition."""
    if acts_for_the_house(actor):
        return whole_house(edition_id)
    return _held_by(db, actor).editions.get(edition_id) or Access(edition_id)


def _held_by(db: DbSession, actor: Actor) -> Held:
    """One query, asked once in a transaction."""
    asked_in, known = db.info.get(KNOWN, (None, {}))
    if asked_in is None or asked_in is not db.get_transaction():
        known = {}
        db.info[KNOWN] = (db.get_transaction(), known)
    if actor not in known:
        known[actor] = Held() if actor.account_id is None else _read(db, actor.account_id, actor.token)
    return known[actor]  # type: ignore[no-any-return]  # what was put there above


def forget_access(db: DbSession) -> None:
    """What was asked before no longer holds: roles have changed."""
    db.info.pop(KNOWN, None)


def require(db: DbSession, edition_id: int, permission: Permission, *, actor: Actor) -> Access:
    """Refuse whoever has no role in the edition, as if it did not exist, and whoever may not do this."""
    access = access_to(db, edition_id, actor=actor)
    if access.needs_two_factor:
        raise TwoFactorNeeded
    if not access.roles:
        raise NotFound(entity="edition")
    if not access.allows(permission):
        raise refusal_of(permission, access)
    return access


def refusal_of(permission: Permission, *accesses: Access) -> Refusal:
    """Why it is not allowed by any of these."""
    kept = any(access.would_allow(permission) for access in accesses)
    return Archived() if kept else Forbidden(needs=permission.value)


def require_all(db: DbSession, edition_id: int, permission: Permission, *, actor: Actor) -> Access:
    """The same, for what concerns the whole edition: those limited to delegations are refused."""
    access = require(db, edition_id, permission, actor=actor)
    if access.reach(permission) is not Reach.ALL:
        raise Forbidden(needs=permission.value)
    return access


def require_row(
    db: DbSession, edition_id: int, permission: Permission, entity: str, row_id: int, *, actor: Actor
) -> Access:
    """The same, for one row: out of reach it does not exist. `entity` is a table that `scope.py` knows."""
    access = require(db, edition_id, permission, actor=actor)
    if not reaches(db, access, permission, entity, row_id):
        raise NotFound(entity=entity)
    return access


def reaches(db: DbSession, access: Access, permission: Permission, entity: str, row_id: int) -> bool:
    """Whether the permission goes as far as this row. `entity` is a table that `scope.py` knows."""
    within = access.within(permission)
    return within is None or in_reach(db, access.edition_id, entity, row_id, within)


def require_somewhere(db: DbSession, permission: Permission, *, actor: Actor) -> frozenset[int] | None:
    """For people, who stand across editions: the delegations, of any edition, to which the actor is limited in this.

    None is no limit. Refuses whoever may do it nowhere.
    """
    if acts_for_the_house(actor):
        return None
    held = _held_by(db, actor).editions.values()
    limits = [access.within(permission) for access in held]
    if None in limits:
        return None
    within = frozenset[int]().union(*(limit for limit in limits if limit))
    if not within:
        raise refusal_of(permission, *held)
    return within


def contact_scope_of(db: DbSession, *also: Permission, actor: Actor) -> ContactScope | None:
    """The people whose contact details the actor may see; None means all, for the application itself only.

    Permissions count edition by edition: what one edition allows opens no other. `also` lists further permissions that
    are needed there.
    """
    if acts_for_the_house(actor):
        return None
    held = [(one, one.within(Permission.SEE_ANSWERS, *also)) for one in _held_by(db, actor).editions.values()]
    own = [within for _access, within in held if within]
    editions = frozenset(access.edition_id for access, within in held if within is None)
    return ContactScope(editions, frozenset[int]().union(*own))


def tells_contacts(db: DbSession, *person_ids: int, actor: Actor) -> bool:
    """Whether the actor may see the contact details of all these people."""
    contact_scope = contact_scope_of(db, actor=actor)
    return contact_scope is None or people_with_open_contacts(db, person_ids, contact_scope) == {*person_ids}


def require_contacts(db: DbSession, *person_ids: int, actor: Actor) -> None:
    """Refuse whoever is not told them: these people are there, and the registry tells their names."""
    if not tells_contacts(db, *person_ids, actor=actor):
        raise ContactsNotTold


def require_person(db: DbSession, permission: Permission, person_id: int, *, actor: Actor) -> None:
    """The same, for one person: out of reach they do not exist."""
    within = require_somewhere(db, permission, actor=actor)
    if within is not None and not in_reach(db, None, "person", person_id, within):
        raise NotFound(entity="person")


def require_anywhere(db: DbSession, permission: Permission, *, actor: Actor) -> None:
    """For what stands across editions: refuse whoever may do it in none of them, or only for some delegations."""
    if not acts_for_the_house(actor) and not list_editions_allowing(db, permission, actor=actor):
        raise refusal_of(permission, *_held_by(db, actor).editions.values())


def list_editions_allowing(db: DbSession, permission: Permission, *, actor: Actor) -> list[int]:
    """The ids of the editions in which the actor may do this everywhere."""
    held = _held_by(db, actor).editions
    return sorted(edition_id for edition_id, access in held.items() if access.reach(permission) is Reach.ALL)


def list_editions_of(db: DbSession, *, actor: Actor) -> list[int]:
    """The ids of the editions in which the actor has any role, also of those that ask for a second factor first."""
    return sorted(_held_by(db, actor).editions)


def list_archived(db: DbSession) -> frozenset[int]:
    """The ids of the editions that are read-only, for whoever changes what stands across editions."""
    return frozenset(db.scalars(select(EDITION.c.id).where(EDITION.c.status == ARCHIVED)))


def may_create_editions(db: DbSession, *, actor: Actor) -> bool:
    """Whether the actor may begin a series or an edition: an account of which that is said, or the owner of any; and
    no token that is limited to some editions.
    """
    if actor.token is not None and actor.token.editions is not None:
        return False
    if acts_for_the_house(actor) or _held_by(db, actor).creates:
        return True
    return bool(list_editions_allowing(db, Permission.CREATE_EDITIONS, actor=actor))


def require_creator(db: DbSession, *, actor: Actor) -> None:
    if not may_create_editions(db, actor=actor):
        raise Forbidden(needs=Permission.CREATE_EDITIONS.value)


def _read(db: DbSession, account_id: int, token: Token | None) -> Held:
    rows = [_Line(*row) for row in db.execute(_roles_and_reach(), {"of_account": account_id})]
    # A token that is limited to some editions acts in these alone.
    limits = token.editions if token else None
    editions = {row.edition_id for row in rows if row.role is not None and (limits is None or row.edition_id in limits)}
    creates = limits is None and any(row.creates for row in rows)
    found = {
        one: _of_edition([row for row in rows if row.edition_id == one], token, creates=creates) for one in editions
    }
    return Held(found, creates and in_scope(Permission.CREATE_EDITIONS, token.scopes if token else None))


@cache  # asked for by every request, and making the statement costs more than running it
def _roles_and_reach() -> CompoundSelect[int, Role, None, bool, bool, bool]:
    """Roles, and the delegations one is bound to with all their parts, by one statement.

    It has a row without an edition for an account that works on none. One that is closed holds nothing, also for a
    worker that goes on with what it asked for.
    """
    bound = (
        select(AccessDelegation.delegation_id)
        .join(EditionAccess, EditionAccess.id == AccessDelegation.access_id)
        .where(EditionAccess.account_id == bindparam("of_account"))
    )
    reach = with_parts(bound)
    barred = and_(EDITION.c.requires_two_factor, Account.totp_since.is_(None))
    archived = EDITION.c.status == ARCHIVED
    roles = (
        select(EditionAccess.edition_id, AccessRole.role, null(), barred, archived, Account.creates_editions)
        .select_from(Account)
        .outerjoin(EditionAccess, EditionAccess.account_id == Account.id)
        .outerjoin(AccessRole, AccessRole.access_id == EditionAccess.id)
        .outerjoin(EDITION, EDITION.c.id == EditionAccess.edition_id)
        .where(Account.id == bindparam("of_account"), Account.active)
    )
    parts = select(reach.c.edition_id, null(), reach.c.id, false(), false(), false())
    return roles.union_all(parts)


class _Line(NamedTuple):
    """A role in an edition, or a delegation there; neither of an account that works on none."""

    edition_id: int
    role: str | None
    delegation_id: int | None
    barred: bool
    archived: bool
    creates: bool


def _of_edition(rows: list[_Line], token: Token | None, *, creates: bool) -> Access:
    edition_id = rows[0].edition_id
    if any(row.barred for row in rows):
        return Access(edition_id, needs_two_factor=True)
    return Access(
        edition_id,
        frozenset(Role(row.role) for row in rows if row.role is not None),
        frozenset(row.delegation_id for row in rows if row.delegation_id is not None),
        token.scopes if token else None,
        creates=creates,
        archived=any(row.archived for row in rows),
    )
