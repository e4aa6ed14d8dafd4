"""Contact details of people who appear in no edition go 365 days after their record last changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.removals import remove
from forumapp.domain.people.models import Affiliation, Person
from forumapp.domain.people.records.services import create_person, update_person
from forumapp.domain.registration.models import Invitation
from forumapp.domain.retention.registry import purge_registry
from tests.domain.conftest import BY, COMMAND
from tests.domain.registering import make_type
from tests.domain.retention.test_contact_retention import APPEARANCES, add, titled
from tests.domain.retention.test_retention import dump

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum
    from tests.domain.retention.test_contact_retention import Appear

ADDED = datetime(2023, 3, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
DUE = ADDED + YEAR
EMAIL = "somebody@firm.example"


@pytest.fixture
def person(session: DbSession) -> Person:
    """Someone of an import of people, whose mail address was corrected since."""
    values = {"latin_family": "Somebody", "latin_given": "Else", "email": "old@firm.example", "phone": "+12135550199"}
    row = create_person(session, values, **BY)
    update_person(session, row.id, {"email": EMAIL}, version=row.version, **BY)
    row.created_at = row.updated_at = ADDED
    session.flush()
    return row


def email_after(db: DbSession, person: Person, now: datetime = DUE) -> str | None:
    foreseen = purge_registry(db, now=now, dry_run=True)
    assert purge_registry(db, now=now) == foreseen
    db.expire_all()
    return person.email


def test_contact_details_go_a_year_after_the_last_change(session: DbSession, person: Person) -> None:
    assert email_after(session, person, DUE - timedelta(seconds=1)) == EMAIL
    assert email_after(session, person) is None
    assert (person.phone, person.phone_tail, person.latin_family) == (None, None, "Somebody")
    text = str(dump(session))
    assert not any(word in text for word in (EMAIL, "old@firm.example", "5550199"))
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.entity, event.entity_id, event.edition_id) == ("purged", "person", person.id, None)
    before = dump(session)
    assert purge_registry(session, now=DUE + YEAR) == {}
    assert dump(session) == before


def test_a_changed_record_is_kept_for_another_year(session: DbSession, person: Person) -> None:
    changed = DUE - timedelta(days=1)
    update_person(
        session, person.id, {"biography": {"en": "Trader"}}, version=person.version, actor=COMMAND, now=changed
    )
    person.updated_at = changed
    session.flush()
    assert email_after(session, person) == EMAIL
    assert email_after(session, person, changed + YEAR) is None


def test_a_changed_post_keeps_the_contact_details(session: DbSession, person: Person) -> None:
    changed = DUE - timedelta(days=1)
    session.add(Affiliation(person_id=person.id, title={"en": "Buyer"}, created_at=changed, updated_at=changed))
    session.flush()
    assert email_after(session, person) == EMAIL
    assert email_after(session, person, changed + YEAR) is None


@pytest.mark.parametrize("appear", APPEARANCES)
def test_people_in_any_edition_are_left_to_its_rule(
    session: DbSession, forum: Forum, person: Person, appear: Appear
) -> None:
    add(session, appear, forum.edition.id, person)
    assert email_after(session, person) == EMAIL


def test_people_whose_row_can_be_brought_back_are_left_alone(session: DbSession, forum: Forum, person: Person) -> None:
    row = add(session, titled, forum.edition.id, person)
    remove(session, row, label={"en": "Somebody"}, version=row.version, **BY)
    assert email_after(session, person) == EMAIL


def test_people_with_an_invitation_are_left_alone(session: DbSession, forum: Forum, person: Person) -> None:
    kind = make_type(session, forum.edition.id)
    session.add(Invitation(edition_id=forum.edition.id, type_id=kind.id, latin_family="Somebody", email=EMAIL))
    session.flush()
    assert email_after(session, person) == EMAIL


def test_sample_people_are_left_alone(session: DbSession, person: Person) -> None:
    person.is_sample, person.updated_at = True, ADDED
    session.flush()
    assert email_after(session, person) == EMAIL
