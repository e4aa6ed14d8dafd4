"""An organizer's own questions, and what people answer to them. Pure.

Questions are kept as JSON with their type; each registration keeps a copy of those it answered, so that a changed
form never breaks or re-interprets an old answer.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.masks import MASKED
from forumapp.core.regions import is_region
from forumapp.core.text import is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = {"short-text": 300, "long-text": 5000, "access": 1000, "contact": 300}
MOST_QUESTIONS = 60
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# What the kitchen must know. The need is asked for, never the reason.
DIETS = ("halal", "vegetarian", "vegan", "no-pork", "no-beef", "no-seafood", "no-alcohol", "gluten-free", "nut-free")


class Topic(enum.StrEnum):
    """What only those may read who need it, and what goes when it is needed no more."""

    NEEDS = "needs"  # food and access: they may tell of religion or health
    CONTACT = "contact"
    TRAVEL = "travel"
    IDENTITY = "identity"


# Words of a question's code which say what it asks for, whatever its kind.
# fmt: off
_WORDS = {
    Topic.NEEDS: frozenset({
        "diet", "food", "meal", "meals", "allergy", "allergies", "access", "accessibility", "needs", "wheelchair",
        "mobility", "disability", "health", "medical", "religion",
    }),
    Topic.CONTACT: frozenset({"phone", "mobile", "tel", "email", "mail", "wechat", "whatsapp"}),
    Topic.TRAVEL: frozenset({"flight", "flights", "airline", "arrival", "departure"}),
    Topic.IDENTITY: frozenset({"passport", "visa", "birth"}),
}
# fmt: on


class Kind(enum.StrEnum):
    SHORT_TEXT = "short-text"
    LONG_TEXT = "long-text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes-no"
    REGION = "region"
    DIET = "diet"
    ACCESS = "access"  # what someone needs to get in, to see and to hear; it goes when diet does
    CONTACT = "contact"  # how to reach someone; of officials it goes with their mail address and phone number


_TOPICS: dict[str, Topic] = {Kind.DIET: Topic.NEEDS, Kind.ACCESS: Topic.NEEDS, Kind.CONTACT: Topic.CONTACT}


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Only `choice` and `choices` have options; those of `diet` and `region` are built in."""

    code: str
    kind: Kind
    label: Mapping[str, str]
    help: Mapping[str, str]
    required: bool = False
    options: tuple[Option, ...] = ()

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(DIETS) if self.kind is Kind.DIET else frozenset(option.code for option in self.options)

    @property
    def is_private(self) -> bool:
        """Whether what is answered must not stand in the log: food and other needs, ways to reach people, and whatever
        people write in their own words, which may tell any of these.
        """
        return self.kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT) or topic_of(self.code, self.kind) is not None


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers that keep to the questions, and the code of each one's fault by the question's code."""

    values: dict[str, Any]
    faults: dict[str, str]


def read_questions(stored: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Questions from JSON that `question_faults` finds nothing wrong with."""
    return tuple(
        Question(
            code=one["code"],
            kind=Kind(one["kind"]),
            label=one["label"],
            help=one.get("help") or {},
            required=bool(one.get("required", False)),
            options=tuple(Option(option["code"], option["label"]) for option in one.get("options") or ()),
        )
        for one in stored
    )


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
    return faults


def _faults_of(one: Mapping[str, Any], seen: set[str]) -> dict[str, str]:
    code, kind = one.get("code"), one.get("kind")
    faults: dict[str, str] = {}
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        faults["code"] = "not-a-slug"
    elif code in seen:
        faults["code"] = "taken"
    if kind not in tuple(Kind):
        faults["kind"] = "unknown"
    if not _is_text(one.get("label")):
        faults["label"] = "required"
    if not _is_text(one.get("help") or {"en": "-"}):
        faults["help"] = "invalid"
    if not isinstance(one.get("required", False), bool):
        faults["required"] = "invalid"
    if kind in (Kind.CHOICE, Kind.CHOICES) and not _are_options(one.get("options")):
        faults["options"] = "invalid"
    return faults


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and any(value.values()) and all(isinstance(text, str) for text in value.values())


