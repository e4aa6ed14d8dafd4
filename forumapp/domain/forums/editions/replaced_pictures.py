"""Pictures of an edition that were replaced or taken off, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.removals import get_removal
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import claim_part
from forumapp.domain.audit.services import change, edition_of
from forumapp.domain.forums.models import ContentPage, Edition, EditionHost, Venue
from forumapp.domain.images.services import former_of, keep_former

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

PICTURED: dict[str, Any] = {one.__tablename__: one for one in (ContentPage, Edition, EditionHost, Venue)}


def bring_back_picture(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """The one that is there by now can come back in its turn."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    found = db.get(PICTURED[str(removal.rows[0]["table"])], removal.entity_id)
    row: Any = found if found is not None and edition_of(found) == edition_id else None
    claim_part(db, removal, row, now=now)
    column, image_id = former_of(removal)
    keep_former(db, row, column, part=removal.entity, label=removal.label, actor=actor, now=now)
    change(db, row, {column: image_id}, version=row.version, actor=actor, now=now, action="restored")
    return removal
