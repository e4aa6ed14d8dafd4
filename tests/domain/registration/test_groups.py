"""Groups that one contact registers: exact places, one mail, and nothing told of whoever has an address of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, select, update

from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.domain.mail.models import Message, Suppressed
from forumapp.domain.mail.suppressing import TakesNoMail, key_of, suppress
from forumapp.domain.people.models import Person
from forumapp.domain.registration.errors import FewerPlaces, InvitationEnded, TooManyForAddress
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.groups import services
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import MOST_FOR_ADDRESS, Applicant, Contact, Source
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up, tally

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"source": Source.FORM, "actor": STRANGER, "now": NOW}
OFFICE = Contact(name="Chen Jing", email="Office@example.org", language="zh-Hans")
DIET = {"code": "diet", "kind": "short-text", "label": {"en": "Diet"}, "required": True}


@pytest.fixture
def edition_id(session: DbSession) -> int:
    """Three places."""
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=3, questions=[DIET])
    return edition_id


def person(name: str, **values: Any) -> Applicant:
    return Applicant(latin_family=name, latin_given="Ann", **{"answers": {"diet": "none"}, **values})


def came(db: DbSession, edition_id: int, *people: Applicant, **options: Any) -> tuple[RegistrationGroup, list[str]]:
    row, placed = services.register_group(db, edition_id, "guest", OFFICE, people, **{**BY, **options})
    return row, [one.status.value for one in placed]


def mail(db: DbSession) -> list[tuple[str, str]]:
    query = select(Message.template, Message.recipient).order_by(Message.id)
    return [(row.template, row.recipient) for row in db.execute(query)]


def test_each_has_a_place_of_their_own_as_far_as_there_are_any_and_one_mail_lists_them(
    session: DbSession, edition_id: int
) -> None:
    people = [person(name) for name in ("Ada", "Bea", "Cleo", "Dora", "Eva")]
    with pytest.raises(FewerPlaces) as refused, session.begin_nested():
        came(session, edition_id, *people, most_waiting=1)
    assert (refused.value.details, session.scalar(select(func.count()).select_from(Registration))) == (
        {"waiting": 2},
        0,
    )

    row, stand = came(session, edition_id, *people, most_waiting=2)

    assert stand == ["confirmed"] * 3 + ["waitlisted"] * 2
    type_id = session.scalars(select(RegistrationType.id)).one()
    assert tally(session, type_id) == (3, 0, 2, 3, 0, 2)
    lines = services.people_of(session, row)
    assert [(one.name.latin_family, one.email) for one in lines[:2]] == [
        (name, "office@example.org") for name in ("Ada", "Bea")
    ]
    assert all(one.short for one in lines)
    assert mail(session) == [("registration-group", "office@example.org")]
    values = session.scalars(select(Message.values)).one()
    assert values["group"][0] == ["Ann Ada", "confirmed"]
    assert (row.agreed["language"], row.agreed["text"][:3]) == ("zh-Hans", "我同意")


def test_all_come_or_nobody_and_a_fault_says_of_whom_it_is(session: DbSession, edition_id: int) -> None:
    with pytest.raises(Invalid) as refused, session.begin_nested():
        came(session, edition_id, person("Ada"), person("Bea", answers={}))
    assert refused.value.fields == {"people.1.answers.diet": "required"}
    with pytest.raises(Invalid) as nobody:
        came(session, edition_id)
    assert nobody.value.fields == {"people": "required"}
    sign_up(session, edition_id, applicant(1, answers={"diet": "none"}))
    who = person("Guest1", email="guest1@example.org")
    with pytest.raises(Invalid) as known, session.begin_nested():
        came(session, edition_id, person("Ada"), who, actor=HOUSE)
    assert known.value.fields == {"people.1.latin_family": "already-registered"}
    assert session.scalar(select(func.count()).select_from(RegistrationGroup)) == 0


def test_sent_twice_it_doubles_nothing(session: DbSession, edition_id: int) -> None:
    first = came(session, edition_id, person("Ada"), person("Bea"), form_key="k1")
    again = came(session, edition_id, person("Ada"), person("Bea"), form_key="k1")
    assert (again[0].id, again[1]) == (first[0].id, ["confirmed", "confirmed"])
    assert session.scalar(select(func.count()).select_from(Registration)) == 2
    assert len(mail(session)) == 1


def test_the_contact_is_told_no_more_of_a_newcomer_with_an_address_than_of_one_who_is_registered(
    session: DbSession, edition_id: int
) -> None:
    sign_up(session, edition_id, applicant(1, answers={"diet": "none"}))
    known = person("Guest1", email="guest1@example.org")

    one, stands = came(session, edition_id, known)
    other, stands_too = came(session, edition_id, person("Bea", email="bea@example.org"))

    assert (stands, one.apart, services.in_care(session, one)) == (
        stands_too,
        other.apart,
        services.in_care(session, other),
    )
    session.flush()
    told = [
        {key: value for key, value in values.items() if key != "link"}
        for values in session.scalars(select(Message.values).filter_by(template="registration-group"))
    ]
    assert told[0] == told[1]
    assert mail(session)[1:] == [
        ("registration-known", "guest1@example.org"),
        ("registration-group", "office@example.org"),
        ("registration-confirmed", "bea@example.org"),
        ("registration-group", "office@example.org"),
    ]


def test_the_link_adds_one_more_until_it_is_ended(session: DbSession, edition_id: int) -> None:
    row, _stand = came(session, edition_id, person("Ada"))
    by: dict[str, Any] = {"actor": STRANGER, "now": NOW}

    services.add_to_group(session, row.id, 1, person("Bea"), **by)
    services.add_to_group(session, row.id, 1, person("Cleo", email="cleo@example.org"), **by)

    assert [one.name.latin_family for one in services.in_care(session, row)] == ["Ada", "Bea"]
    assert (row.apart, len(services.people_of(session, row))) == (1, 3)
    with pytest.raises(NotFound):
        services.end_group_links(session, edition_id, row.id, version=row.version, **by)
    services.end_group_links(session, edition_id, row.id, version=row.version, actor=HOUSE, now=NOW)
    with pytest.raises(InvitationEnded):
        services.add_to_group(session, row.id, 1, person("Dora"), **by)
    assert mail(session)[-1] == ("registration-group", "office@example.org")
    numbers = session.scalars(select(Registration.link_number).filter_by(group_id=row.id).order_by(Registration.id))
    assert list(numbers) == [2, 2, 1]  # the last one has an address of her own


@pytest.mark.one_database
def test_nobody_s_mailbox_is_filled_by_groups(session: DbSession, edition_id: int) -> None:
    sign_up(session, edition_id, applicant(1, answers={"diet": "none"}))
    known = person("Guest1", email="guest1@example.org")
    for _ in range(MOST_FOR_ADDRESS):
        came(session, edition_id, known)
    with pytest.raises(TooManyForAddress):
        came(session, edition_id, known)


def test_who_registered_a_group_is_forgotten_in_time(session: DbSession, edition_id: int) -> None:
    row, _stand = came(session, edition_id, person("Ada"))

    counts = purge(session, edition_id, Kind.OFFICIALS, now=datetime(2024, 1, 1, tzinfo=UTC))

    assert (counts["registration_group"], counts["message"]) == (1, 1)
    session.refresh(row)
    assert (row.contact_name, row.email, row.phone) == ("", None, None)
    assert session.scalars(select(Message.recipient)).one() == ""
    assert session.scalars(select(Person.latin_family)).all() == ["Ada"]


@pytest.mark.one_database
def test_nobody_is_in_the_care_of_a_contact_who_was_forgotten(session: DbSession, edition_id: int) -> None:
    row, _stand = came(session, edition_id, person("Ada"), person("Bea", email="bea@example.org"))
    session.execute(update(Person).values(email=None))
    row.email = None
    session.flush()

    assert services.in_care(session, row) == []


def test_the_link_is_sent_again_with_what_is_true_now_and_a_mail_that_failed_is_itself_sent(
    session: DbSession, edition_id: int
) -> None:
    row, _stand = came(session, edition_id, person("Ada"))

    def send_again() -> list[Any]:
        services.send_group_link(session, edition_id, row.id, version=row.version, actor=HOUSE, now=NOW)
        session.expire_all()
        query = select(Message).order_by(Message.id)
        return [(one.state.value, [name for name, _status in one.values["group"]]) for one in session.scalars(query)]

    assert send_again() == [("queued", ["Ann Ada"])]  # one that waits stays alone
    session.execute(update(Message).values(state="failed"))
    added = {"actor": STRANGER, "now": NOW}
    services.add_to_group(session, row.id, row.link_number, person("Bea"), **added)
    session.execute(delete(Message).where(Message.template != "registration-group"))
    assert send_again() == [("queued", ["Ann Ada", "Ann Bea"])]
    session.execute(update(Message).values(state="sent"))
    assert send_again() == [("sent", ["Ann Ada", "Ann Bea"]), ("queued", ["Ann Ada", "Ann Bea"])]

    with pytest.raises(Stale):
        services.send_group_link(session, edition_id, row.id, version=row.version + 1, actor=HOUSE, now=NOW)
    suppress(session, key_of("office@example.org"), Suppressed.BOUNCED, now=NOW)
    with pytest.raises(TakesNoMail):
        send_again()
