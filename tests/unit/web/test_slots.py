"""A day by what begins when: everyone is in one branch of it, and under what is theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.delegations.rules.audiences import Membership
from forumapp.domain.delegations.rules.partitions import stretches
from forumapp.domain.delegations.rules.slots import DOUBLED, TOGETHER, WITHOUT, slots
from tests.unit.delegations.test_partitions import hour, spans, stays

if TYPE_CHECKING:
    from forumapp.domain.delegations.rules.partitions import Stretch

people = st.integers(1, 4)


@given(
    st.frozensets(people),
    st.lists(stays, max_size=8),
    spans(),
    st.lists(st.integers(0, 7), max_size=5).map(sorted),
    st.dictionaries(st.integers(0, 4), st.frozensets(people)),
)
def test_the_branches_of_every_time_add_up_and_tell_everyone_what_begins_for_them(
    members: frozenset[int],
    memberships: list[Membership],
    span: tuple[datetime | None, datetime | None],
    begins: list[int],
    audience: dict[int, frozenset[int]],
) -> None:
    parted = stretches(members, memberships, *span)
    at = [(hour(one), item) for item, one in enumerate(begins)]
    found = slots([(start, item) for start, item in at if start], audience, members, parted, [1, 2, 3])

    assert [(one.start, item) for one in found for item in one.items] == at
    for slot in found:
        lasts = (span[0] is None or span[0] <= slot.start) and (span[1] is None or slot.start < span[1])
        assert slot.is_divided == lasts
        assert sorted(one for cell in slot.cells for one in cell.people) == sorted(members)
        for cell in slot.cells:
            for one in cell.people:
                here = {stay.group for stay in memberships if stay.registration == one and stay.holds(slot.start)}
                place = TOGETHER if not lasts else WITHOUT if not here else here.pop() if len(here) == 1 else DOUBLED
                assert cell.place == place
                theirs = {item for item in slot.items if one in audience.get(item, ())}
                assert {item for item, who in cell.by_item.items() if one in who} == theirs
                assert (one in cell.free) == (not theirs)


def test_an_empty_group_stands_for_whoever_is_put_there() -> None:
    start = datetime(2023, 5, 24, 9, tzinfo=UTC)
    parted: list[Stretch] = stretches([7], [Membership(1, 7, None, start + timedelta(hours=1))])

    (slot,) = slots([(start, 3)], {}, [7], parted, [1, 2])

    assert [(cell.place, cell.people, cell.free) for cell in slot.cells] == [(1, {7}, {7}), (2, set(), set())]
