"""Fields that suggest what may be typed, and take anything that is right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location

from forumapp.core.values.times import UnknownZone, zone_named
from forumapp.web.forms.fields import Fault, Field
from forumapp.web.wording.language import language, locale_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NO_COUNTRY = "001"


@dataclass(frozen=True, kw_only=True)
class Suggested(Field):
    """A line of text with a list to choose from: values, and what each is called."""

    control: ClassVar[str] = "suggested"

    @property
    def suggestions(self) -> tuple[tuple[str, str], ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Zone(Suggested):
    """A time zone by its IANA name, found by its place in the reader's language too."""

    @property
    def suggestions(self) -> tuple[tuple[str, str], ...]:
        return zones_in(language())

    def parse(self, raw: Mapping[str, Any]) -> str:
        name: str = super().parse(raw)
        try:
            zone_named(name)
        except UnknownZone as error:
            raise Fault("unknown-zone") from error
        return name


@lru_cache
def zones_in(code: str) -> tuple[tuple[str, str], ...]:
    """The zones of places, without the old names that only repeat them."""
    known = get_global("zone_territories")
    names = (name for name in sorted(available_timezones()) if known.get(name, NO_COUNTRY) != NO_COUNTRY)
    return tuple((name, get_timezone_location(name, locale=locale_of(code))) for name in names)
