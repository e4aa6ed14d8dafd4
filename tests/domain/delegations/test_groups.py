"""Groups of a delegation: nobody in two at an instant, and who leaves the delegation leaves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import Invalid
from forumapp.core.values.times import Moment, Span
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.delegations.groups.members import (
    InTwoGroups,
    MovedMeanwhile,
    add_group_member,
    put_into_group,
    remove_group_member,
    update_group_member,
)
from forumapp.domain.delegations.groups.queries import mark_of, memberships_in, partitions_of, people_of, rows_of
from forumapp.domain.delegations.groups.services import (
    create_group,
    create_partition,
    remove_group,
    remove_partition,
    update_group,
    update_partition,
)
from forumapp.domain.delegations.itineraries.bulk_edits import shift_items
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.members.leaving import decline_registration
from forumapp.domain.delegations.members.services import add_member, bring_back_member, remove_delegation, remove_member
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
from forumapp.domain.proofs.restoring import restore
from tests.domain.conftest import BY, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember


class Parted:
    """A whole with one part, four people in the part, and a partition of the whole with two groups."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        self.db, self.of = db, forum.edition.id
        self.whole = make_delegation(db, forum, "whole")
        self.part = make_delegation(db, forum, "part", parent_id=self.whole.id)
        people = [make_registration(db, forum, name, "applied") for name in ("Adams", "Baker", "Chen", "Diaz")]
        self.people = [one.id for one in people]
        self.members: list[DelegationMember] = [add_member(db, self.part, one, **BY) for one in self.people]
        self.split, self.rejoin = (self.item(self.whole, first) for first in (1, 7))
        ends = {"split_item_id": self.split.id, "rejoin_item_id": self.rejoin.id}
        values = {"kind": "visit", "name": {"en": "Visits"}, **ends}
        self.partition = create_partition(db, self.whole, values, **BY)
        self.one, self.two = (create_group(db, self.partition, {"name": {"en": name}}, **BY) for name in ("A", "B"))

    def item(self, of: Delegation, hour: int) -> Any:
        span = Span(*(Moment(AT[one].replace(tzinfo=None), "UTC") for one in (hour, hour + 1)))
        return add_itinerary_item(self.db, of, {"kind": "meal", "title": {"en": "x"}}, span, **BY)

    def put(
        self, group: DelegationGroup, *people: int, seen: dict[int, str] | None = None, **when: Any
    ) -> Removal | None:
        marks = seen or {one: mark_of(rows_of(self.db, self.partition.id, [one])) for one in people}
        return put_into_group(self.db, self.of, group.id, marks, **when, **BY)

    def stays(self, one: int) -> list[tuple[str, datetime | None, datetime | None]]:
        codes = {self.one.id: "a", self.two.id: "b"}
        return [
            (codes[row.group_id], row.from_utc, row.until_utc) for row in rows_of(self.db, self.partition.id, [one])
        ]


@pytest.fixture
def parted(session: DbSession, forum: Forum) -> Parted:
    return Parted(session, forum)


AT = [datetime(2023, 5, 22, tzinfo=UTC) + timedelta(hours=hour) for hour in range(10)]


def test_people_are_put_and_moved_all_at_once(parted: Parted) -> None:
    first, second, third, _ = parted.people
    parted.put(parted.one, first, second, third)
    parted.put(parted.two, second, third, start=AT[3])
    assert [parted.stays(one) for one in (first, second)] == [
        [("a", None, None)],
        [("a", None, AT[3]), ("b", AT[3], None)],
    ]
    parted.put(parted.one, second, start=AT[5], end=AT[6])
    assert parted.stays(second) == [("a", None, AT[3]), ("b", AT[3], AT[5]), ("a", AT[5], AT[6]), ("b", AT[6], None)]
    parted.put(parted.one, second)
    assert parted.stays(second) == [("a", None, None)]


def test_a_move_is_taken_back_for_those_whom_nobody_has_moved_since(parted: Parted) -> None:
    first, second, third, _ = parted.people
    parted.put(parted.one, first, second, end=AT[5])
    before = parted.stays(first)
    removal = parted.put(parted.two, first, second, third, start=AT[3])
    assert removal is not None
    parted.put(parted.one, second)
    assert parted.put(parted.one, second) is None
    restore(parted.db, parted.of, removal.id, **BY)
    assert [parted.stays(one) for one in (first, second, third)] == [before, [("a", None, None)], []]


def test_nobody_is_in_two_groups_at_an_instant(parted: Parted) -> None:
    first, second, *_ = parted.people
    parted.put(parted.one, first, end=AT[3])
    row = add_group_member(parted.db, parted.two, first, from_utc=AT[3], **BY)
    with pytest.raises(InTwoGroups):
        add_group_member(parted.db, parted.two, first, from_utc=AT[1], until_utc=AT[2], **BY)
    with pytest.raises(InTwoGroups) as refusal:
        parted.put(parted.two, first, second, moves=False)
    assert refusal.value.details == {"registrations": [first]}
    assert parted.stays(second) == []
    with pytest.raises(InTwoGroups):
        update_group_member(parted.db, parted.of, row.id, {"from_utc": AT[2]}, version=1, **BY)
    with pytest.raises(Invalid) as backwards:
        update_group_member(parted.db, parted.of, row.id, {"until_utc": AT[3]}, version=1, **BY)
    assert backwards.value.fields == {"until_utc": "ends-before-start"}


