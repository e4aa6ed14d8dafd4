"""Which registrations a list is narrowed down to, as an address says it. Pure.

Page, interface, export and whatever is done to many take the same object, so that all mean the same people.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, is_storable
from forumapp.core.values.times import is_reckonable
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.rules import RegistrationStatus, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Among codes of delegations, which are slugs: of those who are in none.
NO_DELEGATION = "-"
LONGEST_SEARCH, MOST_WORDS = 200, 200
_LONGEST_ID = 19  # digits, which both databases hold


class Lack(enum.StrEnum):
    """What of a registration is missing."""

    PHOTO = "photo"
    LATIN_NAME = "latin-name"
    NATIVE_NAME = "native-name"  # of those who have one by their script
    DIET = "diet"  # the answer of those whose form asks for it
    EMAIL = "email"
    ANSWER = "answer"  # one that the form of their type requires
    ID_CHECK = "id-check"  # of media, whose identity document nobody has seen


class Badge(enum.StrEnum):
    """What has been printed of someone."""

    NOT_PRINTED = "not-printed"
    PRINTED = "printed"
    CHANGED = "changed"  # since, in what the badge says
    TO_PRINT = "to-print"  # not printed, or changed since
    TOO_LATE = "too-late"  # for the first badges: registered after they were printed


class Way(enum.StrEnum):
    """How someone came to their place, where it is not their own registration for a free one."""

    PLUS_ONE = "plus-one"
    SUBSTITUTE = "substitute"
    OVER_CAPACITY = "over-capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """All that are named must hold, and of several words for one of them any. `type`, `delegation` and `session` are
    codes, a delegation with all its parts, a session of those who chose it, a `group`
    is the id of one that a contact has registered; `since` and `until` are the first and the
    last day of registering, at the forum.
    """

    search: str = ""
    status: tuple[RegistrationStatus, ...] = ()
    type: tuple[str, ...] = ()
    delegation: tuple[str, ...] = ()
    session: tuple[str, ...] = ()
    group: tuple[int, ...] = ()
    language: tuple[str, ...] = ()
    source: tuple[Source, ...] = ()
    way: tuple[Way, ...] = ()
    vip: bool | None = None
    missing: tuple[Lack, ...] = ()
    consent: tuple[Purpose, ...] = ()
    badge: Badge | None = None
    since: date | None = None
    until: date | None = None

    @property
    def words(self) -> dict[str, list[str]]:
        """As an address says it; `filters_in` reads it again."""
        said = {name: _said(getattr(self, name)) for name in FILTERS}
        return {name: values for name, values in said.items() if values}


EVERYONE = Filters()
FILTERS = tuple(one.name for one in fields(Filters))


def filters_in(given: Mapping[str, Sequence[str]]) -> Filters:
    """What an address or form says. Whatever is no word of a filter filters nothing."""
    read = {name: parse(given[name]) for name, parse in _PARSERS.items() if given.get(name)}
    return Filters(**read)


def _said(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [str(one) for one in (value if isinstance(value, tuple) else (value,))]


def _search(given: Sequence[str]) -> str:
    text = given[0].strip()[:LONGEST_SEARCH]
    return text if is_storable(text) else ""


def _codes(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in given[:MOST_WORDS] if one and is_storable(one)))


def _ids(given: Sequence[str]) -> tuple[int, ...]:
    numbers = (int(one) for one in given[:MOST_WORDS] if one.isascii() and one.isdigit() and len(one) < _LONGEST_ID)
    return tuple(dict.fromkeys(numbers))


def _among(allowed: Sequence[Any]) -> Callable[[Sequence[str]], tuple[Any, ...]]:
    known = {str(one): one for one in allowed}
    return lambda given: tuple(dict.fromkeys(known[one] for one in given if one in known))


def _one_of(allowed: Sequence[Any]) -> Callable[[Sequence[str]], Any]:
    among = _among(allowed)
    return lambda given: next(iter(among(given)), None)


def _yes_no(given: Sequence[str]) -> bool | None:
    return {"yes": True, "no": False}.get(given[0])


def _day(given: Sequence[str]) -> date | None:
    try:
        day = date.fromisoformat(given[0])
    except ValueError:
        return None
    return day if is_reckonable(day) else None


_PARSERS: dict[str, Callable[[Sequence[str]], Any]] = {
    "search": _search,
    "status": _among(list(RegistrationStatus)),
    "type": _codes,
    "delegation": _codes,
    "session": _codes,
    "group": _ids,
    "language": _among(LANGUAGES),
    "source": _among(list(Source)),
    "way": _among(list(Way)),
    "vip": _yes_no,
    "missing": _among(list(Lack)),
    "consent": _among(list(Purpose)),
    "badge": _one_of(list(Badge)),
    "since": _day,
    "until": _day,
}
