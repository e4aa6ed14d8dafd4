"""Papers of those who run the day: a run of show that was issued, and signs for the doors.

No print of them is kept; that one was printed in spite of what was found, and why, stands in the log.
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
    return sheet_page(sheet, found_on_sheet(sheet), Form.empty(WHY))


def sheet_page(sheet: CueSheet, found: list[Finding], said: Form) -> str:
    content = cues.issued_sheet(sheet)
    shown: dict[str, Any] = {"sheet": sheet, "content": content, "days": days_of(content), **to_mend(found, said)}
    return render_template("organizer/agenda/cue_sheet.html", section=SECTION, **shown)


@blueprint.get(f"{SHEET}/paper")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_AGENDA)
def cue_sheet_paper(number: int) -> ResponseReturnValue:
    sheet = cues.get_sheet(reading(), edition().id, number)
    if mark_of(found_on_sheet(sheet)):
        return redirect(url_for("organizer.cue_sheet", number=number))
    return drawn_sheet(sheet)


@blueprint.post(SHEET)
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.PRINT, everywhere=True)
def print_sheet_anyway(number: int) -> ResponseReturnValue:
    sheet = cues.get_sheet(reading(), edition().id, number)
    found = found_on_sheet(sheet)
    said = said_of(found)
    made = None if said.faults else drawn_sheet(sheet)
    if made is None or not noted(overrides.note_run_of_show, number, said):
        return sheet_page(sheet, found, said), Invalid.status
    return made


def drawn_sheet(row: CueSheet) -> Response:
    from forumapp.domain.printing.cards.door_signs import Sheet

    head = edition_head(reading(), edition(), Options())
    sheet = Sheet(row.number, row.note, row.issued_at, edition().contact_email or "")
    pdf = drawn("run_of_show", cues.issued_sheet(row), head, sheet, at=clock.now())
    return handed(pdf, f"run-of-show-{row.number}.pdf")


@blueprint.get(SIGNS)
@needs(Permission.SEE_AGENDA)
def door_signs() -> ResponseReturnValue:
    """What there is to print, and what to mend before; of an earlier version, where `?version=` names one."""
    agenda, signs = signs_asked()
    if agenda is None or not signs:
        flash(_("Publish the agenda first: door signs are made from it."), "bad")
        return redirect(url_for("organizer.run_of_show"))
    return signs_page(agenda, signs, found_on_signs(signs), Form.empty(WHY))


def signs_page(agenda: AgendaVersion, signs: list[DoorSign], found: list[Finding], said: Form) -> str:
    shown: dict[str, Any] = {"agenda": agenda, "signs": signs, **to_mend(found, said)}
    numbers = queries.version_numbers(reading(), edition().id)
    return render_template("organizer/agenda/door_signs.html", section=SECTION, numbers=numbers, **shown)


@blueprint.get(f"{SIGNS}/paper")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_AGENDA)
def door_signs_paper() -> ResponseReturnValue:
    agenda, signs = signs_asked()
    if agenda is None or not signs or mark_of(found_on_signs(signs)):
        return redirect(url_for("organizer.door_signs", version=request.args.get("version")))
    return drawn_signs(agenda, signs)


@blueprint.post(SIGNS)
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.PRINT, everywhere=True)
def print_signs_anyway() -> ResponseReturnValue:
    agenda, signs = signs_asked()
    if agenda is None or not signs:
        return door_signs()
    found = found_on_signs(signs)
    said = said_of(found)
    made = None if said.faults else drawn_signs(agenda, signs)
    if made is None or not noted(overrides.note_door_signs, agenda.number, said):
        return signs_page(agenda, signs, found, said), Invalid.status
    return made


def drawn_signs(agenda: AgendaVersion, signs: list[DoorSign]) -> Response:
    head = edition_head(reading(), edition(), Options())
    pdf = drawn("door_signs", signs, head, agenda.number, at=clock.now())
    return handed(pdf, f"door-signs-{agenda.number}.pdf")


def signs_asked() -> tuple[AgendaVersion | None, list[DoorSign]]:
    """Of the version that the address names, so that an old sign can be made again; the latest where it names none."""
    from forumapp.domain.printing.cards.door_signs import door_signs as signs_of

    number, of = request.args.get("version"), edition()
    if number is None:
        agenda = queries.latest_version(reading(), of.id)
    else:
        agenda = queries.get_version(reading(), of.id, id_from(number) or 0)
    return agenda, signs_of(queries.public_agenda(agenda), of.zone) if agenda else []


def found_on_sheet(sheet: CueSheet) -> list[Finding]:
    from forumapp.domain.printing.cards.door_signs import check_run_of_show

    of, ids = edition(), cues.sessions_on(reading(), sheet)
    found = check_run_of_show(cues.issued_sheet(sheet), of.languages, sheet.note, ids=ids)
    return weighed(found, of.print_blocks)


def found_on_signs(signs: list[DoorSign]) -> list[Finding]:
    from forumapp.domain.printing.cards.door_signs import check_door_signs

    return weighed(check_door_signs(signs, edition().languages), edition().print_blocks)


def to_mend(found: list[Finding], said: Form) -> dict[str, Any]:
    """For templates: what to mend first, the mark of what of it stops the print, why it is printed all the same, and
    the key of the form that says so.
    """
    return {"needs": [print_need(one) for one in found], "mark": mark_of(found), "said": said, "key": new_key()}


def said_of(found: list[Finding]) -> Form:
    """Why it is printed in spite of what stops it, as the form says it, which has faults where it may not be. Whoever
    does so has seen what is found now.
    """
    mark = mark_of(found)
    if mark is None:
        return Form.empty(())
    said = Form.sent(WHY, request.form)
    if not said.faults and request.form.get(DESPITE) != mark:
        said.faults[""] = "findings-changed"
    return said


def noted(told: Callable[..., None], number: int, said: Form) -> bool:
    """Tell the log of a print that was stopped and is wanted in spite of that; False where the form is none any more,
    which `said` then tells. The same form sent again, as by a second click, is handed the same paper, which the log has
    told of already: a browser drops the first answer when it is sent twice.
    """
    why = said.values.get(ANYWAY.name)
    if not why:
        return True
    try:
        with transaction() as db:
            spend_key(db, why)
            told(db, edition().id, number, why, actor=actor(), now=clock.now())
    except AnsweredMeanwhile:
        return True
    except Invalid as refusal:
        said.refuse(refusal)
    return not said.faults


def handed(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{edition().slug}-{name}")
