"""Papers for the event day: an issued run of show, and door signs.

Their prints are not stored. The log records an override of findings and its reason.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.values.numbers import id_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.run_of_show import cues
from forumapp.domain.printing.jobs import overrides
from forumapp.domain.printing.paper.blocking_findings import mark_of, weighed
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.web.drawing import drawn
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.kit.display import print_need
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import new_key, spend_key
from forumapp.web.organizer.printing.print_notes import ANYWAY, DESPITE
from forumapp.web.organizer.program.run_of_show import SHEET, days_of
from forumapp.web.organizer.program.session_form import SECTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.agenda.models import AgendaVersion, CueSheet
    from forumapp.domain.printing.cards.door_signs import DoorSign
    from forumapp.domain.printing.paper.layout import Finding

SIGNS = "/<edition>/agenda/door-signs"
WHY = (replace(ANYWAY, help=_l("It stands in the log.")),)


@blueprint.get(SHEET)
@needs(Permission.SEE_AGENDA)
def cue_sheet(number: int) -> str:
    sheet = cues.get_sheet(reading(), edition().id, number)
    return sheet_page(sheet, sheet_findings(sheet), Form.empty(WHY))


def sheet_page(sheet: CueSheet, findings: list[Finding], form: Form) -> str:
    content = cues.issued_sheet(sheet)
    shown: dict[str, Any] = {
        "sheet": sheet,
        "content": content,
        "days": days_of(content),
        **problems_to_fix(findings, form),
    }
    return render_template("organizer/agenda/cue_sheet.html", section=SECTION, **shown)


@blueprint.get(f"{SHEET}/paper")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_AGENDA)
def cue_sheet_paper(number: int) -> ResponseReturnValue:
    sheet = cues.get_sheet(reading(), edition().id, number)
    if mark_of(sheet_findings(sheet)):
        return redirect(url_for("organizer.cue_sheet", number=number))
    return drawn_sheet(sheet)


@blueprint.post(SHEET)
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.PRINT, everywhere=True)
def print_sheet_anyway(number: int) -> ResponseReturnValue:
    sheet = cues.get_sheet(reading(), edition().id, number)
    findings = sheet_findings(sheet)
    form = override_form(findings)
    made = None if form.faults else drawn_sheet(sheet)
    if made is None or not note_override(overrides.note_run_of_show, number, form):
        return sheet_page(sheet, findings, form), Invalid.status
    return made


def drawn_sheet(row: CueSheet) -> Response:
    from forumapp.domain.printing.cards.door_signs import Sheet

    head = edition_head(reading(), edition(), Options())
    sheet = Sheet(row.number, row.note, row.issued_at, edition().contact_email or "")
    pdf = drawn("run_of_show", cues.issued_sheet(row), head, sheet, at=clock.now())
    return send_pdf(pdf, f"run-of-show-{row.number}.pdf")


@blueprint.get(SIGNS)
@needs(Permission.SEE_AGENDA)
def door_signs() -> ResponseReturnValue:
    """Show the signs to print and the problems to fix first. `?version=` chooses an earlier version."""
    agenda, signs = requested_signs()
    if agenda is None or not signs:
        flash(_("Publish the agenda first: door signs are made from it."), "bad")
        return redirect(url_for("organizer.run_of_show"))
    return signs_page(agenda, signs, signs_findings(signs), Form.empty(WHY))


def signs_page(agenda: AgendaVersion, signs: list[DoorSign], findings: list[Finding], form: Form) -> str:
    shown: dict[str, Any] = {"agenda": agenda, "signs": signs, **problems_to_fix(findings, form)}
    numbers = queries.version_numbers(reading(), edition().id)
    return render_template("organizer/agenda/door_signs.html", section=SECTION, numbers=numbers, **shown)


@blueprint.get(f"{SIGNS}/paper")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_AGENDA)
def door_signs_paper() -> ResponseReturnValue:
    agenda, signs = requested_signs()
    if agenda is None or not signs or mark_of(signs_findings(signs)):
        return redirect(url_for("organizer.door_signs", version=request.args.get("version")))
    return drawn_signs(agenda, signs)


@blueprint.post(SIGNS)
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.PRINT, everywhere=True)
def print_signs_anyway() -> ResponseReturnValue:
    agenda, signs = requested_signs()
    if agenda is None or not signs:
        return door_signs()
    findings = signs_findings(signs)
    form = override_form(findings)
    made = None if form.faults else drawn_signs(agenda, signs)
    if made is None or not note_override(overrides.note_door_signs, agenda.number, form):
        return signs_page(agenda, signs, findings, form), Invalid.status
    return made


def drawn_signs(agenda: AgendaVersion, signs: list[DoorSign]) -> Response:
    head = edition_head(reading(), edition(), Options())
    pdf = drawn("door_signs", signs, head, agenda.number, at=clock.now())
    return send_pdf(pdf, f"door-signs-{agenda.number}.pdf")


def requested_signs() -> tuple[AgendaVersion | None, list[DoorSign]]:
    """Return the version that the address names, or the latest, with its signs. Old signs can be printed again."""
    from forumapp.domain.printing.cards.door_signs import door_signs as signs_of

    number, event = request.args.get("version"), edition()
    if number is None:
        agenda = queries.latest_version(reading(), event.id)
    else:
        agenda = queries.get_version(reading(), event.id, id_from(number) or 0)
    return agenda, signs_of(queries.public_agenda(agenda), event.zone) if agenda else []


def sheet_findings(sheet: CueSheet) -> list[Finding]:
    from forumapp.domain.printing.cards.door_signs import check_run_of_show

    event, ids = edition(), cues.sessions_on(reading(), sheet)
    findings = check_run_of_show(cues.issued_sheet(sheet), event.languages, sheet.note, ids=ids)
    return weighed(findings, event.print_blocks)


def signs_findings(signs: list[DoorSign]) -> list[Finding]:
    from forumapp.domain.printing.cards.door_signs import check_door_signs

    return weighed(check_door_signs(signs, edition().languages), edition().print_blocks)


def problems_to_fix(findings: list[Finding], form: Form) -> dict[str, Any]:
    """Return template variables: the problems, the mark of blocking ones, the override form and its key."""
    return {
        "needs": [print_need(finding) for finding in findings],
        "mark": mark_of(findings),
        "print_form": form,
        "key": new_key(),
    }


def override_form(findings: list[Finding]) -> Form:
    """Return the submitted override form; empty if nothing blocks the print.

    It has a fault if the findings are no longer those that the user saw.
    """
    mark = mark_of(findings)
    if mark is None:
        return Form.empty(())
    form = Form.sent(WHY, request.form)
    if not form.faults and request.form.get(DESPITE) != mark:
        form.faults[""] = "findings-changed"
    return form


def note_override(note: Callable[..., None], number: int, form: Form) -> bool:
    """Log an override; return False if it is refused, with the fault in `form`.

    The same form sent twice gets the paper again without a second log entry: a browser drops the first response.
    """
    why = form.values.get(ANYWAY.name)
    if not why:
        return True
    try:
        with transaction() as db:
            spend_key(db, why)
            note(db, edition().id, number, why, actor=actor(), now=clock.now())
    except AnsweredMeanwhile:
        return True
    except Invalid as refusal:
        form.refuse(refusal)
    return not form.faults


def send_pdf(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{edition().slug}-{name}")
