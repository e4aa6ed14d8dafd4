"""Bringing a table on the pages, from the upload to what was added."""

from __future__ import annotations

import io
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from flask import request, request_started
from lxml import html
from sqlalchemy import func, select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.files.spreadsheets import read_table, write_xlsx
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.importing.models import ImportRun
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.domain.registering import make_type
from tests.import_steps import reads, work_batch
from tests.lists import LISTS, program_workbook
from tests.web.organizer.house import HOME, browser_as, queries, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Select
    from werkzeug.test import TestResponse

    from tests.lists import OfficeList
    from tests.web.organizer.house import Browser, House

LA = "America/Los_Angeles"
UPLOAD = f"{HOME}/people/import/people"
TABLE = "姓名,Name,职务,Title,Wish\n方伟,FANG Wei,副省长,Vice Governor,tea\n,Chun LIU,,,\n,,,Nobody,\n"


def upload(owner: Browser, content: bytes, name: str = "people.csv", to: str = UPLOAD) -> TestResponse:
    return owner.send(to, {"file": (io.BytesIO(content), name)})


def text_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def one(query: Select[Any]) -> Any:
    return rows(query)[0]


def version() -> int:
    return int(one(select(ImportRun.version).order_by(ImportRun.id.desc())))


def test_a_table_is_shown_with_all_that_would_happen_and_then_taken(house: House, owner: Browser) -> None:
    answer = upload(owner, TABLE.encode())
    assert answer.status_code == 302
    page = answer.location
    text = text_of(owner.get(page))
    assert "3 rows were read. Nothing is saved yet. UTF-8" in text
    assert "Row Full name What to do 4 — Nobody is named. Fill in a name, or delete the row." in text
    assert "Add 1 person" in text
    text = text_of(owner.get(page + "?state=double"))
    sides = (
        "In the file Chun LIU No e-mail address In the registry 刘春 · Liu Chun Director, Port of Oakland 奥克兰港 主任"
    )
    said = f"3 Chun LIU Name column B Family name and given name: LIU, Chun The name is written otherwise {sides} No e-mail address"
    assert said in text, text[text.index("Remark") :]
    typed = {f"column-{n}": field for n, field in enumerate(("native", "latin", "title.zh-Hans", "title.en", ""))}
    owner.send(page, {**typed, "version": version(), "shown": "3", "chosen": "3", "state": "double"})
    assert "Add 2 people" in text_of(owner.get(page))
    owner.send(page, {"version": version()}, to=page + "/start")
    assert "Waiting to start" in text_of(owner.get(page))
    work_batch(one(select(ImportRun.id)))
    assert "2 records have been added." in text_of(owner.get(page + "/progress"))
    assert sorted(rows(select(Person.latin_given))) == ["Chun", "Chun", "Wei"]
    assert "Olga Owner" in text_of(owner.get(page))


