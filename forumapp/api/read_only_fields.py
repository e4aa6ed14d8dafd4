"""Checks read-only fields of a body that was read and sent back whole. They must equal the record, or are refused by
name instead of being ignored. If the record has changed since, the write itself is refused as stale.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forumapp.api import etags
from forumapp.api.answers import to_json
from forumapp.api.auth import call_for
from forumapp.api.bodies import read_json
from forumapp.core.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.api.stale_writes import Reader


def refuse_changed(db: DbSession, reader: Reader, path: Mapping[str, Any], aside: frozenset[str]) -> None:
    """Raise Invalid if a read-only field of the body, named in `aside`, differs from the record."""
    echoed = {name: value for name, value in read_json().items() if name in aside} if aside else {}
    if not echoed:
        return
    current = json.loads(to_json(reader.shape.dump(reader.f(call_for(db, reader.needs), **path))))
    if current.get("version") != etags.version_named():
        return
    differing = [name for name, value in echoed.items() if name not in current or value != current[name]]
    if differing:
        raise Invalid(fields=dict.fromkeys(differing, "read-only"))
