"""Papers: what can be printed, what should be mended first, and the prints under way and done."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.numbers import whole_number
from forumapp.core.text import pick
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import version_numbers
from forumapp.domain.delegations.queries import delegations_page, get_delegation, list_members
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing import itineraries, queries, services
from forumapp.domain.printing.agenda_papers import agenda_paper, is_of_the_agenda
from forumapp.domain.printing.back_facts import back_facts
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.rules import Options, format_for, options_from, said_stock, stock_for, takes
from forumapp.domain.printing.speaker_agendas import list_speaker_agendas, speaker_agenda_values
from forumapp.domain.printing.working.papers import PAPERS, read_paper
from forumapp.domain.printing.working.papers import is_working as is_working_paper
from forumapp.domain.printing.working.versions import shown_of
from forumapp.domain.registration.queries import list_types
from forumapp.schemas.choices import Paper
from forumapp.web import labels
from forumapp.web.fields import Flag, LanguageOrder, Pick, PickCode
from forumapp.web.forms import Form
from forumapp.web.frame import unless_known
from forumapp.web.language import language
from forumapp.web.organizer.again import ask_again
from forumapp.web.organizer.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.identity import actor
from forumapp.web.organizer.shown import print_need

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from forumapp.core.storage import Storage
    from forumapp.domain.printing.layout import Finding
    from forumapp.domain.printing.models import PrintJob
    from forumapp.web.fields import Field
    from forumapp.web.organizer.shown import Need

SECTION = "paper"
ALL = 200
SHORT_LIST = 5
DELEGATION = "delegation"


def agendas() -> list[tuple[str, str]]:
    numbers = version_numbers(reading(), edition().id)
    return [(str(number), str(_("Version %(version)s", version=number))) for number in numbers]


def types() -> list[tuple[str, str]]:
    return [(one.code, pick(one.name, language())) for one in list_types(reading(), edition().id)]


def delegations() -> list[tuple[str, str]]:
    return offered(within(Permission.PRINT))


def with_itineraries() -> list[tuple[str, str]]:
    return offered(services.paper_within(access(), Paper.ITINERARIES))


def with_speakers() -> list[tuple[str, str]]:
    return offered(services.paper_within(access(), Paper.SPEAKER_AGENDAS))


def offered(reach: frozenset[int] | None) -> list[tuple[str, str]]:
    page = delegations_page(reading(), edition().id, within=reach, size=ALL)
    return [(one.code, pick(one.name, language())) for one in page.items]


def members() -> list[tuple[str, str]]:
    """Of the delegation that is asked for."""
    reach = services.paper_within(access(), Paper.ERRATA)
    row = get_delegation(reading(), edition().id, request.values.get(DELEGATION, ""), within=reach)
    return [(str(one.registration_id), one.name.shown(language())) for one in list_members(reading(), row)]


def stocks() -> list[tuple[str, str]]:
    return list(labels.STOCKS.items())


LANGUAGES = LanguageOrder(name="languages", label=_l("Languages"), empty=_l("As the edition has them"))
IMPOSED = Flag(
    name="imposed", label=_l("As a booklet for the office copier"), help=_l("Pages two by two, to be folded.")
)
SIZE = PickCode(
    name="size", label=_l("Page"), offer=lambda: list(labels.PAGE_SIZES.items()), empty=_l("Half the edition's paper")
)
LARGE = Flag(name="large", label=_l("Large print"), help=_l("18 points, on whole sheets."))
BLEED = Flag(
    name="bleed", label=_l("With 3 mm of bleed for a print shop"), help=_l("Single pages in order, a multiple of four.")
)
MARKS = Flag(name="marks", label=_l("With crop marks"), help=_l("Ask the print shop: some want none."))
CHANGED = Flag(name="changed", label=_l("Only what has changed since the last print"))
AGENDA = Pick(name="agenda", label=_l("Published agenda"), offer=agendas, empty=_l("The last one"))
SINCE = Pick(name="since", label=_l("As it was printed"), offer=agendas, empty=_l("The one before"))
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "badges": (
        PickCode(name="stock", label=_l("Stock"), offer=stocks, empty=_l("As the edition's page size asks")),
        PickCode(name="type", label=_l("Registration type"), offer=types, empty=_l("Every type")),
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=delegations, empty=_l("Everyone confirmed")),
        CHANGED,
    ),
    "program": (AGENDA, LANGUAGES, SIZE, LARGE, IMPOSED, BLEED, MARKS),
    "pocket-agenda": (AGENDA, LANGUAGES),
    "program-erratum": (AGENDA, SINCE, LANGUAGES),
    "itineraries": (
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=with_itineraries, empty=_l("Every delegation")),
        LANGUAGES,
        IMPOSED,
    ),
    "speaker-agendas": (
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=with_speakers, empty=_l("All speakers")),
        LANGUAGES,
        IMPOSED,
    ),
}


def fields_of(word: str) -> tuple[Field, ...]:
    """A paper's fields. Who is limited to some delegations says which one it is for, and a working paper is always for
    one.
    """
    if is_working(word):
        reach = services.paper_within(access(), Paper(word))
        one = PickCode(name=DELEGATION, label=_l("Delegation"), offer=lambda: offered(reach), required=True)
        if word == Paper.ERRATA:
            return one, Pick(name="registration", label=_l("Person"), offer=members), LANGUAGES
        return (one, CHANGED, LANGUAGES) if takes(word, CHANGED.name) else (one, LANGUAGES)
    if services.paper_within(access(), Paper(word)) is None:
        return FIELDS[word]
    return tuple(
        replace(one, empty=None, required=True) if isinstance(one, PickCode) and one.name == DELEGATION else one
        for one in FIELDS[word]
    )


def is_working(word: str) -> bool:
    return word not in FIELDS


def back_from(word: str, sent: Mapping[str, Any]) -> str:
    """Where a paper is printed from: a working paper from its delegation's page."""
    if is_working(word):
        return url_for("organizer.delegation_papers", code=sent[DELEGATION])
    return url_for("organizer.paper")


