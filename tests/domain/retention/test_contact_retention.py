"""Every column with contact data has a retention rule that empties it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core.database.db import Base
from forumapp.domain.accounts.models import Account
from forumapp.domain.agenda.speakers.models import Speaker
from forumapp.domain.audit.removals import remove
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.delegations.models.seating import Seat, SeatingPlan
from forumapp.domain.forums.models import ContentPage
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import EditionTitle, Person, PrecedenceEntry
from forumapp.domain.people.precedence.lists import create_precedence_list
from forumapp.domain.proofs.models import NameProof, ProofEntry
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from forumapp.domain.retention.purging import purge, what_would_go
from forumapp.domain.retention.rules import Kind
from forumapp.domain.retention.services import set_rule
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.registering import make_type
from tests.domain.retention.test_retention import Attended, attended, dump  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

    Appear = Callable[[DbSession, int, int], Any]

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


def registered(db: DbSession, edition_id: int, person_id: int, **values: Any) -> Registration:
    kind = db.scalars(select(RegistrationType.id).where(RegistrationType.edition_id == edition_id)).first()
    kind = kind or make_type(db, edition_id).id
    given = {"type_id": kind, "answers": {}, "status": "confirmed", "source": "form", "registered_at": NOW, **values}
    return Registration(edition_id=edition_id, person_id=person_id, **given)


def titled(_db: DbSession, edition_id: int, person_id: int) -> EditionTitle:
    return EditionTitle(edition_id=edition_id, person_id=person_id, title={"en": "Chair"})


def in_precedence(db: DbSession, edition_id: int, person_id: int) -> PrecedenceEntry:
    of = create_precedence_list(db, edition_id, "program", name={"en": "Program"}, **BY)
    return PrecedenceEntry(edition_id=edition_id, list_id=of.id, person_id=person_id, capacity={}, sort_key="a")


def seated(db: DbSession, edition_id: int, person_id: int) -> Seat:
    plan = SeatingPlan(edition_id=edition_id, code="stage", name={"en": "Stage"}, shape="stage", convention="domestic")
    db.add(plan)
    db.flush()
    return Seat(edition_id=edition_id, plan_id=plan.id, tier=1, number=1, person_id=person_id)


def speaking(_db: DbSession, edition_id: int, person_id: int) -> Speaker:
    return Speaker(edition_id=edition_id, person_id=person_id)


def on_name_check(db: DbSession, edition_id: int, person_id: int) -> ProofEntry:
    proof = NameProof(edition_id=edition_id, name={"en": "Office"})
    db.add(proof)
    db.flush()
    return ProofEntry(edition_id=edition_id, proof_id=proof.id, person_id=person_id, position=1, approved={})


def signing(_db: DbSession, edition_id: int, person_id: int) -> ContentPage:
    page = {"code": "welcome", "kind": "welcome", "title": {"en": "Welcome"}, "body": {}, "position": 1}
    return ContentPage(edition_id=edition_id, signatory_id=person_id, **page)


def vip(db: DbSession, edition_id: int, person_id: int) -> Registration:
    officer = Account(email=f"officer-{edition_id}@example.org", name="Officer")
    db.add(officer)
    db.flush()
    return registered(db, edition_id, person_id, is_vip=True, responsible_id=officer.id)


def invited(db: DbSession, edition_id: int, person_id: int) -> Invitation:
    type_id = registered(db, edition_id, person_id).type_id
    return Invitation(edition_id=edition_id, type_id=type_id, email="somebody@firm.example")


APPEARANCES = (registered, speaking, titled, in_precedence, seated, on_name_check, signing)


@pytest.fixture
def person(session: DbSession) -> Person:
    """Someone of the registry, whose record has a mail address."""
    row = Person(latin_family="Somebody", latin_given="Else", email="somebody@firm.example", search_text="somebody")
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def later(session: DbSession, forum: Forum) -> Edition:
    """An edition of the next year."""
    forum.other.starts_on, forum.other.ends_on = date(2024, 5, 20), date(2024, 5, 22)
    session.flush()
    return forum.other


def add(db: DbSession, appear: Appear, edition_id: int, person: Person) -> Any:
    row = appear(db, edition_id, person.id)
    db.add(row)
    db.flush()
    return row


def email_after_purge(
    db: DbSession, forum: Forum, person: Person, now: datetime = LAST, kind: Kind = Kind.CONTACTS
) -> str | None:
    foreseen = what_would_go(db, forum.edition.id, kind, now=now)
    assert purge(db, forum.edition.id, kind, now=now) == foreseen
    db.expire_all()
    return person.email


@pytest.mark.parametrize("appear", APPEARANCES)
def test_each_kind_of_person_is_covered(session: DbSession, forum: Forum, person: Person, appear: Appear) -> None:
    add(session, appear, forum.edition.id, person)
    assert email_after_purge(session, forum, person) is None
    assert purge(session, forum.edition.id, Kind.CONTACTS, now=LAST) == {}


@pytest.mark.parametrize("appear", APPEARANCES)
def test_people_whose_row_was_removed_are_covered(
    session: DbSession, forum: Forum, person: Person, appear: Appear
) -> None:
    row = add(session, appear, forum.edition.id, person)
    remove(session, row, label={"en": "Somebody"}, version=row.version, **BY)
    assert email_after_purge(session, forum, person) is None


@pytest.mark.parametrize("appear_later", APPEARANCES)
def test_people_in_a_later_edition_keep_their_contact_details(
    session: DbSession, forum: Forum, person: Person, later: Edition, appear_later: Appear
) -> None:
    add(session, titled, forum.edition.id, person)
    add(session, appear_later, later.id, person)
    assert email_after_purge(session, forum, person) == "somebody@firm.example"


@pytest.mark.parametrize("appear_later", [*APPEARANCES, vip, invited])
def test_officials_in_a_later_edition_keep_their_contact_details_until_these_are_due_there(
    session: DbSession, forum: Forum, person: Person, later: Edition, appear_later: Appear
) -> None:
    add(session, vip, forum.edition.id, person)
    add(session, appear_later, later.id, person)
    for now in (datetime(2023, 7, 1, tzinfo=UTC), datetime(2024, 6, 21, tzinfo=UTC)):
        assert email_after_purge(session, forum, person, now, Kind.OFFICIALS) == "somebody@firm.example"
    assert email_after_purge(session, forum, person, datetime(2024, 6, 22, tzinfo=UTC), Kind.OFFICIALS) is None


def test_people_in_an_edition_that_ends_on_the_same_day_keep_theirs(
    session: DbSession, forum: Forum, person: Person
) -> None:
    """It may have begun earlier, and keeps contact details longer."""
    forum.other.starts_on = forum.edition.starts_on - timedelta(days=5)
    add(session, titled, forum.edition.id, person)
    add(session, registered, forum.other.id, person)
    set_rule(session, forum.edition.id, Kind.CONTACTS, date(2023, 6, 1), version=0, **BY)
    now = datetime(2023, 6, 2, 12, tzinfo=UTC)
    assert email_after_purge(session, forum, person, now) == "somebody@firm.example"
    assert email_after_purge(session, forum, person) is None


def test_a_title_alone_keeps_no_contact_details_of_people_who_canceled(
    session: DbSession, forum: Forum, person: Person, later: Edition
) -> None:
    add(session, registered, forum.edition.id, person)
    add(session, titled, later.id, person)
    canceled = registered(session, later.id, person.id, status="cancelled")
    session.add(canceled)
    session.flush()
    assert email_after_purge(session, forum, person) is None
