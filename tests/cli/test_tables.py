"""Tables from the console: what goes in comes out to the character."""

from __future__ import annotations

import csv
import io
import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from sqlalchemy import func, select

from forumapp.cli.transfer import tables
from forumapp.cli.transfer.tables import export, import_
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.files.spreadsheets import read_table
from forumapp.core.paths import ROOT
from forumapp.core.values.text import fold, on_one_line
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.importing.runs import batches
from forumapp.domain.importing.runs.batches import MOST_STALE, plan_between
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import create_person
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import Source
from tests.seeds import BY, seed, seed_delegation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from click.testing import Result
    from flask import Flask

    from forumapp.domain.importing.runs.batches import PlannedRows

NAMES = ROOT.parent / "shared" / "data" / "names"


def run(group: Any, *words: Any) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


def letters(names: Iterable[str]) -> list[str]:
    """Of names in any order, with or without capitals."""
    return sorted(letter for name in names for letter in fold(name) if letter not in "()（）/")


def people() -> int:
    return reading().scalar(select(func.count(Person.id))) or 0


def test_faults_are_told_by_row_and_column_and_nothing_is_saved(own_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,Email,Wish\nLIU Chun,nowhere,tea\n,x@y.example,\n", encoding="utf-8")
    result = run(import_, "people", file)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "heading row: 1",
        "columns: Name = latin; Email = email",
        "columns not used: Wish",
        "row 2 Email: not one mail address",
        "row 2 Name: note: split into family name and given name (LIU, Chun)",
        "row 3: nobody is named",
        "2 rows read (utf-8): 0 new, 0 same, 0 double, 2 faulty, 0 skipped",
        "Error: nothing was saved: mend row 2 Email: not one mail address; row 3: nobody is named",
    ]
    assert people() == 0