def test_nobody_is_moved_for_a_time_in_which_they_are_not_divided(parted: Parted) -> None:
    first, *_ = parted.people
    row = add_group_member(parted.db, parted.one, first, until_utc=AT[3], **BY)
    for times, refused in (({"until_utc": AT[1]}, "before-split"), ({"from_utc": AT[7]}, "after-rejoin")):
        start, end = times.get("from_utc"), times.get("until_utc")
        for move in (
            lambda start=start, end=end: parted.put(parted.two, first, start=start, end=end),
            lambda times=times: add_group_member(parted.db, parted.two, parted.people[1], **times, **BY),
            lambda start=start, end=end: update_group_member(
                parted.db, parted.of, row.id, {"from_utc": start, "until_utc": end}, version=1, **BY
            ),
        ):
            with pytest.raises(Invalid) as refusal:
                move()
            assert refusal.value.fields == dict.fromkeys(times, refused)


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [(3, None, False), (2, 4, True), (None, None, True), (None, 1, False), (0, 2, True), (1, 3, True)],
)
def test_the_database_refuses_a_second_group_by_itself(
    parted: Parted, start: int | None, end: int | None, *, refused: bool
) -> None:
    first, second, *_ = parted.people
    add_group_member(parted.db, parted.one, first, from_utc=AT[1], until_utc=AT[3], **BY)
    told: dict[str, Any] = {"edition_id": parted.of, "partition_id": parted.partition.id, "group_id": parted.two.id}
    times = {"from_utc": None if start is None else AT[start], "until_utc": None if end is None else AT[end]}
    other = GroupMember(**told, registration_id=second, **times)
    parted.db.add(other)
    parted.db.flush()
    other.registration_id = first
    if refused:
        with pytest.raises(IntegrityError, match="in-two-groups"):
            parted.db.flush()
    else:
        parted.db.flush()


def test_who_saw_something_else_changes_nothing(parted: Parted) -> None:
    first, second, *_ = parted.people
    parted.put(parted.one, first)
    with pytest.raises(MovedMeanwhile) as refusal:
        parted.put(parted.two, seen={first: "", second: ""})
    assert refusal.value.details == {"registrations": [first]}
    assert (parted.stays(first), parted.stays(second)) == ([("a", None, None)], [])


def test_only_people_of_the_delegation_are_put_into_groups(parted: Parted, forum: Forum) -> None:
    stranger = make_registration(parted.db, forum, "Evans").id
    with pytest.raises(Invalid) as refusal:
        parted.put(parted.one, parted.people[0], stranger)
    assert refusal.value.fields == {"registrations": "not-in-the-delegation"}
    with pytest.raises(Invalid) as alone:
        add_group_member(parted.db, parted.one, stranger, **BY)
    assert alone.value.fields == {"registration_id": "not-in-the-delegation"}
    with pytest.raises(Invalid) as captain:
        update_group(parted.db, parted.of, parted.one.id, {"captain_id": stranger}, version=1, **BY)
    assert captain.value.fields == {"captain_id": "unknown"}


def test_who_leaves_the_delegation_leaves_its_groups_and_comes_back_to_them(parted: Parted) -> None:
    first, second, *_ = parted.people
    parted.put(parted.one, first, second, end=AT[3])
    parted.put(parted.two, first, start=AT[3])
    update_group(parted.db, parted.of, parted.one.id, {"captain_id": first}, version=1, **BY)
    before = parted.stays(first)

    removal = remove_member(parted.db, parted.of, parted.members[0].id, version=1, **BY)
    assert (parted.stays(first), parted.one.captain_id) == ([], None)
    assert removal.along == {"group_member": 2}
    bring_back_member(parted.db, parted.of, removal.id, **BY)
    assert (parted.stays(first), parted.one.captain_id) == (before, first)

    again = remove_member(parted.db, parted.of, parted.members[0].id, version=parted.members[0].version, **BY)
    remove_group(parted.db, parted.of, parted.two.id, version=1, **BY)
    bring_back_member(parted.db, parted.of, again.id, **BY)
    assert parted.stays(first) == before[:1]
    decline_registration(parted.db, parted.of, second, version=1, **BY)
    assert parted.stays(second) == []


