"""Who may stand with their name for what the rules refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.models import AccessRole, Account, EditionAccess
from forumapp.domain.accounts.permissions import Permission, Reach, roles_with_all
from forumapp.domain.audit.services import Actor, Via

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def list_authorizers(db: DbSession, edition_id: int) -> list[tuple[int, str]]:
    """Those of the team who decide on everyone's registration: their accounts' ids and names, by name."""
    deciding = roles_with_all(Permission.DECIDE_REGISTRATIONS)
    held = (
        select(EditionAccess.account_id)
        .join(AccessRole, AccessRole.access_id == EditionAccess.id)
        .where(EditionAccess.edition_id == edition_id, AccessRole.role.in_(deciding))
    )
    query = select(Account.id, Account.name).where(Account.id.in_(held), Account.active)
    return [(row.id, row.name) for row in db.execute(query.order_by(Account.name, Account.id))]


def refuse_no_authorizer(db: DbSession, edition_id: int, account_id: int) -> None:
    """An account that decides nothing there reads like one that does not exist: a guessed id tells nobody's name."""
    access = access_to(db, edition_id, actor=Actor(account_id, Via.PAGE))
    if access.needs_two_factor or access.reach(Permission.DECIDE_REGISTRATIONS) is not Reach.ALL:
        raise Invalid(fields={"authorized_by": "unknown"})


def in_whose_name(db: DbSession, edition_id: int, own: int | None, named: int | None) -> int | None:
    """Whoever acts stands for it (`own`), unless another account is named; nobody does where nothing is overruled."""
    if own is None or named is None:
        return own
    refuse_no_authorizer(db, edition_id, named)
    return named
