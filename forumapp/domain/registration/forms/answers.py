"""What people answer to an organizer's own questions. Pure.

Each registration keeps the questions as it answered them, so that a changed form never breaks or re-interprets an old
answer.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.values.masks import MASKED
from forumapp.domain.registration.forms.parsing import Wrong, read_answer
from forumapp.domain.registration.forms.questions import (
    WITH_OPTIONS,
    Kind,
    Question,
    asked_with,
    read_questions,
    with_sections,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Topic(enum.StrEnum):
    """What only those may read who need it, and what goes when it is needed no more."""

    NEEDS = "needs"  # food and access: they may tell of religion or health
    CONTACT = "contact"
    TRAVEL = "travel"  # when someone comes and goes, and by which flight
    IDENTITY = "identity"
    FILES = "files"  # of which nobody knows what they tell


# Words of a question's code which say what it asks for, whatever its kind.
# fmt: off
_WORDS = {
    Topic.NEEDS: frozenset({
        "diet", "food", "meal", "meals", "allergy", "allergies", "access", "accessibility", "needs", "wheelchair",
        "mobility", "disability", "health", "medical", "religion",
    }),
    Topic.CONTACT: frozenset({
        "phone", "mobile", "tel", "telephone", "email", "mail", "wechat", "whatsapp", "emergency", "assistant",
    }),
    Topic.TRAVEL: frozenset({"flight", "flights", "airline", "arrival", "departure"}),
    Topic.IDENTITY: frozenset({"passport", "visa", "birth"}),
}
# fmt: on


_TOPICS: dict[str, Topic] = {
    Kind.DIET: Topic.NEEDS,
    Kind.ACCESS: Topic.NEEDS,
    Kind.CONTACT: Topic.CONTACT,
    Kind.PHONE: Topic.CONTACT,
    Kind.TRAVEL: Topic.TRAVEL,
    Kind.FILE: Topic.FILES,
    Kind.PHOTO: Topic.FILES,
}
# What people write in their own words may tell anything.
_OWN_WORDS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.ORGANIZATION})


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers that keep to the questions, and the code of each one's fault by the question's code."""

    values: dict[str, Any]
    faults: dict[str, str]


def check(
    questions: Sequence[Question], given: Mapping[str, Any], standing: Mapping[str, Any] | None = None
) -> Checked:
    """Hold answers against the questions. What was left empty is left out, and so is an answer to a question that is
    not asked of someone who gives these; an answer to no question is a fault.

    What is given as it stands already, in `standing`, was right when it was given.
    """
    known = {question.code: question for question in with_sections(questions)}
    faults = dict.fromkeys(given.keys() - known.keys(), "unknown")
    values: dict[str, Any] = {}
    for code in asked_with(questions, given):
        question, value = known[code], given.get(code)
        if _is_empty(value):
            if question.required:
                faults[code] = "required"
        elif standing and code in standing and _is_same(standing[code], value):
            values[code] = value
        else:
            try:
                values[code] = read_answer(question, value)
            except Wrong as wrong:
                faults[code] = wrong.code
    in_order = {code: values[code] for code in known if code in values}
    return Checked(in_order, faults)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_same(one: Any, other: Any) -> bool:
    """Unlike Python, JSON tells true from 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def snapshot(stored: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a registration keeps: the questions as they were asked, and the answers."""
    return {"questions": [dict(one) for one in stored], "values": dict(values)}


