"""Checkpoints and devices as organizers set them up, and the page at which a device scans."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import CheckinDevice, Checkpoint, ForcedPass, Rehearsal, Scan
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.services import keep_picture
from forumapp.domain.people.models import Person
from forumapp.domain.registration.capacity.statements import add_code
from forumapp.domain.registration.models import Registration, TicketCode
from tests.pictures import photo
from tests.web.organizer.house import BY, add_registration, browser_as, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

ALL = "/organizer/forum/checkpoints"
STATION = "/checkin/forum"


@pytest.fixture(autouse=True)
def _open(house: House) -> None:
    """A draft is there for nobody but its organizers."""
    with transaction() as db:
        db.get_one(Edition, house.edition_id).status = EditionStatus.OPEN


def scan(browser: Browser, code: str, at: str = STATION, **said: str) -> TestResponse:
    """By the form of the page, with the name that it gives this scan."""
    values = {"code": code, "nonce": hidden(browser, at, "nonce"), "at": at.partition("at=")[2], **said}
    return browser.send(at, values, to=f"{STATION}/scan")


def hidden(browser: Browser, page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]+)"', browser.get(page).text)[0])


def code_of(house: House, name: str) -> str:
    one = add_registration(house, name)
    with transaction() as db:
        code = db.scalar(select(TicketCode.code).where(TicketCode.registration_id == one))
        return code or str(add_code(db, house.edition_id, one))


def test_a_door_or_meal_that_passes_once_in_all_days_says_so(owner: Browser, house: House) -> None:
    def around(first: date, last: date) -> Span:
        ends = (datetime.combine(first, time(11)), datetime.combine(last, time(14)))
        return Span(*(Moment(one, "America/Los_Angeles") for one in ends))

    def told() -> list[str]:
        """Of which checkpoints the page says it."""
        marks = re.findall(r'checkpoints/\d+">([^<]+)</a>((?:(?!</tr>).)*)', owner.get(ALL).text, re.DOTALL)
        return [name for name, row in marks if "Once in all days" in row]

    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        first, last = edition.starts_on, edition.starts_on + timedelta(days=1)
        edition.ends_on = first
        for name, said in (
            ("Gate", {"kind": "door"}),
            ("Hall", {"kind": "door", "mode": "in-out"}),
            ("Lunches", {"kind": "meal", "span": around(first, last)}),
            ("Lunch", {"kind": "meal", "span": around(first, first)}),
            ("Badges", {"kind": "hand-out"}),
        ):
            create_checkpoint(db, house.edition_id, {"name": {"en": name}, **said}, **BY)
    assert (told(), "refused on every later day" in owner.get(ALL).text) == ([], False)
    with transaction() as db:
        db.get_one(Edition, house.edition_id).ends_on = last
    assert (told(), "refused on every later day" in owner.get(ALL).text) == (["Gate", "Lunches"], True)
    assert "Once is once in all days" in owner.get(f"{ALL}/new").text


def test_a_device_is_paired_scans_and_is_revoked(owner: Browser, house: House) -> None:
    assert "There is no checkpoint yet" in owner.get(ALL).text
    assert owner.send(ALL, to=f"{ALL}/suggested").status_code == 302
    door = next(one for one in rows(select(Checkpoint)) if one.code == "main-door")
    new = "/organizer/forum/checkin-devices/new"
    said = {"name": "Phone 1", "checkpoint_id": str(door.id), "form_key": hidden(owner, new, "form_key")}
    shown = owner.send(new, said)
    assert owner.send(new, said).status_code == 302  # sent twice, it makes no second device
    found = re.search(r'value="(\w{4} \w{4})"', shown.text)
    assert found
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert found[1] not in owner.get(ALL).text

    phone = house.browser()
    assert phone.send(STATION, {"code": "ABCD EFGH"}, to=f"{STATION}/sign-in").status_code == 422
    assert phone.send(STATION, {"code": found[1].lower()}, to=f"{STATION}/sign-in").status_code == 303
    assert "Main door" in phone.get(STATION).text
    code = code_of(house, "Wang")
    first = scan(phone, code)
    assert "scan-ok" in first.text
    assert "Wang" in first.text
    second = scan(phone, code, part="result")
    assert ("scan-warn" in second.text, "Already in" in second.text, "<html" in second.text) == (True, True, False)
    assert "Phone 1" in second.text
    astray = {"scanned_at": "2099-01-01T00:00:00.000Z", "sent_at": "2099-01-01T00:00:01.000Z"}
    assert "scan-bad" in scan(phone, "NOBODY22", **astray).text
    latest = max(rows(select(Scan)), key=lambda one: one.id)
    assert (latest.scanned_at is not None, latest.skew > 0) == (True, True)  # what its clock said is kept
    told = owner.get(ALL).text
    assert ("Phone 1" in told, "Already in" in told, "Unknown code" in told) == (True, True, True)

    (device,) = rows(select(CheckinDevice))
    assert str(device.token_hash) not in owner.get(ALL).text
    used = owner.send(ALL, {"version": str(door.version)}, to=f"{ALL}/{door.id}/remove")
    assert "because it is in use: 1 person let in and 3 scans." in owner.get(used.location).text
    gone = owner.send(ALL, {"version": str(device.version)}, to=f"/organizer/forum/checkin-devices/{device.id}/revoke")
    assert gone.status_code == 302
    assert "Code of this device" in phone.get(STATION).text
    assert phone.send(STATION, {"code": code, "nonce": "x"}, to=f"{STATION}/scan").status_code == 303
    assert len(rows(select(Scan))) == 3


@pytest.fixture
def phone(house: House) -> Browser:
    """A device that has signed in at a door."""
    return signed_in(house, "Phone 1")


def signed_in(house: House, name: str) -> Browser:
    by: dict[str, Any] = {**BY, "now": clock.now()}
    with transaction() as db:
        known = db.scalar(select(Checkpoint.id))
        door = known or create_checkpoint(db, house.edition_id, {"kind": "door", "name": {"en": "Door"}}, **by).id
        _row, code = add_device(db, house.edition_id, {"checkpoint_id": door, "name": name}, **by)
    phone = house.browser()
    phone.send(STATION, {"code": code}, to=f"{STATION}/sign-in")
    return phone


def test_a_station_at_which_nobody_stands_is_heard_of_by_what_it_asks(
    phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noted once a minute: what it asks every second writes nothing."""
    at = clock.now()

    def heard(seconds: int) -> float:
        monkeypatch.setattr(clock, "now", lambda: at + timedelta(seconds=seconds))
        assert phone.get(f"{STATION}/roster").status_code == 200
        (row,) = rows(select(CheckinDevice))
        assert row.seen_at is not None
        return (row.seen_at - at).total_seconds()

    assert [round(heard(seconds)) for seconds in (30, 90, 100, 150, 160)] == [0, 90, 90, 150, 150]


