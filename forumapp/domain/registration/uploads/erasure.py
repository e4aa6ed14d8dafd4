"""Taking out answers that an edition must no longer keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from forumapp.domain.audit.erasing import list_removed, scrub_removals
from forumapp.domain.audit.services import batched, erase_values
from forumapp.domain.mail.erasing import erase_messages
from forumapp.domain.people.models import Person
from forumapp.domain.registration.forms.answers import Topic, codes_about, without
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import ACTIVE, Invitation, Registration, RegistrationType
from forumapp.domain.registration.uploads.services import erase_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

_TABLE: Any = Registration.__table__
# By the table: an erasure is no one's edit, but whoever still has the old answers in a form must not save them again.
_KEEP = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("registration"))
    .values(answers=bindparam("kept"), version=_TABLE.c.version + 1, updated_at=bindparam("at"))
)


def erase_answers(
    db: DbSession,
    edition_id: int,
    topic: Topic | None,
    *,
    of: Collection[int] | None = None,
    files: Collection[int] | None = None,
    now: datetime,
    dry_run: bool = False,
) -> dict[str, int]:
    """Take the answers about `topic` (None: all answers) out of the edition's registrations, or of those in `of` alone:
    of the rows, of the log and of what was removed. Files go with their topic and with all answers, those in `files`
    alone where it is given.
    """
    ids = list_registrations(db, edition_id) if of is None else of
    removed = {row["id"]: row["answers"] or {} for row in list_removed(db, edition_id, "registration")}
    concerned = {*ids, *removed} if of is None else ids
    fields = {f"answers.{code}" for code in _asked_in(db, edition_id, removed.values(), topic)}
    count, with_files = 0, topic in (Topic.FILES, None)

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any] | None:
        if table == "answer_file":
            chosen = files is None or values["id"] in files
            return None if with_files and chosen and values["edition_id"] == edition_id else values
        if table != "registration" or values["id"] not in concerned or values["edition_id"] != edition_id:
            return values
        return {**values, "answers": without(values["answers"] or {}, topic)}

    for batch in batched(ids):
        asked, changed = _erase(db, batch, topic, now=now, dry_run=dry_run)
        fields |= {f"answers.{code}" for code in asked}
        count += changed
    return {
        "answer_file": erase_files(db, edition_id, of=files, dry_run=dry_run) if with_files else 0,
        "registration": count,
        "audit_value": erase_values(db, "registration", concerned, fields, dry_run=dry_run),
        "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run),
    }


def _asked_in(db: DbSession, edition_id: int, removed: Iterable[dict[str, Any]], topic: Topic | None) -> set[str]:
    """The codes of the questions about `topic` that forms ask now, or that removed registrations were asked."""
    forms = db.scalars(select(RegistrationType.questions).where(RegistrationType.edition_id == edition_id))
    return {
        code
        for questions in (*forms, *(answers.get("questions", []) for answers in removed))
        for code in codes_about(questions, topic)
    }


def _erase(db: DbSession, ids: list[int], topic: Topic | None, *, now: datetime, dry_run: bool) -> tuple[set[str], int]:
    """The codes of the questions about `topic` that these were asked, and how many had an answer."""
    query = select(Registration.id, Registration.answers).where(Registration.id.in_(ids)).order_by(Registration.id)
    rows = db.execute(query if dry_run else query.with_for_update()).all()
    left = [(row.id, row.answers, without(row.answers, topic)) for row in rows]
    changed = [{"registration": one, "kept": after, "at": now} for one, before, after in left if before != after]
    if changed and not dry_run:
        db.connection().execute(_KEEP, changed)
    asked = {code for row in rows for code in codes_about(row.answers.get("questions", ()), topic)}
    return asked, len(changed)


def erase_desk_notes(
    db: DbSession, edition_id: int, *, of: Collection[int] | None = None, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Empty what the desk was to know of the edition's registrations, or of those in `of` alone, and of those that were
    removed. The log never held it.
    """

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any]:
        mine = table == "registration" and values["edition_id"] == edition_id
        mine = mine and (of is None or values["id"] in of)
        return {**values, "desk_note": ""} if mine and values.get("desk_note") else values

    noted = [Registration.edition_id == edition_id, Registration.desk_note != ""]
    if of is not None:
        noted.append(Registration.id.in_(of))
    if dry_run:
        count = db.execute(select(func.count()).select_from(Registration).where(*noted)).scalar_one()
    else:
        gone = update(Registration).where(*noted)
        gone = gone.values(desk_note="", version=Registration.version + 1, updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    return {"registration": count, "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run)}


def erase_invited(
    db: DbSession, edition_id: int, *, of: Collection[int] | None = None, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Take the mail addresses out of the edition's invitations, or of those in `of` alone, and what was written to them
    out of the outbox. The log never held them.
    """
    ids = set(db.scalars(select(Invitation.id).where(Invitation.edition_id == edition_id)))
    ids = ids if of is None else ids & {*of}
    reached = [Invitation.edition_id == edition_id, Invitation.email.is_not(None)]
    if of is not None:
        reached.append(Invitation.id.in_(of))
    if dry_run:
        count = db.execute(select(func.count()).select_from(Invitation).where(*reached)).scalar_one()
    else:
        gone = update(Invitation).where(*reached).values(email=None, version=Invitation.version + 1, updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    return {"invitation": count, "message": erase_messages(db, "invitation", ids, now=now, dry_run=dry_run)}


def erase_groups(db: DbSession, edition_id: int, *, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Take out who registered the edition's groups, and what was written to them. The log never held them."""
    ids = set(db.scalars(select(RegistrationGroup.id).where(RegistrationGroup.edition_id == edition_id)))
    known = RegistrationGroup.edition_id == edition_id, RegistrationGroup.contact_name != ""
    if dry_run:
        count = db.execute(select(func.count()).select_from(RegistrationGroup).where(*known)).scalar_one()
    else:
        nobody: dict[str, Any] = {"contact_name": "", "email": None, "phone": None}
        gone = update(RegistrationGroup).where(*known)
        gone = gone.values(**nobody, version=RegistrationGroup.version + 1, updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    about = {"registration_group": count}
    return {**about, "message": erase_messages(db, "registration_group", ids, now=now, dry_run=dry_run)}


def list_registrations(db: DbSession, edition_id: int) -> set[int]:
    return set(db.scalars(select(Registration.id).where(Registration.edition_id == edition_id)))


def list_registered(db: DbSession, edition_id: int) -> set[int]:
    """The ids of people who are registered in the edition, whatever has become of it."""
    return set(db.scalars(select(Registration.person_id).where(Registration.edition_id == edition_id)))


def list_all_registrations(db: DbSession, edition_id: int) -> set[int]:
    """The ids of the edition's registrations, with the removed ones."""
    return list_registrations(db, edition_id) | {row["id"] for row in list_removed(db, edition_id, "registration")}


def list_invited(db: DbSession, edition_ids: Collection[int]) -> set[int]:
    """The ids of people in the registry with the address of an invitation to any of these editions."""
    invited = select(Invitation.email).where(Invitation.edition_id.in_(edition_ids))
    return set(db.scalars(select(Person.id).where(Person.email.in_(invited))))


def list_vips(db: DbSession, edition_id: int) -> set[int]:
    """The ids of people who are VIPs in the edition, or were when their registration was removed."""
    query = select(Registration.person_id).where(Registration.edition_id == edition_id, Registration.is_vip)
    removed = list_removed(db, edition_id, "registration")
    return set(db.scalars(query)) | {row["person_id"] for row in removed if row.get("is_vip")}


def list_registrations_of(db: DbSession, edition_id: int, person_ids: Collection[int]) -> set[int]:
    """The ids of these people's registrations in the edition, with the removed ones."""
    query = select(Registration.id, Registration.person_id).where(Registration.edition_id == edition_id)
    found = {one for one, person_id in db.execute(query) if person_id in person_ids}
    removed = list_removed(db, edition_id, "registration")
    return found | {row["id"] for row in removed if row["person_id"] in person_ids}


def list_taking_part(db: DbSession, edition_ids: Collection[int]) -> set[int]:
    """The ids of people who take part in any of these editions, or still may."""
    query = select(Registration.person_id).where(
        Registration.edition_id.in_(edition_ids), Registration.status.in_(ACTIVE)
    )
    return set(db.scalars(query))
