"""An organizer's own questions: what a form asks, of whom, and what is wrong with it. Pure.

A form is a list of questions as JSON; a section is a heading among them, and what follows it is in it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_QUESTIONS, MOST_CONDITIONS = 60, 5
LARGEST = 10**15
MOST_PLACES = 1_000_000
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What the kitchen must know. The need is asked for, never the reason.
DIETS = ("halal", "vegetarian", "vegan", "no-pork", "no-beef", "no-seafood", "no-alcohol", "gluten-free", "nut-free")
YES, NO = "yes", "no"


class Kind(enum.StrEnum):
    SECTION = "section"  # a heading, which nobody answers
    SHORT_TEXT = "short-text"
    LONG_TEXT = "long-text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes-no"
    DATE = "date"
    NUMBER = "number"
    PHONE = "phone"
    REGION = "region"
    ORGANIZATION = "organization"
    FILE = "file"
    PHOTO = "photo"
    DIET = "diet"
    ACCESS = "access"  # what someone needs to get in, to see and to hear; it goes when diet does
    CONTACT = "contact"  # how to reach someone; of officials it goes with their mail address and phone number
    TRAVEL = "travel"  # arrival and departure; it goes when flights do


WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHOICES})
# Those on whose answers another question may depend.
DECIDING = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})


@dataclass(frozen=True, slots=True)
class Option:
    """`places` is how many may choose it; None has no limit."""

    code: str
    label: Mapping[str, str]
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """That the answer to a question is one of these, or has one of these among it."""

    question: str
    one_of: frozenset[str]

    def holds(self, answer: Any) -> bool:
        if isinstance(answer, bool):
            answer = YES if answer else NO
        given = answer if isinstance(answer, list) else [answer]
        return any(isinstance(one, str) and one in self.one_of for one in given)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Only `choice` and `choices` have options; those of `diet` and `region` are built in.

    It is asked where all of `when` hold; `least` and `most` are of a number.
    """

    code: str
    kind: Kind
    label: Mapping[str, str]
    help: Mapping[str, str]
    required: bool = False
    options: tuple[Option, ...] = ()
    when: tuple[Condition, ...] = ()
    for_organizers: bool = False
    least: float | None = None
    most: float | None = None

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(DIETS) if self.kind is Kind.DIET else frozenset(option.code for option in self.options)

    @property
    def deciding(self) -> frozenset[str]:
        """The answers on which another question may depend."""
        return frozenset({YES, NO}) if self.kind is Kind.YES_NO else frozenset(option.code for option in self.options)


