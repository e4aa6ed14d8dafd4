"""Whom an item is for, against a twin that asks of each person alone which word about them weighs most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.delegations.rules.audiences import AudienceRow, Membership, Roster, resolve

NOON = datetime(2023, 5, 24, 12, tzinfo=UTC)
PEOPLE, GROUPS, DELEGATIONS = range(1, 9), range(1, 4), range(1, 6)

some = st.sampled_from
hours = st.none() | st.integers(-3, 3).map(lambda hour: NOON + timedelta(hours=hour))
members = st.dictionaries(some(PEOPLE), st.none() | some(DELEGATIONS))
memberships = st.lists(st.builds(Membership, some(GROUPS), some(PEOPLE), hours, hours), max_size=12)
parents = st.dictionaries(some(DELEGATIONS), st.none() | some(DELEGATIONS))
rows = st.lists(
    st.builds(AudienceRow, st.booleans(), delegation=some(DELEGATIONS))
    | st.builds(AudienceRow, st.booleans(), group=some(GROUPS))
    | st.builds(AudienceRow, st.booleans(), registration=some(PEOPLE)),
    max_size=8,
)


def _is_in(person, rows, members, memberships, parents, at):
    """The weightiest words about this person, and whether all of them invite."""
    if person not in members:
        return False
    wholes, one = set(), members[person]
    while one is not None and one not in wholes:
        wholes.add(one)
        one = parents.get(one)
    groups = {
        one.group
        for one in memberships
        if one.registration == person and (one.start or at) <= at and (one.end is None or at < one.end)
    }
    said = (
        [row.includes for row in rows if row.registration == person],
        [row.includes for row in rows if row.group in groups],
        [row.includes for row in rows if row.delegation in wholes],
    )
    return all(next((words for words in said if words), [False]))


@given(rows, members, memberships, parents, st.integers(-3, 3))
def test_whom_an_item_is_for_is_what_the_weightiest_words_about_each_say(rows, members, memberships, parents, hour):
    at = NOON + timedelta(hours=hour)
    expected = {person for person in PEOPLE if _is_in(person, rows, members, memberships, parents, at)}
    assert resolve(rows, Roster(members, memberships, parents), at) == expected


ALL, SHANGHAI, JIANGSU = 1, 2, 3
NORTH, SOUTH = 1, 2
ROSTER = Roster(
    {10: JIANGSU, 11: JIANGSU, 20: SHANGHAI, 30: ALL, 40: None},
    [
        Membership(NORTH, 10, end=NOON),
        Membership(SOUTH, 10, NOON),
        Membership(SOUTH, 20),
        Membership(NORTH, 99),  # was given up
    ],
    {ALL: None, SHANGHAI: ALL, JIANGSU: ALL},
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], set()),
        ([(True, "delegation", ALL)], {10, 11, 20, 30}),  # with its parts
        ([(True, "delegation", ALL), (False, "delegation", SHANGHAI)], {10, 11, 30}),
        ([(True, "group", NORTH)], set()),  # moved to the other one at noon
        ([(True, "group", SOUTH)], {10, 20}),
        ([(True, "group", SOUTH), (False, "delegation", SHANGHAI)], {10, 20}),  # the group outweighs it
        ([(False, "registration", 20), (True, "group", SOUTH)], {10}),  # whichever was said first
        ([(True, "registration", 11), (False, "delegation", JIANGSU)], {11}),
        ([(True, "registration", 40)], {40}),  # of no delegation
        ([(True, "registration", 99)], set()),
    ],
)
def test_additions_and_exceptions(rows, expected):
    said = [AudienceRow(includes, **{kind: one}) for includes, kind, one in rows]
    assert resolve(said, ROSTER, NOON) == expected
