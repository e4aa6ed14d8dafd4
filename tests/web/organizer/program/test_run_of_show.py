"""The run of show and what hangs at doors: made from what is published, and from cues that stand before or after it."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.queries import get_session, latest_version, public_agenda, published_agenda
from forumapp.domain.agenda.run_of_show.cues import cues_of, get_sheet, issued_sheet
from forumapp.domain.agenda.sessions.services import add_item, publish, update_session
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition, Room
from forumapp.domain.forums.venues.services import create_room
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.wording.agenda_changes import sentences
from forumapp.domain.publishing.queries import version_compared
from forumapp.schemas.choices import SessionStatus
from tests.web.organizer.house import BY, HOME, ZONE

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

SHOW = f"{HOME}/agenda/run-of-show"


def published(house: House) -> int:
    """With an item of ten minutes in the first session, which begins at nine; the item's id."""
    with transaction() as db:
        update_edition(db, house.edition_id, {"status": "open"}, version=1, **BY)
        person = db.get_one(Person, house.person_id)
        update_person(db, person.id, {"pronunciation": "lyoh chwun"}, version=person.version, **BY)
        item = add_item(
            db, get_session(db, house.edition_id, house.session_ids[0]), {"title": {"en": "Film"}, "minutes": 10}, **BY
        )
        publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
        return item.id


def a_cue(house: House, who: Browser, **given: Any) -> None:
    session_id = house.session_ids[0]
    values = {"session_id": session_id, "offset_minutes": 0, "department": "sound", "text.en": "Music fades", **given}
    answer = who.send(f"{SHOW}/cues/new", {name: str(value) for name, value in values.items()})
    assert (answer.status_code, answer.location) == (302, SHOW), answer.text


def paper(owner: Browser, address: str) -> str:
    return words_in(owner.get(address))


def words_in(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_cue_stands_at_its_moment_before_or_after_what_it_belongs_to(house: House, owner: Browser) -> None:
    assert "begins with a published agenda" in owner.get(SHOW).text
    item_id = published(house)
    a_cue(house, owner, offset_minutes=-5)
    a_cue(house, owner, offset_minutes=4, item_id=item_id, department="light", owner="Kim", **{"text.en": "Dim"})

    with transaction() as db:
        assert [cue.offset_minutes for cue in cues_of(db, house.edition_id)] == [-5, 4]
    owner.send(SHOW, {"note.en": "First"}, to=f"{SHOW}/sheets")
    with transaction() as db:
        lines = issued_sheet(get_sheet(db, house.edition_id, 1))["days"][0]["lines"]
    assert [(line["at"][11:16], line["kind"], line["title"]["en"], line["owner"]) for line in lines] == [
        ("08:55", "cue", "Music fades", ""), ("09:00", "session", "Trade", ""), ("09:00", "item", "Film", ""),
        ("09:04", "cue", "Dim", "Kim"), ("10:00", "session", "Energy", ""),
    ]  # fmt: skip
    assert [one["pronunciation"] for one in lines[1]["people"]] == ["lyoh chwun"]
    assert "Film" in owner.get(f"{SHOW}/cues/new?session_id={house.session_ids[0]}").text
    assert "Film" not in owner.get(f"{SHOW}/cues/new").text
    only = owner.get(f"{SHOW}?department=light").text
    assert "Dim" in only
    assert "Music fades" not in only


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"offset_minutes": 2000}, "offset_minutes"),
        ({"session_id": 999999}, "session_id"),
        ({"text.en": ""}, "text.en"),
    ],
)
def test_a_faulty_cue_is_refused_at_its_field(house: House, owner: Browser, given: Any, field: str) -> None:
    published(house)
    values = {"session_id": house.session_ids[0], "offset_minutes": 0, "department": "sound", "text.en": "Go", **given}
    answer = owner.send(f"{SHOW}/cues/new", {name: str(value) for name, value in values.items()})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_what_was_issued_stays_as_it_was(house: House, owner: Browser) -> None:
    published(house)
    a_cue(house, owner)
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")
    with transaction() as db:
        cue, sheet = cues_of(db, house.edition_id)[0], get_sheet(db, house.edition_id, 1).content
    owner.send(f"{SHOW}/cues/{cue.id}", {
        "session_id": str(cue.session_id), "offset_minutes": "0", "department": "sound", "text.en": "Silence", "version": "1",
    })  # fmt: skip
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")

    with transaction() as db:
        assert get_sheet(db, house.edition_id, 1).content == sheet
    first, second = (owner.get(f"{SHOW}/sheets/{number}").text for number in (1, 2))
    assert "Music fades" in first
    assert "Silence" not in first
    assert "Silence" in second
    assert "Music fades" not in second
    with pytest.raises(DBAPIError, match="append-only"), transaction() as db:
        db.execute(text("UPDATE cue_sheet SET content = ''"))


