"""Who comes along with someone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.delegations.members.leaving import (
    cancel_own_registration,
    cancel_registration,
    hand_over_registration,
)
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.errors import NoPlusOnesLeft
from forumapp.domain.registration.groups.plus_ones import bring_along, plus_ones_of, register_with
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import Applicant, Source
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"language": "en", "actor": STRANGER, "now": NOW}
OWN: dict[str, Any] = {"actor": STRANGER, "now": NOW}
DIET = {"code": "diet", "kind": "short-text", "label": {"en": "Diet"}, "required": True}


@pytest.fixture
def edition_id(session: DbSession) -> int:
    """Four places; each may bring two."""
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=4, plus_ones=2, questions=[DIET])
    return edition_id


def come(db: DbSession, edition_id: int, number: int) -> int:
    found = sign_up(db, edition_id, applicant(number, answers={"diet": "none"})).registration_id
    assert found is not None
    return found


def guest(name: str, **values: Any) -> Applicant:
    return Applicant(latin_family=name, latin_given="Guest", **{"answers": {"diet": "vegan"}, **values})


def states(db: DbSession) -> dict[str, str]:
    db.expire_all()
    query = select(Person.latin_family, Registration.status).join(Registration, Registration.person_id == Person.id)
    return {name: status.value for name, status in db.execute(query.order_by(Registration.id))}


def test_each_has_a_place_a_code_and_answers_and_mail_goes_to_whom_they_come_with(
    session: DbSession, edition_id: int
) -> None:
    first = come(session, edition_id, 1)
    with pytest.raises(Invalid) as refused, session.begin_nested():
        bring_along(session, first, 1, guest("Silent", answers={}), **BY)
    assert refused.value.fields == {"diet": "required"} or "diet" in str(refused.value.fields)

    for name in ("Ada", "Bea"):
        bring_along(session, first, 1, guest(name), **BY)
    with pytest.raises(NoPlusOnesLeft), session.begin_nested():
        bring_along(session, first, 1, guest("Cleo"), **BY)

    lines = plus_ones_of(session, edition_id, first)
    assert [(one.name.latin_family, one.status.value, one.principal_id, bool(one.short)) for one in lines] == [
        ("Ada", "confirmed", first, True),
        ("Bea", "confirmed", first, True),
    ]
    with pytest.raises(NoPlusOnesLeft), session.begin_nested():  # nobody's guest brings guests
        bring_along(session, lines[0].id, 1, guest("Cleo"), **BY)
    row = session.get_one(Registration, lines[0].id)
    assert row.answers["values"] == {"diet": "vegan"}
    assert {one.recipient for one in session.scalars(select(Message))} == {"guest1@example.org"}
    told = letters_about(session, [first, lines[0].id])
    assert (told[first].is_passed_on, told[lines[0].id].is_passed_on) == (False, True)
    assert session.scalars(select(RegistrationType.taken)).one() == 3


def test_nobody_s_guest_comes_without_them_unless_someone_says_so(session: DbSession, edition_id: int) -> None:
    first, second = come(session, edition_id, 1), come(session, edition_id, 2)
    bring_along(session, first, 1, guest("Ada"), **BY)
    bring_along(session, second, 1, guest("Bea"), **BY)
    bring_along(session, first, 1, guest("Cleo"), **BY)  # waits
    come(session, edition_id, 3)  # waits after her
    assert states(session) == {
        "Guest1": "confirmed", "Guest2": "confirmed", "Ada": "confirmed", "Bea": "confirmed", "Cleo": "waitlisted",
        "Guest3": "waitlisted",
    }  # fmt: skip

    cancel_own_registration(session, first, 1, **OWN)

    assert states(session) == {
        "Guest1": "cancelled", "Guest2": "confirmed", "Ada": "cancelled", "Bea": "confirmed", "Cleo": "cancelled",
        "Guest3": "confirmed",
    }  # fmt: skip
    by: dict[str, Any] = {"version": 1, "actor": HOUSE, "now": NOW}
    cancel_registration(session, edition_id, second, keep_plus_ones=True, **by)
    assert (states(session)["Guest2"], states(session)["Bea"]) == ("cancelled", "confirmed")
    assert session.scalars(select(RegistrationType.taken)).one() == 2


def test_who_hands_their_place_on_takes_no_guests_along(session: DbSession, edition_id: int) -> None:
    first = come(session, edition_id, 1)
    for name in ("Ada", "Bea"):
        bring_along(session, first, 1, guest(name), **BY)
    come(session, edition_id, 2)
    come(session, edition_id, 3)  # waits

    hand_over_registration(session, first, 1, applicant(4), **BY)

    assert states(session) == {
        "Guest1": "cancelled", "Ada": "cancelled", "Bea": "cancelled", "Guest2": "confirmed", "Guest3": "confirmed",
        "Guest4": "confirmed",
    }  # fmt: skip


def test_they_are_named_with_the_first_form_all_or_nothing(session: DbSession, edition_id: int) -> None:
    said: dict[str, Any] = {**BY, "source": Source.FORM}
    who = applicant(1, answers={"diet": "none"})
    with pytest.raises(Invalid) as refused, session.begin_nested():
        register_with(session, edition_id, "guest", who, [guest("Ada"), guest("Silent", answers={})], **said)
    assert refused.value.fields == {"plus_ones.1.answers.diet": "required"}
    with pytest.raises(NoPlusOnesLeft), session.begin_nested():
        register_with(session, edition_id, "guest", who, [guest("Ada"), guest("Bea"), guest("Cleo")], **said)
    assert states(session) == {}

    placed = register_with(session, edition_id, "guest", who, [guest("Ada"), guest("Bea")], **said)

    assert [one.status.value for one in placed] == ["confirmed"] * 3
    along = plus_ones_of(session, edition_id, placed[0].registration_id or 0)
    assert [(one.name.latin_family, one.email) for one in along] == [(name, who.email) for name in ("Ada", "Bea")]


def test_whoever_is_registered_already_brings_nobody_by_the_form_and_reads_the_same(
    session: DbSession, edition_id: int
) -> None:
    come(session, edition_id, 1)
    said: dict[str, Any] = {**BY, "source": Source.FORM}
    who = applicant(1, answers={"diet": "none"})

    placed = register_with(session, edition_id, "guest", who, [guest("Ada")], **said)

    assert [one.status.value for one in placed] == ["confirmed", "confirmed"]
    assert states(session) == {"Guest1": "confirmed"}
    with pytest.raises(Invalid) as refused:
        register_with(session, edition_id, "guest", who, [guest("Silent", answers={})], **said)
    assert refused.value.fields == {"plus_ones.0.answers.diet": "required"}