def read_questions(stored: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Questions from JSON that `question_faults` finds nothing wrong with."""
    return tuple(
        Question(
            code=one["code"],
            kind=Kind(one["kind"]),
            label=one["label"],
            help=one.get("help") or {},
            required=bool(one.get("required", False)),
            options=tuple(
                Option(option["code"], option["label"], option.get("places")) for option in one.get("options") or ()
            ),
            when=tuple(Condition(each["question"], frozenset(each["is"])) for each in one.get("when") or ()),
            for_organizers=bool(one.get("for_organizers", False)),
            least=one.get("least"),
            most=one.get("most"),
        )
        for one in stored
    )


def for_public(stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions as they are stored, without those of organizers, which a section of theirs takes along."""
    shown, hidden = [], False
    for one in stored:
        if one["kind"] == Kind.SECTION:
            hidden = bool(one.get("for_organizers"))
        if not hidden and not one.get("for_organizers"):
            shown.append(dict(one))
    return shown


def without_places(stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions, and not how many may choose what."""
    return [
        {**one, "options": [{name: each[name] for name in each if name != "places"} for each in one["options"]]}
        if one.get("options")
        else dict(one)
        for one in stored
    ]


def places_of(stored: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """How many may choose an option, by question and option, where that is limited."""
    return {
        (one.code, option.code): option.places
        for one in read_questions(stored)
        if one.kind in WITH_OPTIONS
        for option in one.options
        if option.places is not None
    }


def with_sections(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions that are answered, each with the conditions of its section."""
    section: tuple[Condition, ...] = ()
    found: list[Question] = []
    for one in questions:
        if one.kind is Kind.SECTION:
            section = one.when
        else:
            found.append(replace(one, when=(*section, *one.when)) if section else one)
    return tuple(found)


def asked_with(questions: Sequence[Question], answers: Mapping[str, Any]) -> frozenset[str]:
    """The codes of those questions that someone who gives these answers is asked. What is not asked decides nothing."""
    known = {one.code: one for one in with_sections(questions)}
    told: dict[str, bool] = {}

    def is_asked(code: str) -> bool:
        if code not in told:
            told[code] = False  # a circle, which no form has, would be hidden
            conditions = known[code].when if code in known else ()
            told[code] = code in known and all(
                is_asked(one.question) and one.holds(answers.get(one.question)) for one in conditions
            )
        return told[code]

    return frozenset(code for code in known if is_asked(code))


def question_faults(stored: Any) -> dict[str, str]:
    """What is wrong with a list of questions: "questions.2.kind" to the fault's code."""
    if not isinstance(stored, list):
        return {"questions": "invalid"}
    if len(stored) > MOST_QUESTIONS:
        return {"questions": "too-many"}
    faults: dict[str, str] = {}
    seen: set[str] = set()
    for place, one in enumerate(stored):
        at = f"questions.{place}"
        if not isinstance(one, dict):
            faults[at] = "invalid"
            continue
        faults |= {f"{at}.{part}": fault for part, fault in _faults_of(one, seen).items()}
        seen.add(str(one.get("code")))
    return faults or _condition_faults(read_questions(stored))


def _faults_of(one: Mapping[str, Any], seen: set[str]) -> dict[str, str]:
    code, kind = one.get("code"), one.get("kind")
    faults: dict[str, str] = {}
    if not isinstance(code, str) or not CODE.fullmatch(code):
        faults["code"] = "not-a-slug"
    elif code in seen:
        faults["code"] = "taken"
    if kind not in tuple(Kind):
        faults["kind"] = "unknown"
    if not _is_text(one.get("label")):
        faults["label"] = "required"
    if not _is_text(one.get("help") or {"en": "-"}):
        faults["help"] = "invalid"
    for flag in ("required", "for_organizers"):
        if not isinstance(one.get(flag, False), bool):
            faults[flag] = "invalid"
    if kind in WITH_OPTIONS and not _are_options(one.get("options")):
        faults["options"] = "invalid"
    if not _are_conditions(one.get("when") or []):
        faults["when"] = "invalid"
    return faults | _limit_faults(one.get("least"), one.get("most"))


def _limit_faults(least: Any, most: Any) -> dict[str, str]:
    faults = {
        name: "not-a-number"
        for name, limit in (("least", least), ("most", most))
        if limit is not None and not is_number(limit)
    }
    if not faults and least is not None and most is not None and least > most:
        faults["most"] = "too-small"
    return faults


def bound_of(question: Question, fault: str) -> float | None:
    """Beyond which a number is too small or too large."""
    return {"too-small": question.least, "too-large": question.most}.get(fault)


def twins(stored: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Questions two of whose options are called the same in a language: "questions.2.options" to the fault's code."""
    faults = {}
    for place, one in enumerate(stored):
        options = one["options"] if one["kind"] in WITH_OPTIONS else ()
        words = [(code, fold(text)) for each in options for code, text in each["label"].items() if text]
        if len(set(words)) < len(words):
            faults[f"questions.{place}.options"] = "called-the-same"
    return faults


def is_number(value: Any) -> bool:
    """Whether it is a number that JSON and both databases hold: not true, not infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and any(value.values()) and all(isinstance(text, str) for text in value.values())


def _are_options(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    for option in value:
        if not isinstance(option, dict) or not isinstance(option.get("code"), str) or not _is_text(option.get("label")):
            return False
        if not _are_places(option.get("places")):
            return False
    codes = [option["code"] for option in value]
    return len(set(codes)) == len(codes) and all(CODE.fullmatch(code) for code in codes)


def _are_places(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value is None or (whole and 0 <= value <= MOST_PLACES)


def _are_conditions(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > MOST_CONDITIONS:
        return False
    return all(
        isinstance(one, dict)
        and isinstance(one.get("question"), str)
        and isinstance(one.get("is"), list)
        and one["is"]
        and all(isinstance(word, str) for word in one["is"])
        for one in value
    )


def _condition_faults(questions: Sequence[Question]) -> dict[str, str]:
    """Of a form whose questions are right by themselves: that each depends on what can be answered before it."""
    whole = {one.code: one for one in with_sections(questions)}
    public = {one["code"] for one in for_public([_shape(one) for one in questions])}
    faults: dict[str, str] = {}
    for place, one in enumerate(questions):
        fault = next((f for each in one.when if (f := _condition_fault(one, each, whole, public))), None)
        if fault is None and one.when and _is_in_circle(one.code, questions, whole):
            fault = "circle"
        if fault:
            faults[f"questions.{place}.when"] = fault
    return faults


def _condition_fault(one: Question, each: Condition, whole: Mapping[str, Question], public: set[str]) -> str | None:
    other = whole.get(each.question)
    if other is None or other.kind not in DECIDING or not each.one_of <= other.deciding:
        return "unknown"
    return "for-organizers" if one.code in public and other.code not in public else None


def _is_in_circle(code: str, questions: Sequence[Question], whole: Mapping[str, Question]) -> bool:
    """Whether asking a question, or those of a section, depends on its own answer in the end."""
    of_section = {one.code: one.when for one in questions if one.kind is Kind.SECTION}
    start = {code} if code in whole else _inside(code, questions)
    todo = [each.question for each in (of_section.get(code) or whole[code].when)]
    seen: set[str] = set()
    while todo:
        one = todo.pop()
        if one in start:
            return True
        if one not in seen:
            seen.add(one)
            todo += [each.question for each in whole[one].when] if one in whole else []
    return False


def _inside(code: str, questions: Sequence[Question]) -> set[str]:
    section, inside = "", set()
    for one in questions:
        section = one.code if one.kind is Kind.SECTION else section
        if section == code:
            inside.add(one.code)
    return inside


def _shape(one: Question) -> dict[str, Any]:
    return {"code": one.code, "kind": one.kind, "for_organizers": one.for_organizers}
