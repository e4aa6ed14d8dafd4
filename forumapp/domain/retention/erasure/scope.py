"""Which rows are about a person, in which editions they stand, and by which words they are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, or_, select

from forumapp.domain.accounts.models import Account
from forumapp.domain.agenda.models import AgendaVersion, AssignmentStatus, RoleAssignment
from forumapp.domain.agenda.speakers.models import Speaker
from forumapp.domain.audit.models import AuditEvent, AuditValue, Removal
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.duplicates.references import links_to
from forumapp.domain.people.models import Kept, Merge, Person
from forumapp.domain.people.queries import get_person, merged_into
from forumapp.domain.printing.letter_models import Letter
from forumapp.domain.registration.models import ACTIVE, Invitation, Registration
from forumapp.domain.retention.erasure.words import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    Names = frozenset[tuple[str, str, str]]

REMOVED = "removed_registration"
NAMES = ("latin_family", "latin_given", "native_full")


@dataclass(frozen=True, slots=True)
class Scope:
    """`ids` are the person's rows by table; removed registrations under REMOVED. `people` are the ids of their record
    and of those that were merged into it.
    """

    person: Person
    people: frozenset[int]
    ids: Mapping[str, frozenset[int]]
    editions: tuple[int, ...]
    names: Names
    words: Words  # all words
    unshared: Words  # those that no other person or account has

    def of(self, table: str) -> frozenset[int]:
        return self.ids.get(table, frozenset())

    @property
    def registrations(self) -> frozenset[int]:
        """With the removed ones."""
        return self.of("registration") | self.of(REMOVED)


def load_scope(db: DbSession, person_id: int) -> Scope:
    """Raises NotFound."""
    person = get_person(db, person_id)
    people = frozenset({person_id, *merged_into(db, Kept.PERSON, person_id)})
    ids: dict[str, set[int]] = {}
    editions: set[int] = set()
    _follow(db, "person", {person_id}, ids, editions)
    _follow(db, "registration", ids.get("registration", set()), ids, editions)
    _add_removed(db, people, ids, editions)
    editions.update(_editions_in_log(db, people))
    names, others, contacts = _known_by(db, person, people)
    _add_invitations(db, names, contacts, ids, editions)
    words = words_of(names, others, contacts)
    return Scope(
        person,
        people,
        {table: frozenset(found) for table, found in ids.items()},
        tuple(sorted(editions)),
        names,
        words,
        words.without(_shared(db, person_id, words, names)),
    )


def list_running(db: DbSession, scope: Scope, *, now: datetime) -> list[Edition]:
    """The editions that are not over, by each forum's own date, in which the person still takes part."""
    registered = select(Registration.edition_id).where(
        Registration.person_id == scope.person.id, Registration.status.in_(ACTIVE)
    )
    parts = select(RoleAssignment.edition_id).where(
        RoleAssignment.person_id == scope.person.id, RoleAssignment.status != AssignmentStatus.DECLINED
    )
    speaking = select(Speaker.edition_id).where(Speaker.person_id == scope.person.id)
    ids = set(db.scalars(registered.union(parts, speaking)))
    editions = db.scalars(select(Edition).where(Edition.id.in_(ids)).order_by(Edition.starts_on, Edition.id))
    return [one for one in editions if one.ends_on >= today_at(one, now)]


def _follow(db: DbSession, table: str, row_ids: set[int], ids: dict[str, set[int]], editions: set[int]) -> None:
    """The rows that refer to these, by the foreign keys of all tables."""
    if not row_ids:
        return
    for column in links_to(table):
        other: Any = column.table
        columns = [other.c.id, *([other.c.edition_id] if "edition_id" in other.c else [])]
        for row_id, *edition in db.execute(select(*columns).where(column.in_(row_ids))):
            ids.setdefault(str(other.name), set()).add(row_id)
            editions.update(edition)


def _add_removed(db: DbSession, people: frozenset[int], ids: dict[str, set[int]], editions: set[int]) -> None:
    for edition_id, rows in db.execute(select(Removal.edition_id, Removal.rows)):
        for row in rows:
            values: Any = row["values"]
            if values.get("person_id") in people:
                editions.update([edition_id] if edition_id else ())
                if row["table"] == "registration":
                    ids.setdefault(REMOVED, set()).add(values["id"])


