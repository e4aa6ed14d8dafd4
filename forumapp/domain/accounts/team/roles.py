"""Who works on an edition: their roles, and the delegations that liaisons are bound to.

Whoever changes access in an edition waits for the others who do, so that two owners who take each other's role at the
same moment cannot leave it without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from forumapp.core.database.flushing import flush
from forumapp.core.database.locks import lock_name
from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Refusal
from forumapp.core.values.text import email_key
from forumapp.domain.accounts import emails
from forumapp.domain.accounts.access import forget_access, require
from forumapp.domain.accounts.editing.removals import get_removal
from forumapp.domain.accounts.models import AccessDelegation, AccessRole, Account, EditionAccess
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.rules import access_faults
from forumapp.domain.accounts.scope import delegations_with, with_codes
from forumapp.domain.accounts.team.accounts import create_account, find_account_by_email
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import create, record, stale

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.emails import Forum
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

MANAGE = Permission.MANAGE_ACCESS


class LastOwner(Refusal):
    """An edition keeps someone who can sign in and manage its access."""

    code = "last-owner"


class HasJoined(Refusal):
    """Whoever has chosen a password needs no further invitation."""

    code = "has-joined"


@dataclass(frozen=True, slots=True)
class _Held:
    """What an access gives now: roles, and ids of delegations by their codes."""

    roles: frozenset[Role]
    bound: Mapping[str, int]


_NOTHING = _Held(frozenset(), {})


def invite(
    db: DbSession,
    edition: Forum,
    *,
    email: str,
    name: str,
    language: str,
    roles: Collection[str],
    delegations: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Account:
    """Give someone access at once, and tell them by mail. `delegations` are codes, for a liaison alone.

    Whoever has no account gets one without a password, which they choose by the link in the mail. An account that is
    there already keeps its name and language.
    """
    edition_id = edition.id
    _take_turn(db, edition_id)
    require(db, edition_id, MANAGE, actor=actor)
    bound = _checked(db, edition_id, roles, delegations)
    lock_name(db, f"account-{email_key(email)}")
    account = find_account_by_email(db, email)
    if account is None:
        account = create_account(db, email=email, name=name, password=None, language=language, actor=actor, now=now)
    elif not account.active:
        raise Invalid(fields={"email": "account-closed"})
    if _find(db, edition_id, account.id):
        raise AlreadyExists(fields={"email": "has-access"})
    access = EditionAccess(account_id=account.id, edition_id=edition_id)
    create(db, access, actor=actor, now=now)
    _put(db, access, frozenset(map(Role, roles)), bound, action="granted", actor=actor, now=now)
    if account.password_hash is None:
        _send_invitation(db, account, edition, actor=actor, now=now)
    else:
        emails.send_access_given(db, account, edition, by=_name_of(db, actor), now=now)
    return account


def invite_again(db: DbSession, edition: Forum, account_id: int, *, actor: Actor, now: datetime) -> None:
    """Send another invitation to someone who has not joined yet; links of earlier ones are dead."""
    edition_id = edition.id
    _take_turn(db, edition_id)
    require(db, edition_id, MANAGE, actor=actor)
    access = _get(db, edition_id, account_id)
    account = db.get_one(Account, account_id, with_for_update=True, populate_existing=True)
    if account.password_hash is not None:
        raise HasJoined
    account.link_number += 1
    _send_invitation(db, account, edition, actor=actor, now=now)
    record(db, "invited-again", "edition_access", access.id, actor=actor, now=now, edition_id=edition_id)


def _send_invitation(db: DbSession, account: Account, edition: Forum, *, actor: Actor, now: datetime) -> None:
    account.invited_at = now
    flush(db)
    emails.send_invitation(db, account, edition, by=_name_of(db, actor), now=now)


def _name_of(db: DbSession, actor: Actor) -> str:
    account = db.get(Account, actor.account_id) if actor.account_id is not None else None
    return account.name if account else ""


def set_access(
    db: DbSession,
    edition_id: int,
    account_id: int,
    roles: Collection[str],
    delegations: Collection[str],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Let someone have exactly these roles, bound to exactly the delegations with these codes.

    Raises Stale when it is no longer what the caller read as `version`.
    """
    _take_turn(db, edition_id)
    require(db, edition_id, MANAGE, actor=actor)
    access = _get(db, edition_id, account_id)
    _refuse_stale(access, version)
    bound = _checked(db, edition_id, roles, delegations)
    wanted = frozenset(map(Role, roles))
    if Role.OWNER not in wanted:
        _refuse_last_owner(db, access)
    _put(db, access, wanted, bound, action="changed", actor=actor, now=now)


