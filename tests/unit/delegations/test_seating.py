"""Places of honor on a stage and at a table, by both conventions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.delegations.rules.places_of_honor import (
    Convention,
    HostSide,
    Shape,
    row_places,
    seated,
    seated_apart,
    table_places,
)

FOREIGN, DOMESTIC = Convention.FOREIGN_AFFAIRS, Convention.DOMESTIC


def drawn(seats: int, convention: Convention) -> list[int]:
    """The ranks of a row as the audience sees them, from left to right."""
    places = row_places(seats, convention)
    return [places.index(number) + 1 for number in range(1, seats + 1)]


@pytest.mark.parametrize(
    ("seats", "convention", "row"),
    [
        (5, FOREIGN, [4, 2, 1, 3, 5]),  # the second at the first one's right hand, which is the audience's left
        (5, DOMESTIC, [5, 3, 1, 2, 4]),
        (6, FOREIGN, [6, 4, 2, 1, 3, 5]),
        (6, DOMESTIC, [5, 3, 1, 2, 4, 6]),
        (2, FOREIGN, [2, 1]),
        (2, DOMESTIC, [1, 2]),
        (1, FOREIGN, [1]),
    ],
)
def test_rows_as_protocol_books_draw_them(seats: int, convention: Convention, row: list[int]) -> None:
    assert drawn(seats, convention) == row


@pytest.mark.parametrize(("convention", "places"), [(FOREIGN, [1, 6, 2, 5, 3, 4]), (DOMESTIC, [1, 2, 6, 3, 5, 4])])
def test_at_a_table_the_second_sits_at_the_honored_hand_of_who_faces_the_door(
    convention: Convention, places: list[int]
) -> None:
    assert table_places(6, convention) == places


@given(st.integers(1, 60), st.sampled_from(Convention))
def test_each_seat_has_one_place_and_nobody_sits_nearer_to_the_middle_than_who_goes_before(
    seats: int, convention: Convention
) -> None:
    for places in (row_places(seats, convention), table_places(seats, convention)):
        assert sorted(places) == list(range(1, seats + 1))
    row = row_places(seats, convention)
    away = [abs(number - row[0]) for number in row]
    assert away == sorted(away)


@given(st.integers(1, 60))
def test_the_conventions_mirror_each_other(seats: int) -> None:
    assert [seats + 1 - number for number in row_places(seats, FOREIGN)] == row_places(seats, DOMESTIC)


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.sampled_from(Shape),
    st.sampled_from(Convention),
    st.integers(0, 80),
)
def test_everyone_has_one_seat_while_there_are_any_and_the_first_rows_are_filled_first(
    sizes: list[int], shape: Shape, convention: Convention, people: int
) -> None:
    ranked = list(range(people))

    found = seated(sizes, shape, convention, ranked)

    assert len(found) == sum(sizes)
    assert sorted(one for one in found if one is not None) == ranked[: sum(sizes)]
    begin = 0
    for size in sizes:
        assert {one for one in found[begin : begin + size] if one is not None} == set(ranked[begin : begin + size])
        begin += size


@pytest.mark.parametrize(
    ("shape", "side", "row"),
    [
        (Shape.STAGE, HostSide.RIGHT, ["g2", "g1", "h1", "h2", "h3"]),
        (Shape.STAGE, HostSide.LEFT, ["h3", "h2", "h1", "g1", "g2"]),
        (Shape.TABLES, HostSide.RIGHT, ["h1", "h2", "h3", "g2", "g1"]),  # clockwise from who faces the door
        (Shape.TABLES, HostSide.LEFT, ["h1", "g1", "g2", "h3", "h2"]),
    ],
)
def test_hosts_and_guests_who_sit_apart_each_begin_beside_the_other(
    shape: Shape, side: HostSide, row: list[str]
) -> None:
    hosts, guests = [f"h{number}" for number in range(1, 5)], ["g1", "g2"]
    found = seated_apart([5, 3], shape, side, hosts, guests)
    assert (found[:5], "h4" in found[5:], found[5:].count(None)) == (row, True, 2)
