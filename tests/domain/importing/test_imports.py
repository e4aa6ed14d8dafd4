"""Imports from the upload to the last row: who may, what is refused, and that each row is taken once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm.exc import StaleDataError

from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Forbidden, Invalid, NotFound, Stale
from forumapp.core.files.spreadsheets import UnreadableTable
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.runs import services
from forumapp.domain.importing.runs.kinds import TablePlace
from forumapp.domain.people.models import Person
from tests import import_steps
from tests.domain.conftest import NOW, make_forum

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.domain.conftest import Forum


def file(people: int, *more: str) -> bytes:
    rows = [f"Person {number}" for number in range(people)]
    return "\n".join(["Name", *rows, *more]).encode()


def workbook(**sheets: list[list[str]]) -> bytes:
    """Sheets by name; those with a name in capitals are hidden."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name.isupper():
                sheet.hide()
        if all(name.isupper() for name in sheets):
            book.add_worksheet("empty").activate()
    return out.getvalue()


def brought(db: DbSession, forum: Forum, content: bytes) -> ImportRun:
    return import_steps.bring(db, forum.edition.id, ImportKind.PEOPLE, "people.csv", content, **forum.by_owner)


def confirmed(db: DbSession, forum: Forum, content: bytes) -> ImportRun:
    run = brought(db, forum, content)
    return import_steps.confirm(db, forum.edition.id, run.id, version=run.version, **forum.by_owner)


def people(db: DbSession) -> int:
    return db.scalar(select(func.count(Person.id))) or 0


