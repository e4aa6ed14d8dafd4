"""Imports: read, shown with all that is wrong, confirmed by a person, and then taken a batch at a time (batches.py).

Files are read and compared before a write transaction begins (files.py), and services that write get the result.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from forumapp.core.errors import Invalid, NotFound, Refusal, refuse_faults
from forumapp.core.files.spreadsheets import is_unnamed
from forumapp.domain.accounts.access import contact_scope_of, require, require_all, require_row
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.accounts.scope import NOBODY
from forumapp.domain.audit.services import record, stale
from forumapp.domain.importing.corrections import cell_faults, without_unchanged
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.registrations import plan as registrations_plan
from forumapp.domain.importing.registrations import rosters
from forumapp.domain.importing.runs.files import Upload, read_run, read_table_of, refuse_while_writing, with_corrections
from forumapp.domain.importing.runs.kinds import ANYWHERE, IMPORTERS, TABLE_IMPORTERS, TablePlace, agenda_plan
from forumapp.domain.importing.type_words import words_said_before
from forumapp.domain.jobs.services import enqueue
from forumapp.domain.people.imports.services import Line, State
from forumapp.domain.people.spreadsheets import export

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.spreadsheets import TableRow
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.importing.agenda import plan as importing_plan
    from forumapp.domain.importing.corrections import Cells
    from forumapp.domain.importing.runs.files import ImportFile
    from forumapp.domain.importing.runs.kinds import Brought

WORKFLOW = "import"
REMEMBERED = 50  # earlier files of an edition whose mapping is looked at
# Who confirms an import at the moment its file is emptied gets Stale.
_NEW_VERSION = {"version": ImportRun.version + 1}
UNFINISHED = (ImportStatus.QUEUED, ImportStatus.RUNNING)


class ImportIsOver(Refusal):
    """What was confirmed, or has ended, is changed no more."""

    code = "import-is-over"


class NothingToImport(Refusal):
    """No row of the file would add anything. `details` count the rows: `read`, `known` already, known with `more`
    details that are added if the row is `joined`, `faulty`, `undecided` because they resemble someone, and `skipped`,
    which are no entries.
    """

    code = "nothing-to-import"


def read_upload(
    db: DbSession,
    edition_id: int,
    kind: ImportKind,
    filename: str,
    content: bytes,
    *,
    delegation: str = "",
    place: TablePlace = ANYWHERE,
    actor: Actor,
) -> Upload:
    """Read a file that was sent, for `bring`; `delegation` is the code of the one whose list it is. Of a workbook with
    hidden sheets only, no row is read until `choose_table` names one. Raises UnreadableTable.
    """
    require_kind(db, edition_id, kind, actor=actor)
    if kind is ImportKind.ROSTER:
        rosters.delegation_of(db, edition_id, delegation, actor=actor)
    table = read_table_of(db, edition_id, kind, filename, content, place=place)
    return Upload(kind, filename, content, table, delegation)


def bring(db: DbSession, edition_id: int, upload: Upload, *, actor: Actor, now: datetime) -> ImportRun:
    """Store a file with what its columns are thought to mean."""
    kind, table, delegation = upload.kind, upload.table, upload.delegation
    require_kind(db, edition_id, kind, actor=actor)
    of = rosters.delegation_of(db, edition_id, delegation, actor=actor) if kind is ImportKind.ROSTER else None
    said = (
        _first_settings(db, edition_id, kind, delegation) if of is None else rosters.first_settings(db, of, actor=actor)
    )
    run = ImportRun(
        edition_id=edition_id,
        kind=kind,
        delegation_id=of.id if of else None,
        filename=upload.filename,
        content=upload.content,
        sha256=hashlib.sha256(upload.content).hexdigest(),
        read_as=table.read_as,
        sheet=table.place.sheet,
        heading_row=table.place.heading_row,
        mapping=_first_mapping(db, edition_id, kind, table.headings),
        settings=said,
        total=len(table.rows),
        asked_by=actor.account_id,
    )
    create_in(db, run, _changing(kind), actor=actor, now=now)
    return run


def _first_mapping(db: DbSession, edition_id: int, kind: ImportKind, headings: Sequence[str]) -> dict[str, str]:
    """What the columns of the edition's last file with the same headings meant, if someone set or confirmed it; else
    what the headings suggest. A column without a heading makes no difference.
    """
    reviewed = or_(ImportRun.version > 1, ImportRun.status.in_((*UNFINISHED, ImportStatus.DONE)))
    query = select(ImportRun.mapping).where(ImportRun.edition_id == edition_id, ImportRun.kind == kind, reviewed)
    earlier = db.scalars(query.order_by(ImportRun.id.desc()).limit(REMEMBERED))
    last = next((dict(one) for one in earlier if _named(one) == _named(headings)), None)
    if last is None:
        return IMPORTERS[kind].guess(db, edition_id, headings)
    fields = IMPORTERS[kind].fields(db, edition_id)
    return {heading: meant if (meant := last.get(heading, "")) in fields else "" for heading in headings}


def _named(headings: Iterable[str]) -> set[str]:
    return {heading for heading in headings if not is_unnamed(heading)}


def read_place(
    db: DbSession, edition_id: int, run_id: int, place: TablePlace, *, version: int, actor: Actor
) -> Brought:
    """Read another sheet of the file, or its headings from another row, for `choose_table`. Raises UnreadableTable."""
    run = _draft(db, edition_id, run_id, version=version, actor=actor)
    return read_run(db, run, place)


def choose_table(
    db: DbSession, edition_id: int, run_id: int, table: Brought, *, version: int, actor: Actor, now: datetime
) -> ImportRun:
    """Use another table of the file. Row numbers then mean other rows, so corrected cells and decisions on rows are
    cleared.
    """
    run = _draft(db, edition_id, run_id, version=version, actor=actor)
    changes: dict[str, Any] = {
        "sheet": table.place.sheet,
        "heading_row": table.place.heading_row,
        "mapping": _first_mapping(db, edition_id, run.kind, table.headings),
        "total": len(table.rows),
        "cells": {},
        "chosen": [],
        "joined": [],
    }
    change_in(db, run, changes, _changing(run.kind), version=version, actor=actor, now=now)
    return run


def _changing(kind: ImportKind) -> Permission:
    return Permission.BRING_MEMBERS if kind is ImportKind.ROSTER else Permission.EDIT_PEOPLE


def _first_settings(db: DbSession, edition_id: int, kind: ImportKind, delegation: str) -> dict[str, Any]:
    """What holds for a whole file of registrations before anybody has said anything of it."""
    if kind is not ImportKind.REGISTRATIONS:
        refuse_faults({"delegation": "not-an-option"} if delegation else {})
        return {}
    codes = {form.code for form in registrations_plan.forms_of(db, edition_id)}
    before = words_said_before(db, edition_id, codes)
    said: dict[str, Any] = {"types": before} if before else {}
    if delegation:
        said |= {"delegation": delegation, "type": registrations_plan.type_of_list(db, edition_id, delegation)}
        refuse_faults(registrations_plan.strange_settings(db, edition_id, said))
    return said


def take_out(
    db: DbSession, edition_id: int, kind: ImportKind, *, actor: Actor, now: datetime
) -> tuple[Sequence[str], list[list[str]]]:
    """Columns and rows of everyone, or of all organizations. Who took out how many is told to the log."""
    require_all(db, edition_id, Permission.SEE_PEOPLE, actor=actor)
    require_all(db, edition_id, Permission.EXPORT, actor=actor)
    if kind not in (ImportKind.PEOPLE, ImportKind.ORGANIZATIONS):
        raise NotFound(entity="export")
    if kind is ImportKind.ORGANIZATIONS:
        columns = export.ORGANIZATION_COLUMNS
        rows = list(export.organization_rows(db, columns))
    else:
        contact_scope = contact_scope_of(db, Permission.EXPORT, actor=actor)
        columns = export.person_columns(contacts=contact_scope != NOBODY)
        rows = list(export.person_rows(db, columns, contact_scope=contact_scope))
    done = "exported-organizations" if kind is ImportKind.ORGANIZATIONS else "exported-people"
    taken = {"count": (None, len(rows))}
    record(db, done, "edition", edition_id, actor=actor, now=now, edition_id=edition_id, changes=taken)
    return export.in_use(columns, rows)


def get_run(db: DbSession, edition_id: int, run_id: int, *, actor: Actor) -> ImportRun:
    """A file of people says how they are reached: it is for whoever brought it, and for those who are told that; the
    list of a delegation for whoever may bring it members. For those who are limited to delegations there are no others.
    """
    access = require(db, edition_id, Permission.EDIT_PEOPLE, actor=actor)
    run = get_in(db, ImportRun, edition_id, run_id)
    if run.kind is not ImportKind.ROSTER and access.reach(Permission.EDIT_PEOPLE) is not Reach.ALL:
        raise NotFound(entity="import_run")
    require_run(db, run, actor=actor)
    whole = run.kind in (ImportKind.ROSTER, ImportKind.ORGANIZATIONS)
    if not whole and run.asked_by != actor.account_id:
        require_all(db, edition_id, Permission.SEE_ANSWERS, actor=actor)
    return run


def require_kind(db: DbSession, edition_id: int, kind: ImportKind, *, actor: Actor) -> None:
    """Whoever imports something may add it by hand as well; a roster, for some delegation."""
    for permission in IMPORTERS[kind].needs:
        (require if kind is ImportKind.ROSTER else require_all)(db, edition_id, permission, actor=actor)


def require_run(db: DbSession, run: ImportRun, *, actor: Actor) -> None:
    require_kind(db, run.edition_id, run.kind, actor=actor)
    if run.kind is ImportKind.ROSTER:
        require_row(db, run.edition_id, Permission.BRING_MEMBERS, "import_run", run.id, actor=actor)


def _draft(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor) -> ImportRun:
    """One that nobody has confirmed; whoever read it otherwise is told so first."""
    run = get_run(db, edition_id, run_id, actor=actor)
    if run.version != version:
        raise stale(run)
    if run.status is not ImportStatus.DRAFT:
        raise ImportIsOver(status=run.status.value)
    return run


def set_out(
    db: DbSession,
    edition_id: int,
    run_id: int,
    *,
    mapping: Mapping[str, str],
    chosen: Sequence[int],
    joined: Sequence[int] = (),
    settings: Mapping[str, Any] | None = None,
    cells: Mapping[str, Mapping[str, str]] | None = None,
    file: ImportFile,
    version: int,
    actor: Actor,
    now: datetime,
) -> ImportRun:
    """Say what the columns mean, which rows are to be added although they resemble someone, which are `joined` to
    whom they resemble or are, and what holds for the whole file. `cells` replaces all corrections of single cells;
    None leaves them as they are. They are checked against `file`, the import's own.
    """
    run = _draft(db, edition_id, run_id, version=version, actor=actor)
    fields = IMPORTERS[run.kind].fields(db, edition_id)
    meant = [one for one in mapping.values() if one]
    strange = {
        heading: "not-an-option" if one not in fields else "taken-twice"
        for heading, one in mapping.items()
        if one and (one not in fields or meant.count(one) > 1)
    }
    is_roster, said = run.kind is ImportKind.ROSTER, settings or {}
    strange |= (
        rosters.strange_settings(run, said) if is_roster else registrations_plan.strange_settings(db, edition_id, said)
    )
    corrections = run.cells if cells is None else _checked_cells(run, cells, file)
    if strange or set(mapping) != set(run.mapping):
        raise Invalid(fields=strange or {"mapping": "invalid"})
    changes = {
        "mapping": dict(mapping),
        "chosen": sorted(set(chosen)),
        "joined": sorted(set(joined) - set(chosen)),
        "settings": dict(run.settings if settings is None else settings),
        "cells": corrections,
    }
    if is_roster and settings is not None:
        changes["settings"] = rosters.kept_settings(run, settings)
    change_in(db, run, changes, _changing(run.kind), version=version, actor=actor, now=now)
    return run


def _checked_cells(run: ImportRun, cells: Mapping[str, Mapping[str, str]], file: ImportFile) -> Cells:
    """The corrections that change something. Raises Invalid."""
    if run.kind is ImportKind.AGENDA:
        refuse_faults({"cells": "not-an-option"} if cells else {})
        return {}
    if file.run_id != run.id:
        raise RuntimeError("the file of another import")
    table = file.as_sent
    changed = without_unchanged(table.rows, cells)
    refuse_faults(cell_faults(changed, table.rows, table.headings))
    return changed


def confirm(
    db: DbSession,
    edition_id: int,
    run_id: int,
    *,
    notify: bool = False,
    lines: Sequence[Line],
    version: int,
    actor: Actor,
    now: datetime,
) -> ImportRun:
    """Have the rows taken that are new or chosen. A worker does it. `lines` are what the rows of this version of the
    import came to; the worker compares them again. `notify` says that those who are registered by it are mailed what a
    form would have had them mailed, which is for those who see everyone to say.
    """
    run = _draft(db, edition_id, run_id, version=version, actor=actor)
    is_roster = run.kind is ImportKind.ROSTER
    refuse_faults({"notify": "not-an-option"} if is_roster and notify else {})
    taken = to_take(lines, run)
    if not taken:
        raise NothingToImport(**_count_left_out(lines))
    names_delegations = not {"delegation", "sub_delegation"}.isdisjoint(run.mapping.values())
    if not is_roster and (names_delegations or run.settings.get("delegation")):
        require_all(db, edition_id, Permission.EDIT_DELEGATIONS, actor=actor)
    decided = {line.number for line in taken if line.state not in (State.NEW, State.CHANGED)}
    changes = {
        "status": ImportStatus.QUEUED,
        "asked_by": actor.account_id,
        "chosen": sorted(decided - set(run.joined)),
        "joined": sorted(decided & set(run.joined)),
        "settings": {**run.settings, "notify": notify} if notify else dict(run.settings),
    }
    change_in(db, run, changes, _changing(run.kind), version=version, actor=actor, now=now, action="confirmed")
    enqueue(db, WORKFLOW, run.id, key=f"{WORKFLOW}-{run.id}")
    return run


def _count_left_out(lines: Sequence[Line]) -> dict[str, Any]:
    """Why no row is taken: the rows by what they came to."""
    counted = counts(lines)
    return {
        "read": len(lines),
        "known": counted[State.SAME],
        "more": counted[State.MORE],
        "faulty": counted[State.FAULTY],
        "undecided": counted[State.DOUBLE],
        "skipped": counted[State.SKIPPED],
    }


def cancel(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor, now: datetime) -> ImportRun:
    """What is taken already stays. Raises ImportIsOver when the worker was faster."""
    run = get_run(db, edition_id, run_id, actor=actor)
    if run.version != version:
        raise stale(run)
    ended = {"status": ImportStatus.CANCELLED, "finished_at": now, "updated_at": now, **_NEW_VERSION}
    if not update_run(db, run_id, (ImportStatus.DRAFT, *UNFINISHED), **ended, content=None, cells={}):
        raise ImportIsOver(status=run.status.value)
    record(db, "cancelled", "import_run", run_id, actor=actor, now=now, edition_id=edition_id)
    db.refresh(run)
    return run


def sample(db: DbSession, edition_id: int, kind: ImportKind, *, actor: Actor) -> tuple[list[str], list[list[str]]]:
    """A table to fill in: its headings, and rows that show how."""
    require_kind(db, edition_id, kind, actor=actor)
    return IMPORTERS[kind].sample(db, edition_id)


def open_file(db: DbSession, run: ImportRun) -> ImportFile:
    """Read the file of an import: once per request, and once per job."""
    return with_corrections(run, read_run(db, run, TablePlace(run.sheet, run.heading_row), run.mapping))


def open_draft(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor) -> ImportFile:
    """The file of an import that can still be changed. Raises Stale and ImportIsOver."""
    return open_file(db, _draft(db, edition_id, run_id, version=version, actor=actor))


def plan(db: DbSession, run: ImportRun, file: ImportFile, *, actor: Actor) -> list[Line]:
    """What would become of each row, as things stand, and as far as it may be told to the actor."""
    if run.kind is ImportKind.AGENDA:
        return list(plan_of_agenda(db, run, file, actor=actor).lines)
    refuse_while_writing(db)
    return plan_rows(db, run, file.table.rows, contact_scope_of(db, actor=actor), actor=actor)


def plan_of_agenda(db: DbSession, run: ImportRun, file: ImportFile, *, actor: Actor) -> importing_plan.Plan:
    """With what would be made for its sessions, and what is said of the file as a whole."""
    refuse_while_writing(db)
    return agenda_plan(db, run, file.table, contact_scope_of(db, actor=actor))


def plan_rows(
    db: DbSession, run: ImportRun, rows: Sequence[TableRow], contact_scope: ContactScope | None, *, actor: Actor
) -> list[Line]:
    """Of some rows, once those before them are taken: what these became is looked up in the database."""
    if run.kind is ImportKind.ROSTER:
        return rosters.plan(db, run, rows, contact_scope, actor=actor)
    return TABLE_IMPORTERS[run.kind].plan(db, run, rows, contact_scope)


def to_take(lines: Sequence[Line], run: ImportRun) -> list[Line]:
    return [line for line in lines if _is_taken(line, run)]


def _is_taken(line: Line, run: ImportRun) -> bool:
    """What is new, whoever resembles another and is added all the same, and what is `joined` to a record: a
    registration, or what the row says beyond it.
    """
    if line.state in (State.NEW, State.CHANGED):
        return True
    if line.number in run.joined:
        registers = run.kind in (ImportKind.REGISTRATIONS, ImportKind.ROSTER)
        return bool(line.more) or (line.state is State.DOUBLE and registers)
    return line.state is State.DOUBLE and line.number in run.chosen


def counts(lines: Sequence[Line]) -> Counter[State]:
    return Counter(line.state for line in lines)


def count_failed_imports(db: DbSession, *, since: datetime) -> int:
    failed = select(func.count()).where(ImportRun.status == ImportStatus.FAILED, ImportRun.updated_at >= since)
    return db.scalar(failed) or 0


def fail(db: DbSession, run_id: int, fault: str, *, now: datetime) -> None:
    update_run(db, run_id, UNFINISHED, status=ImportStatus.FAILED, fault=fault, finished_at=now, updated_at=now)


def forget_files(db: DbSession, *, brought_before: datetime, now: datetime) -> int:
    """Empty the files that were brought before then, whatever was said of them since: they are full of people. What no
    worker has moved since then has been lost, and has failed.
    """
    lost = update(ImportRun).where(ImportRun.status.in_(UNFINISHED), ImportRun.updated_at < brought_before)
    failed = {"status": ImportStatus.FAILED, "fault": "error", "finished_at": now}
    db.connection().execute(lost.values(**failed, updated_at=ImportRun.updated_at))
    old = update(ImportRun).where(*_kept(), ImportRun.created_at < brought_before)
    emptied: dict[str, Any] = {"content": None, "cells": {}, "updated_at": ImportRun.updated_at}
    return db.connection().execute(old.values(**emptied, **_NEW_VERSION)).rowcount


def erase_files(db: DbSession, edition_id: int, kinds: Collection[ImportKind], *, dry_run: bool = False) -> int:
    """Empty the files of an edition's imports that are over, whatever their columns are thought to mean. How many
    there are. `end_drafts` is for the others.
    """
    of = (*_kept(), *_among(edition_id, kinds), ImportRun.status != ImportStatus.DRAFT)
    if dry_run:
        return db.scalar(select(func.count(ImportRun.id)).where(*of)) or 0
    emptied = update(ImportRun).where(*of).values(content=None, cells={}, updated_at=ImportRun.updated_at)
    return db.connection().execute(emptied).rowcount


def end_drafts(
    db: DbSession, edition_id: int, kinds: Collection[ImportKind], *, reason: str, now: datetime, dry_run: bool = False
) -> int:
    """Cancel an edition's imports that nobody has confirmed, and empty their files; how many. Their pages and the API
    give the reason, a code, as `fault`.
    """
    of = (*_kept(), *_among(edition_id, kinds), ImportRun.status == ImportStatus.DRAFT)
    if dry_run:
        return db.scalar(select(func.count(ImportRun.id)).where(*of)) or 0
    ended = {"status": ImportStatus.CANCELLED, "fault": reason, "finished_at": now, "updated_at": now}
    emptied = update(ImportRun).where(*of).values(**ended, content=None, cells={}, **_NEW_VERSION)
    return db.connection().execute(emptied).rowcount


def _among(edition_id: int, kinds: Collection[ImportKind]) -> tuple[ColumnElement[bool], ...]:
    return ImportRun.edition_id == edition_id, ImportRun.kind.in_(kinds)


def _kept() -> tuple[ColumnElement[bool], ...]:
    """Files that are there and that no worker is reading."""
    return ImportRun.content.is_not(None), ImportRun.status.not_in(UNFINISHED)


def update_run(db: DbSession, run_id: int, while_in: tuple[ImportStatus, ...], **values: Any) -> bool:
    """Change the row while it is in one of these states; whether it was. Progress is no edit: the version stays."""
    changed = update(ImportRun).where(ImportRun.id == run_id, ImportRun.status.in_(while_in)).values(**values)
    return db.connection().execute(changed).rowcount == 1