def test_a_dry_run_saves_nothing_and_the_same_file_again_adds_nothing(own_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name\nLIU Chun\nWang Wei\n", encoding="utf-8")
    assert run(import_, "people", file, "--dry-run").output.splitlines() == [
        "heading row: 1",
        "columns: Name = latin",
        "row 2 Name: note: split into family name and given name (LIU, Chun)",
        "row 3 Name: note: family name not known; write it first with a comma after it, or the name is kept whole",
        "2 rows read (utf-8): 2 new, 0 same, 0 double, 0 faulty, 0 skipped",
    ]
    assert people() == 0
    assert run(import_, "people", file).output.endswith("2 added\n")
    assert run(import_, "people", file).output.endswith("0 added\n")
    assert people() == 2
    assert run(import_, "people", tmp_path / "nowhere.csv").exit_code == 1


def test_single_cells_are_corrected_by_an_option(own_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,Email\nChan Tai Man,tai@\n", encoding="utf-8")
    cells = ("--cell", "2:Name=Chan, Tai Man", "--cell", "2:Email=tai@example.org")
    assert run(import_, "people", file, *cells).output.endswith("1 added\n")
    row = reading().scalars(select(Person)).one()
    assert (row.latin_family, row.latin_given, row.email) == ("Chan", "Tai Man", "tai@example.org")
    for strange in ("Name=x", "9:Name=x", "2:Wish=x"):
        assert run(import_, "people", file, "--cell", strange).exit_code == 1


@pytest.mark.timeout(60)
def test_an_import_goes_on_while_others_never_stop_writing(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = itertools.count()

    def compare(*arguments: Any, **options: Any) -> PlannedRows:
        planned = plan_between(*arguments, **options)
        if not options.get("is_locked"):
            with transaction() as db:
                create_person(db, {"latin_family": f"Other {next(writers)}"}, **BY)
        return planned

    monkeypatch.setattr(tables, "plan_between", compare)
    file = tmp_path / "people.csv"
    file.write_text("Name\nLIU Chun\nWang Wei\nZhao Min\n", encoding="utf-8")

    assert run(import_, "people", file).output.endswith("3 added\n")


@pytest.mark.both_databases
def test_an_import_goes_on_while_another_connection_writes_to_the_log_during_each_comparison(
    own_app: Flask, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    writers, plan_rows, plan = itertools.count(), batches.plan_rows, tables.plan_between
    are_locked: list[bool] = []

    def write() -> None:
        with own_app.app_context(), transaction() as db:
            create_person(db, {"latin_family": f"Other {next(writers)}"}, **BY)

    def compare_rows(*arguments: Any, **options: Any) -> Any:
        lines = plan_rows(*arguments, **options)
        with ThreadPoolExecutor(1) as other:
            other.submit(write).result(30)
        return lines

    def compare(*arguments: Any, is_locked: bool = False, **options: Any) -> PlannedRows:
        are_locked.append(is_locked)
        assert are_locked.count(True) < 3, "the import would never end"
        return plan(*arguments, is_locked=is_locked, **options)

    monkeypatch.setattr(batches, "plan_rows", compare_rows)
    monkeypatch.setattr(tables, "plan_between", compare)
    file = tmp_path / "people.csv"
    file.write_text("Name\nLIU Chun\n", encoding="utf-8")

    assert run(import_, "people", file).output.endswith("1 added\n")
    assert are_locked == [*[False] * MOST_STALE, True]


@pytest.mark.slow
@pytest.mark.skipif(not NAMES.is_dir(), reason="the real files stand beside the project, not in it")
def test_real_people_and_organizations_come_out_as_they_went_in(own_app: Flask, tmp_path: Path) -> None:
    for kind, name, columns in (
        ("organizations", "organisations.csv", {"name_zh": "legal name (chinese)", "name_en": "legal name (english)"}),
        (
            "people",
            "people.csv",
            {
                "name_local": "native name",
                "title_local": "title (chinese)",
                "title_en": "title (english)",
                "org_en": "organization (english)",
                "org_local": "organization (chinese)",
            },
        ),
    ):
        assert run(import_, kind, NAMES / name).exit_code == 0
        with io.StringIO((NAMES / name).read_text("utf-8-sig"), newline="") as text:
            given = list(csv.DictReader(text))
        for suffix in ("csv", "xlsx"):
            out = tmp_path / f"{kind}.{suffix}"
            assert run(export, kind, "-o", out).exit_code == 0
            taken = [row.cells for row in read_table(out.read_bytes()).rows]
            wanted = [tuple(on_one_line(row[column]) for column in columns) for row in given]
            kept = [tuple(row[heading] for heading in columns.values()) for row in taken]
            if kind == "people":
                assert [row[1:] for row in kept] == [row[1:] for row in wanted]
                columns_of_names = ("native name", "form of address (english)", "given name", "family name")
                names = [tuple(row[heading] for heading in columns_of_names) for row in taken]
                assert list(map(letters, names)) == [letters((row["name_local"], row["name_latin"])) for row in given]
            else:
                assert set(kept) == set(wanted)
        assert run(import_, kind, tmp_path / f"{kind}.xlsx").output.endswith("0 added\n")


def test_registrations_come_in_on_the_console(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        seed(db, 0)
    file = tmp_path / "guests.csv"
    file.write_text("Name,Type,E-mail\nLiu Chun,media,l@x.example\nWang Wei,shoes,w@x.example\n", encoding="utf-8")
    result = run(import_, "registrations", "ccbf-2023", file)
    assert (result.exit_code, "row 3 Type: no registration type of this edition" in result.output) == (1, True)
    file.write_text("Name,Type,E-mail\nLiu Chun,media,l@x.example\nWang Wei,,w@x.example\n", encoding="utf-8")
    command = (import_, "registrations", "ccbf-2023", file, "--type", "business")
    assert run(*command, "--dry-run").output.endswith("2 new, 0 same, 0 double, 0 faulty, 0 skipped\n")
    assert run(*command).output.endswith("2 added\n")
    assert run(*command).output.endswith("0 added\n")
    assert reading().scalar(select(func.count(Registration.id)).where(Registration.source == Source.IMPORT)) == 2
    assert reading().scalar(select(func.count(Message.id))) == 0
    for wrong in (("nowhere", file), ("ccbf-2023", file, "--type", "shoes")):
        assert run(import_, "registrations", *wrong).exit_code == 1


def test_the_list_of_a_delegation_comes_in_on_the_console(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as db:
        world = seed(db, 0)
        seed_delegation(db, world.edition, "jiangsu", [])
    rows = [
        "Name,Type,E-mail,Delegation",
        *(f"{one},,{one.strip().lower()}@x.example,Jiangsu" for one in ("Ann", "Bo", "Cy,")),
    ]
    file = tmp_path / "roster.csv"
    file.write_text("\n".join([*rows, ",,e@x.example,", "Di,shoes,@,", "Ed,shoes,,hubei"]), encoding="utf-8")
    command = (import_, "roster", "ccbf-2023", file, "--delegation", "jiangsu", "--type", "business")
    result = run(*command, "--dry-run")
    first = "row 4: more cells than headings; row 5: nobody is named; row 6 E-mail: not one mail address; and 2 more"
    assert (result.exit_code, result.stderr) == (1, f"Error: nothing was saved: mend {first}\n")
    assert "row 7 Delegation: note: no such delegation or sub-delegation: kept as a note (hubei)\n" in result.stdout
    file.write_text("\n".join(rows[:3]), encoding="utf-8")
    assert run(*command[:-2]).exit_code == 1  # of several types none is meant
    assert run(*command, "--dry-run").output.endswith("2 new, 0 same, 0 double, 0 faulty, 0 skipped\n")
    assert run(*command, "--notify").output.endswith("2 added\n")
    assert run(*command[:-2], "--notify").output.endswith("0 added\n")  # as most of them are
    count = select(func.count(DelegationMember.id)).where(DelegationMember.left_on.is_(None))
    assert (reading().scalar(count), reading().scalar(select(func.count(Message.id)))) == (2, 2)
    for wrong in ((*command[:-3], "nowhere"), (*command, "--type", "shoes")):
        assert run(*wrong).exit_code == 1
    assert run(*command[:4]).exit_code == 2


def test_sheet_heading_row_and_columns_can_be_chosen(own_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("A").write_column(0, 0, ["Name", "HU Yan"])
        old = book.add_worksheet("B")
        old.write_column(0, 0, ["Names of 2022", "Guest", "LIU Chun"])
        old.write(1_048_575, 0, "x")
        old.hide()
    chosen = ("--sheet", "B", "--heading-row", "2", "--column", "Guest=latin", "--dry-run")
    assert run(import_, "people", file, *chosen).output.splitlines()[:4] == [
        "sheet: B (sheets in the file: A: 2 rows; B (hidden): 3 rows)",
        "cell A1048576: far from the list, left out",
        "heading row: 2",
        "columns: Guest = latin",
    ]
    assert "\nsheet B, row 3 Guest: note: " in run(import_, "people", file, *chosen).output
    assert run(import_, "people", file, "--column", "Guest=latin").exit_code == 2
