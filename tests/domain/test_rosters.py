"""What a station is told so that it can go on alone: whom to know, and who has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.domain.checkin.checkpoints import update_checkpoint
from forumapp.domain.checkin.models import Scan
from forumapp.domain.checkin.receiving import receive
from forumapp.domain.checkin.roster import hash_of, roster
from forumapp.domain.checkin.rules import Result
from forumapp.domain.checkin.scanning import NonceReused
from forumapp.domain.checkin.stations import station_of_device
from forumapp.domain.people.services import update_person
from forumapp.domain.registration.decisions import cancel
from forumapp.domain.registration.models import RegistrationType
from tests.domain.conftest import BY, NOW
from tests.domain.test_scanning import AT, DEVICE, MINUTE, Desk
from tests.web.organizer.house import queries

HOUR = 60 * MINUTE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.roster import Known, Roster
    from forumapp.domain.checkin.stations import Station
    from tests.domain.conftest import Forum


class Line(Desk):
    """Asked as its device asks."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.cursor = ""

    @property
    def station(self) -> Station:
        return station_of_device(self.db, self.secret, now=AT)

    def ask(self, **said: Any) -> Roster | None:
        told = roster(self.db, self.station, **({"since": self.cursor, "now": AT} | said))
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
    rest = roster(line.db, line.station, after=first.next_id or 0, most=2, now=AT)
    assert rest
    assert ([one.latin for one in rest.people], rest.next_id) == (["Ann Chen"], None)
    assert first.people[0].codes[0].short == hash_of(first.salt, line.codes["Liu"])
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
    line.cursor = line.cursor.rpartition(".")[0] + f".{int((AT + HOUR).timestamp())}"  # an hour later
    line.scan("Chen", AT + HOUR)
    assert line.changed().keys() == {"Chen"}


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
    came = receive(line.db, line.station, sent, actor=DEVICE, now=AT)
    assert isinstance(came[0], NonceReused)
    told = [one.result.value for one in came if not isinstance(one, NonceReused)]
    assert told == ["passed", "passed", "unknown", "passed"]  # Liu's was made before the one that came first
    assert len(set(line.db.scalars(select(Scan.id)))) == 4