def test_cues_of_what_is_not_published_are_told_apart(house: House, owner: Browser) -> None:
    published(house)
    a_cue(house, owner)
    with transaction() as db:
        row = get_session(db, house.edition_id, house.session_ids[0])
        update_session(db, house.edition_id, row.id, {"status": SessionStatus.CANCELLED}, version=row.version, **BY)
        publish(db, house.edition_id, label="", note={}, **BY)

    answer = owner.get(SHOW).text
    assert "1 cue stands on no line" in answer
    assert "Trade" not in answer.split('id="day-')[1].split("</section>")[0]


def test_a_sheet_is_taken_along_as_table_and_on_paper(house: House, owner: Browser) -> None:
    published(house)
    a_cue(house, owner, **{"text.en": "=HYPERLINK(1)", "text.zh-Hans": "音乐渐弱"})
    a_cue(house, owner, offset_minutes=-25, owner="Kim")
    with transaction() as db:
        version = db.get_one(Edition, house.edition_id).version
        update_edition(db, house.edition_id, {"contact_email": "crew@forum.example"}, version=version, **BY)
    owner.send(SHOW, {"note.en": "Ring 4711", "note.zh-Hans": "请拨打总台"}, to=f"{SHOW}/sheets")

    rows = list(csv.reader(io.StringIO(owner.get(f"{SHOW}/sheets/1/table/csv").data.decode("utf-8-sig"))))
    of = ["", "Forum forum", "1", "1"]  # nothing needed; the edition, the sheet, the agenda it was made from
    assert ["2023-05-22", "09:00", "", "0", "'=HYPERLINK(1)", "音乐渐弱", "", "", "Room A", "Sound", "", *of] in rows
    assert ["2023-05-22", "08:35", "", "-25", "Music fades", "", "", "", "Room A", "Sound", "Kim", *of] in rows
    assert owner.get(f"{SHOW}/sheets/1/table/xlsx").data[:2] == b"PK"
    assert owner.get(f"{SHOW}/sheets/1/table/doc").status_code == 404
    said = paper(owner, f"{SHOW}/sheets/1/paper")
    for word in (
        "min",
        "分钟",
        "Speaker 演讲",
        "Trade",
        "音乐渐弱",
        "刘春",
        "lyoh chwun",
        "sheet 1",
        "agenda version 1",
        "第1稿",
    ):
        assert word in said
    head = said.split("min")[0]
    for word in ("sheet 1", "agenda version 1", "crew@forum.example", "Ring 4711", "请拨打总台", "08:35 (Kim)"):
        assert word in head
    assert "−25" in said


def test_a_session_in_the_night_in_which_clocks_change_ends_when_it_ends(house: House, owner: Browser) -> None:
    """Two hours from 01:00 on; in autumn the second of them is 01:00 again."""
    for number, (month, day, ends) in enumerate(((3, 12, 4), (11, 5, 2)), start=1):
        with transaction() as db:
            row = get_session(db, house.edition_id, house.session_ids[0])
            times = ((1, 0 if month == 11 else None), (ends, None))
            span = Span(*(Moment(datetime(2023, month, day, hour), ZONE, fold) for hour, fold in times))
            update_session(db, house.edition_id, row.id, {}, span, version=row.version, **BY)
            publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
        owner.send(SHOW, {}, to=f"{SHOW}/sheets")
        said = paper(owner, f"{SHOW}/sheets/{number}/paper")
        assert re.search(("01:00 UTC−8–04:00 UTC−7", "01:00 UTC−7–02:00 UTC−8")[number - 1], said), said


def test_what_a_session_needs_reaches_those_who_make_it_happen_and_not_the_public(house: House, owner: Browser) -> None:
    published(house)
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")
    with transaction() as db:
        version = latest_version(db, house.edition_id)
        assert version is not None
        assert "av_needs" not in version.content  # so that it is sealed as before versions told it
        row = get_session(db, house.edition_id, house.session_ids[0])
        update_session(db, house.edition_id, row.id, {"av_needs": "Two screens"}, version=row.version, **BY)
        version = publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
        assert [one.get("av_needs") for one in published_agenda(version)["sessions"]] == ["Two screens", None]
        assert "Two screens" not in str(public_agenda(version))
        (found,) = version_compared(db, house.edition_id, 2, 1).differences
        assert sentences(found, "en") == ["Also changed: sound and screens."]
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")

    shown = [owner.get(f"{SHOW}{end}").text for end in ("", "/sheets/1", "/sheets/2", "/sheets/2/table/csv")]
    assert ["Two screens" in text for text in shown] == [True, False, True, True]
    assert "Two screens" in paper(owner, f"{SHOW}/sheets/2/paper")