def test_a_group_comes_back_with_those_who_are_still_free(parted: Parted) -> None:
    first, second, third, fourth = parted.people
    parted.put(parted.one, first, second, third)
    update_group(parted.db, parted.of, parted.one.id, {"captain_id": third}, version=1, **BY)
    removal = remove_group(parted.db, parted.of, parted.one.id, version=2, **BY)
    parted.put(parted.two, second, fourth)
    remove_member(parted.db, parted.of, parted.members[2].id, version=1, **BY)

    back = restore(parted.db, parted.of, removal.id, **BY)

    parted.db.expire_all()
    rows = rows_of(parted.db, parted.partition.id)
    assert {row.registration_id: row.group_id for row in rows} == {
        first: back.entity_id, second: parted.two.id, fourth: parted.two.id,
    }  # fmt: skip
    assert parted.db.get_one(DelegationGroup, back.entity_id).captain_id is None


def test_a_partition_goes_with_all_that_is_in_it_and_comes_back(parted: Parted) -> None:
    parted.put(parted.one, *parted.people)
    removal = remove_partition(parted.db, parted.of, parted.partition.id, version=1, **BY)
    counts = [select(func.count()).select_from(kind) for kind in (Partition, DelegationGroup, GroupMember)]
    assert [parted.db.scalar(one) for one in counts] == [0, 0, 0]
    assert removal.along == {"delegation_group": 2, "group_member": 4}
    restore(parted.db, parted.of, removal.id, **BY)
    assert [parted.db.scalar(one) for one in counts] == [1, 2, 4]


def test_a_place_in_a_group_does_not_come_back_beside_another(parted: Parted) -> None:
    first, *_ = parted.people
    row = add_group_member(parted.db, parted.one, first, **BY)
    removal = remove_group_member(parted.db, parted.of, row.id, version=1, **BY)
    parted.put(parted.two, first, start=AT[3])
    with pytest.raises(InTwoGroups):
        restore(parted.db, parted.of, removal.id, **BY)


def test_a_partition_begins_and_ends_with_items_of_its_people(parted: Parted, forum: Forum) -> None:
    other = make_delegation(parted.db, forum, "other")
    strange = parted.item(other, 3)

    def refused(**changes: Any) -> dict[str, str]:
        with pytest.raises(Invalid) as refusal:
            update_partition(parted.db, parted.of, parted.partition.id, changes, version=1, **BY)
        return refusal.value.fields

    assert refused(split_item_id=strange.id) == {"split_item_id": "unknown"}
    assert refused(rejoin_item_id=parted.split.id) == {"rejoin_item_id": "not-after-split"}
    parted.put(parted.one, parted.people[0], start=AT[0])
    parted.db.expire_all()
    (stay,) = memberships_in(parted.db, parted.of)
    assert (stay.start, stay.end) == (parted.split.start_utc, parted.rejoin.start_utc)
    opened = dict.fromkeys(("split_item_id", "rejoin_item_id"))
    update_partition(parted.db, parted.of, parted.partition.id, opened, version=1, **BY)
    (stay,) = memberships_in(parted.db, parted.of)
    assert (stay.start, stay.end) == (AT[0], None)


def test_a_part_sees_the_partitions_of_its_wholes_first(parted: Parted) -> None:
    own = create_partition(parted.db, parted.part, {"kind": "hotel", "name": {"en": "Hotels"}}, **BY)
    assert [one.id for one in partitions_of(parted.db, parted.part)] == [parted.partition.id, own.id]
    assert [one.id for one in partitions_of(parted.db, parted.whole)] == [parted.partition.id]
    assert people_of(parted.db, parted.partition) == set(parted.people)
    assert people_of(parted.db, parted.partition, within={parted.whole.id}) == set()


def test_a_delegation_takes_its_partitions_along(session: DbSession, forum: Forum) -> None:
    delegation = make_delegation(session, forum, "jiangsu")
    partition = create_partition(session, delegation, {"kind": "coach", "name": {"en": "Coaches"}}, **BY)
    create_group(session, partition, {"name": {"en": "1"}}, **BY)
    removal = remove_delegation(session, forum.edition.id, delegation.id, version=1, **BY)
    assert removal.along == {"partition": 1, "delegation_group": 1}


@pytest.mark.one_database
def test_who_moves_an_item_moves_nobody_between_groups(parted: Parted) -> None:
    turn, one = parted.item(parted.part, 3), parted.people[0]
    parted.put(parted.one, one)
    parted.put(parted.two, one, start=turn.start_utc)
    before = parted.stays(one)
    span = Span(*(Moment(AT[at].replace(tzinfo=None), "UTC") for at in (5, 6)))
    update_itinerary_item(parted.db, parted.of, turn.id, {}, span, version=turn.version, **BY)
    shift_items(parted.db, parted.part, {turn.id: turn.version}, days=1, **BY)
    assert parted.stays(one) == before == [("a", None, AT[3]), ("b", AT[3], None)]


def test_the_log_tells_of_each_who_is_moved(parted: Parted) -> None:
    parted.put(parted.one, *parted.people)
    parted.put(parted.two, *parted.people[:2], start=AT[2])
    events = select(AuditEvent.action, func.count()).where(AuditEvent.entity == "group_member")
    assert dict(parted.db.execute(events.group_by(AuditEvent.action)).all()) == {"created": 6, "changed": 2}