def revised(
    stored: Sequence[Mapping[str, Any]], kept: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a registration keeps once it is answered anew, and the faults of what is given.

    An answer that stays as it is stays with its question as it was asked. One to a question that the form has no
    longer stays until it is taken back (null).
    """
    before = kept.get("values", {})
    old = {one["code"]: one for one in kept.get("questions", ())}
    today = {one["code"]: one for one in stored}
    gone = {code: _alone(one) for code, one in old.items() if code in before and code not in today}
    former = former_options(today.values(), kept)
    asked = {**today, **gone}
    whole = {**{code: before[code] for code in gone}, **given}
    offered = {code: _with_options(one, former.get(code, [])) for code, one in asked.items()}
    found = check(read_questions(offered.values()), whole, before)
    stays = {code for code, value in found.values.items() if code in before and _is_same(before[code], value)}
    asked |= {code: offered[code] for code in former if _has_any(found.values.get(code), former[code])}
    questions = [old[code] if code in stays else one for code, one in asked.items()]
    return snapshot(questions, found.values), found.faults


def former_options(stored: Iterable[Mapping[str, Any]], kept: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """By question, the options that were chosen while they were offered, and are offered no more: whoever chose one
    may keep it.
    """
    values, old = kept.get("values", {}), {one["code"]: one for one in kept.get("questions", ())}
    former: dict[str, list[Mapping[str, Any]]] = {}
    for one in stored:
        before = old.get(one["code"])
        if one["kind"] not in WITH_OPTIONS or before is None or before["kind"] not in WITH_OPTIONS:
            continue
        today = {option["code"] for option in one.get("options") or ()}
        gone = [option for option in before.get("options") or () if option["code"] not in today]
        chosen_then = [option for option in gone if _has_any(values.get(one["code"]), [option])]
        if chosen_then:
            former[one["code"]] = chosen_then
    return former


def _has_any(value: Any, options: Iterable[Mapping[str, Any]]) -> bool:
    given = value if isinstance(value, list) else [value]
    return any(option["code"] in given for option in options)


def _with_options(one: Mapping[str, Any], more: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {**one, "options": [*(one.get("options") or ()), *more]} if more else one


def _alone(one: Mapping[str, Any]) -> dict[str, Any]:
    """A question that the form has no longer: nothing of the form decides on it."""
    return {**one, "when": [], "required": False}


def answered(kept: Mapping[str, Any]) -> list[tuple[Question, Any]]:
    """Each question that a registration answered, as it was asked then, with the answer."""
    values = kept.get("values", {})
    return [
        (question, values[question.code])
        for question in read_questions(kept.get("questions", []))
        if question.code in values
    ]


def chosen(kept: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What was chosen among options, by question and option."""
    return {
        (question.code, option)
        for question, value in answered(kept)
        if question.kind in WITH_OPTIONS
        for option in (value if isinstance(value, list) else [value])
    }


def diff_answers(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, tuple[Any, Any]]:
    """What differs between two sets of kept answers, by question, as the log may tell it."""
    old, new = before or {}, after or {}
    was, is_now = old.get("values", {}), new.get("values", {})
    private = {
        question.code
        for kept in (old, new)
        for question in read_questions(kept.get("questions", []))
        if is_private(question)
    }
    return {
        code: MASKED if code in private else (was.get(code), is_now.get(code))
        for code in sorted(was.keys() | is_now.keys())
        if was.get(code) != is_now.get(code)
    }


def is_private(question: Question) -> bool:
    """Whether what is answered must not stand in the log: food and other needs, ways to reach people, travel, and
    whatever people write in their own words, which may tell any of these.
    """
    return question.kind in _OWN_WORDS or topic_of(question.code, question.kind) is not None


def topic_of(code: str, kind: str) -> Topic | None:
    """What a question asks for that is private, by its kind or else by the words of its code."""
    if kind in _TOPICS:
        return _TOPICS[kind]
    words = code.split("-")
    return next((topic for topic, said in _WORDS.items() if not said.isdisjoint(words)), None)


def codes_about(questions: Sequence[Mapping[str, Any]], topic: Topic | None) -> set[str]:
    """The codes of those questions, as they are stored, that ask for this; None: of all questions."""
    return {one["code"] for one in questions if topic is None or topic_of(one["code"], one["kind"]) is topic}


def without(kept: Mapping[str, Any], topic: Topic | None) -> dict[str, Any]:
    """What a registration keeps when the answers about `topic`, or all answers, are gone. The questions stay."""
    gone = codes_about(kept.get("questions", ()), topic)
    if gone.isdisjoint(kept.get("values", {})):
        return dict(kept)
    return {**kept, "values": {code: value for code, value in kept["values"].items() if code not in gone}}
