"""Who can't be where they are wanted, against a twin that lays every minute of each two commitments side by side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forumapp.core.errors import Invalid
from forumapp.core.values.times import instant
from forumapp.domain.delegations.rules.audiences import AudienceRow, Membership, Roster, resolve
from forumapp.domain.delegations.rules.commitments import Buffers, Clash, Commitment, Diaries, Lack

LA, SHANGHAI, HOWE = "America/Los_Angeles", "Asia/Shanghai", "Australia/Lord_Howe"
# About the hours in which the clocks of Los Angeles jump over an hour, or show one twice; those of Lord Howe half one.
JUMPS = (
    datetime(2026, 3, 8, 8, tzinfo=UTC),
    datetime(2026, 11, 1, 7, tzinfo=UTC),
    datetime(2026, 10, 3, 14, tzinfo=UTC),
)
KEYS = [("itinerary_item", 1), ("itinerary_item", 2), ("session", 1), ("session", 2)]


@st.composite
def ends(draw, base):
    """An instant as people say it, by the clock of a place: as the product reads it, and as a timestamp in minutes."""
    zone = draw(st.sampled_from([LA, SHANGHAI, HOWE]))
    wall = base.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(minutes=15 * draw(st.integers(0, 20)))
    fold = draw(st.integers(0, 1))
    try:
        read = instant(wall, zone, fold)
    except Invalid:  # the clocks jump over it
        assume(False)
    return read, int(wall.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) // 60


@st.composite
def engagements(draw, base, keys=KEYS):
    start, end = sorted(draw(st.tuples(ends(base), ends(base))))
    assume(start < end)
    place = st.sampled_from([None, 1, 2, 3])
    one = Commitment(
        draw(st.sampled_from(keys)),
        start[0],
        end[0],
        draw(place),
        draw(place),
        frame=draw(st.sampled_from([False, False, True])),
        leg=draw(st.booleans()),
        coach=draw(st.sampled_from([None, None, 1, 2])),
    )
    return one, (start[1], end[1]), draw(st.frozensets(st.integers(1, 3), min_size=1))


lots = st.sampled_from(JUMPS).flatmap(lambda base: st.lists(engagements(base), max_size=8))
minutes = st.sampled_from([0, 20, 100])
places = st.dictionaries(st.integers(1, 3), minutes)
buffers = st.builds(Buffers, minutes, minutes, places, places)


def _needed(one, later, buffers):
    left = one.place if one.end_place is None else one.end_place
    if one.frame or later.frame or left is None or later.place is None:
        return 0
    own = [buffers.travel_at.get(place, buffers.travel) for place in (left, later.place)]
    travel = max(own) if left != later.place else 0
    return max(travel, buffers.connection_at.get(later.place, buffers.connection)) if one.leg and later.leg else travel


def _twin(lots, buffers):
    """By person and the two they can't keep: the most minutes that are lacking."""
    found = {}
    for person in (1, 2, 3):
        days = sorted(
            [(at, one) for one, at, people in lots if person in people],
            key=lambda each: (*each[0], each[1].key, each[1].coach or 0),
        )
        for (one_at, one), (later_at, later) in combinations(days, 2):
            if one.key == later.key and not (one.coach and later.coach and one.coach != later.coach):
                continue
            mine, theirs = set(range(*one_at)), set(range(*later_at))
            if mine & theirs:
                if (one.frame and theirs <= mine) or (later.frame and mine <= theirs):
                    continue
            elif any(one_at[1] <= at[0] and at[1] <= later_at[0] and not it.frame for at, it in days):
                continue
            lacking = _needed(one, later, buffers) - (later_at[0] - one_at[1])
            pair = {one.key, later.key} if one.key != later.key else {("coach_run", 1), ("coach_run", 2)}
            if lacking > 0:
                place = person, frozenset(pair)
                found[place] = max(lacking, found.get(place, 0))
    return found


def _told(clashes):
    told = {(one.person, frozenset({one.lack.one, one.lack.other})): one.lack.minutes for one in clashes}
    assert len(told) == len(clashes), "told twice"
    return told


def _engaged(lots):
    return [(one, people) for one, _, people in lots]


