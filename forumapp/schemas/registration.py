"""The values of a registration, the same for the web form and the API.

Errors are codes by field; `schemas/messages.py` has the words. A form is first brought into the shape of the JSON
(`from_form`), so there is one reading of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import marshmallow as ma
from email_validator import EmailNotValidError, validate_email

from forumapp.core.values.phones import BadPhone, e164
from forumapp.core.values.text import LANGUAGES, SCRIPTS, SIGNS, has_han, is_latin, is_visible, is_written, line_fault
from forumapp.domain.people.rules import usual_order
from forumapp.domain.registration.consent_texts import FREE, Purpose
from forumapp.domain.registration.forms.answers import check
from forumapp.domain.registration.forms.parsing import ENDS
from forumapp.domain.registration.forms.questions import Kind, Question, read_questions
from forumapp.domain.registration.rules import Applicant, MediaRole
from forumapp.schemas.fields import FORM_OF_ADDRESS, LINE, MAIL_ADDRESS, NAME, NAME_PART, ONE_LINE, PHONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME_ORDERS = ("family-first", "given-first")

_CODES: dict[str, Any] = {
    "required": "required",
    "null": "required",
    "invalid": "invalid",
    "invalid_utf8": "invalid",
    "validator_failed": "invalid",
    "type": "invalid",
    "unknown": "unknown",
}


class Line(ma.fields.String):
    """One line of text. Spaces around it are dropped; what is inside stays to the character."""

    default_error_messages = {**_CODES, "not-plain": "not-plain", "line-break": "line-break"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, *, longest: int = LINE, metadata: Mapping[str, Any] | None = None, **options: Any) -> None:
        self._longest = longest
        metadata = {"maxLength": longest, "pattern": ONE_LINE, **(metadata or {})}
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options).strip()
        if fault := line_fault(text):
            raise self.make_error(fault)
        if len(text) > self._longest:
            raise ma.ValidationError("too-long")
        if self.required and not text:
            raise self.make_error("required")
        return text


class NameLine(Line):
    """A name, or a part of one: in letters of whatever script, since badges are printed with it; or in `latin` ones."""

    default_error_messages = {"not-letters": "not-a-letter", "not-latin": "not-latin"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, *, latin: bool = False, **options: Any) -> None:
        super().__init__(longest=NAME, metadata={"pattern": NAME_PART}, **options)
        self._latin = latin

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not is_written(text):
            raise self.make_error("not-letters")
        if self._latin and not is_latin(text):
            raise self.make_error("not-latin")
        return text


class MailAddress(Line):
    default_error_messages = {"email": "not-an-email"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=MAIL_ADDRESS, metadata={"format": "email"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not text:
            return text
        try:
            # An office's own domain need not be known to the world, so that names such as ".local" pass.
            found = validate_email(text, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError as error:
            raise self.make_error("email") from error
        if "." not in found.domain:
            raise self.make_error("email")
        return found.normalized.lower()


class Phone(Line):
    """With its country code, kept as E.164: forums have guests from many numbering plans."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=PHONE, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not text:
            return text
        try:
            return e164(text)
        except BadPhone as bad:
            raise ma.ValidationError(bad.code) from bad


class Lines(ma.fields.Field[dict[str, str]]):
    """A line in several languages: {"en": "...", "zh-Hans": "..."}; languages left empty are left out."""

    default_error_messages = {**_CODES, "not-letters": "not-a-letter"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, *, longest: int = LINE, **options: Any) -> None:
        text = {"type": "string", "maxLength": longest, "pattern": ONE_LINE}
        schema = {"type": "object", "properties": dict.fromkeys(SCRIPTS, text), "additionalProperties": False}
        super().__init__(metadata=schema, load_default=dict, **options)
        self._line = Line(longest=longest)

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 (the base's)
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **_: Any,
    ) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        texts: dict[str, str] = {}
        faults: dict[str, Any] = {}
        for language, text in value.items():
            try:
                if language not in SCRIPTS:
                    raise self.make_error("unknown")
                texts[language] = str(self._line.deserialize(text))
                if not is_written(texts[language], signs=SIGNS):
                    raise self.make_error("not-letters")
            except ma.ValidationError as error:
                faults[str(language)] = error.messages
        if faults:
            raise ma.ValidationError(faults)
        return {language: text for language, text in texts.items() if text}


