"""The registration desk: finding people, and checking them in without their code being read."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import uuid4

import pikepdf
import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import Admission, Checkpoint, Scan
from forumapp.domain.checkin.setup.checkpoints import set_up_suggested
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.models import PrintLine
from forumapp.domain.registration.models import Registration, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus
from tests.web.organizer.house import BY, NOW, add_registration, browser_as, group, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

DESK = "/organizer/forum/desk"


@pytest.fixture
def liu(house: House) -> int:
    """With a phone, a name in both scripts and a code; and the usual checkpoints."""
    one = add_registration(house, "Liu")
    with transaction() as db:
        set_up_suggested(db, house.edition_id, **BY)
        person = db.get_one(Person, db.get_one(Registration, one).person_id)
        update_person(db, person.id, {"native_full": "刘春", "phone": "+8613800128923"}, version=person.version, **BY)
    return one


def sent(browser: Browser, one: int, act: str = "check-in", *, nonce: str = "", **said: str) -> TestResponse:
    return browser.send(f"{DESK}/station", {"nonce": nonce or uuid4().hex, **said}, to=f"{DESK}/{one}/{act}")


def listed_in(page: TestResponse) -> list[str]:
    """Where those lead who are found."""
    found: list[str] = html.fromstring(page.text).xpath("//*[@data-counter-row]/@href")
    return found


def test_anyone_is_found_by_any_spelling_and_a_badge_leads_straight_to_them(owner: Browser, liu: int) -> None:
    (code,) = rows(select(TicketCode).where(TicketCode.registration_id == liu))
    for words in ("刘春", "liu", "LIU", "8923"):
        found = owner.get(DESK, query_string={"search": words})
        assert (found.status_code, f"{DESK}/{liu}?" in found.text) == (200, True), words
    assert "Nobody is found" in owner.get(f"{DESK}?search=nobody").text
    for words in (code.code, code.short.lower(), "8923"):
        led = owner.get(f"{DESK}?search={words}&go=1")
        assert (led.status_code, f"{DESK}/{liu}?" in led.location) == (303, True), words
        listed = owner.get(f"{DESK}?search={words}")  # as the page looks for what is typed, and on the way back
        assert (listed.status_code, listed_in(listed)) == (200, [f"{DESK}/{liu}?search={words}"]), words
    with transaction() as db:
        db.get_one(TicketCode, code.id).revoked_at = NOW
    old = owner.get(f"{DESK}?search={code.code}")
    assert listed_in(old) == [f"{DESK}/{liu}?search={code.code}&code=old"]
    assert "is an old code of theirs" in owner.get(listed_in(old)[0]).text
    assert f'href="{DESK}"' in owner.get("/organizer/forum/").text


def test_somebody_is_checked_in_once_and_has_the_badge_without_it(owner: Browser, house: House, liu: int) -> None:
    door, desk = (next(one for one in rows(select(Checkpoint)) if one.kind == kind) for kind in ("door", "hand-out"))
    handed = sent(owner, liu, checkpoint=str(desk.id))
    assert "Badge handed out" in owner.get(handed.location).text
    first = sent(owner, liu, nonce="one")
    again = sent(owner, liu, nonce="one")
    second = sent(owner, liu)
    assert (first.status_code, first.location) == (303, again.location)
    assert "Checked in" in owner.get(first.location).text
    assert "came in before" in owner.get(second.location).text
    assert sorted(one.checkpoint_id for one in rows(select(Admission))) == sorted((door.id, desk.id))
    assert len(rows(select(Scan))) == 3
    undone = sent(owner, liu, "undo", nonce="back")
    told = html.fromstring(owner.get(undone.location).text)
    (word,) = told.xpath("//*[@data-counter-said='quiet']/*[@class='counter-word']")
    assert "Check-in taken back" in word.text_content()
    marks = told.xpath("//*[@class='counter-log']//*[contains(@class, 'badge ')]/@class")
    assert marks == ["badge badge-quiet", "badge badge-warn", "badge badge-ok", "badge badge-ok"]  # the newest first
    assert undone.location == sent(owner, liu, "undo", nonce="back").location
    assert "taken it back already" in owner.get(sent(owner, liu, "undo").location).text
    assert [one.checkpoint_id for one in rows(select(Admission))] == [desk.id]
    assert "Checked in" in owner.get(sent(owner, liu).location).text
    assert [one.result.value for one in rows(select(Scan).order_by(Scan.id))][-3:] == ["already-in", "undone", "passed"]
    waiting = add_registration(house, "Wang", "applied")
    assert "no place yet" in owner.get(sent(owner, waiting).location).text
    with transaction() as db:
        db.get_one(Registration, liu).status = RegistrationStatus.CANCELLED
    assert "was cancelled" in owner.get(sent(owner, liu).location).text


def test_what_a_desk_kept_without_the_network_counts_from_when_it_was_done(
    owner: Browser, house: House, liu: int
) -> None:
    """By how long it was kept, however wrong its clock is; and of two, the first one let them in."""
    at_once = sent(owner, liu)  # at another desk, that was not cut off
    kept = {"scanned_at": "2031-01-01T09:00:00.000Z", "sent_at": "2031-01-01T09:07:00.000Z"}
    late = sent(owner, liu, nonce="kept", **kept)
    assert "Checked in" in owner.get(late.location).text
    assert sent(owner, liu, nonce="kept", **kept | {"sent_at": "2031-01-01T09:08:00.000Z"}).location == late.location
    first, second = rows(select(Scan).order_by(Scan.id))
    assert (first.result.value, first.told, second.result.value, second.told.value) == (
        "passed", None, "passed", "unknown",
    )  # fmt: skip
    assert second.received_at - second.counts_at == timedelta(minutes=7)
    assert [one.first_at for one in rows(select(Admission))] == [second.counts_at]
    assert sent(owner, liu, "together", nonce="both", people=str(liu), **kept).location != at_once.location
    assert rows(select(Scan).order_by(Scan.id))[-1].told.value == "unknown"
    assert sent(owner, liu, scanned_at="soon", sent_at=kept["sent_at"]).status_code == 303  # is nothing that was kept
    assert rows(select(Scan).order_by(Scan.id))[-1].told is None


def test_a_badge_is_printed_on_the_spot_and_again_in_other_words(owner: Browser, house: House, liu: int) -> None:
    stock = {"checkpoint": str(rows(select(Checkpoint))[0].id), "stock": "cr80", "device": "Desk 2"}
    assert owner.send(f"{DESK}/station", stock).status_code == 303
    card = f"{DESK}/{liu}"

    def printed(**said: str) -> TestResponse:
        key = re.findall(r'name="form_key" value="([^"]+)"', owner.get(card).text)[0]
        return owner.send(card, {"form_key": key, **said}, to=f"{card}/badge")

    first = printed()
    page = owner.get(first.location)
    (address,) = re.findall(r'<iframe src="([^"#]+)', page.text)
    pdf = owner.get(address)
    with pikepdf.open(BytesIO(pdf.data)) as made:
        assert [float(one) / 72 * 25.4 for one in made.pages[0].mediabox[2:]] == pytest.approx([85.6, 54], abs=0.01)
    for answer, word in ((page, "frame-src 'self'"), (pdf, "frame-ancestors 'self'")):
        assert word in answer.headers["Content-Security-Policy"]

    asked = printed().text
    assert "Why again" in asked
    (note,) = html.fromstring(asked).xpath("//form[@class='panel']/p[@class='muted small']")
    assert "stays as it is. Correct the person instead" in " ".join(note.text_content().split())
    again = printed(reason="misprint", **{"latin_name": "LIU Chun, PhD", "title.en": "Chair", "title.zh-Hans": ""})
    assert again.status_code == 303
    for told in (owner.get(again.location).text, owner.get("/organizer/forum/paper/log").text):
        assert ("LIU Chun, PhD / Chair" in told, "Misprint" in told, "Desk 2" in told) == (True, True, True)
    lines = rows(select(PrintLine).order_by(PrintLine.id))
    assert [(one.copy_number, one.content_version) for one in lines] == [(1, 1), (2, 2)]
    assert lines[1].said == {"latin_name": "LIU Chun, PhD", "title": {"en": "Chair"}}
    assert owner.get(f"{DESK}/test-page").mimetype == "application/pdf"
    with transaction() as db:
        db.get_one(Edition, house.edition_id).print_blocks = ["name-under-floor"]
    long = {"reason": "other", "latin_name": "A name that no badge of this size could ever hold in one line or in two"}
    refused = printed(**long, anyway="The guest insists").text
    assert "Nothing was printed yet" in refused
    seen = html.fromstring(refused).xpath('//input[@name="despite"]/@value')[0]
    assert "only fits smaller than" in owner.get(printed(**long, anyway="She insists", despite=seen).location).text
    assert browser_as(house, Role.VIEWER).get(f"{DESK}/badges/{lines[0].job_id}").status_code == 403


def test_a_desk_keeps_its_station_and_a_liaison_has_only_their_own(owner: Browser, house: House, liu: int) -> None:
    desk = next(one for one in rows(select(Checkpoint)) if one.kind == "hand-out")
    chosen = {"checkpoint": str(desk.id), "stock": "a6", "device": "Desk 2"}
    for wrong in ({"checkpoint": ""}, {"stock": "avery-74459"}):  # a sheet of several
        assert owner.send(f"{DESK}/station", {**chosen, **wrong}).status_code == 422
    assert owner.send(f"{DESK}/station", chosen).status_code == 303
    page = owner.get(f"{DESK}/{liu}").text
    assert ("Desk 2" in page, "Hand out the badge" in page, "Check in <kbd" in page) == (True, True, False)

    theirs = group(house, "js", "Jiangsu", "Zhao")
    assert theirs.liaison.get(f"{DESK}/{liu}").status_code == 404
    assert "Nobody is found" in theirs.liaison.get(f"{DESK}?search=liu").text
    assert sent(theirs.liaison, theirs.registration_id).status_code == 303
    assert sent(theirs.liaison, liu).status_code == 404
    assert [one.registration_id for one in rows(select(Scan))] == [theirs.registration_id]
    assert browser_as(house, Role.VIEWER).get(DESK).status_code == 403
