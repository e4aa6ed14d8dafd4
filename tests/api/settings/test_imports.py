from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from flask_babel import refresh
from sqlalchemy import select

from forumapp.core.database.transactions import reading
from forumapp.domain.people.models import Person
from tests.import_steps import work_batch
from tests.lists import program_workbook

if TYPE_CHECKING:
    from conftest import Api

IMPORTS = "/editions/mine/imports"


def sent(text: str) -> dict[str, str]:
    return {"kind": "people", "filename": "people.csv", "content": base64.b64encode(text.encode()).decode()}


def test_a_table_is_sent_looked_at_and_taken(api: Api) -> None:
    made = api.post(IMPORTS, sent("Name,Who\nZhang San,\nSan ZHANG,\n,nobody\n"))
    assert made.status_code == 201, made.json
    where = made.headers["Location"]
    assert (made.json["mapping"], made.json["total"]) == ({"Name": "latin", "Who": ""}, 3)
    rows = api.get(f"{where}/rows").json["items"]
    assert [(row["number"], row["state"]) for row in rows] == [(2, "new"), (3, "double"), (4, "faulty")]
    assert rows[1]["alike"] == {"id": None, "row": 2, "name": "Zhang San", "reason": "name-written-otherwise"}
    assert api.get(f"{where}/rows?state=faulty").json["items"][0]["faults"] == [
        {"heading": "", "code": "no-name", "column": "", "sheet": "", "cell": "", "among": []}
    ]

    changed = api.patch(where, {"chosen": [3]}, If_Match=made.headers["ETag"])
    assert changed.json["chosen"] == [3]
    stale = api.post(f"{where}/confirm", If_Match=made.headers["ETag"])
    assert stale.status_code == 412
    confirmed = api.post(f"{where}/confirm", If_Match=changed.headers["ETag"])
    assert (confirmed.status_code, confirmed.json["status"]) == (200, "queued")
    work_batch(made.json["id"])
    assert {name: api.get(where).json[name] for name in ("status", "done", "added")} == {
        "status": "done",
        "done": 3,
        "added": 2,
    }
    assert {("", "Zhang San"), ("ZHANG", "San")} <= set(
        reading().execute(select(Person.latin_family, Person.latin_given))
    )
    assert api.get(IMPORTS).json["items"] == [api.get(where).json]


def test_rows_name_their_questions_and_take_corrections(api: Api) -> None:
    made = api.post(IMPORTS, sent("Name,Email\nChan Tai Man,tai@\nJohn KENNEDY,\n"))
    where = made.headers["Location"]
    first, second = api.get(f"{where}/rows").json["items"]
    assert first["faults"] == [
        {"heading": "Email", "code": "not-an-address", "column": "B", "sheet": "", "cell": "tai@", "among": []}
    ]
    assert first["notices"] == [
        {"heading": "Name", "code": "name-not-split", "column": "A", "sheet": "", "cell": "Chan Tai Man", "among": []}
    ]
    assert [(one["code"], one["among"]) for one in second["notices"]] == [("name-split", ["KENNEDY", "John"])]
    assert [row["number"] for row in api.get(f"{where}/rows?review=yes").json["items"]] == [3]

    cells = {"2": {"Name": "Chan, Tai Man", "Email": "tai@example.org"}}
    changed = api.patch(where, {"cells": cells}, If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.json["cells"]) == (200, cells)
    first = api.get(f"{where}/rows").json["items"][0]
    assert (first["state"], first["faults"]) == ("new", [])
    assert [(one["cell"], one["among"]) for one in first["notices"]] == [("Chan, Tai Man", ["Chan", "Tai Man"])]
    for strange, fault in (({"9": {"Name": "x"}}, "cells.9"), ({"2": {"Wish": "x"}}, "cells.2.Wish")):
        refused = api.patch(where, {"cells": strange}, If_Match=changed.headers["ETag"])
        assert (refused.status_code, refused.json["errors"]) == (422, {fault: ["unknown"]})


