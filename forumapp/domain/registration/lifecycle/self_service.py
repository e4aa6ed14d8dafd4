"""Changes that registrants make themselves, by their signed link and until the day set in the edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid, NotFound, refuse_faults
from forumapp.core.values.text import is_visible
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import Actor, stale
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.archive.archived_names import release
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.offices import Office, say_office
from forumapp.domain.people.records.services import name_of, rename
from forumapp.domain.people.rules import is_correction, name_faults
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.errors import ChangesOver, NotTransferable, WrongStatus
from forumapp.domain.registration.forms.questions import for_public, read_questions, with_sections
from forumapp.domain.registration.lifecycle.decisions import lock_by_link, replace_answers
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import CHANGEABLE, last_day_to_change
from forumapp.domain.registration.uploads.replaced_files import list_former_files, put_back_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

NAMES = ("latin_family", "latin_given", "name_order", "native_full")


def change_own(
    db: DbSession,
    registration_id: int,
    link_number: int,
    names: Mapping[str, str],
    answers: Mapping[str, Any],
    *,
    office: Office | None = None,
    version: int,
    person_version: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """Replace the registrant's answers, correct their name and set their `office`. Returns whether anything changed; if
    so, they are mailed the current ticket.

    Raises Invalid by field, Stale, ChangesOver, WrongStatus, and NotTransferable for a new name or office in a type
    whose registrations the organizer has checked by name.
    """
    row = lock_by_link(db, registration_id, link_number)
    refuse_unchangeable(db, row, now=now)
    if row.version != version:
        raise stale(row)
    kind, person = db.get_one(RegistrationType, row.type_id), db.get_one(Person, row.person_id)
    if person.version != person_version:
        raise stale(person)
    public = for_public(kind.questions)
    asked = {question.code for question in with_sections(read_questions(public))}
    replace_answers(db, row, public, {code: answers.get(code) for code in asked}, actor=actor, now=now)
    renamed = {name: names[name] for name in NAMES if name in names and names[name] != getattr(person, name)}
    if renamed:
        _rename(db, row, kind, person, renamed, actor=actor, now=now)
    before = after = 0
    if office is not None:
        before, after = office.version, _say_office(db, row, kind, office, actor=actor, now=now)
    if (row.version, person.version, after) == (version, person_version, before):
        return False
    # An office that was removed and added again repeats the version numbers of the first one.
    occasion = f"v{row.version}-{person.version}" + (f"-{now.isoformat()}" if after != before else "")
    tell(db, row, template="registration-changed", occasion=occasion, now=now)
    return True


def bring_back_own_file(
    db: DbSession, registration_id: int, link_number: int, removal_id: int, *, actor: Actor, now: datetime
) -> None:
    """Restore an answer file that the registrant has removed or replaced. Raises NotFound for any other file."""
    row = lock_by_link(db, registration_id, link_number)
    refuse_unchangeable(db, row, now=now)
    mine = {removal.id: removal for removal in list_former_files(db, row, removal_id=removal_id)}
    public = {question["code"] for question in for_public(row.answers.get("questions", []))}
    if removal_id not in mine or values_of(mine[removal_id])["question"] not in public:
        raise NotFound(entity="removal")
    put_back_file(db, mine[removal_id], row, actor=actor, now=now)


def _say_office(
    db: DbSession, row: Registration, kind: RegistrationType, office: Office, *, actor: Actor, now: datetime
) -> int:
    if not kind.is_transferable:
        raise NotTransferable
    return say_office(db, row.edition_id, row.person_id, office, actor=actor, now=now)


def refuse_unchangeable(db: DbSession, row: Registration, *, now: datetime) -> None:
    """Raise WrongStatus or ChangesOver if the registrant cannot change their registration now."""
    refuse_archived(db, row.edition_id)
    if row.status not in CHANGEABLE:
        raise WrongStatus(status=row.status.value)
    if not may_change_until(db.get_one(Edition, row.edition_id), now=now):
        raise ChangesOver


def may_change_until(edition: Edition, *, now: datetime) -> bool:
    """Whether registrants can still change their own registration."""
    return today_at(edition, now) <= last_day_to_change(edition.changes_until, edition.starts_on)


def _rename(
    db: DbSession,
    row: Registration,
    kind: RegistrationType,
    person: Person,
    names: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not kind.is_transferable:
        raise NotTransferable
    refuse_faults(name_faults(names))
    before = name_of(person)
    rename(db, person.id, names, version=person.version, actor=actor, now=now)
    if not is_correction(before, name_of(person)):
        raise Invalid(fields={"latin_family": "another-person"})
    if not is_visible(person.latin_family + person.latin_given):
        raise Invalid(fields={"latin_family": "required"})
    release(db, row.edition_id, person.id)
