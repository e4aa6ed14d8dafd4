"""What kind of value a field of a record holds, for those who tell of it in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Enum, Integer

from forumapp.core.database.columns import UNLOGGED, I18n, UtcDateTime
from forumapp.core.database.db import Base
from forumapp.domain.audit.removals import references
from forumapp.domain.audit.telling import KEPT_BY_THE_HOUSE

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy import Column

CHOICE, YES_NO, DAY, INSTANT, WALL, TEXTS, RECORD, NUMBER, LIST, TEXT = (
    "choice", "yes-no", "day", "instant", "wall", "texts", "record", "number", "list", "text",
)  # fmt: skip
_SORTS: tuple[tuple[Any, str], ...] = (
    (Boolean, YES_NO),
    (Date, DAY),
    (UtcDateTime, INSTANT),
    (DateTime, WALL),
    (I18n, TEXTS),
    (JSON, LIST),
    (Integer, NUMBER),
)


@dataclass(frozen=True, slots=True)
class Held:
    """`choice` is whose words a CHOICE takes, `table` the one that a RECORD stands in."""

    sort: str
    choice: type[StrEnum] | None = None
    table: str = ""


@cache
def held_in(entity: str, field: str) -> Held:
    """What the log holds of a field; TEXT for one that is no column."""
    table = Base.metadata.tables.get(entity)
    if table is None or field not in table.c:
        return Held(TEXT)
    column = table.c[field]
    for one, target in references(table):
        if one is column:
            return Held(RECORD, table=target.name)
    if isinstance(column.type, Enum):
        return Held(CHOICE, choice=column.type.enum_class)  # type: ignore[arg-type]  # ours are all of words
    return Held(next((sort for kind, sort in _SORTS if isinstance(column.type, kind)), TEXT))


@cache
def place_of(entity: str, field: str) -> int:
    """Where a field stands among those of its table; one that is no column, after them."""
    table = Base.metadata.tables.get(entity)
    names = list(table.c.keys()) if table is not None else []
    return names.index(field) if field in names else len(names)


@cache
def is_quiet(entity: str, field: str) -> bool:
    """What says nothing to people: which row it is, of which edition, and what follows from other fields."""
    table = Base.metadata.tables.get(entity)
    column: Column[Any] | None = table.c.get(field) if table is not None else None
    return field in KEPT_BY_THE_HOUSE | {"edition_id"} or (column is not None and UNLOGGED in column.info)
