"""Answers a stale write with both versions by field: what was sent, and the current values if the caller may read
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.api import etags
from forumapp.api.auth import call_for
from forumapp.api.joined_records import With
from forumapp.core.database.transactions import reading
from forumapp.core.errors import Refusal, Stale

if TYPE_CHECKING:
    from collections.abc import Callable

    import marshmallow as ma

    from forumapp.domain.accounts.permissions import Permission


class BothVersions(Stale):
    """Stale, with details that the caller may see."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How a record is read: by `f(call, **path)` with a permission, serialized by `shape`."""

    f: Callable[..., Any]
    shape: ma.Schema
    needs: Permission | None


def both_versions(
    reader: Reader, path: Mapping[str, Any], body: Mapping[str, Any], values: Mapping[str, Any]
) -> BothVersions:
    """The fields of `body`, loaded as `values`, that differ from the record. Without a body, or if the record has its
    seen version: the whole record. Callers who may not read the record get only what they sent.
    """
    sent = {"version": etags.version_named(), **body}
    try:
        row = reader.f(call_for(reading(), reader.needs), **path)
    except Refusal:
        return BothVersions(sent=sent)
    current: dict[str, Any] = reader.shape.dump(row)
    if not body or sent["version"] == current.get("version"):  # only joined values have changed
        return BothVersions(sent=sent, current=current)
    requested = reader.shape.dump({**row, **values} if isinstance(row, Mapping) else With(row, **values))
    differing = [name for name in body if name not in current or requested[name] != current[name]]
    return BothVersions(
        sent={name: sent[name] for name in ("version", *differing)},
        current={name: current[name] for name in ("version", *differing) if name in current},
    )


def stale_in_body(reader: Reader, path: Mapping[str, Any], entity: str, row_id: int, seen: int) -> BothVersions:
    """For a record that the body names in the version `seen`. Its current values are included if it is of the same kind
    as the record at the address.
    """
    named: dict[str, Any] = {"entity": entity, "row_id": row_id, "sent": {"version": seen}}
    part = f"{entity}_id"
    if part not in path:
        return BothVersions(**named)
    try:
        row = reader.f(call_for(reading(), reader.needs), **{**path, part: row_id})
    except Refusal:
        return BothVersions(**named)
    return BothVersions(**named, current=reader.shape.dump(row))
