"""Where people change groups with an item: when it moves, from when and until when they are in a group moves along."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.core.errors import Invalid
from forumapp.core.flushing import flush
from forumapp.domain.audit.services import change
from forumapp.domain.delegations.group_models import GroupMember, GroupTurn
from forumapp.domain.delegations.resolving import hold_people

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.group_models import Partition

    Moves = Mapping[int, tuple[datetime, datetime]]  # by item, when it began and when it begins now


class GroupsCross(Invalid):
    """Someone would leave a group before they come to it, or be in two at once."""

    code = "groups-cross"


def keep_turns(db: DbSession, partition: Partition, item_ids: Iterable[int]) -> None:
    """Note at which items the people of a partition change groups, as it is said of them."""
    known = set(db.scalars(select(GroupTurn.item_id).where(GroupTurn.partition_id == partition.id)))
    new = set(item_ids) - known
    for item_id in sorted(new):
        db.add(GroupTurn(edition_id=partition.edition_id, partition_id=partition.id, item_id=item_id))
    if new:
        flush(db)


def turns_of(db: DbSession, partition_ids: Collection[int]) -> list[GroupTurn]:
    return list(db.scalars(select(GroupTurn).where(GroupTurn.partition_id.in_(partition_ids))))


def follow_items(db: DbSession, moves: Moves, *, actor: Actor, now: datetime) -> bool:
    """Let memberships that begin or end with these items do so when they begin now. Whether there were any."""
    turns = select(GroupTurn.partition_id, GroupTurn.item_id).where(GroupTurn.item_id.in_(moves))
    shifts: dict[int, dict[datetime, datetime]] = defaultdict(dict)
    for partition_id, item_id in db.execute(turns):
        before, after = moves[item_id]
        if before != after:
            shifts[partition_id][before] = after
    followed = [_follow(db, one, to, actor=actor, now=now) for one, to in sorted(shifts.items())]
    return any(followed)


def _follow(db: DbSession, partition_id: int, to: Mapping[datetime, datetime], *, actor: Actor, now: datetime) -> bool:
    at = or_(GroupMember.from_utc.in_(to), GroupMember.until_utc.in_(to))
    rows = list(db.scalars(select(GroupMember).where(GroupMember.partition_id == partition_id, at)))
    hold_people(db, {row.registration_id for row in rows})
    for row, times in _in_order([(row, _moved(row, to)) for row in rows]):
        if times["from_utc"] and times["until_utc"] and times["until_utc"] <= times["from_utc"]:
            raise GroupsCross
        try:
            change(db, row, times, version=row.version, actor=actor, now=now)
        except Invalid as refusal:  # the database holds that nobody is in two groups
            raise GroupsCross from refusal
    return bool(rows)


def _moved(row: GroupMember, to: Mapping[datetime, datetime]) -> dict[str, Any]:
    start, end = row.from_utc, row.until_utc
    return {"from_utc": start and to.get(start, start), "until_utc": end and to.get(end, end)}


def _in_order(rows: list[tuple[GroupMember, dict[str, Any]]]) -> list[tuple[GroupMember, dict[str, Any]]]:
    """So that nobody is in two groups on the way: what comes later first where it moves to later, and last where it
    moves to earlier.
    """

    def is_later(one: tuple[GroupMember, dict[str, Any]]) -> bool:
        row, times = one
        return any(times[name] and getattr(row, name) < times[name] for name in ("from_utc", "until_utc"))

    def begins(one: tuple[GroupMember, dict[str, Any]]) -> float:
        return one[0].from_utc.timestamp() if one[0].from_utc else float("-inf")

    later = sorted(filter(is_later, rows), key=begins, reverse=True)
    return [*later, *sorted((one for one in rows if not is_later(one)), key=begins)]
