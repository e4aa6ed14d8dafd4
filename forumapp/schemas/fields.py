"""Fields that both edges share: accepted values can be stored, and output has one format everywhere.

Faults have stable codes, which the edges put into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.core.errors import Refusal
from forumapp.core.values import text
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.core.values.text import BLANK, NOT_IN_A_LINE, NOT_PLAIN, SCRIPTS, is_one_line, is_plain, is_visible
from forumapp.core.values.times import Moment, is_shown_twice, zone_named

if TYPE_CHECKING:
    import enum
    from collections.abc import Sequence
    from typing import Self

SMALLEST, LARGEST = -(2**31), 2**31 - 1  # of an INTEGER column on PostgreSQL

LINE, PARAGRAPHS = text.LINE, text.PARAGRAPHS
NAME, FORM_OF_ADDRESS, MAIL_ADDRESS, PHONE = text.NAME, text.FORM_OF_ADDRESS, text.MAIL_ADDRESS, text.PHONE
PLAIN = rf"^[^{NOT_PLAIN}]*$"
WITH_WORDS = rf"^[^{NOT_PLAIN}]*[^{BLANK}][^{NOT_PLAIN}]*$"
ONE_LINE = rf"^[^{NOT_IN_A_LINE}]*$"
NAME_PART = rf"^([^{NOT_IN_A_LINE}]*[^{BLANK}][^{NOT_IN_A_LINE}]*)?$"
LINE_WITH_WORDS = rf"^[^{NOT_IN_A_LINE}]*[^{BLANK}][^{NOT_IN_A_LINE}]*$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
EMAIL = rf"^{text.MAIL}$"
COLOR = r"^#[0-9a-f]{6}$"
# Beyond these years an offset or a later deadline would leave what a datetime can hold.
_DATE = r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
DAY = rf"^{_DATE}$"
AT = rf"^{_DATE}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?)$"
WALL = rf"^{_DATE}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"

CODES: dict[str, Any] = {
    "required": "required",
    "null": "required",
    "invalid": "invalid",
    "invalid_utf8": "invalid",
    "format": "invalid",
    "too_large": "out-of-range",
    "validator_failed": "invalid",
    "type": "invalid",
    "unknown": "unknown",
}


class Shape(ma.Schema):
    """An object whose unknown fields are refused by code."""

    error_messages = CODES

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """Itself: a schema does not change once it is made, and flask-smorest copies each one for every decorator of
        a view, which took a third of the start.
        """
        return self


class ListOf(ma.fields.List[Any]):
    """At most `most` of one kind."""

    default_error_messages = CODES

    def __init__(self, kind: ma.fields.Field[Any], *, least: int = 0, most: int, **options: Any) -> None:
        length = ma.validate.Length(least or None, most, error="too-few-or-many")
        super().__init__(kind, validate=length, **options)


class Part(ma.fields.Nested):
    """A nested object, always complete: also in a change, where the outer fields are optional."""

    default_error_messages = CODES

    def _load(self, value: Any, partial: Any = None) -> Any:  # noqa: ARG002 (the outer object's)
        return super()._load(value)


class Text(ma.fields.String):
    """Text that both databases can hold, of bounded length, and of one form where `pattern` says so.

    Text of at most LINE characters is one line.
    """

    default_error_messages = {  # noqa: RUF012 (marshmallow's own convention)
        **CODES,
        "control": "not-plain",
        "form": "malformed",
    }

    def __init__(
        self,
        *,
        longest: int = LINE,
        shortest: int = 0,
        pattern: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        length = [ma.validate.Length(max=longest, error="too-long")]
        if shortest:
            length.append(ma.validate.Length(min=shortest, error="required"))
        metadata = {"pattern": pattern or (ONE_LINE if longest <= LINE else PLAIN), **(metadata or {})}
        super().__init__(validate=length, metadata=metadata, **options)
        self._pattern = pattern
        self._is_allowed = is_one_line if longest <= LINE else is_plain

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not self._is_allowed(text):
            raise self.make_error("control")
        # fullmatch, because "$" lets a last line break through
        if self._pattern and not re.fullmatch(self._pattern, text):
            raise self.make_error("form")
        return text


class NamePart(Text):
    """A part of a person's name, or "". The service refuses what cannot be printed on a badge."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": NAME_PART, "description": "Letters of a script: no emoji or other pictures."}
        super().__init__(longest=NAME, metadata=metadata, **options)


