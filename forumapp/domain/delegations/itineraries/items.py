"""What delegations do: the items of their itineraries, with the legs of their journeys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import flag_modified

from forumapp.core.database.columns import span_columns
from forumapp.core.database.flushing import flush
from forumapp.core.errors import Invalid, refuse_faults
from forumapp.domain.accounts.access import require, require_row
from forumapp.domain.accounts.editing.removals import bring_back_in
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import Session
from forumapp.domain.audit.services import change, create, remove
from forumapp.domain.delegations.coaches.queries import runs_of
from forumapp.domain.delegations.groups.audiences import Part, keep_audience
from forumapp.domain.delegations.groups.materialization import renew
from forumapp.domain.delegations.members.services import refuse_unseen
from forumapp.domain.delegations.models.audiences import ItemAudience
from forumapp.domain.delegations.models.delegations import TRAVEL, Delegation, ItemKind, ItineraryItem
from forumapp.domain.delegations.models.groups import Partition
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.delegations.notifications.recording import note_items, noticing, said_by_item
from forumapp.domain.delegations.queries import parts_of_items
from forumapp.domain.forums.venues.travel_places import ItineraryPlace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.groups.audiences import Choices

ESTIMATES = ("estimated_start_utc", "estimated_end_utc")
NO_LEG: dict[str, Any] = {
    **dict.fromkeys(("carrier", "number", "operating_carrier", "operating_number", "from_terminal", "to_terminal"), ""),
    **dict.fromkeys(ESTIMATES),
}


# Longer than any forum's stay; but for these an item is of one day, or of a long journey.
LONGEST, LONGEST_STAY = timedelta(days=3), timedelta(days=92)
STAYS = (ItemKind.HOTEL, ItemKind.FREE)


class SplitAfterRejoin(Invalid):
    """The people of a partition would come together again before they split."""

    code = "split-after-rejoin"


def add_itinerary_item(
    db: DbSession,
    delegation: Delegation,
    values: Mapping[str, Any],
    span: Span,
    *,
    known: Choices | None = None,
    actor: Actor,
    now: datetime,
) -> ItineraryItem:
    """`values` are columns of ItineraryItem but its times, which `span` gives with a zone at each end, columns of
    TravelLeg as `leg`, and Parts as `audience`: where none are said, the whole delegation.

    Whoever adds several has read once whom they may be for (`known`), and renews afterwards for whom they are.
    """
    require(db, delegation.edition_id, Permission.EDIT_DELEGATIONS, actor=actor)
    columns = dict(values)
    leg, audience = columns.pop("leg", None), columns.pop("audience", None)
    _refuse_strange(db, delegation.edition_id, columns, leg, columns["kind"])
    refuse_long(span, columns["kind"], is_frame=columns.get("is_frame", False))
    refuse_unseen(db, delegation.edition_id, "host_id", columns.get("host_id"), actor=actor)
    row = ItineraryItem(edition_id=delegation.edition_id, delegation_id=delegation.id, **columns)
    row.span = span
    create_in(db, row, Permission.EDIT_DELEGATIONS, actor=actor, now=now)
    _keep_leg(db, row, leg, actor=actor, now=now)
    whom = audience or [Part(True, delegation_id=delegation.id)]
    keep_audience(db, row, whom, known=known, actor=actor, now=now)
    if known is None:
        renew(db, row.edition_id, item_ids=[row.id])
    return row


def update_itinerary_item(
    db: DbSession,
    edition_id: int,
    item_id: int,
    changes: Mapping[str, Any],
    span: Span | None = None,
    *,
    is_one_of_several: bool = False,
    version: int,
    actor: Actor,
    now: datetime,
) -> ItineraryItem:
    """As in `add_itinerary_item`; a `leg` is whole, and None takes it away. With other times and no leg said, it keeps
    no estimates: these were of the times that it had.

    Of one of several that move together, whoever moves them looks afterwards whether groups still split before they
    rejoin (`refuse_crossed`).
    """
    require_row(db, edition_id, Permission.EDIT_DELEGATIONS, "itinerary_item", item_id, actor=actor)
    row = get_in(db, ItineraryItem, edition_id, item_id)
    columns = dict(changes)
    kind = columns.get("kind", row.kind)
    if kind != row.kind and runs_of(db, [row.id]):
        raise Invalid(fields={"kind": "has-coach-runs"})
    moves = span is not None and (span.start.utc, span.end.utc) != (row.start_utc, row.end_utc)
    leg = columns.pop("leg", None) if "leg" in columns or kind not in TRAVEL else leg_of(row, with_estimates=not moves)
    audience = columns.pop("audience", None)
    _refuse_strange(db, edition_id, columns, leg, kind)
    is_frame = columns.get("is_frame", row.is_frame)
    if span is not None or (kind, is_frame) != (row.kind, row.is_frame):
        refuse_long(span or row.span, kind, is_frame=is_frame)
    if columns.get("host_id") != row.host_id:
        refuse_unseen(db, edition_id, "host_id", columns.get("host_id"), actor=actor)
    times = span_columns(span) if span else {}
    with noticing(db, row):
        change_in(db, row, {**columns, **times}, Permission.EDIT_DELEGATIONS, version=version, actor=actor, now=now)
        has_other_leg = _keep_leg(db, row, leg, actor=actor, now=now)
    is_for_others = audience is not None and keep_audience(db, row, audience, actor=actor, now=now)
    if has_other_leg or is_for_others:
        _touch(db, row, version)
    if is_for_others or times:
        renew(db, edition_id, item_ids=None if times and _divides(db, row) else [row.id])
    if moves and not is_one_of_several:
        refuse_crossed(db, [row.id])
    return row


def remove_itinerary_item(
    db: DbSession, edition_id: int, item_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    require(db, edition_id, Permission.EDIT_DELEGATIONS, actor=actor)
    row = get_in(db, ItineraryItem, edition_id, item_id)
    note_items(db, [row], said_by_item(db, [row]))
    along = parts_of_items(db, [row.id])
    by: dict[str, Any] = {"actor": actor, "now": now}
    return remove_in(db, row, along=along, label=row.title, delegation_id=row.delegation_id, version=version, **by)


def bring_back_items(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """An item, or a delegation with those that it had, for whoever is in it by now."""
    removal = bring_back_in(db, edition_id, removal_id, actor=actor, now=now)
    said = select(ItemAudience.id).where(ItemAudience.item_id == ItineraryItem.id).exists()
    of = ItineraryItem.delegation_id if removal.entity == "delegation" else ItineraryItem.id
    # What was kept before anybody could say for whom an item is was for its whole delegation.
    for row in db.scalars(select(ItineraryItem).where(of == removal.entity_id, ~said).order_by(ItineraryItem.id)):
        keep_audience(db, row, [Part(True, delegation_id=row.delegation_id)], actor=actor, now=now)
    renew(db, edition_id)
    return removal


def leg_of(row: ItineraryItem, *, with_estimates: bool = True) -> dict[str, Any] | None:
    """The columns of an item's leg, perhaps without what is expected by now."""
    if row.leg is None:
        return None
    leg = {name: getattr(row.leg, name) for name in NO_LEG}
    return leg if with_estimates else {**leg, **dict.fromkeys(ESTIMATES)}


