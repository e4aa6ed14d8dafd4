"""A field for one record of many, found by typing any of its names; the script of combobox.js suggests meanwhile.

Without the script the typed text is looked up when the form is sent, and several matches are shown to choose from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask import url_for

from forumapp.core.values.numbers import id_from
from forumapp.core.values.text import fold, is_of_two_languages
from forumapp.web.forms.fields import LINE, Fault, Field, Texts, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NEW = "new"


@dataclass(frozen=True, slots=True)
class New:
    """The typed name of a record to create."""

    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """A record to choose: its id, its name in the control, and a distinguishing text."""

    id: int
    label: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Combobox(Field):
    """The id of a record, or None; where `adds`, also New. `find` names one by its id, `search` those that are meant.

    Kinds of records have theirs in organizer/kit/suggestions.py.
    """

    source: str  # the endpoint that suggests
    find: Callable[[int], Option | None]
    search: Callable[[str], Sequence[Option]]
    adds: bool = False
    control: ClassVar[str] = "combobox"

    @property
    def text_key(self) -> str:
        return f"{self.name}.text"

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.name, self.text_key)

    @property
    def url(self) -> str:
        return url_for(self.source)

    def write(self, value: Any) -> dict[str, Any]:
        if isinstance(value, New):
            return {self.name: NEW, self.text_key: value.text}
        record = None if value is None else self.find(int(value))
        return {self.name: str(record.id) if record else "", self.text_key: record.label if record else ""}

    def parse(self, raw: Mapping[str, Any]) -> Any:
        """The typed text counts, and of its matches the chosen one."""
        text, chosen = checked(raw[self.text_key], LINE, required=self.required), raw[self.name]
        if not text:
            return None
        if chosen == NEW and self.adds:
            if is_of_two_languages(text):
                raise Fault("two-languages")
            return New(text)
        chosen_id = id_from(chosen)
        here = None if chosen_id is None else self.find(chosen_id)
        if here is not None and fold(here.label) == fold(text):
            return here.id
        meant = self.search(text)
        if here is not None and here.id in {record.id for record in meant}:
            return here.id
        same = [record.id for record in meant if fold(record.label) == fold(text)]
        if len(same) == 1:
            return same[0]
        if meant:
            raise Fault("which-one" if len(meant) > 1 else "is-it-this")
        raise Fault("new-or-mistyped" if self.adds else "nothing-found")

    def choices(self, raw: Mapping[str, Any]) -> Sequence[Option]:
        """Records that the typed text may mean, offered where it is ambiguous."""
        return self.search(raw[self.text_key])

    def words(self, value: Any) -> str:
        return str(self.write(value)[self.text_key])


@dataclass(frozen=True, kw_only=True)
class SuggestedTexts(Texts):
    """A text in several languages for which known ones are suggested, whole, by any of their languages."""

    source: str

    @property
    def url(self) -> str:
        return url_for(self.source)
