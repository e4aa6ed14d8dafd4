"""How to reach members: those alone who agreed to be listed, by what they agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.people.models import Person as Record
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.queries import party_of
from forumapp.domain.printing.list_papers.values import Column, ListValues, Row, Section, name, plain, text
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.models import Consent

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.list_papers.queries import Asked, Person

COLUMNS = (Column("name", 50), Column("title"), Column("email", 62))
WITH_PHONES = (Column("name", 46), Column("title"), Column("email", 54), Column("phone", 34))


def read_contacts(db: DbSession, asked: Asked) -> ListValues:
    """Names, titles, organizations and mail addresses, as the consent says, and the phone numbers of those who agreed
    to that as well. It goes from hand to hand, and so tells of those alone who are admitted.
    """
    people = asked.people(db)
    ids = [one.registration_id for one in people]
    agreed, rung = _agreed(db, Purpose.CONTACT_LIST, ids), _agreed(db, Purpose.CONTACT_PHONE, ids)
    listed = [one for one in people if one.admitted and one.registration_id in agreed]
    if not listed:
        raise NothingToPrint(edition=asked.edition.slug)
    query = select(Record.id, Record.email, Record.phone).where(Record.id.in_([one.person_id for one in listed]))
    reached = {row.id: row for row in db.execute(query)}

    def phone(one: Person) -> str:
        return (reached[one.person_id].phone or "") if one.registration_id in rung else ""

    with_phones = any(map(phone, listed))
    rows = tuple(
        Row(
            f"person:{one.person_id}",
            {
                "name": name(one.printed),
                "title": text(one.printed.title) + text(one.printed.organization, "quiet"),
                "email": plain(reached[one.person_id].email or ""),
                **({"phone": plain(phone(one))} if with_phones else {}),
            },
            (one.registration_id,),
            one.who,
        )
        for one in listed
    )
    note = text(words.both("agreed"))
    sections = (Section((), WITH_PHONES if with_phones else COLUMNS, rows),)
    return ListValues(asked.head, party_of(asked.delegation), "contact-list", sections, note)


def _agreed(db: DbSession, purpose: Purpose, registration_ids: Collection[int]) -> set[int]:
    live = (Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    query = select(Consent.registration_id).where(*live, Consent.registration_id.in_(registration_ids))
    return set(db.scalars(query))
