"""The form of a registration type: shown, read, and shown again with its faults."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias, TypeVar

from flask import abort, make_response, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.core.values.text import LANGUAGES, LINE, pick
from forumapp.domain.agenda.publishing.organization_suggestions import suggest_public_names
from forumapp.domain.registration.capacity.options import full_choices
from forumapp.domain.registration.consent_queries import asked_consents
from forumapp.domain.registration.errors import TooManyForAddress
from forumapp.domain.registration.forms.questions import Kind, Question, bound_of, for_public, read_questions
from forumapp.domain.registration.lists.queries import full_types
from forumapp.domain.registration.uploads.file_checks import TAKEN
from forumapp.schemas.choices import MediaRole
from forumapp.schemas.messages import bound_words, fault_words, refusal_words
from forumapp.schemas.registration import (
    RegistrationSchema,
    applicant_of,
    faults_by_field,
    from_form,
    registration_schema,
)
from forumapp.web.frame import FRAMING
from forumapp.web.public.registration.questions import grouped
from forumapp.web.public.registration.several_people import (
    PLUS_ONES,
    befores_in,
    of_part,
    parts_shown,
    sent_form,
    split,
)
from forumapp.web.public.registration.uploads import held_files
from forumapp.web.public.site import render
from forumapp.web.wording import labels
from forumapp.web.wording.language import language
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.datastructures import MultiDict

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import RegistrationType
    from forumapp.domain.registration.rules import Applicant

UNPROCESSABLE = 422
# Spellings proposed for a name, by the prefix of its controls.
Spellings: TypeAlias = "Mapping[str, Sequence[tuple[str, str]]]"
Read = TypeVar("Read")
Taken = TypeVar("Taken")


class Again(Protocol):
    """Shows a form again, with the submitted values and the faults in words, by control."""

    def __call__(
        self,
        values: Mapping[str, Any],
        errors: Mapping[str, str],
        /,
        *,
        spellings: Spellings = ...,
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the form is sent, and where it asks for help."""

    send: str
    spelling: str
    badge: str
    organizations: str


def several_applicants(
    kind: RegistrationType, parts: str, schema: type[RegistrationSchema]
) -> Callable[[MultiDict[str, str]], list[Applicant]]:
    """Reads all the people of a form in `parts`. Raises ValidationError with the faults of all of them."""
    read_one = an_applicant(kind, schema)

    def read(given: MultiDict[str, str]) -> list[Applicant]:
        applicants: list[Applicant] = []
        faults: dict[str, Any] = {}
        for before in befores_in(given, parts):
            try:
                applicants.append(read_one(of_part(given, before)))
            except ValidationError as error:
                faults |= {f"{before}{name}": [fault] for name, fault in faults_by_field(error).items()}
        if faults:
            raise ValidationError(faults)
        return applicants

    return read


def together(*readers: Callable[[MultiDict[str, str]], Any]) -> Callable[[MultiDict[str, str]], list[Any]]:
    """Reads one form in several ways. Raises ValidationError with the faults of all of them."""

    def read(given: MultiDict[str, str]) -> list[Any]:
        results: list[Any] = []
        faults: dict[str, Any] = {}
        for reader in readers:
            try:
                results.append(reader(given))
            except ValidationError as error:
                faults |= {name: [fault] for name, fault in faults_by_field(error).items()}
        if faults:
            raise ValidationError(faults)
        return results

    return read


def hold_frames(response: Response) -> Response:
    """The badge is drawn in a frame of the form."""
    response.headers.setdefault("Content-Security-Policy", FRAMING)
    return response


def usual_values() -> dict[str, Any]:
    """The initial values of an empty form."""
    chinese = language() == "zh-Hans"
    return {
        "name_order": "family-first" if chinese else "",
        "name_script": "han" if chinese else "latin",
    }


