"""Import a table: upload, column mapping, preview, and the import itself."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.files.spreadsheets import UnreadableTable, pasted, write_csv, write_xlsx
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.paging import PAGE_SIZE, Page
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import code_of, delegation_names, get_delegation
from forumapp.domain.importing import queries
from forumapp.domain.importing.comparisons import sides
from forumapp.domain.importing.registrations.plan import forms_of, without_column
from forumapp.domain.importing.review import review_counts, to_review, unknown_parts
from forumapp.domain.importing.runs import services
from forumapp.domain.importing.runs.kinds import IMPORTERS
from forumapp.domain.importing.type_words import MOST_WORDS, strange_words
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.spreadsheets import export
from forumapp.schemas.choices import ImportKind, ImportStatus
from forumapp.web.frame import unless_known
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.imports import words
from forumapp.web.organizer.imports.cells import cell_inputs, part_options, parts_sent, suggestion_lists
from forumapp.web.organizer.imports.form import saved_form, sent_form
from forumapp.web.organizer.imports.table import column_samples, heading_row_options, place_sent, sheet_options
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.importing.runs.files import ImportFile
    from forumapp.domain.importing.runs.kinds import Brought
    from forumapp.domain.people.imports.services import Line
    from forumapp.web.organizer.imports.form import ImportForm

EDIT = Permission.EDIT_PEOPLE
REVIEW = "review"
STATES = ("faulty", REVIEW, "double", "more", "new", "same", "skipped")
AGENDA_STATES = ("faulty", "changed", "new", "same")
# Kinds of rows that become registrations.
REGISTERS = (ImportKind.REGISTRATIONS, ImportKind.ROSTER)


@blueprint.route("/<edition>/people/import/<kind>", methods=["GET", "POST"])
@needs(EDIT, everywhere=True)
def bring_table(kind: str) -> ResponseReturnValue:
    chosen = kind_named(kind)
    if chosen is ImportKind.ROSTER:
        abort(404)  # brought from the page of its delegation
    services.require_kind(reading(), edition().id, chosen, actor=actor())
    delegation_code = request.args.get("delegation", "")
    if delegation_code and delegation_code not in dict(delegations_of(chosen)):
        abort(404)
    if request.method == "GET":
        return upload_page(chosen)
    brought = bring_sent(chosen, delegation_code)
    return (upload_page(chosen, brought), 422) if isinstance(brought, str) else brought


def bring_sent(kind: ImportKind, delegation: str) -> Response | str:
    """Store the upload and redirect to it, or return a message that says what is wrong."""
    sent = table_sent()
    if isinstance(sent, str):
        return sent
    try:
        upload = services.read_upload(reading(), edition().id, kind, *sent, delegation=delegation, actor=actor())
        with transaction() as db:
            run = services.bring(db, edition().id, upload, actor=actor(), now=clock.now())
    except UnreadableTable as refusal:
        return words.unreadable(**refusal.details)
    return redirect(url_for("organizer.import_run", run_id=run.id))  # type: ignore[return-value]


def table_sent() -> tuple[str, bytes] | str:
    """Return the name and content of the uploaded file or pasted rows, or a message that says what is wrong."""
    sent, rows = request.files.get("file"), request.form.get("rows", "")
    if sent is not None and sent.filename:
        return _("Choose a file or paste rows, not both.") if rows.strip() else (sent.filename[-200:], sent.read())
    return (_("Pasted rows"), pasted(rows)) if rows.strip() else _("Choose a file or paste rows first.")


def upload_page(kind: ImportKind, fault: str = "") -> str:
    runs = queries.runs_page(reading(), edition().id, actor=actor(), number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/imports/upload.html",
        section=section_of(kind),
        kind=kind,
        kinds=[
            kind
            for kind in ImportKind
            if kind is not ImportKind.ROSTER and all(may(need, everywhere=True) for need in IMPORTERS[kind].needs)
        ],
        fault=fault,
        delegation=dict(delegations_of(kind)).get(request.args.get("delegation", "")),
        sent={"rows": request.form.get("rows", "")},
        page=runs,
    )


@blueprint.route("/<edition>/imports/<id:run_id>", methods=["GET", "POST"])
@needs(EDIT)
def import_run(run_id: int) -> ResponseReturnValue:
    run = services.get_run(reading(), edition().id, run_id, actor=actor())
    file = file_of(run)
    if request.method == "GET":
        return run_page(run, file)
    if file is None:
        return redirect(url_for("organizer.import_run", run_id=run_id))
    also: tuple[int, ...] = ()
    if "all" in request.form:
        lines = services.plan(reading(), run, file, actor=actor())
        also = tuple(line.number for line in lines if line.state is State.MORE)
    form = sent_form(run, file, also_joined=also)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            services.set_out(
                db,
                edition().id,
                run_id,
                mapping=form.mapping,
                chosen=sorted(form.chosen),
                joined=sorted(form.joined),
                settings=form.settings if form.has_settings else None,
                cells=form.cells if form.has_cells else None,
                file=file,
                version=version,
                actor=actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        if any(name.startswith("cells") for name in refusal.fields):
            flash(_("A corrected cell is too long or has characters that cannot be seen. It was not saved."), "warn")
        return run_page(run, file, form=form, faults=refusal.fields), 422
    except Stale as refusal:
        return ask_again(refusal, _("Save mine over it"), url_for("organizer.import_run", run_id=run_id))
    return redirect(url_for("organizer.import_run", run_id=run_id, state=request.form.get("state") or None))


def file_of(run: ImportRun) -> ImportFile | None:
    """The file of an import that is still to be confirmed, read once for the request; None once it is gone."""
    return services.open_file(reading(), run) if run.status is ImportStatus.DRAFT and run.content else None


def run_page(
    run: ImportRun,
    file: ImportFile | None,
    *,
    form: ImportForm | None = None,
    faults: Mapping[str, str] | None = None,
) -> str:
    """Render the saved run, or the refused `form` with its `faults`."""
    form, faults = form or saved_form(run), faults or {}
    if run.kind is ImportKind.AGENDA and file is not None:
        return agenda_page(run, file, form, faults)
    table = file.table if file else None
    lines = services.plan(reading(), run, file, actor=actor()) if file else []
    shown = {state: [line for line in lines if line.state.value == state] for state in STATES}
    shown[REVIEW] = to_review(lines)
    state = _shown_state(shown)
    number = max(request.values.get("page", 1, whole_number), 1)
    taken = services.to_take(lines, run)
    page = paged_lines(shown[state], number)
    shows_sides = run.kind is not ImportKind.ORGANIZATIONS and state == "double"
    return render_template(
        "organizer/imports/one.html",
        section=section_of(run.kind),
        registers=run.kind in REGISTERS,
        delegation=delegation_of(run),
        types=types_of(run.kind),
        type_words=type_words(run, file),
        **_part_choices(run, lines),
        delegations=delegations_of(run.kind),
        unasked=unasked(run, lines),
        run=run,
        form=form,
        table=table,
        **_table_choices(table),
        mapping=in_file_order(form, file),
        faults={heading: words.row_fault(code) for heading, code in faults.items()},
        options=options(run),
        counts={state_code: len(some) for state_code, some in shown.items()},
        review_counts=review_counts(lines),
        cells=cell_inputs(run, file, page.items, form.cells, faults) if file else {},
        suggestion_lists=suggestion_lists(run, table) if table else {},
        taking=len(taken),
        filling=sum(line.number in run.joined for line in taken),
        state=state,
        states_in_order=STATES,
        page=page,
        sides=sides(reading(), edition().id, page.items, lines, actor=actor()) if shows_sides else {},
        history=past("import_run", run.id),
    )


def _part_choices(run: ImportRun, lines: Sequence[Line]) -> dict[str, object]:
    return {
        "part_words": unknown_parts(lines)[:MOST_WORDS],
        "parts": part_options(run) if run.kind in REGISTERS else [],
        "parts_meant": parts_sent(),
    }


def _table_choices(table: Brought | None) -> dict[str, object]:
    return {
        "sheets": sheet_options(table) if table else [],
        "heading_rows": heading_row_options(table) if table else [],
        "samples": column_samples(table) if table else [],
    }


def _shown_state(shown: Mapping[str, Sequence[Line]]) -> str:
    """The state of rows that was asked for, or the first that has any."""
    asked = request.values.get("state")
    return asked if asked in STATES else next((state for state in STATES if shown[state]), "new")


@blueprint.post("/<edition>/imports/<id:run_id>/table")
@needs(EDIT)
def choose_import_table(run_id: int) -> ResponseReturnValue:
    """Reads another sheet of the file, or its headings from another row."""
    run = services.get_run(reading(), edition().id, run_id, actor=actor())
    version = request.form.get("version", 0, whole_number)
    try:
        place = place_sent(run)
        table = services.read_place(reading(), edition().id, run_id, place, version=version, actor=actor())
        with transaction() as db:
            services.choose_table(db, edition().id, run_id, table, version=version, actor=actor(), now=clock.now())
    except UnreadableTable as refusal:
        flash(words.unreadable(**refusal.details), "warn")
        return run_page(run, file_of(run)), 422
    except Stale as refusal:
        return ask_again(refusal, _("Save mine over it"), url_for("organizer.import_run", run_id=run_id))
    except services.ImportIsOver:
        flash(_("This import was started or ended already."), "warn")
    return redirect(url_for("organizer.import_run", run_id=run_id))


def agenda_page(run: ImportRun, file: ImportFile, form: ImportForm, faults: Mapping[str, str]) -> str:
    """Show the outcome for each session, and the problems of the file."""
    plan = services.plan_of_agenda(reading(), run, file, actor=actor())
    counted = services.counts(plan.lines)
    asked = request.args.get("state")
    noticed = [line for line in plan.lines if line.faults or line.notices]
    shown = {state: [line for line in plan.lines if line.state.value == state] for state in AGENDA_STATES}
    shown["told"] = noticed
    state = (
        asked
        if asked in shown
        else next((agenda_state for agenda_state in ("faulty", "told", *AGENDA_STATES) if shown[agenda_state]), "new")
    )
    number = max(request.args.get("page", 1, whole_number), 1)
    return render_template(
        "organizer/imports/agenda.html",
        section="agenda",
        run=run,
        plan=plan,
        table=file.table,
        sheets=sheet_options(file.table),
        heading_rows=heading_row_options(file.table),
        mapping=in_file_order(form, file),
        faults={heading: words.row_fault(code) for heading, code in faults.items()},
        options=[(name, words.session_field(name)) for name in IMPORTERS[run.kind].fields(reading(), 0)],
        counts={**{one.value: count for one, count in counted.items()}, "told": len(noticed)},
        taking=len(services.to_take(plan.lines, run)),
        state=state,
        page=paged_lines(shown[state], number),
        history=past("import_run", run.id),
    )


def delegation_of(run: ImportRun) -> Delegation | None:
    """Return the delegation that the list belongs to."""
    if run.delegation_id is None:
        return None
    return get_delegation(reading(), run.edition_id, code_of(reading(), run.edition_id, run.delegation_id))


def type_words(run: ImportRun, file: ImportFile | None) -> list[str]:
    """List the registration types of the file that the edition lacks; one of its own is chosen for each."""
    if run.kind is not ImportKind.REGISTRATIONS or file is None:
        return []
    return strange_words(file.table.rows, run.mapping, forms_of(reading(), edition().id))


def types_of(kind: ImportKind) -> list[tuple[str, str]]:
    """The registration types that may be chosen for a whole file, or that it has."""
    if kind not in REGISTERS:
        return []
    return [(form.code, pick(form.name, language())) for form in forms_of(reading(), edition().id)]


def delegations_of(kind: ImportKind) -> list[tuple[str, str]]:
    """List the delegations that the caller may import people into."""
    if kind is not ImportKind.REGISTRATIONS or not may(Permission.EDIT_DELEGATIONS, everywhere=True):
        return []
    return [(code, pick(name, language())) for code, name in delegation_names(reading(), edition().id)]


def unasked(run: ImportRun, lines: Sequence[Line]) -> list[str]:
    """List required questions that no column of the file answers."""
    if run.kind not in REGISTERS:
        return []
    return [f"“{pick(question.label, language())}”" for question in without_column(lines, run)]


def section_of(kind: ImportKind) -> str:
    sections = {ImportKind.REGISTRATIONS: "registration", ImportKind.AGENDA: "agenda", ImportKind.ROSTER: "delegations"}
    return sections.get(kind, "people")


def options(run: ImportRun) -> list[tuple[str, str]]:
    """List the possible meanings of a column; an edition's own questions keep their wording."""
    fields = IMPORTERS[run.kind].fields(reading(), edition().id)
    return [(name, pick(label, language()) or words.field_words(name)) for name, label in fields.items()]