def papers() -> list[str]:
    """Those that the caller may read."""
    return [word for word in FIELDS if services.paper_within(access(), Paper(word)) != frozenset()]


def may_read(job: PrintJob) -> bool:
    """For templates: whether what a job made is for the caller."""
    return services.may_read(access(), job)


@blueprint.get("/<edition>/paper")
@needs(Permission.PRINT)
def paper() -> str:
    chosen = request.args.get("paper", "")
    chosen = chosen if chosen in papers() else "badges"
    number = request.args.get("page", 1, whole_number)
    jobs = queries.print_jobs_page(reading(), edition().id, within=within(Permission.PRINT), number=number)
    form = sent_form(chosen, request.args)
    if DELEGATION not in request.args:
        form.faults.pop(DELEGATION, None)  # nothing is wrong before anything was chosen
    return render_template(
        "organizer/paper/list.html",
        section=SECTION,
        chosen=chosen,
        papers=papers(),
        form=form,
        page=jobs,
    )


@blueprint.get("/<edition>/paper/progress")
@needs(Permission.PRINT)
def progress() -> Response:
    """The latest prints alone, which pages ask for again while one of them goes on."""
    jobs = queries.print_jobs_page(reading(), edition().id, within=within(Permission.PRINT), size=SHORT_LIST)
    return unless_known(render_template("organizer/paper/progress.html", jobs=jobs.items))


@blueprint.get("/<edition>/paper/check")
@needs(Permission.PRINT)
def check() -> ResponseReturnValue:
    """What would be printed, and what should be mended first, by person."""
    chosen, form = asked(request.args)
    if form.faults:
        return redirect(f"{url_for('organizer.paper')}?{urlencode(request.args)}")
    options = options_from(given(form))
    choices: dict[str, Any] = request.args.to_dict()
    look = url_for("organizer.paper_preview", **choices)
    return check_page(chosen, form.raw, *checked(chosen, options), to=url_for("organizer.start"), look=look)


def check_page(chosen: Paper, sent: Mapping[str, Any], count: int, needs: list[Need], *, to: str, look: str) -> str:
    """What is wrong with a paper; its button sends along what was `sent`. `look` shows its pages."""
    blocking = any(need.blocking for need in needs)
    shown = {"chosen": chosen, "sent": sent, "count": count, "needs": needs, "blocking": blocking, "to": to}
    shown |= {"back": back_from(chosen, sent), "look": look}
    return render_template("organizer/paper/check.html", section=SECTION, **shown)


@blueprint.post("/<edition>/paper/jobs")
@needs(Permission.PRINT)
def start() -> ResponseReturnValue:
    chosen, form = asked(request.form)
    if form.faults:
        raise Invalid(fields=form.faults)
    said = given(form) | ({"anyway": True} if request.form.get("anyway") else {})
    with transaction() as db:
        services.ask_print(db, edition().id, chosen, said, actor=actor(), now=clock.now())
    flash(_("The print is in the queue. You may leave this page."), "ok")
    return redirect(back_from(chosen, form.values))


@blueprint.post("/<edition>/paper/jobs/<id:job_id>/cancel")
@needs(Permission.PRINT)
def cancel_job(job_id: int) -> ResponseReturnValue:
    try:
        with transaction() as db:
            version = request.form.get("version", 0, whole_number)
            services.cancel(db, edition().id, job_id, version=version, actor=actor(), now=clock.now())
    except services.JobIsOver:
        flash(_("The print has ended already."), "warn")
    except Stale as refusal:
        return ask_again(refusal, _("Cancel this print"), url_for("organizer.paper"))
    else:
        flash(_("The print is cancelled."), "ok")
    return redirect(url_for("organizer.paper"))


