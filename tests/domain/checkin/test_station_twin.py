"""A station that can ask nobody says of every badge what the server says: its own script, with the roster that it is told,
against scans, at checkpoints of every kind, by the day and in a rehearsal.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from json import dumps, loads
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.paths import ROOT
from forumapp.core.sealed_fields import Seals
from forumapp.core.values.times import Span, at_zone
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.checkin.offline.roster import roster, salt_of
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.scanning.judgement import Read, scan
from forumapp.domain.checkin.scanning.override import Authorizer, let_pass
from forumapp.domain.checkin.setup.stations import station_of_device, station_of_organizer
from forumapp.domain.registration.capacity.statements import add_code, revoke_code
from forumapp.domain.registration.models import SessionSignUp, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus
from forumapp.domain.registration.types.services import update_type
from forumapp.web.public.checkin.offline import describe_roster, to_json
from tests.domain.checkin.test_scanning import AT, DEVICE, EVE, MINUTE, Desk
from tests.domain.conftest import BY
from tests.domain.delegations.test_coaches import Coaches
from tests.unit.checkin.test_twin import node

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.models import Checkpoint
    from tests.domain.conftest import Forum

ROSTER = ROOT / "static" / "checkin_roster.js"
ASK = """
import { Roster } from %s;
let text = "";
for await (const part of process.stdin) text += part;
const { told, codes, directions, at } = JSON.parse(text);
const roster = new Roster("", "", {});
roster.head = roster.headOf(told, told.types, told.delegations);
roster.fill(told.people);
const said = [];
for (const [place, code] of codes.entries()) {
    const found = await roster.find(code);
    said.push(found.length > 1 ? "several" : roster.judge(found[0], directions[place], at));
}
console.log(JSON.stringify(said));
"""
HOUR = timedelta(hours=1)
CONSUL = "Consul Guo"  # who stands for somebody, of whom a station is told nothing
# What a page cannot know: how many are on their way in beside it.
SERVER_ALONE = {Result.FULL, Result.DEPARTED, Result.UNDONE, Result.REHEARSAL_OVER}


def around(start: datetime, end: datetime) -> Span:
    zone = "America/Los_Angeles"
    return Span(*(at_zone(one, zone) for one in (start, end)))


@dataclass
class Twin:
    """A forum in which everything is that a checkpoint may ask for."""

    desk: Desk
    coaches: Coaches

    @property
    def db(self) -> DbSession:
        return self.desk.db

    def everyone(self) -> None:
        """Of every state, with codes of every kind: an old one, one that ends later, that of a place given away."""
        for number, status in enumerate(RegistrationStatus):
            row = self.desk.person(f"P{status.value.title()}")
            row.queue_number, row.offer_ends_at, row.status = number, AT, status
            if number % 2 == 0:
                row.is_vip, row.responsible_id = True, self.desk.forum.owner.id
            self.db.flush()
            admits = [["meals", "vip-room"], ["closed-sessions"], []][number % 3]
            update_type(self.db, self.desk.of, row.type_id, {"admits": admits}, version=1, **BY)
        for name, one in self.coaches.people.items():
            self.desk.codes[name] = add_code(self.db, self.desk.of, one)
        for name, when in (("Liu", AT - HOUR), ("Wang", AT + HOUR)):
            one = self.desk.people[name]
            revoke_code(self.db, one.id, now=when)
            self.desk.codes[f"{name} again"] = add_code(self.db, self.desk.of, one.id)
        gone = self.desk.person("Zhao")
        revoke_code(self.db, gone.id, now=AT - HOUR)
        gone.status, gone.replaced_by_id = RegistrationStatus.CANCELLED, self.desk.people["Liu"].id
        self.db.flush()

    def checkpoints(self) -> list[Any]:
        by: Any = self.desk.forum.by_owner
        said = {"code": "talk", "title": {"en": "Talk"}, "kind": SessionKind.PANEL}
        talk = create_session(self.db, self.desk.of, said, span=None, **by)
        for one in (self.desk.people["Liu"].id, self.coaches.people["Adams"]):
            self.db.add(SessionSignUp(edition_id=self.desk.of, session_id=talk.id, registration_id=one))
        self.db.flush()
        run = self.coaches.run(self.coaches.north)
        self.coaches.seat(run, "Adams", "Baker")
        new = self.desk.checkpoint
        return [
            self.desk.door,
            new("door", mode="in-out", span=around(AT - HOUR, AT + HOUR)),
            new("door", span=around(AT + MINUTE, AT + HOUR)),
            new("door", span=around(AT - HOUR, AT)),
            new("door", types=[self.desk.people["Wang"].type_id]),
            new("door", delegation_id=self.coaches.whole.id),
            new("door", delegation_id=self.coaches.hubei.id),
            new("vip", area="vip-room", mode="in-out"),
            new("vip", vips_only=True),
            new("meal", area="meals"),
            new("session", session_id=talk.id, mode="in-out"),
            new("session", session_id=talk.id, needs_sign_up=True),
            new("coach", coach_run_id=run.id),
            new("hand-out"),
        ]

    def answers(self, secret: str, at: datetime) -> tuple[list[str], list[str]]:
        """What the server says of each code in each direction, and what the page does."""
        rows = self.db.execute(select(TicketCode.code, TicketCode.short)).all()
        asked = list(product(["NOBODY22", *(one for row in rows for one in row)], Direction))
        station = station_of_device(self.db, secret, now=at)
        told = roster(self.db, station, salt=salt_of(Seals("a key"), self.desk.of), now=at)
        assert told
        server = [self.judged(secret, code, way, at) for code, way in asked]
        ways = [way if told.asks.mode == "in-out" else "in" for _code, way in asked]  # the page asks for none otherwise
        assert CONSUL not in to_json(describe_roster(station, told))
        sent = {"told": loads(to_json(describe_roster(station, told))), "codes": [code for code, _way in asked]}
        sent |= {"directions": ways, "at": int(at.timestamp() * 1000)}
        return server, page_says(sent)

    def let_in_by_word(self, place: Checkpoint, name: str, at: datetime) -> None:
        """Somebody whom the rules refuse, where that can be."""
        if place.coach_run_id is None:
            by: Any = self.desk.forum.by_owner | {"now": at - MINUTE}
            station = station_of_organizer(self.db, self.desk.of, place.id, **by)
            read = Read(self.desk.codes[name], f"{name} {place.id} {at}")
            let_pass(self.db, station, read, Authorizer(name=CONSUL), reason="A guest", **by)

    def judged(self, secret: str, code: str, way: Direction, at: datetime) -> str:
        """Nothing of it stays."""
        station = station_of_device(self.db, secret, now=at)
        trial = self.db.begin_nested()
        said = scan(self.db, station, Read(code, "trial", direction=way), actor=DEVICE, now=at)
        trial.rollback()
        return said.result.value


def page_says(sent: dict[str, Any]) -> list[str]:
    script = ASK % dumps(ROSTER.as_uri())
    whole = [node(), "--input-type=module", "-e", script]
    told = subprocess.run(whole, input=dumps(sent), capture_output=True, text=True, check=True, timeout=60)
    found: list[str] = loads(told.stdout)
    return found


@pytest.mark.one_database  # what the server says is tried on both elsewhere
def test_a_station_says_alone_what_the_server_says_of_every_badge_everywhere(session: DbSession, forum: Forum) -> None:
    coaches = Coaches(session, forum)
    twin = Twin(Desk(session, forum), coaches)
    twin.everyone()
    places, seen = twin.checkpoints(), set[str]()
    secrets = [twin.desk.device(place, f"At {number}") for number, place in enumerate(places)]
    rehearsal = twin.desk.rehearse()
    for at in (EVE, AT):
        for place, secret in zip(places, secrets, strict=True):
            for name in ("Wang", "Adams", "PConfirmed"):
                twin.desk.scan(name, at - MINUTE, secret=secret)  # who is inside by now
            twin.let_in_by_word(place, "PApplied", at)
            server, page = twin.answers(secret, at)
            assert page == server, (place.kind, place.id, at)
            seen.update(server)
        if at == EVE:
            twin.desk.end(rehearsal, EVE)
    assert seen == {one.value for one in set(Result) - SERVER_ALONE}
