"""The form builder: the questions of a registration type, their order and conditions, and a preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.editing.removals import removals_page
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.queries import get_edition_id
from forumapp.domain.registration.forms.questions import MOST_QUESTIONS, Kind, read_questions
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.types import form_editor
from forumapp.schemas.choices import QuestionKind
from forumapp.web.forms.faults import fault as fault_words
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.frame import FRAMED, FRAMING
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import tell_removed
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.registration_types.question_fields import fields_for, step_options
from forumapp.web.public.registration.forms import show
from forumapp.web.public.registration.questions import Asked, asked_in_order
from forumapp.web.wording import labels
from forumapp.web.wording.language import language, spoken_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.registration.models import RegistrationType

SECTION = "types"
TYPE = "/<edition>/registrations/types/<code>/form"


@dataclass(frozen=True, slots=True)
class Line:
    """A question in the list. `id` is its number among those that are put in order."""

    id: int
    asked: Asked


@dataclass
class Drafted:
    """A question in the shape of the form's fields, with the version of its form."""

    version: int
    code: str
    kind: str
    label: dict[str, str]
    help: dict[str, str]
    required: bool
    for_organizers: bool
    options: list[dict[str, Any]]
    when: list[dict[str, Any]]
    least: float | None
    most: float | None

    @classmethod
    def of(cls, row: RegistrationType, code: str) -> Drafted:
        question = form_editor.find_question(row.questions, code)
        settings = {name: question.get(name) for name in ("required", "for_organizers", "least", "most")}
        lists: dict[str, Any] = {name: question.get(name) or [] for name in ("options", "when")}
        texts: dict[str, Any] = {name: question.get(name) or {} for name in ("label", "help")}
        return cls(version=row.version, code=code, kind=str(question["kind"]), **texts, **lists, **settings)  # type: ignore[arg-type]


@blueprint.get(TYPE)
@needs(Permission.SEE_EDITION)
def registration_form(code: str, arrangement: Arrangement | None = None) -> ResponseReturnValue:
    return builder(code, arrangement)


def builder(code: str, arrangement: Arrangement | None = None, fault: str = "") -> Response:
    row = type_named(code)
    lines = [
        Line(form_editor.number_of(question.question.code), question) for question in asked_in_order(row.questions)
    ]
    arrangement = arrangement or Arrangement.of(lines)
    dropped = removals_page(reading(), access(), of=("question", row.id)).items
    return framing(
        render_template(
            "organizer/registration/form.html",
            section=SECTION,
            row=row,
            lines=arrangement.sorted(lines),
            arrangement=arrangement,
            theirs=[pick(line.asked.question.label, language()) for line in arrangement.sorted_as_theirs(lines)],
            kinds=labels.options(QuestionKind),
            dropped=dropped,
            full=len(lines) >= MOST_QUESTIONS,
            others=sources_of(row),
            fault=fault,
        )
    )


@blueprint.post(f"{TYPE}/order")
@needs(Permission.EDIT_EDITION)
def order_questions(code: str) -> ResponseReturnValue:
    row = type_named(code)
    type_id = row.id

    def change(db: DbSession, ids: list[int], version: int) -> None:
        form_editor.order_questions(db, edition().id, type_id, ids, version=version, actor=actor(), now=clock.now())

    def stands() -> Order:
        return form_editor.question_order(type_named(code).questions)

    try:
        refused = order_refused(change, stands)
    except Invalid as refusal:
        return builder(code, fault=refusal_message(refusal)), 422
    if refused:
        return builder(code, refused), 412
    return redirect(url_for("organizer.registration_form", code=code, _anchor=place_on_page()))


@blueprint.post(f"{TYPE}/copy")
@needs(Permission.EDIT_EDITION)
def copy_questions(code: str) -> ResponseReturnValue:
    words = request.form.get("from", "").rpartition("/")
    if f"{words[0]}{words[1]}{words[2]}" not in dict(sources_of(type_named(code))):
        return builder(code, fault=fault_words("unknown")), 422

    def do(db: DbSession, row: RegistrationType, **by: Any) -> None:
        source_edition_id = get_edition_id(db, words[0]) if words[0] else None
        form_editor.copy_questions(db, edition().id, row.id, words[2], from_edition_id=source_edition_id, **by)

    return changed(code, do, _("The questions have been copied."), _("Copy the questions"))


def sources_of(row: RegistrationType) -> list[tuple[str, str]]:
    """List the types to copy questions from; a type of another edition is written as edition address and code."""
    sources = []
    for source_edition, source_type in form_editor.list_sources(reading(), row, actor=actor()):
        name = pick(source_type.name, language())
        here = source_edition.id == row.edition_id
        words = name if here else _("%(type)s (%(edition)s)", type=name, edition=pick(source_edition.name, language()))
        sources.append((source_type.code if here else f"{source_edition.slug}/{source_type.code}", words))
    return sources