def show(
    edition: Edition,
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    questions: Iterable[Mapping[str, Any]] | None = None,
    frame: str = "public/base.html",
    all_shown: bool = False,
    spellings: Spellings = MappingProxyType({}),
    parts: str = "",
    ways: Ways | None = None,
    **variables: Any,
) -> str:
    """The form of a type; a preview shows it with other `questions`, in a `frame` of its own, and `all_shown` whatever
    depends on other answers. `ways` says where else than usual it is sent; `parts` who else may be on it.
    """
    questions = for_public(kind.questions if questions is None else questions)
    return render(
        "public/registration/form.html",
        edition,
        "registration",
        frame=frame,
        all_shown=all_shown,
        ways=ways or ways_of(edition, kind),
        type=kind,
        along=parts == PLUS_ONES and kind.plus_ones > 0,
        is_full=bool(full_types(reading(), [kind])),
        values=values,
        errors=errors,
        consents=asked_consents(reading(), edition.id),
        **controls(kind, values, errors, spellings, questions=questions, parts=parts),
        **variables,
    )


def controls(
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    spellings: Spellings,
    *,
    questions: Sequence[Mapping[str, Any]] | None = None,
    parts: str = "",
) -> dict[str, Any]:
    """The variables with which templates ask for a name and the answers to a type's questions, of one person or also of
    several in `parts`.
    """
    questions = for_public(kind.questions) if questions is None else questions
    wanted = {split(name)[0] for name in errors} | set(spellings)
    people = parts_shown(questions, values, wanted, parts)
    asked = {f"answers.{question.code}": t(question.label) for question in read_questions(questions)}
    theirs = {**field_labels(is_media=kind.is_media), **their_labels(), **asked}
    of_parts = {
        f"{person.before}{name}": _("Person %(number)s: %(label)s", number=person.number, label=label)
        for person in people
        for name, label in theirs.items()
    }
    return {
        "groups": grouped(questions),
        "parts": people,
        "held": held_files(kind, values, ("", *(person.before for person in people)), questions),
        "taken": TAKEN,
        "full_choices": full_choices(reading(), kind),
        "labels": {**field_labels(is_media=kind.is_media), **asked, **of_parts},
        "their_labels": theirs,
        "spellings": spellings,
        "media_roles": labels.options(MediaRole) if kind.is_media else [],
        **name_choices(),
    }


def name_choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "scripts": [
            ("latin", _("in Latin letters")),
            ("han", _("in Chinese characters, and in Latin letters too")),
        ],
        "orders": [
            ("", _("Default")),
            ("given-first", _("Given name first, as in Mary Smith")),
            ("family-first", _("Family name first, as in WANG Xiaoming")),
        ],
    }


def ways_of(edition: Edition, kind: RegistrationType) -> Ways:
    pages = (".form", ".spelling", ".badge", ".organizations")
    return Ways(*(url_for(f"registration{page}", slug=edition.slug, code=kind.code) for page in pages))


