"""Bringing an agenda on the pages, from the upload to what was added."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.domain.agenda.models import Session
from forumapp.domain.importing.models import ImportRun
from forumapp.worker.context import bind
from forumapp.worker.workflows import imports
from tests.import_steps import work_batch
from tests.web.organizer.house import HOME
from tests.web.organizer.imports.test_imports import LA, SCHEDULE, one, text_of, upload, version

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

AGENDA = f"{HOME}/people/import/agenda"


def test_an_agenda_is_shown_with_what_would_be_made_for_it_and_then_taken(house: House, owner: Browser) -> None:
    answer = upload(owner, json.dumps(SCHEDULE).encode(), "schedule.json", AGENDA)
    page = answer.location
    text = text_of(owner.get(page))
    assert "2 sessions were read. Nothing is saved yet. frab JSON With faults 1 To look at 1 Changed 0 New 1" in text
    assert "New rooms: New hall" in text
    assert "1 person is new WEI Ming · 魏明" in text
    assert "/schedule/conference/days/0/rooms/New hall/1 : The session has no title. Fill one in." in text
    assert "soon This is no time. The session comes without one." in text
    assert "Ports &amp; trade" in owner.get(page + "?state=new").text
    owner.send(page, {"version": version()}, to=page + "/start")
    work_batch(int(page.rsplit("/", 1)[1]))
    assert "1 session has been added or changed." in text_of(owner.get(page))
    made = one(select(Session).where(Session.import_ref.is_not(None)))
    assert (made.title, f"{made.start_wall:%H:%M}", made.start_zone) == ({"en": "Ports & trade"}, "10:00", LA)
    again = upload(owner, json.dumps(SCHEDULE).encode(), "schedule.json", AGENDA).location
    assert "There is nothing to add." in text_of(owner.get(again))


@pytest.mark.one_database
def test_each_time_has_the_zone_in_which_it_is_read(owner: Browser) -> None:
    rows = "Ports,2031-05-22 09:00,2031-05-22 10:00,US / Eastern\nTrade,2031-05-22 11:00,2031-05-22 12:00,\n"
    page = upload(owner, f"Title,Start,End,Time zone\n{rows}".encode(), "agenda.csv", AGENDA).location
    text = text_of(owner.get(f"{page}?state=new"))
    assert "09:00–10:00 Eastern Daylight Time (UTC−4)" in text
    assert "11:00–12:00 Pacific Daylight Time (UTC−7)" in text
    assert "US / Eastern → America/New_York This time zone is written otherwise." in text


@pytest.mark.one_database
def test_what_is_said_of_several_sessions_is_summed_up(owner: Browser) -> None:
    times = "2031-05-22 09:00,2031-05-22 10:00"
    rows = "\n".join(f"{number},Title {number},Hackathon,{number},{times}" for number in (1, 2, 2))
    page = upload(owner, f"Code,Title,Kind,ID,Start,End\n{rows}\n".encode(), "agenda.csv", AGENDA).location
    text = text_of(owner.get(f"{page}?state=told"))
    assert "Said of several sessions Hackathon → breakout This kind of session is not known here." in text
    assert "3 sessions of this file" in text
    assert "2 sessions would be outside the forum's dates (" in text
    assert "row 4, Code : 2 (row 3, Code) This code comes twice in the file." in text
    assert "row 4, ID : 2 Two sessions of the file have this id." in text
    chinese = text_of(owner.get(f"{page}?state=told&lang=zh-Hans"))
    assert "新环节按箭头后所示的类型导入" in chinese
    assert "第 4 行, Code" in chinese


@pytest.mark.one_database
def test_an_import_that_was_refused_says_why_and_not_to_try_again(house: House, owner: Browser) -> None:
    def refused(*_args: Any, **_more: Any) -> bool:
        raise Invalid(fields={"places": "above-room"})

    page = upload(owner, json.dumps(SCHEDULE).encode(), "schedule.json", AGENDA).location
    owner.send(page, {"version": version()}, to=page + "/start")
    run_id = int(page.rsplit("/", 1)[1])
    with pytest.MonkeyPatch.context() as patch:
        bind(house.app)
        patch.setattr("forumapp.domain.importing.runs.batches.take_rows", refused)
        assert imports.take_batch(run_id, 0) is False
    said = "because something was refused: The room does not hold so many. What was added stays."
    text = text_of(owner.get(page))
    assert (said in text, "goes on where it stopped" in text) == (True, False)
    with transaction() as db:
        db.get_one(ImportRun, run_id).fault = "unavailable"
    assert "goes on where it stopped" in text_of(owner.get(page))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"schedule": {"conference": {}, "rooms": []', "The JSON is broken there."),
        (b"<!DOCTYPE s [<!ENTITY a 'b'>]><schedule>&a;</schedule>", "The file defines entities of its own"),
        (b"\n", "The file is empty."),
    ],
)
def test_a_file_that_is_no_agenda_is_refused_with_the_reason(owner: Browser, content: bytes, words: str) -> None:
    answer = upload(owner, content, "x", AGENDA)
    assert (answer.status_code, words in text_of(answer)) == (422, True)


def test_columns_of_an_agenda_are_said_where_nobody_knows_them(owner: Browser) -> None:
    page = upload(owner, b"Was,Wann,Bis\nPorts,2023-05-22 10:00,2023-05-22 11:00\n", "x.csv", AGENDA).location
    assert "The session has no title." in text_of(owner.get(page))
    meant = {"column-0": "title.en", "column-1": "start", "column-2": "end", "version": version()}
    assert owner.send(page, meant).status_code == 302
    assert "Add 1 session" in text_of(owner.get(page))


def test_unused_columns_of_an_agenda_come_first(owner: Browser) -> None:
    table = b"Title,Date,Start,End,Shoes\nPorts,2023-05-22,10:00,11:00,red\n"
    page = upload(owner, table, "agenda.csv", f"{HOME}/people/import/agenda").location
    text = text_of(owner.get(page))
    assert text.index("These columns are not used: ") < text.index("“Shoes”") < text.index("What would happen")