@given(lots, buffers)
def test_what_cannot_be_kept_is_what_every_minute_says(lots, buffers):
    assert _told(Diaries(_engaged(lots), buffers).clashes()) == _twin(lots, buffers)


@given(lots, buffers, st.sampled_from(KEYS))
def test_one_commitment_looked_at_alone_has_the_clashes_that_it_has_among_all(lots, buffers, key):
    expected = _twin(lots, buffers)
    coaches = frozenset({("coach_run", 1), ("coach_run", 2)})
    without = _twin([each for each in lots if each[0].key != key], buffers)
    alone = _told(Diaries(_engaged(lots), buffers).clashes_of(key))
    assert {pair: lack for pair, lack in alone.items() if pair[1] != coaches} == {
        pair: lack for pair, lack in expected.items() if key in pair[1]
    }
    assert all(pair in expected for pair in alone)
    before = Diaries(_engaged(each for each in lots if each[0].key != key), buffers)
    assert _told(before.clashes()) == without
    assert _told(before.put(key, _engaged(each for each in lots if each[0].key == key))) == alone
    assert _told(before.clashes()) == expected
    assert not before.put(key, ())
    assert _told(before.clashes()) == without


@given(
    st.dictionaries(st.integers(1, 3), st.booleans()),
    st.integers(-2, 2),
    st.integers(-2, 2),
)
def test_after_a_split_nobody_clashes_but_who_is_wanted_in_both_branches(exceptions, split, hours):
    """People 1 to 3 are in group 1, and from the split on the second and third in group 2; each group does its own."""
    noon = datetime(2026, 11, 1, 9, tzinfo=UTC)
    at, start = noon + timedelta(hours=split), noon + timedelta(hours=hours)
    memberships = [Membership(1, 1), *(Membership(1, one, end=at) for one in (2, 3))]
    roster = Roster({1: 1, 2: 1, 3: 1}, [*memberships, *(Membership(2, one, at) for one in (2, 3))], {1: None})
    said = [AudienceRow(includes, registration=one) for one, includes in exceptions.items()]
    branches = [resolve([AudienceRow(True, group=group), *said], roster, start) for group in (1, 2)]
    engaged = [
        (Commitment(("itinerary_item", group), start, start + timedelta(hours=1)), people)
        for group, people in enumerate(branches, 1)
    ]
    assert len(branches[0] | branches[1] | {one for one, includes in exceptions.items() if not includes}) == 3
    clashing = {one.person for one in Diaries(engaged, Buffers()).clashes()}
    assert clashing == {one for one, includes in exceptions.items() if includes}


def _at(text, zone=LA, fold=None):
    return instant(datetime.fromisoformat(text), zone, fold)


def _item(number, start, end, **more):
    return Commitment(("itinerary_item", number), _at(start), _at(end), **more)


def _session(number, start, end, **more):
    return Commitment(("session", number), _at(start), _at(end), **more)


HOTEL, AIRPORT, PORT = 1, 2, 3
USUAL = Buffers(travel=20, connection=60, travel_at={AIRPORT: 45}, connection_at={PORT: 90})
ITEM_1, ITEM_2, SESSION_1, SESSION_2 = ("itinerary_item", 1), ("itinerary_item", 2), ("session", 1), ("session", 2)


