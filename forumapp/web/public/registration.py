"""Registering: choose a type, fill in its form, see what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError

from forumapp.core import clock
from forumapp.core.errors import Invalid
from forumapp.core.limits import FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.text import LANGUAGES, LINE, pick
from forumapp.core.transactions import reading, transaction
from forumapp.domain.agenda.suggesting import suggest_public_names
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.registration.choices import full_choices
from forumapp.domain.registration.consent_queries import asked_consents
from forumapp.domain.registration.errors import RegistrationClosed
from forumapp.domain.registration.filing import TAKEN
from forumapp.domain.registration.queries import full_types, get_type, list_types
from forumapp.domain.registration.questions import Kind, Question, for_public, read_questions
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.services import register
from forumapp.schemas.messages import fault_words
from forumapp.schemas.registration import applicant_of, faults_by_field, from_form, registration_schema
from forumapp.web.frame import FRAMING, pages
from forumapp.web.language import language
from forumapp.web.public.asked import grouped
from forumapp.web.public.site import edition_named, is_taking, render
from forumapp.web.public.uploads import held_files, with_files
from forumapp.web.words import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import RegistrationType

blueprint = pages("registration", __name__)


@blueprint.after_request
def hold_frames(response: Response) -> Response:
    """The badge is drawn in a frame of the form."""
    response.headers.setdefault("Content-Security-Policy", FRAMING)
    return response


VISITOR = Actor(None, Via.PAGE)
# What is told to someone who has just registered is kept in their own cookie, under this name.
TOLD = "registered"
UNPROCESSABLE = 422
OUTCOMES = {
    RegistrationStatus.CONFIRMED: (
        _l("You are registered"),
        _l("You have a place. We look forward to seeing you."),
    ),
    RegistrationStatus.WAITLISTED: (
        _l("You are on the waitlist"),
        _l("All places are taken. As soon as one is free for you, we write to you."),
    ),
    RegistrationStatus.APPLIED: (
        _l("We have your request"),
        _l("The organizer decides on it and writes to you."),
    ),
}


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the form is sent, and where it asks for help."""

    send: str
    spelling: str
    badge: str
    organizations: str


@blueprint.get("/<slug>/register")
def choose(slug: str) -> ResponseReturnValue:
    """The types that are open; the form itself where there is only one."""
    edition = edition_named(slug)
    found = list_types(reading(), edition.id) if is_taking(edition) else []
    types = [one for one in found if one.is_open]
    if len(types) == 1:
        return redirect(url_for(".form", slug=slug, code=types[0].code))
    values = {"full": full_types(reading(), types), "by_invitation": any(one.by_invitation for one in found)}
    return render("public/registration/choose.html", edition, "registration", types=types, **values)


@blueprint.get("/<slug>/register/<code>")
def form(slug: str, code: str) -> ResponseReturnValue:
    edition, kind = offered(slug, code)
    return show(edition, kind, usual_values(), {})


def usual_values() -> dict[str, Any]:
    """With what the form of someone begins of whom nothing is known."""
    chinese = language() == "zh-Hans"
    return {
        "name_order": "family-first" if chinese else "given-first",
        "name_script": "han" if chinese else "latin",
    }


@blueprint.post("/<slug>/register/<code>")
@limiter.limit(FORMS, exempt_when=is_local)
def send(slug: str, code: str) -> ResponseReturnValue:
    edition, kind = offered(slug, code)
    given, bad_files = with_files(kind)
    if given.get("website"):  # no person sees this field
        return show(edition, kind, typed(given, kind), {"": _("Please leave the hidden field empty.")}), UNPROCESSABLE
    try:
        loaded = read_form(given, kind, bad_files)
        with transaction() as db:
            placed = register(
                db,
                edition.id,
                kind.code,
                applicant_of(loaded),
                source=Source.FORM,
                language=language(),
                actor=VISITOR,
                now=clock.now(),
            )
    except ValidationError as error:
        return show(edition, kind, typed(given, kind), in_words({**faults_by_field(error), **bad_files})), UNPROCESSABLE
    except Invalid as refusal:
        return show(edition, kind, typed(given, kind), in_words(refusal.fields)), UNPROCESSABLE
    session[TOLD] = {"slug": slug, "code": code, "status": placed.status.value, "email": loaded["email"]}
    return redirect(url_for(".done", slug=slug), 303)


def read_form(given: MultiDict[str, str], kind: RegistrationType, bad_files: Mapping[str, str]) -> dict[str, Any]:
    """Raises ValidationError, and Invalid where nothing but a file is wrong."""
    questions = for_public(kind.questions)
    loaded: dict[str, Any] = registration_schema(questions)().load(
        {**from_form(given, questions), "language": language()}
    )
    if bad_files:
        raise Invalid(fields=dict(bad_files))
    return loaded


@blueprint.get("/<slug>/register/<code>/organizations")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def organizations(slug: str, code: str) -> ResponseReturnValue:
    """Names of organizations that are public, while someone types theirs into an open form."""
    offered(slug, code)
    return suggested_organizations()


