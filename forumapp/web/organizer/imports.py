"""Bringing people and organizations in a table: upload, what the columns mean, what would happen, and the taking."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.errors import Invalid, Stale
from forumapp.core.numbers import whole_number
from forumapp.core.paging import PAGE_SIZE, Page
from forumapp.core.tables import UnreadableTable, write_csv, write_xlsx
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.importing import queries, services
from forumapp.domain.people import exporting
from forumapp.schemas.choices import ImportKind, ImportStatus
from forumapp.web.organizer import import_words
from forumapp.web.organizer.again import ask_again
from forumapp.web.organizer.guard import blueprint, edition, needs
from forumapp.web.organizer.identity import actor
from forumapp.web.organizer.log import past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.people.imports import Line

SECTION = "people"
EDIT = Permission.EDIT_PEOPLE
STATES = ("faulty", "double", "new", "same")


@blueprint.route("/<edition>/people/import/<kind>", methods=["GET", "POST"])
@needs(EDIT, everywhere=True)
def bring_table(kind: str) -> ResponseReturnValue:
    chosen = kind_named(kind)
    if request.method == "GET":
        return upload_page(chosen)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return upload_page(chosen, _("Choose a file first.")), 422
    try:
        with transaction() as db:
            run = services.bring(
                db, edition().id, chosen, sent.filename[-200:], sent.read(), actor=actor(), now=clock.now()
            )
    except UnreadableTable as refusal:
        return upload_page(chosen, str(import_words.UNREADABLE[refusal.details["why"]])), 422
    return redirect(url_for("organizer.import_run", run_id=run.id))


def upload_page(kind: ImportKind, fault: str = "") -> str:
    runs = queries.runs_page(reading(), edition().id, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/imports/upload.html", section=SECTION, kind=kind, kinds=list(ImportKind), fault=fault, page=runs
    )


@blueprint.route("/<edition>/imports/<id:run_id>", methods=["GET", "POST"])
@needs(EDIT, everywhere=True)
def import_run(run_id: int) -> ResponseReturnValue:
    run = services.get_run(reading(), edition().id, run_id, actor=actor())
    if request.method == "GET":
        return run_page(run)
    mapping = {heading: request.form.get(f"column-{n}", "") for n, heading in enumerate(columns(run))}
    shown = set(request.form.getlist("shown", whole_number))
    chosen = (set(run.chosen) - shown) | set(request.form.getlist("chosen", whole_number))
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            services.set_out(
                db,
                edition().id,
                run_id,
                mapping=mapping,
                chosen=sorted(chosen),
                version=version,
                actor=actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        return run_page(run, mapping=mapping, faults=refusal.fields), 422
    except Stale as refusal:
        return ask_again(refusal, _("Save mine over it"), url_for("organizer.import_run", run_id=run_id))
    return redirect(url_for("organizer.import_run", run_id=run_id, state=request.form.get("state") or None))


def run_page(run: ImportRun, *, mapping: dict[str, str] | None = None, faults: dict[str, str] | None = None) -> str:
    lines: list[Line] = []
    if run.status is ImportStatus.DRAFT and run.content:
        lines = services.plan(reading(), run, actor=actor())
    counted = services.counts(lines)
    asked = request.args.get("state")
    state = asked if asked in STATES else next((one for one in STATES if counted[one]), "new")  # type: ignore[index]
    number = max(request.args.get("page", 1, whole_number), 1)
    return render_template(
        "organizer/imports/one.html",
        section=SECTION,
        run=run,
        mapping={heading: (mapping or run.mapping)[heading] for heading in columns(run)},
        faults={heading: import_words.row_fault(code) for heading, code in (faults or {}).items()},
        options=[(field, import_words.field_words(field)) for field in services.IMPORTERS[run.kind].fields],
        counts=counted,
        taking=len(services.to_take(lines, run)),
        state=state,
        states_in_order=STATES,
        page=paged_lines([line for line in lines if line.state.value == state], number),
        history=past("import_run", run.id),
    )


def columns(run: ImportRun) -> tuple[str, ...]:
    """The file's headings in their own order, which JSON on PostgreSQL does not keep; none once the file is gone."""
    return services.table_of_run(run).headings if run.status is ImportStatus.DRAFT and run.content else ()


def paged_lines(lines: Sequence[Line], number: int) -> Page[Line]:
    first = (number - 1) * PAGE_SIZE
    return Page(list(lines[first : first + PAGE_SIZE]), number, PAGE_SIZE, len(lines))


@blueprint.post("/<edition>/imports/<id:run_id>/start")
@needs(EDIT, everywhere=True)
def start_import(run_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            services.confirm(db, edition().id, run_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, _("Import it all the same"), url_for("organizer.import_run", run_id=run_id))
    except services.NothingToImport:
        flash(_("There is nothing to add: everything in the file is there already, or has faults."), "warn")
    except services.ImportIsOver:
        flash(_("This import was started or ended already."), "warn")
    return redirect(url_for("organizer.import_run", run_id=run_id))


@blueprint.post("/<edition>/imports/<id:run_id>/cancel")
@needs(EDIT, everywhere=True)
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
@needs(EDIT, everywhere=True)
def import_progress(run_id: int) -> Response:
    """How far it is, which the page asks for again while it goes on."""
    run = services.get_run(reading(), edition().id, run_id, actor=actor())
    response = make_response(render_template("organizer/imports/progress.html", run=run))
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/<edition>/people/import/<kind>/sample.<form>")
@needs(EDIT, everywhere=True)
def import_sample(kind: str, form: str) -> Response:
    """A table to fill in: the headings, and one row that shows how."""
    if kind_named(kind) is ImportKind.ORGANIZATIONS:
        columns: Sequence[str] = exporting.ORGANIZATION_COLUMNS
        filled = {"legal.en": "Example Trading Co., Ltd.", "legal.zh-Hans": "示例贸易有限公司", "kind": "company"}
    else:
        columns = exporting.PERSON_COLUMNS
        filled = {
            "latin_family": "Zhang",
            "latin_given": "San",
            "name_order": "family-first",
            "native": "张三",
            "title.en": "General Manager",
            "title.zh-Hans": "总经理",
            "organization.en": "Example Trading Co., Ltd.",
            "organization.zh-Hans": "示例贸易有限公司",
        }
    return table_file(form, columns, [[filled.get(column, "") for column in columns]], f"{kind}-sample")


@blueprint.get("/<edition>/people/export/<kind>.<form>")
@needs(Permission.SEE_PEOPLE, everywhere=True)
def export_table(kind: str, form: str) -> Response:
    chosen = kind_named(kind)
    with transaction() as db:
        columns, rows = services.take_out(db, edition().id, chosen, actor=actor(), now=clock.now())
    return table_file(form, columns, rows, kind)


def table_file(form: str, columns: Sequence[str], rows: Any, name: str) -> Response:
    writers = {
        "csv": (write_csv, "text/csv; charset=utf-8"),
        "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
    if form not in writers:
        abort(404)
    write, mimetype = writers[form]
    content = write(exporting.headings(columns), rows)
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"{name}.{form}")


def kind_named(word: str) -> ImportKind:
    if word not in tuple(ImportKind):
        abort(404)
    return ImportKind(word)
