"""Making and changing badge designs. A version once saved stays as it is; what changes is which one is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.database.flushing import flush
from forumapp.core.errors import AlreadyExists, Invalid, refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.rules import code_fault, free_code, name_fault
from forumapp.domain.images.services import keep_picture
from forumapp.domain.printing.designs import queries
from forumapp.domain.printing.designs.reader import design_from, plain
from forumapp.domain.printing.designs.ready_designs import ready_designs
from forumapp.domain.printing.models import BadgeDesign, BadgeDesignVersion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.images.rules import Picture
    from forumapp.domain.printing.designs.queries import DesignLine

LAYOUT = "layout"  # where its faults are told, as `layout.boxes.3.w`


def create_design(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> DesignLine:
    """`values` are `name`, `code` if it has one, and `ready`, the code of the design to begin from, or a `layout`."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    codes = set(db.scalars(select(BadgeDesign.code).where(BadgeDesign.edition_id == edition_id)))
    code = values.get("code") or free_code(values["name"], codes, "design")
    ready = values.get("ready") or ""
    refuse_faults({"code": code_fault(code), "name": name_fault(values["name"]), "ready": _ready_fault(values)})
    if code in codes:
        raise AlreadyExists(fields={"code": "taken"})
    layout = checked_layout(values["layout"]) if values.get("layout") else plain(ready_designs()[ready])
    row = BadgeDesign(edition_id=edition_id, code=code, name=values["name"], ready=ready)
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    _add_version(db, row, 1, layout, None, actor=actor, now=now)
    return queries.get_design(db, edition_id, code)


def change_design(
    db: DbSession, edition_id: int, code: str, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> DesignLine:
    """`changes` are its `name`, its `layout` and its `logo`, a picture, or None for the edition's. Layout and logo are
    its next version together, and in use from now on; the same again makes none.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    line = queries.get_design(db, edition_id, code)
    name, layout, logo_id = changes.get("name", line.row.name), line.current.layout, line.current.logo_id
    refuse_faults({"name": name_fault(name)})
    if "layout" in changes:
        layout = checked_layout(changes["layout"])
    if "logo" in changes:
        logo_id = keep_picture(db, changes["logo"], actor=actor, now=now).id if changes["logo"] else None
    return _go_on(db, line, layout, logo_id, name=name, version=version, actor=actor, now=now)


def set_logo(
    db: DbSession,
    edition_id: int,
    code: str,
    picture: Picture | None,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> DesignLine:
    """A logo of the design's own, or the edition's again, as its next version."""
    return change_design(db, edition_id, code, {"logo": picture}, version=version, actor=actor, now=now)


def use_again(
    db: DbSession, edition_id: int, code: str, number: int, *, version: int, actor: Actor, now: datetime
) -> DesignLine:
    """An earlier version as it was, logo and all, as the next one."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    line = queries.get_design(db, edition_id, code)
    earlier = queries.get_version(db, line.row, number)
    return _go_on(db, line, earlier.layout, earlier.logo_id, version=version, actor=actor, now=now)


def checked_layout(layout: Any) -> dict[str, Any]:
    """As it is kept. Raises Invalid with the faults by where they stand."""
    try:
        return plain(design_from(layout))
    except Invalid as refusal:
        faults = {LAYOUT if at == LAYOUT else f"{LAYOUT}.{at}": code for at, code in refusal.fields.items()}
        raise Invalid(fields=faults) from refusal


def _ready_fault(values: Mapping[str, Any]) -> str | None:
    ready = values.get("ready")
    if ready:
        return None if ready in ready_designs() else "unknown"
    return None if values.get("layout") else "required"


def _go_on(
    db: DbSession,
    line: DesignLine,
    layout: Mapping[str, Any],
    logo_id: int | None,
    *,
    name: Mapping[str, str] | None = None,
    version: int,
    actor: Actor,
    now: datetime,
) -> DesignLine:
    row, current = line.row, line.current
    same = (current.layout, current.logo_id) == (layout, logo_id)
    number = row.number if same else _last_number(db, row) + 1
    # First of all, since whoever was slower is refused by it.
    changes = {"number": number, "name": dict(name or row.name)}
    change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    if not same:
        _add_version(db, row, number, layout, logo_id, actor=actor, now=now)
    return queries.get_design(db, row.edition_id, row.code)


def _last_number(db: DbSession, row: BadgeDesign) -> int:
    number = select(func.max(BadgeDesignVersion.number)).where(BadgeDesignVersion.design_id == row.id)
    return db.execute(number).scalar_one()


def _add_version(
    db: DbSession,
    row: BadgeDesign,
    number: int,
    layout: Mapping[str, Any],
    logo_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The log tells of it by the design's number."""
    made = BadgeDesignVersion(
        edition_id=row.edition_id,
        design_id=row.id,
        number=number,
        layout=dict(layout),
        logo_id=logo_id,
        made_by=actor.account_id,
        created_at=now,
        updated_at=now,
    )
    db.add(made)
    flush(db)