class Code(Text):
    """A short code that stands in addresses."""

    def __init__(self, **options: Any) -> None:
        super().__init__(pattern=CODE, longest=40, shortest=1, **options)


class Language(Text):
    """A BCP 47 tag."""

    def __init__(self, **options: Any) -> None:
        super().__init__(pattern=LANGUAGE, longest=35, **options)


class Email(Text):
    """A mail address, as organizers keep it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(pattern=EMAIL, longest=MAIL_ADDRESS, **options)


class Zone(Text):
    """The name of an IANA time zone."""

    default_error_messages = {"zone": "unknown-zone"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=60, metadata={"examples": ["America/Los_Angeles"]}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        name = super()._deserialize(value, attr, data, **options)
        try:
            zone_named(name)
        except Refusal as error:
            raise self.make_error("zone") from error
        return name


class WholeNumber(ma.fields.Integer):
    """An integer as JSON Schema means it: 3 and 3.0, but neither "3" nor true; within what a column can hold."""

    default_error_messages = CODES

    def __init__(self, *, least: int = SMALLEST, most: int = LARGEST, **options: Any) -> None:
        super().__init__(validate=ma.validate.Range(least, most, error="out-of-range"), **options)

    def _validated(self, value: Any) -> Any:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            raise self.make_error("invalid")
        return super()._validated(int(value))


class Numeral(ma.fields.Float):
    """A number of JSON, whole or not, and no text or truth for it."""

    default_error_messages = CODES

    def __init__(self, *, most: float, **options: Any) -> None:
        super().__init__(validate=ma.validate.Range(-most, most, error="out-of-range"), **options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        return value


class Id(WholeNumber):
    def __init__(self, **options: Any) -> None:
        super().__init__(least=1, most=LARGEST_ID, **options)


class Flag(ma.fields.Boolean):
    """true or false, and no other word for them."""

    default_error_messages = CODES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> bool:  # noqa: ARG002 (the base's)
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Word(ma.fields.String):
    """One of a few words."""

    default_error_messages = {**CODES, "option": "not-an-option"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, words: Sequence[str], *, metadata: Mapping[str, Any] | None = None, **options: Any) -> None:
        allowed: list[str | None] = [*words, None] if options.get("allow_none") else [*words]
        super().__init__(metadata={"enum": allowed, **(metadata or {})}, **options)
        self._words = words

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        word = super()._deserialize(value, attr, data, **options)
        if word not in self._words:
            raise self.make_error("option")
        return word


class Choice(Word):
    """One of a StrEnum's words, or of those `among` them, loaded as its member."""

    def __init__(self, kind: type[enum.StrEnum], *, among: Iterable[enum.StrEnum] = (), **options: Any) -> None:
        super().__init__([str(member) for member in among or kind], **options)
        self._kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        return self._kind(super()._deserialize(value, attr, data, **options))


class Bilingual(ma.fields.Field[dict[str, str]]):
    """A text in several languages: {"en": "...", "zh-Hans": "..."}."""

    default_error_messages = {  # noqa: RUF012 (marshmallow's own convention)
        **CODES,
        "language": "unknown",
        "missing": "required",
    }

    def __init__(
        self,
        *,
        longest: int = LINE,
        needed: bool = False,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        is_line = longest <= LINE
        text = {"type": "string", "maxLength": longest, "pattern": ONE_LINE if is_line else PLAIN}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": dict.fromkeys(SCRIPTS, text),
            "additionalProperties": False,
            "examples": [{"en": "Opening", "zh-Hans": "开幕式"}],
        }
        if needed:
            words = {**text, "minLength": 1, "pattern": LINE_WITH_WORDS if is_line else WITH_WORDS}
            schema |= {"properties": dict.fromkeys(SCRIPTS, words), "minProperties": 1}
        super().__init__(metadata={**schema, **(metadata or {})}, required=needed, **options)
        self._text = Text(longest=longest)
        self._needed = needed

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 (the base's)
        data: Mapping[str, Any] | None,  # noqa: ARG002 (the base's)
        **_: Any,
    ) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        errors: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for language, words in value.items():
            if language not in SCRIPTS:
                errors[language] = self.make_error("language").messages
                continue
            try:
                texts[language] = str(self._text.deserialize(words))
            except ma.ValidationError as error:
                errors[language] = error.messages
        if errors:
            raise ma.ValidationError(errors)
        if self._needed and not (texts and all(map(is_visible, texts.values()))):
            raise self.make_error("missing")
        return {language: text for language, text in texts.items() if text}


