"""What a station is told so that it can go on alone: whom to know, and who has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from forumapp.core.sealed_fields import Seals
from forumapp.core.tokens import Links
from forumapp.domain.checkin.models import Scan
from forumapp.domain.checkin.offline.roster import hash_of, roster, salt_of
from forumapp.domain.checkin.overrides import list_inside_by_word
from forumapp.domain.checkin.rules import Result
from forumapp.domain.checkin.scanning.batches import receive
from forumapp.domain.checkin.scanning.judgement import NonceReused, Scanned
from forumapp.domain.checkin.scanning.offline_signatures import called
from forumapp.domain.checkin.setup.checkpoints import update_checkpoint
from forumapp.domain.checkin.setup.stations import station_of_device, station_of_organizer
from forumapp.domain.people.records.services import update_person
from forumapp.domain.registration.lifecycle.decisions import cancel
from forumapp.domain.registration.models import RegistrationType
from tests.domain.checkin.test_scanning import AT, DEVICE, MINUTE, Desk
from tests.domain.conftest import BY, NOW
from tests.web.organizer.house import queries

HOUR = 60 * MINUTE
SEALS, LINKS = Seals("a key"), Links("a key")

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.offline.roster import Known, Roster
    from forumapp.domain.checkin.setup.stations import Station
    from tests.domain.conftest import Forum


class Line(Desk):
    """Asked as its device asks."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.cursor, self.salt = "", salt_of(SEALS, self.of)

    @property
    def station(self) -> Station:
        return station_of_device(self.db, self.secret, now=AT)

    def ask(self, **said: Any) -> Roster | None:
        told = roster(self.db, self.station, **({"salt": self.salt, "since": self.cursor, "now": AT} | said))
        self.cursor = told.cursor if told else self.cursor
        return told

    def changed(self) -> dict[str, Known]:
        told = self.ask()
        assert told is not None
        assert not told.whole
        return {one.latin.split()[-1]: one for one in told.people}


@pytest.fixture
def line(session: DbSession, forum: Forum) -> Line:
    return Line(session, forum)


def test_a_station_is_told_all_in_pages_and_then_who_has_changed(line: Line) -> None:
    line.person("Chen")
    first = line.ask(most=2)
    assert first
    assert (first.whole, len(first.people), len(first.types)) == (True, 2, 3)
    rest = roster(line.db, line.station, salt=line.salt, after=first.next_id or 0, most=2, now=AT)
    assert rest
    assert ([one.latin for one in rest.people], rest.next_id) == (["Ann Chen"], None)
    assert first.people[0].codes[0].short == hash_of(first.salt, line.codes["Liu"])
    assert [len(one) for one in first.people[0].codes[0][:2]] == [16, 4]  # of a short code not enough to find it by
    assert line.codes["Liu"] not in repr(first)
    with queries() as asked:
        assert line.ask() is None
    assert len(asked) == 2  # which device it is, and whether anything has changed

    line.scan("Liu")
    inside = line.changed()["Liu"]
    assert (inside.presence, inside.since) == ("in", AT)
    line.db.execute(update(RegistrationType).values(taken=1))
    cancel(line.db, line.of, line.people["Wang"].id, version=1, **line.forum.by_owner)
    gone = line.changed()["Wang"]
    assert (gone.bar, gone.codes[0].revoked_at) == ("cancelled", NOW)
    update_person(line.db, line.people["Liu"].person_id, {"native_full": "刘春"}, version=1, **BY)
    known = line.changed()["Liu"]
    assert (known.native, known.read) == ("刘春", "liuchun")
    update_checkpoint(line.db, line.of, line.door.id, {"vips_only": True}, version=1, **line.forum.by_owner)
    anew = line.ask()
    assert anew
    assert (anew.whole, {one.refused for one in anew.people}) == (True, {Result.WRONG_CHECKPOINT})
    line.person("Sun")
    line.scan("Sun")
    assert line.changed()["Sun"].refused is Result.WRONG_CHECKPOINT
    other = line.ask(salt=salt_of(Seals("another key"), line.of))
    assert other
    assert (other.whole, other.salt == line.salt) == (True, False)
    assert line.ask() is not None
    line.cursor = line.cursor.rpartition(".")[0] + f".{int((AT + HOUR).timestamp())}"  # an hour later
    line.scan("Chen", AT + HOUR)
    assert line.changed().keys() == {"Chen"}


