"""A write on a version that no longer stands is answered with both, field by field: what was sent, and what stands now
for whoever may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.api import etags
from forumapp.api.auth import call_for
from forumapp.api.beside import With
from forumapp.core.errors import Refusal, Stale
from forumapp.core.transactions import reading

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
    without a body: all that stands. Who may not read the record is told nothing of it.
    """
    sent = {"version": etags.version_named(), **body}
    try:
        row = reader.f(call_for(reading(), reader.needs), **path)
    except Refusal:
        return BothVersions(sent=sent)
    stands: dict[str, Any] = reader.shape.dump(row)
    if not body:
        return BothVersions(sent=sent, current=stands)
    wished = reader.shape.dump({**row, **values} if isinstance(row, Mapping) else With(row, **values))
    differing = [name for name in body if name not in stands or wished[name] != stands[name]]
    return BothVersions(
        sent={name: sent[name] for name in ("version", *differing)},
        current={name: stands[name] for name in ("version", *differing) if name in stands},
    )
