"""Reading who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.models import AccessDelegation, AccessRole, Account, EditionAccess, SignIn
from forumapp.domain.accounts.permissions import ROLES
from forumapp.domain.accounts.scope import with_codes

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Role


def list_organizers(db: DbSession, edition_id: int) -> list[Account]:
    """The accounts with a role in the edition, by name."""
    held = select(EditionAccess.account_id).where(EditionAccess.edition_id == edition_id)
    return list(db.scalars(select(Account).where(Account.id.in_(held), Account.active).order_by(Account.name)))


def name_of_account(db: DbSession, account_id: int | None) -> str | None:
    """For what keeps who decided as they were named then; None is the system."""
    return None if account_id is None else db.scalar(select(Account.name).where(Account.id == account_id))


def names_of_accounts(db: DbSession, account_ids: Collection[int]) -> dict[int, str]:
    """By their ids. One query."""
    found = db.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row.id: row.name for row in found}


@dataclass(frozen=True, slots=True)
class AccessLine:
    """Someone with access to an edition; `delegations` are the codes of those that they are bound to."""

    id: int
    version: int
    account_id: int
    name: str
    email: str
    roles: tuple[Role, ...]
    delegations: tuple[str, ...]
    given_at: datetime
    invited_at: datetime | None
    has_joined: bool
    two_factor: bool
    seen_at: datetime | None


def access_page(
    db: DbSession, edition_id: int, *, search: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[AccessLine]:
    """People with access by name, found by a part of their name or mail address. Four queries."""
    query = _with_access(edition_id).order_by(Account.name, Account.id)
    if search.strip():
        part = search.strip()
        query = query.where(
            Account.name.icontains(part, autoescape=True) | Account.email.icontains(part, autoescape=True)
        )
    page = paged(db, query, number=number, size=size)
    return Page(_access_lines(db, page.items), page.number, page.size, page.total)


def get_access(db: DbSession, edition_id: int, account_id: int) -> AccessLine:
    rows = list(db.execute(_with_access(edition_id).where(EditionAccess.account_id == account_id)))
    if not rows:
        raise NotFound(entity="edition_access")
    return _access_lines(db, rows)[0]


def _with_access(edition_id: int) -> Select[*tuple[Any, ...]]:
    seen_at = select(func.max(SignIn.seen_at)).where(SignIn.account_id == Account.id).scalar_subquery()
    return (
        select(
            EditionAccess.id,
            EditionAccess.version,
            EditionAccess.created_at,
            Account.id.label("account_id"),
            Account.name,
            Account.email,
            Account.invited_at,
            Account.password_hash.is_not(None).label("has_joined"),
            Account.totp_since.is_not(None).label("two_factor"),
            seen_at.label("seen_at"),
        )
        .join(Account, Account.id == EditionAccess.account_id)
        .where(EditionAccess.edition_id == edition_id)
    )


def _access_lines(db: DbSession, rows: list[Any]) -> list[AccessLine]:
    ids = [row.id for row in rows]
    roles: dict[int, list[Role]] = {}
    for access_id, role in db.execute(
        select(AccessRole.access_id, AccessRole.role).where(AccessRole.access_id.in_(ids))
    ):
        roles.setdefault(access_id, []).append(role)
    codes: dict[int, list[str]] = {}
    bound = select(AccessDelegation.access_id, AccessDelegation.delegation_id).where(
        AccessDelegation.access_id.in_(ids)
    )
    for access_id, _delegation_id, code in db.execute(with_codes(bound)):
        codes.setdefault(access_id, []).append(code)
    return [
        AccessLine(
            id=row.id,
            version=row.version,
            account_id=row.account_id,
            name=row.name,
            email=row.email,
            roles=tuple(sorted(roles.get(row.id, ()), key=ROLES.index)),
            delegations=tuple(sorted(codes.get(row.id, ()))),
            given_at=row.created_at,
            invited_at=row.invited_at,
            has_joined=row.has_joined,
            two_factor=row.two_factor,
            seen_at=row.seen_at,
        )
        for row in rows
    ]
