"""An organizer's questions as a form shows them: in sections, each with its conditions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from forumapp.core.values.regions import region_names
from forumapp.domain.registration.forms.questions import NO, YES, Kind, Question, read_questions
from forumapp.schemas.messages import DIETS
from forumapp.web.wording.language import language
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.registration.forms.questions import Condition


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, or the heading of a section. `rules` are its conditions by control for shown.js; `only_if` are the
    same in words, for browsers without scripts.
    """

    question: Question
    rules: str
    only_if: str
    before: str = ""  # the names of controls, where a form is about several people

    @property
    def name(self) -> str:
        return f"{self.before}answers.{self.question.code}"

    @property
    def options(self) -> list[tuple[str, Any]]:
        return options_of(self.question)


@dataclass(frozen=True, slots=True)
class Group:
    heading: Asked | None
    questions: list[Asked] = field(default_factory=list)


def asked_in_order(stored: Iterable[Mapping[str, Any]], before: str = "") -> list[Asked]:
    questions = read_questions(stored)
    known = {question.code: question for question in questions}
    return [Asked(question, _rules(question, before), _only_if(question, known), before) for question in questions]


def grouped(stored: Iterable[Mapping[str, Any]], before: str = "") -> list[Group]:
    groups: list[Group] = []
    for asked in asked_in_order(stored, before):
        if asked.question.kind is Kind.SECTION:
            groups.append(Group(asked))
        else:
            if not groups:
                groups.append(Group(None))
            groups[-1].questions.append(asked)
    return groups


def options_of(question: Question) -> list[tuple[str, Any]]:
    match question.kind:
        case Kind.YES_NO:
            return [(YES, _("Yes")), (NO, _("No"))]
        case Kind.DIET:
            return list(DIETS.items())
        case Kind.REGION:
            return list(region_names(language()).items())
    return [(option.code, t(option.label)) for option in question.options]


def _rules(question: Question, before: str) -> str:
    rules = [{"name": f"{before}answers.{rule.question}", "is": sorted(rule.one_of)} for rule in question.when]
    return json.dumps(rules) if rules else ""


def _only_if(question: Question, known: Mapping[str, Question]) -> str:
    return " ".join(condition_words(condition, known[condition.question]) for condition in question.when)


def condition_words(condition: Condition, other: Question) -> str:
    """Only if “Will you take the coach?” is answered “Yes”."""
    options = [_("“%(option)s”", option=words) for code, words in options_of(other) if code in condition.one_of]
    answers = _(" or ").join(options)
    return str(_("Only if “%(question)s” is answered %(answers)s.", question=t(other.label), answers=answers))
