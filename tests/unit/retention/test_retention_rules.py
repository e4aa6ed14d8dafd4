"""When data goes."""

from __future__ import annotations

from datetime import date

import pytest

from forumapp.domain.registration.forms.answers import Topic, topic_of, without
from forumapp.domain.retention.rules import Kind, day_that_counts, fault_of, is_due, latest_day, usual_day

ENDS = date(2023, 5, 22)


@pytest.mark.parametrize(
    ("purge_on", "fault"),
    [
        (date(2023, 5, 21), "before-the-end"),
        (date(2023, 5, 22), None),
        (date(2024, 5, 21), None),
        (date(2024, 5, 22), "later-than-a-year"),
    ],
)
def test_a_day_lies_within_a_year_after_the_forum(purge_on, fault):
    assert fault_of(purge_on, ENDS) == fault


@pytest.mark.parametrize(
    ("set_on", "ends_on", "counts"),
    [
        (None, ENDS, date(2023, 6, 21)),
        (date(2023, 7, 1), ENDS, date(2023, 7, 1)),
        (date(2023, 7, 1), date(2023, 9, 1), date(2023, 10, 1)),  # put off since: nothing goes before it
        (date(2024, 5, 1), date(2023, 2, 1), date(2023, 3, 3)),  # brought forward by more than the year allows
    ],
)
def test_the_usual_day_counts_where_none_was_set_that_makes_sense(set_on, ends_on, counts):
    assert day_that_counts(Kind.DIET, set_on, ends_on) == counts


def test_contact_details_of_attendees_stay_until_the_latest_date_unless_set():
    assert usual_day(Kind.CONTACTS, ENDS) == latest_day(ENDS) == date(2024, 5, 21)
    assert usual_day(Kind.OFFICIALS, ENDS) == date(2023, 6, 21)


def test_passport_data_goes_before_contact_details():
    assert usual_day(Kind.IDENTITY, ENDS) == date(2023, 6, 21) < usual_day(Kind.CONTACTS, ENDS)


@pytest.mark.parametrize(
    ("day", "due"), [(date(2023, 6, 20), False), (date(2023, 6, 21), True), (date(2024, 1, 1), True)]
)
def test_data_is_due_from_its_day_on(day, due):
    assert is_due(date(2023, 6, 21), day) is due


@pytest.mark.parametrize(
    ("code", "kind", "topic"),
    [
        ("q7", "diet", Topic.NEEDS),
        ("q7", "access", Topic.NEEDS),
        ("q7", "contact", Topic.CONTACT),
        ("q7", "short-text", None),
        ("food-allergies", "long-text", Topic.NEEDS),
        ("accessibility", "yes-no", Topic.NEEDS),
        ("emergency-contact", "short-text", Topic.CONTACT),
        ("assistant", "short-text", Topic.CONTACT),
        ("mobile-in-china", "short-text", Topic.CONTACT),
        ("arrival-flight", "short-text", Topic.TRAVEL),
        ("passport-number", "short-text", Topic.IDENTITY),
        ("company-size", "choice", None),
    ],
)
def test_what_a_question_asks_for_shows_in_its_kind_or_its_code(code, kind, topic):
    assert topic_of(code, kind) == topic


def test_answers_go_and_questions_stay():
    questions = [{"code": "food", "kind": "diet"}, {"code": "size", "kind": "choice"}]
    kept = {"questions": questions, "values": {"food": ["halal"], "size": "20"}}
    left = {"questions": questions, "values": {"size": "20"}}
    assert without(kept, Topic.NEEDS) == left
    assert without(left, Topic.NEEDS) == left
    assert without({}, Topic.NEEDS) == {}
    assert kept["values"] == {"food": ["halal"], "size": "20"}