def _are_options(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    for option in value:
        if not isinstance(option, dict) or not isinstance(option.get("code"), str) or not _is_text(option.get("label")):
            return False
    codes = [option["code"] for option in value]
    return len(set(codes)) == len(codes) and all(_CODE.fullmatch(code) for code in codes)


def check(questions: Sequence[Question], given: Mapping[str, Any]) -> Checked:
    """Hold answers against the questions. What was left empty is left out; an answer to no question is a fault."""
    known = {question.code: question for question in questions}
    faults = dict.fromkeys(given.keys() - known.keys(), "unknown")
    values: dict[str, Any] = {}
    for code, question in known.items():
        value = given.get(code)
        if value is None or value in ("", []):
            if question.required:
                faults[code] = "required"
            continue
        fault = _fault(question, value)
        if fault:
            faults[code] = fault
        else:
            values[code] = value
    return Checked(values, faults)


def _fault(question: Question, value: Any) -> str | None:
    match question.kind:
        case Kind.YES_NO:
            return None if isinstance(value, bool) else "invalid"
        case Kind.CHOICES | Kind.DIET:
            return _choices_fault(question, value)
        case Kind.CHOICE:
            return None if isinstance(value, str) and value in question.allowed else "not-an-option"
        case Kind.REGION:
            return None if isinstance(value, str) and is_region(value) else "not-an-option"
    return _text_fault(value, LONGEST[question.kind])


def _text_fault(value: Any, longest: int) -> str | None:
    if not isinstance(value, str):
        return "invalid"
    if not is_plain(value):
        return "not-plain"
    return "too-long" if len(value) > longest else None


def _choices_fault(question: Question, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return "invalid"
    if len(set(value)) != len(value):
        return "invalid"
    return None if set(value) <= question.allowed else "not-an-option"


def snapshot(stored: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a registration keeps: the questions as they were asked, and the answers."""
    return {"questions": [dict(one) for one in stored], "values": dict(values)}


def answered(kept: Mapping[str, Any]) -> list[tuple[Question, Any]]:
    """Each question that a registration answered, as it was asked then, with the answer."""
    values = kept.get("values", {})
    return [
        (question, values[question.code])
        for question in read_questions(kept.get("questions", []))
        if question.code in values
    ]


def told_answers(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, tuple[Any, Any]]:
    """What differs between two sets of kept answers, by question, as the log may tell it."""
    old, new = before or {}, after or {}
    was, is_now = old.get("values", {}), new.get("values", {})
    private = {
        question.code
        for kept in (old, new)
        for question in read_questions(kept.get("questions", []))
        if question.is_private
    }
    return {
        code: MASKED if code in private else (was.get(code), is_now.get(code))
        for code in sorted(was.keys() | is_now.keys())
        if was.get(code) != is_now.get(code)
    }


def topic_of(code: str, kind: str) -> Topic | None:
    """What a question asks for that is private, by its kind or else by the words of its code."""
    if kind in _TOPICS:
        return _TOPICS[kind]
    words = code.split("-")
    return next((topic for topic, said in _WORDS.items() if not said.isdisjoint(words)), None)


def codes_about(questions: Sequence[Mapping[str, Any]], topic: Topic) -> set[str]:
    """The codes of those questions, as they are stored, that ask for this."""
    return {one["code"] for one in questions if topic_of(one["code"], one["kind"]) is topic}


def without(kept: Mapping[str, Any], topic: Topic) -> dict[str, Any]:
    """What a registration keeps when the answers about `topic` are gone. The questions stay."""
    gone = codes_about(kept.get("questions", ()), topic)
    if gone.isdisjoint(kept.get("values", {})):
        return dict(kept)
    return {**kept, "values": {code: value for code, value in kept["values"].items() if code not in gone}}