def _editions_in_log(db: DbSession, people: frozenset[int]) -> set[int]:
    """Where the person took part once, such as by a part in a session that is in a published agenda."""
    texts = [str(one) for one in people]
    query = (
        select(AuditEvent.edition_id)
        .join(AuditValue, AuditValue.event_id == AuditEvent.id)
        .where(AuditValue.field == "person_id", AuditEvent.edition_id.is_not(None))
        .where(or_(cast(AuditValue.before, Text).in_(texts), cast(AuditValue.after, Text).in_(texts)))
    )
    return {one for one in db.scalars(query.distinct()) if one is not None}


def _known_by(db: DbSession, person: Person, people: frozenset[int]) -> tuple[Names, set[str], set[str]]:
    """Names of now and of before, further spellings, and contact details; nothing of a person who was erased."""
    if person.erased_at is not None:
        return frozenset(), set(), set()
    records: list[Mapping[str, Any]] = [{one: getattr(person, one) for one in _READ}]
    gone = select(Merge.gone).where(Merge.entity == Kept.PERSON, Merge.gone_id.in_(people))
    records += db.scalars(gone).all()
    logged: dict[int, dict[str, list[str]]] = {}
    query = (
        select(AuditEvent.id, AuditValue.field, AuditValue.before, AuditValue.after)
        .join(AuditValue, AuditValue.event_id == AuditEvent.id)
        .where(AuditEvent.entity == "person", AuditEvent.entity_id.in_(people), AuditValue.field.in_(_READ))
    )
    others, contacts = set[str](), set[str]()
    for event_id, field, *both in db.execute(query):
        values = [one for one in both if isinstance(one, str)]
        logged.setdefault(event_id, {})[field] = values
        contacts.update(values if field == "email" else ())
    names = {tuple(one.get(part) or "" for part in NAMES) for one in records}
    now = records[0]
    for fields in logged.values():
        for place in (0, 1):
            names.add(tuple(_at(fields.get(part), place, now[part]) for part in NAMES))
    for one in records:
        others.update(one.get("also_known_as") or ())
        contacts.update(value for part in ("email", "phone", "wechat") if (value := one.get(part)))
    return frozenset(names), others, contacts  # type: ignore[arg-type]  # three parts each


_READ = (*NAMES, "also_known_as", "email", "phone", "wechat")


def _at(values: list[str] | None, place: int, otherwise: str) -> str:
    return values[min(place, len(values) - 1)] if values else otherwise


def _add_invitations(
    db: DbSession, names: Names, contacts: set[str], ids: dict[str, set[int]], editions: set[int]
) -> None:
    """Those sent to one of their addresses under one of their names, and the letters of these."""
    addresses = [one.lower() for one in contacts if "@" in one]
    query = select(Invitation.id, Invitation.edition_id, *(getattr(Invitation, part) for part in NAMES))
    for row_id, edition_id, *name in db.execute(query.where(func.lower(Invitation.email).in_(addresses))):
        if tuple(name) in names:
            ids.setdefault("invitation", set()).add(row_id)
            editions.add(edition_id)
    invited = select(Letter.id).where(Letter.invitation_id.in_(ids.get("invitation", ())))
    if letters := set(db.scalars(invited)):
        ids.setdefault("letter", set()).update(letters)


def _shared(db: DbSession, person_id: int, words: Words, names: Names) -> set[str]:
    """Of the words, those that are another person's or an account's as well."""
    lowered = [one.lower() for one in words.all]
    reached = select(Person.email, Person.phone, Person.wechat).where(
        Person.id != person_id,
        or_(*(func.lower(column).in_(lowered) for column in (Person.email, Person.phone, Person.wechat))),
    )
    shared = {value for row in db.execute(reached) for value in row if value}
    for family, given, native in names:
        same = [func.lower(Person.latin_family) == family.lower(), func.lower(Person.latin_given) == given.lower()]
        for which, taken in ((same, words_of([(family, given, "")], (), ())), ([Person.native_full == native], None)):
            if db.scalar(select(Person.id).where(Person.id != person_id, *which).limit(1)) is not None:
                shared |= taken.names if taken else {native}
    accounts = select(Account.email, Account.name)
    at = accounts.where(or_(func.lower(Account.email).in_(lowered), func.lower(Account.name).in_(lowered)))
    return shared | {value for row in db.execute(at) for value in row if value}


def list_published(db: DbSession, scope: Scope) -> list[AgendaVersion]:
    """The published agendas of the person's editions."""
    query = select(AgendaVersion).where(AgendaVersion.edition_id.in_(scope.editions)).order_by(AgendaVersion.id)
    return list(db.scalars(query))
