"""Setting up series, editions and hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound, refuse_faults
from forumapp.domain.accounts.access import forget_access, require, require_creator
from forumapp.domain.accounts.editing import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.granting import grant_role
from forumapp.domain.accounts.ordering import next_place, reorder_in
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.removed import bring_back_in, get_removal
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import Actor, change, create
from forumapp.domain.forums import rules, tasks
from forumapp.domain.forums.models import Edition, EditionHost, EditionStatus, HostRole, Series
from forumapp.domain.forums.queries import get_edition_by_id, host_order, hosts_in_order
from forumapp.domain.forums.rules import name_fault, slug_fault
from forumapp.domain.images.services import with_picture
from forumapp.domain.people.models import Organization

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.ordering import Order
    from forumapp.domain.audit.models import Removal


def create_series(db: DbSession, *, code: str, name: Mapping[str, str], actor: Actor, now: datetime) -> Series:
    require_creator(db, actor=actor)
    refuse_faults({"code": slug_fault(code), "name": name_fault(name)})
    if db.scalar(select(Series.id).where(Series.code == code)):
        raise AlreadyExists(fields={"code": "taken"})
    row = Series(code=code, name=dict(name))
    create(db, row, actor=actor, now=now)
    return row


def update_series(
    db: DbSession, code: str, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Series:
    """Its name may change; its code stands in addresses and stays."""
    require_creator(db, actor=actor)
    row = db.scalar(select(Series).where(Series.code == code))
    if row is None:
        raise NotFound(entity="series")
    if "name" in changes:
        refuse_faults({"name": name_fault(changes["name"])})
    change(db, row, changes, version=version, actor=actor, now=now)
    return row


def begin_series(db: DbSession, name: Mapping[str, str], year: int, *, actor: Actor, now: datetime) -> Series:
    """A series for a first edition of this name and year: called like it, under a code made of its initials."""
    called = rules.series_name(name, year)
    code = rules.series_code(called, set(db.scalars(select(Series.code))))
    return create_series(db, code=code, name=called, actor=actor, now=now)


def create_edition(
    db: DbSession, values: Mapping[str, Any], *, calendar: bool = True, actor: Actor, now: datetime
) -> Edition:
    """`values` are columns of Edition; last day, year and slug may be left out.

    Whoever makes an edition owns it. The same ordinal twice is refused. It gets the calendar of tasks, unless it is to
    have another one (`calendar` False).
    """
    require_creator(db, actor=actor)
    series = db.get(Series, values["series_id"])
    if series is None:
        raise Invalid(fields={"series_id": "unknown"})
    values = rules.completed(values, series.code)
    refuse_faults(rules.edition_faults(values) | {"slug": rules.address_fault(values["slug"])})
    if db.scalar(select(Edition.id).where(Edition.slug == values["slug"])):
        raise AlreadyExists(fields={"slug": "taken"})
    _refuse_same_ordinal(db, series.id, values["ordinal"])
    row = Edition(**values)
    create(db, row, actor=actor, now=now)
    if actor.account_id is not None:
        grant_role(db, actor.account_id, row.id, Role.OWNER, actor=actor, now=now)
    if calendar:
        tasks.write_calendar(db, row, actor=actor, now=now)
    return row


def update_edition(
    db: DbSession, edition_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Edition:
    """A status that archives it asks for what archiving asks for."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    if changes.get("status") == EditionStatus.ARCHIVED:
        require(db, edition_id, Permission.ARCHIVE_EDITION, actor=actor)
    row = get_edition_by_id(db, edition_id)
    refuse_faults(rules.edition_faults({field: getattr(row, field) for field in rules.CHECKED} | dict(changes)))
    ordinal = changes.get("ordinal", row.ordinal)
    if ordinal != row.ordinal:
        _refuse_same_ordinal(db, row.series_id, ordinal)
    change(db, row, changes, version=version, actor=actor, now=now)
    forget_access(db)  # which may have been archived
    return row


def add_host(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> EditionHost:
    """`values`: organization_id, role, print_order, remark, and a Picture as logo. Without a print order it stands last
    in its role.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    _refuse_strange_organization(db, values["organization_id"])
    order = values.get("print_order")
    if order is None:
        order = _next_place(db, edition_id, values["role"])
    _refuse_same_place(db, edition_id, values["role"], order)
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
    if "organization_id" in changes:
        _refuse_strange_organization(db, changes["organization_id"])
    role, order = changes.get("role", row.role), changes.get("print_order", row.print_order)
    if (role, order) != (row.role, row.print_order):
        _refuse_same_place(db, edition_id, role, order)
    changes = with_picture(db, changes, "logo", row.logo_id, actor=actor, now=now)
    change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def remove_host(db: DbSession, edition_id: int, host_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, EditionHost, edition_id, host_id)
    organization = db.get_one(Organization, row.organization_id)
    label = organization.short or organization.legal
    return remove_in(db, row, label=label, version=version, actor=actor, now=now)


def bring_back_host(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """A host whose place in print another one has by now comes last in its role."""
    held = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    role = HostRole(held["role"])
    instead = {}
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


def _refuse_same_ordinal(db: DbSession, series_id: int, ordinal: int) -> None:
    """The UNIQUE constraint holds it; this names the field."""
    if db.scalar(select(Edition.id).where(Edition.series_id == series_id, Edition.ordinal == ordinal)):
        raise AlreadyExists(fields={"ordinal": "taken"})


def _refuse_strange_organization(db: DbSession, organization_id: int) -> None:
    if db.get(Organization, organization_id) is None:
        raise Invalid(fields={"organization_id": "unknown"})


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