def test_doors_and_screens_say_what_takes_place(house: House, owner: Browser) -> None:
    published(house)
    assert "Room A” is missing in Chinese" in owner.get(f"{HOME}/agenda/door-signs").text
    said = paper(owner, f"{HOME}/agenda/door-signs/paper")
    assert [word in said for word in ("Room A", "Trade", "09:00–11:00", "agenda version 1")] == [True] * 4

    with transaction() as db:
        venue = db.get_one(Room, house.room_id).venue_id
        version = db.get_one(Edition, house.edition_id).version
        update_edition(db, house.edition_id, {"is_sample": True}, version=version, **BY)
        foyer = {"venue_id": venue, "code": "foyer", "name": {"en": "Foyer"}, "capacity": 9}
        create_room(db, house.edition_id, foyer, **BY)
        session = get_session(db, house.edition_id, house.session_ids[0])
        update_session(db, house.edition_id, session.id, {"in_all_rooms": True}, version=session.version, **BY)
        publish(db, house.edition_id, label="", note={}, reason="on purpose", **BY)
    said = paper(owner, f"{HOME}/agenda/door-signs/paper")
    assert (said.count("Trade — in Room A"), "Sample" in said) == (1, True)
    old = paper(owner, f"{HOME}/agenda/door-signs/paper?version=1")
    assert ("agenda version 1" in old, "Foyer" in old) == (True, False)
    shown = owner.get(f"{HOME}/agenda/door-signs?version=1").text
    assert ("from version 1 of" in shown, "Foyer" in shown, "paper?version=1" in shown) == (True, False, True)
    for number in ("3", "x", "99999999999999999999"):
        assert owner.get(f"{HOME}/agenda/door-signs/paper?version={number}").status_code == 404

    visitor = house.browser()
    assert "All sessions are over" in visitor.get("/forum/agenda/screen?lang=en").text
    assert visitor.get("/forum/agenda/screen/a").status_code == 200
    assert visitor.get("/forum/agenda/screen/nowhere").status_code == 404


def test_what_is_after_midnight_is_marked_so_at_doors_and_on_sheets(house: House, owner: Browser) -> None:
    with transaction() as db:
        late = Span(*(Moment(datetime(2023, 5, *at), ZONE) for at in ((22, 20), (23, 0, 30))))
        update_session(db, house.edition_id, house.session_ids[0], {}, late, version=1, **BY)
    published(house)
    a_cue(house, owner, offset_minutes=250)
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")

    assert "00:10 +1" in " ".join(html.fromstring(owner.get(f"{SHOW}/sheets/1").text).text_content().split())
    assert ",00:10 +1," in owner.get(f"{SHOW}/sheets/1/table/csv").text
    signs, sheet = (
        paper(owner, f"{HOME}/agenda/{name}") for name in ("door-signs/paper", "run-of-show/sheets/1/paper")
    )
    assert [re.search(pattern, said) is not None for pattern, said in (
        (r"20:00–00:30\s*\+1", signs), (r"20:00–00:30\s*\+1", sheet), (r"00:10\s*\+1", sheet),
    )] == [True] * 3  # fmt: skip


def form_anyway(owner: Browser, page: str) -> dict[str, str]:
    """What the form below what stops a print sends along as it stands on that page."""
    (form,) = html.fromstring(owner.get(page).text).xpath('//form[.//input[@name="despite"]]')
    return {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}


def printed_anyway(owner: Browser, page: str, **said: str) -> TestResponse:
    return owner.send(page, {**form_anyway(owner, page), "anyway": "Mended by hand", **said})


def logged(house: House) -> list[tuple[str, str | None]]:
    """What the log of the edition tells of papers that were printed in spite of what was found."""
    events = select(AuditEvent).where(AuditEvent.action.endswith("printed-despite")).order_by(AuditEvent.id)
    with transaction() as db:
        return [(one.action, one.reason) for one in db.scalars(events) if one.edition_id == house.edition_id]


