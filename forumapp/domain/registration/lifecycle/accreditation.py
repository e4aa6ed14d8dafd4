"""Media accreditation: the outlet and role of a registrant, and the check of their identity document. Neither the
number nor a picture of the document is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.errors import Forbidden, Invalid, refuse_faults
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.errors import NotMedia, WrongStatus
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import PARTICIPATING, media_faults

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.rules import Media


def note_id_seen(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Record that the actor has checked the registrant's identity document.

    Raises Forbidden for an actor without an account, WrongStatus if it was checked before, and NotMedia.
    """
    row = _media(db, edition_id, registration_id, Permission.CHECK_IN, version=version, actor=actor)
    if actor.account_id is None:
        raise Forbidden(needs="account")
    if row.status not in PARTICIPATING or row.id_seen_at is not None:
        raise WrongStatus(status=row.status.value)
    changes = {"is_media": True, "id_seen_at": now, "id_seen_by": actor.account_id}
    change(db, row, changes, version=version, actor=actor, now=now, action="id-seen")
    return row


def take_back_id_seen(
    db: DbSession, edition_id: int, registration_id: int, *, reason: str, version: int, actor: Actor, now: datetime
) -> Registration:
    """Undo `note_id_seen`, so that the document must be checked again. The log keeps who checked it.

    Raises Invalid without a reason, WrongStatus if it was not checked, and NotMedia.
    """
    row = _media(db, edition_id, registration_id, Permission.CHECK_IN, version=version, actor=actor)
    if row.id_seen_at is None:
        raise WrongStatus(status=row.status.value)
    if not is_visible(reason):
        raise Invalid(fields={"reason": "required"})
    changes = {"id_seen_at": None, "id_seen_by": None, "is_media": None if row.media.is_empty else True}
    entry = {"action": "id-seen-taken-back", "reason": reason.strip()}
    change(db, row, changes, version=version, actor=actor, now=now, **entry)
    return row


def change_accreditation(
    db: DbSession, edition_id: int, registration_id: int, media: Media, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Set the outlet and the role; both may be empty. Raises Invalid and NotMedia."""
    row = _media(db, edition_id, registration_id, Permission.EDIT_REGISTRATIONS, version=version, actor=actor)
    refuse_faults(media_faults(media, outlet="outlet", whole=False))
    changes = media.columns | ({"is_media": True} if row.id_seen_at else {})
    change(db, row, changes, version=version, actor=actor, now=now)
    return row


def _media(
    db: DbSession, edition_id: int, registration_id: int, needs: Permission, *, version: int, actor: Actor
) -> Registration:
    require_row(db, edition_id, needs, "registration", registration_id, actor=actor)
    row = decisions.lock_version(db, edition_id, registration_id, version)
    if not db.get_one(RegistrationType, row.type_id).is_media:
        raise NotMedia
    return row
