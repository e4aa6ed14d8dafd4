"""When the next edition's data goes: as long after its end as it was after the earlier one's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.retention.models import RetentionRule
from forumapp.domain.retention.rules import fault_of

if TYPE_CHECKING:
    from forumapp.domain.accounts.edition_copies import Copying


def _shifted(copying: Copying, row: RetentionRule) -> dict[str, Any] | None:
    """A day that made no sense any more, and did not count, is not carried on."""
    source, target = (get_edition_by_id(copying.db, one) for one in (copying.source_id, copying.target_id))
    if fault_of(row.purge_on, source.ends_on):
        return None
    return {"purge_on": target.ends_on + (row.purge_on - source.ends_on)}


RULES = ClonePart("retention-rules", RetentionRule, ("kind",), changed=_shifted)
