"""The pages that organizers write: welcome letters, practical information, what to do in an emergency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, NotFound, refuse_faults
from forumapp.domain.accounts.access import require, require_person
from forumapp.domain.accounts.editing.ordering import next_place, reorder_in
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import values_of
from forumapp.domain.forums.models import ContentPage
from forumapp.domain.forums.pages.queries import content_order, pages_in_order
from forumapp.domain.forums.rules import code_fault, free_code, name_fault
from forumapp.domain.images.services import change_picture, with_picture
from forumapp.domain.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


def create_page(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> ContentPage:
    """`values` are columns of ContentPage, and a Picture as picture. One without a code gets it from its title; it
    stands last.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    codes = set(db.scalars(select(ContentPage.code).where(ContentPage.edition_id == edition_id)))
    code = values.get("code") or free_code(values["title"], codes, values["kind"])
    refuse_faults({"code": code_fault(code), **_faults(db, values, actor)})
    if code in codes:
        raise AlreadyExists(fields={"code": "taken"})
    values = {**values, "code": code, "position": _next_place(db, edition_id)}
    row = ContentPage(edition_id=edition_id, **with_picture(db, values, "picture", actor=actor, now=now))
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return row


def update_page(
    db: DbSession,
    edition_id: int,
    page_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> ContentPage:
    """Its code stands in addresses and stays."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, ContentPage, edition_id, page_id)
    refuse_faults(_faults(db, changes, actor))
    changes = change_picture(db, row, changes, "picture", label=row.title, actor=actor, now=now)
    change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def remove_page(db: DbSession, edition_id: int, page_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, ContentPage, edition_id, page_id)
    return remove_in(db, row, label=row.title, version=version, actor=actor, now=now)


def bring_back_page(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """A page whose place another one has by now comes last."""
    held = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    there = select(ContentPage.id).filter_by(edition_id=edition_id, position=held["position"])
    instead = {"position": _next_place(db, edition_id)} if db.scalar(there) else {}
    return bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)


def order_pages(
    db: DbSession, edition_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    reorder_in(
        db,
        edition_id,
        pages_in_order(edition_id),
        ids,
        Permission.EDIT_EDITION,
        by=ContentPage.position,
        version=version,
        actor=actor,
        now=now,
    )
    return content_order(db, edition_id)


def _next_place(db: DbSession, edition_id: int) -> int:
    return next_place(db, ContentPage.position, ContentPage.edition_id == edition_id)


def _faults(db: DbSession, values: Mapping[str, Any], actor: Actor) -> dict[str, str | None]:
    return {
        "title": name_fault(values["title"]) if "title" in values else None,
        "signatory_id": _signatory_fault(db, values.get("signatory_id"), actor),
    }


def _signatory_fault(db: DbSession, person_id: int | None, actor: Actor) -> str | None:
    """A letter is signed by someone whom its writer may see."""
    if person_id is None:
        return None
    try:
        require_person(db, Permission.SEE_PEOPLE, person_id, actor=actor)
    except NotFound:
        return "unknown"
    return None if db.get(Person, person_id) else "unknown"
