"""Badges printed while somebody waits at the desk, and the page by which its printer is tried."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, flash, make_response, redirect, request, send_file, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.serving.render_pool import TookTooLong, TookTooMuch
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.checkin.rehearsal.badge_on_demand import CodeEnded, keep_badge, make_badge
from forumapp.domain.checkin.rehearsal.badges import read_rehearsed, rehearse_badges
from forumapp.domain.checkin.rehearsal.services import NotInRehearsal, RehearsalOver
from forumapp.domain.printing import queries
from forumapp.domain.printing.custom_stocks import with_geometry
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.paper.blocking_findings import FindingsBlock
from forumapp.domain.printing.rules import options_from, stock_for
from forumapp.web.drawing import drawn, fonts, workshop
from forumapp.web.forms.forms import Form
from forumapp.web.frame import FRAMED
from forumapp.web.organizer.kit.display import kept_print_need
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import spend_key
from forumapp.web.organizer.onsite.desk_card import WORDED, address_of, badge_fields, person_page, unless_scanned
from forumapp.web.organizer.onsite.desk_offers import jobs_named
from forumapp.web.organizer.onsite.desk_station import is_rehearsal, rehearsal_seen, station_here
from forumapp.web.organizer.printing.previews import rack
from forumapp.web.organizer.printing.print_notes import DESPITE

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.core.errors import Refusal
    from forumapp.core.files.storage import Storage
    from forumapp.domain.checkin.rehearsal.badge_on_demand import MadeBadge
    from forumapp.domain.checkin.rehearsal.badges import Rehearsed

CHECK_IN, PRINT = Permission.CHECK_IN, Permission.PRINT
NOT_MADE = queries.NothingToPrint, NotInRehearsal, RehearsalOver, TookTooLong, TookTooMuch


@blueprint.post("/<edition>/desk/<id:registration_id>/badge")
@needs(CHECK_IN)
@unless_scanned
def print_at_desk(registration_id: int) -> ResponseReturnValue:
    """Print the badge and redirect to the card, which holds it in a frame. The button also asks for `print`."""
    if rehearsal_seen() and not is_rehearsal():
        flash(refused(RehearsalOver()), "warn")
        return redirect(address_of(registration_id), 303)
    form = Form.sent(badge_fields(again=False), request.form)
    if form.faults:
        return person_page(registration_id, form=form), 422
    try:
        made = rehearsed([registration_id], form) if is_rehearsal() else {"print": printed(registration_id, form)}
    except Invalid as refusal:
        form.refuse(refusal)
        return person_page(registration_id, form=form), refusal.status
    except FindingsBlock as refusal:
        findings = [kept_print_need(finding) for finding in refusal.details["findings"]]
        return person_page(registration_id, form=form, findings=findings, mark=refusal.details["mark"]), refusal.status
    except (AnsweredMeanwhile, CodeEnded, *NOT_MADE) as refusal:
        flash(refused(refusal), "warn")
        return redirect(address_of(registration_id), 303)
    return redirect(address_of(registration_id, **made), 303)


def printed(registration_id: int, form: Form) -> int:
    """Return the print job, with a file of one badge."""
    made, reason = made_of(registration_id, form), form.values["reason"]
    storage: Storage = current_app.extensions["forumapp.storage"]
    with transaction() as db:
        spend_key(db)
        values: Any = {"reason": reason, "device": station_here().device, "storage": storage}
        return keep_badge(db, edition().id, made, **values, actor=actor(), now=clock.now()).id


def print_at_once(registration_id: int) -> int | None:
    """Print the badge of someone who was just checked in. If that fails, the card offers it and gives the reason."""
    if not may("print", ("registration", registration_id)):
        return None
    storage: Storage = current_app.extensions["forumapp.storage"]
    by: Any = {"reason": None, "actor": actor(), "now": clock.now()}
    drawn_by: Any = {"workshop": workshop(), "folder": fonts()}
    try:
        made = make_badge(reading(), edition(), registration_id, of_this_desk(), {}, **drawn_by, **by)
        with transaction() as db:
            return keep_badge(db, edition().id, made, device=station_here().device, storage=storage, **by).id
    except (FindingsBlock, Invalid):
        flash(_("The badge is not printed yet: print it from here to see what is to be mended."), "warn")
    except (CodeEnded, *NOT_MADE) as refusal:
        flash(refused(refusal), "warn")
    return None


def of_this_desk(**more: str | None) -> dict[str, str]:
    """The options of a print here."""
    values = {"stock": station_here().stock, "printer": station_here().printer, **more}
    return {name: value for name, value in values.items() if value}


def made_of(registration_id: int, form: Form) -> MadeBadge:
    edited = edited_in(form)
    options = of_this_desk(anyway=form.values["anyway"], despite=request.form.get(DESPITE))
    by: Any = {"reason": form.values["reason"], "workshop": workshop(), "folder": fonts()}
    return make_badge(reading(), edition(), registration_id, options, edited, **by, actor=actor(), now=clock.now())


def edited_in(form: Form) -> dict[str, Any]:
    """Return the form's values; fields that the quick button does not send keep their value."""
    return {field.name: form.values[field.name] for field in WORDED if any(key in request.form for key in field.keys)}