def test_who_is_in_by_somebodys_word_is_found_without_reading_all_scans(line: Line, backend: str) -> None:
    """Each station asks it after each change, while thousands are scanned at its door."""
    if backend != "sqlite":
        pytest.skip("its steps can be counted")
    line.scan("Liu")
    one = line.db.execute(select(Scan.__table__).limit(1)).mappings().one()
    many = [{**one, "id": None, "nonce": f"again {number}"} for number in range(2000)]
    line.db.execute(insert(Scan), many)
    driver: Any = line.db.connection().connection.driver_connection
    steps: list[None] = []
    driver.set_progress_handler(lambda: steps.append(None), 100)

    try:
        list_inside_by_word(line.db, line.door.id, is_rehearsal=False, among=[line.people["Liu"].id])
        few = len(steps)
        line.db.scalars(select(Scan.nonce).where(Scan.checkpoint_id == line.door.id)).all()
    finally:
        driver.set_progress_handler(None, 0)

    assert few < len(steps) / 10


def test_scans_that_were_kept_come_each_by_itself(line: Line) -> None:
    line.scan("Liu", nonce="a")
    liu, wang = (line.people[name].id for name in ("Liu", "Wang"))
    kept: dict[str, Any] = {"told": Result.PASSED, "scanned_at": AT - MINUTE, "sent_at": AT}
    sent = [
        {"code": line.codes["Wang"], "nonce": "a", **kept},  # which is what Liu's scan was called
        {"registration_id": wang, "nonce": "b", **kept},
        {"registration_id": liu, "nonce": "c", **kept},
        {"registration_id": 10**9, "nonce": "d", **kept},
        {"registration_id": wang, "nonce": "b", **kept},
    ]
    came = receive(line.db, LINKS, line.station, sent, actor=DEVICE, now=AT)
    assert isinstance(came[0], NonceReused)
    told = [one.result.value for one in came if not isinstance(one, NonceReused)]
    assert told == ["passed", "passed", "unknown", "passed"]  # Liu's was made before the one that came first
    assert len(set(line.db.scalars(select(Scan.id)))) == 4


def test_what_another_station_has_kept_is_kept_once_whoever_sends_it(line: Line) -> None:
    """Also where the server had it already, and its answer was lost."""
    db, one = line.db, line.station
    kept: dict[str, Any] = {"told": Result.PASSED, "scanned_at": AT - MINUTE, "sent_at": AT, "rehearsal_id": None}
    made_by = called(LINKS, one, now=AT)
    lost = line.scan("Liu", nonce="a")
    other = station_of_device(db, line.device(line.door, "Phone 2"), now=AT)
    account = station_of_organizer(db, line.of, line.door.id, actor=line.forum.by_owner["actor"], now=AT)
    sent = [
        {"code": line.codes[name], "nonce": nonce, "made_by": made_by, **kept}
        for name, nonce in (("Liu", "a"), ("Wang", "b"))
    ]

    told = [receive(db, LINKS, station, sent, actor=DEVICE, now=AT) for station in (other, account, one)]

    assert told[0] == told[1] == told[2]
    assert [one.result.value for one in told[0] if isinstance(one, Scanned)] == ["passed", "passed"]
    rows = list(db.scalars(select(Scan).order_by(Scan.id)))
    assert [(row.id, row.device_id, row.sent_by_device_id, row.sent_by_account_id) for row in rows] == [
        (lost.id, one.device_id, None, None), (rows[1].id, one.device_id, other.device_id, None),
    ]  # fmt: skip
    with pytest.raises(NonceReused):
        line.scan("Wang", nonce="a")
    theirs = {"code": line.codes["Liu"], "nonce": "a", **kept}
    for unproven in ("", "nothing of ours", called(Links("another key"), one, now=AT)):
        receive(db, LINKS, other, [{**theirs, "made_by": unproven, "nonce": f"c{unproven}"[:60]}], actor=DEVICE, now=AT)
    assert {row.device_id for row in db.scalars(select(Scan).where(Scan.id > rows[1].id))} == {other.device_id}
    (of_account,) = receive(
        db, LINKS, other, [{**theirs, "made_by": called(LINKS, account, now=AT)}], actor=DEVICE, now=AT
    )
    assert isinstance(of_account, Scanned)
    assert db.get_one(Scan, of_account.id).account_id == account.account_id