def field_labels(*, is_media: bool = False) -> dict[str, str]:
    organization, title = _("Media outlet") if is_media else _("Organization"), _("Your title there")
    return {
        "name_script": _("My name is written"),
        "latin_family": _("Family name in Latin letters"),
        "latin_given": _("Given name in Latin letters"),
        "name_order": _("Name order"),
        "native_full": _("Name in Chinese characters"),
        "organization": organization,
        "organization.en": organization,
        "organization.zh-Hans": organization,
        "title": title,
        "title.en": title,
        "title.zh-Hans": title,
        "media_role": _("Your role"),
        "media_role_other": _("Which role"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "consent": _("Privacy notice"),
    }


def received(
    kind: RegistrationType,
    again: Again,
    read: Callable[[MultiDict[str, str]], Read],
    take: Callable[[DbSession, Read], Taken],
    *,
    messages: Mapping[Any, Any] | None = None,
    parts: str = "",
) -> Taken:
    """Read the submitted form with `read` and `take` its values in one transaction. On faults, and on refusals with a
    message in `messages`, aborts with the form shown `again` and all values kept.
    """
    sent = sent_form(kind, parts)
    given, bad_files = sent.form, sent.faults
    words: dict[Any, Any] = {TooManyForAddress: refusal_words(TooManyForAddress.code), **(messages or {})}

    def refuse(faults: Mapping[str, str], status: int = UNPROCESSABLE) -> NoReturn:
        abort(make_response(again(typed(given, kind, sent.befores), faults), status))

    if given.get("website"):  # no person sees this field
        refuse({"": _("Please leave the hidden field empty.")})
    try:
        values = read(given)
    except ValidationError as error:
        refuse(in_words({**faults_by_field(error), **bad_files}, kind.questions))
    if bad_files:
        refuse(in_words(bad_files))
    try:
        with transaction() as db:
            return take(db, values)
    except Invalid as refusal:
        refuse(in_words(refusal.fields, kind.questions))
    except tuple(words) as refusal:
        refuse({"": str(words[type(refusal)])}, refusal.status)


def an_applicant(
    kind: RegistrationType, schema: type[RegistrationSchema] = RegistrationSchema, *, organizer: bool = False
) -> Callable[[MultiDict[str, str]], Applicant]:
    """Reads who registers from the form of a type, or as much of one as `schema` knows. Raises ValidationError."""
    questions = kind.questions if organizer else for_public(kind.questions)
    whole = registration_schema(questions, schema)()

    def read(given: MultiDict[str, str]) -> Applicant:
        sent = {"language": language(), **from_form(given, questions)}
        applicant = applicant_of(whole.load({name: sent[name] for name in sent if name in whole.fields}))
        applicant.reckon()
        return applicant

    return read


def their_labels() -> dict[str, str]:
    """Labels of a form about somebody else than the person who fills it in."""
    return {
        "name_script": _("Their name is written"),
        "name_order": _("How is their name read?"),
        "title": _("Their title there"),
        "title.en": _("Their title there"),
        "title.zh-Hans": _("Their title there"),
        "media_role": _("Their role"),
    }


def typed(given: MultiDict[str, str], kind: RegistrationType, befores: Iterable[str] = ()) -> dict[str, Any]:
    """The submitted values by control, to show them again after a fault."""
    values: dict[str, Any] = given.to_dict()
    several = [f"answers.{question.code}" for question in read_questions(kind.questions) if has_several(question)]
    for before in ("", *befores):
        values.setdefault(f"{before}name_script", "han" if given.get(f"{before}native_full") else "latin")
        values |= {f"{before}{name}": given.getlist(f"{before}{name}") for name in several}
    return values


def has_several(question: Question) -> bool:
    return question.kind in (Kind.CHOICES, Kind.DIET)


def in_words(faults: Mapping[str, str], questions: Iterable[Mapping[str, Any]] = ()) -> dict[str, str]:
    """Faults by field, in the order in which the form shows the fields. `questions` know their bounds."""
    asked = {f"answers.{question.code}": question for question in read_questions(questions)}
    order = list(field_labels())
    last = order.index("consent") - 0.5

    def place(name: str) -> tuple[float, str, float]:
        before, rest = split(name)
        own = order.index(rest) if rest in order else last
        return (last, before, own) if before else (own, "", 0)

    def words(name: str) -> str:
        question = asked.get(split(name)[1])
        bound = bound_of(question, faults[name]) if question else None
        return str(fault_words(faults[name])) if bound is None else bound_words(faults[name], bound)

    return {name: words(name) for name in sorted(faults, key=place)}


def suggested_organizations() -> ResponseReturnValue:
    names = suggest_public_names(reading(), request.args.get("q", "")[:LINE])
    return {"items": [{"label": pick(name, language()), "texts": in_all(name)} for name in names]}


def in_all(texts: Mapping[str, str]) -> dict[str, str]:
    """A name in each of our languages that it has, for a line of that language."""
    return {code: texts[code] for code in LANGUAGES if texts.get(code)}