def test_nothing_is_saved_until_it_is_confirmed_and_then_by_a_worker(session: DbSession, forum: Forum) -> None:
    run = brought(session, forum, file(250))
    assert (run.total, run.mapping, run.read_as) == (250, {"Name": "latin"}, "utf-8")
    import_steps.confirm(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    assert people(session) == 0
    went_on = [import_steps.take_batch(session, run.id, number, now=NOW) for number in range(3)]
    session.refresh(run)
    assert (went_on, run.status, run.done, run.added) == ([True, True, False], ImportStatus.DONE, 250, 250)
    assert people(session) == 250
    event = session.scalar(select(AuditEvent).where(AuditEvent.entity == "person").limit(1))
    assert (event.actor_id, event.via) == (forum.owner.id, Via.IMPORT)


def test_a_batch_that_runs_again_adds_nothing(session: DbSession, forum: Forum) -> None:
    run = confirmed(session, forum, file(150))
    for number in (0, 0, 1, 1, 0):
        import_steps.take_batch(session, run.id, number, now=NOW)
    session.refresh(run)
    assert (run.added, people(session), run.status) == (150, 150, ImportStatus.DONE)


def test_who_stands_twice_in_a_file_is_added_once_however_far_apart(session: DbSession, forum: Forum) -> None:
    twice = ("Person 0", "person 7")
    run = confirmed(session, forum, file(230, *twice))
    for number in range(3):
        import_steps.take_batch(session, run.id, number, now=NOW)
    session.refresh(run)
    assert (run.done, run.added, people(session)) == (232, 230, 230)


def test_who_looks_like_someone_is_added_only_where_someone_says_so(session: DbSession, forum: Forum) -> None:
    run = brought(session, forum, file(1, "person 0", "PERSON 0"))
    lines = import_steps.plan(session, run, actor=forum.by_owner["actor"])
    assert [line.state.value for line in lines] == ["new", "double", "double"]
    import_steps.set_out(
        session, forum.edition.id, run.id, mapping=run.mapping, chosen=[4], version=1, **forum.by_owner
    )
    import_steps.confirm(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    import_steps.take_batch(session, run.id, 0, now=NOW)
    assert set(session.scalars(select(Person.latin_given))) == {"Person 0", "PERSON 0"}


def test_what_the_columns_mean_is_for_a_person_to_say(session: DbSession, forum: Forum) -> None:
    run = brought(session, forum, b"Who,Where\nLiu Chun,Beijing\n")
    assert run.mapping == {"Who": "", "Where": ""}
    with pytest.raises(services.NothingToImport):
        import_steps.confirm(session, forum.edition.id, run.id, version=1, **forum.by_owner)

    def means(version: int = 1, **mapping: str) -> ImportRun:
        said: dict[str, Any] = {"mapping": mapping, "chosen": [], "version": version}
        return import_steps.set_out(session, forum.edition.id, run.id, **said, **forum.by_owner)

    with pytest.raises(Invalid) as refusal:
        means(Who="latin", Where="latin")
    assert refusal.value.fields == {"Who": "taken-twice", "Where": "taken-twice"}
    with pytest.raises(Invalid) as refusal:
        means(Who="shoe-size", Where="")
    assert refusal.value.fields == {"Who": "not-an-option"}
    with pytest.raises(Invalid):
        means(Who="latin")
    means(Who="latin", Where="")
    with pytest.raises(Stale):
        means(Who="", Where="latin")
    assert [line.name for line in import_steps.plan(session, run, actor=forum.by_owner["actor"])] == ["Liu Chun"]


def test_it_is_for_those_who_keep_the_registry(session: DbSession, forum: Forum) -> None:
    viewer = create_account(
        session, email="v@forum.example", name="V", password=None, actor=Actor(None, Via.COMMAND), now=NOW
    )
    grant_role(session, viewer.id, forum.edition.id, Role.VIEWER, actor=Actor(None, Via.COMMAND), now=NOW)
    by_viewer = {**forum.by_owner, "actor": Actor(viewer.id, Via.PAGE)}
    run = brought(session, forum, file(1))
    with pytest.raises(Forbidden):
        import_steps.bring(session, forum.edition.id, ImportKind.PEOPLE, "x.csv", file(1), **by_viewer)
    with pytest.raises(Forbidden):
        import_steps.confirm(session, forum.edition.id, run.id, version=1, **by_viewer)
    with pytest.raises(NotFound):
        services.get_run(session, forum.other.id, run.id, actor=forum.by_owner["actor"])


def test_who_may_no_longer_keep_the_registry_adds_nothing_more(session: DbSession, forum: Forum) -> None:
    run = confirmed(session, forum, file(1))
    run.asked_by = create_account(
        session, email="gone@forum.example", name="Gone", password=None, actor=Actor(None, Via.COMMAND), now=NOW
    ).id
    session.flush()
    with pytest.raises(NotFound):
        import_steps.take_batch(session, run.id, 0, now=NOW)
    assert people(session) == 0


def test_what_is_cancelled_goes_no_further(session: DbSession, forum: Forum) -> None:
    run = confirmed(session, forum, file(150))
    import_steps.take_batch(session, run.id, 0, now=NOW)
    with pytest.raises(Stale):
        services.cancel(session, forum.edition.id, run.id, version=1, **forum.by_owner)
    services.cancel(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    assert import_steps.take_batch(session, run.id, 1, now=NOW) is False
    assert (run.status, run.content, people(session)) == (ImportStatus.CANCELLED, None, 100)
    for late in (services.cancel, partial(services.confirm, lines=[])):
        with pytest.raises(services.ImportIsOver):
            late(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)


def test_a_file_that_is_no_table_is_not_kept(session: DbSession, forum: Forum) -> None:
    with pytest.raises(UnreadableTable):
        brought(session, forum, b"")
    assert session.scalar(select(func.count(ImportRun.id))) == 0


def test_files_go_a_week_after_they_were_brought(session: DbSession, forum: Forum) -> None:
    over, waiting, lost = (confirmed(session, forum, file(1, str(one))) for one in range(3))
    import_steps.take_batch(session, over.id, 0, now=NOW)
    draft, later = brought(session, forum, file(1)), brought(session, forum, file(1))
    for run in (over, waiting, lost, draft):
        run.created_at = NOW
    lost.updated_at = NOW
    later.created_at = NOW + timedelta(days=2)
    session.flush()
    import_steps.set_out(
        session, forum.edition.id, draft.id, mapping={"Name": ""}, chosen=(), version=draft.version, **forum.by_owner
    )  # what the columns mean may be said again and again: the week goes on
    assert services.forget_files(session, brought_before=NOW + timedelta(days=1), now=NOW) == 3
    session.expire_all()
    assert [run.content is None for run in (over, waiting, lost, draft, later)] == [True, False, True, True, False]
    assert (waiting.status, lost.status) == (ImportStatus.QUEUED, ImportStatus.FAILED)
    with pytest.raises(NotFound):
        import_steps.plan(session, over, actor=forum.by_owner["actor"])


def test_a_record_is_filled_in_only_where_someone_says_so(session: DbSession, forum: Forum) -> None:
    import_steps.take_batch(session, confirmed(session, forum, file(2)).id, 0, now=NOW)
    table = b"Name,Phone\nPerson 0,+1 213 555 0122\nPerson 1,+1 213 555 0133\n"
    run = brought(session, forum, table)
    assert {line.state.value for line in import_steps.plan(session, run, actor=forum.by_owner["actor"])} == {"more"}
    with pytest.raises(services.NothingToImport):
        import_steps.confirm(session, forum.edition.id, run.id, version=1, **forum.by_owner)
    said: dict[str, Any] = {"mapping": run.mapping, "chosen": [], "joined": [2]}
    import_steps.set_out(session, forum.edition.id, run.id, **said, version=1, **forum.by_owner)
    import_steps.confirm(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    import_steps.take_batch(session, run.id, 0, now=NOW)
    session.refresh(run)
    assert (run.added, people(session)) == (1, 2)
    assert list(session.scalars(select(Person.phone).order_by(Person.latin_given))) == ["+1 213 555 0122", None]
    event = session.scalars(select(AuditEvent).where(AuditEvent.entity == "person").order_by(AuditEvent.id.desc()))
    assert (first := event.first()) is not None
    assert (first.action, first.via) == ("changed", Via.IMPORT)


def test_an_invisible_character_in_an_untouched_cell_blocks_no_correction(session: DbSession, forum: Forum) -> None:
    run = brought(session, forum, "Name,Email\nAnn Lee,wrong\nWu\u200b Bo,\n".encode())
    cells = {"2": {"Email": "ann@example.org"}, "3": {"Name": "Wu\u200b Bo", "Email": ""}}
    said: dict[str, Any] = {"mapping": run.mapping, "chosen": [], "cells": cells, "version": run.version}
    import_steps.set_out(session, forum.edition.id, run.id, **said, **forum.by_owner)
    assert run.cells == {"2": {"Email": "ann@example.org"}}


def test_another_sheet_and_heading_row_are_read_and_stay_chosen(session: DbSession, forum: Forum) -> None:
    content = workbook(first=[["Who"], ["Ann Lee"]], second=[["Guests"], ["Name"], ["Wu Bo"]])
    run = brought(session, forum, content)
    assert (run.sheet, run.heading_row, run.total) == ("second", 2, 1)

    def choose(sheet: str, row: int | None) -> None:
        place = TablePlace(sheet, row)
        import_steps.choose_table(session, forum.edition.id, run.id, place, version=run.version, **forum.by_owner)

    cells = {"3": {"Name": "Hu Bo"}}
    said: dict[str, Any] = {"mapping": run.mapping, "chosen": [3], "cells": cells, "version": run.version}
    import_steps.set_out(session, forum.edition.id, run.id, **said, **forum.by_owner)
    choose("first", None)
    assert (run.sheet, run.heading_row, run.total) == ("first", 1, 1)
    assert (run.cells, run.chosen, run.mapping) == ({}, [], {"Who": ""})
    choose("second", 1)
    assert (run.heading_row, run.total, run.mapping) == (1, 2, {"Guests": ""})
    import_steps.set_out(
        session, forum.edition.id, run.id, mapping={"Guests": "latin"}, chosen=[], version=run.version, **forum.by_owner
    )
    assert [line.number for line in import_steps.plan(session, run, actor=forum.by_owner["actor"])] == [2, 3]
    for place in (("third", None), ("second", 9), ("second", 3)):
        with pytest.raises(UnreadableTable):
            choose(*place)
    import_steps.confirm(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    import_steps.take_batch(session, run.id, 0, now=NOW)
    assert set(session.scalars(select(Person.latin_given))) == {"Name", "Wu Bo"}
    with pytest.raises(services.ImportIsOver):
        choose("first", None)


def test_a_file_with_hidden_sheets_only_waits_for_a_choice(session: DbSession, forum: Forum) -> None:
    run = brought(session, forum, workbook(OLD=[["Name"], ["Ann Lee"]]))
    assert (run.sheet, run.heading_row, run.total, run.mapping) == ("", None, 0, {})
    with pytest.raises(services.NothingToImport):
        import_steps.confirm(session, forum.edition.id, run.id, version=1, **forum.by_owner)
    import_steps.choose_table(session, forum.edition.id, run.id, TablePlace("OLD"), version=1, **forum.by_owner)
    assert (run.sheet, run.heading_row, run.total) == ("OLD", 1, 1)


def test_a_mapping_is_used_for_the_next_file_with_the_same_headings(session: DbSession, forum: Forum) -> None:
    first = brought(session, forum, b"Who,Name,Wish\nA,B,C\n")
    assert first.mapping == {"Who": "", "Name": "latin", "Wish": ""}
    changed = {"Who": "latin", "Name": "", "Wish": "title.en"}
    said: dict[str, Any] = {"mapping": changed, "chosen": [], "version": 1}
    import_steps.set_out(session, forum.edition.id, first.id, **said, **forum.by_owner)
    assert brought(session, forum, b"Name,Wish,Who\nE,F,G\n").mapping == changed
    assert brought(session, forum, b"Name,Who\nE,G\n").mapping == {"Who": "", "Name": "latin"}
    remarked = workbook(list=[["Who", "Name", "Wish"], ["A", "B", "C", "", "ask again"]])
    assert brought(session, forum, remarked).mapping == {**changed, "#4": "", "#5": ""}
    assert import_steps.bring(
        session, forum.edition.id, ImportKind.ORGANIZATIONS, "o.csv", b"Who,Name,Wish\nA,B,C\n", **forum.by_owner
    ).mapping == {"Who": "", "Name": "legal.en", "Wish": ""}


def cancel_draft(db: DbSession, run: ImportRun, by: dict[str, Any]) -> None:
    services.cancel(db, run.edition_id, run.id, version=run.version, **by)


def end_draft(db: DbSession, run: ImportRun, by: dict[str, Any]) -> None:
    services.end_drafts(db, run.edition_id, (ImportKind.PEOPLE,), reason="data-deleted", now=by["now"])


def forget_file(db: DbSession, run: ImportRun, by: dict[str, Any]) -> None:
    services.forget_files(db, brought_before=run.created_at + timedelta(days=1), now=by["now"])


@pytest.mark.parametrize("end", [cancel_draft, end_draft, forget_file])
def test_an_import_is_not_confirmed_once_its_file_is_emptied(
    own_app: Flask, backend: str, end: Callable[[DbSession, ImportRun, dict[str, Any]], None]
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as db:
        forum = make_forum(db)
        edition_id, by = forum.edition.id, forum.by_owner
    with DbSession(database.engine) as other:
        run_id = import_steps.bring(other, edition_id, ImportKind.PEOPLE, "people.csv", file(1), **by).id
        other.commit()
        opened = other.get_one(ImportRun, run_id)
        lines = import_steps.plan(other, opened, actor=by["actor"])
        with transaction() as db:
            end(db, db.get_one(ImportRun, run_id), by)
        with pytest.raises((Stale, StaleDataError)):
            services.confirm(other, edition_id, run_id, lines=lines, version=opened.version, **by)