def take_access_away(
    db: DbSession, edition_id: int, account_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """The account stays, and what it does elsewhere; tokens that act for it reach nothing here any more."""
    _take_turn(db, edition_id)
    require(db, edition_id, MANAGE, actor=actor)
    access = _get(db, edition_id, account_id)
    _refuse_stale(access, version)
    _refuse_last_owner(db, access)
    held, access_id = _held(db, access), access.id
    parts = [row for kind in (AccessRole, AccessDelegation) for row in db.scalars(_parts_of(kind, access_id))]
    label = {"en": db.get_one(Account, account_id).name}
    removal = removals.keep(db, access, along=parts, label=label, actor=actor, now=now)
    for row in (*parts, access):
        db.delete(row)
    flush(db)
    forget_access(db)
    changes = {"account_id": (account_id, None), **_changes(held, _NOTHING)}
    record(db, "removed", "edition_access", access_id, actor=actor, now=now, edition_id=edition_id, changes=changes)
    return removal


def bring_back_access(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Give someone the access again that was taken away, with the roles and delegations that it had."""
    _take_turn(db, edition_id)
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    removals.put_back(db, removal, now=now)
    db.expire_all()
    forget_access(db)
    access = db.get_one(EditionAccess, removal.entity_id)
    own: dict[str, Any] = {"actor": actor, "now": now, "edition_id": edition_id}
    changes = {"account_id": (None, access.account_id), **_changes(_NOTHING, _held(db, access))}
    record(db, "restored", "edition_access", access.id, **own, changes=changes)
    return removal


def _parts_of(kind: type[AccessRole | AccessDelegation], access_id: int) -> Any:
    return select(kind).where(kind.access_id == access_id).order_by(kind.id)


def grant_role(
    db: DbSession,
    account_id: int,
    edition_id: int,
    role: Role,
    *,
    delegations: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """Give a role, and bind to delegations, beside what is held; giving it again changes nothing.

    Asks for no permission: the console calls it, and whoever creates an edition becomes its owner.
    """
    _take_turn(db, edition_id)
    access = _find(db, edition_id, account_id)
    if access is None:
        access = EditionAccess(account_id=account_id, edition_id=edition_id)
        create(db, access, actor=actor, now=now)
    held = _held(db, access)
    bound = {**held.bound, **_known(db, edition_id, delegations)}
    _put(db, access, held.roles | {role}, bound, action="granted", actor=actor, now=now)


def _take_turn(db: DbSession, edition_id: int) -> None:
    lock_name(db, f"access-{edition_id}")
    forget_access(db)  # what was asked before may have changed while we waited


def _find(db: DbSession, edition_id: int, account_id: int) -> EditionAccess | None:
    query = select(EditionAccess).filter_by(account_id=account_id, edition_id=edition_id)
    return db.scalar(query.execution_options(populate_existing=True))


def _get(db: DbSession, edition_id: int, account_id: int) -> EditionAccess:
    access = _find(db, edition_id, account_id)
    if access is None:
        raise NotFound(entity="edition_access")
    return access


def _held(db: DbSession, access: EditionAccess) -> _Held:
    roles = db.scalars(select(AccessRole.role).where(AccessRole.access_id == access.id))
    bound = select(AccessDelegation.delegation_id).where(AccessDelegation.access_id == access.id)
    return _Held(frozenset(roles), {code: row_id for row_id, code in db.execute(with_codes(bound))})


def _checked(db: DbSession, edition_id: int, roles: Collection[str], delegations: Collection[str]) -> dict[str, int]:
    faults = access_faults(roles, delegations)
    if faults:
        raise Invalid(fields=faults)
    return _known(db, edition_id, delegations)


def _known(db: DbSession, edition_id: int, codes: Collection[str]) -> dict[str, int]:
    found = delegations_with(db, edition_id, codes)
    if found.keys() != set(codes):
        raise Invalid(fields={"delegations": "unknown"})
    return found


def _refuse_stale(access: EditionAccess, version: int) -> None:
    if access.version != version:
        raise stale(access)


def _refuse_last_owner(db: DbSession, access: EditionAccess) -> None:
    """Owners who have not joined yet, or whose account is closed, cannot manage anything."""
    owners = set(
        db.scalars(
            select(EditionAccess.id)
            .join(AccessRole, AccessRole.access_id == EditionAccess.id)
            .join(Account, Account.id == EditionAccess.account_id)
            .where(
                EditionAccess.edition_id == access.edition_id,
                AccessRole.role == Role.OWNER,
                Account.active,
                Account.password_hash.is_not(None),
            )
        )
    )
    if owners == {access.id}:
        raise LastOwner


def _put(
    db: DbSession,
    access: EditionAccess,
    roles: frozenset[Role],
    bound: Mapping[str, int],
    *,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    held, wanted = _held(db, access), _Held(roles, bound)
    changes = _changes(held, wanted)
    if not changes:
        return
    own: dict[str, Any] = {"edition_id": access.edition_id, "access_id": access.id}
    gone = frozenset(held.bound.values()) - frozenset(bound.values())
    db.execute(delete(AccessRole).filter_by(**own).where(AccessRole.role.in_(held.roles - roles)))
    db.execute(delete(AccessDelegation).filter_by(**own).where(AccessDelegation.delegation_id.in_(gone)))
    db.add_all(AccessRole(**own, role=role) for role in sorted(roles - held.roles))
    new = frozenset(bound.values()) - frozenset(held.bound.values())
    db.add_all(AccessDelegation(**own, delegation_id=row_id) for row_id in sorted(new))
    flag_modified(access, "account_id")  # raises the version, which stands for the roles too
    flush(db)
    forget_access(db)
    record(db, action, "edition_access", access.id, actor=actor, now=now, edition_id=access.edition_id, changes=changes)


def _changes(held: _Held, wanted: _Held) -> dict[str, tuple[list[str], list[str]]]:
    """For the log: roles and codes of delegations, before and after."""
    pairs: dict[str, tuple[list[str], list[str]]] = {
        "roles": (sorted(held.roles), sorted(wanted.roles)),
        "delegations": (sorted(held.bound), sorted(wanted.bound)),
    }
    return {field: (before, after) for field, (before, after) in pairs.items() if before != after}
