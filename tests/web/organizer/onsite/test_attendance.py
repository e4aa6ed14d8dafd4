"""The pages after the forum: who came, closing check-in, scans to look at."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import BY, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

AT = "/organizer/forum/attendance"
CONFLICTS = "/organizer/forum/scan-conflicts"


def let_in(house: House, *names: str) -> tuple[int, list[int]]:
    """The door, and the scans by which a station let each in on its own who was in already."""
    ids = [add_registration(house, name) for name in names]
    with transaction() as db:
        of = house.edition_id
        door = create_checkpoint(db, of, {"kind": "door", "name": {"en": "Main door", "zh-Hans": "主入口"}}, **BY)
        at: dict[str, Any] = {"edition_id": of, "checkpoint_id": door.id}
        when = {"received_at": BY["now"], "counts_at": BY["now"]}
        told: dict[str, Any] = {"result": Result.ALREADY_IN, "told": Result.PASSED, "direction": Direction.IN}
        scans = []
        for one in ids:
            db.add(Admission(**at, registration_id=one, first_at=BY["now"], since=BY["now"]))
            scans.append(Scan(**at, **told, **when, registration_id=one, account_id=house.owner_id, nonce=str(one)))
        db.add_all(scans)
        db.flush()
        return door.id, [one.id for one in scans]


def test_who_came_is_listed_and_taken_out(owner: Browser, house: House) -> None:
    door, _scans = let_in(house, "Liu", "=Wang")

    assert "Main door" in owner.get(AT).text
    page = owner.get(f"{AT}/{door}").text
    assert "Liu" in page
    assert "Liu" not in owner.get(f"{AT}/{door}?search=wang").text.partition("<tbody>")[2]
    assert "Came without a place" not in page
    with transaction() as db:
        db.execute(update(Registration).where(Registration.edition_id == house.edition_id).values(status="applied"))
    assert owner.get(f"{AT}/{door}").text.count("Came without a place") == 2
    table = list(csv.reader(io.StringIO(owner.get(f"{AT}/{door}/export.csv").data.decode("utf-8-sig"))))
    assert [row[3] for row in table[1:]] == ["Liu", "'=Wang"]
    assert owner.get(f"{AT}/export.xlsx").data.startswith(b"PK")
    assert [owner.get(f"{AT}/{wrong}").status_code for wrong in (door + 9, f"{door}/export.exe")] == [404, 404]


def test_check_in_is_closed_from_the_last_day_on(owner: Browser, house: House) -> None:
    let_in(house, "Liu")
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        edition.starts_on = edition.ends_on = date(2999, 1, 1)
    assert "from the last day" in owner.get(AT).text
    assert owner.send(AT, {}, to=f"{AT}/close").location.endswith("/attendance")
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        edition.starts_on = edition.ends_on = date(2023, 5, 22)

    answer = owner.send(AT, {}, to=f"{AT}/close")

    assert "/registrations/bulk/" in answer.location
    assert "Set whether they came" in owner.get(answer.location).text
    runs = owner.get(AT).text
    assert ("Check-in is being closed" in runs, answer.location in runs, f'{AT}/close"' in runs) == (True, True, False)


def test_scans_are_looked_at_and_looked_at_again(owner: Browser, house: House) -> None:
    _door, (scan,) = let_in(house, "Liu")
    assert "Let in twice" in owner.get(CONFLICTS).text
    answer = owner.send(CONFLICTS, {"note": "<b>one</b>"}, to=f"{CONFLICTS}/{scan}/review")
    assert "Undo" in owner.get(answer.location).text
    assert "Let in twice" not in owner.get(CONFLICTS).text
    assert "&lt;b&gt;one&lt;/b&gt;" in owner.get(f"{CONFLICTS}?show=reviewed").text
    owner.send(f"{CONFLICTS}?show=reviewed", {}, to=f"{CONFLICTS}/{scan}/again")
    assert "Let in twice" in owner.get(CONFLICTS).text
    assert owner.send(CONFLICTS, {}, to=f"{CONFLICTS}/{scan + 9}/review").status_code == 404
