"""The public agenda by place, topic, session, version and pick; days with a change of clocks and a late dinner."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from lxml import html
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.models import Session, SessionKind, SessionStatus
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition, Venue
from forumapp.domain.forums.venues.services import create_room
from forumapp.web.public.agenda import grid, pages
from forumapp.web.public.agenda.cached_answers import Front
from forumapp.web.wording.words import whole_times
from tests.web.changing import spring
from tests.web.conftest import BY, ZONE, publish, set_up
from tests.web.forms import token_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

SITE = "/forum-2023"
AGENDA = f"{SITE}/agenda"


@pytest.fixture
def changing(app: Flask) -> int:
    with transaction() as db:
        return spring(db)


def codes(text: str) -> list[str]:
    return [str(one) for one in html.fromstring(text).xpath("//article[contains(@class, 'session')]/@id")]


def events(answer: Any) -> dict[str, Any]:
    return {str(one["uid"]).partition("@")[0]: one for one in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_a_day_on_which_the_clocks_change_is_right_on_the_page(client: FlaskClient, changing: int) -> None:
    page = html.fromstring(client.get(f"{AGENDA}?lang=en").text)
    spans = {one.get("id"): one.xpath("string(.//p[@class='session-time'])") for one in page.xpath("//article")}

    assert {code: " ".join(text.split()) for code, text in spans.items()} == {
        "plenary": "01:30 UTC−8–03:30 UTC−7",
        "left": "04:00–05:00",
        "right": "04:00–05:00",
        "pause": "05:00–05:15",
        "dinner": "22:00–00:30 next day",
    }
    # One day, for the dinner belongs to its evening; in order of time, whatever a grid makes of it.
    assert page.xpath("//section[@class='day']/h2/text()") == ["Sun 8 Mar 2026"]
    assert page.xpath("//p[contains(@class, 'grid-room')]//text()") == ["Room a", "Room b"]
    across = page.xpath("//article[contains(@class, 'session-across')]/@id")
    assert across == ["plenary", "pause", "dinner"]


def test_a_day_on_which_the_clocks_change_is_right_in_calendars(client: FlaskClient, changing: int) -> None:
    answer = client.get(f"{AGENDA}.ics")
    found = events(answer)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.text

    places = {code: str(one.get("location", "")) for code, one in found.items()}
    assert (places["plenary"], places["left"], places["dinner"]) == ("All rooms", "Room a, Hall", "Room a, Hall")
    assert str(events(client.get(f"{AGENDA}.ics?lang=zh-Hans"))["plenary"]["location"]) == "所有会场"
    lengths = {code: one["dtend"].dt.astimezone(UTC) - one["dtstart"].dt.astimezone(UTC) for code, one in found.items()}
    assert lengths["plenary"] == timedelta(hours=1)
    assert lengths["dinner"] == timedelta(hours=2, minutes=30)
    assert found["plenary"]["dtstart"].dt.isoformat() == "2026-03-08T01:30:00-08:00"
    assert found["plenary"]["dtend"].dt.isoformat() == "2026-03-08T03:30:00-07:00"
    assert found["dinner"]["dtend"].dt.isoformat() == "2026-03-09T00:30:00-07:00"
    zone = Calendar.from_ical(answer.data).walk("VTIMEZONE")
    assert [str(one["tzid"]) for one in zone] == [ZONE]
    offsets = {str(part.name): part["tzoffsetto"].td for part in zone[0].subcomponents}
    assert offsets == {"STANDARD": timedelta(hours=-8), "DAYLIGHT": timedelta(hours=-7)}


def test_what_happens_elsewhere_has_the_time_of_its_place_beside_the_forums(client: FlaskClient, changing: int) -> None:
    ends = [Moment(datetime(2026, 3, 9, hour, 30), "Asia/Shanghai") for hour in (8, 10)]
    with transaction() as db:
        link = {"code": "link", "title": {"en": "Link"}, "kind": SessionKind.VISIT}
        agenda.create_session(db, changing, link, Span(*ends), **BY)
        publish(db, changing)
    shown = html.fromstring(client.get(f"{AGENDA}?lang=en").text).xpath("string(//article[@id='link']/p)")
    event = events(client.get(f"{AGENDA}.ics"))["link"]

    assert " ".join(shown.split()) == "17:30–19:30 08:30–10:30 China Standard Time (UTC+8)"
    assert event["dtstart"].dt == ends[0].utc


def test_a_stylesheet_puts_the_sessions_side_by_side_and_is_kept_for_good(client: FlaskClient, changing: int) -> None:
    page = html.fromstring(client.get(AGENDA).text)
    address = next(one for one in page.xpath("//link/@href") if "agenda.css?v=" in one and "/v/1/" in one)
    style = client.get(address)

    assert '#g-2026-03-08>[id="plenary"]{grid-area:2/2/3/4}' in style.text
    assert '#g-2026-03-08>[id="right"]{grid-area:4/3/5/4}' in style.text
    assert ".k-trade{--track:#123456}" in style.text
    assert style.headers["Cache-Control"].endswith("immutable")
    assert client.get(address.partition("?")[0]).headers["Cache-Control"] == "no-cache"


def test_more_rooms_than_fit_are_scrolled_by_keys_too_and_it_is_said(client: FlaskClient, changing: int) -> None:
    assert "grid-scroll" not in client.get(AGENDA).text
    hour = Span(*(Moment(datetime(2026, 3, 8, at), ZONE) for at in (6, 7)))
    with transaction() as db:
        venue_id = db.scalars(select(Venue.id).where(Venue.edition_id == changing)).one()
        for code in ("c", "d", "e", "f", "g", "h"):
            room = create_room(db, changing, {"code": code, "venue_id": venue_id, "name": {"en": code}}, **BY)
            panel = {"code": f"in-{code}", "title": {"en": code}, "kind": SessionKind.PANEL, "room_id": room.id}
            agenda.create_session(db, changing, panel, hour, **BY)
        publish(db, changing)
    frame = html.fromstring(client.get(f"{AGENDA}?lang=en").text).xpath("//div[@role='region']")[0]
    hint = frame.getroottree().xpath(f"//p[@id='{frame.get('aria-describedby')}']/text()")

    assert (frame.get("tabindex"), frame.get("aria-labelledby")) == ("0", "d-2026-03-08")
    assert hint == ["8 columns side by side. Where they do not all fit, scroll sideways or use the arrow keys."]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/rooms/a", ["plenary", "left", "pause", "dinner"]),
        ("/tracks/trade", ["left", "right"]),
        ("/kinds/panel", ["left", "right"]),
        ("?day=2026-03-08", ["plenary", "left", "right", "pause", "dinner"]),
        ("?day=2026-03-09", []),
        ("?day=nonsense&q=mary", ["right"]),
        ("?q=SMITH+right", ["right"]),
        ("?q=<script>", []),
    ],
)
def test_the_agenda_is_read_by_day_place_topic_and_words(
    client: FlaskClient, changing: int, path: str, expected: list[str]
) -> None:
    answer = client.get(f"{AGENDA}{path}")

    assert (answer.status_code, codes(answer.text)) == (200, expected)
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/rooms/z", "/tracks/z", "/kinds/visit", "/kinds/z", "/sessions/z", "/v/9", "/v/1/sessions/z", ".ics?room=z"],
)
def test_what_is_not_in_the_agenda_is_not_there(client: FlaskClient, changing: int, path: str) -> None:
    assert client.get(f"{AGENDA}{path}").status_code == 404


def test_titles_stand_in_one_language_where_one_is_enough(client: FlaskClient, changing: int) -> None:
    assert "会议" in client.get(f"{AGENDA}?lang=en").text
    assert "会议" not in client.get(f"{AGENDA}?lang=en&languages=one").text
    assert "languages=one&amp;lang=zh-Hans" in client.get(f"{AGENDA}?lang=en&languages=one").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("room=b", {"plenary", "right", "pause"}),
        ("track=trade", {"left", "right"}),
        ("room=a&track=trade", {"left"}),
        ("track=trade&picks=dinner.left", {"left"}),
        ("picks=dinner.left.gone", {"dinner", "left"}),
        ("", {"plenary", "left", "right", "pause", "dinner"}),
    ],
)
def test_calendars_hold_what_they_are_of(client: FlaskClient, changing: int, query: str, expected: set[str]) -> None:
    answer = client.get(f"{AGENDA}.ics?{query}")
    again = client.get(f"{AGENDA}.ics?{query}", headers={"If-None-Match": answer.headers["ETag"]})

    assert events(answer).keys() == expected
    assert again.status_code == 304


def test_a_version_stays_as_it_was_and_leads_to_the_one_that_stands(client: FlaskClient, changing: int) -> None:
    with transaction() as db:
        row = db.scalars(select(Session).where(Session.code == "left")).one()
        changes = {"title": {"en": "Renamed"}, "status": SessionStatus.CANCELLED}
        agenda.update_session(db, changing, row.id, changes, version=row.version, **BY)
        row = db.scalars(select(Session).where(Session.code == "right")).one()
        unsure = {"status": SessionStatus.TENTATIVE}
        agenda.update_session(db, changing, row.id, unsure, version=row.version, **BY)
        publish(db, changing)

    old, new = client.get(f"{AGENDA}/v/1/sessions/left"), client.get(f"{AGENDA}/sessions/left")
    whole = client.get(f"{AGENDA}/v/1")
    feeds = events(client.get(f"{AGENDA}.ics"))
    feed = feeds["left"]

    assert ("Left" in old.text, "Renamed" in old.text, "Renamed" in new.text) == (True, False, True)
    assert 'href="/forum-2023/agenda/sessions/left"' in old.text
    assert "This is version 1 of the agenda" in whole.text
    assert 'href="/forum-2023/agenda/changes?version=2"' in client.get(AGENDA).text
    assert 'href="/forum-2023/agenda/v/1/sessions/right"' in whole.text
    assert [one.headers.get("X-Robots-Tag") for one in (old, whole, new)] == ["noindex", "noindex", None]
    assert (str(feed["status"]), feed["sequence"]) == ("CANCELLED", 2)
    assert [str(feeds[code]["status"]) for code in ("right", "plenary")] == ["TENTATIVE", "CONFIRMED"]
    assert client.get(f"{AGENDA}/v/2").headers.get("X-Robots-Tag") == "noindex"


def test_a_session_leads_to_what_is_before_and_after_it_in_its_room(client: FlaskClient, changing: int) -> None:
    def ways(code: str) -> list[str]:
        page = html.fromstring(client.get(f"{AGENDA}/sessions/{code}?lang=en").text)
        return [" ".join(one.text_content().split()) for one in page.xpath("//nav[@class='session-ways']//a")]

    assert ways("right") == ["Before · 01:30 · All roomsPlenary", "After · 05:00 · All roomsPause"]
    assert ways("plenary") == ["After · 04:00 · Room aLeft", "After · 04:00 · Room bRight"]
    assert ways("dinner") == ["Before · 05:00 · All roomsPause"]


def test_search_engines_read_the_forum_and_its_sessions(client: FlaskClient, changing: int) -> None:
    with transaction() as db:
        row = db.scalars(select(Session).where(Session.code == "left")).one()
        agenda.update_session(db, changing, row.id, {"title": {"en": "</script><b>&"}}, version=row.version, **BY)
        publish(db, changing)

    def linked(path: str) -> dict[str, Any]:
        found = html.fromstring(client.get(path).text).xpath("//script[@type='application/ld+json']/text()")
        return json.loads(found[0])

    whole, one = linked(AGENDA), linked(f"{AGENDA}/sessions/right")
    assert linked(SITE).keys() == whole.keys() - {"subEvent"}
    assert [part["name"] for part in whole["subEvent"]] == ["Plenary", "</script><b>&", "Right", "Pause", "Dinner"]
    assert whole["subEvent"][0]["startDate"] == "2026-03-08T01:30:00-08:00"
    assert (one["@type"], one["superEvent"]["name"], one["location"]["name"]) == ("Event", "Forum 2023", "Room b")
    assert whole["subEvent"][0]["location"] == {"@type": "Place", "name": "All rooms"}
    assert one["performer"] == [{"@type": "Person", "name": "Mary Smith"}]


def test_what_runs_now_is_told_by_the_clock(
    client: FlaskClient, changing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 8, 11, 30, tzinfo=UTC))  # 04:30 there
    answer = client.get(f"{AGENDA}/now?lang=en")
    found = html.fromstring(answer.text).xpath("//ul[@class='now-list']/li//a[contains(@href, '/sessions/')]/text()")

    assert found == ["Left", "Right", "Pause"]
    assert "max-age=30" in answer.headers["Cache-Control"]


def test_what_is_made_at_each_look_reads_a_version_once(
    client: FlaskClient, changing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"{AGENDA}/{path}" for path in ("now", "screen", "screen/a", "picks", "now")]
    assert client.get(f"{AGENDA}/now").status_code == 200
    read: list[Any] = []
    monkeypatch.setattr(queries, "published_agenda", lambda version: read.append(version.number))
    monkeypatch.setattr(grid, "stylesheet", lambda *_: read.append("style"))
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)
    assert read == []
    monkeypatch.undo()
    with transaction() as db:
        row = db.scalars(select(Session).where(Session.code == "left")).one()
        agenda.update_session(db, changing, row.id, {"title": {"en": "Renamed"}}, version=row.version, **BY)
        publish(db, changing)

    assert "Renamed" in client.get(f"{AGENDA}/picks?session=left&lang=en").text


def test_picks_are_kept_in_a_cookie_of_this_forum_alone(client: FlaskClient, changing: int) -> None:
    token = token_of(client, f"{AGENDA}/picks?session=left")
    for code in ("left", "right", "gone"):
        sent = client.post(f"{AGENDA}/picks", data={"csrf_token": token, "session": code, "do": "add"})
    cookie = client.get_cookie("picks", path="/forum-2023")
    mine = client.get(f"{AGENDA}/picks?lang=en")

    assert cookie is not None
    assert (cookie.value, sent.status_code) == ("left.right", 303)
    assert codes(mine.text) == ["left", "right"]
    assert mine.text.count("At the same time as") == 2
    assert "agenda.ics?picks=left.right" in mine.text
    assert mine.headers["Cache-Control"] == "private, no-store"
    client.post(f"{AGENDA}/picks", data={"csrf_token": token, "session": "left", "do": "remove"})
    assert codes(client.get(f"{AGENDA}/picks").text) == ["right"]


def test_the_calendar_of_picks_follows_what_is_moved_cancelled_and_taken_out(
    client: FlaskClient, changing: int
) -> None:
    address = f"{AGENDA}.ics?picks=left.right.dinner"
    tag = client.get(address).headers["ETag"]
    with transaction() as db:
        left, right, dinner = (
            db.scalars(select(Session).where(Session.code == code)).one() for code in ("left", "right", "dinner")
        )
        later = Span(*(Moment(datetime(2026, 3, 8, hour), ZONE) for hour in (6, 7)))
        agenda.update_session(db, changing, left.id, {}, later, version=left.version, **BY)
        agenda.update_session(db, changing, right.id, {"status": "cancelled"}, version=right.version, **BY)
        agenda.remove_session(db, changing, dinner.id, version=dinner.version, **BY)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304  # nothing is published yet
    with transaction() as db:
        publish(db, changing)
    answer = client.get(address, headers={"If-None-Match": tag})
    found = events(answer)

    assert (answer.status_code, found.keys()) == (200, {"left", "right"})
    assert found["left"]["dtstart"].dt.isoformat() == "2026-03-08T06:00:00-07:00"
    assert [str(found[code]["status"]) for code in ("left", "right")] == ["CONFIRMED", "CANCELLED"]
    assert [found[code]["sequence"] for code in ("left", "right")] == [2, 2]


def test_a_speaker_has_a_page_and_a_calendar(client: FlaskClient, changing: int) -> None:
    speakers = html.fromstring(client.get(f"{SITE}/speakers").text)
    address = speakers.xpath("//ol[@class='speakers']//h2/a/@href")[0]
    page = client.get(address)
    number = address.rpartition("/")[2]

    assert ("Mary Smith" in page.text, "/agenda/sessions/right" in page.text) == (True, True)
    assert events(client.get(f"{AGENDA}.ics?speaker={number}")).keys() == {"right"}
    assert client.get(f"{SITE}/speakers/{int(number) + 1}").status_code == 404
    assert client.get(f"{AGENDA}.ics?speaker=x").status_code == 404


def test_a_sentence_keeps_a_time_range_whole_and_marks_nothing_else() -> None:
    whole = whole_times("From <b> 10:15–11:45 to 10:30–11:45.")

    assert whole == (
        'From &lt;b&gt; <span class="unbroken">10:15–11:45</span> to <span class="unbroken">10:30–11:45</span>.'
    )


def test_every_calendar_stands_where_one_subscribes(client: FlaskClient, changing: int) -> None:
    page = html.fromstring(client.get(f"{AGENDA}/subscribe?lang=en").text)

    assert [one.partition("?")[2] for one in page.xpath("//input[@readonly]/@value")] == [
        "lang=en",
        "room=a&lang=en",
        "room=b&lang=en",
        "track=trade&lang=en",
    ]
    assert all(one.startswith("webcal://") for one in page.xpath("//a[starts-with(@href, 'webcal')]/@href"))


def front_of(app: Flask) -> Front:
    """What answers before the framework, behind what does so for scans."""
    found: Any = app.wsgi_app
    while not isinstance(found, Front):
        found = found._below
    return found


@pytest.mark.parametrize(
    "path", ["", ".json", ".ics", "/rooms/main", "/sessions/opening", "?day=2023-05-22", ".ics?room=main"]
)
def test_what_was_sent_is_sent_again_until_something_else_stands(own_app: Flask, path: str) -> None:
    """Before the framework is asked, and with all that it said."""
    with transaction() as db:
        edition_id = set_up(db).edition_id
        publish(db, edition_id)
    client = own_app.test_client()
    asked = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
    first = client.get(f"{AGENDA}{path}", headers=asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(front_of(own_app), "_below", lambda *_: pytest.fail("asked the framework"))
        again = client.get(f"{AGENDA}{path}", headers=asked)
        known = client.get(f"{AGENDA}{path}", headers={**asked, "If-None-Match": first.headers["ETag"]})
    english = client.get(f"{AGENDA}{path}", headers={**asked, "Accept-Language": "en"})
    with transaction() as db:
        publish(db, edition_id)
    after = client.get(f"{AGENDA}{path}", headers={**asked, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data, dict(again.headers)) == (200, first.data, dict(first.headers))
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (english.status_code, english.data != first.data or path == ".json") == (200, True)
    assert after.status_code == 200


@pytest.mark.both_databases
def test_all_who_ask_at_once_wait_for_one_answer(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as db:
        publish(db, set_up(db).edition_id)
    made: list[str] = []

    def slowly(slug: str) -> str:
        made.append(slug)
        time.sleep(0.2)
        return "the agenda"

    monkeypatch.setattr(pages, "agenda_page", slowly)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: own_app.test_client().get(AGENDA).text, range(8)))

    assert (answers, made) == (["the agenda"] * 8, ["forum-2023"])


def test_a_language_that_is_asked_for_is_remembered_by_each_browser(own_app: Flask) -> None:
    with transaction() as db:
        publish(db, set_up(db).edition_id)
    for _ in range(3):
        assert own_app.test_client().get(f"{AGENDA}?lang=zh-Hans").headers["Set-Cookie"].startswith("lang=zh-Hans")
    feeds = [own_app.test_client().get(f"{AGENDA}.ics?lang=zh-Hans") for _ in range(2)]
    assert ["开幕式" in one.text for one in feeds] == [True, True]
    assert "Set-Cookie" not in feeds[0].headers


def test_what_was_kept_follows_the_edition(own_app: Flask) -> None:
    with transaction() as db:
        edition_id = set_up(db).edition_id
        publish(db, edition_id)
    client = own_app.test_client()
    assert [client.get(AGENDA).status_code for _ in range(2)] == [200, 200]
    with transaction() as db:
        edition = db.get_one(Edition, edition_id)
        update_edition(
            db, edition_id, {"name": {"en": "Another name", "zh-Hans": "另一个"}}, version=edition.version, **BY
        )

    assert "Another name" in client.get(AGENDA).text


def test_filters_hold_together_and_work_by_a_plain_form(client: FlaskClient, changing: int) -> None:
    page = html.fromstring(client.get(f"{AGENDA}?lang=en").text)
    everything = page.xpath("//article/@id")
    names = page.xpath("//form[@class='agenda-search']//select/@name")
    assert "room" in names
    assert "kind" in names
    rooms = [one for one in page.xpath("//select[@name='room']/option/@value") if one]
    found = {room: html.fromstring(client.get(f"{AGENDA}?room={room}").text).xpath("//article/@id") for room in rooms}
    assert any(len(one) < len(everything) for one in found.values())
    assert set().union(*found.values()) <= set(everything)
    kind = next(one for one in page.xpath("//select[@name='kind']/option/@value") if one)
    of_kind = html.fromstring(client.get(f"{AGENDA}?kind={kind}").text).xpath("//article/@id")
    for room, codes_there in found.items():
        answer = client.get(f"{AGENDA}?room={room}&kind={kind}&lang=en")
        both = html.fromstring(answer.text)
        assert both.xpath("//article/@id") == [one for one in codes_there if one in of_kind]
        assert both.xpath("//select[@name='room']/option[@selected]/@value") == [room]
        assert answer.headers["X-Robots-Tag"] == "noindex"
    nothing = client.get(f"{AGENDA}?track=nowhere&lang=en")
    assert (nothing.status_code, "0 sessions match the filters" in nothing.text) == (200, True)
