"""Who sleeps where on which nights, against a count of every night."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.delegations.rules.rooming import Stay, lacking, most_at_once, overlaid, overlap

FIRST, NIGHTS = date(2023, 5, 20), 7


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


spans = st.tuples(st.integers(0, NIGHTS), st.integers(1, NIGHTS)).map(lambda one: (day(one[0]), day(one[0] + one[1])))
rooms = st.integers(1, 3)
stays = st.builds(lambda room, person, span: Stay(room, person, *span), rooms, st.integers(1, 4), spans)
NIGHTS_OF_ALL = [day(number) for number in range(2 * NIGHTS + 1)]


def is_there(stay: Stay, night: date) -> bool:
    return stay.start <= night < stay.end


@given(st.lists(stays, max_size=8))
def test_a_room_is_as_full_as_on_its_fullest_night(held: list[Stay]) -> None:
    counts = [sum(is_there(one, night) for one in held) for night in NIGHTS_OF_ALL]
    assert most_at_once(held) == max(counts)


@given(st.lists(stays, max_size=6), st.builds(lambda room, span: Stay(room, 1, *span), rooms, spans))
def test_one_is_in_the_new_room_on_its_nights_and_otherwise_where_one_was(held: list[Stay], new: Stay) -> None:
    before: list[Stay] = []
    for one in held:  # nobody is in two rooms before
        if not any(overlap(one, other) for other in before):
            before.append(one)
    after = overlaid(before, new)

    def where(those: list[Stay], night: date) -> list[int]:
        return [one.room for one in those if is_there(one, night)]

    for night in NIGHTS_OF_ALL:
        assert where(after, night) == ([new.room] if is_there(new, night) else where(before, night))


@given(st.lists(stays, max_size=6), spans)
def test_the_nights_without_a_room(held: list[Stay], span: tuple[date, date]) -> None:
    found = lacking(held, *span)
    for night in NIGHTS_OF_ALL:
        wanted = span[0] <= night < span[1] and not any(is_there(one, night) for one in held)
        assert sum(start <= night < end for start, end in found) == wanted
