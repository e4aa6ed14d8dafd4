"""Fields for any number of choices, or of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from forumapp.web.forms.fields import LINE, Fault, Field, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, kw_only=True)
class Several(Field):
    """Any number of a short list, by their codes. `offer` lists codes, labels and, where need be, what each means."""

    offer: Callable[[], Sequence[tuple[Any, ...]]]
    control: ClassVar[str] = "choices"

    @property
    def options(self) -> Sequence[tuple[Any, ...]]:
        return self.offer()

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: list(value or [])}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        return {self.name: sent.getlist(self.name)}

    def parse(self, raw: Mapping[str, Any]) -> list[str]:
        """Sorted, so that equal choices are equal."""
        chosen = set(raw[self.name])
        if self.required and not chosen:
            raise Fault("required")
        if not chosen <= {option[0] for option in self.options}:
            raise Fault("not-a-choice")
        return sorted(chosen)

    def get(self, row: Any) -> list[str]:
        return sorted(super().get(row))

    def words(self, value: Iterable[str] | None) -> str:
        chosen = set(value or ())
        return ", ".join(str(option[1]) for option in self.options if option[0] in chosen)


@dataclass(frozen=True, kw_only=True)
class Paragraphs(Field):
    """A text of several lines."""

    rows: int = 3
    control: ClassVar[str] = "lines"
    is_line: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class Lines(Field):
    """Any number of short texts, one on each line."""

    most: int = 50
    rows: int = 3
    control: ClassVar[str] = "lines"

    def write(self, value: Iterable[str] | None) -> dict[str, Any]:
        return {self.name: "\n".join(value or ())}

    def parse(self, raw: Mapping[str, Any]) -> list[str]:
        lines = [checked(line.strip(), LINE) for line in raw[self.name].split("\n")]
        distinct = list(dict.fromkeys(filter(None, lines)))
        if len(distinct) > self.most:
            raise Fault("too-long")
        return distinct

    def words(self, value: Iterable[str] | None) -> str:
        return " · ".join(value or ())