def suggested_organizations() -> ResponseReturnValue:
    found = suggest_public_names(reading(), request.args.get("q", "")[:LINE])
    return {"items": [{"label": pick(one, language()), "texts": in_all(one)} for one in found]}


def in_all(texts: Mapping[str, str]) -> dict[str, str]:
    """A name in each of our languages that it has, for a line of that language."""
    return {code: texts[code] for code in LANGUAGES if texts.get(code)}


@blueprint.get("/<slug>/registered")
def done(slug: str) -> ResponseReturnValue:
    """What came of it. A newcomer and someone who was registered already see the same; all else goes by mail."""
    edition = edition_named(slug)
    told = session.get(TOLD)
    if not told or told["slug"] != slug:
        return redirect(url_for(".choose", slug=slug))
    title, text = OUTCOMES[RegistrationStatus(told["status"])]
    return render("public/registration/done.html", edition, "registration", title=title, text=text, **told)


def offered(slug: str, code: str) -> tuple[Edition, RegistrationType]:
    """An open type of an edition that takes registrations. Raises NotFound and RegistrationClosed."""
    edition = edition_named(slug)
    kind = get_type(reading(), edition.id, code)
    if not (is_taking(edition) and kind.is_open):
        raise RegistrationClosed
    return edition, kind


@blueprint.errorhandler(RegistrationClosed)
def closed(_refusal: RegistrationClosed) -> ResponseReturnValue:
    """The page that says so, with the way back, instead of a bare error."""
    edition = edition_named((request.view_args or {})["slug"])
    types = list_types(reading(), edition.id, open_only=True) if is_taking(edition) else []
    full = full_types(reading(), types)
    return render("public/registration/choose.html", edition, "registration", types=types, full=full), 409


def show(
    edition: Edition,
    kind: RegistrationType,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    questions: Iterable[Mapping[str, Any]] | None = None,
    frame: str = "public/base.html",
    all_shown: bool = False,
    spellings: Iterable[tuple[str, str]] | None = None,
    ways: Ways | None = None,
    **beside: Any,
) -> str:
    """The form of a type; a preview shows it with other `questions`, in a `frame` of its own, and `all_shown` whatever
    depends on other answers. `ways` says where else than usual it is sent.
    """
    questions = for_public(kind.questions if questions is None else questions)
    return render(
        "public/registration/form.html",
        edition,
        "registration",
        frame=frame,
        all_shown=all_shown,
        spellings=spellings,
        ways=ways or ways_of(edition, kind),
        type=kind,
        is_full=bool(full_types(reading(), [kind])),
        groups=grouped(questions),
        held=held_files(kind, values),
        taken=TAKEN,
        full_choices=full_choices(reading(), kind),
        values=values,
        errors=errors,
        consents=asked_consents(reading(), edition.id),
        labels={**field_labels(), **{f"answers.{one.code}": t(one.label) for one in read_questions(questions)}},
        **name_choices(),
        **beside,
    )


def name_choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "scripts": [
            ("latin", _("in Latin letters")),
            ("han", _("in Chinese characters, and in Latin letters too")),
        ],
        "orders": [
            ("given-first", _("Given name first, as in Mary Smith")),
            ("family-first", _("Family name first, as in WANG Xiaoming")),
        ],
    }


def ways_of(edition: Edition, kind: RegistrationType) -> Ways:
    pages = (".form", ".spelling", ".badge", ".organizations")
    return Ways(*(url_for(f"registration{page}", slug=edition.slug, code=kind.code) for page in pages))


def field_labels() -> dict[str, str]:
    organization, title = _("Organization"), _("Your title there")
    return {
        "name_script": _("My name is written"),
        "latin_family": _("Family name in Latin letters"),
        "latin_given": _("Given name in Latin letters"),
        "name_order": _("How is your name read?"),
        "native_full": _("Name in Chinese characters"),
        "organization": organization,
        "organization.en": organization,
        "organization.zh-Hans": organization,
        "title": title,
        "title.en": title,
        "title.zh-Hans": title,
        "email": _("E-mail"),
        "phone": _("Phone"),
        "consent": _("Privacy notice"),
    }


def typed(given: MultiDict[str, str], kind: RegistrationType) -> dict[str, Any]:
    """What was typed, by the names of the controls: nothing is lost when something is wrong."""
    values: dict[str, Any] = given.to_dict()
    values.setdefault("name_script", "han" if given.get("native_full") else "latin")
    for one in read_questions(kind.questions):
        if has_several(one):
            values[f"answers.{one.code}"] = given.getlist(f"answers.{one.code}")
    return values


def has_several(question: Question) -> bool:
    return question.kind in (Kind.CHOICES, Kind.DIET)


def in_words(faults: Mapping[str, str]) -> dict[str, str]:
    """Faults by field, in the order in which the form shows the fields."""
    order = list(field_labels())
    known = sorted(faults, key=lambda name: order.index(name) if name in order else order.index("consent") - 0.5)
    return {name: str(fault_words(faults[name])) for name in known}
