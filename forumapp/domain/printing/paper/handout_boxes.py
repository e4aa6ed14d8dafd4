"""The boxes from which badges are handed out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import fold
from forumapp.domain.people.names.pinyin import proposed_spellings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.domain.people.rules import Name
    from forumapp.domain.printing.paper.documents import BadgeValues

MOST_BOXES = len(ascii_uppercase)
_NEAR = 0.25  # of a box: so far off a cut moves so that a delegation stays together


@dataclass(frozen=True, slots=True)
class Box:
    """What goes into one box, in order, as parts of a delegation each: its name, and the badges."""

    letter: str
    parts: tuple[tuple[Mapping[str, str], tuple[BadgeValues, ...]], ...]

    @property
    def badges(self) -> list[BadgeValues]:
        return [one for _name, those in self.parts for one in those]

    @property
    def count(self) -> int:
        return sum(len(those) for _name, those in self.parts)


def as_read(name: Name) -> tuple[str, str]:
    """Family and given name as one looks for them: as the person writes them in Latin letters, and by the likeliest
    reading of a Chinese name of which nobody has said how it is written. No such reading is ever printed.
    """
    if not (name.latin_family or name.latin_given):
        for family, given in proposed_spellings(name.native_full)[:1]:
            return fold(family), fold(given)
    return name.sort_key


def cuts(groups: Sequence[Any], count: int) -> list[int]:
    """Where each of at most `count` boxes ends. They hold about the same, and a group is divided only where no end of
    one is near.
    """
    total = len(groups)
    size = total / count
    ends = [at for at in range(1, total) if groups[at] != groups[at - 1]]
    found = []
    for number in range(1, count):
        wanted = round(number * size)
        nearest = min(ends, key=lambda at: abs(at - wanted), default=wanted)
        found.append(nearest if abs(nearest - wanted) <= size * _NEAR else wanted)
    return sorted({at for at in found if 0 < at < total} | ({total} if total else set()))


def boxes_of(badges: Sequence[BadgeValues], count: int | None) -> list[Box]:
    """The badges, in their order, in boxes A, B and so on; in none where no `count` is asked for."""
    if not count:
        return []
    ends = cuts([one.delegation for one in badges], count)
    starts = [0, *ends[:-1]]
    return [
        Box(
            letter,
            tuple((name, tuple(those)) for name, those in groupby(badges[start:end], lambda one: one.delegation)),
        )
        for letter, start, end in zip(ascii_uppercase, starts, ends, strict=False)
    ]


def letters_of(boxes: Sequence[Box]) -> dict[int, str]:
    """The box of each registration."""
    return {one.registration_id: box.letter for box in boxes for one in box.badges}
