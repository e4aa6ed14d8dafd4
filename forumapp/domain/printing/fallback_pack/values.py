"""What a fallback pack says, as plain values: everyone by name, by delegation and by coach, and blank badges. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.list_papers.values import PLAIN, Stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from forumapp.domain.printing.designs.choices import Looks
    from forumapp.domain.printing.list_papers.values import Cell
    from forumapp.domain.printing.paper.documents import BackFacts, BadgeValues, EditionHead, Texts
    from forumapp.domain.printing.paper.stocks import Stock


@dataclass(frozen=True, slots=True)
class Group:
    """People below a head: a letter, or what a delegation is called. `count` is of all of them, where only some are
    shown; `goes_on` says that these are not the first. `key` is where the contents find it.
    """

    head: Texts
    people: tuple[BadgeValues, ...]
    count: int
    goes_on: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Coach:
    """A run of a vehicle for a transfer. `riders` without a code have no confirmed place."""

    day: Texts
    time: Cell
    title: Texts
    vehicle: Texts
    plate: str
    seats: int
    riders: tuple[BadgeValues, ...]
    key: str = ""

    @property
    def at(self) -> str:
        return self.time[0].words[PLAIN]

    @property
    def called(self) -> Texts:
        """The vehicle, and where it goes."""
        return {one: " · ".join(filter(None, (said, self.title.get(one, "")))) for one, said in self.vehicle.items()}


@dataclass(frozen=True, slots=True)
class Blanks:
    """A badge of each registration type without a name. `looks` are the designs of the types, `pictures` the bytes of
    their logos by their keys.
    """

    stock: Stock
    badges: tuple[BadgeValues, ...]
    looks: Looks
    backs: BackFacts
    pictures: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackValues:
    """`by_name` as one looks for Latin names, `by_native` for those who have a Chinese one. `version` counts the packs
    of an edition that were printed; a preview has none.
    """

    head: EditionHead
    by_name: tuple[Group, ...]
    by_native: tuple[Group, ...]
    by_delegation: tuple[Group, ...]
    coaches: tuple[Coach, ...]
    blanks: Blanks
    version: int
    printed_at: datetime

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.version, self.printed_at)

    @property
    def people(self) -> list[BadgeValues]:
        return [one for group in self.by_name for one in group.people]


def first_of(values: PackValues, most: int) -> PackValues:
    """For a preview: the same parts, with a few people each."""
    lists: dict[str, Any] = {
        name: tuple(replace(one, people=one.people[:most]) for one in getattr(values, name)[:2])
        for name in ("by_name", "by_native", "by_delegation")
    }
    coaches = tuple(replace(one, riders=one.riders[:most]) for one in values.coaches[:1])
    blanks = replace(values.blanks, badges=values.blanks.badges[:1])
    return replace(values, **lists, coaches=coaches, blanks=blanks)