class Day(ma.fields.Date):
    """A calendar date, within years in which every computation with it stays possible."""

    default_error_messages = CODES

    def __init__(self, *, metadata: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={"pattern": DAY, "examples": ["2023-05-22"], **(metadata or {})}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(DAY, value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **options)


class WallTime(ma.fields.Field[datetime]):
    """A local wall-clock time. Its zone is a separate field."""

    default_error_messages = CODES

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "string", "pattern": WALL, "examples": ["2023-05-22T09:00:00"]}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> datetime:  # noqa: ARG002 (the base's)
        if not isinstance(value, str) or not re.fullmatch(WALL, value):
            raise self.make_error("invalid")
        try:
            return datetime.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **_: Any) -> str | None:  # noqa: ARG002 (the base's)
        return value.isoformat() if value else None


class MomentSchema(Shape):
    """A wall time in its zone. `fold` says which one is meant where the clocks show it twice: 0 first, 1 second."""

    wall = WallTime(required=True)
    zone = Zone(required=True)
    fold = WholeNumber(least=0, most=1, allow_none=True, load_default=None)
    # Accepted so that what was read can be sent back, but ignored: the wall time is what counts.
    at = Text(
        pattern=AT,
        longest=40,
        metadata={"description": "As it was read. It follows from the others, which alone say when."},
    )

    @ma.post_load
    def to_moment(self, values: dict[str, Any], **_: Any) -> Moment:
        return Moment(values["wall"], values["zone"], values["fold"])


_AT: dict[str, Any] = {
    "type": "object",
    "required": ["at", "zone"],
    "properties": {"at": {"type": "string", "format": "date-time"}, "zone": {"type": "string"}},
    "additionalProperties": False,
    "examples": [{"at": "2023-05-22T09:00:00-07:00", "zone": "America/Los_Angeles"}],
}


_MOMENT: dict[str, Any] = {
    "type": "object",
    "required": ["at", "wall", "zone"],
    "properties": {
        "at": {"type": "string", "format": "date-time"},
        "wall": {"type": "string", "pattern": WALL},
        "zone": {"type": "string"},
        "fold": {"type": "integer", "enum": [0, 1], "description": "Only where the clocks show the wall time twice."},
    },
    "additionalProperties": False,
    "examples": [
        {"at": "2023-05-22T09:00:00-07:00", "wall": "2023-05-22T09:00:00", "zone": "America/Los_Angeles"},
        {"at": "2023-11-05T01:30:00-08:00", "wall": "2023-11-05T01:30:00", "zone": "America/Los_Angeles", "fold": 1},
    ],
}


class Instant(ma.fields.Field[datetime]):
    """An instant that belongs to no place: RFC 3339 in UTC, with the zone's name like every time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(dump_only=True, metadata=_AT, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:  # noqa: ARG002 (the base's)
        return None if value is None else {"at": value.astimezone(UTC).isoformat(), "zone": "UTC"}


class SpanEnd(ma.fields.Field[datetime]):
    """A local time, such as one end of a row's span (`start` or `end`): the wall time and its zone, as in MomentSchema,
    and `at`, the same as RFC 3339 with its offset.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(dump_only=True, metadata=_MOMENT, **options)

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **_: Any) -> Any:  # noqa: ARG002 (the base's)
        if isinstance(obj, Mapping):
            given = obj.get(attr)
            return given and _serialize(given.wall, given.zone, given.utc)
        given = getattr(obj, attr, None)  # a moment that someone wishes, over a row that has another
        if isinstance(given, Moment):
            return _serialize(given.wall, given.zone, given.utc)
        wall, zone, utc = (getattr(obj, f"{attr}_{part}") for part in ("wall", "zone", "utc"))
        return None if utc is None else _serialize(wall, zone, utc)  # None without a time


def _serialize(wall: datetime, zone: str, utc: datetime) -> dict[str, Any]:
    local = utc.astimezone(zone_named(zone))
    fold = {"fold": local.fold} if is_shown_twice(local) else {}
    return {"at": local.isoformat(), "wall": wall.isoformat(), "zone": zone, **fold}
