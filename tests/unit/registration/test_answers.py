"""Questions and answers. Pure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.registration.forms.answers import answered, check, revised, snapshot
from forumapp.domain.registration.forms.questions import (
    MOST_QUESTIONS,
    Kind,
    for_public,
    question_faults,
    read_questions,
)

ANSWERED = [kind for kind in Kind if kind is not Kind.SECTION]
LABEL = {"en": "Question", "zh-Hans": "问题"}
OPTIONS = [{"code": "bus", "label": {"en": "Bus"}}, {"code": "own-car", "label": {"en": "Own car"}}]


COACH: list[dict[str, Any]] = [
    {"code": "coach", "kind": "yes-no", "label": LABEL, "required": True},
    {"code": "stop", "kind": "short-text", "label": LABEL, "when": [{"question": "seat", "is": ["bus"]}]},
    {
        "code": "seat",
        "kind": "choice",
        "label": LABEL,
        "required": True,
        "options": OPTIONS,
        "when": [{"question": "coach", "is": ["yes"]}],
    },
]


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
        ("date", "2023-05-22", None),
        ("date", "22 May", "not-a-date"),
        ("date", "0001-01-01", "out-of-years"),
        ("number", 3, None),
        ("number", 0.5, "too-small"),
        ("number", 11, "too-large"),
        ("number", True, "not-a-number"),
        ("number", "3", "not-a-number"),
        ("number", float("inf"), "not-a-number"),
        ("phone", "+8613800138000", None),
        ("phone", "13800138000", "phone-without-country-code"),
        ("phone", "call me", "not-a-phone"),
        ("organization", "湾区贸易", None),
        ("travel", {"zone": "Asia/Shanghai", "arrival": {"at": "2023-05-20T09:30", "flight": "MU583"}}, None),
        ("travel", {"zone": "Asia/Shanghai", "arrival": {"at": "soon"}}, "not-a-time"),
        ("travel", {"zone": "Atlantis", "arrival": {"at": "2023-05-20T09:30"}}, "unknown-zone"),
        (
            "travel",
            {"zone": "America/Los_Angeles", "arrival": {"at": "2023-03-12T02:30"}},
            "time-does-not-exist",
        ),
        (
            "travel",
            {"zone": "UTC", "arrival": {"at": "2023-05-22T09:00"}, "departure": {"at": "2023-05-21T09:00"}},
            "ends-before-start",
        ),
        ("travel", {"arrival": {"flight": "MU583"}}, "invalid"),
        ("travel", {"zone": "UTC"}, "invalid"),
    ],
)
def test_an_answer(kind: str, answer: Any, fault: str | None) -> None:
    found = check(read_questions([question(kind, least=1, most=10)]), {"q": answer})

    assert (found.values, found.faults) == (({}, {"q": fault}) if fault else ({"q": answer}, {}))


@pytest.mark.parametrize("kind", ANSWERED)
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
        ([question("number", least="1")], {"questions.0.least": "not-a-number"}),
        ([question("number", least=2, most=1)], {"questions.0.most": "too-small"}),
        ([question("number", for_organizers=1)], {"questions.0.for_organizers": "invalid"}),
        ([question("diet", when=[{"question": "gone", "is": ["yes"]}])], {"questions.0.when": "unknown"}),
        ([question("diet", when=[{"question": "gone", "is": []}])], {"questions.0.when": "invalid"}),
        (
            [*COACH[:2], {**COACH[2], "when": [{"question": "coach", "is": ["no", "bus"]}]}],
            {"questions.2.when": "unknown"},
        ),
        (
            [{**COACH[0], "when": [{"question": "seat", "is": ["bus"]}]}, *COACH[1:]],
            {f"questions.{place}.when": "circle" for place in (0, 2)},
        ),
        (
            [question("section", code="s", when=[{"question": "coach", "is": ["yes"]}]), *COACH],
            {"questions.0.when": "circle"},
        ),
        ([{**COACH[0], "for_organizers": True}, *COACH[1:]], {"questions.2.when": "for-organizers"}),
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


def test_what_is_hidden_is_neither_needed_nor_kept_and_decides_nothing() -> None:
    asked = read_questions(COACH)

    assert check(asked, {}).faults == {"coach": "required"}
    assert check(asked, {"coach": True}).faults == {"seat": "required"}
    hidden = check(asked, {"coach": False, "seat": "bus", "stop": "Airport"})
    assert (hidden.values, hidden.faults) == ({"coach": False}, {})
    whole = {"coach": True, "seat": "bus", "stop": "Airport"}
    assert check(asked, whole).values == whole


def test_a_section_hides_what_stands_in_it_and_takes_it_from_the_public() -> None:
    section = question("section", code="s", when=[{"question": "first", "is": ["yes"]}])
    asked = [question("yes-no", code="first"), section, question("short-text", required=True)]

    assert check(read_questions(asked), {"first": False}).faults == {}
    assert check(read_questions(asked), {"first": True}).faults == {"q": "required"}
    assert [one["code"] for one in for_public([asked[0], {**section, "for_organizers": True}, asked[2]])] == ["first"]


@given(st.data())
def test_whatever_becomes_of_a_form_what_was_answered_stays_and_reads_as_it_was_asked(data: st.DataObject) -> None:
    """Whoever changes one answer of a registration afterwards loses none of the others."""
    kinds = {"choice": "bus", "yes-no": False, "number": 3, "short-text": "吕𠀀", "choices": ["bus", "own-car"]}
    before = [question(kind, code=kind) for kind in kinds]
    kept = snapshot(before, kinds)
    after = data.draw(st.permutations(before))[: data.draw(st.integers(0, len(before)))]
    change = st.sampled_from(
        [{}, {"label": {"en": "New"}}, {"required": True}, {"kind": "date"}, {"options": OPTIONS[1:]}, {"least": 5}]
    )
    after = [{**one, **data.draw(change)} for one in after] + [question("diet", code="new")]

    revised_answers, faults = revised(after, kept, {**kinds, "new": ["vegan"]})

    assert faults == {}
    assert revised_answers["values"] == {**kinds, "new": ["vegan"]}
    told = {one.code: (one.kind, one.label, answer) for one, answer in answered(revised_answers)}
    assert told == {code: (code, LABEL, answer) for code, answer in kinds.items()} | {"new": ("diet", LABEL, ["vegan"])}


plain = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
anything = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.sampled_from(ANSWERED), anything)
def test_any_json_is_an_answer_or_a_fault_and_never_an_error(kind: str, answer: Any) -> None:
    found = check(read_questions([question(kind)]), {"q": answer})

    assert len(found.values) + len(found.faults) == (answer is not None and answer not in ("", [], {}))


@given(anything)
def test_any_json_is_questions_or_has_faults(stored: Any) -> None:
    if not question_faults(stored):
        read_questions(stored)
