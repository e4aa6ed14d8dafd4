"""Doing one thing to several items: copying a day, moving items, and doing one for several groups. All or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.columns import SPAN_COLUMNS
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.groups.audiences import Part, audience_of, choices_for
from forumapp.domain.delegations.groups.materialization import renew
from forumapp.domain.delegations.itineraries.items import (
    add_itinerary_item,
    leg_of,
    refuse_crossed,
    remove_itinerary_item,
    update_itinerary_item,
)
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.delegations.rules.reading_order import NO_FOLDS, moved_by_days, moved_by_minutes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.groups.audiences import Choices
    from forumapp.domain.delegations.rules.reading_order import Folds

EDIT = Permission.EDIT_DELEGATIONS
MOST_DAYS, MOST_SHIFT = 366, 366 * 24 * 60
# What a copy does not take along: which row it is, whose times it has, and what it alone is.
OWN = {"id", "version", "created_at", "updated_at", "edition_id", "delegation_id", "is_sample", *SPAN_COLUMNS}


def items_on(db: DbSession, delegation: Delegation, day: date) -> list[ItineraryItem]:
    """The delegation's own items that begin on a day, by the clocks where they begin."""
    query = select(ItineraryItem).where(ItineraryItem.delegation_id == delegation.id)
    rows = db.scalars(query.order_by(ItineraryItem.start_utc, ItineraryItem.id))
    return [row for row in rows if row.start_wall.date() == day]


def copy_day(
    db: DbSession,
    delegation: Delegation,
    day: date,
    to: date,
    item_ids: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> list[ItineraryItem]:
    """Do these items of one day on another one too, at the same times by the clocks on the wall."""
    require_row(db, delegation.edition_id, EDIT, "delegation", delegation.id, actor=actor)
    rows = [row for row in items_on(db, delegation, day) if row.id in item_ids]
    if not rows or len(rows) < len(set(item_ids)):
        raise Invalid(fields={"items": "unknown" if item_ids else "required"})
    if to == day or abs((to - day).days) > MOST_DAYS:
        raise Invalid(fields={"to": "same-day" if to == day else "too-far"})
    told: dict[str, Any] = {"actor": actor, "now": now}
    known = choices_for(db, delegation)
    whom = _still_there(db, known, [row.id for row in rows])
    step = (to - day).days
    made = [
        _copied(db, delegation, row, moved_by_days(row.span, step), whom[row.id], known=known, **told) for row in rows
    ]
    renew(db, delegation.edition_id, item_ids=[row.id for row in made])
    return made


def shift_items(
    db: DbSession,
    delegation: Delegation,
    seen: Mapping[int, int],
    *,
    days: int = 0,
    minutes: int = 0,
    folds: Mapping[int, Folds] | None = None,
    actor: Actor,
    now: datetime,
) -> list[ItineraryItem]:
    """Move items, each given with the version that was seen: by days at the same wall times, or by true minutes; by
    less than nothing to before. `folds` say by item which of two equal times it was that it goes back to.
    """
    require_row(db, delegation.edition_id, EDIT, "delegation", delegation.id, actor=actor)
    if not seen:
        raise Invalid(fields={"items": "required"})
    if bool(days) == bool(minutes) or abs(days) > MOST_DAYS or abs(minutes) > MOST_SHIFT:
        raise Invalid(fields={"days": "days-or-minutes"})
    rows = [_own(db, delegation, one) for one in seen]
    moved = []
    for row in sorted(rows, key=lambda row: row.start_utc):
        fold = (folds or {}).get(row.id, NO_FOLDS)
        span = moved_by_days(row.span, days, fold) if days else moved_by_minutes(row.span, minutes)
        by: dict[str, Any] = {"version": seen[row.id], "is_one_of_several": True, "actor": actor, "now": now}
        moved.append(update_itinerary_item(db, row.edition_id, row.id, {}, span, **by))
    refuse_crossed(db, [row.id for row in moved])
    return moved


def spread_to_groups(
    db: DbSession, item: ItineraryItem, group_ids: Collection[int], *, actor: Actor, now: datetime
) -> list[ItineraryItem]:
    """Do the same for each of these groups, as an item of its own that can be changed by itself."""
    require_row(db, item.edition_id, EDIT, "itinerary_item", item.id, actor=actor)
    if not group_ids:
        raise Invalid(fields={"groups": "required"})
    delegation = db.get_one(Delegation, item.delegation_id)
    told: dict[str, Any] = {"known": choices_for(db, delegation), "actor": actor, "now": now}
    made = [
        _copied(db, delegation, item, item.span, [Part(True, group_id=group_id)], **told)
        for group_id in dict.fromkeys(group_ids)
    ]
    renew(db, item.edition_id, item_ids=[row.id for row in made])
    return made


def remove_items(
    db: DbSession, delegation: Delegation, seen: Mapping[int, int], *, actor: Actor, now: datetime
) -> list[Removal]:
    """Take back what was made of others, each in the version in which it was made."""
    require_row(db, delegation.edition_id, EDIT, "delegation", delegation.id, actor=actor)
    rows = [_own(db, delegation, one) for one in seen]
    by: dict[str, Any] = {"actor": actor, "now": now}
    return [remove_itinerary_item(db, row.edition_id, row.id, version=seen[row.id], **by) for row in rows]


def _own(db: DbSession, delegation: Delegation, item_id: int) -> ItineraryItem:
    row = db.scalar(
        select(ItineraryItem).where(ItineraryItem.id == item_id, ItineraryItem.delegation_id == delegation.id)
    )
    if row is None:
        raise NotFound(entity="itinerary_item")
    return row


def _still_there(db: DbSession, known: Choices, item_ids: Collection[int]) -> dict[int, list[Part]]:
    """By item, for whom a copy is: without those who have left since, as long as anybody is left."""
    said = audience_of(db, item_ids)
    found = {one: [part for part in parts if part.target and known.knows(part.target)] for one, parts in said.items()}
    if not all(any(part.includes for part in parts) for parts in found.values()):
        raise Invalid(fields={"items": "nobody-comes"})
    return found


def _copied(
    db: DbSession, delegation: Delegation, row: ItineraryItem, span: Span, whom: list[Part], **told: Any
) -> ItineraryItem:
    columns = {column.key: getattr(row, column.key) for column in ItineraryItem.__table__.c if column.key not in OWN}
    leg = leg_of(row, with_estimates=span == row.span)
    if span != row.span:  # a session is at its own time alone
        columns["session_id"] = None
    return add_itinerary_item(db, delegation, {**columns, "leg": leg, "audience": whom}, span, **told)
