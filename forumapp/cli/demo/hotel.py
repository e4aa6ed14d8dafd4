"""The rooms of the delegation's 132 people at its hotel, which is made up, as are the numbers and who shares with whom.

Heads and deputies have a room of their own. Of the others two share whose form of address is the same, in the order of
their roster; whoever has none, or is the last of theirs, is alone. The hotel has not told all numbers yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from forumapp.cli.demo.casting import ADDRESS
from forumapp.cli.demo.delegations import ARRIVAL, DEPARTURE, HOTEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from forumapp.cli.demo.records import Delegation, Person

SEED = 20230520
ALONE = ("head", "deputy")
# Each roster is on a floor of its own, where it is known.
FLOORS = {"jiangsu": 11, "cccme-staff": 9, "hubei": 0, "shanghai": 0}
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


def sample_rooms(delegations: Iterable[Delegation], people: Iterable[Person]) -> tuple[HotelRoom, ...]:
    rng = Random(SEED)  # noqa: S311 (made-up data, the same each time)
    by_key = {one.key: one for one in people}
    found: list[HotelRoom] = []
    for one in delegations:
        for number, sharers in enumerate(_sharing(one, by_key), start=1):
            floor, is_suite = FLOORS[one.code], number == 1 and bool(sharers)
            alone = "suite" if is_suite else "single"
            found.append(
                HotelRoom(
                    delegation=one.code,
                    hotel=HOTEL,
                    number=f"{floor}{number:02}" if floor else "",
                    kind="twin" if len(sharers) > 1 else alone,
                    check_in=ARRIVAL,
                    check_out=DEPARTURE,
                    requests=QUIET if is_suite else {},
                    sharers=sharers,
                    agreed=len(sharers) > 1 and rng.randrange(10) < AGREED,
                )
            )
    return tuple(found)


def _sharing(delegation: Delegation, people: dict[str, Person]) -> list[tuple[str, ...]]:
    rooms: list[tuple[str, ...]] = [(member.person,) for member in delegation.members if member.role in ALONE]
    waiting: dict[str, str] = {}
    for member in delegation.members:
        if member.role in ALONE:
            continue
        address = people[member.person].form_of_address
        said = next((word for word, form in ADDRESS.items() if form == address), None)
        if said is None:
            rooms.append((member.person,))
        elif said in waiting:
            rooms.append((waiting.pop(said), member.person))
        else:
            waiting[said] = member.person
    return [*rooms, *((one,) for one in waiting.values())]
