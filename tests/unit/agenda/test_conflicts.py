"""What is wrong with a session, alone or beside another, over plain values: one row a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forumapp.domain.agenda.findings.board import find_all
from forumapp.domain.agenda.findings.values import Booked, Channel, Frame, Item, Part, Seats
from forumapp.domain.agenda.severities import DEFAULTS, NEVER_IGNORED, Severities, Severity, may_be

DAY = date(2023, 5, 22)
NINE = datetime(2023, 5, 22, 16, tzinfo=UTC)  # in Los Angeles
BOTH = {"en": "Talk", "zh-Hans": "演讲"}
HALL, CABIN = 1, 2
FRAME = Frame(
    ("en", "zh-Hans"),
    (DAY, DAY + timedelta(days=1)),
    {HALL: Seats(200, {"banquet": 90}), CABIN: Seats(0)},
    available={7: ((NINE, NINE + timedelta(hours=1)), (NINE + timedelta(hours=1), NINE + timedelta(hours=3)))},
    zone="America/Los_Angeles",
)


def at(begin: int = 0, minutes: int = 60, one: int = 1, **values: Any) -> Booked:
    """A keynote that begins so many minutes after nine."""
    start = NINE + timedelta(minutes=begin)
    given = {"kind": "keynote", "title": BOTH, **values}
    return Booked(id=one, start=start, end=start + timedelta(minutes=minutes), **given)


def codes(*sessions: Booked, frame: Frame = FRAME) -> list[tuple[str, dict[str, Any]]]:
    return [(finding.code, finding.details) for finding in find_all(sessions, frame)]


def by(*people: int, role: str = "speaker", **values: Any) -> tuple[Part, ...]:
    return tuple(Part(one, role, **values) for one in people)


INTERPRETED: dict[str, Any] = {"interpretation": "simultaneous", "channels": (Channel(5, 1, "en"), Channel(6, 2, "zh"))}
BOOTH = (
    *by(11, 12, role="interpreter", channel=5),
    *by(13, 14, role="interpreter", channel=6),
)
ITEMS = (Item(21, 0, 30), Item(22, 30, 30, mode="consecutive"))


@pytest.mark.parametrize(
    ("session", "found"),
    [
        pytest.param(at(), [], id="nothing"),
        pytest.param(at(-24 * 60), [("outside-edition", {})], id="the day before"),
        pytest.param(at(36 * 60, 210), [], id="a dinner that ends after midnight"),
        pytest.param(at(48 * 60), [("outside-edition", {})], id="the day after"),
        pytest.param(at(0, 16 * 60), [], id="a long day"),
        pytest.param(at(0, 17 * 60), [("too-long", {"hours": 17})], id="a slip in the dates"),
        pytest.param(at(clock=(("end", "gap"),)), [("clock-change", {"end": "end", "why": "gap"})], id="a gap"),
        pytest.param(at(items=ITEMS), [("interpreter-missing", {})], id="an item is interpreted"),
        pytest.param(at(minutes=50, items=ITEMS[:1] * 2), [], id="items that fit"),
        pytest.param(
            at(minutes=50, items=(ITEMS[0], replace(ITEMS[1], mode="none"))),
            [("items-longer-than-session", {"minutes": 10})],
            id="items that do not fit",
        ),
        pytest.param(
            Booked(1, BOTH, kind="keynote", planned=55, confirmed=False, items=(ITEMS[0], replace(ITEMS[1], mode="none"))),
            [("items-longer-than-session", {"minutes": 5})],
            id="nor in what is planned",
        ),
        pytest.param(Booked(1, BOTH, kind="keynote"), [("confirmed-without-time", {})], id="no time"),
        pytest.param(Booked(1, BOTH, kind="keynote", confirmed=False), [], id="no time, tentative"),
        pytest.param(at(room=HALL, audience=200, places=199), [], id="a full hall"),
        pytest.param(
            at(room=HALL, audience=80, places=201), [("room-too-small", {"people": 201, "seats": 200})], id="too many"
        ),
        pytest.param(
            at(room=HALL, layout="banquet", audience=91),
            [("room-too-small", {"people": 91, "seats": 90})],
            id="too many at tables",
        ),
        pytest.param(at(room=CABIN, audience=900), [], id="nobody knows what it holds"),
        pytest.param(at(kind="panel", parts=by(1)), [("panel-without-moderator", {})], id="a panel without a moderator"),
        pytest.param(at(kind="panel", parts=by(1, role="moderator")), [], id="a panel with one"),
        pytest.param(at(kind="panel", parts=by(1, role="chair")), [], id="a panel with a chair"),
        pytest.param(
            at(items=(Item(21, 0, 30, "panel"),)), [("panel-without-moderator", {})], id="a panel within a session"
        ),
        pytest.param(at(items=(Item(21, 0, 30, "panel"),), parts=by(1, role="moderator", item=21)), [], id="with one"),
        pytest.param(at(parts=by(1, confirmed=False)), [("speaker-unconfirmed", {})], id="an invited speaker"),
        pytest.param(at(parts=by(1), declined=(2,)), [("speaker-declined", {})], id="one who does not come"),
        pytest.param(
            at(title={"en": "Talk"}, abstract={"zh-Hans": "演讲"}),
            [
                ("missing-translation", {"part": "title", "language": "zh-Hans"}),
                ("missing-translation", {"part": "abstract", "language": "en"}),
            ],
            id="half said",
        ),
        pytest.param(
            at(items=(Item(21, 0, 30, title=BOTH), Item(22, 30, 30, title={"en": "Talk", "zh-Hans": ""}), Item(23, 60, 0))),
            [("missing-translation", {"part": "item", "language": "zh-Hans"})],
            id="an item half said",
        ),
        pytest.param(at(parts=by(7)), [], id="free at nine"),
        pytest.param(at(60, 120, parts=by(7)), [], id="free without a break"),
        pytest.param(at(150, parts=by(7)), [("speaker-unavailable", {})], id="free until twelve"),
        pytest.param(at(150, items=ITEMS[:1], parts=by(7, item=21)), [], id="their item is over by then"),
        pytest.param(at(-1, items=(Item(21, 1, 59),), parts=by(7, item=21)), [], id="their item begins in time"),
        pytest.param(at(parts=BOOTH, **INTERPRETED), [], id="two in each booth"),
        pytest.param(at(interpretation="consecutive"), [("interpreter-missing", {})], id="nobody interprets"),
        pytest.param(
            at(parts=BOOTH[:2], **INTERPRETED), [("interpreter-missing", {"channel": 2, "language": "zh"})], id="an empty booth"
        ),
        pytest.param(at(parts=BOOTH[:3], **INTERPRETED), [("interpreter-alone", {"minutes": 60})], id="alone in a booth"),
        pytest.param(at(minutes=40, parts=BOOTH[:3], **INTERPRETED), [], id="alone for as long as one can be"),
        pytest.param(
            at(items=ITEMS[:1], parts=(*by(11, role="interpreter"), *by(12, role="interpreter", item=21)),
               interpretation="simultaneous"),
            [], id="relieved for half an hour",
        ),
        pytest.param(
            at(items=(Item(21, 5, 1),), parts=(*by(11, role="interpreter"), *by(12, role="interpreter", item=21)),
               interpretation="simultaneous"),
            [("interpreter-alone", {"minutes": 54})], id="relieved for one minute",
        ),
        pytest.param(
            at(items=ITEMS, parts=by(11, role="interpreter", item=21)), [("interpreter-missing", {})], id="of another item"
        ),
        pytest.param(at(items=ITEMS, parts=by(11, role="interpreter", item=22)), [], id="of the item"),
        pytest.param(
            at(minutes=121, interpretation="consecutive", parts=by(11, 12, role="interpreter")),
            [("interpreter-without-rest", {"minutes": 121})] * 2,
            id="no break",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_session(session: Booked, found: list[tuple[str, dict[str, Any]]]) -> None:
    assert codes(session) == found


IN_HALL: dict[str, Any] = {"room": HALL}
ALL: dict[str, Any] = {"in_all_rooms": True, "kind": "break"}
SPEAKS: dict[str, Any] = {"parts": by(1)}
INTERPRETS: dict[str, Any] = {"interpretation": "consecutive", "parts": by(11, role="interpreter")}
SECOND = (Item(31, 0, 30), Item(32, 30, 30))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        pytest.param(at(**IN_HALL), at(30, one=2, **IN_HALL), [("room-clash", {})], id="one room"),
        pytest.param(at(**IN_HALL), at(30, one=2, room=CABIN), [], id="two rooms"),
        pytest.param(at(), at(30, one=2), [], id="no room yet"),
        pytest.param(at(**IN_HALL), at(60, one=2, **IN_HALL), [], id="one after the other"),
        pytest.param(
            at(changeover=5, **IN_HALL), at(70, one=2, setup=10, **IN_HALL), [("room-changeover", {"minutes": 5})],
            id="too short a break",
        ),
        pytest.param(at(changeover=5, **IN_HALL), at(75, one=2, setup=10, **IN_HALL), [], id="just long enough"),
        pytest.param(at(**IN_HALL), at(one=2, **ALL), [("all-rooms-clash", {})], id="beside a break"),
        pytest.param(at(**IN_HALL), at(one=2, **IN_HALL, **ALL), [("all-rooms-clash", {})], id="in the plenary's room"),
        pytest.param(
            at(kind="closed-door", **IN_HALL), at(one=2, **IN_HALL, **ALL), [("room-clash", {})], id="closed doors in its room",
        ),
        pytest.param(at(setup=30, **IN_HALL), at(-60, one=2, **ALL), [], id="set up in the break"),
        pytest.param(at(), at(one=2, **ALL), [], id="in no room beside a break"),
        pytest.param(at(kind="closed-door", **IN_HALL), at(one=2, **ALL), [], id="behind closed doors"),
        pytest.param(at(**ALL), at(one=2, **ALL), [("all-rooms-clash", {})], id="two breaks"),
        pytest.param(at(**SPEAKS), at(59, one=2, **SPEAKS), [("person-clash", {})], id="one speaker"),
        pytest.param(at(**SPEAKS), at(60, one=2, **SPEAKS), [], id="one speaker, one after the other"),
        pytest.param(
            at(items=ITEMS[:1], parts=by(1, item=21)), at(30, one=2, **SPEAKS), [], id="their item is over",
        ),
        pytest.param(
            at(items=ITEMS[:1], parts=by(1, item=21)), at(0, one=2, items=SECOND, parts=by(1, item=32)), [],
            id="from one item to another",
        ),
        pytest.param(
            at(items=ITEMS[:1], parts=(*by(1, item=21), *by(1, role="moderator"))), at(30, one=2, **SPEAKS),
            [("person-clash", {})], id="they lead all of it",
        ),
        pytest.param(
            at(**INTERPRETS), at(65, 20, one=2, **INTERPRETS), [("interpreter-back-to-back", {"minutes": 5})], id="in a hurry"
        ),
        pytest.param(at(**INTERPRETS), at(70, 60, one=2, **INTERPRETS), [], id="a break of ten minutes"),
        pytest.param(
            at(**INTERPRETS), at(65, 60, one=2, **INTERPRETS),
            [("interpreter-back-to-back", {"minutes": 5}), ("interpreter-without-rest", {"minutes": 125})],
            id="two sessions without a break",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_two_sessions(one: Booked, other: Booked, found: list[tuple[str, dict[str, Any]]]) -> None:
    assert codes(one, other) == codes(other, one) == found


def test_who_goes_on_to_the_next_session_is_told_of_beside_a_third_and_once() -> None:
    beside = [at(**INTERPRETS), at(10, 10, one=2, **INTERPRETS), at(65, 20, one=3, **INTERPRETS)]
    hurries = [one for one in find_all(beside, FRAME) if one.code == "interpreter-back-to-back"]
    assert [(one.sessions, one.details) for one in hurries] == [((1, 3), {"minutes": 5})]
    turns = tuple(Item(20 + place, place * 10, 10, mode="consecutive") for place in range(4))
    there = by(11, item=20, role="interpreter") + by(11, item=22, role="interpreter")
    in_turns = [at(items=turns, parts=there), at(10, one=2, items=turns, parts=there)]
    hurries = [one for one in find_all(in_turns, FRAME) if one.code == "interpreter-back-to-back"]
    assert [(one.sessions, one.details) for one in hurries] == [((1, 2), {"minutes": 0})]


def test_both_sides_are_named_in_order_of_time() -> None:
    later, sooner = at(30, one=1, room=HALL, parts=by(1)), at(0, one=2, room=HALL, parts=by(1))
    sessions = (("session", 2), ("session", 1))
    assert [(one.code, one.parties, one.severity) for one in find_all([later, sooner], FRAME)] == [
        ("person-clash", (*sessions, ("person", 1)), Severity.BLOCK),
        ("room-clash", (*sessions, ("room", HALL)), Severity.BLOCK),
    ]
    assert find_all([replace(sooner, room=None, in_all_rooms=True, parts=()), later], FRAME)[0].parties == (
        *sessions, ("room", HALL),
    )  # fmt: skip


def test_an_edition_says_what_blocks_and_what_is_ignored() -> None:
    severities = Severities.chosen({"room-clash": Severity.IGNORE, "panel-without-moderator": Severity.BLOCK}).of
    sessions = [at(room=HALL, kind="panel"), at(one=2, room=HALL)]
    found = find_all(sessions, replace(FRAME, severities=severities))
    assert [(one.code, one.blocking) for one in found] == [("panel-without-moderator", True)]


def test_that_a_person_is_in_two_places_can_not_be_ignored() -> None:
    may = {code: [severity.value for severity in Severity if may_be(code, severity)] for code in DEFAULTS}
    assert {code for code, those in may.items() if "ignore" not in those} == set(NEVER_IGNORED)
    assert "person-clash" in NEVER_IGNORED
    assert all(those[:2] == ["block", "warn"] for those in may.values())
    assert not may_be("no-such-finding", Severity.WARN)
    assert Severities.chosen({"person-clash": Severity.IGNORE}).of == DEFAULTS


TOWN = replace(FRAME, venues={HALL: (1, 30), CABIN: (2, 45)}, available={})


@pytest.mark.parametrize(
    ("sessions", "lacking"),
    [
        pytest.param((at(room=HALL), at(80, one=2, room=CABIN)), [25], id="the longer of both venues counts"),
        pytest.param((at(room=HALL), at(105, one=2, room=CABIN)), [], id="just enough"),
        pytest.param((at(room=HALL), at(60, one=2, room=HALL)), [], id="one venue"),
        pytest.param((at(room=HALL), at(60, one=2)), [], id="without a room"),
        pytest.param((at(room=HALL), at(30, one=2, room=CABIN)), [], id="at once is a clash already"),
        pytest.param((at(80, one=2, room=CABIN), at(room=HALL)), [25], id="in any order"),
    ],
)
def test_a_speaker_needs_time_to_get_from_one_venue_to_another(sessions: Any, lacking: list[int]) -> None:
    found = find_all([replace(one, parts=by(1)) for one in sessions], TOWN)
    travel = [one for one in found if one.code == "speaker-travel"]
    assert [one.details["minutes"] for one in travel] == lacking
    assert [one.parties for one in travel] == [(("session", 1), ("session", 2), ("person", 1))] * len(lacking)
    others = find_all([replace(one, parts=by(n)) for n, one in enumerate(sessions, 1)], TOWN)
    assert "speaker-travel" not in {one.code for one in others}