def test_sheets_unused_columns_and_first_rows_are_answered_and_can_be_chosen(api: Api) -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        new = book.add_worksheet("2027")
        new.write_column(0, 0, ["Guests", "Name", "Ann Lee", "Bo Wu"])
        new.write(0, 16_383, "x")
        old = book.add_worksheet("2026")
        for number, row in enumerate((["Name", "Wish"], ["Cy Hu", "tea"])):
            old.write_row(number, 0, row)
        old.hide()
    body = {**sent(""), "filename": "guests.xlsx", "content": base64.b64encode(out.getvalue()).decode()}
    made = api.post(IMPORTS, body)
    assert [made.json[name] for name in ("sheet", "heading_row", "total", "unused_columns")] == ["2027", 2, 2, []]
    where = made.headers["Location"]
    chosen = api.post(f"{where}/table", {"sheet": "2026"}, If_Match=made.headers["ETag"])
    assert [chosen.json[name] for name in ("sheet", "heading_row", "unused_columns")] == ["2026", 1, ["Wish"]]
    assert api.get(f"{where}/table").json == {
        "sheet": "2026",
        "heading_row": 1,
        "sheets": [
            {"name": "2027", "rows": 4, "is_hidden": False, "left_out": ["XFD1"]},
            {"name": "2026", "rows": 2, "is_hidden": True, "left_out": []},
        ],
        "headings": ["Name", "Wish"],
        "unused_columns": ["Wish"],
        "first_rows": [{"number": 2, "cells": {"Name": "Cy Hu", "Wish": "tea"}}],
    }
    fault = {"heading": "Name", "column": "A", "sheet": "2026", "cell": "Cy Hu", "among": []}
    assert api.get(f"{where}/rows").json["items"][0]["notices"] == [{**fault, "code": "name-not-split"}]
    wrong = api.post(f"{where}/table", {"sheet": "2025"}, If_Match=chosen.headers["ETag"])
    assert (wrong.status_code, wrong.json["code"]) == (422, "unreadable-table")
    named = api.post(IMPORTS, {**body, "sheet": "2027", "heading_row": 1})
    assert (named.json["heading_row"], named.json["mapping"]) == (1, {"Guests": ""})


