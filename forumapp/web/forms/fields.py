"""Form fields: how each is shown, read, checked, and described in words.

A field's values go by names as the macros of macros/forms.html use them; a text in two languages has a name for each
language (`title.en`). Faults are codes; words for them are in faults.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _

from forumapp.core.values.text import LANGUAGES, MAIL, is_plain, is_visible, line_fault
from forumapp.core.values.times import (
    EndsBeforeStart,
    Moment,
    Span,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    UnknownZone,
    is_reckonable,
)
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from enum import StrEnum

    from werkzeug.datastructures import MultiDict

LINE, PARAGRAPHS = 500, 20_000  # the longest texts
LARGEST = 2**31 - 1
_EMAIL = re.compile(MAIL)


class Fault(Exception):
    """A code for what is wrong; `key` where it is not wrong with the field as a whole."""

    def __init__(self, code: str, key: str | None = None) -> None:
        super().__init__(code)
        self.code, self.key = code, key


@dataclass(frozen=True, kw_only=True)
class Field:
    """One line of text, and the base of all other fields."""

    name: str
    label: Any
    help: Any = ""
    required: bool = False
    longest: int = LINE
    type: str = "text"
    when: Callable[[], str] | None = None  # conditions on other fields, for shown.js
    control: ClassVar[str] = "field"
    is_line: ClassVar[bool] = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The names under which it is sent."""
        return (self.name,)

    def get(self, row: Any) -> Any:
        return getattr(row, self.name)

    def write(self, value: Any) -> dict[str, Any]:
        """The control's text for a value."""
        return {self.name: "" if value is None else str(value)}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        """The submitted text, to be shown again unchanged."""
        return {key: sent.get(key, "").replace("\r\n", "\n").strip() for key in self.keys}

    def parse(self, raw: Mapping[str, Any]) -> Any:
        """Parse the submitted text. Raises Fault."""
        return checked(raw[self.name], self.longest, required=self.required, is_line=self.is_line)

    def words(self, value: Any) -> str:
        """The value as people read it."""
        return "" if value is None else str(value)


def checked(text: str, longest: int, *, required: bool = False, key: str | None = None, is_line: bool = True) -> str:
    if required and not is_visible(text):
        raise Fault("required", key)
    if len(text) > longest:
        raise Fault("too-long", key)
    if fault := line_fault(text) if is_line else None if is_plain(text) else "not-plain":
        raise Fault(fault, key)
    return text


@dataclass(frozen=True, kw_only=True)
class Optional(Field):
    """A line of text that is NULL when empty."""

    def parse(self, raw: Mapping[str, Any]) -> str | None:
        return super().parse(raw) or None


@dataclass(frozen=True, kw_only=True)
class Secret(Field):
    """A password: kept to the letter, and never shown again."""

    required: bool = True
    autocomplete: str = "new-password"
    control: ClassVar[str] = "secret"

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        return {self.name: sent.get(self.name, "")}

    def parse(self, raw: Mapping[str, Any]) -> str:
        text = str(raw[self.name])
        if not text:
            raise Fault("required")
        return text


@dataclass(frozen=True, kw_only=True)
class Email(Optional):
    type: str = "email"

    def parse(self, raw: Mapping[str, Any]) -> str | None:
        text = super().parse(raw)
        if text and not _EMAIL.fullmatch(text):
            raise Fault("not-an-email")
        return text


@dataclass(frozen=True, kw_only=True)
class Texts(Field):
    """One text in several languages, one row for each."""

    languages: tuple[str, ...] = LANGUAGES
    multiline: bool = False
    control: ClassVar[str] = "bilingual"

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(f"{self.name}.{language}" for language in self.languages)

    def write(self, value: Mapping[str, str] | None) -> dict[str, Any]:
        return {f"{self.name}.{language}": (value or {}).get(language, "") for language in self.languages}

    def parse(self, raw: Mapping[str, Any]) -> dict[str, str]:
        longest = PARAGRAPHS if self.multiline else self.longest
        keys = zip(self.languages, self.keys, strict=True)
        texts = {language: checked(raw[key], longest, key=key, is_line=not self.multiline) for language, key in keys}
        if self.required and not any(map(is_visible, texts.values())):
            raise Fault("required", self.keys[0])
        return {language: text for language, text in texts.items() if text}

    def unshown(self, value: Mapping[str, str] | None) -> dict[str, str]:
        """The languages that the control has no row for: what stands in them outlives a save."""
        return {language: text for language, text in (value or {}).items() if language not in self.languages}

    def words(self, value: Mapping[str, str] | None) -> str:
        return " · ".join(
            f"{OWN_NAMES.get(language, language)}: {text}" for language, text in (value or {}).items() if text
        )


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    least: int = 0
    most: int = LARGEST
    type: str = "number"

    def parse(self, raw: Mapping[str, Any]) -> int | None:
        text = super().parse(raw)
        if not text:
            return None
        try:
            number = int(text)
        except ValueError as error:
            raise Fault("not-a-number") from error
        if not self.least <= number <= self.most:
            raise Fault(f"too-small:{self.least}" if number < self.least else f"too-large:{self.most}")
        return number


