"""What a person's page shows as running now and as next, and the nights on an emergency card."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.emergency import HotelStay, joined_stays, with_room_nights
from forumapp.domain.delegations.itineraries.own_itinerary import OwnEntry, next_of, running_of
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem

if TYPE_CHECKING:
    from collections.abc import Sequence


def at(day: int, hour: int) -> Moment:
    return Moment(datetime(2023, 5, day, hour), "UTC")


def entry(title: str, kind: ItemKind, start: tuple[int, int], end: tuple[int, int], *, frame: bool = False) -> OwnEntry:
    span = Span(at(*start), at(*end))
    return OwnEntry(span, None, {"en": title}, item=ItineraryItem(kind=kind, is_frame=frame))


DAYS = [
    entry("Hotel", ItemKind.HOTEL, (21, 15), (24, 11)),
    entry("Breakfast", ItemKind.MEAL, (22, 7), (22, 8)),
    entry("Forum", ItemKind.SESSION, (22, 9), (22, 18), frame=True),
    entry("Opening", ItemKind.SESSION, (22, 10), (22, 11)),
    entry("Dinner", ItemKind.MEAL, (22, 19), (22, 21)),
]


@pytest.mark.parametrize(
    ("hour", "running", "coming"),
    [
        (6, ["Hotel"], "Breakfast"),
        (8, ["Hotel"], "Forum"),  # the forum is next, not its first session
        (9, ["Forum"], "Opening"),
        (10, ["Opening", "Forum"], "Dinner"),
        (12, ["Forum"], "Dinner"),
        (22, ["Hotel"], None),
    ],
)
def test_what_runs_now_and_what_is_next(hour: int, running: Sequence[str], coming: str | None) -> None:
    now = datetime(2023, 5, 22, hour, tzinfo=UTC)
    found = next_of(DAYS, now)
    assert [one.title["en"] for one in running_of(DAYS, now)] == running
    assert (found.title["en"] if found else None) == coming


def stay(name: str, first: int, last: int, item_id: int | None = None) -> HotelStay:
    return HotelStay(item_id, {"en": name}, {}, "", Span(at(first, 15), at(last, 11)))


@pytest.mark.parametrize(
    ("planned", "rooms", "found"),
    [
        ([stay("Bay", 20, 24, 1)], [], [stay("Bay", 20, 24, 1)]),
        ([stay("Bay", 20, 24, 1)], [stay("Bay", 21, 23)], [stay("Bay", 21, 23, 1)]),  # the room's nights
        ([], [stay("Bay", 21, 23)], [stay("Bay", 21, 23)]),
        ([stay("Bay", 20, 24, 1), stay("Inn", 24, 25, 2)], [stay("Bay", 21, 23)], [stay("Bay", 21, 23, 1), stay("Inn", 24, 25, 2)]),
    ],
)  # fmt: skip
def test_a_hotel_has_the_nights_of_the_room(
    planned: list[HotelStay], rooms: list[HotelStay], found: list[HotelStay]
) -> None:
    assert with_room_nights(planned, rooms) == found


def test_rooms_at_one_hotel_that_follow_each_other_are_one_stay() -> None:
    assert joined_stays([stay("Bay", 23, 24), stay("Bay", 20, 23)]) == [stay("Bay", 20, 24)]
    assert joined_stays([stay("Bay", 20, 21), stay("Bay", 23, 24)]) == [stay("Bay", 20, 21), stay("Bay", 23, 24)]
