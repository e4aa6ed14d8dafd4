"""Partitions of a delegation's people, their groups, and memberships over time."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, NameSchema, RemovalSchema, With
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.times import Moment
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import reached_among
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups import members
from forumapp.domain.delegations.groups import queries as groups_queries
from forumapp.domain.delegations.groups import services as groups_services
from forumapp.schemas.choices import MemberRole, PartitionKind
from forumapp.schemas.fields import (
    Bilingual,
    Choice,
    Code,
    Flag,
    Id,
    Instant,
    ListOf,
    MomentSchema,
    Part,
    Shape,
    SpanEnd,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
PARTITIONS = "/editions/<slug:edition>/partitions"
PARTITION = f"{PARTITIONS}/<id:partition_id>"
GROUPS = "/editions/<slug:edition>/delegation-groups"
GROUP = f"{GROUPS}/<id:group_id>"
MOST = 10_000
ENDS = {"start": "from_utc", "end": "until_utc"}

blueprint = ApiBlueprint(
    "Groups of delegations", __name__, description="Groups into which a delegation's people split, and who is in them."
)


class NewPartitionSchema(Shape):
    delegation = Code(required=True, metadata={"description": "The code of the delegation that it divides."})
    kind = Choice(PartitionKind, required=True)
    name = Bilingual(needed=True)
    split_item_id = Id(allow_none=True, metadata={"description": "The itinerary item with which the people split."})
    rejoin_item_id = Id(allow_none=True, metadata={"description": "The one with which all are together again."})
    position = WholeNumber()


class PartitionSchema(KeptSchema):
    delegation_id = Id()
    kind = Choice(PartitionKind)
    name = Bilingual()
    split_item_id = Id(allow_none=True)
    rejoin_item_id = Id(allow_none=True)
    position = WholeNumber()
    is_sample = Flag()


class NewDelegationGroupSchema(Shape):
    partition_id = Id(required=True)
    code = Code(metadata={"description": "Left out, it is made of the name."})
    name = Bilingual(needed=True)
    captain_id = Id(allow_none=True, metadata={"description": "A registration in the delegation."})
    position = WholeNumber()


class DelegationGroupSchema(KeptSchema, NewDelegationGroupSchema):
    captain_id = Id(allow_none=True, metadata={"description": "Null also where they are of another delegation."})
    is_sample = Flag()


class End(SpanEnd):
    """An end of a membership in UTC: the row's own, or the moment requested instead of it."""

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **_: Any) -> Any:
        given = getattr(obj, attr) if hasattr(obj, attr) else getattr(obj, ENDS[attr])
        if given is None or isinstance(given, Moment):
            return super().serialize(attr, {attr: given}, accessor)
        return super().serialize(attr, {attr: Moment(given.astimezone(UTC).replace(tzinfo=None), "UTC")}, accessor)


class MembershipTimesSchema(Shape):
    start = Part(MomentSchema, allow_none=True, metadata={"description": "Null: from when the people split."})
    end = Part(MomentSchema, allow_none=True, metadata={"description": "Null: until they rejoin."})


class NewGroupMemberSchema(MembershipTimesSchema):
    registration_id = Id(required=True)


class GroupMemberSchema(KeptSchema):
    partition_id = Id()
    group_id = Id()
    registration_id = Id()
    start = End(allow_none=True)
    end = End(allow_none=True)


class DividedPersonSchema(Shape):
    """A person divided by a partition. A move must send back the `seen` mark of each person."""

    registration_id = Id(required=True)
    delegation_id = Id()
    role = Choice(MemberRole)
    name = Part(NameSchema)
    seen = Text()
    memberships = ma.fields.List(ma.fields.Nested(GroupMemberSchema))


class SeenSchema(Shape):
    registration_id = Id(required=True)
    seen = Text(required=True, metadata={"description": "The person's `seen` mark as it was read."})