@pytest.mark.parametrize(
    ("engaged", "expected"),
    [
        # one ends as the other begins
        ([_item(1, "2026-05-22T10:00", "2026-05-22T10:30"), _item(2, "2026-05-22T10:30", "2026-05-22T11:00")], []),
        (
            [_item(1, "2026-05-22T10:00", "2026-05-22T10:40"), _session(1, "2026-05-22T10:30", "2026-05-22T11:00")],
            [Lack(ITEM_1, SESSION_1, "overlap", 10)],
        ),
        # half past one, and again an hour later
        (
            [
                Commitment(ITEM_1, _at("2026-11-01T01:00", fold=0), _at("2026-11-01T01:30", fold=0)),
                Commitment(ITEM_2, _at("2026-11-01T01:00", fold=1), _at("2026-11-01T01:30", fold=1)),
            ],
            [],
        ),
        # in the air from Shanghai until half past nine of the same day, 11 h 30 later
        (
            [
                Commitment(ITEM_1, _at("2023-05-20T13:00", SHANGHAI), _at("2023-05-20T09:30")),
                _item(2, "2023-05-20T09:00", "2023-05-20T10:00"),
            ],
            [Lack(ITEM_1, ITEM_2, "overlap", 30)],
        ),
        # the forum day contains a session, but not the one that it sends people away from
        ([_item(1, "2026-05-22T08:00", "2026-05-22T18:00", frame=True), _session(1, "2026-05-22T09:00", "2026-05-22T10:00")], []),
        (
            [_item(1, "2026-05-22T08:00", "2026-05-22T18:00", frame=True), _session(1, "2026-05-22T17:00", "2026-05-22T19:00")],
            [Lack(ITEM_1, SESSION_1, "overlap", 60)],
        ),
        # a session, a part in one of its items and what the itinerary says of it
        (
            [
                _session(1, "2026-05-22T09:00", "2026-05-22T10:00"),
                _session(1, "2026-05-22T09:08", "2026-05-22T09:16", part=True),
                _session(1, "2026-05-22T08:45", "2026-05-22T10:15", place=HOTEL),
            ],
            [],
        ),
        (
            [
                _session(1, "2026-05-22T10:15", "2026-05-22T11:00", part=True),
                _session(2, "2026-05-22T10:15", "2026-05-22T11:15", part=True),
            ],
            [Lack(SESSION_1, SESSION_2, "overlap", 45, parts=True)],
        ),
        # from the hotel to the airport in half an hour
        (
            [
                _item(1, "2026-05-22T10:00", "2026-05-22T11:00", place=HOTEL),
                _item(2, "2026-05-22T11:30", "2026-05-22T12:00", place=AIRPORT, leg=True),
            ],
            [Lack(ITEM_1, ITEM_2, "travel", 15)],
        ),
        # but by a coach, which brings them there
        (
            [
                _item(1, "2026-05-22T10:00", "2026-05-22T11:00", place=HOTEL),
                _item(3, "2026-05-22T11:00", "2026-05-22T11:25", place=HOTEL, end_place=AIRPORT),
                _item(2, "2026-05-22T11:30", "2026-05-22T12:00", place=AIRPORT, leg=True),
            ],
            [],
        ),
        # past an open house, which says nothing of where one is
        (
            [
                _item(1, "2026-05-22T10:00", "2026-05-22T11:00", place=HOTEL),
                _item(3, "2026-05-22T11:00", "2026-05-22T11:30", place=HOTEL, frame=True),
                _item(2, "2026-05-22T11:30", "2026-05-22T12:00", place=AIRPORT, leg=True),
            ],
            [Lack(ITEM_1, ITEM_2, "travel", 15)],
        ),
        # changing flights
        (
            [
                _item(1, "2026-05-22T08:00", "2026-05-22T10:00", place=AIRPORT, end_place=PORT, leg=True),
                _item(2, "2026-05-22T11:15", "2026-05-22T13:00", place=PORT, end_place=AIRPORT, leg=True),
            ],
            [Lack(ITEM_1, ITEM_2, "connection", 15)],
        ),
        # in two coaches of one ride
        (
            [
                _item(1, "2026-05-22T08:00", "2026-05-22T09:00"),
                _item(1, "2026-05-22T08:00", "2026-05-22T09:00", coach=7),
                _item(1, "2026-05-22T08:00", "2026-05-22T09:00", coach=8),
            ],
            [Lack(("coach_run", 7), ("coach_run", 8), "overlap", 60)],
        ),
    ],
)  # fmt: skip
def test_the_minutes_lacking(engaged, expected):
    diaries = Diaries([(one, [5]) for one in engaged], USUAL)
    assert diaries.clashes() == [Clash(5, lack) for lack in expected]
    for lack in expected:
        alone = [diaries.clashes_of(key if key[0] != "coach_run" else ITEM_1) for key in (lack.one, lack.other)]
        assert alone == [[Clash(5, lack)]] * 2
