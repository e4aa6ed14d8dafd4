"""Who gets a place. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.forums.link_lifetimes import days_from_signing, link_ends
from forumapp.domain.people.rules import Name, same_name
from forumapp.domain.registration.rules import Places, place_for, promotions


@pytest.mark.parametrize(
    ("places", "status"),
    [
        pytest.param(Places(quota=2, taken=1), "confirmed", id="the last place"),
        pytest.param(Places(quota=2, taken=2), "waitlisted", id="full"),
        pytest.param(Places(quota=0), "waitlisted", id="no places at all"),
        pytest.param(Places(quota=None, taken=900), "confirmed", id="no limit"),
        pytest.param(Places(quota=2, taken=1, waiting=1), "waitlisted", id="a place is free, but someone waits for it"),
        pytest.param(Places(quota=None, waiting=1), "waitlisted", id="no limit any more, but someone still waits"),
        pytest.param(Places(quota=2, taken=0, needs_approval=True), "applied", id="people decide"),
        pytest.param(Places(quota=2, taken=2, needs_approval=True), "applied", id="people decide, even when full"),
    ],
)
def test_place_for(places: Places, status: str) -> None:
    assert place_for(places) == status


@pytest.mark.parametrize(
    ("places", "count"),
    [
        (Places(quota=3, taken=1, waiting=5), 2),
        (Places(quota=3, taken=1, waiting=1), 1),
        (Places(quota=3, taken=3, waiting=1), 0),
        (Places(quota=None, taken=3, waiting=4), 4),
    ],
)
def test_promotions(places: Places, count: int) -> None:
    assert promotions(places) == count


counts = st.integers(0, 5)


@given(quota=st.none() | counts, taken=counts, waiting=counts)
def test_after_all_promotions_no_place_is_free_while_someone_waits(quota: int | None, taken: int, waiting: int) -> None:
    moved = promotions(Places(quota, taken, waiting))
    after = Places(quota, taken + moved, waiting - moved)

    assert after.waiting == 0 or after.free == 0
    assert quota is None or taken > quota or after.taken <= quota


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(Name("Liu", "Chun"), Name("LIU", "chun"), True, id="case"),
        pytest.param(Name("Liu", "Chun"), Name("Chun", "Liu"), True, id="swapped"),
        pytest.param(Name("Chan", "Tai-man"), Name("Chan", "Tai Man"), True, id="hyphen"),
        pytest.param(Name("Lü", "Mei"), Name("Lu", "Mei"), True, id="tone mark"),
        pytest.param(Name("Liu", "Chun"), Name("Liu", "Chunhua"), False, id="longer"),
        pytest.param(Name("Li", "Wei"), Name("Li", "Wei", native_full="李伟"), True, id="native name on one side"),
        pytest.param(
            Name("Li", "Wei", native_full="李伟"),
            Name("Li", "Wei", native_full="李薇"),
            False,
            id="another native name",
        ),
        pytest.param(Name(native_full="李伟"), Name(native_full="李伟"), False, id="no Latin name to go by"),
    ],
)
def test_same_name(one: Name, other: Name, same: bool) -> None:
    assert (same_name(one, other), same_name(other, one)) == (same, same)


def test_a_link_outlives_the_forum_by_thirty_days_in_every_zone() -> None:
    assert link_ends(date(2023, 5, 22)) == datetime(2023, 6, 22, 12, tzinfo=UTC)


def test_a_link_of_an_open_forum_lives_from_its_signing_too() -> None:
    assert (days_from_signing(is_open=True), days_from_signing(is_open=False)) == (30, 0)
