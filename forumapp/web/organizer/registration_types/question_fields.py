"""The fields of a question in the form builder, by its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core.values.text import LANGUAGES, is_visible, pick
from forumapp.domain.forums.rules import free_code
from forumapp.domain.registration.forms.questions import DECIDING, LARGEST, MOST_PLACES, WITH_OPTIONS, Kind, Question
from forumapp.web.forms.fields import LINE, PARAGRAPHS, Fault, Field, Flag, Texts, checked
from forumapp.web.public.registration.questions import options_of
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.datastructures import MultiDict

MOST_OPTIONS = 200
LABEL = Texts(name="label", label=_l("Question"), required=True)
HEADING = Texts(name="label", label=_l("Heading"), required=True)
HELP = Texts(name="help", label=_l("Help"), help=_l("Shown under the question."), longest=PARAGRAPHS)
REQUIRED = Flag(name="required", label=_l("It must be answered"))
FOR_ORGANIZERS = Flag(
    name="for_organizers",
    label=_l("For organizers only"),
    help=_l("It is not on the public form, and nobody outside is told of it."),
)
CODE = Field(
    name="code",
    label=_l("Short code"),
    help=_l("The column's name in exports and programs. Made from the question if left empty."),
    longest=40,
)


@dataclass(frozen=True, kw_only=True)
class Options(Field):
    """The options of a question, in all languages side by side: a row per option and some empty ones.

    An emptied row is removed; an option keeps its code and other settings.
    """

    control: ClassVar[str] = "options"

    def rows(self, raw: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the typed rows and some empty ones: one more than the form sent."""
        typed = raw.get(self.name) or []
        is_spare = bool(typed) and not any((*typed[-1]["shown"].values(), typed[-1]["many"]))
        return [*typed, *([{}] if is_spare else [{}, {}, {}])]

    def write(self, value: Any) -> dict[str, Any]:
        return {
            self.name: [
                {**option, "shown": option["label"], "many": _as_typed(option.get("places"))} for option in value or ()
            ]
        }

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        texts = [[text.strip() for text in sent.getlist(f"{self.name}.{code}")] for code in LANGUAGES]
        codes = sent.getlist(f"{self.name}.code")
        places = [text.strip() for text in sent.getlist(f"{self.name}.places")] or [""] * len(codes)
        rows = zip(codes, places, *texts, strict=False)
        return {
            self.name: [
                {"code": code, "many": many, "shown": dict(zip(LANGUAGES, row, strict=True))}
                for code, many, *row in rows
            ]
        }

    def parse(self, raw: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = [option for option in raw[self.name] if any(map(is_visible, option["shown"].values()))]
        if not rows:
            raise Fault("required")
        if len(rows) > MOST_OPTIONS:
            raise Fault("too-long")
        taken = {row["code"] for row in rows if row["code"]}
        options = []
        for option in rows:
            label = {code: checked(text, LINE) for code, text in option["shown"].items() if text}
            code = option["code"] or free_code(label, taken, "option")
            taken.add(code)
            options.append({"code": code, "label": label, "places": _places(option["many"])})
        return options

    def words(self, value: Any) -> str:
        return " · ".join(_in_words(option) for option in value or ())


def _as_typed(places: int | None) -> str:
    return "" if places is None else str(places)


def _places(typed: str) -> int | None:
    if not typed:
        return None
    try:
        number = int(typed)
    except ValueError as error:
        raise Fault("not-a-number") from error
    if not 0 <= number <= MOST_PLACES:
        raise Fault("too-small:0" if number < 0 else f"too-large:{MOST_PLACES}")
    return number


def _in_words(option: Mapping[str, Any]) -> str:
    label = pick(option["label"], language())
    return label if option.get("places") is None else f"{label} ({option['places']})"


def step_options(raw: dict[str, Any], up: int | None, down: int | None) -> None:
    """Move a typed option by its number, for users without a script."""
    rows = raw[OPTIONS.name]
    at, to = (up, (up or 0) - 1) if up is not None else (down or 0, (down or 0) + 1)
    if at is not None and 0 <= at < len(rows) and 0 <= to < len(rows):
        rows.insert(to, rows.pop(at))


@dataclass(frozen=True, kw_only=True)
class Limit(Field):
    type: str = "number"

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: "" if value is None else f"{value:.15g}"}

    def parse(self, raw: Mapping[str, Any]) -> float | None:
        text = super().parse(raw)
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as error:
            raise Fault("not-a-number") from error
        if not abs(number) <= LARGEST:
            raise Fault("not-a-number")
        return int(number) if number.is_integer() else number


@dataclass(frozen=True, kw_only=True)
class Conditions(Field):
    """When a question is asked: of each question on which it depends, the answers that will do."""

    others: Sequence[Question]
    control: ClassVar[str] = "conditions"

    @property
    def offers(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """Return each question with its answers, as the form sends them."""
        return [
            (pick(other.label, language()), [(f"{other.code}={code}", words) for code, words in options_of(other)])
            for other in self.others
        ]

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: [f"{rule['question']}={answer}" for rule in value or () for answer in rule["is"]]}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        return {self.name: sent.getlist(self.name)}

    def parse(self, raw: Mapping[str, Any]) -> list[dict[str, Any]]:
        pairs = [deciding.partition("=")[::2] for deciding in raw[self.name]]
        conditions = []
        for deciding in self.others:
            answers = [code for code, _words in options_of(deciding) if (deciding.code, code) in pairs]
            if answers:
                conditions.append({"question": deciding.code, "is": answers})
        if len(pairs) != sum(len(condition["is"]) for condition in conditions):
            raise Fault("not-a-choice")
        return conditions

    def words(self, value: Any) -> str:
        known = {other.code: other for other in self.others}
        parts = []
        for each in value or ():
            deciding = known[each["question"]]
            answers = [str(words) for code, words in options_of(deciding) if code in each["is"]]
            parts.append(f"{pick(deciding.label, language())}{_(': ')}{', '.join(answers)}")
        return " · ".join(parts)


OPTIONS = Options(
    name="options",
    label=_l("Options"),
    help=_l(
        "One in each row, with how many may choose it; empty is no limit. Rows that you empty go; people who chose them"
        " keep their answer."
    ),
    required=True,
)
WHEN = _l("Of one question any marked answer will do; of several questions each counts. Unmarked: always asked.")


def fields_for(kind: Kind, code: str | None, form: Sequence[Question]) -> tuple[Field, ...]:
    """Return the fields of a question of this kind; `code` is None for a new one."""
    others = [question for question in form if question.kind in DECIDING and question.code != code]
    fields: list[Field] = [HEADING if kind is Kind.SECTION else LABEL, HELP]
    if kind in WITH_OPTIONS:
        fields.append(OPTIONS)
    if kind is Kind.NUMBER:
        fields += [Limit(name="least", label=_l("Smallest number")), Limit(name="most", label=_l("Largest number"))]
    if kind is not Kind.SECTION:
        fields.append(REQUIRED)
    if others:
        fields.append(Conditions(name="when", label=_l("Asked only if"), help=WHEN, others=others))
    fields.append(FOR_ORGANIZERS)
    return (*fields, CODE) if code is None else tuple(fields)
