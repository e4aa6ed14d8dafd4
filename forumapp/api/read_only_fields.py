"""What was read and is sent back whole, with what nobody can change: that has to say what stands, or it is refused by
name rather than passed over. Where the record has changed since, the write itself is told so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forumapp.api import etags
from forumapp.api.answers import dumped
from forumapp.api.auth import call_for
from forumapp.api.bodies import read_json
from forumapp.core.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.api.stale_writes import Reader


def refuse_other(db: DbSession, reader: Reader, path: Mapping[str, Any], aside: frozenset[str]) -> None:
    """`aside` are the fields of the body that are told and not changed."""
    echoed = {name: value for name, value in read_json().items() if name in aside} if aside else {}
    if not echoed:
        return
    stands = json.loads(dumped(reader.shape.dump(reader.f(call_for(db, reader.needs), **path))))
    if stands.get("version") != etags.version_named():
        return
    other = [name for name, value in echoed.items() if name not in stands or value != stands[name]]
    if other:
        raise Invalid(fields=dict.fromkeys(other, "read-only"))
