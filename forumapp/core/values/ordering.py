"""Manual orders: the ids of all rows in order. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.errors import Invalid, Stale

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Order:
    """Who reads it gets its `version`, and a change names that: no row holds an order as a whole, so it is a digest."""

    ids: tuple[int, ...]

    @property
    def version(self) -> int:
        return int(hashlib.sha256(" ".join(map(str, self.ids)).encode()).hexdigest()[:7], 16)

    def changed_to(self, ids: Sequence[int], version: int) -> Order:
        """The order that is asked for by someone who read `version`. Raises Stale, or Invalid if it is not of the same.

        Each is listed once and none is left out, so a caller cannot drop rows they did not see.
        """
        if version != self.version:
            raise Stale(current={"version": self.version, "ids": list(self.ids)})
        if sorted(ids) != sorted(self.ids):
            raise Invalid(fields={"ids": "not-all-of-them"})
        return Order(tuple(ids))

    def completed_by(self, current: Order) -> Order:
        """This order with new rows at its end, and without removed ones."""
        kept = tuple(id_ for id_ in self.ids if id_ in current.ids)
        return Order(kept + tuple(id_ for id_ in current.ids if id_ not in kept))


def stepped(ids: Sequence[int], row_id: int, step: int) -> list[int]:
    """The order with `one` moved by so many places, as far as there are any."""
    others = [other for other in ids if other != row_id]
    if len(others) == len(ids):
        return others
    place = min(max(ids.index(row_id) + step, 0), len(others))
    return [*others[:place], row_id, *others[place:]]


def places(numbers: Sequence[int]) -> list[int]:
    """The position numbers for rows that were reordered, given their `numbers` in the former order.

    The same numbers are reused, so only moved rows change. Counts from 1 if some numbers are equal.
    """
    ordered = sorted(numbers)
    return ordered if len(set(ordered)) == len(ordered) else list(range(1, len(ordered) + 1))