def test_what_rows_have_more_is_filled_in_where_it_is_ticked(house: House, owner: Browser) -> None:
    page = upload(owner, "姓名,Name,称呼,读音\n刘春,Liu Chun,Chun,Liú Chūn\n".encode()).location
    names = {f"column-{n}": field for n, field in enumerate(("native", "latin", "call_name", "pronunciation"))}
    owner.send(page, {**names, "version": version()})
    text = text_of(owner.get(page + "?state=more"))
    assert "Has more 1" in text
    assert "Has more: Called, Pronunciation" in text
    owner.send(page, {**names, "version": version(), "shown": "2", "row-2": "same", "state": "more"})
    assert "Add 0, fill in 1" in text_of(owner.get(page))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"Name\n", "The file has headings and no rows below them."),
        (b"\x00\x01\x02,\n", "This file is not a table."),
        (b"PK\x03\x04 broken", "The workbook cannot be opened"),
    ],
)
def test_what_is_no_table_is_told_at_the_file(owner: Browser, content: bytes, words: str) -> None:
    answer = upload(owner, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="e-file"' in answer.text
    assert owner.send(UPLOAD, {}).status_code == 422


def test_a_choice_on_a_stale_page_changes_nothing(owner: Browser) -> None:
    page = upload(owner, TABLE.encode()).location
    typed = {f"column-{n}": "" for n in range(5)}
    stale = owner.send(page, {**typed, "version": 7})
    assert (stale.status_code, "Someone else changed this" in stale.text) == (412, True)
    assert owner.send(page, {**typed, "column-0": "native", "column-1": "native", "version": 1}).status_code == 422
    assert owner.send(page, {"version": 7}, to=page + "/start").status_code == 412
    assert one(select(ImportRun.status)).value == "draft"
    owner.send(page, {"version": 1}, to=page + "/cancel")
    assert one(select(ImportRun.status)).value == "cancelled"


def test_it_costs_as_many_queries_for_one_row_as_for_many(owner: Browser) -> None:
    pages = [upload(owner, "\n".join(["Name", *(f"N {n}" for n in range(many))]).encode()).location for many in (1, 60)]
    with queries() as few:
        owner.get(pages[0])
    with queries() as many:
        owner.get(pages[1])
    assert len(many) == len(few)


def test_organizations_and_samples(house: House, owner: Browser) -> None:
    sample = owner.get(f"{HOME}/people/import/organizations/sample.xlsx")
    assert read_table(sample.data).rows[0].cells["Legal name (Chinese)".lower()] == "示例贸易有限公司"
    page = upload(owner, sample.data, "o.xlsx", f"{HOME}/people/import/organizations").location
    assert "Add 1 organization" in text_of(owner.get(page))
    owner.send(page, {"version": version()}, to=page + "/start")
    work_batch(one(select(ImportRun.id)))
    assert one(select(func.count(Organization.id))) == 2
    for form in ("csv", "xlsx"):
        table = read_table(owner.get(f"{HOME}/people/export/organizations.{form}").data)
        assert "Example Trading Co., Ltd." in [line.cells["legal name (english)"] for line in table.rows]
    assert owner.get(f"{HOME}/people/export/shoes.csv").status_code == 404
    assert owner.get(f"{HOME}/people/export/people.pdf").status_code == 404


def test_a_formula_in_a_name_leaves_as_text(owner: Browser) -> None:
    page = upload(owner, write_xlsx(["Name"], [["=1+1"]]), "x.xlsx").location
    owner.send(page, {"version": version()}, to=page + "/start")
    work_batch(one(select(ImportRun.id)))
    assert "'=1+1" in owner.get(f"{HOME}/people/export/people.csv").text
    assert '"=1+1"' not in owner.get(f"{HOME}/people/export/people.csv").text


def test_who_may_not_see_contacts_takes_none_out(house: House, owner: Browser) -> None:
    manager = browser_as(house, Role.PROGRAM_MANAGER)
    table = read_table(manager.get(f"{HOME}/people/export/people.csv").data)
    assert not {"e-mail address", "phone", "wechat"} & set(table.headings)
    assert {"e-mail address", "phone", "wechat"} <= set(
        read_table(owner.get(f"{HOME}/people/export/people.csv").data).headings
    )


def test_registrations_from_the_sample_to_the_list(house: House, owner: Browser) -> None:
    to = f"{HOME}/people/import/registrations"
    sample = owner.get(f"{to}/sample.xlsx").data
    content = read_table(sample)
    assert {"registration type", "family name", "delegation"} <= set(content.headings)
    many = len(content.rows)
    before = one(select(func.count(Registration.id)))
    page = upload(owner, sample, "sample.xlsx", to).location
    assert f"Register {many} " in text_of(owner.get(page))
    table = "Name,Mail\nAnn Example,ann@example.org\nBob Example,bob@\n"
    page = upload(owner, table.encode(), to=to).location
    assert "No registration type is named." in text_of(owner.get(page))
    code = content.rows[0].cells["registration type"]
    typed = {"column-0": "latin", "column-1": "email", "setting-type": code, "version": version()}
    owner.send(page, typed)
    text = text_of(owner.get(page))
    assert "3 Bob Example Mail column B This is not one e-mail address." in text, text
    assert "Register 1 person" in text
    owner.send(page, {"version": version()}, to=page + "/start")
    work_batch(rows(select(ImportRun.id).order_by(ImportRun.id.desc()))[0])
    assert "1 record has been added." in text_of(owner.get(page + "/progress"))
    assert one(select(func.count(Registration.id))) == before + 1
    assert browser_as(house, Role.PROGRAM_MANAGER).get(to).status_code == 403
    assert owner.get(f"{HOME}/people/export/registrations.csv").status_code == 404


@contextmanager
def count_forms(app: Flask) -> Iterator[list[str]]:
    """The paths to which a browser sends a form meanwhile, as the application receives them."""
    paths: list[str] = []

    def note(_app: Flask, **_: Any) -> None:
        if request.method == "POST":
            paths.append(request.path)

    with request_started.connected_to(note, app):
        yield paths


@pytest.mark.parametrize("build", LISTS)
def test_a_list_of_an_office_is_imported_in_five_steps(
    house: House, owner: Browser, build: Callable[[], OfficeList]
) -> None:
    _make_delegate_type_and_delegations()
    before, file = one(select(func.count(Registration.id))), build()
    with count_forms(house.app) as steps:
        page = upload(owner, file.content, file.file, f"{HOME}/people/import/registrations").location
        # The columns are right as they are; the type is chosen for the whole file.
        fields = {f"column-{n}": meant for n, meant in enumerate(_mapping(page, owner))}
        fields |= {"setting-type": "delegate", "setting-delegation": ""}
        owner.send(page, {**fields, "version": version()})
        text = text_of(owner.get(page))
        if file.skipped:
            assert f"Skipped {len(file.skipped)}" in text
        if cells := _mended_cells(page, owner):
            owner.send(page, {**fields, **cells, "version": version()})
        assert "With faults 0" in text_of(owner.get(page + "?state=faulty"))
        owner.send(page, {"version": version()}, to=page + "/start")
    run_id, number = one(select(ImportRun.id).order_by(ImportRun.id.desc())), 0
    while work_batch(run_id, number):
        number += 1
    assert f"{file.people} records have been added." in text_of(owner.get(page + "/progress"))
    assert one(select(func.count(Registration.id))) == before + file.people
    assert 3 <= len(steps) <= 5, steps


def _make_delegate_type_and_delegations() -> None:
    with transaction() as db:
        edition_id = db.scalars(select(RegistrationType.edition_id)).first() or 0
        make_type(db, edition_id, "delegate", name={"en": "Delegate"})
        names = {"hb": "湖北", "jiangsu": "江苏"}
        known = {text for (name,) in db.execute(select(Delegation.name)) for text in name.values()}
        for code, name in names.items():
            if name not in known:
                values = {"code": code, "name": {"zh-Hans": name}}
                create_delegation(db, edition_id, values, actor=Actor(None, Via.COMMAND), now=clock.now())


def _mended_cells(page: str, owner: Browser) -> dict[str, str]:
    """The fields in which cells of rows with faults are corrected, as they are sent when error cells are emptied."""
    found = html.fromstring(owner.get(page + "?state=faulty").text).xpath("//input[starts-with(@name, 'cell-')]")
    cells = {str(field.get("name")): str(field.get("value", "")) for field in found}
    return {name: "" if value.startswith("#") else value for name, value in cells.items()}


def _mapping(page: str, owner: Browser) -> list[str]:
    """What the page shows for each column, in the order of the columns."""
    selects = re.findall(r'<select[^>]*name="column-\d+".*?</select>', owner.get(page).text, re.DOTALL)
    chosen = [re.search(r'<option[^>]*value="([^"]*)"[^>]*\bselected', one) for one in selects]
    return [found[1] if found else "" for found in chosen]


def test_single_cells_are_corrected_on_the_page_and_checked_again(house: House, owner: Browser) -> None:
    table = "姓名,Name,Mail\n张海涛,ZHANG HAITAO,haitao@\n陳大文,Chan Tai Man,\n"
    page = upload(owner, table.encode()).location
    columns = {"column-0": "native", "column-1": "latin", "column-2": "email"}
    owner.send(page, {**columns, "version": version()})
    text = text_of(owner.get(page))
    assert "2 张海涛 · Zhang Haitao Mail column C This is not one e-mail address." in text, text
    owner.send(page, {**columns, "cell-2-2": "haitao@example.org", "version": version(), "state": "faulty"})
    text = text_of(owner.get(page))
    assert "With faults 0 To review 2" in text
    assert "Names that could not be split: 1 Names split into family name and given name: 1" in text
    assert "2 张海涛 · Zhang Haitao Name column B Family name and given name: Zhang, Haitao" in text
    owner.send(page, {**columns, "cell-2-1": "ZHANG HAITAO", "cell-3-1": "Chan, Tai Man", "version": version()})
    corrections = one(select(ImportRun.cells).order_by(ImportRun.id.desc()))
    assert corrections == {"2": {"Mail": "haitao@example.org"}, "3": {"Name": "Chan, Tai Man"}}
    text = text_of(owner.get(page))
    assert "Family name and given name: Chan, Tai Man In the file: Chan Tai Man" in text
    assert "haitao@example.org" not in text[text.index("in the log") :]
    owner.send(page, {"version": version()}, to=page + "/start")
    work_batch(rows(select(ImportRun.id).order_by(ImportRun.id.desc()))[0])
    added = rows(select(Person).order_by(Person.id.desc()).limit(2))
    assert [(row.latin_family, row.latin_given, row.email) for row in added] == [
        ("Chan", "Tai Man", None),
        ("Zhang", "Haitao", "haitao@example.org"),
    ]


def test_names_read_from_the_chinese_are_counted_once_and_confirmed_on_the_page(house: House, owner: Browser) -> None:
    with transaction() as db:
        make_type(db, house.edition_id, "delegate", name={"en": "Delegate"})
    page = upload(owner, "姓名\n单伟\n欧阳静\n".encode(), to=f"{HOME}/people/import/registrations").location
    owner.send(page, {"column-0": "native", "setting-type": "delegate", "version": version()})
    text = text_of(owner.get(page))
    assert text.count("2 pinyin names were suggested from the Chinese names: check them.") == 1
    assert "单伟 · Shan Wei" in text_of(owner.get(f"{page}?state=review"))
    owner.send(page, {"version": version()}, to=f"{page}/start")
    work_batch(int(page.rpartition("/")[2]))
    shan = one(select(Person.id).where(Person.native_full == "单伟"))
    path = f"{HOME}/people/{shan}"
    assert "Pinyin name suggested from the Chinese name" in owner.get(path).text
    confirm = f"{path}/confirm-latin-name"
    assert owner.send(path, {"version": "9", "seen": "{}"}, to=confirm).status_code == 412
    assert owner.send(path, {"version": "1", "seen": "{}"}, to=confirm).status_code == 302
    text = owner.get(path).text
    assert ("The Latin name is confirmed." in text, "The Latin name is right" in text) == (True, False)


def test_corrected_cells_go_with_the_file(house: House, owner: Browser) -> None:
    page = upload(owner, b"Name,Mail\nJohn KENNEDY,john@\n").location
    columns = {"column-0": "latin", "column-1": "email"}
    assert owner.send(page, {**columns, "cell-2-0": "a\x01", "version": version()}).status_code == 422
    owner.send(page, {**columns, "cell-2-1": "john@example.org", "version": version()})
    assert one(select(ImportRun.cells).order_by(ImportRun.id.desc())) == {"2": {"Mail": "john@example.org"}}
    owner.send(page, {"version": version()}, to=page + "/cancel")
    assert one(select(ImportRun.cells).order_by(ImportRun.id.desc())) == {}


def test_what_a_file_calls_types_is_said_on_its_page(house: House, owner: Browser) -> None:
    to = f"{HOME}/people/import/registrations"
    page = upload(owner, "Name,票种\nAnn A,VIP票\nBo B,工作票\n".encode(), to=to).location
    shown = owner.get(page).text
    assert re.findall(r'name="type-word" value="([^"]+)"', shown) == ["VIP票", "工作票"]
    code = one(select(RegistrationType.code).where(RegistrationType.id == house.type_id))
    columns = {"column-0": "latin", "column-1": "type", "setting-type": "", "version": version()}
    owner.send(page, {**columns, "type-word": ["VIP票", "工作票"], "type-meant-0": code, "type-meant-1": ""})
    assert one(select(ImportRun.settings).order_by(ImportRun.id.desc()))["types"] == {"VIP票": code}
    text = text_of(owner.get(page))
    assert ("Register 1 person" in text, "There is no such registration type." in text) == (True, True)


def test_a_file_of_people_is_for_who_brought_it_and_for_who_is_told_how_to_reach_them(
    house: House, owner: Browser
) -> None:
    others = b"".join(b"Person %d,\n" % number for number in range(12))
    page = upload(owner, b"Name,Mobile\n" + others + b"ZZTOP Wei,+86 139 1234 8923\n").location
    assert "8923" not in owner.get(page).text  # only the first rows are shown, and no button sends the file along
    other = browser_as(house, Role.PROGRAM_MANAGER)
    assert other.get(page).status_code == 403
    typed = {"column-0": "latin", "column-1": "title.en", "version": version()}
    assert other.send(UPLOAD, typed, to=page).status_code == 403
    assert page not in other.get(UPLOAD).text
    own = upload(other, b"Name\nZZTOP Wei\n").location
    assert (other.get(own).status_code, own in other.get(UPLOAD).text) == (200, True)
    assert all(one in owner.get(UPLOAD).text for one in (page, own))


def test_rows_copied_from_a_spreadsheet_are_read_as_a_file_is(house: House, owner: Browser) -> None:
    rows_copied = "Family, in Latin\tGiven name\t姓名\r\nLIU\tChun\t刘春\r\n\t\t\r\n\t\t王芳, 李\r\n"
    answer = owner.send(UPLOAD, {"rows": rows_copied})
    assert answer.status_code == 302
    run = one(select(ImportRun).order_by(ImportRun.id.desc()))
    assert (run.filename, run.total, set(run.mapping)) == (
        "Pasted rows",
        2,
        {"Family, in Latin", "Given name", "姓名"},
    )
    assert [(row.number, row.cells["姓名"]) for row in read_table(run.content).rows] == [(2, "刘春"), (4, "王芳, 李")]
    for sent, words in (
        ({"rows": " "}, "Choose a file or paste rows first."),
        ({"rows": "Name\t姓名"}, "no rows below"),
    ):
        answer = owner.send(UPLOAD, sent)
        assert answer.status_code == 422
        assert words in answer.text
    both = {"rows": "a", "file": (io.BytesIO(TABLE.encode()), "people.csv")}
    assert "not both" in owner.send(UPLOAD, both).text
    assert "Name\t姓名</textarea>" in owner.send(UPLOAD, {"rows": "Name\t姓名"}).text
    long = "Name\t姓名\r\n" + "Chun LIU\t刘春春春春春春春春春春春春春春春春春春春春春\r\n" * 8000
    assert owner.send(UPLOAD, {"rows": long}).status_code == 302


@pytest.mark.one_database
def test_what_a_form_requires_may_stay_open_and_those_who_come_in_are_mailed(house: House, owner: Browser) -> None:
    question = {"code": "stay", "kind": "short-text", "label": {"en": "Hotel"}, "required": True}
    with transaction() as db:
        row = db.get_one(RegistrationType, house.type_id)
        row.questions, code = [question, {**question, "code": "room", "label": {"en": "Room"}}], row.code
    table = f"Name,Ticket type,E-mail,Stay\nAnn Lee,{code},ann@example.org,\n"
    page = upload(owner, table.encode(), "guests.csv", f"{HOME}/people/import/registrations").location
    text = text_of(owner.get(page))
    assert "2 Ann Lee Stay column D The form requires an answer to this." in text
    assert "There is nothing to add." in text
    typed = {"column-0": "latin", "column-1": "type", "column-2": "email", "column-3": "answer.stay"}
    settings = {"setting-type": "", "setting-unanswered": "1", "setting-delegation": ""}
    owner.send(page, {**typed, **settings, "version": version()})
    text = text_of(owner.get(page))
    assert "No column answers what the form requires: “Room”." in text
    owner.send(page, {"notify": "1", "version": version()}, to=page + "/start")
    work_batch(one(select(ImportRun.id)))
    assert rows(select(Message.template).where(Message.recipient == "ann@example.org")) == ["registration-confirmed"]


@pytest.mark.one_database
def test_the_list_of_a_delegation_is_brought_from_its_page(house: House, owner: Browser) -> None:
    to = f"{HOME}/people/import/registrations?delegation=js"
    assert to.replace("&", "&amp;") in owner.get(f"{HOME}/delegations/js").text
    assert "Whoever stands in it becomes a member of Jiangsu." in owner.get(to).text
    page = upload(owner, b"Name\nAnn Lee\n", to=to).location
    assert one(select(ImportRun.settings)) == {"delegation": "js", "type": "guest"}
    assert "Register 1 person" in text_of(owner.get(page))
    assert owner.get(to.replace("=js", "=nowhere")).status_code == 404


SCHEDULE = {
    "schedule": {
        "conference": {
            "title": "Forum",
            "time_zone_name": "Asia/Shanghai",
            "days": [
                {
                    "rooms": {
                        "New hall": [
                            {
                                "guid": "0a4f9ed9-34cf-4d0b-a8a7-3f7f0c2b8f11",
                                "title": "<b>Ports</b> & trade",
                                "date": "2023-05-22T10:00:00-07:00",
                                "duration": "01:00",
                                "persons": [{"name": "WEI Ming (魏明)"}],
                            },
                            {"id": 2, "title": "", "date": "soon"},
                        ]
                    }
                }
            ],
        }
    }
}


def test_unused_columns_come_first_and_each_column_shows_its_first_values(owner: Browser) -> None:
    page = upload(owner, b"Name,Wish,Ph0ne\nAnn Lee,tea,1\nBo Wu,,2\nCy Hu,milk,3\nDi Xu,rum,4\n").location
    shown = owner.get(page).text
    main = shown[shown.index("<main") :]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
    assert text.index("These columns are not used: “Wish”, “Ph0ne”") < text.index("What would happen")
    assert re.search(r"First values of column B[^>]+>(.*?)</ul>", main)[1] == "<li>tea</li><li>—</li><li>milk</li>"
    assert "Headings in row 1." in text


def test_a_draft_that_knows_fewer_columns_than_its_file_opens_and_saves(owner: Browser) -> None:
    page = upload(owner, write_xlsx(["Name", "Wish"], [["FANG Wei", "", "ask again"]]), "people.xlsx").location
    assert _mapping(page, owner) == ["latin", "", ""]
    with transaction() as db:  # as it was stored when cells without a heading were not columns
        db.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first().mapping = {"Name": "latin", "Wish": ""}
    assert _mapping(page, owner) == ["latin", ""]
    owner.send(page, {"column-0": "latin", "column-1": "title.en", "version": version()})
    assert _mapping(page, owner) == ["latin", "title.en"]


def test_another_sheet_is_chosen_on_the_page(owner: Browser) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("2025", "2026"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["Guests", "Name", f"Ann {name}", "Bo"])
            sheet.hide()
        book.add_worksheet("empty").activate()
    page = upload(owner, out.getvalue(), "guests.xlsx").location
    text = text_of(owner.get(page))
    assert "All sheets with data are hidden. Choose the sheet to import." in text
    assert "2025 (hidden, 4 rows) 2026 (hidden, 4 rows)" in text
    owner.send(page, {"sheet": "2026", "version": version()}, to=page + "/table")
    text = text_of(owner.get(page))
    assert "Sheet “2026”, headings in row 2. Sheets in the file: 2025 (hidden, 4 rows), 2026 (hidden, 4 rows)" in text
    assert "Row 1: Guests Row 2: Name Row 3: Ann 2026" in text
    assert "Corrected cells and choices for rows are cleared" in text
    assert "3 Ann 2026 Name sheet “2026”, column A" in text_of(owner.get(page + "?state=review"))
    owner.send(page, {"sheet": "2026", "heading_row": "1", "version": version()}, to=page + "/table")
    assert one(select(ImportRun.heading_row).order_by(ImportRun.id.desc())) == 1
    for sent, words in (
        ({"sheet": "x"}, "no such sheet"),
        ({"sheet": "2026", "heading_row": "90"}, "nothing in this row"),
    ):
        answer = owner.send(page, {**sent, "version": version()}, to=page + "/table")
        assert (answer.status_code, words in answer.text) == (422, True)
    assert owner.send(page, {"sheet": "2025", "version": 1}, to=page + "/table").status_code == 412


def test_cells_far_from_the_list_are_named_on_the_page(owner: Browser) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("old").write_column(0, 0, ["Name", "Hidden Person"])
        sheet = book.add_worksheet("Guests")
        book.get_worksheet_by_name("old").hide()
        sheet.activate()
        sheet.write_column(0, 0, ["Name", "FANG, Wei", "WU, Gang"])
        sheet.write(1_048_575, 16_383, "x")
    text = text_of(owner.get(upload(owner, out.getvalue(), "guests.xlsx").location))
    assert "This cell is far from the list and was left out: XFD1048576" in text
    assert "Sheets in the file: old (hidden, 2 rows), Guests (3 rows)" in text
    assert "Hidden Person" not in text


def test_another_sheet_of_an_agenda_is_chosen_on_the_page(owner: Browser) -> None:
    to, name = f"{HOME}/people/import/agenda", "agenda.xlsx"
    page = upload(owner, program_workbook(), name, to).location
    text = text_of(owner.get(page))
    assert "Sheet “Program”, headings in row 1. Sheets in the file: Program (2 rows), Draft (hidden, 3 rows)" in text
    assert "1 session was read" in text
    assert "Corrected cells" not in text
    owner.send(page, {"sheet": "Draft", "version": version()}, to=page + "/table")
    text = text_of(owner.get(page))
    assert "Sheet “Draft”, headings in row 2." in text
    assert "Ports of old" in text
    owner.send(page, {"sheet": "Draft", "heading_row": "1", "version": version()}, to=page + "/table")
    assert "2 sessions were read" in text_of(owner.get(page))
    answer = owner.send(page, {"sheet": "x", "version": version()}, to=page + "/table")
    assert (answer.status_code, "no such sheet" in answer.text) == (422, True)

    page = upload(owner, program_workbook("Draft", "Program"), name, to).location
    text = text_of(owner.get(page))
    assert "All sheets with data are hidden. Choose the sheet to import." in text
    assert "0 sessions were read" in text
    owner.send(page, {"sheet": "Program", "version": version()}, to=page + "/table")
    assert "1 session was read" in text_of(owner.get(page))


def test_an_agenda_that_is_no_table_has_no_sheet_to_choose(owner: Browser) -> None:
    page = upload(owner, json.dumps(SCHEDULE).encode(), "a.json", f"{HOME}/people/import/agenda").location
    text = text_of(owner.get(page))
    assert "What would happen" in text
    assert "The table in the file" not in text
    assert owner.send(page, {"sheet": "x", "version": version()}, to=page + "/table").status_code == 422


@pytest.mark.parametrize("kind", ["people", "registrations", "agenda"])
def test_a_file_is_read_once_per_request(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    content = json.dumps(SCHEDULE).encode() if kind == "agenda" else write_xlsx(["Name", "Ticket"], [["Li Wei", "VIP"]])
    read: list[int] = []

    def counted(work: Callable[[], TestResponse]) -> TestResponse:
        with reads(monkeypatch) as names:
            answer = work()
        read.append(len(names))
        return answer

    name, to = ("a.json" if kind == "agenda" else "a.xlsx"), f"{HOME}/people/import/{kind}"
    page = counted(lambda: upload(owner, content, name, to)).location
    counted(lambda: owner.get(page))
    typed = {"column-0": "latin", "column-1": ""}
    counted(lambda: owner.send(page, {**typed, "cell-2-1": "VIP", "version": version()}))
    counted(lambda: owner.send(page, {"version": version()}, to=page + "/table"))
    counted(lambda: owner.send(page, {"version": version()}, to=page + "/start"))
    # A form is opened before it is sent.
    assert read == [1, 1, 2, 2, 2]


def test_what_was_typed_stays_when_a_correction_is_refused(house: House, owner: Browser) -> None:
    """The form is shown again with every field as it was sent, and with the reason at its cell."""
    with transaction() as db:
        make_type(db, house.edition_id, "vip")
    content = b"Name,Email,Ticket\n,ann@example.org,business\n,bo@,business\n"
    page = upload(owner, content, to=f"{HOME}/people/import/registrations").location
    typed = {"column-0": "latin", "column-1": "email", "column-2": "", "setting-type": "vip", "setting-unanswered": "1"}
    cells = {"cell-2-0": "Ann\x01 Lee", "cell-3-0": "Bo Chan", "cell-3-1": "bo@example.org"}
    answer = owner.send(page, {**typed, **cells, "version": version(), "state": "faulty"})
    assert answer.status_code == 422
    fields = html.fromstring(answer.text).xpath("//form[contains(@class, 'import-rows')]//*[@name]")
    shown = {one.get("name"): one for one in fields}
    assert shown["cell-3-0"].value == "Bo Chan"
    assert shown["cell-3-1"].value == "bo@example.org"
    assert shown["setting-type"].value == "vip"
    assert shown["column-2"].value == ""
    assert shown["setting-unanswered"].checked
    assert shown["cell-2-0"].get("aria-invalid") == "true"
    assert "It contains a tab or an invisible character. Type it again." in text_of(answer)
    assert (one(select(ImportRun.cells)), one(select(ImportRun.settings)).get("type") == "vip") == ({}, False)


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("roster", "Sub-delegation"),
        ("registrations", "Sub-delegation"),
        ("registrations", "Delegation"),
        ("registrations", "分团 Delegation"),
    ],
)
def test_one_choice_gives_all_rows_with_the_same_unknown_word_their_part(
    house: House, owner: Browser, kind: str, heading: str
) -> None:
    with transaction() as db:
        whole = db.scalars(select(Delegation.id).where(Delegation.code == "js")).one()
        values = {"code": "js-ports", "name": {"en": "Ports"}, "parent_id": whole}
        create_delegation(db, house.edition_id, values, actor=Actor(None, Via.COMMAND), now=clock.now())
    to = f"{HOME}/delegations/js/roster" if kind == "roster" else f"{HOME}/people/import/registrations?delegation=js"
    page = upload(
        owner, f"Name,{heading}\nAnn A,港口组\nBo B,港口组\nCy C,Ports\nDee D,能源组\n".encode(), to=to
    ).location
    shown = owner.get(page).text
    assert re.findall(r'name="part-word" value="([^"]+)"', shown) == ["港口组", "能源组"]
    assert shown.count("Read the table again") == 1

    sent = {f"column-{n}": meant for n, meant in enumerate(_mapping(page, owner))}
    sent |= {
        "setting-type": "guest",
        "setting-delegation": "js",
        "version": version(),
        "part-word": ["港口组", "能源组"],
    }
    owner.send(page, sent | {"part-meant-0": "js-ports", "part-meant-1": "", "cell-2-1": "港口组"})
    cells = one(select(ImportRun.cells).order_by(ImportRun.id.desc()))
    assert cells == {"2": {heading: "js-ports"}, "3": {heading: "js-ports"}}
    assert re.findall(r'name="part-word" value="([^"]+)"', owner.get(page).text) == ["能源组"]