class PeopleMoveSchema(MembershipTimesSchema):
    group_id = Id(required=True)
    people = ListOf(Part(SeenSchema), most=MOST, required=True)
    leaves = Flag(
        load_default=True,
        metadata={
            "description": "Whether those who are in another group then leave it for that time; else it is refused."
        },
    )


class BranchSchema(Shape):
    group_id = Id()
    registrations = ma.fields.List(ma.fields.Integer())


class StretchSchema(Shape):
    """A period without group changes. Everyone is in one branch, in none (`without`) or in several (`doubled`)."""

    start = Instant(allow_none=True)
    end = Instant(allow_none=True)
    branches = ma.fields.List(ma.fields.Nested(BranchSchema))
    without = ma.fields.List(ma.fields.Integer())
    doubled = ma.fields.List(ma.fields.Integer())


class StretchesSchema(Shape):
    people = WholeNumber(metadata={"description": "How many they are, at every instant."})
    stretches = ma.fields.List(ma.fields.Nested(StretchSchema))


@blueprint.lists(PARTITIONS, PartitionSchema, needs=SEE)
def list_partitions(call: Call, query: dict[str, Any], edition: str) -> Page[Partition]:
    """The ways to divide the people of delegations into groups."""
    edition_id = call.edition(edition).id
    within, size = call.within(edition_id), query["page_size"]
    return groups_queries.partitions_page(call.db, edition_id, within=within, number=query["page"], size=size)


@blueprint.creates(PARTITIONS, NewPartitionSchema, PartitionSchema, needs=EDIT)
def create_partition(call: Call, values: dict[str, Any], edition: str) -> Partition:
    """Begin to divide the people of a delegation and of its parts."""
    edition_id = call.edition(edition).id
    try:
        delegation = queries.get_delegation(
            call.db, edition_id, values.pop("delegation"), within=call.within(edition_id)
        )
    except NotFound as error:
        raise Invalid(fields={"delegation": "unknown"}) from error
    return groups_services.create_partition(call.db, delegation, values, actor=call.actor, now=call.now)


@blueprint.reads(PARTITION, PartitionSchema, needs=SEE)
def read_partition(call: Call, edition: str, partition_id: int) -> Partition:
    """One way to divide the people of a delegation."""
    return _partition(call, edition, partition_id)


@blueprint.changes(PARTITION, NewPartitionSchema, PartitionSchema, without=("delegation",), needs=EDIT)
def change_partition(call: Call, changes: dict[str, Any], version: int, edition: str, partition_id: int) -> Partition:
    """Change its name, or where the people split and rejoin."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return groups_services.update_partition(call.db, edition_id, partition_id, changes, **by)


@blueprint.removes(PARTITION, RemovalSchema, needs=EDIT)
def remove_partition(call: Call, version: int, edition: str, partition_id: int) -> Removal:
    """Take it away with its groups, and who is in them."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return groups_services.remove_partition(call.db, edition_id, partition_id, **by)


@blueprint.reads(f"{PARTITION}/stretches", StretchesSchema, needs=SEE)
def read_stretches(call: Call, edition: str, partition_id: int) -> dict[str, Any]:
    """The people within the caller's scope by branch over time. The counts always add up."""
    return _stretches(call, _partition(call, edition, partition_id))


@blueprint.lists(f"{PARTITION}/people", DividedPersonSchema, query=SearchQuery, needs=SEE)
def list_divided_people(call: Call, query: dict[str, Any], edition: str, partition_id: int) -> Page[With]:
    """The people that it divides, each with their groups."""
    row = _partition(call, edition, partition_id)
    parts = groups_queries.parts_of(call.db, row, within=call.within(row.edition_id))
    paged = {"search": query["q"], "number": query["page"], "size": query["page_size"]}
    page = queries.members_of_page(call.db, row.edition_id, parts, **paged)
    theirs: dict[int, list[GroupMember]] = {line.registration_id: [] for line in page.items}
    for membership in groups_queries.rows_of(call.db, row.id, list(theirs)):
        theirs[membership.registration_id].append(membership)
    rows = ((line, theirs[line.registration_id]) for line in page.items)
    return page.of([With(line, seen=groups_queries.mark_of(held), memberships=held) for line, held in rows])


