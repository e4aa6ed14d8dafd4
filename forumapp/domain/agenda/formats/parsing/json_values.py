"""JSON out of foreign files: read with limits, and asked for what it may not have. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import decoded
from forumapp.domain.agenda.formats.parsing.values import MOST_VALUES, UnreadableSchedule

if TYPE_CHECKING:
    from forumapp.domain.agenda.formats.parsing.schedule_builder import Notes

Found = dict[str, Any]


def loaded(content: bytes) -> Any:
    """Raises UnreadableSchedule with the place, and UnreadableTable for bytes that are no text."""
    text, _encoding = decoded(content)
    # Counted before anything is built of it: an empty list is two bytes of a file and sixty of memory.
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise UnreadableSchedule(why="too-many-values")
    try:
        return json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise UnreadableSchedule(why="not-json", at=at) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableSchedule(why="too-deep") from error


def thing(value: Any) -> Found:
    return value if isinstance(value, dict) else {}


def things(value: Any) -> list[tuple[int, Found]]:
    """Those of a list that are objects, with their places."""
    return [(n, one) for n, one in enumerate(value) if isinstance(one, dict)] if isinstance(value, list) else []


def told_things(value: Any, at: str, notes: Notes) -> list[tuple[int, Found]]:
    """The same; whatever else stands there is told, so that nothing is lost without a word."""
    if value is not None and not isinstance(value, list):
        notes.note(at, "not-an-entry", shown(value))
    for n, one in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(one, dict):
            notes.note(at + pointer(n), "not-an-entry", shown(one))
    return things(value)


def shown(value: Any) -> str:
    """As the file has it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def first(found: Found, *names: str) -> Any:
    """The first of these that is said; names of files are told with hyphens or underscores alike."""
    for name in names:
        for spelled in (name, name.replace("_", "-")):
            if found.get(spelled) not in (None, "", [], {}):
                return found[spelled]
    return None


def pointer(*steps: object) -> str:
    """RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class Fields:
    """A record whose fields are read by any of their usual names: start_time, startTime and "Start time" are one."""

    def __init__(self, record: Found) -> None:
        self.record = record
        self._keys: dict[str, str] = {}
        self._used: set[str] = set()
        for key, value in record.items():
            if not is_empty(value):
                self._keys.setdefault(_plain(key), key)

    def key(self, *names: str) -> str:
        """How the record spells the first of these that has a value, or ""."""
        return next((self._keys[plain] for name in names if (plain := _plain(name)) in self._keys), "")

    def first(self, *names: str) -> Any:
        key = self.key(*names)
        self._used.add(key)
        return self.record.get(key) if key else None

    def all(self, *names: str) -> list[tuple[str, Any]]:
        """Each of these that has a value, with its key."""
        keys = [self._keys[plain] for name in names if (plain := _plain(name)) in self._keys]
        self._used.update(keys)
        return [(key, self.record[key]) for key in keys]

    def mark(self, *names: str) -> None:
        """Fields that need no reading: links, pictures, and what other fields say too."""
        self.all(*names)

    def unused(self, *names: str) -> list[str]:
        """Of these, or of all, the fields that have a value and were not read."""
        plain = {_plain(name) for name in names}
        return [key for name, key in self._keys.items() if key not in self._used and (not names or name in plain)]


def is_empty(value: Any) -> bool:
    return value in (None, "", [], {}) or (isinstance(value, str) and not value.strip())


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
