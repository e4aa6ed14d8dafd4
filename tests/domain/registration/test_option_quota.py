"""Places of single options: counted exactly, refused at the question, given back, and led by the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import Invalid
from forumapp.domain.registration.capacity.options import full_choices
from forumapp.domain.registration.errors import NoPlacesLeft
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lifecycle.decisions import change_answers
from forumapp.domain.registration.lifecycle.type_change import change_type
from forumapp.domain.registration.models import ChoicePlaces, Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.types.services import bring_back_type, remove_type, update_type
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
FULL = {"answers.tour": "option-full"}


def form(port: int | None = 1, lab: int | None = None) -> list[dict[str, Any]]:
    options = [
        {"code": "port", "label": {"en": "Port"}, "places": port},
        {"code": "lab", "label": {"en": "Lab"}, "places": lab},
    ]
    return [{"code": "tour", "kind": "choices", "label": {"en": "Tour"}, "options": options}]


@pytest.fixture
def edition_id(session: DbSession) -> int:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=2, questions=form())
    return edition_id


def type_of(db: DbSession) -> RegistrationType:
    return db.scalars(select(RegistrationType).execution_options(populate_existing=True)).one()


def goes_to(db: DbSession, edition_id: int, number: int, *tours: str) -> Any:
    with db.begin_nested():
        return sign_up(db, edition_id, applicant(number, answers={"tour": list(tours)}))


def counted(db: DbSession) -> dict[str, tuple[int, int]]:
    return {row.option: (row.taken, row.quota) for row in db.scalars(select(ChoicePlaces).order_by(ChoicePlaces.id))}


def test_one_that_is_full_is_refused_at_its_question_and_nothing_is_kept(session: DbSession, edition_id: int) -> None:
    first = goes_to(session, edition_id, 1, "port", "lab")
    with pytest.raises(Invalid) as refused:
        goes_to(session, edition_id, 2, "port")

    assert (refused.value.fields, type_of(session).taken, counted(session)) == (FULL, 1, {"port": (1, 1)})
    with pytest.raises(Invalid) as known:  # so that nobody learns here who has it
        goes_to(session, edition_id, 1, "port")
    assert known.value.fields == FULL
    assert full_choices(session, type_of(session)) == {"tour": {"port"}}
    register.cancel(session, edition_id, first.registration_id, version=1, **BY)
    assert goes_to(session, edition_id, 2, "port").status == "confirmed"
    assert counted(session) == {"port": (1, 1)}


def test_who_waits_has_what_they_chose_and_who_answers_anew_moves(session: DbSession, edition_id: int) -> None:
    goes_to(session, edition_id, 1)
    second = goes_to(session, edition_id, 2)
    assert goes_to(session, edition_id, 3, "port").status == "waitlisted"
    row = session.get_one(Registration, second.registration_id)
    with pytest.raises(Invalid), session.begin_nested():
        change_answers(session, edition_id, row.id, {"tour": ["port"]}, version=row.version, **BY)
    session.expire_all()
    third = session.scalars(select(Registration).order_by(Registration.id.desc())).first()

    change_answers(session, edition_id, third.id, {"tour": ["lab"]}, version=third.version, **BY)
    change_answers(session, edition_id, row.id, {"tour": ["port"]}, version=row.version, **BY)

    assert counted(session) == {"port": (1, 1)}
    assert session.get_one(Registration, row.id).answers["values"] == {"tour": ["port"]}


def test_who_gets_another_type_is_counted_with_it(session: DbSession, edition_id: int) -> None:
    make_type(session, edition_id, "press", questions=form())
    ids = [sign_up(session, edition_id, applicant(n, answers={"tour": ["port"]}), code).registration_id
           for n, code in enumerate(("guest", "press"))]  # fmt: skip
    with pytest.raises(NoPlacesLeft), session.begin_nested():
        change_type(session, edition_id, ids[0], "press", version=1, **BY)
    session.expire_all()
    register.cancel(session, edition_id, ids[1], version=1, **BY)

    row = change_type(session, edition_id, ids[0], "press", version=1, **BY)
    session.expire_all()
    taken = select(ChoicePlaces.taken).order_by(ChoicePlaces.id)
    assert list(session.scalars(taken)) == [0, 1]
    register.cancel(session, edition_id, row.id, version=row.version, **BY)
    assert list(session.scalars(taken)) == [0, 0]


def test_the_counters_follow_the_form_and_count_who_chose_before(session: DbSession, edition_id: int) -> None:
    for number in (1, 2, 3):
        goes_to(session, edition_id, number, "lab")

    def save(questions: list[dict[str, Any]]) -> None:
        kind = type_of(session)
        with session.begin_nested():
            update_type(session, edition_id, kind.id, {"questions": questions}, version=kind.version, **BY)

    save(form(port=5, lab=3))
    assert (counted(session), full_choices(session, type_of(session))) == (
        {"port": (0, 5), "lab": (3, 3)}, {"tour": {"lab"}},
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        save(form(port=5, lab=2))
    assert refused.value.fields == {"questions.0.options": "below-taken"}
    for wrong in (-1, True, "2"):
        with pytest.raises(Invalid):
            save(form(port=wrong))  # type: ignore[arg-type]  # what an interface may be sent
    save(form(port=None))
    assert (counted(session), type_of(session).counts_choices) == ({}, False)


def test_a_type_that_goes_takes_its_counters_along_and_comes_back_with_them(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, questions=form())

    removal = remove_type(session, edition_id, kind.id, version=kind.version, **BY)
    assert counted(session) == {}
    bring_back_type(session, edition_id, removal.id, **BY)

    assert counted(session) == {"port": (0, 1)}


def test_whoever_is_entered_takes_one_too_and_the_database_holds_it(session: DbSession, edition_id: int) -> None:
    first = goes_to(session, edition_id, 1, "port")
    kept = session.get_one(Registration, first.registration_id).answers
    person = sign_up(session, make_edition_of_another(session), applicant(9))
    row = session.get_one(Registration, person.registration_id)
    how: dict[str, Any] = {"status": RegistrationStatus.CONFIRMED, "source": Source.IMPORT, "language": "en", **BY}

    with pytest.raises(NoPlacesLeft), session.begin_nested():
        register.enter(session, edition_id, row.person_id, first_type(session, edition_id), answers=kept, **how)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(ChoicePlaces).values(taken=2))


def make_edition_of_another(db: DbSession) -> int:
    edition_id = make_edition(db, "other")
    make_type(db, edition_id)
    return edition_id


def first_type(db: DbSession, edition_id: int) -> int:
    return db.scalars(select(RegistrationType.id).where(RegistrationType.edition_id == edition_id)).one()
