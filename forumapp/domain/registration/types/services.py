"""Registration types: what an edition offers, to whom, and how many places it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.ordering import next_place, reorder_in
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import keep_part
from forumapp.domain.audit.services import Actor, change, create
from forumapp.domain.forums.rules import code_fault, color_fault, free_code, name_fault
from forumapp.domain.registration.capacity import counters, options
from forumapp.domain.registration.forms.questions import question_faults, twins
from forumapp.domain.registration.lists.queries import type_order, types_in_order
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import Area, hold_fault, hours_fault, plus_ones_fault, quota_fault, way_fault
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal


def create_type(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> RegistrationType:
    """`values` are columns of RegistrationType; the counters start at nothing. One without a code gets it from its
    name, and one without a position stands last.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    codes = set(db.scalars(select(RegistrationType.code).where(RegistrationType.edition_id == edition_id)))
    values = {**values, "code": values.get("code") or free_code(values["name"], codes, "type")}
    values.setdefault("is_transferable", not values.get("is_media"))
    _refuse_faults(values, taken=0)
    _refuse_twins(values.get("questions", []), [])
    if values["code"] in codes:
        raise AlreadyExists(fields={"code": "taken"})
    if values.get("position") is None:
        values["position"] = next_place(db, RegistrationType.position, RegistrationType.edition_id == edition_id)
    row = RegistrationType(
        edition_id=edition_id, is_limited=counters.lock_edition(db, edition_id) is not None, **values
    )
    create(db, row, actor=actor, now=now)
    options.count(db, row)
    return row


def update_type(
    db: DbSession,
    edition_id: int,
    type_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RegistrationType:
    """Change a type; more places go to those who wait at once. A quota below the places given is refused."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, RegistrationType, edition_id, type_id)
    held = counters.hold(db, type_id)
    db.refresh(row)
    asked = row.questions
    ways = {name: getattr(row, name) for name in ("is_open", "by_invitation", "is_media", "is_transferable")}
    _refuse_faults({**ways, **changes}, taken=held.places.taken)
    _refuse_twins(changes.get("questions", []), asked)
    if row.is_media and not changes.get("is_media", True) and _has_accredited_media(db, type_id):
        raise Invalid(fields={"is_media": "accredited"})
    change(db, row, changes, version=version, actor=actor, now=now)
    _keep_dropped(db, row, asked, actor=actor, now=now)
    if "questions" in changes:
        options.count(db, row)
    if "quota" in changes:
        move_up_all(db, type_id, actor=actor, now=now)
        db.refresh(row)
    return row


def _refuse_twins(questions: Sequence[Mapping[str, Any]], standing: Sequence[Mapping[str, Any]]) -> None:
    """Whoever chooses cannot tell them apart. What stands so already hinders no other change."""
    found = twins(questions)
    refuse_faults({name: found[name] for name in found if questions[int(name.split(".")[1])] not in standing})


def _keep_dropped(
    db: DbSession, row: RegistrationType, before: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    """What the form asked and asks no more can be put back to where it stood, after one of those before it."""
    asked = {(one["code"], one["kind"]) for one in row.questions}
    for place, one in enumerate(before):
        if (one["code"], one["kind"]) not in asked:
            held = {"questions": [one], "after": [other["code"] for other in before[:place]]}
            keep_part(db, row, "question", held, label=one["label"], actor=actor, now=now)


def remove_type(db: DbSession, edition_id: int, type_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Refused once anybody has ever registered with it."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, RegistrationType, edition_id, type_id)
    options.forget(db, type_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def bring_back_type(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """The edition's own quota may have come or gone since."""
    get_removal(db, edition_id, removal_id, actor=actor)
    instead = {"is_limited": counters.lock_edition(db, edition_id) is not None}
    removal = bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)
    options.count(db, get_in(db, RegistrationType, edition_id, removal.entity_id))
    return removal


def order_types(
    db: DbSession, edition_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    counters.lock_edition(db, edition_id)  # before several types, as whoever moves up across them does
    reorder_in(
        db,
        edition_id,
        types_in_order(edition_id),
        ids,
        Permission.EDIT_EDITION,
        by=RegistrationType.position,
        version=version,
        actor=actor,
        now=now,
    )
    return type_order(db, edition_id)


def _refuse_faults(values: Mapping[str, Any], *, taken: int) -> None:
    refuse_faults(
        {
            "code": code_fault(values["code"]) if "code" in values else None,
            "name": name_fault(values["name"]) if "name" in values else None,
            "offer_hours": hours_fault(values.get("offer_hours")),
            "hold_minutes": hold_fault(values.get("hold_minutes")),
            "plus_ones": plus_ones_fault(values.get("plus_ones")),
            "quota": quota_fault(values.get("quota"), taken),
            "is_transferable": "not-for-media" if values.get("is_media") and values.get("is_transferable") else None,
            "by_invitation": way_fault(
                is_open=bool(values.get("is_open")), by_invitation=bool(values.get("by_invitation"))
            ),
            "color": color_fault(values["color"]) if "color" in values else None,
            "admits": None if set(values.get("admits", ())) <= set(Area) else "not-a-choice",
            **question_faults(values.get("questions", [])),
        }
    )


def _has_accredited_media(db: DbSession, type_id: int) -> bool:
    accredited = select(Registration.id).where(Registration.type_id == type_id, Registration.is_media.is_(True))
    return db.scalar(accredited.limit(1)) is not None