class OneOf(ma.fields.String):
    default_error_messages = {**_CODES, "option": "not-an-option"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, words: Sequence[str], *, description: str = "", **options: Any) -> None:
        metadata = {"description": description} if description else {}
        super().__init__(metadata={"enum": list(words), **metadata}, **options)
        self._words = words

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        word = super()._deserialize(value, attr, data, **options)
        if word not in self._words:
            raise self.make_error("option")
        return word


class Agreement(ma.fields.Boolean):
    """Nothing but true will do."""

    default_error_messages = {**_CODES, "required": "must-agree", "null": "must-agree", "agree": "must-agree"}  # noqa: RUF012 (marshmallow's own convention)

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"enum": [True]}, required=True, **options)

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 (the base's)
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **_: Any,
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        if not value:
            raise self.make_error("agree")
        return value


class Consents(ma.fields.List[Any]):
    """What is agreed to besides the privacy notice, each purpose apart."""

    default_error_messages = _CODES

    def __init__(self, **options: Any) -> None:
        words = OneOf([purpose.value for purpose in FREE])
        metadata = {"description": "Consents that the edition asks for; none is implied."}
        super().__init__(words, load_default=list, metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        return [Purpose(str(word)) for word in dict.fromkeys(super()._deserialize(value, attr, data, **options))]


class Answers(ma.fields.Dict):
    """By a question's code: a text, true or false, an option's code, or a list of those."""

    default_error_messages = _CODES

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=ma.fields.String(), load_default=dict, metadata={"additionalProperties": {}}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        given: dict[str, Any] = super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call]  # marshmallow's
        return {code: answer.strip() if isinstance(answer, str) else answer for code, answer in given.items()}


class RegistrationSchema(ma.Schema):
    """Everything but the organizer's own questions, which `registration_schema` adds."""

    questions: ClassVar[tuple[Question, ...]] = ()
    error_messages = _CODES

    latin_family = NameLine(latin=True, load_default="")
    latin_given = NameLine(latin=True, load_default="")
    name_order = OneOf(NAME_ORDERS, description="Left out, it is family-first for a name in Chinese characters.")
    native_full = NameLine(load_default="")
    native_family = NameLine(load_default="")
    native_given = NameLine(load_default="")
    native_language = OneOf(SCRIPTS, load_default="zh-Hans")
    form_of_address = Lines(longest=FORM_OF_ADDRESS)
    email = MailAddress(required=True)
    phone = Phone(load_default="")
    organization = Lines()
    title = Lines()
    language = OneOf(LANGUAGES, load_default="en")
    media_role = OneOf(
        [role.value for role in MediaRole],
        description="Needed where the type accredits media, who come for the organization that they name.",
    )
    media_role_other = Line(load_default="", metadata={"description": "Which role, if it is another one."})
    consent = Agreement()
    consents = Consents()
    answers = Answers()

    @ma.validates_schema(skip_on_field_errors=False)
    def _whole(self, values: dict[str, Any], **_: Any) -> None:
        faults: dict[str, Any] = {}
        if not any(is_visible(values.get(part, "-")) for part in ("latin_family", "latin_given")):
            faults["latin_family"] = ["required"]
        found = check(self.questions, values.get("answers") or {}).faults
        if found:
            faults["answers"] = {code: [fault] for code, fault in found.items()}
        if faults:
            raise ma.ValidationError(faults)

    @ma.post_load
    def _in_order(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        native = "".join(values.get(name, "") for name in ("native_full", "native_family", "native_given"))
        return {"name_order": usual_order(native), **values}


class SubstituteSchema(RegistrationSchema):
    """A substitute. Their answers and consents are their own."""

    class Meta:
        exclude = ("answers", "consent", "media_role", "media_role_other")


class PlusOneSchema(RegistrationSchema):
    """A plus-one. Mail goes to the principal, but consents are the plus-one's own."""

    class Meta:
        exclude = ("email", "phone", "language", "consent", "consents")


class NewPlusOneSchema(PlusOneSchema):
    """The same where the questions are not at hand yet: the service holds the answers against them."""

    @ma.validates_schema
    def _whole(self, values: dict[str, Any], **_: Any) -> None:
        pass


class OwnChangesSchema(RegistrationSchema):
    """A registrant's later changes: name, office, and answers, which the service compares with the current ones."""

    class Meta:
        fields = ("latin_family", "latin_given", "name_order", "native_full", "organization", "title", "answers")

    # Stored names remain valid in any script; the service refuses new ones.
    latin_family = NameLine(load_default="")
    latin_given = NameLine(load_default="")

    @ma.validates_schema
    def _whole(self, values: dict[str, Any], **_: Any) -> None:
        """A name in Latin letters may be missing where it stays as it was."""


def registration_schema(
    stored: Sequence[Mapping[str, Any]], base: type[RegistrationSchema] = RegistrationSchema
) -> type[RegistrationSchema]:
    """The schema with a type's questions, as they are stored in JSON."""
    return type(base.__name__, (base,), {"questions": read_questions(stored)})


def applicant_of(values: Mapping[str, Any]) -> Applicant:
    """From what the schema loaded. A native name given in parts alone is written as its script writes it."""
    family, given = values["native_family"], values["native_given"]
    between = "" if has_han(family + given) else " "
    return Applicant(
        latin_family=values["latin_family"],
        latin_given=values["latin_given"],
        name_order=values["name_order"],
        native_full=values["native_full"] or between.join(part for part in (family, given) if part),
        native_family=family,
        native_given=given,
        native_language=values["native_language"],
        form_of_address=values["form_of_address"],
        email=values.get("email") or None,
        phone=values.get("phone") or None,
        organization=values["organization"],
        title=values["title"],
        media_role=MediaRole(role) if (role := values.get("media_role")) else None,
        media_role_other=values.get("media_role_other", ""),
        answers=values.get("answers", {}),
        consents=(Purpose.PRIVACY, *values["consents"]) if values.get("consent") else (),
    )


class Form(Protocol):
    """A submitted form, as werkzeug reads it."""

    def get(self, key: str, /) -> str | None: ...
    def getlist(self, key: str, /) -> list[str]: ...


_LINES = (
    "latin_family", "latin_given", "name_order", "native_full", "native_family", "native_given", "native_language",
    "email", "phone", "language", "media_role", "media_role_other",
)  # fmt: skip
_TEXTS = ("form_of_address", "organization", "title")


def from_form(form: Form, stored: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A form as the JSON that the schema loads. Fields are named as errors are: "organization.en", "answers.diet"."""
    data: dict[str, Any] = {name: text for name in _LINES if (text := form.get(name))}
    for name in _TEXTS:
        data[name] = {language: text for language in SCRIPTS if (text := form.get(f"{name}.{language}"))}
    data["consent"] = form.get("consent") is not None
    data["consents"] = [purpose.value for purpose in FREE if form.get(f"consents.{purpose}") is not None]
    found = ((question.code, _answer(form, question)) for question in read_questions(stored))
    data["answers"] = {code: answer for code, answer in found if answer not in (None, "", [])}
    return data


def _answer(form: Form, question: Question) -> Any:
    name = f"answers.{question.code}"
    match question.kind:
        case Kind.CHOICES | Kind.DIET:
            return form.getlist(name)
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(form.get(name) or "")
        case Kind.NUMBER:
            return _number(form.get(name) or "")
        case Kind.TRAVEL:
            return _travel(form, name)
    return form.get(name)


def _number(text: str) -> Any:
    """A number, or the text that is none."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _travel(form: Form, name: str) -> dict[str, Any]:
    found = {end: {part: form.get(f"{name}.{end}.{part}") or "" for part in ("at", "flight")} for end in ENDS}
    return {end: parts for end, parts in found.items() if any(parts.values())}


def faults_by_field(error: ma.ValidationError) -> dict[str, str]:
    """Each field's first fault: {"answers.diet": "not-an-option"}."""
    return _flat(error.messages, "")


def _flat(messages: Any, name: str) -> dict[str, str]:
    if isinstance(messages, dict):
        found: dict[str, str] = {}
        for key, inner in messages.items():
            found |= _flat(inner, f"{name}.{key}" if name else str(key))
        return found
    return {name: str(messages[0] if isinstance(messages, list) else messages)}
