"""Making and changing rows of an edition: allowed to those with a role there, and told to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.access import acts_for_the_house, reaches, require
from forumapp.domain.accounts.editing.removals import REMOVING
from forumapp.domain.accounts.models import EditionAccess
from forumapp.domain.accounts.scope import limited
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import Actor, change, create, table_of
from forumapp.domain.audit.services import edition_of as find_edition_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row, Versioned
    from forumapp.domain.accounts.permissions import Access, Permission
    from forumapp.domain.audit.models import Removal


K = TypeVar("K")


def create_in(db: DbSession, row: Row, permission: Permission, *, actor: Actor, now: datetime) -> None:
    """Add `row`, which belongs to an edition. Whoever is limited to delegations can add only to those."""
    access = require(db, edition_of(row), permission, actor=actor)
    create(db, row, actor=actor, now=now)
    _refuse_out_of_reach(db, row, access, permission)  # known only once it is there; a refusal takes it back


def edition_of(row: Row) -> int:
    edition_id = find_edition_of(row)
    assert edition_id is not None, "a row of an edition"  # noqa: S101 (a mistake of ours, not of a caller)
    return edition_id


def find_in(
    db: DbSession, kind: type[K], edition_id: int, row_id: int, *, within: Collection[int] | None = None
) -> K | None:
    table: Any = kind
    reached = limited(table.id, _table(kind), edition_id, within)
    found: K | None = db.scalar(select(kind).where(table.id == row_id, table.edition_id == edition_id, *reached))
    return found


def get_in(db: DbSession, kind: type[K], edition_id: int, row_id: int, *, within: Collection[int] | None = None) -> K:
    """A row of the edition by its id; one of another edition, or out of reach, does not exist here."""
    row = find_in(db, kind, edition_id, row_id, within=within)
    if row is None:
        raise NotFound(entity=_table(kind))
    return row


def get_by_code(
    db: DbSession, kind: type[K], edition_id: int, code: str, *, within: Collection[int] | None = None
) -> K:
    table: Any = kind
    reached = limited(table.id, _table(kind), edition_id, within)
    row: K | None = db.scalar(select(kind).where(table.edition_id == edition_id, table.code == code, *reached))
    if row is None:
        raise NotFound(entity=_table(kind), named=code)
    return row


def _table(kind: Any) -> str:
    return str(kind.__tablename__)


def refuse_strangers(db: DbSession, edition_id: int, accounts: Mapping[str, int | None], *, actor: Actor) -> None:
    """`accounts` maps a field to the account it names. One that does not work on the edition is none there: an id that
    was guessed would tell whose it is. The house knows them all, and names liaisons before they have a delegation.
    """
    if acts_for_the_house(actor):
        return
    wanted = {account_id for account_id in accounts.values() if account_id is not None}
    here = EditionAccess.edition_id == edition_id, EditionAccess.account_id.in_(wanted)
    known = set(db.scalars(select(EditionAccess.account_id).where(*here))) if wanted else set()
    if strange := {field: "unknown" for field, one in accounts.items() if one is not None and one not in known}:
        raise Invalid(fields=strange)


def change_in(
    db: DbSession,
    row: Versioned,
    changes: Mapping[str, Any],
    permission: Permission,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    action: str = "changed",
    reason: str | None = None,
) -> None:
    """`reason` is what the log says why, where it is asked."""
    _refuse_out_of_reach(db, row, require(db, edition_of(row), permission, actor=actor), permission)
    change(db, row, changes, version=version, actor=actor, now=now, action=action, reason=reason)


def remove_in(
    db: DbSession,
    row: Versioned,
    *,
    label: Mapping[str, str],
    along: Sequence[Row] = (),
    delegation_id: int | None = None,
    version: int,
    reason: str | None = None,
    actor: Actor,
    now: datetime,
) -> Removal:
    """Remove `row` and what goes `along` with it, so that `bring_back_in` can undo it."""
    permission = REMOVING[table_of(row)]
    _refuse_out_of_reach(db, row, require(db, edition_of(row), permission, actor=actor), permission)
    return removals.remove(
        db,
        row,
        along=along,
        label=label,
        delegation_id=delegation_id,
        version=version,
        reason=reason,
        actor=actor,
        now=now,
    )


def _refuse_out_of_reach(db: DbSession, row: Row, access: Access, permission: Permission) -> None:
    if not reaches(db, access, permission, table_of(row), row.id):
        raise NotFound(entity=table_of(row))
