"""How to reach members: those alone who agreed to be listed, by what they agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.people.models import Person as Record
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.working import words
from forumapp.domain.printing.working.reading import party_of
from forumapp.domain.printing.working.values import Column, ListValues, Row, Section, name, plain, text
from forumapp.domain.registration.consents import Purpose
from forumapp.domain.registration.models import Consent

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.working.reading import Asked

COLUMNS = (Column("name", 50), Column("title"), Column("email", 62))


def read_contacts(db: DbSession, asked: Asked) -> ListValues:
    """Names, titles, organizations and mail addresses: what is asked for, and so no phone numbers. It goes from hand
    to hand, and so tells of those alone who are admitted.
    """
    people = asked.people(db)
    agreed = _agreed(db, [one.registration_id for one in people])
    listed = [one for one in people if one.admitted and one.registration_id in agreed]
    if not listed:
        raise NothingToPrint(edition=asked.edition.slug)
    query = select(Record.id, Record.email).where(Record.id.in_([one.person_id for one in listed]))
    mail = {row.id: row.email or "" for row in db.execute(query)}
    rows = tuple(
        Row(
            f"person:{one.person_id}",
            {
                "name": name(one.printed),
                "title": text(one.printed.title) + text(one.printed.organization, "quiet"),
                "email": plain(mail[one.person_id]),
            },
            (one.registration_id,),
            one.who,
        )
        for one in listed
    )
    note = text(words.both("agreed"))
    sections = (Section((), COLUMNS, rows),)
    return ListValues(asked.head, party_of(asked.delegation), "contact-list", sections, note)


def _agreed(db: DbSession, registration_ids: Collection[int]) -> set[int]:
    live = (Consent.purpose == Purpose.CONTACT_LIST, Consent.withdrawn_at.is_(None))
    query = select(Consent.registration_id).where(*live, Consent.registration_id.in_(registration_ids))
    return set(db.scalars(query))
