"""Every column with contact data has a retention rule that empties it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from forumapp.core.db import Base
from forumapp.domain.agenda.speaker_models import Speaker
from forumapp.domain.delegations.models import Delegation
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.proofs.models import NameProof
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import NOW, Forum
from tests.domain.test_retention import Attended, attended, dump  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

CONTACT = re.compile(r"(^|_)(e?mail|phone|wechat|mobile|contact|recipient|driver|address|tail|user_agent)(_|$)")
LAST = datetime(2024, 5, 21, 8, tzinfo=UTC)
# The kind of data that each column belongs to.
RULES = {
    "person.email": Kind.CONTACTS,
    "person.phone": Kind.CONTACTS,
    "person.phone_tail": Kind.CONTACTS,
    "person.wechat": Kind.CONTACTS,
    "registration_group.contact_name": Kind.CONTACTS,
    "registration_group.email": Kind.CONTACTS,
    "registration_group.phone": Kind.CONTACTS,
    "invitation.email": Kind.CONTACTS,
    "name_proof.email": Kind.CONTACTS,
    "message.recipient": Kind.CONTACTS,
    "speaker.contact": Kind.CONTACTS,
    "delegation.liaison_phone": Kind.CONTACTS,
    "vehicle.driver": Kind.FLIGHTS,
    "vehicle.driver_mobile": Kind.FLIGHTS,
    "itinerary_item.contact": Kind.FLIGHTS,
}
# Contact data of no registered or invited person, and columns that only have such a name.
EXEMPT = {
    "account.email": "a member of the organizer's staff, who signs in with it",
    "edition.contact_email": "the organizer's published address",
    "venue.address": "a place",
    "itinerary_place.address": "a place",
    "itinerary_place.phone": "a hotel's or a restaurant's number",
    "itinerary_item.address": "a place",
    "person.form_of_address": "a title such as Dr",
    "suppressed_address.address_key": "keeps further mail from an address that refused it",
    "agenda_telling.without_address": "a number of people",
    "registration_type.needs_email_confirmation": "a setting",
}


def list_contact_columns() -> set[str]:
    columns = (column for table in Base.metadata.sorted_tables for column in table.c)
    return {f"{one.table.name}.{one.name}" for one in columns if CONTACT.search(one.name) and not one.foreign_keys}


def test_each_contact_column_has_a_retention_rule() -> None:
    assert list_contact_columns() == RULES.keys() | EXEMPT.keys()


def add_contacts(db: DbSession, forum: Forum) -> None:
    """One row with a value for each column that the attended forum leaves empty."""
    edition_id = forum.edition.id
    type_id = db.scalars(select(RegistrationType.id).where(RegistrationType.edition_id == edition_id)).first()
    person_id = db.scalars(select(Registration.person_id).where(Registration.edition_id == edition_id)).first()
    where = {"edition_id": edition_id}
    db.add_all(
        [
            RegistrationGroup(**where, type_id=type_id, contact_name="marked", email="marked", phone="marked", agreed={}),
            Invitation(**where, type_id=type_id, latin_family="Guest", email="marked"),
            NameProof(**where, name={"en": "Proof"}, email="marked"),
            Speaker(**where, person_id=person_id, contact="marked"),
        ]
    )  # fmt: skip
    emergency = {"code": "emergency-contact", "kind": "short-text", "label": {"en": "In an emergency, call"}}
    answers = {"questions": [emergency], "values": {"emergency-contact": "marked"}}
    db.flush()
    changed = update(Delegation).where(Delegation.edition_id == edition_id)
    db.execute(changed.values(liaison_id=forum.owner.id, liaison_phone="marked"))
    db.execute(update(Registration).where(Registration.edition_id == edition_id).values(answers=answers))
    db.execute(update(Person).values(wechat="marked", phone_tail="marked"))
    db.execute(update(Message).where(Message.edition_id == edition_id).values(recipient="marked", due_at=NOW))
    db.flush()
    db.expire_all()


@pytest.mark.usefixtures("attended")
def test_contact_details_of_all_people_are_erased(session: DbSession, forum: Forum, request: pytest.FixtureRequest) -> None:  # fmt: skip
    edition_id = forum.edition.id
    add_contacts(session, forum)
    rows = dump(session)
    unfilled = {
        column
        for column in RULES
        if not any(row[column.split(".")[1]] not in ("null", '""') for row in rows[column.split(".")[0]].values())
    }
    assert unfilled == set()
    for kind in (Kind.FLIGHTS, Kind.OFFICIALS, Kind.CONTACTS):
        purge(session, edition_id, kind, now=LAST)
    after = dump(session)
    left = {table for table, values in after.items() if "marked" in json.dumps(values)}
    assert left == {"person", "registration"}
    held: Attended = request.getfixturevalue("attended")
    # One person takes part in a later forum, which still needs their contact details.
    marked = [values for values in after["registration"].values() if "marked" in values["answers"]]
    assert [json.loads(values["person_id"]) for values in marked] == [held.returning_id]
    assert {row for row, values in after["person"].items() if values["email"] != "null"} == {held.returning_id}


def test_a_speaker_without_registration_is_covered(session: DbSession, forum: Forum) -> None:
    person = Person(latin_family="Speaker", latin_given="", email="speaker@firm.example", search_text="speaker")
    session.add(person)
    session.flush()
    session.add(Speaker(edition_id=forum.edition.id, person_id=person.id))
    session.flush()
    purge(session, forum.edition.id, Kind.CONTACTS, now=LAST)
    session.expire_all()
    assert person.email is None
