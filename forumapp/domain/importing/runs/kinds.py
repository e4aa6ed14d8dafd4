"""The kinds of things that are imported: how each is read from rows, held against what is there, and added."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from forumapp.core.files.spreadsheets import HiddenSheets, read_table
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.formats.parsing.values import Schedule
from forumapp.domain.agenda.formats.reader import files_in
from forumapp.domain.agenda.formats.readers import tables
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.importing.agenda import plan as agenda_plans
from forumapp.domain.importing.agenda.services import Taking
from forumapp.domain.importing.footers import in_file_order, split_footers
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.registrations import plan as registrations_plan
from forumapp.domain.importing.registrations import rosters
from forumapp.domain.importing.runs import samples
from forumapp.domain.people.imports import completion
from forumapp.domain.people.imports import services as imports_services
from forumapp.domain.people.models import OrganizationKind
from forumapp.domain.people.spreadsheets import export
from forumapp.domain.people.spreadsheets.rows import (
    ORGANIZATION_FIELDS,
    ORGANIZATION_HEADINGS,
    PERSON_FIELDS,
    PERSON_HEADINGS,
    guess,
    read_organization,
    read_person,
    refuse_other_scripts,
)
from forumapp.domain.registration.spreadsheets.headings import REGISTRATION_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.spreadsheets import SheetInfo, TableRow
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.agenda.formats.parsing.values import FileSession
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.people.imports.services import Line


class TablePlace(NamedTuple):
    """Where the table stands in its file. Without a sheet, the first that fits is read; without a heading row, it is
    looked for.
    """

    sheet: str = ""
    heading_row: int | None = None


class Brought(NamedTuple):
    """A file as it is read: of a table its headings, and its rows or whatever else the file is made of.

    Without a `heading_row` there is no table: an agenda in another format, or a workbook with hidden sheets only.
    """

    headings: tuple[str, ...]
    rows: Sequence[Any]
    read_as: str
    place: TablePlace = TablePlace()
    sheets: tuple[SheetInfo, ...] = ()
    top: tuple[tuple[int, tuple[str, ...]], ...] = ()
    schedule: Schedule | None = None  # of an agenda

    @property
    def sheet_to_name(self) -> str:
        """The sheet, where a row number alone does not say where a cell is: in a file with several sheets with data."""
        return self.place.sheet if sum(one.rows > 0 for one in self.sheets) > 1 else ""


ANYWHERE = TablePlace()


def count_known(kind: ImportKind, mapping: Mapping[str, str] | None = None) -> Callable[[Sequence[str]], int]:
    """Counts the cells of a row that are headings: those of a `mapping`, or else those that the kind knows."""
    known = ORGANIZATION_HEADINGS if kind is ImportKind.ORGANIZATIONS else REGISTRATION_HEADINGS
    if mapping:
        return lambda cells: sum(" ".join(cell.split()) in mapping for cell in cells)
    return lambda cells: sum(bool(meant) for meant in guess(cells, known).values())


def _table(
    kind: ImportKind,
    _db: DbSession,
    _edition: int,
    _name: str,
    content: bytes,
    mapping: Mapping[str, str] | None = None,
    place: TablePlace = ANYWHERE,
) -> Brought:
    """`mapping` is that of an earlier reading, so that the same heading row is read again. A workbook with hidden
    sheets only has no rows until one of them is named.
    """
    try:
        table = read_table(
            content, sheet=place.sheet, heading_row=place.heading_row, count_known=count_known(kind, mapping)
        )
    except HiddenSheets as error:
        return Brought((), (), error.read_as, sheets=error.sheets)
    return Brought(
        table.headings,
        table.rows,
        table.read_as,
        TablePlace(table.sheet, table.heading_row),
        table.sheets,
        table.top,
    )


_table_of_people = partial(_table, ImportKind.PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """`fields` are what a column may mean, each with its own words where it has any. An import needs all of `needs`."""

    fields: Callable[[DbSession, int], Mapping[str, Mapping[str, str]]]
    guess: Callable[[DbSession, int, Iterable[str]], dict[str, str]]
    sample: Callable[[DbSession, int], tuple[list[str], list[list[str]]]]
    needs: tuple[Permission, ...] = (Permission.EDIT_PEOPLE,)
    read: Callable[[DbSession, int, str, bytes, Mapping[str, str] | None, TablePlace], Brought] = _table_of_people


@dataclass(frozen=True, slots=True, kw_only=True)
class TableImporter(Importer):
    """An importer of rows, which are compared and added one by one. `add` returns how many it added."""

    plan: Callable[[DbSession, ImportRun, Sequence[TableRow], ContactScope | None], list[Line]]
    add: Callable[..., int]


def _plan_people(
    db: DbSession, run: ImportRun, rows: Sequence[TableRow], contact_scope: ContactScope | None
) -> list[Line]:
    people, skipped = split_footers(rows)
    drafts = [refuse_other_scripts(read_person(row, run.mapping)) for row in people]
    lines = imports_services.plan_people(db, drafts, contact_scope, before=run.created_at)
    return in_file_order(completion.people_with_more(db, lines, contact_scope), skipped)


def _add_people(db: DbSession, run: ImportRun, lines: Sequence[Line], *, actor: Actor, now: datetime) -> int:
    imports_services.add_people(
        db, [line.draft for line in lines if line.number not in run.joined], actor=actor, now=now
    )
    completion.fill_people(db, [line for line in lines if line.number in run.joined], actor=actor, now=now)
    return len(lines)


def _plan_organizations(
    db: DbSession, run: ImportRun, rows: Sequence[TableRow], _contact_scope: ContactScope | None
) -> list[Line]:
    kinds = tuple(OrganizationKind)
    organizations, skipped = split_footers(rows)
    lines = imports_services.plan_organizations(
        db, [read_organization(row, run.mapping, kinds) for row in organizations]
    )
    return in_file_order(completion.organizations_with_more(db, lines), skipped)


def _add_organizations(db: DbSession, run: ImportRun, lines: Sequence[Line], *, actor: Actor, now: datetime) -> int:
    imports_services.add_organizations(
        db, [line.draft for line in lines if line.number not in run.joined], actor=actor, now=now
    )
    completion.fill_organizations(db, [line for line in lines if line.number in run.joined], actor=actor, now=now)
    return len(lines)


def _sample(columns: Sequence[str], filled: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    shown = export.usual(columns)
    return export.headings(shown), [[filled.get(column, "") for column in shown]]


def _schedule(  # noqa: PLR0917 (as each Importer reads)
    db: DbSession,
    edition_id: int,
    name: str,
    content: bytes,
    mapping: Mapping[str, str] | None,
    place: TablePlace,
) -> Brought:
    files = files_in(name, content)
    try:
        schedule = agenda_plans.schedule_of(
            db, edition_id, files, mapping=mapping, sheet=place.sheet, heading_row=place.heading_row
        )
    except HiddenSheets as error:
        return Brought((), (), error.read_as, sheets=error.sheets, schedule=Schedule(error.read_as, (), {}, {}, {}))
    brought = Brought(schedule.headings, schedule.sessions, schedule.read_as, schedule=schedule)
    if table := schedule.table:
        at = TablePlace(table.sheet, table.heading_row)
        return brought._replace(place=at, sheets=table.sheets, top=table.top)
    return brought


def agenda_plan(
    db: DbSession,
    run: ImportRun,
    table: Brought,
    contact_scope: ContactScope | None,
    *,
    rows: Sequence[FileSession] | None = None,
) -> agenda_plans.Plan:
    """What would become of the sessions of an agenda, or of `rows` alone. Sessions are told from one another by all
    that the file says.
    """
    if table.schedule is None:
        raise RuntimeError("only an agenda has a schedule")
    makes_rooms = access_to(db, run.edition_id, actor=Actor(run.asked_by, Via.IMPORT)).allows(Permission.EDIT_EDITION)
    only = None if rows is None else frozenset(one.number for one in rows)
    return agenda_plans.plan(
        db, run.edition_id, table.schedule, contact_scope, makes_rooms=makes_rooms, before=run.created_at, only=only
    )


def take_sessions(
    db: DbSession, run: ImportRun, plan: agenda_plans.Plan, lines: Sequence[Any], *, actor: Actor, now: datetime
) -> int:
    return Taking(db, run.edition_id, plan, actor=actor, now=now).take(lines)


TABLE_IMPORTERS = {
    ImportKind.PEOPLE: TableImporter(
        fields=lambda _db, _edition: {name: {} for name in PERSON_FIELDS},
        guess=lambda _db, _edition, headings: guess(headings, PERSON_HEADINGS),
        plan=_plan_people,
        add=_add_people,
        sample=lambda _db, _edition: _sample(export.PERSON_COLUMNS, samples.PERSON),
    ),
    ImportKind.ORGANIZATIONS: TableImporter(
        fields=lambda _db, _edition: {name: {} for name in ORGANIZATION_FIELDS},
        guess=lambda _db, _edition, headings: guess(headings, ORGANIZATION_HEADINGS),
        plan=_plan_organizations,
        add=_add_organizations,
        sample=lambda _db, _edition: _sample(export.ORGANIZATION_COLUMNS, samples.ORGANIZATION),
        read=partial(_table, ImportKind.ORGANIZATIONS),
    ),
    ImportKind.REGISTRATIONS: TableImporter(
        fields=registrations_plan.fields,
        guess=registrations_plan.guessed,
        plan=registrations_plan.plan,
        add=registrations_plan.add,
        sample=lambda db, edition: samples.of_registrations(registrations_plan.forms_of(db, edition)),
        needs=(Permission.EDIT_PEOPLE, Permission.DECIDE_REGISTRATIONS),
    ),
    ImportKind.ROSTER: TableImporter(
        fields=rosters.fields,
        guess=rosters.guessed,
        plan=rosters.plan,
        add=rosters.add,
        sample=lambda _db, _edition: samples.of_members(),
        needs=(Permission.BRING_MEMBERS,),
    ),
}
IMPORTERS: Mapping[ImportKind, Importer] = {
    **TABLE_IMPORTERS,
    ImportKind.AGENDA: Importer(
        fields=lambda _db, _edition: {name: {} for name in tables.HEADINGS},
        guess=lambda _db, _edition, headings: tables.meanings(headings),
        sample=lambda _db, _edition: agenda_plans.sample(),
        needs=(Permission.EDIT_PEOPLE, Permission.EDIT_AGENDA),
        read=_schedule,
    ),
}
