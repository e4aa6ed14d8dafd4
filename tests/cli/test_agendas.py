"""Agendas from the console: looked at, taken, refused in one line, and taken out again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select

from forumapp.cli.transfer import agendas
from forumapp.cli.transfer.agendas import import_
from forumapp.cli.transfer.exports import export
from forumapp.core import clock
from forumapp.core.database.db import WRITING
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.agenda.formats.parsing.values import FORMATS
from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.sessions.services import publish, update_session
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.importing.agenda import plan as importing
from forumapp.domain.people.models import Person
from forumapp.web.organizer.imports.agenda_words import FORMAT_NAMES
from tests.lists import program_workbook
from tests.seeds import BY, seed

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from flask import Flask
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session as DbSession


def run(app: Flask, group: Any, *words: Any) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words], obj=app.extensions["forumapp.config"])


def sessions() -> int:
    return reading().scalar(select(func.count(Session.id))) or 0


def test_an_agenda_goes_in_and_comes_out_again(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        edition = seed(db, 1).edition
        slug, edition_id = edition.slug, edition.id
    before = sessions()
    file = tmp_path / "agenda.csv"
    file.write_text("Title,Start,End,Room\nPorts,2023-05-22 09:00,2023-05-22 10:00,Hall 9\nLunch,noon,,\n")
    told = [
        "row 3, Start: “noon” This is no time. The session comes without one.",
        "new rooms: Hall 9",
        "2 sessions in the file (CSV): 2 new, 0 changed, 0 same, 0 faulty; 1 without a time",
    ]
    dry = run(own_app, import_, "agenda", slug, file, "--dry-run")
    assert (dry.exit_code, dry.output.splitlines(), sessions()) == (0, told, before)
    assert run(own_app, export, "agenda", slug, "-o", tmp_path / "x.ics").output == (
        f"Error: no agenda of {slug} was published yet\n"
    )
    late = tmp_path / "late.csv"
    late.write_text("Title,Start,End\nTour,2031-05-22 09:00,2031-05-22 10:00\n")
    told = run(own_app, import_, "agenda", slug, late, "--dry-run").output.splitlines()
    assert told[0] == "1 session outside the forum's dates: check the dates in the file"
    taken = run(own_app, import_, "agenda", slug, file)
    assert (taken.exit_code, taken.output.splitlines()[-1], sessions()) == (0, "2 added, 0 changed", before + 2)
    with transaction() as db:
        publish(db, edition_id, label="", note={}, reason="As it is", actor=Actor(None, Via.COMMAND), now=clock.now())
    out = tmp_path / "out.xml"
    assert run(own_app, export, "agenda", slug, "-o", out).exit_code == 2
    exported = run(own_app, export, "agenda", slug, "--format", "frab-xml", "-o", out)
    assert (exported.exit_code, exported.output.splitlines()[-1]) == (0, "not exported: 1 session without a time")
    again = run(own_app, import_, "agenda", slug, out)
    assert again.output.splitlines()[-1] == "0 added, 0 changed"


def test_what_is_to_be_said_of_several_sessions_is_said_once(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        slug = seed(db, 1).edition.slug
    file = tmp_path / "agenda.csv"
    file.write_text("Title,Start\nPorts,noon\nLunch,noon\nRail,later\n")
    told = run(own_app, import_, "agenda", slug, file, "--dry-run").output.splitlines()

    assert told[:-1] == [
        "2 sessions: “noon” This is no time. The session comes without one.",
        "row 4, Start: “later” This is no time. The session comes without one.",
    ]


def test_faults_and_broken_files_are_told_in_one_line_and_save_nothing(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        slug = seed(db, 1).edition.slug
    before = sessions()
    file = tmp_path / "x"
    for content, line in (
        (
            "Title,Start,End\n,2023-05-22 09:00,2023-05-22 10:00\n",
            "Error: nothing was saved: mend row 2, Title: The session has no title. Fill one in.",
        ),
        ("<schedule>", "Error: line 1, column 10: The XML is broken there. Save the file again from where it comes."),
        (
            "{}",
            "Error: This is not an agenda in a known format: frab, Open Event, iCalendar, JSON of forumapp or of another program, CSV or XLSX.",
        ),
    ):
        file.write_text(content)
        answer = run(own_app, import_, "agenda", slug, file)
        assert (answer.exit_code, answer.output.splitlines()[-1], sessions()) == (1, line, before)
    assert run(own_app, import_, "agenda", "nowhere", file).exit_code == 1
    assert run(own_app, import_, "agenda", slug).exit_code == 2


def test_a_large_file_is_taken_in_short_transactions(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other writers come in between: here after each session, since a batch has no time for a second one."""
    with transaction() as db:
        slug = seed(db, 1).edition.slug
    file = tmp_path / "agenda.csv"
    file.write_text("Title,Start,End,Speakers\n" + "".join(f"Talk {n},,,Ann Lee; Bob Ray\n" for n in range(5)))
    monkeypatch.setattr(agendas, "LOCK_SECONDS", 0)
    seen: list[int] = []

    def count(connection: Connection) -> None:
        seen.append(connection.exec_driver_sql("SELECT count(*) FROM session").scalar_one())

    before = sessions()
    event.listen(database.engine, "commit", count)
    output = run(own_app, import_, "agenda", slug, file).output
    event.remove(database.engine, "commit", count)  # the engine stays for later tests
    assert output.splitlines()[-1] == "5 added, 0 changed"
    assert [count - before for count in seen if count > before] == [1, 2, 3, 4, 5]
    assert reading().scalar(select(func.count(Person.id)).where(Person.latin_given.in_(["Ann Lee", "Bob Ray"]))) == 2