def refuse_crossed(db: DbSession, item_ids: Collection[int]) -> None:
    """Where a partition begins or ends with one of these items, its people rejoin after they split."""
    split, rejoin = aliased(ItineraryItem), aliased(ItineraryItem)
    crossed = (
        select(Partition.id)
        .join(split, split.id == Partition.split_item_id)
        .join(rejoin, rejoin.id == Partition.rejoin_item_id)
        .where(split.id.in_(item_ids) | rejoin.id.in_(item_ids), rejoin.start_utc <= split.start_utc)
    )
    if db.scalar(crossed.limit(1)) is not None:
        raise SplitAfterRejoin


def _keep_leg(db: DbSession, row: ItineraryItem, leg: Mapping[str, Any] | None, *, actor: Actor, now: datetime) -> bool:
    """Let the item have this leg; whether it had another one."""
    before, after = leg_of(row) or NO_LEG, {**NO_LEG, **(leg or {})}
    if before == after:
        return False
    stands = row.leg
    if stands is None:
        create(db, TravelLeg(edition_id=row.edition_id, item_id=row.id, **after), actor=actor, now=now)
    elif after == NO_LEG:
        remove(db, stands, actor=actor, now=now)
    else:
        change(db, stands, after, version=stands.version, actor=actor, now=now)
    db.expire(row, ["leg"])
    return True


def _divides(db: DbSession, row: ItineraryItem) -> bool:
    """Whether groups split or rejoin here: who is in which then changes with its time."""
    ends = (Partition.split_item_id == row.id) | (Partition.rejoin_item_id == row.id)
    return db.scalar(select(Partition.id).where(ends).limit(1)) is not None


def _touch(db: DbSession, row: ItineraryItem, version: int) -> None:
    """What changed stands in another row, and whoever has seen the item without it is stale as well."""
    if row.version != version:
        return
    flag_modified(row, "updated_at")
    flush(db)


def refuse_long(span: Span, kind: str, *, is_frame: bool) -> None:
    """A year that was mistyped makes no meal of a hundred years."""
    if span.end.utc - span.start.utc > (LONGEST_STAY if is_frame or kind in STAYS else LONGEST):
        raise Invalid(fields={"end": "lasts-too-long"})


def _refuse_strange(
    db: DbSession, edition_id: int, values: Mapping[str, Any], leg: Mapping[str, Any] | None, kind: str
) -> None:
    for field, table in (("session_id", Session), ("place_id", ItineraryPlace), ("end_place_id", ItineraryPlace)):
        row_id = values.get(field)
        if row_id is not None and find_in(db, table, edition_id, row_id) is None:
            raise Invalid(fields={field: "unknown"})
    leg = {**NO_LEG, **(leg or {})}
    starts, ends = leg["estimated_start_utc"], leg["estimated_end_utc"]
    refuse_faults(
        {
            "leg": "not-a-journey" if leg != NO_LEG and kind not in TRAVEL else None,
            "estimated_end_utc": "ends-before-start" if starts and ends and ends <= starts else None,
        }
    )