def rehearsed(ids: list[int], form: Form | None = None) -> dict[str, str]:
    """Return URL parameters for the card: where it reads the rehearsal's print."""
    values: Any = {"rack": rack(), "workshop": workshop(), "folder": fonts(), "actor": actor(), "now": clock.now()}
    edited = edited_in(form) if form else {}
    return {"rehearsed": rehearse_badges(reading(), edition(), ids, of_this_desk(), edited, **values)}


def rehearsed_together(ids: list[int]) -> dict[str, str]:
    """Print a party in a rehearsal, as `print_at_once` for each. Failures are reported."""
    try:
        return rehearsed(ids) if ids else {}
    except NOT_MADE as refusal:
        flash(refused(refusal), "warn")
        return {}


def refused(refusal: Refusal) -> str:
    if isinstance(refusal, AnsweredMeanwhile):
        return str(_("This form has printed its badge already."))
    if isinstance(refusal, CodeEnded):
        return str(_("Their registration was transferred while the badge was being made. It is not printed."))
    if isinstance(refusal, NotInRehearsal):
        return str(
            _("A rehearsal is running: print the badge from the card. It is then marked as a rehearsal and not logged.")
        )
    if isinstance(refusal, RehearsalOver):
        return str(_("The rehearsal has ended since this page was opened. Nothing was recorded."))
    if isinstance(refusal, queries.NothingToPrint):
        return str(_("Whoever has no place gets a badge once they were let in, or have one."))
    return str(_("The badge took too long to make. Look at its design, or print it from the papers."))


@blueprint.get("/<edition>/desk/badges/<id:job_id>")
@needs(PRINT)
def badge_at_desk(job_id: int) -> Response:
    """Return the printed badge, for a frame of the card."""
    return framed(made_before(job_id), f"{edition().slug} {job_id}.pdf")


@blueprint.get("/<edition>/desk/rehearsed-badges")
@needs(PRINT)
def rehearsed_badges_at_desk() -> Response:
    """Return the badges of a rehearsal, marked as such."""
    return framed(rehearsed_before().pdf, f"{edition().slug} rehearsal.pdf")


def rehearsed_before() -> Rehearsed:
    key = request.args.get("rehearsed", "")
    return read_rehearsed(reading(), edition().id, key, rack=rack(), actor=actor(), now=clock.now())


def rehearsal_print_findings(registration_id: int) -> dict[str, Any]:
    """Return the findings that would stop this person's print on the day, for a rehearsal's card."""
    if "rehearsed" not in request.args or not is_rehearsal() or not may("print", ("registration", registration_id)):
        return {}
    try:
        made = rehearsed_before()
    except NotFound:  # looked at half an hour later
        return {"rehearsed": ""}
    return {"would_block": [kept_print_need(finding) for finding in made.would_block]}


@blueprint.get("/<edition>/desk/badges")
@needs(PRINT)
def badges_at_desk() -> ResponseReturnValue:
    """Return the badges of a party in one file; without any, redirect to the desk."""
    jobs = jobs_named()
    if not jobs:
        return redirect(url_for("organizer.desk"))
    from forumapp.domain.printing.pdf.imposition import merge

    return framed(merge([made_before(job) for job in jobs]), f"{edition().slug} {jobs[0]}.pdf")


def made_before(job_id: int) -> bytes:
    job = queries.get_print_job(reading(), edition().id, job_id, within=within(PRINT))
    services.require_readable(reading(), job, actor=actor())
    if job.file is None:
        raise NotFound(entity="file")
    storage: Storage = current_app.extensions["forumapp.storage"]
    try:
        return storage.get(job.file)
    except FileNotFoundError:
        abort(410)


@blueprint.get("/<edition>/desk/test-page")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(PRINT)
def desk_test_page() -> Response:
    """Of this desk's stock, with a ruler of 50 mm."""
    given = {"stock": station_here().stock} if station_here().stock else {}
    options = options_from(with_geometry(reading(), edition().id, given))
    stock = stock_for(options, edition().page_size.value)
    return framed(drawn("a_test_page", stock), f"{stock.name}-test-page.pdf")


def framed(pdf: bytes, name: str) -> Response:
    """Shown by the browser itself, alone or in a frame of ours."""
    answer = make_response(send_file(BytesIO(pdf), "application/pdf", download_name=name))
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
