"""Puts the sample's delegations into the database: their people, places, itineraries, groups, rooms and coaches."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from forumapp.cli.demo.driving import load_coaches
from forumapp.cli.demo.housing import load_room
from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.groups.audiences import Part, choices_for
from forumapp.domain.delegations.groups.materialization import renew
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.itineraries import items, places
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.models.delegations import Delegation, ItemKind, MemberRole
from forumapp.domain.delegations.models.groups import PartitionKind
from forumapp.domain.forums.venues.travel_places import PlaceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.cli.demo import records
    from forumapp.cli.demo.groups import Partition
    from forumapp.cli.demo.load import Loaded


def load_delegations(into: Loaded, forum: records.Sample) -> None:
    made: dict[str, Delegation] = {}
    for place, given in enumerate(forum.delegations):
        made[given.code] = _delegation(into, given, place, made.get(given.parent or ""))
    said = forum.emergencies
    told = {"emergency_numbers": dict(said.emergency_numbers), "consulate": dict(said.consulate)}
    places.change_settings(into.db, into.edition.id, told, version=0, **into.by)
    for there in forum.places:
        into.places[there.key] = places.create_place(into.db, into.edition.id, _place_values(there), **into.by).id
    _items(into, made, [one for one in forum.itinerary_items if not one.group])
    for partition in forum.partitions:
        _partition(into, made[partition.delegation], partition)
    _items(into, made, [one for one in forum.itinerary_items if one.group])
    for room in forum.hotel_rooms:
        load_room(into, made[room.delegation], room)
    load_coaches(into, forum)


def _delegation(into: Loaded, given: records.Delegation, place: int, parent: Delegation | None) -> Delegation:
    values = {
        "code": given.code,
        "name": dict(given.name),
        "origin": dict(given.origin),
        "parent_id": parent.id if parent else None,
        "lead_organization_id": into.organizations[given.organization],
        "liaison_id": into.officer_id,
        "liaison_phone": given.liaison_phone,
        "quota": given.quota,
        "arrives_on": given.arrives_on,
        "departs_on": given.departs_on,
        "position": place,
        "is_sample": given.is_sample,
    }
    row = delegations.create_delegation(into.db, into.edition.id, values, **into.by)
    for member in sorted(given.members, key=lambda member: member.print_order):
        delegations.add_member(into.db, row, into.registrations[member.person], MemberRole(member.role), **into.by)
    return row


def _items(into: Loaded, made: Mapping[str, Delegation], given: list[records.ItineraryItem]) -> None:
    """For whom they are is worked out once for all of them."""
    known = {code: choices_for(into.db, delegation) for code, delegation in made.items()}
    for one in given:
        span = Span(Moment(one.starts_at, one.starts_zone), Moment(one.ends_at, one.ends_zone))
        of: dict[str, Any] = {"known": known[one.delegation], **into.by}
        row = items.add_itinerary_item(into.db, made[one.delegation], _item_values(into, one), span, **of)
        into.items[one.key] = row.id
    renew(into.db, into.edition.id)


def _partition(into: Loaded, delegation: Delegation, given: Partition) -> None:
    ends = {"split_item_id": into.items.get(given.split or ""), "rejoin_item_id": into.items.get(given.rejoin or "")}
    values = {"kind": PartitionKind(given.kind), "name": dict(given.name), "is_sample": given.is_sample, **ends}
    row = create_partition(into.db, delegation, values, **into.by)
    for one in given.groups:
        led = {"code": one.code, "name": dict(one.name), "captain_id": into.registrations[one.captain]}
        group = create_group(into.db, row, {**led, "is_sample": given.is_sample}, **into.by)
        nowhere_yet = {into.registrations[person]: "" for person in one.members}
        put_into_group(into.db, into.edition.id, group.id, nowhere_yet, **into.by)
        into.groups[one.code] = group


def _place_values(place: records.ItineraryPlace) -> Mapping[str, Any]:
    return {
        "code": place.key,
        "kind": PlaceKind(place.kind),
        "name": dict(place.name),
        "address": dict(place.address),
        "zone": place.zone,
        "phone": place.phone,
        "connection_minutes": place.connection_minutes,
        "is_sample": place.is_sample,
    }


def _item_values(into: Loaded, item: records.ItineraryItem) -> Mapping[str, Any]:
    return {
        "kind": ItemKind(item.kind),
        "title": dict(item.title),
        "place_id": into.places[item.at],
        "end_place_id": into.places.get(item.to or ""),
        "leg": asdict(item.leg) if item.leg else None,
        "audience": [Part(True, group_id=into.groups[item.group].id)] if item.group else None,
        "host_id": into.organizations.get(item.host),
        "contact": item.contact,
        "note": dict(item.note),
        "dress": dict(item.dress),
        "gift": dict(item.gift),
        "is_frame": item.is_frame,
        "session_id": into.sessions.get(item.session or ""),
        "is_sample": item.is_sample,
    }