def test_the_sheet_of_an_agenda_can_be_chosen(api: Api) -> None:
    content = base64.b64encode(program_workbook()).decode()
    body = {"kind": "agenda", "filename": "agenda.xlsx", "content": content}
    made = api.post(IMPORTS, body)
    assert [made.json[name] for name in ("sheet", "heading_row", "total")] == ["Program", 1, 1]
    where = made.headers["Location"]
    assert api.get(f"{where}/table").json["sheets"] == [
        {"name": "Program", "rows": 2, "is_hidden": False, "left_out": []},
        {"name": "Draft", "rows": 3, "is_hidden": True, "left_out": []},
        {"name": "empty", "rows": 0, "is_hidden": False, "left_out": []},
    ]
    chosen = api.post(f"{where}/table", {"sheet": "Draft"}, If_Match=made.headers["ETag"])
    assert [chosen.json[name] for name in ("sheet", "heading_row", "total")] == ["Draft", 2, 1]
    assert [row["name"] for row in api.get(f"{where}/rows").json["items"]] == ["Ports of old"]
    confirmed = api.post(f"{where}/confirm", If_Match=chosen.headers["ETag"])
    work_batch(confirmed.json["id"])
    assert [one["title"] for one in api.get("/editions/mine/sessions").json["items"]] == [{"en": "Ports of old"}]
    named = api.post(IMPORTS, {**body, "sheet": "Draft", "heading_row": 1})
    assert (named.json["sheet"], named.json["mapping"]) == ("Draft", {"Program of May": ""})
    talks = json.dumps([{"title": "Ports", "time": "9:00", "speakers": ["Bo Wu"]}])
    refused = api.post(IMPORTS, {**sent(talks), "kind": "agenda", "sheet": "A"})
    assert (refused.status_code, refused.json["errors"]) == (422, {"sheet": ["not-an-option"]})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**sent("Name\nA\n"), "content": "@@"}, 422, "invalid"),
        ({**sent("Name\nA\n"), "content": "TmFtZ"}, 422, "invalid"),
        (sent("\n\n"), 422, "unreadable-table"),
        ({**sent("Name\nA\n"), "kind": "shoes"}, 422, "invalid"),
    ],
)
def test_what_is_no_table_is_refused(api: Api, body: dict[str, str], status: int, code: str) -> None:
    answer = api.post(IMPORTS, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_column_that_means_nothing_known_is_told_by_its_heading(api: Api) -> None:
    made = api.post(IMPORTS, sent("Name\nA B\n"))
    answer = api.patch(made.headers["Location"], {"mapping": {"Name": "shoes"}}, If_Match=made.headers["ETag"])
    assert (answer.status_code, answer.json["errors"]) == (422, {"Name": ["not-an-option"]})


def test_registrations_are_read_with_what_holds_for_the_whole_file(api: Api) -> None:
    made = api.post(IMPORTS, {**sent("Name,E-mail\nZhang San,z@x.example\n李四,l@\n"), "kind": "registrations"})
    assert made.status_code == 201, made.json
    where, tag = made.headers["Location"], made.headers["ETag"]
    rows = api.get(f"{where}/rows").json["items"]
    assert [(row["state"], [one["code"] for one in row["faults"]]) for row in rows] == [
        ("faulty", ["no-type"]),
        ("faulty", ["not-an-address", "no-type"]),
    ]
    assert [one["code"] for one in rows[1]["notices"]] == ["name-proposed"]
    wrong = api.patch(where, {"settings": {"type": "shoes"}}, If_Match=tag)
    assert (wrong.status_code, wrong.json["errors"]) == (422, {"settings.type": ["unknown"]})
    wrong = api.patch(where, {"settings": {"delegation": "shoes"}}, If_Match=tag)
    assert (wrong.status_code, wrong.json["errors"]) == (422, {"settings.delegation": ["unknown"]})
    api.post("/editions/mine/registration-types", {"code": "guest", "name": {"en": "Guest"}})
    said = {"type": "guest", "types": {"VIP票": "guest"}, "waitlist": True, "unanswered": True}
    changed = api.patch(where, {"settings": said, "joined": [3]}, If_Match=tag)
    assert (changed.json["settings"], changed.json["joined"]) == (said, [3])
    confirmed = api.post(f"{where}/confirm", {"notify": True}, If_Match=changed.headers["ETag"])
    assert (confirmed.status_code, confirmed.json["settings"]) == (200, {**said, "notify": True})


def test_an_agenda_is_sent_as_other_programs_write_it(api: Api) -> None:
    event = {"guid": "0a4f9ed9-34cf-4d0b-a8a7-3f7f0c2b8f11", "title": "Ports", "date": "2023-05-22T10:00:00-07:00"}
    days = [{"rooms": {"Hall": [{**event, "duration": "01:00"}, {"id": 2, "title": ""}]}}]
    text = json.dumps({"schedule": {"conference": {"title": "Forum", "days": days}}})
    made = api.post(IMPORTS, {**sent(text), "kind": "agenda", "filename": "schedule.json"})
    assert (made.status_code, made.json["read_as"], made.json["mapping"], made.json["total"]) == (
        201,
        "frab-json",
        {},
        2,
    )
    where = made.headers["Location"]
    rows = api.get(f"{where}/rows").json["items"]
    assert [(row["number"], row["state"], row["name"]) for row in rows] == [(1, "new", "Ports"), (2, "faulty", "")]
    at = "/schedule/conference/days/0/rooms/Hall/1"
    assert rows[1]["faults"] == [
        {"heading": at, "code": "no-title", "column": "", "sheet": "", "cell": "", "among": []}
    ]
    assert api.post(f"{where}/confirm", If_Match=made.headers["ETag"]).status_code == 200
    work_batch(made.json["id"])
    assert api.get(where).json["added"] == 1
    again = api.post(IMPORTS, {**sent(text), "kind": "agenda", "filename": "schedule.json"})
    at = f"{again.headers['Location']}/confirm"
    refused = api.post(at, If_Match=again.headers["ETag"])
    assert (refused.status_code, refused.json["code"]) == (409, "nothing-to-import")
    assert refused.json["details"] == {"read": 2, "known": 1, "more": 0, "faulty": 1, "undecided": 0, "skipped": 0}
    assert refused.json["detail"].startswith("Nothing is left to import. Rows read: 2. Already there: 1.")
    refresh()  # the requests of a test share what has its language
    chinese = api.post(at, If_Match=again.headers["ETag"], Accept_Language="zh-CN")
    assert chinese.json["detail"].startswith("没有可导入的内容。已读取行数：2；已存在：1；")
    assert "Ports" in [one["title"].get("en") for one in api.get("/editions/mine/sessions").json["items"]]
    broken = api.post(IMPORTS, {**sent("{"), "kind": "agenda"})
    assert (broken.status_code, broken.json["code"]) == (422, "unreadable-schedule")


def test_what_an_agenda_holds_and_is_not_imported_is_listed(api: Api) -> None:
    one = {"date": "2027-05-20", "time": "9 AM - 10 AM", "title": "Ports", "venue": "Hall", "speakers": ["Ann Lee"]}
    talks = [{**one, "tags": ["Trade", "Sea"], "fee": 10}, {**one, "title": "Rail", "tags": ["Trade", "Sea"]}]
    made = api.post(IMPORTS, {**sent(json.dumps(talks)), "kind": "agenda", "filename": "talks.json"})
    assert api.get(f"{made.headers['Location']}/findings").json["items"] == [
        {"place": "", "code": "fields-left-out", "among": ["sessions: fee"], "sessions": 0},
        {"place": "", "code": "tag-left-out", "among": ["Sea"], "sessions": 2},
    ]
    people = api.post(IMPORTS, sent("Name\nAnn Lee\n"))
    assert api.get(f"{people.headers['Location']}/findings").json["items"] == []
