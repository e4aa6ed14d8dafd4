"""Registrations in figures: over time, what is missing, and what the kitchen must count on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.lifecycle.register import update_type
from forumapp.domain.registration.lists import statistics
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import Filters, Lack
from forumapp.domain.registration.models import Registration
from tests.domain.conftest import BY
from tests.domain.registering import HOUSE, applicant, make_edition, make_type, sign_up
from tests.domain.registration_lists.test_queries import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

QUESTIONS = [
    {"code": "food", "kind": "diet", "label": {"en": "Food"}},
    {"code": "trip", "kind": "travel", "label": {"en": "Trip"}},
]


@given(st.lists(st.tuples(st.dates(date(2023, 1, 1), date(2025, 1, 1)), st.sampled_from("abc")), min_size=1))
def test_growth_ends_with_everyone_and_never_falls(came: list[tuple[date, str]]) -> None:
    grown = statistics.grown(came)

    assert 1 <= len(grown.steps) <= statistics.MOST_STEPS
    assert {key: values[-1] for key, values in grown.series.items()} == {
        key: sum(other == key for _day, other in came) for _day, key in came
    }
    assert all(list(values) == sorted(values) for values in grown.series.values())
    assert grown.steps[0] == min(day for day, _key in came)


def test_figures_of_an_edition(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id, questions=QUESTIONS)
    make_type(session, edition_id, "media", quota=1, questions=QUESTIONS)
    answers = [
        {"food": ["halal", "no-pork"]},
        {},
        {"food": ["vegan"], "trip": {"departure": {"at": "2023-05-22T20:00"}}},
        {},
    ]
    ids = [
        sign_up(
            session, edition_id, applicant(number, answers=one), "media" if number > 1 else "guest", HOUSE
        ).registration_id
        for number, one in enumerate(answers)
    ]
    late = datetime(2023, 4, 3, 3, tzinfo=UTC)  # the day before, at the forum
    session.execute(update(Registration).where(Registration.id == ids[1]).values(registered_at=late))
    edition = session.get_one(Edition, edition_id)
    edition.ends_on = edition.starts_on + timedelta(days=1)
    session.flush()

    with counted(session) as statements:
        growth = statistics.growth(session, edition, by="type")
        missing = statistics.missing(session, edition_id)
        catering = statistics.catering(session, edition)

    assert growth.steps == (date(2023, 4, 1), date(2023, 4, 2))
    assert growth.series == {"guest": (1, 2), "media": (2, 2)}
    assert statistics.growth(session, edition, by="delegation").series == {"": (3, 4)}
    group = create_delegation(session, edition_id, {"code": "js", "name": {"en": "Jiangsu"}}, **BY)
    for one in (ids[0], ids[2]):
        add_member(session, group, one, **BY)
    of = Filters(delegation=("js",))
    assert statistics.growth(session, edition, by="type", of=of).series == {"guest": (1,), "media": (1,)}
    of = Filters(type=("guest",))
    assert statistics.growth(session, edition, by="delegation", of=of).series == {"": (0, 1), "js": (1, 1)}
    assert (missing[Lack.DIET], missing[Lack.PHOTO], missing[Lack.LATIN_NAME]) == (1, 3, 0)
    assert catering.people == {"guest": 2, "media": 1}
    assert catering.by_type == {
        "halal": {"guest": 1}, "no-pork": {"guest": 1}, "unanswered": {"guest": 1}, "vegan": {"media": 1}
    }  # fmt: skip
    first, second = edition.starts_on, edition.ends_on
    assert catering.by_day["halal"] == {first: 1, second: 1}
    assert catering.by_day["vegan"] == {first: 1}
    assert len(statements) <= 6
    assert statistics.catering(session, edition, details_within=frozenset()).people == {}


def test_an_answer_is_missing_where_the_form_requires_it_of_who_answered_so(session: DbSession) -> None:
    edition_id = make_edition(session)
    days = [{"code": day, "label": {"en": day}} for day in ("mon", "tue", "tuesday")]
    when = {
        "of-all": [],
        "of-drinkers": [{"question": "wine", "is": ["yes"]}],
        "of-others": [{"question": "wine", "is": ["no"]}],
        "of-mondays": [{"question": "days", "is": ["mon"]}, {"question": "wine", "is": ["yes", "no"]}],
    }
    required = [
        {"code": code, "kind": "short-text", "label": {"en": code}, "required": True, "when": conditions}
        for code, conditions in when.items()
    ]
    asked = [
        {"code": "wine", "kind": "yes-no", "label": {"en": "Wine"}},
        {"code": "days", "kind": "choices", "label": {"en": "Days"}, "options": days},
        *({**one, "required": False} for one in required),
    ]
    kind = make_type(session, edition_id, questions=asked)
    answers = [
        {"of-all": "x", "wine": True, "days": ["tuesday"]},
        {"of-all": "x", "wine": False, "days": ["tue"], "of-others": "x"},
        {"of-all": "x", "wine": True, "days": ["tuesday", "mon"], "of-drinkers": "x"},
        {"of-all": "x", "days": ["tue"], "wine": True, "of-drinkers": "x"},
        {},
    ]
    for number, values in enumerate(answers):
        sign_up(session, edition_id, applicant(number, answers=values), "guest", HOUSE)
    house = {"code": "of-house", "kind": "date", "label": {"en": "-"}, "required": True, "for_organizers": True}
    changes = {"questions": [*asked[:2], *required, house]}
    update_type(session, edition_id, kind.id, changes, version=kind.version, **BY)
    lacking = chosen_ids(session, edition_id, Filters(missing=(Lack.ANSWER,)))
    found = session.scalars(select(Registration).where(Registration.id.in_(lacking)).order_by(Registration.id))
    # The first drinks and says nothing of it, the third comes on Monday, and the last has said nothing at all.
    assert [answers.index(one.answers["values"]) for one in found] == [0, 2, 4]
    assert statistics.missing(session, edition_id)[Lack.ANSWER] == 3
