"""One person in another one's place."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid, Refusal, Stale
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.members.leaving import give_place_back, hand_over_registration, substitute_registration
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.consent_queries import list_consents
from forumapp.domain.registration.errors import AlreadyRegistered, ChangesOver, NotTransferable, WrongStatus
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.lifecycle.undo_substitution import NoSubstitute
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import Source
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up, tally
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"language": "zh-Hans", "actor": STRANGER, "now": NOW}
BY_HOUSE: dict[str, Any] = {"source": Source.MANUAL, "language": "en", "actor": HOUSE, "now": NOW}


def lines(db: DbSession) -> list[tuple[str, int | None, bool]]:
    """Status, by whom replaced and whether with a live code, of all registrations."""
    query = select(Registration.status, Registration.replaced_by_id, TicketCode.revoked_at).join(
        TicketCode, TicketCode.registration_id == Registration.id
    )
    return [
        (one.status.value, one.replaced_by_id, one.revoked_at is None)
        for one in db.execute(query.order_by(Registration.id))
    ]


def letters(db: DbSession) -> list[tuple[str, str]]:
    return [(one.template, one.recipient) for one in db.scalars(select(Message).order_by(Message.id))]


@pytest.fixture
def full(session: DbSession) -> list[int]:
    """The only place is taken, and someone waits: their ids."""
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=1)
    return [sign_up(session, edition_id, applicant(number)).registration_id for number in range(2)]


def test_the_place_is_anothers_with_a_code_of_their_own_and_in_the_delegation_of_the_first(
    session: DbSession, full: list[int]
) -> None:
    row = session.get_one(Registration, full[0])
    mark_vip(
        session,
        row.edition_id,
        row.id,
        responsible_id=officer(session, row.edition_id).account_id,
        version=1,
        actor=HOUSE,
        now=NOW,
    )
    row.answers = {"questions": [], "values": {"diet": ["halal"]}}
    values = {"code": "us", "name": {"en": "We"}}
    group = delegations.create_delegation(session, row.edition_id, values, actor=HOUSE, now=NOW)
    delegations.add_member(session, group, row.id, actor=HOUSE, now=NOW)

    hand_over_registration(session, full[0], 1, applicant(7), **BY)

    new = session.scalars(select(Registration).order_by(Registration.id.desc())).first()
    assert lines(session) == [("cancelled", new.id, False), ("waitlisted", None, True), ("confirmed", None, True)]
    assert (new.is_vip, new.responsible_id, new.answers["values"]) == (False, None, {})
    assert list_consents(session, new.id) == []
    assert (new.language, new.source, new.type_id) == ("zh-Hans", Source.FORM, row.type_id)
    assert tally(session, row.type_id) == (1, 0, 1, 1, 0, 1)
    assert session.get_one(Delegation, group.id, populate_existing=True).members == 1
    assert letters(session)[-2:] == [
        ("registration-replaced", "guest0@example.org"),
        ("registration-substitute", "guest7@example.org"),
    ]


def test_a_place_goes_back_with_the_first_code_and_into_the_delegation(session: DbSession, full: list[int]) -> None:
    row = session.get_one(Registration, full[0])
    values = {"code": "us", "name": {"en": "We"}, "quota": 1}
    group = delegations.create_delegation(session, row.edition_id, values, actor=HOUSE, now=NOW)
    delegations.add_member(session, group, row.id, actor=HOUSE, now=NOW)
    by: Any = {"actor": HOUSE, "now": NOW + timedelta(minutes=1)}
    new = substitute_registration(session, row.edition_id, row.id, applicant(7), version=1, **BY_HOUSE)
    before = tally(session, row.type_id)

    with pytest.raises(Stale):
        give_place_back(session, row.edition_id, new.id, version=9, **by)
    assert give_place_back(session, row.edition_id, new.id, version=1, **by) is row

    assert lines(session) == [("confirmed", None, True), ("waitlisted", None, True), ("cancelled", row.id, False)]
    assert tally(session, row.type_id) == before
    assert session.get_one(Delegation, group.id, populate_existing=True).members == 1
    assert letters(session)[-2:] == [
        ("registration-replaced", "guest7@example.org"),
        ("registration-confirmed", "guest0@example.org"),
    ]
    for one in (new.id, row.id):  # once, and not of a place that nobody gave up
        with pytest.raises(NoSubstitute):
            give_place_back(session, row.edition_id, one, version=session.get_one(Registration, one).version, **by)


def test_who_is_registered_anew_gets_no_second_place_back(session: DbSession, full: list[int]) -> None:
    row = session.get_one(Registration, full[0])
    new = substitute_registration(session, row.edition_id, row.id, applicant(7), version=1, **BY_HOUSE)
    sign_up(session, row.edition_id, applicant(0))
    with pytest.raises(AlreadyRegistered):
        give_place_back(session, row.edition_id, new.id, version=1, actor=HOUSE, now=NOW)


def test_a_place_over_capacity_stays_counted_apart(session: DbSession, full: list[int]) -> None:
    row = session.get_one(Registration, full[1])
    someone = officer(session, row.edition_id)
    register.confirm(
        session, row.edition_id, row.id, over_capacity=True, reason="VIP", version=1,
        actor=someone, now=NOW,
    )  # fmt: skip
    before = tally(session, row.type_id)

    substitute_registration(session, row.edition_id, row.id, applicant(7), version=2, **BY_HOUSE)

    assert before == tally(session, row.type_id) == (1, 1, 0, 1, 1, 0)


def test_who_is_registered_already_needs_no_second_place_and_nobody_learns_of_them(
    session: DbSession, full: list[int]
) -> None:
    edition_id = session.get_one(Registration, full[0]).edition_id
    make_type(session, edition_id, "other")
    known = sign_up(session, edition_id, applicant(7), "other").registration_id

    answer = hand_over_registration(session, full[0], 1, applicant(7), **BY)

    assert answer.id == full[0]
    assert lines(session) == [("cancelled", known, False), ("confirmed", None, True), ("confirmed", None, True)]
    told = [one for one in letters(session) if one[0] not in ("registration-confirmed", "registration-waitlisted")]
    assert sorted(told) == [
        ("registration-known", "guest7@example.org"),
        ("registration-promoted", "guest1@example.org"),
        ("registration-replaced", "guest0@example.org"),
    ]
    with pytest.raises(AlreadyRegistered):
        substitute_registration(session, edition_id, full[1], applicant(7), version=2, **BY_HOUSE)


@pytest.mark.parametrize(
    ("change", "who", "refused"),
    [
        (lambda row, _kind, _edition: setattr(row, "link_number", 2), 7, Refusal),
        (lambda _row, kind, _edition: setattr(kind, "is_transferable", False), 7, NotTransferable),
        (lambda _row, _kind, edition: setattr(edition, "changes_until", date(2023, 3, 31)), 7, ChangesOver),
        (lambda _row, _kind, _edition: None, 0, Invalid),
    ],
    ids=["revoked link", "one person's own", "after the last day", "to oneself"],
)
def test_what_is_refused_changes_nothing(
    session: DbSession, full: list[int], change: Any, who: int, refused: type[Refusal]
) -> None:
    row = session.get_one(Registration, full[0])
    change(row, session.get_one(RegistrationType, row.type_id), session.get_one(Edition, row.edition_id))
    session.flush()

    with pytest.raises(refused):
        hand_over_registration(session, full[0], 1, applicant(who), **BY)
    assert [one[0] for one in lines(session)] == ["confirmed", "waitlisted"]


def test_who_waits_has_no_place_to_hand_on(session: DbSession, full: list[int]) -> None:
    with pytest.raises(WrongStatus):
        hand_over_registration(session, full[1], 1, applicant(8), **BY)


def test_of_many_who_hand_on_one_place_at_once_one_does(own_app: Flask) -> None:
    with transaction() as session:
        edition_id = make_edition(session)
        type_id = make_type(session, edition_id, quota=1).id
        place = sign_up(session, edition_id, applicant(0)).registration_id
    crowd = 6
    start = Barrier(crowd)

    def hand_on(number: int) -> str:
        with own_app.app_context():
            start.wait(60)
            try:
                with transaction() as db:
                    hand_over_registration(db, place, 1, applicant(number), **BY)
            except Refusal as refusal:
                return refusal.code
            finally:
                database.session.remove()
        return "done"

    with ThreadPoolExecutor(crowd) as pool:
        told = Counter(pool.map(hand_on, range(1, crowd + 1)))

    assert told == {"done": 1, "wrong-status": crowd - 1}
    assert tally(database.session(), type_id) == (1, 0, 0, 1, 0, 0)
    assert [one[2] for one in lines(database.session())] == [False, True]