@blueprint.acts(f"{PARTITION}/moves", StretchesSchema, body=PeopleMoveSchema, needs=EDIT)
def move_people(call: Call, values: dict[str, Any], edition: str, partition_id: int) -> dict[str, Any]:
    """Put people into a group from one moment to another, all of them or none. Refused if any of them has been moved
    since they were `seen`.
    """
    row = _partition(call, edition, partition_id)
    if "group_id" not in values or "people" not in values:
        raise Invalid(fields={name: "required" for name in ("group_id", "people") if name not in values})
    try:
        group = groups_queries.get_group(call.db, row.edition_id, values["group_id"])
    except NotFound as error:
        raise Invalid(fields={"group_id": "unknown"}) from error
    if group.partition_id != row.id:
        raise Invalid(fields={"group_id": "unknown"})
    seen = {person["registration_id"]: person["seen"] for person in values["people"]}
    when: dict[str, Any] = {"start": _utc(values.get("start")), "end": _utc(values.get("end"))}
    by: dict[str, Any] = {"moves": values["leaves"], "actor": call.actor, "now": call.now}
    with _rename_faults():
        members.put_into_group(call.db, row.edition_id, group.id, seen, **when, **by)
    return _stretches(call, row)


@blueprint.lists(GROUPS, DelegationGroupSchema, needs=SEE)
def list_delegation_groups(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """The groups of all partitions."""
    edition_id = call.edition(edition).id
    within, size = call.within(edition_id), query["page_size"]
    page = groups_queries.groups_page(call.db, edition_id, within=within, number=query["page"], size=size)
    return page.of(_serialize(call, edition_id, page.items))


@blueprint.creates(GROUPS, NewDelegationGroupSchema, DelegationGroupSchema, needs=EDIT)
def create_delegation_group(call: Call, values: dict[str, Any], edition: str) -> DelegationGroup:
    """Add a group to a partition."""
    edition_id = call.edition(edition).id
    try:
        partition = groups_queries.get_partition(
            call.db, edition_id, values.pop("partition_id"), within=call.within(edition_id)
        )
    except NotFound as error:
        raise Invalid(fields={"partition_id": "unknown"}) from error
    return groups_services.create_group(call.db, partition, values, actor=call.actor, now=call.now)


@blueprint.reads(GROUP, DelegationGroupSchema, needs=SEE)
def read_delegation_group(call: Call, edition: str, group_id: int) -> With:
    """One group."""
    row = _group(call, edition, group_id)
    return _serialize(call, row.edition_id, [row])[0]


@blueprint.changes(GROUP, NewDelegationGroupSchema, DelegationGroupSchema, without=("partition_id",), needs=EDIT)
def change_delegation_group(
    call: Call, changes: dict[str, Any], version: int, edition: str, group_id: int
) -> DelegationGroup:
    """Change a group's name or captain."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return groups_services.update_group(call.db, edition_id, group_id, changes, **by)


@blueprint.removes(GROUP, RemovalSchema, needs=EDIT)
def remove_delegation_group(call: Call, version: int, edition: str, group_id: int) -> Removal:
    """Take a group away. Its people are without a group then."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return groups_services.remove_group(call.db, edition_id, group_id, **by)


@blueprint.lists(f"{GROUP}/members", GroupMemberSchema, needs=SEE)
def list_group_members(call: Call, query: dict[str, Any], edition: str, group_id: int) -> Page[GroupMember]:
    """Memberships of a group, within the caller's scope."""
    row = _group(call, edition, group_id)
    within, size = call.within(row.edition_id), query["page_size"]
    return groups_queries.group_members_page(call.db, row, within=within, number=query["page"], size=size)


@blueprint.creates(f"{GROUP}/members", NewGroupMemberSchema, GroupMemberSchema, needs=EDIT)
def add_group_member(call: Call, values: dict[str, Any], edition: str, group_id: int) -> GroupMember:
    """Put someone into a group for a time in which they are in no other one of its partition."""
    row = _group(call, edition, group_id)
    who = values.pop("registration_id")
    with _rename_faults():
        return members.add_group_member(call.db, row, who, **_times(values), actor=call.actor, now=call.now)


@blueprint.reads(f"{GROUP}/members/<id:member_id>", GroupMemberSchema, needs=SEE)
def read_group_member(call: Call, edition: str, group_id: int, member_id: int) -> GroupMember:
    """One membership."""
    return _member(call, edition, group_id, member_id)


@blueprint.changes(f"{GROUP}/members/<id:member_id>", MembershipTimesSchema, GroupMemberSchema, needs=EDIT)
def change_group_member(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, group_id: int, member_id: int
) -> GroupMember:
    """Change from when to when someone is in a group."""
    row = _member(call, edition, group_id, member_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    with _rename_faults():
        return members.update_group_member(call.db, row.edition_id, row.id, _times(changes), **by)


@blueprint.removes(f"{GROUP}/members/<id:member_id>", RemovalSchema, needs=EDIT)
def remove_group_member(call: Call, version: int, edition: str, group_id: int, member_id: int) -> Removal:
    """Take someone out of a group, for the time of this membership."""
    row = _member(call, edition, group_id, member_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return members.remove_group_member(call.db, row.edition_id, row.id, **by)


@contextmanager
def _rename_faults() -> Iterator[None]:
    """Report a service's faults of the end columns under the API's field names."""
    names = {column: name for name, column in ENDS.items()}
    try:
        yield
    except Invalid as refusal:
        refusal.fields = {names.get(name, name): code for name, code in refusal.fields.items()}
        raise


def _utc(moment: Moment | None) -> datetime | None:
    return moment.utc if moment else None


def _times(values: Mapping[str, Moment | None]) -> dict[str, datetime | None]:
    return {ENDS[name]: _utc(moment) for name, moment in values.items() if name in ENDS}


def _partition(call: Call, edition: str, partition_id: int) -> Partition:
    edition_id = call.edition(edition).id
    return groups_queries.get_partition(call.db, edition_id, partition_id, within=call.within(edition_id))


def _group(call: Call, edition: str, group_id: int) -> DelegationGroup:
    edition_id = call.edition(edition).id
    return groups_queries.get_group(call.db, edition_id, group_id, within=call.within(edition_id))


def _serialize(call: Call, edition_id: int, rows: Sequence[DelegationGroup]) -> list[With]:
    """Hide a captain of another delegation from a liaison limited to a part."""
    within = call.within(edition_id)
    seen = None if within is None else reached_among(call.db, edition_id, "registration", within)
    return [With(row, captain_id=row.captain_id if seen is None or row.captain_id in seen else None) for row in rows]


def _member(call: Call, edition: str, group_id: int, member_id: int) -> GroupMember:
    row = _group(call, edition, group_id)
    return groups_queries.get_group_member(call.db, row, member_id, within=call.within(row.edition_id))


def _stretches(call: Call, row: Partition) -> dict[str, Any]:
    people = groups_queries.people_of(call.db, row, within=call.within(row.edition_id))
    picture = groups_queries.picture_of(call.db, row, people)
    return {
        "people": len(people),
        "stretches": [
            {
                "start": stretch.start,
                "end": stretch.end,
                "branches": [
                    {"group_id": group.id, "registrations": sorted(stretch.groups.get(group.id, ()))}
                    for group in picture.groups
                ],
                "without": sorted(stretch.without),
                "doubled": sorted(stretch.doubled),
            }
            for stretch in picture.stretches
        ],
    }