def test_an_import_compares_the_file_again_with_what_somebody_changed_meanwhile(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        edition = seed(db, 1).edition
        slug, edition_id = edition.slug, edition.id
    file = tmp_path / "agenda.csv"
    file.write_text("Code,Title,Minutes\nports,Ports,30\nrail,Rail,30\n")
    run(own_app, import_, "agenda", slug, file)
    later = {"agenda.csv": b"Code,Title,Minutes\nports,Ports,45\nrail,Rail,45\n"}
    plan = importing.plan(reading(), edition_id, importing.schedule_of(reading(), edition_id, later), None)
    with transaction() as db:
        row = db.scalars(select(Session).where(Session.code == "rail")).one()
        values = {"abstract": {"en": "By hand"}}
        update_session(db, edition_id, row.id, values, version=row.version, actor=agendas.COMMAND, now=clock.now())
    agendas._take(edition_id, plan)
    found = reading().execute(select(Session.planned_minutes, Session.abstract).where(Session.code == "rail")).one()
    assert tuple(found) == (45, {"en": "By hand"})


def test_an_import_goes_on_while_others_never_stop_changing_its_sessions(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each comparison outside of the write lock someone changes each session."""
    with transaction() as db:
        edition = seed(db, 1).edition
        slug, edition_id = edition.slug, edition.id
    file = tmp_path / "agenda.csv"
    file.write_text("Code,Title,Minutes\nports,Ports,30\nrail,Rail,30\nsea,Sea,30\n")
    run(own_app, import_, "agenda", slug, file)
    file.write_text(file.read_text().replace("30", "45"))
    compare, outside = importing.plan, []

    def comparing(session: DbSession, *arguments: Any, **options: Any) -> importing.Plan:
        plan = compare(session, *arguments, **options)
        if WRITING not in session.info:
            outside.append(1)
            assert len(outside) < 50, "the import starves"
            with transaction() as other:
                for row in other.scalars(select(Session).where(Session.code.in_(["ports", "rail", "sea"]))).all():
                    values = {"abstract": {"en": f"No. {len(outside)}"}}
                    update_session(other, edition_id, row.id, values, version=row.version, **BY)
        return plan

    monkeypatch.setattr(agendas, "PAUSE", 0)
    monkeypatch.setattr(importing, "plan", comparing)
    answer = run(own_app, import_, "agenda", slug, file)
    assert (answer.exit_code, answer.output.splitlines()[-1]) == (0, "0 added, 3 changed")
    minutes = select(Session.planned_minutes).where(Session.code.in_(["ports", "rail", "sea"]))
    assert reading().scalars(minutes).all() == [45, 45, 45]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"title": "Ports", "time": "9:00", "speakers": ["Bo Wu"], "presenter": "Ann Lee"}]', "“presenter”"),
        ('[{"title": "Ports", "time": "9:00", "speakers": ["Bo Wu"], "tags": ["Trade", "Sea"]}]', "“Sea” This tag"),
        ("Title,Session title\nPorts,Sea ports\n", "Session title: Another column has the same meaning."),
        ("Title,Start,Zone\nPorts,2023-05-22T09:00:00+08:00,US / Eastern\n", "another offset than the time zone"),
        (
            '[{"title": "A", "start": "2023-05-22T09:00:00+08:00", "duration": 60, "timezone": "US / Eastern"}]',
            "another offset than the time zone",
        ),
        ('[{"title": "A", "session-type": {"name": "Talk"}, "timezone": "US / Eastern"}]', "“timezone”"),
        ('[{"date": "2023-05-22", "time": "09:00", "title": "Ports", "venue": "Hall"}]', "neither an end nor a length"),
        ("Title,Room\nPorts,#N/A\n", "row 2, Room: “#N/A” The spreadsheet shows an error in this cell."),
        ('{"schedule": {"conference": {"days": []}}}', "no sessions"),
    ],
    ids=[
        "field",
        "tag",
        "column",
        "zone",
        "zone-of-an-entry",
        "zone-in-open-event",
        "no-end",
        "error-cell",
        "no-sessions",
    ],
)
@pytest.mark.one_database
def test_what_would_be_lost_of_a_file_ends_the_import_with_an_error(
    own_app: Flask, tmp_path: Path, content: str, message: str
) -> None:
    with transaction() as db:
        slug = seed(db, 1).edition.slug
    before = sessions()
    file = tmp_path / "agenda"
    file.write_text(content)
    answer = run(own_app, import_, "agenda", slug, file)
    assert (answer.exit_code, sessions()) == (1, before)
    assert message in answer.output.splitlines()[-1]
    if message != "no sessions":
        assert run(own_app, import_, "agenda", slug, file, "--accept-losses").exit_code == 0
        assert sessions() == before + 1


def test_the_sheet_of_an_agenda_is_named_and_can_be_chosen(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        slug = seed(db, 1).edition.slug
    file, other = tmp_path / "agenda.xlsx", tmp_path / "agenda.json"
    file.write_bytes(program_workbook())
    other.write_text('[{"title": "Ports", "time": "9:00", "speakers": ["Bo Wu"]}]')
    sheets = "(sheets in the file: Program: 2 rows; Draft (hidden): 3 rows; empty: 0 rows)"
    lines = run(own_app, import_, "agenda", slug, file, "--dry-run").output.splitlines()
    assert lines[:2] == [f"sheet: Program {sheets}", "heading row: 1"]
    taken = run(own_app, import_, "agenda", slug, file, "--sheet", "Draft", "--heading-row", 2).output.splitlines()
    assert (taken[:2], taken[-1]) == ([f"sheet: Draft {sheets}", "heading row: 2"], "1 added, 0 changed")
    assert reading().scalar(select(Session.title).order_by(Session.id.desc())) == {"en": "Ports of old"}
    for path, sheet, message in ((file, "2022", "no such sheet"), (other, "A", "this file is none")):
        refused = run(own_app, import_, "agenda", slug, path, "--sheet", sheet)
        assert (refused.exit_code, message in refused.output) == (1, True)


def test_every_format_has_a_name_in_the_report() -> None:
    assert list(FORMAT_NAMES) == list(FORMATS)


def test_a_room_that_an_open_event_file_does_not_name_stops_the_import(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        slug = seed(db, 1).edition.slug
    before = sessions()
    session = {"id": 1, "title": "A", "starts_at": "2023-05-22T09:00:00-07:00", "ends_at": "2023-05-22T10:00:00-07:00"}
    file = tmp_path / "sessions.json"
    file.write_text(json.dumps([{**session, "microlocation": {"id": 7}}]))
    refused = run(own_app, import_, "agenda", slug, file)
    assert (refused.exit_code, sessions()) == (1, before)
    assert refused.output.splitlines()[-1].startswith("Error: nothing was imported: sessions.json/0/microlocation")
    file.write_text(json.dumps([{**session, "microlocation": {"id": 7, "name": "Hall 9"}}]))
    taken = run(own_app, import_, "agenda", slug, file).output
    assert "new rooms: Hall 9" in taken.splitlines()
    assert "1 session in the file (Open Event JSON): 1 new" in taken
