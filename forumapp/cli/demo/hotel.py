"""The rooms of the delegation's 132 people, at hotels that are made up, as are the numbers and who shares with whom.

Heads and deputies have a room of their own. Of the others two share whose form of address is the same, in the order of
their roster; whoever has none, or is the last of theirs, is alone. Those who spend a night in San Francisco share with
one another there, and before and after it in Los Angeles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from forumapp.cli.demo.branches import NORTH, NORTH_HOTEL
from forumapp.cli.demo.casting import ADDRESS
from forumapp.cli.demo.delegations import ARRIVAL, DEPARTURE
from forumapp.cli.demo.itinerary import HOTEL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from forumapp.cli.demo.groups import Partition
    from forumapp.cli.demo.records import Delegation, Person

SEED = 20230520
ALONE = ("head", "deputy")
# Each roster is on a floor of its own.
FLOORS = {"jiangsu": 11, "cccme-staff": 9, "hubei": 12, "shanghai": 14}
NORTH_FLOORS = {"jiangsu": 5, "cccme-staff": 4, "shanghai": 6}
AWAY, BACK = date(2023, 5, 24), date(2023, 5, 25)
QUIET = {"en": "A quiet room, away from the lifts", "zh-Hans": "安静、远离电梯的房间"}
# Of ten who share, so many have said by now that they agree.
AGREED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HotelRoom:
    """At the place `hotel`. `sharers` are keys of people, who have it for all its nights."""

    delegation: str
    hotel: str
    number: str
    kind: str
    check_in: date
    check_out: date
    requests: Mapping[str, str]
    sharers: tuple[str, ...]
    agreed: bool
    is_sample: bool = True


def sample_rooms(
    delegations: Iterable[Delegation], people: Iterable[Person], partitions: Iterable[Partition]
) -> tuple[HotelRoom, ...]:
    rng = Random(SEED)  # noqa: S311 (made-up data, the same each time)
    by_key = {one.key: one for one in people}
    north = {key for one in partitions for group in one.groups if group.code == NORTH for key in group.members}
    return tuple(
        room
        for one in delegations
        for number, sharers in enumerate(_sharing(one, by_key, north), start=1)
        for room in _rooms(one, number, sharers, agreed=len(sharers) > 1 and rng.randrange(10) < AGREED, north=north)
    )


def _rooms(
    one: Delegation, number: int, sharers: tuple[str, ...], *, agreed: bool, north: Collection[str]
) -> Iterator[HotelRoom]:
    """One for the whole stay, or three for those who are away for a night."""
    is_suite = number == 1
    alone = "suite" if is_suite else "single"
    floor, north_floor = FLOORS[one.code], NORTH_FLOORS.get(one.code, 0)
    here, there = (HOTEL, f"{floor}{number:02}"), (NORTH_HOTEL, f"{north_floor}{number:02}")
    whole = [(*here, ARRIVAL, DEPARTURE)]
    apart = [(*here, ARRIVAL, AWAY), (*there, AWAY, BACK), (*here, BACK, DEPARTURE)]
    for hotel, told, check_in, check_out in apart if sharers[0] in north else whole:
        yield HotelRoom(
            delegation=one.code,
            hotel=hotel,
            number=told,
            kind="twin" if len(sharers) > 1 else alone,
            check_in=check_in,
            check_out=check_out,
            requests=QUIET if is_suite else {},
            sharers=sharers,
            agreed=agreed,
        )


def _sharing(delegation: Delegation, people: dict[str, Person], north: Collection[str]) -> list[tuple[str, ...]]:
    rooms: list[tuple[str, ...]] = [(member.person,) for member in delegation.members if member.role in ALONE]
    waiting: dict[tuple[str, bool], str] = {}
    for member in delegation.members:
        if member.role in ALONE:
            continue
        address = people[member.person].form_of_address
        said = next((word for word, form in ADDRESS.items() if form == address), None)
        with_whom = (said or "", member.person in north)
        if said is None:
            rooms.append((member.person,))
        elif with_whom in waiting:
            rooms.append((waiting.pop(with_whom), member.person))
        else:
            waiting[with_whom] = member.person
    return [*rooms, *((one,) for one in waiting.values())]
