"""Fields that agendas have and nothing else: times that may be missing, and minutes before or after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from forumapp.web.forms.fields import Fault, Field, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forumapp.core.values.times import Span


@dataclass(frozen=True, kw_only=True)
class MaybeTimes(Times):
    """The same, of what may have no time yet: both ends are left empty then. `zone` is the one that is offered."""

    zone: Callable[[], str]
    needed: ClassVar[bool] = False

    def get(self, row: Any) -> Any:
        return row.span

    def write(self, value: Span | None) -> dict[str, Any]:
        return super().write(value) if value else {**dict.fromkeys(self.keys, ""), "zone": self.zone()}

    def parse(self, raw: Mapping[str, Any]) -> Any:
        return super().parse(raw) if raw["starts"].strip() or raw["ends"].strip() else None

    def words(self, value: Span | None) -> str:
        return super().words(value) if value else ""


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number between two bounds, which may be less than zero; 0 where nothing is written."""

    least: int
    most: int
    type: str = "number"

    def parse(self, raw: Mapping[str, Any]) -> int:
        text = super().parse(raw) or "0"
        try:
            number = int(text)
        except ValueError as error:
            raise Fault("not-a-number") from error
        if not self.least <= number <= self.most:
            raise Fault("too-large" if number > self.most else "too-small")
        return number
