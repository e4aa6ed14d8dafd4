"""Who hosts, organizes, supports and sponsors an edition: their parts, and the order in which they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.ordering import next_place, reorder_in
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import values_of
from forumapp.domain.forums.models import EditionHost, HostRole, SponsorLevel
from forumapp.domain.forums.queries import host_order, hosts_in_order
from forumapp.domain.images.services import change_picture, with_picture
from forumapp.domain.people.models import Organization

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

HOSTING = frozenset({HostRole.HOST, HostRole.CO_HOST})


def add_host(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> EditionHost:
    """`values`: organization_id, role, level_id of a sponsor, print_order, remark, and a Picture as logo. Without a
    print order it stands last in its role.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    role, level_id = values["role"], values.get("level_id")
    _refuse_faults(db, edition_id, values["organization_id"], role, level_id)
    order = values.get("print_order")
    if order is None:
        order = _next_place(db, edition_id, role)
    _refuse_same_place(db, edition_id, role, order)
    values = with_picture(db, {**values, "print_order": order}, "logo", actor=actor, now=now)
    row = EditionHost(edition_id=edition_id, **values)
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return row


def update_host(
    db: DbSession,
    edition_id: int,
    host_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> EditionHost:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, EditionHost, edition_id, host_id)
    changes = _settled(db, row, changes)
    wanted = {field: changes.get(field, getattr(row, field)) for field in ("organization_id", "role", "level_id")}
    if any(getattr(row, field) != value for field, value in wanted.items()):  # it may be what a merge has made of it
        _refuse_faults(db, edition_id, *wanted.values(), host_id=host_id)
    role, order = wanted["role"], changes.get("print_order", row.print_order)
    if (role, order) != (row.role, row.print_order):
        _refuse_same_place(db, edition_id, role, order)
    changes = change_picture(db, row, changes, "logo", label=_name_of(db, row), actor=actor, now=now)
    change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def remove_host(db: DbSession, edition_id: int, host_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, EditionHost, edition_id, host_id)
    return remove_in(db, row, label=_name_of(db, row), version=version, actor=actor, now=now)


def _name_of(db: DbSession, row: EditionHost) -> dict[str, str]:
    organization = db.get_one(Organization, row.organization_id)
    return organization.short or organization.legal


def bring_back_host(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """A host whose place in print another one has by now comes last in its role; one that was added again meanwhile
    does not come back.
    """
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    held = values_of(removal)
    role, instead = HostRole(held["role"]), {}
    if removal.restored_at is None:  # else it is there by itself
        _refuse_twice(db, edition_id, held["organization_id"], role)
    if db.scalar(_at_place(edition_id, role, held["print_order"])):
        instead = {"print_order": _next_place(db, edition_id, role)}
    return bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)


def order_hosts(
    db: DbSession, edition_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    """Put all hosts in order. It counts among those of the same role and level, which stand together anyway."""
    reorder_in(
        db,
        edition_id,
        hosts_in_order(edition_id),
        ids,
        Permission.EDIT_EDITION,
        by=EditionHost.print_order,
        apart=lambda host: (host.role, host.level_id),
        version=version,
        actor=actor,
        now=now,
    )
    return host_order(db, edition_id)


def list_twice(db: DbSession, edition_id: int) -> list[EditionHost]:
    """Those whose organization stands in the same part before them, as two that have become one may."""
    first: set[tuple[int, str]] = set()
    twice = []
    for host in db.scalars(hosts_in_order(edition_id)):
        part = (host.organization_id, HostRole.HOST if host.role in HOSTING else host.role)
        if part in first:
            twice.append(host)
        first.add(part)
    return twice


def _settled(db: DbSession, row: EditionHost, changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` with what follows from them: whoever is no sponsor has no level, and whoever comes to another role or
    level comes last there.
    """
    settled = dict(changes)
    role = changes.get("role", row.role)
    if role != HostRole.SPONSOR and "level_id" not in changes:
        settled["level_id"] = None
    moved = (role, settled.get("level_id", row.level_id)) != (row.role, row.level_id)
    if moved and "print_order" not in changes:
        settled["print_order"] = _next_place(db, row.edition_id, role)
    return settled


def _refuse_faults(
    db: DbSession, edition_id: int, organization_id: int, role: str, level_id: int | None, *, host_id: int | None = None
) -> None:
    """`host_id` is the host that they are to be the values of."""
    if db.get(Organization, organization_id) is None:
        raise Invalid(fields={"organization_id": "unknown"})
    if level_id is not None and role != HostRole.SPONSOR:
        raise Invalid(fields={"level_id": "only-for-sponsors"})
    if level_id is not None and find_in(db, SponsorLevel, edition_id, level_id) is None:
        raise Invalid(fields={"level_id": "unknown"})
    _refuse_twice(db, edition_id, organization_id, role, host_id=host_id)


def _refuse_twice(
    db: DbSession, edition_id: int, organization_id: int, role: str, *, host_id: int | None = None
) -> None:
    """An organization hosts on its own account or beside others, and not both."""
    other = EditionHost.organization_id == organization_id, EditionHost.id != (host_id or 0)
    held = set(db.scalars(select(EditionHost.role).where(EditionHost.edition_id == edition_id, *other)))
    if role in held:
        raise AlreadyExists(fields={"organization_id": "has-this-role"})
    if role in HOSTING and held & HOSTING:
        raise AlreadyExists(fields={"organization_id": "host-and-co-host"})


def _next_place(db: DbSession, edition_id: int, role: HostRole) -> int:
    return next_place(db, EditionHost.print_order, EditionHost.edition_id == edition_id, EditionHost.role == role)


def _refuse_same_place(db: DbSession, edition_id: int, role: HostRole, print_order: int) -> None:
    """The UNIQUE constraint holds it; this names the field."""
    if db.scalar(_at_place(edition_id, role, print_order)):
        raise AlreadyExists(fields={"print_order": "taken"})


def _at_place(edition_id: int, role: HostRole, print_order: int) -> Select[int]:
    return select(EditionHost.id).where(
        EditionHost.edition_id == edition_id, EditionHost.role == role, EditionHost.print_order == print_order
    )