@dataclass(frozen=True, kw_only=True)
class Count(Number):
    """How many; nothing is none."""

    def parse(self, raw: Mapping[str, Any]) -> int:
        return super().parse(raw) or 0


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    control: ClassVar[str] = "checkbox"

    def get(self, row: Any) -> bool:
        return bool(super().get(row))

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: bool(value)}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        return {self.name: bool(sent.get(self.name))}

    def parse(self, raw: Mapping[str, Any]) -> bool:
        return bool(raw[self.name])

    def words(self, value: Any) -> str:
        return str(_("Yes") if value else _("No"))


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of an enumeration's words, loaded as its member."""

    kind: type[StrEnum]
    among: Sequence[StrEnum] = ()  # only these are offered
    empty: Any = None
    control: ClassVar[str] = "select"

    @property
    def options(self) -> list[tuple[str, Any]]:
        return [option for option in labels.options(self.kind) if not self.among or option[0] in self.among]

    def parse(self, raw: Mapping[str, Any]) -> Any:
        if self.empty is not None and not self.required and not raw[self.name]:
            return None
        try:
            return self.kind(super().parse(raw))
        except ValueError as error:
            raise Fault("not-a-choice") from error

    def words(self, value: Any) -> str:
        return "" if value is None else labels.label(value)


@dataclass(frozen=True, kw_only=True)
class Pick(Field):
    """One row of a short list, as its id; none where nothing is chosen. `offer` lists ids and labels at each use."""

    offer: Callable[[], list[tuple[str, Any]]]
    empty: Any = "—"
    control: ClassVar[str] = "select"

    @property
    def options(self) -> list[tuple[str, Any]]:
        return self.offer()

    def parse(self, raw: Mapping[str, Any]) -> Any:
        text = super().parse(raw)
        if not text:
            return None
        if text not in dict(self.options):
            raise Fault("not-a-choice")
        return int(text)

    def words(self, value: Any) -> str:
        return str(dict(self.options).get(str(value), ""))


@dataclass(frozen=True, kw_only=True)
class PickCode(Pick):
    """The same, by the row's code."""

    def parse(self, raw: Mapping[str, Any]) -> Any:
        text = raw[self.name]
        if text and text not in dict(self.options):
            raise Fault("not-a-choice")
        if self.required and not text:
            raise Fault("required")
        return text or None


@dataclass(frozen=True, kw_only=True)
class LanguageOrder(Field):
    """Some of our languages in an order that counts: the first one leads."""

    empty: Any = None
    control: ClassVar[str] = "select"

    @property
    def options(self) -> list[tuple[str, Any]]:
        orders = [order for size in range(len(LANGUAGES), 0, -1) for order in permutations(LANGUAGES, size)]
        return [(" ".join(order), self.words(order)) for order in orders]

    def write(self, value: Iterable[str] | None) -> dict[str, Any]:
        return {self.name: " ".join(value or [])}

    def parse(self, raw: Mapping[str, Any]) -> list[str]:
        if raw[self.name] not in dict(self.options) and (raw[self.name] or self.empty is None):
            raise Fault("not-a-choice")
        return list(raw[self.name].split())

    def words(self, value: Iterable[str] | None) -> str:
        return ", ".join(OWN_NAMES.get(language, language) for language in value or [])


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    type: str = "date"

    def parse(self, raw: Mapping[str, Any]) -> date | None:
        text = super().parse(raw)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise Fault("not-a-date") from error
        if not is_reckonable(day):
            raise Fault("out-of-years")
        return day


@dataclass(frozen=True, kw_only=True)
class Times(Field):
    """From one wall time to a later one in one zone. A time that the clocks show twice asks which one is meant.

    An end that has another zone, as files and the API may say, keeps it and shows it.
    """

    control: ClassVar[str] = "times"
    needed: ClassVar[bool] = True

    @property
    def keys(self) -> tuple[str, ...]:
        return ("starts", "ends", "zone", "ends.zone", "starts.fold", "ends.fold")

    def get(self, row: Any) -> Span:
        span: Span = row.span
        return span

    def write(self, value: Span) -> dict[str, Any]:
        folds = {f"{end}.fold": "" if fold is None else str(fold) for end, fold in _folds(value)}
        return {
            "starts": value.start.wall.isoformat(timespec="minutes"),
            "ends": value.end.wall.isoformat(timespec="minutes"),
            "zone": value.start.zone,
            "ends.zone": value.end.zone if value.end.zone != value.start.zone else "",
            **folds,
        }

    def parse(self, raw: Mapping[str, Any]) -> Span:
        zone = checked(raw["zone"], LINE, required=True, key="zone")
        own = checked(raw["ends.zone"], LINE, key="ends.zone").strip()
        start = moment_of(raw, "starts", zone)
        end = moment_of(raw, "ends", own, "ends.zone") if own else moment_of(raw, "ends", zone)
        try:
            return Span(start, end).checked()
        except EndsBeforeStart as error:
            raise Fault(error.code, "ends") from error

    def words(self, value: Span) -> str:
        start, end = value.start.wall, value.end.wall
        if value.end.zone != value.start.zone:
            return f"{start:%Y-%m-%d %H:%M} ({value.start.zone}) – {end:%Y-%m-%d %H:%M} ({value.end.zone})"
        last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{start:%Y-%m-%d %H:%M} – {last} ({value.start.zone})"


def _folds(span: Span) -> list[tuple[str, int | None]]:
    return [("starts", span.start.fold), ("ends", span.end.fold)]


def moment_of(raw: Mapping[str, Any], key: str, zone: str, zone_key: str = "zone") -> Moment:
    """The wall time typed under `key`, in a zone that was typed under `zone_key`. Raises Fault."""
    text = checked(raw[key], LINE, required=True, key=key)
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise Fault("not-a-time", key) from error
    if wall.tzinfo is not None:
        raise Fault("not-a-time", key)
    if not is_reckonable(wall):
        raise Fault("out-of-years", key)
    fold = {"0": 0, "1": 1}.get(raw[f"{key}.fold"])
    moment = Moment(wall, zone, fold)
    try:
        _ = moment.utc
    except UnknownZone as error:
        raise Fault(error.code, zone_key) from error
    except (TimeDoesNotExist, TimeIsAmbiguous) as error:
        raise Fault(error.code, key) from error
    return moment
