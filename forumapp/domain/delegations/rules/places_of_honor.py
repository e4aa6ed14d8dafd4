"""Places of honor: on a stage and at a table, by the convention that holds there. Pure.

Seats of a row are numbered from left to right as the audience sees them, those of a table clockwise from the seat that
faces the door. Whoever sits on a stage looks at the audience: what is at their right hand is at the audience's left.
Where guests from abroad are received, the second place is at the right hand of the first, so that the guest of honor
sits at the right of the host; at home in China it is at the left hand of the first.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

P = TypeVar("P")


class Shape(enum.StrEnum):
    STAGE = "stage"  # rows, the first of them in front
    TABLES = "tables"


class Convention(enum.StrEnum):
    FOREIGN_AFFAIRS = "foreign-affairs"
    DOMESTIC = "domestic"


class HostSide(enum.StrEnum):
    """On which side the hosts sit, as the audience sees it, or whoever comes in by the door."""

    RIGHT = "right"  # of the audience: the guests sit at the right hand of the hosts
    LEFT = "left"


def row_places(seats: int, convention: Convention) -> list[int]:
    """The numbers of a row's seats in order of honor: the middle first, then the honored hand and the other by turns.

    An even row has two seats in the middle: the first takes the one that leaves the other to the honored hand.
    """
    step = -1 if convention is Convention.FOREIGN_AFFAIRS else 1
    middle = (seats + 1) // 2 if seats % 2 or step > 0 else seats // 2 + 1
    found = [middle]
    for distance in range(1, seats):
        found += [middle + step * distance, middle - step * distance]
    return [seat for seat in found if 1 <= seat <= seats][:seats]


def table_places(seats: int, convention: Convention) -> list[int]:
    """The same of a round table, whose first seat faces the door: at the right hand of who sits there is the last."""
    step = -1 if convention is Convention.FOREIGN_AFFAIRS else 1
    found = [1]
    for distance in range(1, seats):
        found += [(step * distance) % seats + 1, (-step * distance) % seats + 1]
    return list(dict.fromkeys(found))[:seats]


def seated(sizes: Sequence[int], shape: Shape, convention: Convention, people: Sequence[P]) -> list[P | None]:
    """By seat, row after row or table after table, who sits there: `people` stand in order of precedence. The front
    row, or the first table, is filled first; whom no seat is left for is not seated.
    """
    places = row_places if shape is Shape.STAGE else table_places
    found: list[P | None] = []
    waiting = list(people)
    for size in sizes:
        row: list[P | None] = [None] * size
        for number in places(size, convention):
            if waiting:
                row[number - 1] = waiting.pop(0)
        found += row
    return found


def sides_of_row(seats: int, side: HostSide) -> tuple[list[int], list[int]]:
    """The numbers of the hosts' seats in a row and of the guests', each from the middle outward. The seat in the middle
    of an odd row is the hosts'.
    """
    if side is HostSide.RIGHT:
        return list(range(seats // 2 + 1, seats + 1)), list(range(seats // 2, 0, -1))
    middle = (seats + 1) // 2
    return list(range(middle, 0, -1)), list(range(middle + 1, seats + 1))


def sides_of_table(seats: int, side: HostSide) -> tuple[list[int], list[int]]:
    """The same of a round table, each from who faces the door, who is a host, to who sits with the back to it."""
    around = [1, *range(seats, 1, -1)]
    if side is HostSide.RIGHT:
        around = list(range(1, seats + 1))
    hosts = (seats + 1) // 2
    return around[:hosts], around[hosts:][::-1]


def seated_apart(
    sizes: Sequence[int], shape: Shape, side: HostSide, hosts: Sequence[P], guests: Sequence[P]
) -> list[P | None]:
    """As `seated`, with the hosts on their side and the guests on the other one: nobody crosses over, so that whom
    their own side has no seat for is not seated.
    """
    sides = sides_of_row if shape is Shape.STAGE else sides_of_table
    waiting = list(hosts), list(guests)
    found: list[P | None] = []
    for size in sizes:
        row: list[P | None] = [None] * size
        for numbers, those in zip(sides(size, side), waiting, strict=True):
            for number in numbers:
                if those:
                    row[number - 1] = those.pop(0)
        found += row
    return found
