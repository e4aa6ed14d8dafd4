"""Photos of people that were replaced or taken away, put back, and forgotten once they must go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.access import require_person, require_somewhere
from forumapp.domain.accounts.editing.removals import get_removal
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import delegation_of
from forumapp.domain.audit.erasing import scrub_removals
from forumapp.domain.audit.removals import BelongingGone, claim, is_kept_of, values_of
from forumapp.domain.audit.services import change
from forumapp.domain.images.services import change_picture, forget_among, former_of, keep_former
from forumapp.domain.people.archive.archived_names import forget_frozen_photos, put_back_frozen_photos
from forumapp.domain.people.models import Kept, Person
from forumapp.domain.people.queries import kept_instead_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

PHOTO = "photo"


def change_photo(
    db: DbSession, row: Person, changes: Mapping[str, Any], *, label: Mapping[str, str], actor: Actor, now: datetime
) -> dict[str, Any]:
    """`changes` of a person with `photo_id` in place of a Picture or None under `photo`."""
    if PHOTO not in changes:
        return dict(changes)
    also = forget_frozen_photos(db, row.id) if changes[PHOTO] is None else ()
    of = delegation_of(db, row.id, require_somewhere(db, Permission.EDIT_PEOPLE, actor=actor))
    kept: Any = {"part": PHOTO, "also": also, "label": label, "delegation_id": of}
    return change_picture(db, row, changes, PHOTO, **kept, actor=actor, now=now)


def bring_back_photo(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """With what past editions showed of it. The one that the person has by now can come back in its turn."""
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    row = _whose(db, removal)
    require_person(db, Permission.EDIT_PEOPLE, row.id, actor=actor)
    claim(db, removal, now=now)
    column, image_id = former_of(removal)
    of: Any = {"part": PHOTO, "label": removal.label, "delegation_id": removal.delegation_id}
    keep_former(db, row, column, **of, actor=actor, now=now)
    frozen: list[Any] = [one["values"] for one in removal.rows[1:]]
    put_back_frozen_photos(db, row.id, frozen)
    change(db, row, {column: image_id}, version=row.version, actor=actor, now=now, action="restored")
    return removal


def _whose(db: DbSession, removal: Removal) -> Person:
    """Of the record itself, or of the one that it has become one with."""
    row = db.get(Person, removal.entity_id)
    if not is_kept_of(row, values_of(removal)):
        instead = kept_instead_of(db, Kept.PERSON, [removal.entity_id])
        row = db.get(Person, instead.get(removal.entity_id, 0))
    if row is None:
        raise BelongingGone(entity="person")
    return row


def forget_former_photos(
    db: DbSession, edition_id: int, person_ids: Collection[int], *, actor: Actor, now: datetime, dry_run: bool
) -> int:
    """Nobody can put these people's former photos back any more; how many there were."""
    shown: set[int] = set()

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any] | None:
        # What was kept of a person as a whole holds a name besides.
        if table != "person" or values["id"] not in person_ids or "latin_family" in values:
            return values
        shown.add(values["photo_id"])
        return None

    count = scrub_removals(db, edition_id, scrub, dry_run=dry_run)
    if not dry_run:
        forget_among(db, shown, actor=actor, now=now)
    return count