def test_what_stops_a_run_of_show_is_printed_for_a_reason_that_the_log_tells(house: House, owner: Browser) -> None:
    published(house)
    a_cue(house, owner, **{"text.en": "Go \U0001f9ff"})
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")
    page = f"{SHOW}/sheets/1"

    assert "U+1F9FF" in owner.get(page).text
    for unseen in ("", "?anyway=1", f"?despite={'0' * 16}"):
        assert owner.get(f"{page}/paper{unseen}").location == page
    for said, told in (({"anyway": " "}, 'id="e-anyway"'), ({"despite": "0" * 16}, "has changed since you looked")):
        refused = printed_anyway(owner, page, **said)
        assert (refused.status_code, told in refused.text) == (422, True)
    assert logged(house) == []

    assert "Trade" in words_in(printed_anyway(owner, page))
    assert logged(house) == [("printed-despite", "Mended by hand")]
    line = " ".join(html.fromstring(owner.get(f"{HOME}/log?action=printed-despite").text).text_content().split())
    assert ("printed it despite problems" in line, "Run of show 1" in line, "Mended by hand" in line) == (True,) * 3


def test_what_is_found_on_a_run_of_show_names_its_session_in_the_reader_s_language(
    house: House, owner: Browser
) -> None:
    session_id = house.session_ids[0]

    def renamed(of: int = session_id, **changes: Any) -> None:
        with transaction() as db:
            row = get_session(db, house.edition_id, of)
            update_session(db, house.edition_id, of, changes, version=row.version, **BY)

    def told(language: str) -> list[tuple[str, str]]:
        page = html.fromstring(owner.get(f"{SHOW}/sheets/1?lang={language}").text)
        needs = [(one.text, one.get("href")) for one in page.xpath('//*[@class="needs"]//a')]
        return [one for one in needs if "Room" not in one[0]]

    renamed(title={"en": "Trade"})
    published(house)
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")
    renamed(title={"en": "Trade", "zh-Hans": "贸易"})
    address = f"{HOME}/agenda/sessions/{session_id}"
    assert told("zh-Hans") == [("“贸易”的标题缺少中文。", address), ("环节“贸易”：“Film”缺少中文。", address)]
    english = [
        ("The title of “Trade” is missing in Chinese.", address),
        ("Session “Trade”: “Film” is missing in Chinese.", address),
    ]
    renamed(code="other")
    assert told("en") == english
    renamed(house.session_ids[1], code="trade")  # which is another session's by now
    assert told("en") == english


def test_what_stops_door_signs_is_printed_for_a_reason_that_the_log_tells(house: House, owner: Browser) -> None:
    published(house)
    page = f"{HOME}/agenda/door-signs?version=1"
    words_in(owner.get(f"{HOME}/agenda/door-signs/paper?version=1"))
    assert logged(house) == []

    with transaction() as db:
        version = db.get_one(Edition, house.edition_id).version
        update_edition(db, house.edition_id, {"print_blocks": ["missing-translation"]}, version=version, **BY)
    assert owner.get(f"{HOME}/agenda/door-signs/paper?version=1").location == page
    assert printed_anyway(owner, page, anyway="").status_code == 422
    assert "Room A" in words_in(printed_anyway(owner, page))
    assert logged(house) == [("signs-printed-despite", "Mended by hand")]
    line = " ".join(html.fromstring(owner.get(f"{HOME}/log?action=signs-printed-despite").text).text_content().split())
    assert ("printed its door signs" in line, "Version of the agenda 1" in line) == (True, True)


@pytest.mark.parametrize("end", ["run-of-show/sheets/1", "door-signs?version=1"])
def test_a_form_that_is_sent_twice_is_told_of_once_and_handed_the_same_paper(
    house: House, owner: Browser, end: str
) -> None:
    published(house)
    a_cue(house, owner, **{"text.en": "Go"})
    owner.send(SHOW, {}, to=f"{SHOW}/sheets")
    with transaction() as db:
        version = db.get_one(Edition, house.edition_id).version
        update_edition(db, house.edition_id, {"print_blocks": ["missing-translation"]}, version=version, **BY)
    page = f"{HOME}/agenda/{end}"
    refused = printed_anyway(owner, page, form_key="x")
    assert (refused.status_code, "open for more than a day" in refused.text) == (422, True)

    sent = form_anyway(owner, page)
    for why in ("Mended by hand", "Mended by hand", "Wanted so"):
        assert "Trade" in words_in(owner.send(page, {**sent, "anyway": why}))
    assert [why for _action, why in logged(house)] == ["Mended by hand", "Wanted so"]
