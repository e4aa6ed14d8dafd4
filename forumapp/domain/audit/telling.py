"""What the log says of a row's values: as JSON holds them, in parts where a column has parts, and masked where the
column says that its values must not stand in clear (core/database/columns.py).
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from forumapp.core.database.columns import PARTS, SENSITIVE, UNLOGGED
from forumapp.core.values.masks import MASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from forumapp.core.database.columns import Row

# These tell nothing about a record.
KEPT_BY_THE_HOUSE = frozenset({"id", "version", "created_at", "updated_at"})


def masked(row: Row) -> frozenset[str]:
    """The fields of which the log must not tell the values, as the row stands."""
    columns = _columns(row).items()
    return frozenset(name for name, column in columns if SENSITIVE in column.info and column.info[SENSITIVE](row))


def told(row: Row, differing: Mapping[str, tuple[Any, Any]], hidden: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    """What the log holds of the fields in `differing`, each with its value before and after."""
    columns = _columns(row)
    changes: dict[str, tuple[Any, Any]] = {}
    for field, (before, after) in differing.items():
        info = columns[field].info if field in columns else {}
        if info.get(UNLOGGED):
            continue
        if field in hidden:
            changes[field] = MASKED
        elif PARTS in info:
            changes |= {f"{field}.{part}": pair for part, pair in info[PARTS](before, after).items()}
        else:
            changes[field] = (as_json(before), as_json(after))
    return changes


def held(row: Row) -> dict[str, tuple[Any, Any]]:
    """All that a row holds which is to be removed."""
    fields = sorted(_columns(row).keys() - KEPT_BY_THE_HOUSE)
    return told(row, {field: (getattr(row, field), None) for field in fields}, masked(row))


def snapshot(row: Row) -> dict[str, Any]:
    """What a row says, in clear: not for the log, but for whoever looks at it; no files, and nothing derived."""
    columns = _columns(row)
    fields = sorted(columns.keys() - KEPT_BY_THE_HOUSE)
    return {field: as_json(getattr(row, field)) for field in fields if UNLOGGED not in columns[field].info}


def as_json(value: Any) -> Any:
    """`value` as the log keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _columns(row: Row) -> dict[str, ColumnElement[Any]]:
    return {attribute.key: attribute.columns[0] for attribute in inspect(type(row)).column_attrs}