@blueprint.get("/<edition>/paper/jobs/<id:job_id>/file")
@needs(Permission.PRINT)
def download(job_id: int) -> Response:
    job = queries.get_print_job(reading(), edition().id, job_id, within=within(Permission.PRINT))
    services.require_readable(reading(), job, actor=actor())
    if job.file is None:
        raise NotFound(entity="file")
    storage: Storage = current_app.extensions["forumapp.storage"]
    try:
        content = storage.get(job.file)
    except FileNotFoundError:
        abort(410)
    name = f"{edition().slug} {labels.label(job.paper)} {job.id}.pdf"
    return send_file(
        BytesIO(content), "application/pdf", as_attachment=True, download_name=name, etag=job.sha256 or True
    )


def asked(sent: MultiDict[str, str]) -> tuple[Paper, Form]:
    """Which paper, and its form as it was filled in. A delegation out of reach does not exist."""
    word = sent.get("paper", "badges")
    if word not in services.PRINTABLE:
        raise NotFound(entity="paper")
    services.require_paper(reading(), edition().id, Paper(word), actor=actor())
    form = sent_form(word, sent)
    if form.faults.get(DELEGATION) == "not-a-choice":
        raise NotFound(entity="delegation")
    return Paper(word), form


def sent_form(word: str, sent: MultiDict[str, str]) -> Form:
    """A paper's form as it was filled in, with what does not go together."""
    form = Form.sent(fields_of(word), sent)
    if word == Paper.PROGRAM and not form.faults:
        try:
            format_for(options_from(given(form)), edition().page_size.value)
        except Invalid as refusal:
            form.faults |= refusal.fields
    return form


def given(form: Form) -> dict[str, Any]:
    """What was chosen; the rest is left to the edition."""
    return {name: value for name, value in form.values.items() if value}


def checked(chosen: Paper, options: Options) -> tuple[int, list[Need]]:
    """How many pieces there are, and what is wrong with them."""
    look = _checked_working if is_working_paper(chosen, options) else _checked_other
    return look(chosen, options)


def _checked_working(chosen: Paper, options: Options) -> tuple[int, list[Need]]:
    reach = services.paper_within(access(), chosen)
    row = get_delegation(reading(), edition().id, options.delegation or "", within=reach)
    options = services.for_reader(access(), chosen, row.id, options)
    try:
        values = read_paper(reading(), edition(), row, chosen, options)
        values = shown_of(reading(), row, chosen, options, values)
    except queries.NothingToPrint:
        return 0, []
    return 1, in_order(PAPERS[chosen].check(values))


def _checked_other(chosen: Paper, options: Options) -> tuple[int, list[Need]]:
    # Late: they bring WeasyPrint, which the other pages do without and which takes a second to import.
    from forumapp.domain.printing import making
    from forumapp.domain.printing.render import preflight

    db, reach = reading(), services.paper_within(access(), chosen)
    try:
        if is_of_the_agenda(chosen):
            told = agenda_paper(db, edition(), chosen, options, now=clock.now())
            return 1, in_order(making.check([told]))
        if chosen is Paper.ITINERARIES:
            codes = itineraries.list_booklets(db, edition().id, options, within=reach)
            booklets = [
                itineraries.itinerary_values(db, edition(), code, options, within=reach, now=clock.now())
                for code in codes
            ]
            return len(booklets), in_order(making.check(booklets))
        if chosen is Paper.SPEAKER_AGENDAS:
            number, people = list_speaker_agendas(db, edition(), options, within=reach)
            of: dict[str, Any] = {"number": number, "now": clock.now()}
            shared = queries.edition_head(db, edition(), options)
            agendas = [speaker_agenda_values(db, edition(), one, shared, **of) for one in people]
            return len(agendas), in_order(making.check(agendas))
    except (queries.NothingPublished, queries.NothingToPrint):
        return 0, []
    badges = queries.badge_values(db, edition().id, options, within=reach)
    if not badges:
        return 0, []
    head = queries.edition_head(db, edition(), options)
    stock = stock_for(options, edition().page_size.value)
    folder = current_app.extensions["forumapp.config"].data_dir / "fonts"
    looks = looks_of(db, edition().id, said_stock(options))
    of = {"looks": looks, "pictures": partial(contents_of, db), "backs": back_facts(db, edition(), looks)}
    return len(badges), in_order(preflight(badges, stock, head, folder=folder, **of))


def in_order(found: list[Finding]) -> list[Need]:
    """What blocks before what does not."""
    return [print_need(finding) for finding in sorted(found, key=lambda one: not one.blocking)]
