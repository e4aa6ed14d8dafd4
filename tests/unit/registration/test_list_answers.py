"""What a list says beyond the questions of a registration type."""

from __future__ import annotations

from datetime import date

import pytest

from forumapp.domain.registration.forms.answers import Topic, topic_of
from forumapp.domain.registration.forms.list_questions import is_nothing, kept_answers, list_questions, note_on
from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.lists.statistics import needs_of
from forumapp.domain.registration.spreadsheets.travel_cells import with_flight_apart, with_year

LABEL = {"en": "Diet", "zh-Hans": "饮食"}


@pytest.mark.parametrize("cell", ["无", "暂无", "N/A", "none", "—", "/", "--", "。", "无特殊要求"])
def test_some_cells_only_say_that_there_is_nothing(cell: str) -> None:
    assert is_nothing(cell)


@pytest.mark.parametrize("cell", ["花生过敏", "no pork", "0", "a"])
def test_other_cells_say_something(cell: str) -> None:
    assert not is_nothing(cell)


@pytest.mark.parametrize(
    ("code", "kind", "topic"),
    [
        ("diet", Kind.DIET, Topic.NEEDS),
        ("food", Kind.CHOICE, Topic.NEEDS),
        ("catering", Kind.DIET, Topic.NEEDS),
        ("list-phone", Kind.PHONE, Topic.CONTACT),
        ("travel", Kind.TRAVEL, Topic.TRAVEL),
        ("passport", Kind.DATE, Topic.IDENTITY),
        ("days", Kind.CHOICES, None),
    ],
)
def test_a_note_has_the_topic_of_its_question(code: str, kind: Kind, topic: Topic | None) -> None:
    note = note_on(code, kind, LABEL, "花生过敏")
    assert topic_of(note.code, note.kind) is topic
    assert note.kind in (Kind.LONG_TEXT, Kind.CONTACT)  # what the paper of diets reads
    assert (note.label["zh-Hans"], note.stored["for_organizers"]) == ("饮食（名单备注）", True)


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ([], ["travel", "hotel-wishes"]),
        ([{"code": "flights", "kind": "travel", "label": {"en": "Flights"}}], ["hotel-wishes"]),
        ([{"code": "travel", "kind": "short-text", "label": {"en": "How do you come?"}}], ["hotel-wishes"]),
        ([{"code": "hotel-room", "kind": "choice", "label": {"en": "Room"}}], ["travel"]),
        ([{"code": "stay", "kind": "short-text", "label": {"zh-Hans": "住宿要求"}}], ["travel"]),
    ],
)
def test_lists_ask_for_travel_and_hotels_where_the_type_does_not(asked, more) -> None:
    assert [one["code"] for one in list_questions(asked)] == more


@pytest.mark.parametrize(
    ("cell", "near", "read"),
    [
        ("5月20日", date(2023, 5, 22), "2023-05-20"),
        ("5月20日 9:30", date(2023, 5, 22), "2023-05-20 9:30"),
        ("5.20 9：30", date(2023, 5, 22), "2023-05-20 9:30"),
        ("12月31号", date(2023, 1, 2), "2022-12-31"),
        ("1月2日", date(2022, 12, 30), "2023-01-02"),
        ("2月29日", date(2022, 12, 30), "2月29日"),
        ("13月1日", date(2022, 12, 30), "13月1日"),
        ("5月20日上午", date(2023, 5, 22), "5月20日上午"),
        ("2023-05-20", date(2023, 5, 22), "2023-05-20"),
        ("9:30", date(2023, 5, 22), "9:30"),
    ],
)
def test_a_day_without_its_year_is_of_the_edition(cell: str, near: date, read: str) -> None:
    assert with_year(cell, near) == read


def test_a_note_on_a_diet_counts_for_the_catering() -> None:
    stored = [{"code": "catering", "kind": "diet", "label": LABEL}, {"code": "days", "kind": "choices", "label": LABEL}]
    note = note_on("catering", Kind.DIET, LABEL, "花生过敏")
    assert needs_of(kept_answers(stored, (), {"catering": ["halal"]}, [note])) == ["halal", "noted"]
    assert needs_of(kept_answers(stored, (), {}, [note])) == ["noted"]
    assert needs_of(kept_answers(stored, (), {}, [note_on("days", Kind.CHOICES, LABEL, "Sunday")])) == ["unanswered"]


def test_a_note_is_kept_where_a_question_has_its_code() -> None:
    stored = [{"code": "diet-note", "kind": Kind.LONG_TEXT, "label": LABEL}]
    notes = [note_on("diet", Kind.DIET, LABEL, text) for text in ("花生过敏", "少盐")]
    kept = kept_answers(stored, (), {"diet-note": "none"}, notes)
    assert kept["values"] == {"diet-note": "none", "diet-note-2": "花生过敏; 少盐"}


def test_notes_on_one_question_are_kept_together_and_questions_without_answers_are_left_out() -> None:
    stored = [{"code": "diet", "kind": "diet", "label": LABEL}]
    notes = [note_on("diet", Kind.DIET, LABEL, text) for text in ("花生过敏", "少盐")]
    kept = kept_answers(stored, list_questions(stored), {"hotel-wishes": "大床房"}, notes)
    assert [one["code"] for one in kept["questions"]] == ["diet", "hotel-wishes", "diet-note"]
    assert kept["values"] == {"hotel-wishes": "大床房", "diet-note": "花生过敏; 少盐"}


@pytest.mark.parametrize(
    ("cells", "apart"),
    [
        ({"arrival.flight": "CA985 5月20日 9:30"}, {"arrival.flight": "CA985", "arrival.date": "5月20日 9:30"}),
        ({"arrival.flight": "5月20日 9:30 CA985"}, {"arrival.flight": "CA985", "arrival.date": "5月20日 9:30"}),
        (
            {"arrival.date": "2023-05-20 09:30, MU 583"},
            {"arrival.flight": "MU 583", "arrival.date": "2023-05-20 09:30"},
        ),
        ({"departure.time": "CA986 12:40"}, {"departure.flight": "CA986", "departure.time": "12:40"}),
        (
            {"arrival.flight": "CA985 9:30", "arrival.date": "5月20日"},
            {"arrival.flight": "CA985", "arrival.time": "9:30", "arrival.date": "5月20日"},
        ),
        ({"arrival.flight": "CA985"}, {"arrival.flight": "CA985"}),
        ({"arrival.flight": "CA985 / UA889"}, {"arrival.flight": "CA985 / UA889"}),
        ({"arrival.date": "2023-05-20"}, {"arrival.date": "2023-05-20"}),
        ({"arrival.date": "5/26/2023 12:40 PM"}, {"arrival.date": "5/26/2023 12:40 PM"}),
        ({"": "arrival 2023-05-20T09:30 CA985"}, {"": "arrival 2023-05-20T09:30 CA985"}),
    ],
)
def test_a_flight_and_its_time_in_one_cell_are_taken_apart(cells: dict[str, str], apart: dict[str, str]) -> None:
    assert with_flight_apart(cells) == apart
