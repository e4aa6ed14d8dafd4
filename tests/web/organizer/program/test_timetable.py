"""The timetable: what its script reads, what it costs, and what comes of each move."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import insert, select

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.findings.values import Finding
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session
from forumapp.domain.agenda.sessions.services import add_item, create_session, remove_session, update_session
from forumapp.domain.agenda.sessions.timetable import Mark
from forumapp.domain.agenda.severities import Severity
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.forums.models import Room, Venue
from forumapp.domain.forums.venues.services import create_room
from forumapp.domain.people.models import Person
from forumapp.web.organizer.program.timetable import _some_of_each_kind
from tests.web.organizer.house import BY, HOME, NOW, TOKEN, ZONE, browser_as, queries, row, rows, wall

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

PAGE = f"{HOME}/agenda/timetable"
MOST_QUERIES = 10
MOST_BYTES = 150_000
DAYS = [{"date": "2023-05-22", "label": "Mon 22 May 2023", "own": True}]
AT_TWO = {"start": "2023-05-22T14:00", "end": "2023-05-22T15:00"}


def data(browser: Browser, since: str = "", **headers: str) -> Any:
    answer = browser.get(f"{PAGE}.json", query_string={"since": since}, headers=headers)
    assert answer.status_code == 200
    return json.loads(answer.data)


def move(browser: Browser, session_id: int, **place: Any) -> TestResponse:
    found = TOKEN.search(browser.get(f"{HOME}/agenda/sessions/new").text)
    assert found
    return send(browser, found[1], session_id, **place)


def send(browser: Browser, token: str, session_id: int, **place: Any) -> TestResponse:
    address = f"{HOME}/agenda/sessions/{session_id}/place"
    return browser.post(address, json=place, headers={"X-CSRFToken": token})


def test_the_page_brings_the_script_its_words(house: House, owner: Browser) -> None:
    text = owner.get(PAGE).text

    assert 'data-editable="1"' in text
    assert "Pacific Daylight Time (UTC−7)" in text
    assert 'type="module" src="/static/timetable.js?v=' in text
    words = json.loads(html.fromstring(text).xpath("//@data-words")[0])
    assert [words[one] for one in ("zoneShort", "folds", "repeated")] == ["UTC−7", ["UTC−7", "UTC−8"], 60]
    assert "<script>" not in text
    assert "style=" not in text.partition("<main")[2]


def test_the_data_are_whole_at_first_and_then_what_changed(house: House, owner: Browser) -> None:
    first, second = house.session_ids
    whole = data(owner)
    assert [whole[part] for part in ("whole", "zone")] == [True, ZONE]
    assert whole["days"] == DAYS
    assert [room["name"] for room in whole["rooms"]] == ["Room A"]
    assert whole["people"] == {str(house.person_id): "Liu Chun"}
    assert whole["sessions"][0] == {
        "id": first, "version": 1, "start": "2023-05-22T09:00", "end": "2023-05-22T11:00", "room": house.room_id,
        "title": "Trade", "kind": "panel", "status": "confirmed", "people": [house.person_id],
    }  # fmt: skip

    with transaction() as db:
        update_session(db, house.edition_id, first, {}, Span(wall(14), wall(15)), version=1, **BY)
    changed = data(owner, whole["mark"])
    assert changed["whole"] is False
    assert (first, 2, "2023-05-22T14:00") in [(one["id"], one["version"], one["start"]) for one in changed["sessions"]]

    with transaction() as db:
        remove_session(db, house.edition_id, second, version=1, **BY)
    removed = data(owner, changed["mark"])
    assert (removed["whole"], [one["id"] for one in removed["sessions"]]) == (True, [first])


def test_what_is_known_already_is_not_sent_again(house: House, owner: Browser) -> None:
    answer = owner.get(f"{PAGE}.json")
    again = owner.get(f"{PAGE}.json", headers={"If-None-Match": answer.headers["ETag"]})
    other = owner.get(f"{PAGE}.json?lang=zh-Hans", headers={"If-None-Match": answer.headers["ETag"]})

    assert (again.status_code, again.data, other.status_code) == (304, b"", 200)
    # A mark that nobody gave says nothing.
    for strange in ("a.b.c", "a.1.²"):
        assert data(owner, strange)["whole"]
    assert Mark.read(f"a.1.{'9' * 5000}") is None


def test_findings_name_both_parties(house: House, owner: Browser) -> None:
    with transaction() as db:
        add_item(db, db.get_one(Session, house.session_ids[0]), {"title": {"en": "Film"}, "minutes": 10}, **BY)
    found = owner.get(f"{PAGE}/findings.json").json["findings"]

    told = [(one["blocking"], one["words"], one["sessions"]) for one in found]
    assert (True, "“Trade” and “Energy” are in Room A at the same time.", list(house.session_ids)) in told
    assert (
        True,
        "Liu Chun is needed in “Trade” and “Energy” at the same time.",
        list(house.session_ids),
    ) in told
    assert (False, "The title of “Film” in “Trade” is missing in Chinese.", [house.session_ids[0]]) in told


def test_more_findings_than_one_can_read_are_told_by_their_number(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = owner.get(f"{PAGE}/findings.json").json
    assert whole["rest"]["number"] == 0
    clashes = [one["blocking"] for one in whole["findings"]]
    assert clashes == sorted(clashes, reverse=True)

    monkeypatch.setattr("forumapp.web.organizer.program.timetable.MOST_FINDINGS", 1)
    told = owner.get(f"{PAGE}/findings.json").json
    assert told["findings"] == whole["findings"][:1]
    number = len(clashes) - 1
    words = f"{number} more findings are in the list"
    codes = Counter(one["code"] for one in whole["findings"][1:])
    assert told["rest"] == {"number": number, "words": words, "codes": codes, "clashing": list(house.session_ids)}


def test_no_kind_of_finding_hides_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def finding(code: str, severity: Severity, session_id: int) -> Finding:
        return Finding(code, (("session", session_id),), severity, {})

    many = [finding("panel-without-moderator", Severity.WARN, number) for number in range(9)]
    few = [finding("speaker-travel", Severity.WARN, number) for number in range(2)]
    clash = finding("room-clash", Severity.BLOCK, 1)
    monkeypatch.setattr("forumapp.web.organizer.program.timetable.MOST_FINDINGS", 5)
    shown, beyond = _some_of_each_kind([*many, *few, clash])
    assert shown == [clash, *many[:2], *few]
    assert beyond == many[2:]


def test_a_move_is_saved_with_few_queries_and_told_to_the_log(house: House, owner: Browser) -> None:
    second = house.session_ids[1]
    with transaction() as db:
        venue = db.scalars(select(Venue.id)).first()
        room_id = create_room(db, house.edition_id, {"code": "b", "venue_id": venue, "name": {"en": "B"}}, **BY).id
        update_session(db, house.edition_id, second, {"places": 20}, version=1, **BY)
    found = TOKEN.search(owner.get(f"{HOME}/agenda/sessions/new").text)
    assert found
    with queries() as sent:
        answer = send(owner, found[1], second, version=2, room=room_id, **AT_TWO)

    assert answer.status_code == 200
    assert answer.json == {"session": {"id": second, "version": 3, "room": room_id, **AT_TWO}, "days": DAYS}
    assert len(sent) <= MOST_QUERIES, "\n".join(sent)
    event = rows(select(AuditEvent).where(AuditEvent.entity == "session").order_by(AuditEvent.id.desc()))[0]
    assert (event.actor_id, event.entity_id, event.via.value) == (house.owner_id, second, "page")
    assert set(event.fields) == {"start_wall", "end_wall", "room_id"}


def test_out_of_the_timetable_and_back_into_all_rooms(house: House, owner: Browser) -> None:
    first = house.session_ids[0]
    out = move(owner, first, version=1, start=None)
    assert out.json["session"] == {"id": first, "version": 2, "minutes": 120}
    assert row(Session, first).span is None

    back = move(owner, first, version=2, allRooms=True, **AT_TWO)
    assert back.json["session"] == {"id": first, "version": 3, "allRooms": True, "minutes": 120, **AT_TWO}


def test_a_stale_move_is_refused_with_what_stands(house: House, owner: Browser) -> None:
    first = house.session_ids[0]
    move(owner, first, version=1, room=house.room_id, **AT_TWO)
    late = move(owner, first, version=1, start=None)

    assert late.status_code == 412
    assert late.json["code"] == "stale"
    assert late.json["session"] == {"id": first, "version": 2, "room": house.room_id, **AT_TWO}
    assert row(Session, first).version == 2


@pytest.mark.parametrize(
    ("place", "code", "ends"),
    [
        ({"start": "2023-03-12T02:30", "end": "2023-03-12T03:30"}, "time-does-not-exist", ["start"]),
        ({"start": "2023-11-05T01:00", "end": "2023-11-05T01:30"}, "time-is-ambiguous", ["start", "end"]),
        ({"start": "2023-05-22T10:00", "end": "2023-05-22T09:00"}, "ends-before-start", []),
        ({"start": "2023-05-22T10:00Z", "end": "2023-05-22T11:00"}, "not-a-time", []),
        ({"start": "1023-05-22T10:00", "end": "2023-05-22T11:00"}, "out-of-years", []),
        ({"start": "2023-05-22T10:00", "end": "2023-05-22T11:00", "zone": "Mars"}, "unknown-zone", ["start", "end"]),
        ({"start": "2023-05-22T10:00", "end": "2023-05-22T11:00", "room": 99999}, "unknown", []),
        ({"start": "2023-05-22T10:00", "end": "2023-05-22T11:00", "room": "Room A"}, "unknown", []),
        ({"start": "2023-11-05T01:00", "end": "2023-11-05T03:00", "startFold": True}, "time-is-ambiguous", ["start"]),
        ({"end": "2023-05-22T11:00"}, "required", []),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    house: House, owner: Browser, place: dict[str, Any], code: str, ends: list[str]
) -> None:
    answer = move(owner, house.session_ids[0], version=1, **place)

    assert (answer.status_code, answer.json["code"], answer.json["ends"]) == (422, code, ends)
    assert answer.json["words"].endswith(".")
    assert row(Session, house.session_ids[0]).version == 1


def test_a_time_that_comes_twice_is_saved_when_it_is_said_which(house: House, owner: Browser) -> None:
    first = house.session_ids[0]
    twice = {"start": "2023-11-05T01:00", "end": "2023-11-05T01:30", "startFold": 1, "endFold": 1}

    answer = move(owner, first, version=1, **twice).json
    assert answer["session"] == {"id": first, "version": 2, **twice}
    assert answer["days"] == [*DAYS, {"date": "2023-11-05", "label": "Sun 5 Nov 2023", "zone": "UTC−7 / UTC−8"}]
    assert row(Session, first).start_utc.hour == 9


@pytest.mark.parametrize("named", [{}, {"zone": "Asia/Shanghai", "endZone": "Asia/Tokyo"}])
def test_a_session_of_another_zone_stays_in_it(house: House, owner: Browser, named: dict[str, str]) -> None:
    first = house.session_ids[0]
    span = Span(Moment(datetime(2023, 5, 22, 8, 30), "Asia/Shanghai"), Moment(datetime(2023, 5, 22, 11), "Asia/Tokyo"))
    with transaction() as db:
        update_session(db, house.edition_id, first, {}, span, version=1, **BY)
    at = {"start": "2023-05-21T17:45", "end": "2023-05-21T19:15"}  # by the forum's clocks, as everything there

    assert next(one for one in data(owner)["sessions"] if one["id"] == first)["start"] == "2023-05-21T17:30"
    assert data(owner)["zones"] == {"Asia/Shanghai": "China (Shanghai) Time"}
    chinese = json.loads(owner.get(f"{PAGE}.json?lang=zh-Hans").data)
    assert chinese["zones"] == {"Asia/Shanghai": "中国（上海）时间"}
    told = move(owner, first, version=2, **at, **named).json["session"]
    assert told == {"id": first, "version": 3, "zone": "Asia/Shanghai", "endZone": "Asia/Tokyo", **at}
    moved = row(Session, first)
    assert [moved.start_wall, moved.end_wall] == [datetime(2023, 5, 22, 8, 45), datetime(2023, 5, 22, 11, 15)]
    assert [moved.start_utc, moved.end_utc] == [
        datetime(2023, 5, 22, 0, 45, tzinfo=UTC),
        datetime(2023, 5, 22, 2, 15, tzinfo=UTC),
    ]

    # Out of the timetable it has none, and comes back into the edition's.
    move(owner, first, version=3, start=None)
    assert "zone" not in move(owner, first, version=4, **AT_TWO).json["session"]
    assert row(Session, first).end_zone == ZONE


def test_only_who_may_change_the_agenda_moves_its_sessions(house: House, owner: Browser) -> None:
    viewer = browser_as(house, Role.VIEWER)
    token = TOKEN.search(viewer.get(f"{HOME}/agenda").text)
    assert token
    assert 'data-editable="0"' in viewer.get(PAGE).text
    assert data(viewer)["whole"]
    assert send(viewer, token[1], house.session_ids[0], version=1, **AT_TWO).status_code == 403
    assert send(owner, "no-token", house.session_ids[0], version=1, **AT_TWO).status_code == 400
    assert move(owner, 99999, version=1, **AT_TWO).status_code == 404
    assert row(Session, house.session_ids[0]).version == 1


@pytest.mark.one_database
def test_a_thousand_sessions_are_few_queries_and_little_weight(house: House, owner: Browser) -> None:
    fill(house)
    with queries() as sent:
        answer = owner.get(f"{PAGE}.json", headers={"Accept-Encoding": "gzip"})

    told = json.loads(gzip.decompress(answer.data))
    assert [len(told[part]) for part in ("sessions", "rooms", "people")] == [1000, 20, 1201]
    assert len(sent) <= MOST_QUERIES, "\n".join(sent)
    assert len(answer.data) < MOST_BYTES
    with queries() as checked:
        owner.get(f"{PAGE}/findings.json")
    assert len(checked) <= MOST_QUERIES + 6, "\n".join(checked)  # orders, and names of people, items and rooms beside
    with queries() as asked:
        again = owner.get(f"{PAGE}.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert len(asked) <= MOST_QUERIES // 2, asked


def fill(house: House) -> None:
    """A thousand sessions of three days in twenty rooms, with 1,200 speakers of names that do not repeat."""
    with transaction() as db:
        venue = db.scalars(select(Venue.id)).one()
        of = {"edition_id": house.edition_id, "created_at": NOW, "updated_at": NOW}
        halls = [
            {"code": f"r{one}", "name": {"en": f"Hall {one}", "zh-Hans": f"{one}号厅"}, "venue_id": venue, **of}
            for one in range(2, 21)
        ]
        db.execute(insert(Room), halls)
        people = [
            {"latin_family": f"Fam{one * 7919 % 9973}", "latin_given": f"Giv{one * 104729 % 99991}",
             "native_full": chr(0x4E00 + one * 13 % 20000) + chr(0x4E00 + one * 7 % 20000)}
            for one in range(1200)
        ]  # fmt: skip
        db.execute(insert(Person), people)
        ids = db.scalars(select(Person.id).order_by(Person.id.desc()).limit(1200)).all()
        rooms = db.scalars(select(Room.id)).all()
        for one in range(998):
            title = {
                "en": f"Session {one} on {chr(65 + one % 26)}{one * 7919} and the corridors of trade {one * 31 % 977}",
                "zh-Hans": "".join(chr(0x4E00 + one * step % 20000) for step in (17, 29, 41, 53, 67, 79)) + "合作论坛",
            }
            values = {"code": f"s{one}", "title": title, "kind": "panel", "room_id": rooms[one % 20]}
            hour = 8 + one // 20 % 10
            made = create_session(db, house.edition_id, values, Span(wall(hour), wall(hour, 50)), **BY)
            people_of = [ids[(one * 3 + place) % 1200] for place in range(3)]
            db.execute(
                insert(RoleAssignment),
                [
                    {"session_id": made.id, "person_id": who, "role": "speaker", "position": place,
                     "status": AssignmentStatus.CONFIRMED, **of}
                    for place, who in enumerate(people_of)
                ],
            )  # fmt: skip
