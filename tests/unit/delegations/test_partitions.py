"""Partitions over time, against a count of every instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.delegations.rules.audiences import Membership
from forumapp.domain.delegations.rules.partitions import (
    Double,
    Gap,
    clipped,
    doubles,
    gaps,
    overlaid,
    overlap,
    stretches,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY = datetime(2023, 5, 24, tzinfo=UTC)
HOURS = 8


def hour(number: int | None) -> datetime | None:
    return None if number is None else DAY + timedelta(hours=number)


INSTANTS = [DAY + timedelta(minutes=30 * half) for half in range(-1, 2 * HOURS + 1)]
# Before, in and after the hours in which anything begins or ends.
ends = st.one_of(st.none(), st.integers(0, HOURS - 1))


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime | None, datetime | None]:
    start, end = draw(ends), draw(ends)
    if start is not None and end is not None and start >= end:
        start, end = end, start + 1
    return hour(start), hour(end)


people, groups = st.integers(1, 4), st.integers(1, 3)
stays = st.builds(lambda group, person, span: Membership(group, person, *span), groups, people, spans())


def where(memberships: Iterable[Membership], person: int, at: datetime) -> set[int]:
    return {one.group for one in memberships if one.registration == person and one.holds(at)}


@given(st.frozensets(people), st.lists(stays, max_size=8), spans())
def test_everyone_is_counted_once_at_every_instant(
    members: frozenset[int], memberships: list[Membership], span: tuple[datetime | None, datetime | None]
) -> None:
    parted = stretches(members, memberships, *span)

    for at in INSTANTS:
        lasts = (span[0] is None or span[0] <= at) and (span[1] is None or at < span[1])
        here = [one for one in parted if (one.start is None or one.start <= at) and (one.end is None or at < one.end)]
        assert len(here) == lasts
        for stretch in here:
            assert stretch.total == len(members)
            alone = {one: where(memberships, one, at) for one in members}
            assert stretch.without == {one for one, those in alone.items() if not those}
            assert stretch.doubled == {one: those for one, those in alone.items() if len(those) > 1}
            expected: dict[int, set[int]] = {}
            for one, those in alone.items():
                if len(those) == 1:
                    expected.setdefault(*those, set()).add(one)
            assert stretch.groups == expected


@given(st.frozensets(people), st.lists(stays, max_size=8), spans())
def test_gaps_and_doubles_are_those_of_every_instant(
    members: frozenset[int], memberships: list[Membership], span: tuple[datetime | None, datetime | None]
) -> None:
    parted = stretches(members, memberships, *span)
    lacking, twice = gaps(parted), doubles(parted)

    for at in INSTANTS:
        lasts = (span[0] is None or span[0] <= at) and (span[1] is None or at < span[1])
        held = [one for one in (*lacking, *twice) if Membership(0, 0, one.start, one.end).holds(at)]
        for one in members:
            those = where(memberships, one, at) if lasts else {0}
            told = [found for found in held if found.registration == one]
            assert [type(found) for found in told] == ([] if len(those) == 1 else [Double if those else Gap])
            assert all(found.groups == those for found in told if isinstance(found, Double))


@given(st.lists(stays, max_size=4), stays)
def test_who_is_put_into_a_group_is_there_for_that_time_and_elsewhere_as_before(
    wild: list[Membership], new: Membership
) -> None:
    before: list[Membership] = []
    for one in wild:  # of one person, none of which overlap
        stay = Membership(one.group, new.registration, one.start, one.end)
        if not any(overlap(stay, other) for other in before):
            before.append(stay)

    after = overlaid(before, new)

    for at in INSTANTS:
        expected = {new.group} if new.holds(at) else where(before, new.registration, at)
        assert where(after, new.registration, at) == expected
    assert not any(overlap(one, other) for place, one in enumerate(after) for other in after[:place])
    adjoining = [(one, other) for one in after for other in after if one.end is not None and one.end == other.start]
    assert all(one.group != other.group for one, other in adjoining)


@given(stays, spans())
def test_what_is_clipped_lasts_as_long_as_both(stay: Membership, span: tuple[datetime | None, datetime | None]) -> None:
    found = clipped(stay, *span)
    for at in INSTANTS:
        lasts = stay.holds(at) and Membership(0, 0, *span).holds(at)
        assert (found is not None and found.holds(at)) == lasts


def test_a_split_and_a_rejoin() -> None:
    members = range(1, 6)
    branches = [Membership(1, 1), Membership(1, 2, None, hour(3)), Membership(2, 2, hour(3), None), Membership(2, 3)]

    parted = stretches(members, branches, hour(1), hour(6))

    told = [(one.start, one.end, {group: len(those) for group, those in one.groups.items()}) for one in parted]
    assert told == [(hour(1), hour(3), {1: 2, 2: 1}), (hour(3), hour(6), {1: 1, 2: 2})]
    assert gaps(parted) == [Gap(4, hour(1), hour(6)), Gap(5, hour(1), hour(6))]
    assert stretches(members, branches, hour(6), hour(1)) == []
