"""A registrant's own days: what of the itineraries is for them, with the sessions they have chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.times import Span, at_zone
from forumapp.domain.agenda.models import Session
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.delegations.models.groups import DelegationGroup, Partition
from forumapp.domain.delegations.rules.reading_order import days_later, home_zone, minutes, span_in
from forumapp.domain.people.archive.archived_names import organizations_printed
from forumapp.domain.registration.session_signup.self_service import ChosenSession, chosen_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

LASTING = (ItemKind.HOTEL, ItemKind.FREE)  # which go on beside what one does


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An item, or a session of the agenda as it is published. `home` is when it is by the clocks of where they come
    from, where those are others.
    """

    span: Span
    home: Span | None
    title: dict[str, str]
    item: ItineraryItem | None = None
    session: ChosenSession | None = None
    host: dict[str, str] | None = None

    @property
    def elapsed(self) -> int:
        return minutes(self.span)

    @property
    def later(self) -> int:
        return days_later(self.span)

    @property
    def is_journey(self) -> bool:
        """How long it takes is not told by its times, or matters by itself."""
        return bool(self.item and self.item.hides_times) or self.span.start.zone != self.span.end.zone

    @property
    def is_frame(self) -> bool:
        """Whether it contains others, as the forum does."""
        return self.item is not None and self.item.is_frame

    @property
    def is_lasting(self) -> bool:
        return self.item is not None and self.item.kind in LASTING

    @property
    def is_beside(self) -> bool:
        return self.is_frame or self.is_lasting

    @property
    def begins(self) -> datetime:
        """As it is expected by now."""
        leg = self.item.leg if self.item else None
        return (leg.estimated_start_utc if leg else None) or self.span.start.utc

    @property
    def ends(self) -> datetime:
        leg = self.item.leg if self.item else None
        return (leg.estimated_end_utc if leg else None) or self.span.end.utc

    def is_on(self, now: datetime) -> bool:
        return self.begins <= now < self.ends


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A group that someone is in, and how it divides their delegation; None is as long as that lasts."""

    division: dict[str, str]
    name: dict[str, str]
    start: datetime | None
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


def own_groups(db: DbSession, edition_id: int, registration_id: int) -> list[OwnGroup]:
    """In order of time. Two queries."""
    stays = memberships_in(db, edition_id, [registration_id])
    query = (
        select(DelegationGroup.id, DelegationGroup.name, Partition.name)
        .join(Partition, Partition.id == DelegationGroup.partition_id)
        .where(DelegationGroup.id.in_([one.group for one in stays]))
    )
    names: dict[int, tuple[Any, Any]] = {of: (division, name) for of, name, division in db.execute(query)}
    found = [OwnGroup(*names[one.group], one.start, one.end) for one in stays]
    return sorted(found, key=lambda one: (one.start is not None, one.start))


def own_entries(db: DbSession, edition_id: int, registration_id: int) -> list[OwnEntry]:
    """In order of time; a session that an item leads to stands once, as the item."""
    return entries_of(db, edition_id, [registration_id])[registration_id]


def entries_of(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, list[OwnEntry]]:
    """The same of each of these registrations, with as many queries for all of them as for one."""
    theirs = select(ItemPerson.registration_id, ItemPerson.item_id).where(
        ItemPerson.edition_id == edition_id, ItemPerson.registration_id.in_(registration_ids)
    )
    pairs = db.execute(theirs).all()
    query = select(ItineraryItem, Session.code).outerjoin(Session, Session.id == ItineraryItem.session_id)
    query = query.where(ItineraryItem.id.in_({item_id for _, item_id in pairs}))
    # Each once, and not again for everyone who does it.
    rows = {item.id: (item, code) for item, code in db.execute(query.execution_options(populate_existing=True))}
    found: dict[int, list[tuple[ItineraryItem, str | None]]] = {one: [] for one in registration_ids}
    for registration_id, item_id in pairs:
        found[registration_id].append(rows[item_id])
    hosts = organizations_printed(db, ItineraryItem, rows.keys())
    chosen = chosen_by(db, edition_id, registration_ids)
    return {one: _in_order(theirs, chosen[one], hosts) for one, theirs in found.items()}


def _in_order(
    items: list[tuple[ItineraryItem, str | None]],
    chosen: list[ChosenSession],
    hosts: Mapping[int, dict[str, str]],
) -> list[OwnEntry]:
    told = {code for _, code in items if code}
    home = home_zone([item.span for item, _ in items])
    entries = [
        OwnEntry(item.span, span_in(item.span, home), item.title, item=item, host=hosts.get(item.id))
        for item, _ in items
    ]
    for one in chosen:
        if one.code not in told:
            span = Span(at_zone(one.starts, one.zone), at_zone(one.ends, one.zone))
            entries.append(OwnEntry(span, span_in(span, home), one.title, session=one))
    return sorted(entries, key=lambda one: (one.span.start.utc, one.span.end.utc))


def running_of(entries: Iterable[OwnEntry], now: datetime) -> list[OwnEntry]:
    """What runs now: what has a place to be first, then the forum or whatever contains it. A night at the hotel and
    free time are left out unless nothing else runs.
    """
    running = sorted((one for one in entries if one.is_on(now)), key=lambda one: (one.is_frame, one.begins, one.ends))
    return [one for one in running if not one.is_lasting] or running


def next_of(entries: Iterable[OwnEntry], now: datetime) -> OwnEntry | None:
    """The first that has not begun, as it is expected by now, the forum itself included. Of two that begin at once it
    is the shorter one, which says where to be.
    """
    coming = (one for one in entries if one.begins > now)
    return min(coming, key=lambda one: (one.begins, one.ends), default=None)