def in_file_order(form: ImportForm, file: ImportFile | None) -> dict[str, str]:
    """Return the mapping in the file's column order, which JSON in PostgreSQL does not preserve."""
    headings = file.as_sent.headings if file else ()
    return {heading: form.mapping[heading] for heading in headings if heading in form.mapping}


def paged_lines(lines: Sequence[Line], number: int) -> Page[Line]:
    first = (number - 1) * PAGE_SIZE
    return Page(list(lines[first : first + PAGE_SIZE]), number, PAGE_SIZE, len(lines))


@blueprint.post("/<edition>/imports/<id:run_id>/start")
@needs(EDIT)
def start_import(run_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, whole_number)
    run = services.get_run(reading(), edition().id, run_id, actor=actor())
    file = file_of(run)
    lines = services.plan(reading(), run, file, actor=actor()) if file else []
    by: dict[str, Any] = {"notify": "notify" in request.form, "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            services.confirm(db, edition().id, run_id, lines=lines, version=version, **by)
    except Stale as refusal:
        return ask_again(refusal, _("Import it all the same"), url_for("organizer.import_run", run_id=run_id))
    except services.NothingToImport:
        flash(_("There is nothing to add: everything in the file is there already, or has faults."), "warn")
    except services.ImportIsOver:
        flash(_("This import was started or ended already."), "warn")
    return redirect(url_for("organizer.import_run", run_id=run_id))


@blueprint.post("/<edition>/imports/<id:run_id>/cancel")
@needs(EDIT)
def cancel_import(run_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            services.cancel(db, edition().id, run_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, _("Cancel the import"), url_for("organizer.import_run", run_id=run_id))
    except services.ImportIsOver:
        flash(_("This import was started or ended already."), "warn")
    else:
        flash(_("The import is cancelled. What was added already stays."), "ok")
    return redirect(url_for("organizer.import_run", run_id=run_id))


@blueprint.get("/<edition>/imports/<id:run_id>/progress")
@needs(EDIT)
def import_progress(run_id: int) -> Response:
    """How far it is, which the page asks for again while it goes on."""
    run = services.get_run(reading(), edition().id, run_id, actor=actor())
    return unless_known(render_template("organizer/imports/progress.html", run=run, delegation=delegation_of(run)))


@blueprint.get("/<edition>/people/import/<kind>/sample.<form>")
@needs(EDIT)
def import_sample(kind: str, form: str) -> Response:
    """A table to fill in, with rows that show how; of registrations with the edition's own types and questions."""
    columns, rows = services.sample(reading(), edition().id, kind_named(kind), actor=actor())
    return table_file(form, columns, rows, f"{kind}-sample")


@blueprint.get("/<edition>/people/export/<kind>.<form>")
@needs(Permission.EXPORT, everywhere=True)
def export_table(kind: str, form: str) -> Response:
    chosen = kind_named(kind)
    with transaction() as db:
        columns, rows = services.take_out(db, edition().id, chosen, actor=actor(), now=clock.now())
    return table_file(form, export.headings(columns), rows, kind)


def table_file(form: str, headings: Sequence[str], rows: Any, name: str) -> Response:
    writers = {
        "csv": (write_csv, "text/csv"),
        "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
    if form not in writers:
        abort(404)
    write, mimetype = writers[form]
    content = write(headings, rows)
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"{name}.{form}")


def kind_named(word: str) -> ImportKind:
    if word not in tuple(ImportKind):
        abort(404)
    return ImportKind(word)
