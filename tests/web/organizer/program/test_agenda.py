"""The agenda's pages: findings, sessions with their times, stale saves, versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AgendaVersion, AssignmentRole, Session, Track
from forumapp.domain.agenda.sessions.services import assign_role, create_session, create_track, update_session
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.forums.models import Room
from forumapp.domain.registration.capacity.sessions import change_sessions
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import BY, HOME, ZONE, add_registration, queries, row, rows, seen_on, wall

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

AGENDA = f"{HOME}/agenda"


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "title.en": "Trade",
        "title.zh-Hans": "贸易",
        "starts": "2023-05-22T14:00",
        "ends": "2023-05-22T15:00",
        "zone": ZONE,
        "kind": "panel",
        "status": "confirmed",
        "interpretation": "none",
        "press": "open",
        **changes,
    }


def stored(session_id: int) -> Session:
    return row(Session, session_id)


def test_a_clash_is_told_with_both_parties(house: House, owner: Browser) -> None:
    told = [
        "“Trade” and “Energy” are in Room A at the same time.",
        "Liu Chun is needed in “Trade” and “Energy” at the same time.",
    ]

    text = owner.get(AGENDA).text
    assert [words for words in told if words not in text] == []
    assert f'href="{AGENDA}/sessions/{house.session_ids[1]}"' in text


def test_each_session_of_a_clash_is_one_step_away(house: House, owner: Browser) -> None:
    both = "".join(
        f'<a href="{AGENDA}/sessions/{one}">{name}</a>'
        for one, name in zip(house.session_ids, ("Trade", "Energy"), strict=True)
    )
    assert both in owner.get(AGENDA).text
    own = owner.get(f"{AGENDA}/sessions/{house.session_ids[0]}").text
    assert "Liu Chun is needed in “Trade” and “Energy” at the same time." in own


def test_sessions_of_one_title_are_told_apart_by_when_they_begin(house: House, owner: Browser) -> None:
    with transaction() as db:
        begins = [db.get_one(Session, one).start_wall for one in house.session_ids]
        db.get_one(Session, house.session_ids[1]).title = db.get_one(Session, house.session_ids[0]).title
    first, second = (f"Trade (Mon 22 May {at:%H:%M})" for at in begins if at)
    text = owner.get(AGENDA).text

    assert f"“{first}” and “{second}” are in Room A at the same time." in text
    assert f">{second}</a>" in text


def as_shown(text: str) -> dict[str, str]:
    return dict(next(form for form in html.fromstring(text).forms if "room-clash" in form.fields).form_values())


def test_an_edition_says_which_findings_block(house: House, owner: Browser) -> None:
    page = f"{HOME}/settings/findings"
    before = owner.get(page)
    answer = owner.send(page, {**as_shown(before.text), "room-clash": "ignore", "person-clash": "warn"})
    told, sealed = owner.get(AGENDA).text, owner.get(f"{AGENDA}/versions").text
    never = owner.send(page, {**as_shown(owner.get(page).text), "person-clash": "ignore"})

    assert "A person in two sessions at the same time" in before.text
    assert answer.status_code == 302
    assert "are in Room A at the same time" not in told
    assert "is needed in “Trade” and “Energy” at the same time." in told
    assert "Reason to publish" not in sealed
    assert (never.status_code, "is never ignored" in never.text) == (422, True)


def test_what_takes_place_elsewhere_stands_under_the_forums_day(house: House, owner: Browser) -> None:
    """As on the public pages: in Shanghai it is the morning after."""
    ends = [Moment(datetime(2023, 5, 23, hour, 30), "Asia/Shanghai") for hour in (8, 10)]
    with transaction() as session:
        values = {"code": "link", "title": {"en": "Link"}, "kind": "visit"}
        create_session(session, house.edition_id, values, Span(*ends), **BY)
    page = html.fromstring(owner.get(f"{AGENDA}?lang=en").text)
    days = page.xpath("//section[@class='day']")

    assert [day.xpath("string(h2)") for day in days] == ["Mon 22 May 2023"]
    times = [" ".join(" ".join(row.itertext()).split()) for row in days[0].xpath(".//tr[td]/td[@class='times']")]
    assert times[-1] == "17:30–19:30 08:30–10:30 China Standard Time (UTC+8)"
    assert "China" not in "".join(times[:-1])


def listed(text: str) -> list[str]:
    return [str(one) for one in html.fromstring(text).xpath("//td[contains(@class, 'what')]/a/text()")]


@pytest.fixture
def several(house: House) -> House:
    """Beside Trade and Energy of the first day: a late dinner, a plenary of the next day, and one without a time."""
    with transaction() as db:
        track = create_track(db, house.edition_id, {"code": "ai", "name": {"en": "AI"}, "color": "#123456"}, **BY)
        for code, span, values in (
            ("dinner", Span(wall(22), Moment(datetime(2023, 5, 23, 0, 30), ZONE)), {"kind": "meal"}),
            ("plenary", Span(*(Moment(datetime(2023, 5, 23, at), ZONE) for at in (9, 10))), {"in_all_rooms": True}),
            ("pact", None, {"status": "tentative", "track_id": track.id}),
        ):
            given = {"code": code, "title": {"en": code.title(), "zh-Hans": "论坛"}, "kind": "panel", **values}
            create_session(db, house.edition_id, given, span, **BY)
    return house


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ["Trade", "Energy", "Dinner", "Plenary", "Pact"]),
        ("?day=2023-05-22", ["Trade", "Energy", "Dinner"]),
        ("?day=2023-05-23", ["Plenary"]),
        ("?day=none", ["Pact"]),
        (
            "?day=tomorrow&room=x&track=0&kind=party&status=gone&fix=all",
            ["Trade", "Energy", "Dinner", "Plenary", "Pact"],
        ),
        ("?search=DINN", ["Dinner"]),
        ("?search=论坛&day=2023-05-23", ["Plenary"]),
        ("?search=liu+trade", ["Trade"]),  # a person in it, and its title
        ("?search=nobody", []),
        ("?room=all", ["Plenary"]),
        ("?room={room}", ["Trade", "Energy"]),
        ("?kind=meal", ["Dinner"]),
        ("?status=tentative", ["Pact"]),
        ("?track={track}", ["Pact"]),
        ("?fix=blocking", ["Trade", "Energy"]),
    ],
)
def test_the_list_is_narrowed_down_by_its_address(
    several: House, owner: Browser, address: str, expected: list[str]
) -> None:
    track = rows(select(Track.id))[0]
    answer = owner.get(f"{AGENDA}{address.format(room=several.room_id, track=track)}")

    assert (answer.status_code, listed(answer.text)) == (200, expected)


def test_days_are_tabs_that_keep_what_the_list_is_narrowed_down_to(several: House, owner: Browser) -> None:
    page = html.fromstring(owner.get(f"{AGENDA}?kind=panel&day=2023-05-23&lang=en").text)
    tabs = page.xpath("//nav[@class='day-tabs']//a")

    assert [" ".join(one.text_content().split()) for one in tabs] == [
        "All days 4", "Mon 22 May 2023 2", "Tue 23 May 2023 1", "Not scheduled yet 1",
    ]  # fmt: skip
    assert [one.get("href").partition("?")[2] for one in tabs][2:] == [
        "day=2023-05-23&kind=panel",
        "day=none&kind=panel",
    ]
    assert [one.get("aria-current") for one in tabs] == [None, None, "page", None]
    assert page.xpath("//input[@name='day']/@value") == ["2023-05-23"]


@pytest.mark.one_database
def test_a_long_list_comes_page_by_page_and_asks_as_often(several: House, owner: Browser) -> None:
    with queries() as few:
        owner.get(AGENDA)
    with transaction() as db:
        for number in range(60):
            given = {"code": f"s{number:02}", "title": {"en": f"S{number:02}"}, "kind": "panel"}
            made = create_session(db, several.edition_id, given, Span(wall(11), wall(12)), **BY)
            assign_role(db, made, several.person_id, AssignmentRole.SPEAKER, **BY)
    with queries() as many:
        first = owner.get(AGENDA).text
    second = owner.get(f"{AGENDA}?page=2").text

    assert (len(listed(first)), len(listed(second))) == (50, 15)
    assert len(many) == len(few)
    assert "Every session with something to fix" in first
    assert "Page 2 of 2" in second


def test_a_new_session_keeps_its_wall_time_and_zone(house: House, owner: Browser) -> None:
    answer = owner.send(f"{AGENDA}/sessions/new", typed(code="talks", room_id=str(house.room_id)))

    made = rows(select(Session).where(Session.code == "talks"))[0]
    assert (answer.status_code, answer.location) == (302, AGENDA)
    assert (made.title, made.span, made.room_id) == (
        {"en": "Trade", "zh-Hans": "贸易"},
        Span(wall(14), wall(15)),
        house.room_id,
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"starts": "2023-03-12T02:30", "ends": "2023-03-12T04:00"},
            "starts",
            "The clocks go forward and skip this time",
        ),
        ({"starts": "2023-11-05T01:30", "ends": "2023-11-05T03:00"}, "starts", "The clocks show this time twice"),
        ({"ends": "2023-05-22T13:00"}, "ends", "The end comes before the start."),
        ({"ends": "soon"}, "ends", "Write a date and a time."),
        ({"starts": "0001-01-01T00:00", "zone": "Asia/Shanghai"}, "starts", "Choose a date between"),
        ({"zone": "Mars/Olympus"}, "zone", "There is no such time zone"),
        ({"zone": "../etc/passwd"}, "zone", "There is no such time zone"),
        ({"title.en": "", "title.zh-Hans": ""}, "title.en", "This is needed."),
        ({"title.en": "a\x0bb"}, "title.en", "This contains characters that cannot be stored."),
        ({"title.en": "a\r\nb"}, "title.en", "This must be a single line, without line breaks."),
        ({"title.en": "x" * 501}, "title.en", "This is too long."),
        ({"kind": "party"}, "kind", "Choose one of the list."),
        ({"room_id": "99999"}, "room_id", "Choose one of the list."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(
    house: House, owner: Browser, changes: dict[str, str], field: str, words: str
) -> None:
    page = f"{AGENDA}/sessions/{house.session_ids[0]}"
    before = stored(house.session_ids[0]).version

    answer = owner.send(page, typed(version="1", **{"abstract.en": "kept as typed", **changes}))

    assert answer.status_code == 422
    error = answer.text.split(f'id="e-{field}">')[1].split("</p>")[0]
    assert words in error
    assert f'href="#f-{field}"' in answer.text
    assert "kept as typed" in answer.text
    assert stored(house.session_ids[0]).version == before


def test_a_time_that_exists_twice_is_saved_once_it_is_said_which(house: House, owner: Browser) -> None:
    page = f"{AGENDA}/sessions/{house.session_ids[0]}"
    autumn = {"starts": "2023-11-05T01:30", "ends": "2023-11-05T03:00", "version": "1"}

    asked = owner.send(page, typed(**autumn))
    answered = owner.send(page, typed(**autumn, **{"starts.fold": "1"}))

    assert 'name="starts.fold"' in asked.text
    assert answered.status_code == 302
    assert stored(house.session_ids[0]).start_utc.isoformat() == "2023-11-05T09:30:00+00:00"


def test_an_end_of_another_zone_stays_where_it_is_when_the_form_is_saved(house: House, owner: Browser) -> None:
    session_id = house.session_ids[0]
    page = f"{AGENDA}/sessions/{session_id}"
    span = Span(Moment(datetime(2023, 5, 22, 20), "Asia/Shanghai"), Moment(datetime(2023, 5, 22, 9), ZONE))
    with transaction() as session:
        update_session(session, house.edition_id, session_id, {}, span, version=1, **BY)

    def save(**changes: str) -> Span | None:
        form = next(one for one in html.fromstring(owner.get(page).text).forms if "ends.zone" in one.fields)
        assert owner.send(page, {**dict(form.form_values()), **changes}).status_code == 302
        return stored(session_id).span

    assert save(**{"title.en": "Trade, anew"}) == span
    shanghai = Moment(datetime(2023, 5, 22, 21), "Asia/Shanghai")
    assert save(ends="2023-05-22T21:00", **{"ends.zone": ""}) == Span(span.start, shanghai)


def test_a_stale_save_shows_both_versions_and_saves_nothing(house: House, owner: Browser) -> None:
    session_id = house.session_ids[0]
    page = f"{AGENDA}/sessions/{session_id}"
    with transaction() as session:
        changes = {"title": {"en": "Trade, anew"}}
        update_session(session, house.edition_id, session_id, changes, version=1, **BY)

    answer = owner.send(page, typed(version="1", **{"title.en": "My trade"}))

    assert answer.status_code == 412
    shown = answer.text.split("both-versions")[1].split("</table>")[0]
    assert ("English: My trade · 中文: 贸易" in shown, "English: Trade, anew" in shown) == (True, True)
    assert 'value="My trade"' in answer.text
    assert stored(session_id).title == {"en": "Trade, anew"}

    again = owner.send(page, typed(version="2", **{"title.en": "My trade"}))
    assert again.status_code == 302
    assert stored(session_id).title == {"en": "My trade", "zh-Hans": "贸易"}


def test_publishing_is_asked_for_twice_and_told_of_in_the_log(house: House, owner: Browser) -> None:
    page = f"{AGENDA}/versions"

    said = seen_on(owner) | {"label": "First", "note.en": "All new", "note.zh-Hans": "全新"}
    reason = {"reason": "A movable wall"}  # the house has a clash
    unsure = owner.send(page, said | reason)
    blocked = owner.send(page, said | {"sure": "1"})
    sure = owner.send(page, said | reason | {"sure": "1"})

    assert (unsure.status_code, blocked.status_code, sure.status_code) == (422, 422, 302)
    assert "“Trade” and “Energy” are in Room A at the same time." in blocked.text
    assert 'value="First"' in unsure.text
    version = rows(select(AgendaVersion))[0]
    assert (version.number, version.label, version.note) == (1, "First", {"en": "All new", "zh-Hans": "全新"})
    event = rows(select(AuditEvent).where(AuditEvent.action == "published"))[0]
    assert (event.actor_id, event.via.value, event.reason) == (house.owner_id, "page", "A movable wall")
    assert "Version 1 of the agenda is published. The edition is a draft" in owner.get(page).text


def test_the_list_costs_the_same_for_many_sessions(house: House, owner: Browser) -> None:
    with queries() as few:
        owner.get(AGENDA)
    with transaction() as session:
        for number in range(30):
            values = {"code": f"more-{number}", "title": {"en": f"More {number}"}, "kind": "panel"}
            create_session(session, house.edition_id, values, Span(wall(9), wall(10)), **BY)
    with queries() as many:
        text = owner.get(AGENDA).text

    assert "More 29" in text
    assert len(many) == len(few)
    assert len(rows(select(Session))) == 32


def test_more_places_than_a_room_seats_as_it_is_set_up_are_refused_at_the_field_that_changed(
    house: House, owner: Browser
) -> None:
    page, room = f"{AGENDA}/sessions/{house.session_ids[0]}", row(Room, house.room_id)
    hall = {"name.en": "Room A", "venue_id": str(room.venue_id), "capacity": "9", "layouts.classroom": "4"}
    owner.send(f"{HOME}/venues/rooms/{room.id}", {**hall, "version": str(room.version)})

    def send(field: str, address: str, **values: str) -> bool:
        answer = owner.send(address, values)
        return answer.status_code == 422 and f'id="e-{field}"' in answer.text

    kept = typed(room_id=str(room.id), places="5", version=str(stored(house.session_ids[0]).version))
    assert owner.send(page, kept).status_code == 302
    kept["version"] = str(stored(house.session_ids[0]).version)
    assert send("layout", page, **{**kept, "layout": "classroom"})
    assert send("places", page, **{**kept, "places": "10"})
    hall["version"] = str(row(Room, room.id).version)
    assert send("capacity", f"{HOME}/venues/rooms/{room.id}", **{**hall, "capacity": "4"})


def test_places_are_set_and_who_has_chosen_them_is_listed(house: House, owner: Browser) -> None:
    page = f"{AGENDA}/sessions/{house.session_ids[0]}"
    who, other = add_registration(house, "Anna"), add_registration(house, "Berta")
    version = str(stored(house.session_ids[0]).version)
    owner.send(page, typed(version=version, places="2"))
    with transaction() as session:
        change_sessions(session, row(Registration, who), house.session_ids[:1], (), **BY)

    code = stored(house.session_ids[0]).code
    found = owner.get(f"/organizer/forum/registrations?session={code}").text

    assert "1 of 2 places are taken." in owner.get(AGENDA).text
    assert f'href="/organizer/forum/registrations?session={code}"' in owner.get(page).text
    assert (f"/registrations/{who}" in found, f"/registrations/{other}" in found) == (True, False)
    assert owner.send(page, typed(version=str(int(version) + 1), places="0")).status_code == 422