def test_whoever_scanned_somebody_sees_their_photo_and_the_note_for_the_desk(
    owner: Browser, house: House, phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(house, "Wang")
    (row,) = rows(select(Registration))
    page = f"/organizer/forum/registrations/{row.id}"
    too_long = owner.send(page, {"version": row.version, "desk_note": "x" * 201}, to=f"{page}/desk-note")
    owner.send(page, {"version": row.version, "desk_note": " VIP: call protocol "}, to=f"{page}/desk-note")
    with transaction() as db:
        db.get_one(Person, row.person_id).photo_id = keep_picture(db, check_picture(photo()), **BY).id

    told = scan(phone, code, part="result").text
    (where,) = re.findall(r'<img class="scan-photo" src="([^"]+)"', told)
    seen = phone.get(where)

    assert (too_long.status_code, "VIP: call protocol" in told, "VIP: call protocol" in owner.get(page).text) == (
        422,
        True,
        True,
    )
    with Image.open(BytesIO(seen.data)) as shown:
        assert (seen.content_type, shown.size, seen.headers["Cache-Control"]) == (
            "image/webp",
            (320, 320),
            "private, no-store",
        )
    others = [signed_in(house, "Phone 2"), house.browser()]
    assert [one.get(where).status_code for one in others] == [404, 404]
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert phone.get(where).status_code == 404


def test_an_organizer_scans_where_they_may_and_a_checkpoint_is_changed(owner: Browser, house: House) -> None:
    said = {"name.en": "Lunch", "kind": "meal", "mode": "in-out", "area": "meals"}
    assert owner.send(f"{ALL}/new", said).status_code == 302
    (meal,) = rows(select(Checkpoint))
    page = f"{ALL}/{meal.id}"
    assert owner.send(page, {**said, "area": "", "version": "1"}).status_code == 302
    wrong = owner.send(page, {**said, "kind": "session", "version": "2"})
    assert (wrong.status_code, "Session" in wrong.text) == (422, True)

    viewer = browser_as(house, Role.VIEWER)
    assert "Lunch" not in viewer.get(STATION).text
    assert viewer.get(f"{STATION}?at={meal.id}").status_code == 403
    assert viewer.get(ALL).status_code == 403
    desk = browser_as(house, Role.REGISTRATION_DESK)
    assert ("Lunch" in desk.get(STATION).text, "/organizer/forum/desk" in desk.get(STATION).text) == (True, True)
    # By which its script knows whether stations of accounts are left behind.
    assert ["data-signed-in" in one.get(STATION).text for one in (desk, house.browser())] == [True, False]
    code, here = code_of(house, "Wang"), f"{STATION}?at={meal.id}"
    sent = [scan(desk, code, here, direction=way) for way in ("in", "out", "out")]
    assert [re.findall(r"scan-said (scan-\w+)", one.text) for one in sent] == [["scan-ok"], ["scan-ok"], ["scan-warn"]]
    assert [one.result.value for one in rows(select(Scan).order_by(Scan.id))] == ["passed", "out", "not-in"]


def test_an_organizer_lets_in_whom_the_rules_refuse_in_somebodys_name(owner: Browser, house: House) -> None:
    owner.send(f"{ALL}/new", {"name.en": "Lunch", "kind": "meal", "mode": "once", "area": "meals"})
    (meal,) = rows(select(Checkpoint))
    here, code = f"{STATION}?at={meal.id}", code_of(house, "Wang")
    refused = scan(owner, code, here)
    said = {name: re.findall(rf'name="{name}" value="([^"]+)"', refused.text)[-1] for name in ("at", "code", "nonce")}
    assert ("Let them in all the same" in refused.text, said["code"]) == (True, code)

    unsaid = owner.send(here, {**said, "authorized_by": "", "reason": "He asked"}, to=f"{STATION}/let-pass")
    whole = {**said, "authorized_by": "", "authorized_name": "Consul Guo", "reason": "He asked"}
    let_in = owner.send(here, whole, to=f"{STATION}/let-pass")

    assert (unsaid.status_code, "He asked" in unsaid.text) == (422, True)
    assert (let_in.status_code, "scan-ok" in let_in.text) == (200, True)
    assert [one.authorized_name for one in rows(select(ForcedPass))] == ["Consul Guo"]
    listed = owner.get(ALL).text
    by_whose_word = ("Let in all the same" in listed, "by the word of Consul Guo" in listed)
    assert (by_whose_word, "by the word of Consul Guo" in let_in.text) == ((True, True), True)
    assert house.browser().send(STATION, whole, to=f"{STATION}/let-pass").status_code == 303


def test_a_station_asks_whom_to_know_and_sends_what_it_kept(owner: Browser, house: House) -> None:
    said = {"name.en": "Lunch", "kind": "meal", "mode": "once"}
    assert owner.send(f"{ALL}/new", said).status_code == 302
    (meal,) = rows(select(Checkpoint))
    code, of = code_of(house, "Wang"), f"at={meal.id}"
    assert house.browser().get(f"{STATION}/roster?{of}").status_code == 401
    page = owner.get(f"{STATION}?{of}")
    told = owner.get(f"{STATION}/roster?{of}").json
    assert told
    assert told["station"] == page.headers["Station"]
    wang = next(one for one in told["people"] if one["latin"].endswith("Wang"))
    assert owner.get(f"{STATION}/roster?{of}&since={told['cursor']}").status_code == 304

    kept = {"told": "passed", "scanned_at": "2026-05-22T15:00:00Z", "sent_at": "2026-05-22T15:01:00Z"}
    sent = [
        {"code": code, "nonce": "1", **kept},
        {"registration_id": wang["id"], "nonce": "2", **kept},
        {"code": code, "nonce": "3", "told": "perhaps"},
        {"code": code, "nonce": "4", "checkpoint_id": meal.id + 1, **kept},
    ]
    answer = owner.post(
        f"{STATION}/scans", data={"csrf_token": told["csrf"], "at": str(meal.id), "scans": json.dumps(sent)}
    )
    assert answer.json
    answers = [one.get("result") or one["refused"] for one in answer.json["scans"]]
    assert answers == ["passed", "already-in", "invalid", "not-its-own"]
    changed = owner.get(f"{STATION}/roster?{of}&since={told['cursor']}").json
    assert changed
    assert [one["presence"] for one in changed["people"]] == ["in"]
    beyond = ".".join(["9" * 19] * 9)  # numbers that no database takes
    for since in (f"{meal.id}.{beyond}", "abc"):
        assert owner.get(f"{STATION}/roster?{of}&since={since}").status_code == 200
    worker = owner.get(f"{STATION}/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == STATION


def test_a_rehearsal_says_so_on_every_page_and_leaves_nothing(owner: Browser, house: House) -> None:
    owner.send(f"{ALL}/new", {"name.en": "Door", "kind": "door", "mode": "once"})
    (door,) = rows(select(Checkpoint))
    station, start = f"{STATION}?at={door.id}", "/organizer/forum/rehearsals"
    page = owner.get(ALL).text
    assert ("Rehearsals are for the days before" in page, start in page) == (True, False)
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        edition.starts_on = edition.ends_on = date(2999, 5, 22)
    code, before = code_of(house, "Wang"), hidden(owner, station, "nonce")

    assert owner.send(ALL, to=start).status_code == 302
    (running,) = rows(select(Rehearsal))
    shown = [owner.get(one).text for one in (ALL, f"{ALL}/{door.id}", station)]
    words = "REHEARSAL", "\u5f69\u6392", "It has been running since"
    assert [[word in one for word in words] for one in shown] == [[True] * 3] * 3
    said = owner.send(ALL, {"code": code, "nonce": before, "at": str(door.id), "part": "result"}, to=f"{STATION}/scan")
    assert ("scan-ok" in said.text, "REHEARSAL" in said.text) == (True, True)
    late = {"rehearsal": str(running.id), "at": str(door.id), "code": code, "nonce": "late"}
    end = {"version": str(running.version)}
    assert owner.send(ALL, end, to=f"{start}/{running.id}/end").status_code == 302
    assert "Its 1 scan has been deleted" in owner.get(ALL).text
    assert "Nothing was recorded" in owner.send(ALL, late, to=f"{STATION}/scan").text
    forced = {**late, "authorized_by": "", "authorized_name": "Consul", "reason": "He asked"}
    assert "Nothing was recorded" in owner.send(ALL, forced, to=f"{STATION}/let-pass").text
    (who,) = rows(select(Registration))
    said = {"rehearsal": str(running.id), "checkpoint": str(door.id), "nonce": "desk"}
    assert owner.send(ALL, said, to=f"/organizer/forum/desk/{who.id}/check-in").status_code == 303
    assert "Nothing was recorded" in owner.get(ALL).text
    assert rows(select(Scan)) == []
    assert "scan-ok" in scan(owner, code, station).text
    assert re.search("data-rehearsal-banner hidden", owner.get(station).text)


def test_no_device_is_added_where_none_could_sign_in_yet(owner: Browser, house: House) -> None:
    owner.send(f"{ALL}/new", {"name.en": "Door", "kind": "door", "mode": "once"})
    (door,) = rows(select(Checkpoint))
    new = "/organizer/forum/checkin-devices/new"
    said = {"name": "Phone 1", "checkpoint_id": str(door.id), "form_key": hidden(owner, new, "form_key")}
    with transaction() as db:
        db.get_one(Edition, house.edition_id).status = EditionStatus.DRAFT
    assert house.browser().get(STATION).status_code == 404
    assert "once the edition is public" in owner.get(new).text
    refused = owner.send(ALL, said, to=new)
    assert (refused.status_code, "once the edition is public" in refused.text) == (409, True)
    assert rows(select(CheckinDevice)) == []
    assert owner.get(f"{STATION}?at={door.id}").status_code == 200  # under their own name
