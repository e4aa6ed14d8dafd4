"""Papers: what can be printed, what should be mended first, and the prints under way and done."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.numbers import whole_number
from forumapp.core.text import pick
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import scheduled, version_numbers
from forumapp.domain.delegations.queries import delegations_page, get_delegation, list_members
from forumapp.domain.delegations.seating_services import plans_page
from forumapp.domain.printing import queries, services
from forumapp.domain.printing.choosing import count_badges
from forumapp.domain.printing.hand_out import MOST_BOXES
from forumapp.domain.printing.own_stocks import with_geometry
from forumapp.domain.printing.rules import CARD_PAPERS, FORMAL, fitted, format_for, options_from, takes
from forumapp.domain.registration.queries import list_types
from forumapp.schemas.choices import Paper
from forumapp.web import labels
from forumapp.web.fields import Field, Flag, LanguageOrder, Number, Pick, PickCode
from forumapp.web.forms import Form
from forumapp.web.frame import unless_known
from forumapp.web.language import language
from forumapp.web.organizer import placing_fields
from forumapp.web.organizer.again import ask_again
from forumapp.web.organizer.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.identity import actor
from forumapp.web.organizer.once import FORM_KEY, new_key
from forumapp.web.organizer.one_fields import OneByCode, OneBySerial
from forumapp.web.organizer.print_said import about_print, ask_for, report_on, started
from forumapp.web.organizer.shown import by_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from forumapp.core.storage import Storage
    from forumapp.domain.printing.choosing import BadgeCounts
    from forumapp.domain.printing.models import PrintJob
    from forumapp.domain.printing.preflight import Report
    from forumapp.domain.printing.rules import Options

SECTION = "paper"
ALL, SHORT_LIST = 200, 5
DELEGATION = "delegation"
# Of what a form sends, what is not of the paper.
NO_CHOICE = ("csrf_token", FORM_KEY, "anyway", "despite", "device", "reason")


def agendas() -> list[tuple[str, str]]:
    numbers = version_numbers(reading(), edition().id)
    return [(str(number), str(_("Version %(version)s", version=number))) for number in numbers]


def counts() -> BadgeCounts:
    """Of the badges that the caller may print, counted once for a request."""
    if "badge_counts" not in g:
        g.badge_counts = count_badges(reading(), edition().id, within=within(Permission.PRINT))
    found: BadgeCounts = g.badge_counts
    return found


def types() -> list[tuple[str, str]]:
    of = counts().types
    rows = list_types(reading(), edition().id)
    return [(one.code, counted(pick(one.name, language()), of.get(one.code, 0))) for one in rows]


def delegations() -> list[tuple[str, str]]:
    of = counts().delegations
    return [(code, counted(name, of.get(code, 0))) for code, name in offered(within(Permission.PRINT))]


def badges() -> list[tuple[str, str]]:
    return [(word.value, counted(labels.label(word), number)) for word, number in counts().badges.items()]


def counted(words: str, number: int) -> str:
    return str(_("%(words)s (%(number)s)", words=words, number=number))


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


def plans() -> list[tuple[str, str]]:
    """Of seats, for those who see them."""
    if access().within(Permission.SEE_PRECEDENCE) is not None:
        return []
    found = plans_page(reading(), edition().id, size=ALL)
    return [(one.code, pick(one.name, language())) for one in found.items]


def sessions() -> list[tuple[str, str]]:
    """In order of time, as the agenda stands now."""
    return [(one.code, f"{pick(one.title, language())} ({one.code})") for one in scheduled(reading(), edition().id)]


LANGUAGES = LanguageOrder(name="languages", label=_l("Languages"), empty=_l("As the edition has them"))
IMPOSED = Flag(
    name="imposed", label=_l("As a booklet for the office copier"), help=_l("Pages two by two, to be folded.")
)
SIZE = PickCode(
    name="size",
    label=_l("Page size"),
    offer=lambda: list(labels.PAGE_SIZES.items()),
    empty=_l("Half the edition's paper"),
)
LARGE = Flag(name="large", label=_l("Large print"), help=_l("18 points, on whole sheets."))
BLEED = Flag(
    name="bleed", label=_l("With 3 mm of bleed for a print shop"), help=_l("Single pages in order, a multiple of four.")
)
MARKS = Flag(name="marks", label=_l("With crop marks"), help=_l("Ask the print shop: some want none."))
CHANGED = Flag(name="changed", label=_l("Only what has changed since the last print"))
AGENDA = Pick(name="agenda", label=_l("Published agenda"), offer=agendas, empty=_l("The last one"))
SINCE = Pick(name="since", label=_l("As it was printed"), offer=agendas, empty=_l("The one before"))
CARD_FIELDS = (
    PickCode(
        name="plan", label=_l("Seating plan"), offer=plans, empty=_l("None: registrations"),
        help=_l("Everyone who sits there, in the order of the seats."),
    ),
    PickCode(name="type", label=_l("Registration type"), offer=types, empty=_l("Every type")),
    PickCode(name=DELEGATION, label=_l("Delegation"), offer=delegations, empty=_l("Everyone confirmed")),
    OneByCode(name="registration", label=_l("One person"), help=_l("The code on the badge or the ticket.")),
    Flag(name="speaking", label=_l("Only those with a part in the published agenda")),
    CHANGED,
    Flag(name="untitled", label=_l("Names alone, without titles")),
    LANGUAGES,
)  # fmt: skip
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "badges": (
        placing_fields.STOCK,
        PickCode(name="type", label=_l("Registration type"), offer=types, empty=_l("Every type")),
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=delegations, empty=_l("Everyone confirmed")),
        PickCode(name="badge", label=_l("Printed so far"), offer=badges, empty=_l("Whether printed or not")),
        OneByCode(name="registration", label=_l("One person"), help=_l("The code on the badge or the ticket.")),
        Number(
            name="boxes",
            label=_l("Boxes for handing out"),
            help=_l("A list for each box comes first. Badges come by delegation, then by family name as it is read."),
            least=1,
            most=MOST_BOXES,
        ),
        *placing_fields.PLACING,
    ),
    "program": (AGENDA, LANGUAGES, SIZE, LARGE, IMPOSED, BLEED, MARKS),
    "pocket-agenda": (AGENDA, LANGUAGES),
    "program-erratum": (AGENDA, SINCE, LANGUAGES),
    **dict.fromkeys(CARD_PAPERS, CARD_FIELDS),
    "sign-in-sheets": (
        PickCode(
            name="session",
            label=_l("Session"),
            offer=sessions,
            empty=_l("The whole edition"),
            help=_l("Where places are limited, who signed up; otherwise everyone confirmed."),
        ),
        *CARD_FIELDS[1:3],
        LANGUAGES,
    ),
    "fallback-pack": (LANGUAGES,),
    **{
        one: (
            *CARD_FIELDS[1:4],
            OneBySerial(name="letters", label=_l("One letter"), help=_l("Its serial."), of=Paper(one)),
        )
        for one in FORMAL
    },
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
        folded=placing_fields.FOLDED if chosen == Paper.BADGES else (),
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
    report = report_on(chosen, given(form))
    return check_page(chosen, form.raw, report, to=url_for("organizer.start"), look=preview_of(request.args))


def preview_of(sent: MultiDict[str, str]) -> str:
    """Where the pages of a paper are shown that was asked for so."""
    choices: dict[str, Any] = {name: value for name, value in sent.items() if name not in NO_CHOICE}
    return url_for("organizer.paper_preview", **choices)


def check_page(
    chosen: Paper,
    sent: Mapping[str, Any],
    report: Report,
    said: Form | None = None,
    *,
    to: str,
    look: str = "",
    back: str = "",
) -> str:
    """What is wrong with a paper; its button sends along what was `sent`, and what is `said` of the print itself.
    `look` shows its pages.
    """
    shown = {"chosen": chosen, "sent": sent, "report": report, "groups": by_kind(report.findings), "to": to}
    shown |= {"said": said or about_print(report, sent), "back": back or back_from(chosen, sent), "look": look}
    shown |= {"key": new_key()}
    return render_template("organizer/paper/check.html", section=SECTION, **shown)


@blueprint.post("/<edition>/paper/jobs")
@needs(Permission.PRINT)
def start() -> ResponseReturnValue:
    chosen, form = asked(request.form)
    if form.faults:
        raise Invalid(fields=form.faults)
    asked_how, report = ask_for(chosen, given(form))
    if asked_how.faults:
        report = report or report_on(chosen, given(form))
        where = {"to": url_for("organizer.start"), "look": preview_of(request.form)}
        return check_page(chosen, form.raw, report, asked_how, **where), Invalid.status
    return started(asked_how, back_from(chosen, form.values))


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
    of: Any = {"download_name": name, "etag": job.sha256 or True}
    answer = send_file(BytesIO(content), "application/pdf", as_attachment=True, **of)
    # One blank where Chinese words are left out, for whoever reads ASCII alone.
    answer.headers["Content-Disposition"] = " ".join(answer.headers["Content-Disposition"].split())
    return answer


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
    if not form.faults:
        try:
            options = fitted(word, options_of(given(form)))
            if word == Paper.PROGRAM:
                format_for(options, edition().page_size.value)
        except Invalid as refusal:
            form.faults |= refusal.fields
    return form


def given(form: Form) -> dict[str, Any]:
    """What was chosen; the rest is left to the edition. An offset of 0 is one: it goes before a printer's own."""
    return {name: value for name, value in form.values.items() if value or (value == 0 and value is not False)}


def options_of(said: Mapping[str, Any]) -> Options:
    """With what the edition knows of its own stocks and printers. Raises Invalid."""
    return options_from(with_geometry(reading(), edition().id, said))
