"""Registering, and what becomes of it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Forbidden, Invalid, NotFound, Stale
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import EditionTitle, NameOrder, Person
from forumapp.domain.registration.capacity import counters, statements
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft, RegistrationClosed, WrongStatus
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import Places, RegistrationStatus, Source, place_for
from tests.domain.registering import (
    HOUSE,
    NOW,
    STRANGER,
    applicant,
    everything,
    make_edition,
    make_type,
    sign_up,
    tally,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY_HOUSE = {"actor": HOUSE, "now": NOW}


def officer(db: DbSession, edition_id: int) -> Actor:
    account = Account(email="officer@example.org", name="Officer")
    db.add(account)
    db.flush()
    grant_role(db, account.id, edition_id, Role.OWNER, actor=Actor(None, Via.COMMAND), now=NOW)
    return Actor(account.id, Via.PAGE)


def queued_mail(db: DbSession) -> list[tuple[str, str]]:
    return [(row.template, row.recipient) for row in db.execute(select(Message).order_by(Message.id)).scalars()]


def test_a_registration_brings_person_title_code_mail_and_log(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=2)
    who = applicant(
        latin_family="Lü",
        latin_given="Mei-Ling",
        name_order="family-first",
        native_full="吕𠀀美玲",
        email="Lu.Mei@Example.org",
        organization={"en": "Bay Trading", "zh-Hans": "湾区贸易"},
    )

    placed = sign_up(session, edition_id, who)

    person = session.scalars(select(Person)).one()
    assert (person.latin_family, person.latin_given, person.native_full) == ("Lü", "Mei-Ling", "吕𠀀美玲")
    assert (person.name_order, person.email) == (NameOrder.FAMILY_FIRST, "lu.mei@example.org")
    title = session.scalars(select(EditionTitle)).one()
    assert (title.person_id, title.organization_name["zh-Hans"], title.title) == (
        person.id,
        "湾区贸易",
        {"en": "Buyer"},
    )
    row = session.scalars(select(Registration)).one()
    assert (row.id, row.status, row.version) == (placed.registration_id, "confirmed", 1)
    code = session.scalars(select(TicketCode)).one()
    assert (code.short, code.revoked_at) == (placed.short, None)
    message = session.scalars(select(Message)).one()
    assert (message.template, message.recipient) == ("registration-confirmed", "lu.mei@example.org")
    assert message.values == {
        "name": "Lü Mei-Ling",
        "edition_slug": "forum-2023",
        "edition_name": {"en": "Forum 2023", "zh-Hans": "2023年论坛"},
        "type_name": {"en": "Guest", "zh-Hans": "嘉宾"},
        "starts_on": "2023-05-22",
        "ends_on": "2023-05-22",
        "place": {},
        "code": placed.short,
        "queue_number": None,
        "passed_on": False,
        "link": {"purpose": "registration", "values": [row.id, 1], "ends": "2023-06-22T12:00:00+00:00", "days": 30},
    }
    events = session.execute(select(AuditEvent.action, AuditEvent.entity).order_by(AuditEvent.id)).all()
    assert events[-3:] == [("created", "person"), ("created", "edition_title"), ("registered", "registration")]
    assert tally(session, kind.id) == (1, 0, 0, 1, 0, 0)


def test_the_first_get_places_and_the_rest_a_number(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=2)

    placed = [sign_up(session, edition_id, applicant(n)) for n in range(4)]

    assert [(one.status, one.queue_number) for one in placed] == [
        ("confirmed", None),
        ("confirmed", None),
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]
    assert tally(session, kind.id) == (2, 0, 2, 2, 0, 2)


def test_without_a_quota_everyone_has_a_place(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=None)

    assert {sign_up(session, edition_id, applicant(n)).status for n in range(3)} == {RegistrationStatus.CONFIRMED}


def test_a_newcomer_does_not_overtake_who_waits_even_if_a_place_is_free(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=5)
    someone = Person(latin_family="Li", latin_given="Wei")
    session.add(someone)
    session.flush()
    register.enter(
        session, edition_id, someone.id, kind.id, status=RegistrationStatus.WAITLISTED, source=Source.MANUAL,
        language="en", **BY_HOUSE,
    )  # fmt: skip

    assert sign_up(session, edition_id, applicant()).status == "waitlisted"


@pytest.mark.parametrize("waiting", [0, 1])
@pytest.mark.parametrize(("quota", "taken"), [(None, 0), (None, 2), (0, 0), (1, 0), (1, 1), (2, 1), (2, 2)])
def test_the_statement_decides_as_the_rule_says(
    session: DbSession, quota: int | None, taken: int, waiting: int
) -> None:
    kind = make_type(session, make_edition(session), quota=quota, taken=taken, waiting=waiting)

    place = counters.take_or_queue(session, kind.edition_id, kind.id, limited=False, even_closed=False)

    assert place.status == place_for(Places(quota, taken, waiting))


def test_a_type_that_needs_approval_takes_no_place_until_someone_decides(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=1, needs_approval=True)
    first, second = (sign_up(session, edition_id, applicant(n)) for n in range(2))
    assert (first.status, second.status, tally(session, kind.id)[0]) == ("applied", "applied", 0)

    register.confirm(session, edition_id, second.registration_id, version=1, **BY_HOUSE)

    with pytest.raises(NoPlacesLeft):
        register.confirm(session, edition_id, first.registration_id, version=1, **BY_HOUSE)
    register.decline(session, edition_id, first.registration_id, version=1, **BY_HOUSE)
    assert tally(session, kind.id) == (1, 0, 0, 1, 0, 0)
    assert queued_mail(session)[2:] == [
        ("registration-confirmed", "guest1@example.org"),
        ("registration-declined", "guest0@example.org"),
    ]
    live = session.scalars(select(TicketCode.registration_id).where(TicketCode.revoked_at.is_(None))).all()
    assert live == [second.registration_id]


@pytest.mark.parametrize(
    ("edition", "kind"),
    [
        (EditionStatus.OPEN, {"is_open": False}),
        (EditionStatus.CLOSED, {"is_open": True}),
        (EditionStatus.OPEN, {"is_open": False, "needs_approval": True}),
    ],
    ids=["type closed", "edition closed", "type that needs approval closed"],
)
def test_the_public_is_refused_where_registration_is_closed_and_organizers_are_not(
    session: DbSession, edition: EditionStatus, kind: dict[str, Any]
) -> None:
    edition_id = make_edition(session, status=edition)
    make_type(session, edition_id, **kind)

    with pytest.raises(RegistrationClosed):
        sign_up(session, edition_id, applicant())
    assert session.scalars(select(Person)).all() == []
    assert sign_up(session, edition_id, applicant(), actor=HOUSE).registration_id


def test_a_draft_does_not_exist_for_the_public(session: DbSession) -> None:
    edition_id = make_edition(session, status=EditionStatus.DRAFT)
    make_type(session, edition_id)

    with pytest.raises(NotFound):
        sign_up(session, edition_id, applicant())


def test_one_office_registers_many_people(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    office = "office@example.org"
    people = [
        applicant(latin_family="Li", latin_given="Wei", native_full="李伟", email=office),
        applicant(latin_family="Li", latin_given="Wei", native_full="李薇", email=office),
        applicant(latin_family="Wang", latin_given="Jianguo", email=office),
    ]

    assert [sign_up(session, edition_id, who).known for who in people] == [False, False, False]
    assert len(session.scalars(select(Person)).all()) == 3


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"email": "GUEST1@example.org"},
        {"latin_family": "ANN", "latin_given": "guest-1"},
        {"native_full": "安一"},
        {"phone": "+8613800000000", "title": {"en": "Minister"}},
    ],
    ids=["the same", "address in capitals", "names swapped and hyphenated", "with a native name", "other details"],
)
def test_registering_twice_gets_a_newcomers_answer_and_changes_nothing(
    session: DbSession, again: dict[str, Any]
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=1)
    first = sign_up(session, edition_id, applicant())
    before = [
        everything(session, table) for table in (Person, EditionTitle, Registration, RegistrationType, TicketCode)
    ]

    second = sign_up(session, edition_id, applicant(**again))
    sign_up(session, edition_id, applicant(**again))

    assert (first.status, second.status) == ("confirmed", "waitlisted")  # as a stranger would be told now
    assert (second.known, second.registration_id, second.short) == (True, None, None)
    assert before == [
        everything(session, table) for table in (Person, EditionTitle, Registration, RegistrationType, TicketCode)
    ]
    assert queued_mail(session) == [
        ("registration-confirmed", "guest1@example.org"),
        ("registration-known", "guest1@example.org"),
    ]


@pytest.mark.parametrize(
    ("hours", "mails"),
    [
        ((6, 8), 2),  # 23:00 and 01:00 in Los Angeles, on one date in UTC
        ((8, 23), 1),  # one date in both
        ((23, 26), 1),  # 16:00 and 19:00 in Los Angeles, two dates in UTC
    ],
)
def test_a_person_who_registers_again_is_mailed_once_a_day_of_the_forum(
    session: DbSession, hours: tuple[int, int], mails: int
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    sign_up(session, edition_id, applicant())
    for hour in hours:
        now = datetime(2023, 4, 2, tzinfo=UTC) + timedelta(hours=hour)
        register.register(
            session, edition_id, "guest", applicant(), source=Source.FORM, language="en", actor=STRANGER, now=now
        )
    assert [one[0] for one in queued_mail(session)].count("registration-known") == mails


def test_organizers_are_told_that_someone_is_registered_already(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    placed = sign_up(session, edition_id, applicant())

    with pytest.raises(AlreadyRegistered) as refusal:
        sign_up(session, edition_id, applicant(), actor=HOUSE)
    assert (refusal.value.status, refusal.value.details) == (409, {"registration_id": placed.registration_id})


def test_the_index_lets_a_person_take_part_once(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id)
    sign_up(session, edition_id, applicant())
    row = session.scalars(select(Registration)).one()
    values = {
        "edition_id": edition_id, "person_id": row.person_id, "type_id": kind.id, "status": row.status,
        "source": row.source, "answers": {}, "registered_at": NOW,
    }  # fmt: skip

    with pytest.raises(AlreadyRegistered):
        statements.add_registration(session, values)


def test_who_cancelled_may_register_again(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    first = sign_up(session, edition_id, applicant())
    register.cancel(session, edition_id, first.registration_id, version=1, **BY_HOUSE)

    second = sign_up(session, edition_id, applicant())

    assert (second.status, second.known) == ("confirmed", False)
    assert len(session.scalars(select(Person)).all()) == 1


def test_a_latin_name_is_needed(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    nameless = applicant(latin_family="", latin_given="", native_full="李伟")

    with pytest.raises(Invalid) as refusal:
        sign_up(session, edition_id, nameless)
    assert refusal.value.fields == {"latin_family": "required"}


def test_answers_are_kept_with_the_questions_as_they_were_asked(session: DbSession) -> None:
    edition_id = make_edition(session)
    asked = [{"code": "badge", "kind": "short-text", "label": {"en": "On your badge"}, "required": True}]
    kind = make_type(session, edition_id, questions=asked)
    with pytest.raises(Invalid) as refusal:
        sign_up(session, edition_id, applicant(answers={"other": "x"}))
    assert refusal.value.fields == {"answers.badge": "required", "answers.other": "unknown"}
    placed = sign_up(session, edition_id, applicant(answers={"badge": "Annie"}))

    register.update_type(session, edition_id, kind.id, {"questions": []}, version=1, **BY_HOUSE)

    row = session.get(Registration, placed.registration_id)
    assert row.answers == {"questions": asked, "values": {"badge": "Annie"}}


def test_cancelling_gives_the_place_to_whoever_waited_longest(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=1)
    first, second, third = (sign_up(session, edition_id, applicant(n)) for n in range(3))

    register.cancel(session, edition_id, first.registration_id, version=1, **BY_HOUSE)

    states = session.execute(select(Registration.id, Registration.status).order_by(Registration.id)).all()
    assert states == [
        (first.registration_id, "cancelled"),
        (second.registration_id, "confirmed"),
        (third.registration_id, "waitlisted"),
    ]
    assert tally(session, kind.id) == (1, 0, 1, 1, 0, 1)
    revoked = session.scalars(select(TicketCode.registration_id).where(TicketCode.revoked_at == NOW)).all()
    assert revoked == [first.registration_id]
    assert queued_mail(session)[3:] == [
        ("registration-cancelled", "guest0@example.org"),
        ("registration-promoted", "guest1@example.org"),
    ]


def test_who_leaves_the_queue_frees_no_place_and_keeps_the_order(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=1)
    first, second, third = (sign_up(session, edition_id, applicant(n)) for n in range(3))
    register.cancel(session, edition_id, second.registration_id, version=1, **BY_HOUSE)
    assert tally(session, kind.id) == (1, 0, 1, 1, 0, 1)

    register.cancel(session, edition_id, first.registration_id, version=1, **BY_HOUSE)

    assert session.get(Registration, third.registration_id).status == "confirmed"


def test_the_registrants_own_link_cancels_until_it_is_made_invalid(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    placed = sign_up(session, edition_id, applicant())

    with pytest.raises(NotFound):
        register.cancel_own(session, placed.registration_id, 2, actor=STRANGER, now=NOW)
    row = register.cancel_own(session, placed.registration_id, 1, actor=STRANGER, now=NOW)

    assert row.status == "cancelled"


def test_a_decision_needs_the_right_state_and_version(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    placed = sign_up(session, edition_id, applicant())

    with pytest.raises(WrongStatus) as refusal:
        register.decline(session, edition_id, placed.registration_id, version=1, **BY_HOUSE)
    assert refusal.value.details == {"status": "confirmed"}
    with pytest.raises(Stale):
        register.cancel(session, edition_id, placed.registration_id, version=7, **BY_HOUSE)


@pytest.mark.parametrize("decide", [register.cancel, register.confirm, register.decline])
def test_only_organizers_of_the_edition_decide(session: DbSession, decide: Any) -> None:
    edition_id, other_id = make_edition(session), make_edition(session, "other-2023")
    make_type(session, edition_id)
    placed = sign_up(session, edition_id, applicant())

    for actor, where in ((STRANGER, edition_id), (officer(session, other_id), edition_id), (HOUSE, other_id)):
        with pytest.raises(NotFound):
            decide(session, where, placed.registration_id, version=1, actor=actor, now=NOW)


def test_over_capacity_needs_a_name_and_a_reason_and_is_counted_apart(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=0)
    by = officer(session, edition_id)
    over: dict[str, Any] = {"over_capacity": True, "reason": "The ministry asked."}
    for nameless in (HOUSE, STRANGER):
        with pytest.raises(Forbidden):
            sign_up(session, edition_id, applicant(), actor=nameless, **over)
    with pytest.raises(Invalid) as refusal:
        sign_up(session, edition_id, applicant(), actor=by, over_capacity=True, reason=" \u200b")
    assert refusal.value.fields == {"reason": "required"}

    minister = sign_up(session, edition_id, applicant(1), actor=by, **over)
    waiting = sign_up(session, edition_id, applicant(2))
    with pytest.raises(Invalid):
        register.confirm(session, edition_id, waiting.registration_id, over_capacity=True, version=1, actor=by, now=NOW)
    register.confirm(session, edition_id, waiting.registration_id, version=1, **over, actor=by, now=NOW)

    assert tally(session, kind.id) == (0, 2, 0, 0, 2, 0)
    row = session.get(Registration, minister.registration_id)
    assert (row.status, row.over_capacity_by) == ("confirmed", by.account_id)
    register.cancel(session, edition_id, minister.registration_id, reason=" She is ill. ", version=1, **BY_HOUSE)
    assert tally(session, kind.id) == (0, 1, 0, 0, 1, 0)
    told = select(AuditEvent.reason).where(AuditEvent.entity == "registration", AuditEvent.reason.is_not(None))
    assert list(session.scalars(told.order_by(AuditEvent.id))) == ["The ministry asked."] * 2 + ["She is ill."]


def test_more_places_go_to_those_who_wait_and_fewer_than_given_are_refused(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=1)
    for n in range(4):
        sign_up(session, edition_id, applicant(n))

    kind = register.update_type(session, edition_id, kind.id, {"quota": 3}, version=1, **BY_HOUSE)

    assert tally(session, kind.id) == (3, 0, 1, 3, 0, 1)
    with pytest.raises(Invalid) as refusal:
        register.update_type(session, edition_id, kind.id, {"quota": 2}, version=kind.version, **BY_HOUSE)
    assert refusal.value.fields == {"quota": "below-taken"}


def test_registering_does_not_make_an_organizers_edit_stale(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id)
    sign_up(session, edition_id, applicant())

    kind = register.update_type(session, edition_id, kind.id, {"name": {"en": "Visitor"}}, version=1, **BY_HOUSE)

    assert (kind.name, kind.taken) == ({"en": "Visitor"}, 1)


def test_a_vip_has_an_officer(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    by = officer(session, edition_id)
    placed = sign_up(session, edition_id, applicant())

    row = register.mark_vip(
        session, edition_id, placed.registration_id, responsible_id=by.account_id, version=1, actor=by, now=NOW
    )
    assert (row.is_vip, row.responsible_id) == (True, by.account_id)
    row = register.mark_vip(
        session, edition_id, placed.registration_id, responsible_id=None, version=2, actor=by, now=NOW
    )
    assert (row.is_vip, row.responsible_id) == (False, None)


def test_an_entered_registration_counts_like_any_other(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=1, is_open=False)
    people = [Person(latin_family=name) for name in ("A", "B", "C", "D")]
    session.add_all(people)
    session.flush()
    common = {"source": Source.DELEGATION, "language": "en", **BY_HOUSE}
    states = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.CANCELLED)

    for person, status in zip(people, states, strict=False):
        register.enter(session, edition_id, person.id, kind.id, status=status, **common)

    assert tally(session, kind.id) == (1, 0, 1, 1, 0, 1)
    assert queued_mail(session) == []
    with pytest.raises(NoPlacesLeft):
        register.enter(session, edition_id, people[3].id, kind.id, status=states[0], **common)
    with pytest.raises(AlreadyRegistered):
        register.enter(session, edition_id, people[1].id, kind.id, status=states[1], **common)
