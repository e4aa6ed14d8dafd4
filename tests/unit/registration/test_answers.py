"""Questions and answers. Pure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.registration.answers import (
    MOST_QUESTIONS,
    Kind,
    answered,
    check,
    question_faults,
    read_questions,
    snapshot,
)

LABEL = {"en": "Question", "zh-Hans": "问题"}
OPTIONS = [{"code": "bus", "label": {"en": "Bus"}}, {"code": "own-car", "label": {"en": "Own car"}}]


def question(kind: str, **more: Any) -> dict[str, Any]:
    options = {"options": OPTIONS} if kind in ("choice", "choices") else {}
    return {"code": "q", "kind": kind, "label": LABEL, **options, **more}


@pytest.mark.parametrize(
    ("kind", "answer", "fault"),
    [
        ("short-text", "吕𠀀", None),
        ("short-text", "x" * 301, "too-long"),
        ("short-text", "x\x00", "not-plain"),
        ("short-text", 7, "invalid"),
        ("long-text", "line\nline", None),
        ("long-text", "x" * 5001, "too-long"),
        ("choice", "bus", None),
        ("choice", "train", "not-an-option"),
        ("choice", ["bus"], "not-an-option"),
        ("choices", ["bus", "own-car"], None),
        ("choices", ["bus", "train"], "not-an-option"),
        ("choices", ["bus", "bus"], "invalid"),
        ("choices", "bus", "invalid"),
        ("choices", [["bus"]], "invalid"),
        ("yes-no", False, None),
        ("yes-no", "no", "invalid"),
        ("region", "HK", None),
        ("region", "CN", None),
        ("region", "ZZ", "not-an-option"),
        ("region", "china", "not-an-option"),
        ("region", ["CN"], "not-an-option"),
        ("diet", ["halal", "no-alcohol"], None),
        ("diet", ["caviar"], "not-an-option"),
    ],
)
def test_an_answer(kind: str, answer: Any, fault: str | None) -> None:
    found = check(read_questions([question(kind)]), {"q": answer})

    assert (found.values, found.faults) == (({}, {"q": fault}) if fault else ({"q": answer}, {}))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("empty", [{}, {"q": None}, {"q": ""}, {"q": []}])
def test_nothing_is_an_answer_only_where_none_is_required(kind: str, empty: dict[str, Any]) -> None:
    assert check(read_questions([question(kind)]), empty).faults == {}
    assert check(read_questions([question(kind, required=True)]), empty).faults == {"q": "required"}


def test_no_is_an_answer() -> None:
    assert check(read_questions([question("yes-no", required=True)]), {"q": False}).values == {"q": False}


def test_an_answer_to_no_question_is_a_fault() -> None:
    assert check((), {"q": "x"}).faults == {"q": "unknown"}


@pytest.mark.parametrize(
    ("stored", "faults"),
    [
        ([question("short-text", help={"en": "As on your card"}, required=True)], {}),
        ("none", {"questions": "invalid"}),
        ([question("diet")] * (MOST_QUESTIONS + 1), {"questions": "too-many"}),
        (["x"], {"questions.0": "invalid"}),
        ([question("diet"), question("diet")], {"questions.1.code": "taken"}),
        ([question("diet", code="No spaces")], {"questions.0.code": "not-a-slug"}),
        ([question("color")], {"questions.0.kind": "unknown"}),
        ([question("diet", label={"en": ""})], {"questions.0.label": "required"}),
        ([question("diet", help={"en": 1})], {"questions.0.help": "invalid"}),
        ([question("diet", required="yes")], {"questions.0.required": "invalid"}),
        ([question("choice", options=[])], {"questions.0.options": "invalid"}),
        ([question("choice", options=[OPTIONS[0], OPTIONS[0]])], {"questions.0.options": "invalid"}),
        ([question("choices", options=[{"code": "x y", "label": LABEL}])], {"questions.0.options": "invalid"}),
        ([question("choices", options=["bus"])], {"questions.0.options": "invalid"}),
    ],
)
def test_what_is_wrong_with_questions(stored: Any, faults: dict[str, str]) -> None:
    assert question_faults(stored) == faults


def test_old_answers_read_as_they_were_asked() -> None:
    asked = [question("choice"), question("diet", code="food")]
    kept = snapshot(asked, {"q": "bus"})
    asked[0]["label"] = {"en": "Something else"}

    assert [(one.label, one.options[0].code, answer) for one, answer in answered(kept)] == [(LABEL, "bus", "bus")]
    assert answered({}) == []


plain = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
anything = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.sampled_from(list(Kind)), anything)
def test_any_json_is_an_answer_or_a_fault_and_never_an_error(kind: str, answer: Any) -> None:
    found = check(read_questions([question(kind)]), {"q": answer})

    assert len(found.values) + len(found.faults) == (answer is not None and answer not in ("", []))


@given(anything)
def test_any_json_is_questions_or_has_faults(stored: Any) -> None:
    if not question_faults(stored):
        read_questions(stored)
