"""Fields that venues and rooms have and nothing else: links to maps, and seats by layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from forumapp.domain.forums.rules import link_fault
from forumapp.schemas.choices import Layout
from forumapp.web.forms.fields import Fault, Field, Number, Optional
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Link(Optional):
    """An address of another site; its absence is NULL."""

    longest: int = 2000
    type: str = "url"

    def parse(self, raw: Mapping[str, Any]) -> str | None:
        url = super().parse(raw)
        if fault := link_fault(url):
            raise Fault(fault)
        return url


@dataclass(frozen=True, kw_only=True)
class Seats(Field):
    """How many people a room takes in each of the layouts it can be set up in."""

    control: ClassVar[str] = "numbers"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The name of each number, and its label."""
        return [(f"{self.name}.{layout}", labels.label(layout)) for layout in Layout]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.parts)

    def write(self, value: Mapping[str, int] | None) -> dict[str, Any]:
        return {f"{self.name}.{layout}": str((value or {}).get(layout, "")) for layout in Layout}

    def parse(self, raw: Mapping[str, Any]) -> dict[str, int]:
        seats: dict[str, int] = {}
        for layout in Layout:
            number = Number(name=f"{self.name}.{layout}", label="")
            try:
                number_ = number.parse(raw)
            except Fault as fault:
                raise Fault(fault.code, number.name) from fault
            if number_ is not None:
                seats[layout.value] = number_
        return seats

    def words(self, value: Mapping[str, int] | None) -> str:
        return seats_words(value)


def seats_words(layouts: Mapping[str, int] | None) -> str:
    """Theater 460 · Banquet 300, in the order of the layouts."""
    return " · ".join(
        f"{labels.label(layout)} {(layouts or {})[layout]}" for layout in Layout if layout in (layouts or {})
    )
