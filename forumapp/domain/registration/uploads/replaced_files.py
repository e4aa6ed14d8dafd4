"""Files of answers that were replaced or taken away: kept for a while, put back, and then forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from forumapp.domain.accounts.access import access_to, require_row
from forumapp.domain.accounts.editing.removals import get_removal
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import delegation_of
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import BelongingGone, claim_part, keep_part, values_of
from forumapp.domain.audit.services import change
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import AnswerFile, Registration
from forumapp.domain.registration.uploads.services import file_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

FILE = AnswerFile.__tablename__
EDIT = Permission.EDIT_REGISTRATIONS
BATCH = 200


def keep_former_files(
    db: DbSession, row: Registration, before: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """What `before` named and the registration's answers name no more can be put back."""
    left = file_ids(before) - file_ids(row.answers)
    if not left:
        return
    within = access_to(db, row.edition_id, actor=actor).within(EDIT)
    of: dict[str, Any] = {
        "label": name_of(db.get_one(Person, row.person_id)).texts,
        "delegation_id": delegation_of(db, row.person_id, within or None, edition_id=row.edition_id),
    }
    for file in db.scalars(select(AnswerFile).where(AnswerFile.id.in_(left)).order_by(AnswerFile.id)):
        held = {"registration_id": row.id, "question": file.question, "answer": before["values"][file.question]}
        keep_part(db, file, FILE, held, **of, actor=actor, now=now)


def bring_back_file(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """The file that answers by now can come back in its turn. Raises BelongingGone where it is asked no more."""
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    registration_id = values_of(removal)["registration_id"]
    require_row(db, edition_id, EDIT, "registration", registration_id, actor=actor)
    query = select(Registration).where(Registration.id == registration_id).with_for_update()
    row = db.scalars(query.execution_options(populate_existing=True)).one()
    put_back_file(db, removal, row, actor=actor, now=now)
    return removal


def put_back_file(db: DbSession, removal: Removal, row: Registration, *, actor: Actor, now: datetime) -> None:
    """For whoever was let to, in a registration that nobody else changes meanwhile."""
    held, before = values_of(removal), row.answers
    claim_part(db, removal, db.get(AnswerFile, removal.entity_id), now=now)
    if held["question"] not in {one["code"] for one in before.get("questions", ())}:
        raise BelongingGone(entity="question")
    answers = {**before, "values": {**before["values"], held["question"]: held["answer"]}}
    change(db, row, {"answers": answers}, version=row.version, actor=actor, now=now, action="restored")
    keep_former_files(db, row, before, actor=actor, now=now)


def list_former_files(
    db: DbSession, row: Registration, *, since: datetime | None = None, removal_id: int | None = None
) -> list[Removal]:
    """What can still be put back of this registration, the latest first: of all, or of what was let go `since` then, or
    of one removal. Those of an edition are read a batch at a time.
    """
    query = select(Removal).where(
        Removal.edition_id == row.edition_id, Removal.entity == FILE, Removal.restored_at.is_(None)
    )
    if since is not None:
        query = query.where(Removal.removed_at >= since)
    if removal_id is not None:
        query = query.where(Removal.id == removal_id)
    query = query.order_by(Removal.removed_at.desc(), Removal.id.desc()).execution_options(yield_per=BATCH)
    return [one for one in db.scalars(query) if values_of(one)["registration_id"] == row.id]


def forget_former_files(db: DbSession, *, before: datetime) -> int:
    """Those that were let go before then, and are not back, go for good."""
    let_go = select(Removal.entity_id).where(
        Removal.entity == FILE, Removal.removed_at < before, Removal.restored_at.is_(None)
    )
    gone = delete(AnswerFile).where(AnswerFile.id.in_(let_go)).returning(AnswerFile.id)
    return len(db.execute(gone).all())
