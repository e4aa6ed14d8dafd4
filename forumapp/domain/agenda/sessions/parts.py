"""What a session is made of: the order of its items and people, each part, and the languages heard in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.ordering import reorder_in
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import AssignmentRole, InterpretationChannel, RoleAssignment, Session, SessionItem
from forumapp.domain.agenda.queries import item_order, items_in_order, role_order, roles_in_order
from forumapp.domain.agenda.sessions.services import hold, refuse_same_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


def order_items(
    db: DbSession,
    edition_id: int,
    session_id: int,
    ids: Sequence[int],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Order:
    """Put the items of a session in order; the time of each follows. `version` is that of the order as it was read."""
    query = items_in_order(_held(db, edition_id, session_id, actor=actor).id)
    by: Any = {"version": version, "actor": actor, "now": now}
    reorder_in(db, edition_id, query, ids, Permission.EDIT_AGENDA, by=SessionItem.position, **by)
    return item_order(db, session_id)


def order_roles(
    db: DbSession,
    edition_id: int,
    session_id: int,
    ids: Sequence[int],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Order:
    """Put those who have a part in a session in protocol order, which is never that of the alphabet."""
    query = roles_in_order(_held(db, edition_id, session_id, actor=actor).id)
    by: Any = {"version": version, "actor": actor, "now": now}
    reorder_in(db, edition_id, query, ids, Permission.EDIT_AGENDA, by=RoleAssignment.position, **by)
    return role_order(db, session_id)


def update_role(
    db: DbSession,
    edition_id: int,
    role_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RoleAssignment:
    """`changes` are `role`, `status`, `item_id` and `channel_id`; who has the part does not change."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, RoleAssignment, edition_id, role_id)
    role, item_id = changes.get("role", row.role), changes.get("item_id", row.item_id)
    if (role, item_id) != (row.role, row.item_id):
        refuse_same_part(db, row.session_id, item_id, row.person_id, role)
    _refuse_strange_parts(db, row, item_id, changes.get("channel_id", row.channel_id), role)
    change_in(db, row, changes, Permission.EDIT_AGENDA, version=version, actor=actor, now=now)
    return row


def add_channel(
    db: DbSession, edition_id: int, session_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> InterpretationChannel:
    """A language that can be heard in a session; `values` are `number` and `language`."""
    session = _held(db, edition_id, session_id, actor=actor)
    _refuse_taken(db, session.id, values)
    row = InterpretationChannel(edition_id=edition_id, session_id=session.id, **values)
    create_in(db, row, Permission.EDIT_AGENDA, actor=actor, now=now)
    return row


def update_channel(
    db: DbSession,
    edition_id: int,
    channel_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> InterpretationChannel:
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, InterpretationChannel, edition_id, channel_id)
    _refuse_taken(db, row.session_id, changes, but=row.id)
    change_in(db, row, changes, Permission.EDIT_AGENDA, version=version, actor=actor, now=now)
    return row


def remove_channel(
    db: DbSession, edition_id: int, channel_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while interpreters are on it."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, InterpretationChannel, edition_id, channel_id)
    label = dict.fromkeys(("en", "zh-Hans"), f"{row.number} · {row.language}")
    return remove_in(db, row, label=label, version=version, actor=actor, now=now)


def _held(db: DbSession, edition_id: int, session_id: int, *, actor: Actor) -> Session:
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    return get_in(db, Session, edition_id, session_id)


def _refuse_strange_parts(
    db: DbSession, row: RoleAssignment, item_id: int | None, channel_id: int | None, role: AssignmentRole
) -> None:
    """An item or channel of another session does not exist here, and only interpreters speak on a channel."""
    for field, kind, wanted in (("item_id", SessionItem, item_id), ("channel_id", InterpretationChannel, channel_id)):
        found = find_in(db, kind, row.edition_id, wanted) if wanted is not None else None
        if wanted is not None and (found is None or found.session_id != row.session_id):  # type: ignore[attr-defined]
            raise Invalid(fields={field: "unknown"})
    if channel_id is not None and role != AssignmentRole.INTERPRETER:
        raise Invalid(fields={"channel_id": "not-an-interpreter"})


def _refuse_taken(db: DbSession, session_id: int, values: Mapping[str, Any], but: int = 0) -> None:
    """The UNIQUE constraints hold it; this names the field."""
    others = select(InterpretationChannel).where(
        InterpretationChannel.session_id == session_id, InterpretationChannel.id != but
    )
    for other in db.scalars(others):
        if taken := {field: "taken" for field, value in values.items() if getattr(other, field) == value}:
            raise AlreadyExists(fields=taken)
