"""Names that would be printed as no office has approved them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.rules import FEW
from forumapp.domain.proofs.queries import list_unapproved
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.documents import BadgeValues

CODE = "name-not-proofed"


def unproofed_badges(db: DbSession, edition_id: int, badges: Sequence[BadgeValues]) -> list[Finding]:
    """In the order of the badges. Whoever prints a name is told of it, without what the proof says."""
    query = select(Registration.id, Registration.person_id).where(Registration.edition_id == edition_id)
    if len(badges) <= FEW:
        query = query.where(Registration.id.in_([one.registration_id for one in badges]))
    people = {row.id: row.person_id for row in db.execute(query)}
    states = _states(db, edition_id)
    found = [(one, people.get(one.registration_id)) for one in badges]
    return [
        Finding(CODE, False, one.registration_id, one.shown_name, states[person], ("person", person))
        for one, person in found
        if person in states
    ]


def unproofed_registrations(db: DbSession, edition_id: int, ids: Collection[int]) -> list[Finding]:
    """The same of a paper that tells of these registrations, in their order."""
    states = _states(db, edition_id)
    query = select(Registration.id, Person).join(Person, Person.id == Registration.person_id)
    here = Registration.edition_id == edition_id, Registration.person_id.in_(states)
    people = {row.id: row.Person for row in db.execute(query.where(*here))} if states else {}
    return [
        Finding(CODE, False, one, _shown(people[one]), states[people[one].id], ("person", people[one].id))
        for one in ids
        if one in people
    ]


def _shown(person: Person) -> str:
    name = name_of(person)
    return " ".join(part for part in (name.latin_in_print, name.native_full) if part)


def unproofed_people(db: DbSession, edition_id: int, names: Mapping[int, str]) -> list[Finding]:
    """The same of a book, by person, with the names under which it shows them."""
    states = _states(db, edition_id)
    return [
        Finding(CODE, False, None, name, states[person], ("person", person))
        for person, name in names.items()
        if person in states
    ]


def _states(db: DbSession, edition_id: int) -> dict[int, Mapping[str, str]]:
    """By person, where their name stands on its way to being approved."""
    unapproved = list_unapproved(db, edition_id)
    return {one.person_id: {"state": one.state.value if one.state else "on-no-proof"} for one in unapproved}
