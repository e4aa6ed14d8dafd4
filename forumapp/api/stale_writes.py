"""A write on a version that no longer stands is answered with both, field by field: what was sent, and what stands now
for whoever may read it.
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
    """Stale, with details that the caller may be told."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How a record is read: by `f(call, **path)`, which needs a permission, and in which shape it is told."""

    f: Callable[..., Any]
    shape: ma.Schema
    needs: Permission | None


def both_versions(
    reader: Reader, path: Mapping[str, Any], body: Mapping[str, Any], values: Mapping[str, Any]
) -> BothVersions:
    """Of a change with `body`, which was understood as `values`: the fields that differ from what stands. Of a write
    without a body, or where the record itself is as it was seen: all that stands. Who may not read the record is told
    nothing of it.
    """
    sent = {"version": etags.version_named(), **body}
    try:
        row = reader.f(call_for(reading(), reader.needs), **path)
    except Refusal:
        return BothVersions(sent=sent)
    stands: dict[str, Any] = reader.shape.dump(row)
    if not body or sent["version"] == stands.get("version"):  # as it was seen, but for what it is told with
        return BothVersions(sent=sent, current=stands)
    wished = reader.shape.dump({**row, **values} if isinstance(row, Mapping) else With(row, **values))
    differing = [name for name in body if name not in stands or wished[name] != stands[name]]
    return BothVersions(
        sent={name: sent[name] for name in ("version", *differing)},
        current={name: stands[name] for name in ("version", *differing) if name in stands},
    )


def of_another(reader: Reader, path: Mapping[str, Any], entity: str, row_id: int, seen: int) -> BothVersions:
    """Of a record that the body names, in the version `seen`, beside the one at the address. It is told if it is of the
    same kind, and read like that one.
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