@blueprint.route(f"{TYPE}/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_question(code: str) -> ResponseReturnValue:
    row = type_named(code)
    kind = kind_named(request.args.get("kind", ""))
    fields = fields_for(kind, None, read_questions(row.questions))
    if request.method == "GET":
        form = Form.empty(fields, options=[])
        form.version = row.version
        return question_page(form, row, kind)
    form, type_id = Form.sent(fields, request.form), row.id
    if steps(form):
        return question_page(form, row, kind)

    def add(db: DbSession) -> None:
        question = {**stored_of(form.values), "kind": kind.value}
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        form_editor.add_question(db, edition().id, type_id, question, **by)

    try:
        if not saved(form, add):
            return question_page(form, type_named(code), kind), 422
    except Stale:
        # A new question differs from no stored one, and is added to the form as it is now.
        row = type_named(code)
        form.version, form.faults = row.version, {"": "form-changed"}
        return question_page(form, row, kind), 412
    flash(_("It has been added to the form."), "ok")
    return redirect(url_for("organizer.registration_form", code=code))


@blueprint.route(f"{TYPE}/questions/<question>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def form_question(code: str, question: str) -> ResponseReturnValue:
    row = type_named(code)
    draft, type_id = Drafted.of(row, question), row.id
    kind = Kind(draft.kind)
    fields = fields_for(kind, question, read_questions(row.questions))
    if request.method == "GET":
        return question_page(Form.of(fields, draft), row, kind, draft)
    form = Form.sent(fields, request.form, draft)
    if steps(form):
        return question_page(form, row, kind, draft)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        values = stored_of(form.values, {option["code"]: option for option in draft.options})
        form_editor.change_question(db, edition().id, type_id, question, values, **by)

    if not saved(form, change, lambda: Drafted.of(type_named(code), question)):
        return question_page(form, type_named(code), kind, draft), form.status
    flash(_("The question has been saved."), "ok")
    return redirect(url_for("organizer.registration_form", code=code, _anchor=f"row-{form_editor.number_of(question)}"))


@blueprint.post(f"{TYPE}/questions/<question>/remove")
@needs(Permission.EDIT_EDITION)
def remove_question(code: str, question: str) -> ResponseReturnValue:
    def do(db: DbSession, row: RegistrationType, **by: Any) -> Removal:
        return form_editor.remove_question(db, edition().id, row.id, question, **by)

    words = _("It has been taken off the form. Answers that were given stay with those who gave them.")

    return changed(code, do, words, _("Take it off the form"))


@blueprint.route(f"{TYPE}/preview", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION)
def preview_form(code: str) -> ResponseReturnValue:
    """Render the public form in a frame of the builder, with the question being edited. Nothing is saved."""
    row = type_named(code)
    wanted = request.values.get("of", language())
    questions, writing = row.questions, request.method == "POST"
    if writing:
        questions = form_editor.with_question(questions, unsaved(row))
    with spoken_in(wanted if wanted in LANGUAGES else LANGUAGES[0]):
        frame = "public/registration/framed.html"
        page = show(edition(), row, {}, {}, questions=questions, frame=frame, all_shown=writing)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def unsaved(row: RegistrationType) -> dict[str, Any]:
    """The question as it is typed just now, as far as it can be shown."""
    code = request.args.get("question")
    stands = form_editor.find_question(row.questions, code) if code else {}
    kind = Kind(str(stands["kind"])) if code else kind_named(request.args.get("kind", ""))
    form = Form.sent(fields_for(kind, code, read_questions(row.questions)), request.form)
    typed = {**stands, **stored_of(form.values), "code": code or "draft", "kind": kind.value}
    return {**typed, "label": typed.get("label") or {language(): "…"}, "options": typed.get("options") or []}


def steps(form: Form) -> bool:
    """Return whether a button only moves an option or adds a row."""
    up, down = (request.form.get(name, type=whole_number) for name in ("up", "down"))
    if up is None and down is None:
        form.faults = {} if "another" in request.form else form.faults
        return "another" in request.form
    step_options(form.raw, up, down)
    form.faults = {}
    return True


def stored_of(values: Mapping[str, Any], options: Mapping[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the submitted fields as a stored question; an option keeps its other settings."""
    kept = dict(values)
    if "options" in kept:
        kept["options"] = [{**(options or {}).get(option["code"], {}), **option} for option in kept["options"]]
    return kept


def changed(code: str, do: Any, words: str, again: str) -> ResponseReturnValue:
    """Do something to the form that was looked at, and go back to it."""
    try:
        with transaction() as db:
            row = type_named(code, db)
            removal = do(db, row, version=request.form.get("version", 0, whole_number), actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, again, url_for("organizer.registration_form", code=code))
    except Invalid as refusal:
        return builder(code, fault=refusal_message(refusal)), 422
    if removal is not None:
        tell_removed(removal, words)
    else:
        flash(words, "ok")
    return redirect(url_for("organizer.registration_form", code=code))


def refusal_message(refusal: Invalid) -> str:
    return fault_words(next(iter(refusal.fields.values()), refusal.code))


def type_named(code: str, db: DbSession | None = None) -> RegistrationType:
    return queries.get_type(db or reading(), edition().id, code)


def kind_named(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError as error:
        raise NotFound(entity="question") from error


def question_page(form: Form, row: RegistrationType, kind: Kind, draft: Drafted | None = None) -> Response:
    page = render_template(
        "organizer/registration/question.html", section=SECTION, form=form, row=row, kind=kind, draft=draft
    )
    return framing(page)


def framing(page: str) -> Response:
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer
