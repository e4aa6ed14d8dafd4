"""The timetable in a browser: a day built by hand and by keys, clashes, steps back, colleagues, and saves that fail."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.cli.demo import sample
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, Session
from forumapp.domain.agenda.queries import list_tracks
from forumapp.domain.agenda.sessions.services import (
    assign_role,
    create_session,
    create_track,
    remove_session,
    update_session,
)
from forumapp.domain.forums.models import Edition, EditionStatus, Room, Venue
from forumapp.domain.forums.venues.services import create_room
from forumapp.domain.people.records.services import create_person
from tests.browser.conftest import AXE, press, serving, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.web.organizer.house import BY, House, row, rows, set_up, wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
PAGE = f"{HOME}/agenda/timetable"
HEAVIEST = 400_000
TALL = {"width": 1440, "height": 1100}
COLLEAGUE_MS = 5000
CLASH_MS = 1000
MOST_TABS = 200
TWICE = ("Clean Energy: From Pilot Projects to Markets", "Logistics: Dependable Links across the Pacific")


@pytest.fixture
def house(own_app: Flask) -> House:
    """The sample forum's day before anybody has placed it: its rooms, and its sessions on the list."""
    with transaction() as db:
        house = set_up(db, own_app)
        for session_id in house.session_ids:
            remove_session(db, house.edition_id, session_id, version=1, **BY)
        venue = db.scalars(select(Venue.id)).one()
        for room in sample().rooms:
            values = {"code": room.key, "venue_id": venue, "name": dict(room.name)}
            create_room(db, house.edition_id, values, **BY)
        create_track(db, house.edition_id, {"code": "t", "name": {"en": "Trade"}, "color": "#8a5a00"}, **BY)
        track = list_tracks(db, house.edition_id)[0].id
        person = create_person(
            db, {"latin_family": "Park", "latin_given": "Priya", "name_order": "given-first", "native_full": ""}, **BY
        )
        for one in sample().sessions:
            values = {"code": one.key, "title": dict(one.title), "kind": one.kind, "track_id": track}
            values["planned_minutes"] = minutes(one)
            made = create_session(db, house.edition_id, values, None, **BY)
            if one.title["en"] in TWICE:
                assign_role(db, made, person.id, AssignmentRole.PANELIST, status="confirmed", **BY)
        db.get_one(Edition, house.edition_id).status = EditionStatus.OPEN
    return house


@pytest.fixture
def desk(house: House) -> Iterator[str]:
    with serving(house.app) as address:
        yield address


def minutes(session: Any) -> int:
    return int((session.ends_at - session.starts_at).total_seconds() // 60)


def opened(seen: Visit) -> Page:
    seen.page.set_viewport_size(TALL)  # type: ignore[arg-type]  # a width and a height
    sign_in(seen)
    seen.go(PAGE)
    expect(seen.page.locator(".timetable.is-ready")).to_be_visible()
    # A day from 8 to 19 in one window, in steps as fine as its breaks.
    seen.page.locator("[data-tt-zoom]").select_option("1")
    seen.page.locator("[data-tt-step]").select_option("5")
    return seen.page


def box(page: Page, title: str) -> Locator:
    return page.locator(".tt-box").filter(has=page.get_by_text(title, exact=True))


def item(page: Page, title: str) -> Locator:
    return page.locator(".tt-item").filter(has=page.get_by_text(title, exact=True))


def told(page: Page) -> Locator:
    return page.locator("[data-tt-told]")


def saved(page: Page, title: str, where: str = "") -> None:
    expect(told(page)).to_have_text(re.compile(f"^“{re.escape(title)}” is saved: .*{re.escape(where)}"))


def point(page: Page, room: str, at: str) -> tuple[float, float]:
    """Where a time of the day in sight is, in a room's column."""
    column = page.get_by_role("group", name=room, exact=True)
    column.scroll_into_view_if_needed()
    found = column.bounding_box()
    first = page.locator(".tt-hour").first.text_content()
    assert found
    assert first
    gone = datetime.strptime(at, "%H:%M") - datetime.strptime(first, "%H:%M")  # noqa: DTZ007 (two wall times)
    return found["x"] + found["width"] / 2, found["y"] + gone / timedelta(minutes=1)


def drag(page: Page, what: Locator, room: str, at: str, *, grip: float = 6) -> None:
    """By its upper edge, so that it begins where it is let go."""
    what.scroll_into_view_if_needed()
    x, y = point(page, room, at)
    held = what.bounding_box()
    assert held
    page.mouse.move(held["x"] + held["width"] / 2, held["y"] + grip)
    page.mouse.down()
    page.mouse.move(x, y + 40, steps=3)
    inside = grip if "tt-box" in (what.get_attribute("class") or "") else 0
    page.mouse.move(x, y + inside, steps=3)
    page.mouse.up()


def stands(session: Session) -> tuple[str, str, int | None] | None:
    if session.start_wall is None or session.end_wall is None:
        return None
    return f"{session.start_wall:%H:%M}", f"{session.end_wall:%H:%M}", session.room_id


def all_stand() -> dict[str, tuple[str, str, int | None] | None]:
    return {one.code: stands(one) for one in rows(select(Session))}


def tab_to(page: Page, what: Locator) -> None:
    """As whoever has no mouse comes to it."""
    for _ in range(MOST_TABS):
        if what.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{what} is not reached by Tab")


def place_by_keys(page: Page, waiting: Locator, start: datetime, room: str) -> None:
    tab_to(page, waiting)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Day")).to_be_focused()
    tab_to(page, page.get_by_label("Starts"))
    page.keyboard.type(f"{start:%I%M%p}")
    tab_to(page, page.get_by_label("Room", exact=True))
    page.keyboard.type(room)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("way", ["hand", pytest.param("keys", marks=pytest.mark.long)])
def test_the_samples_day_is_built_by_hand_or_by_keys_alone_and_published_twice(
    browser: Browser, desk: str, house: House, way: str
) -> None:
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    evening = sample().sessions[-1]  # by the edge, where the frame scrolls by itself under what is held
    names = {room.key: room.name["en"] for room in sample().rooms}
    for one in sample().sessions:
        title, at = one.title["en"], f"{one.starts_at:%H:%M}"
        waiting = item(page, title).first
        if way == "hand" and one != evening:
            drag(page, waiting, names[one.room], at)
        else:
            place_by_keys(page, waiting, one.starts_at, names[one.room])
        saved(page, title, f"{at}–{one.ends_at:%H:%M} · {names[one.room]}")
        unscheduled = page.get_by_role("tab", name="Unscheduled")
        if way == "hand":
            unscheduled.click()
        else:
            tab_to(page, page.locator("[role=tab][aria-selected=true]"))
            for _ in range(2):  # Details, Findings, Unscheduled
                page.keyboard.press("ArrowLeft")
            expect(unscheduled).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("Every session has its time.")).to_be_visible()
    known = {code: room_id for room_id, code in db_rooms()}
    wanted = {one.key: (f"{one.starts_at:%H:%M}", f"{one.ends_at:%H:%M}", known[one.room]) for one in sample().sessions}
    assert all_stand() == wanted

    # By arrow keys: to another room, later, longer; all of it is one save.
    dinner = sample().sessions[-1].title["en"]
    box(page, dinner).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(told(page)).to_have_text("18:10–20:45, Foyer")
    saved(page, dinner, "18:10–20:45 · Foyer")
    expect(box(page, dinner)).to_be_focused()

    for number in (1, 2):
        seen.go(f"{HOME}/agenda/versions")
        if page.get_by_label("Reason to publish all the same").count():
            page.get_by_label("Reason to publish all the same").fill("Both are there")
        page.locator("[name=sure]").check()
        press(page, "form:has([name=sure]) button[type=submit]")
        if number == 1:
            seen.go(PAGE)
            page.locator("[data-tt-undo]").click()
            saved(page, dinner, "18:00–20:30 · Banquet Hall")
    seen.go("/forum/agenda/changes")
    expect(page.locator("main")).to_contain_text(dinner)
    expect(page.locator("main")).to_contain_text("Banquet Hall")
    context.close()


def db_rooms() -> list[tuple[int, str]]:
    return [(room.id, room.code) for room in rows(select(Room))]


def placed(house: House) -> dict[str, int]:
    """Both panels of one speaker at different times, and the opening; by title."""
    found = {one.title["en"]: one for one in rows(select(Session))}
    codes = {code: room_id for room_id, code in db_rooms()}
    with transaction() as db:
        for title, room, start, end in (
            (TWICE[0], "room-a", 10, 11),
            (TWICE[1], "room-b", 12, 13),
            ("Opening ceremony", "ballroom", 9, 10),
        ):
            changes, span = {"room_id": codes[room]}, Span(wall(start), wall(end))
            update_session(db, house.edition_id, found[title].id, changes, span, version=1, **BY)
    return {title: one.id for title, one in found.items()}


def test_a_clash_is_made_found_and_resolved_and_steps_are_taken_back(browser: Browser, desk: str, house: House) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    first, second = TWICE
    drag(page, box(page, second), "Meeting Room B", "10:00")
    clash = f"Priya Park is needed in “{first}” and “{second}” at the same time."
    saved(page, second)
    page.get_by_role("tab", name="Findings").click()
    finding = page.locator(".tt-finding", has_text=clash)
    expect(finding).to_be_visible(timeout=CLASH_MS)
    finding.get_by_role("button", name=f"Go to “{first}”").click()
    expect(box(page, first)).to_be_focused()
    expect(box(page, first)).to_have_class(re.compile("is-clash"))

    for key in ("Shift+ArrowUp", "Shift+ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    saved(page, first, "09:55–10:45")
    expect(finding).to_be_visible()
    drag(page, box(page, second), "Meeting Room B", "11:00")
    saved(page, second, "11:00–12:00")
    expect(finding).to_have_count(0, timeout=CLASH_MS)

    # One's own steps, also after the page was loaded anew.
    page.reload()
    page.get_by_role("button", name="Undo").click()
    saved(page, second, "10:00–11:00")
    page.keyboard.press("Control+z")
    saved(page, first, "10:00–11:00")
    page.keyboard.press("Control+Shift+z")
    saved(page, first, "09:55–10:45")
    page.keyboard.press("Control+z")
    saved(page, first, "10:00–11:00")
    page.keyboard.press("Control+y")
    saved(page, first, "09:55–10:45")
    box(page, "Opening ceremony").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(told(page)).to_have_text("“Opening ceremony” is back where it was.")
    page.keyboard.press("Delete")
    saved(page, "Opening ceremony", "Not scheduled · 60 min")
    expect(item(page, "Opening ceremony")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    saved(page, "Opening ceremony", "09:00–10:00 · Room A")
    page.get_by_role("tab", name="Unscheduled").click()
    target = page.get_by_role("tabpanel", name="Unscheduled").bounding_box()
    held = box(page, "Opening ceremony").bounding_box()
    assert target
    assert held
    page.mouse.move(held["x"] + 20, held["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 90, steps=4)
    page.mouse.up()
    saved(page, "Opening ceremony", "Not scheduled · 60 min")

    # By its lower edge.
    held = box(page, first).bounding_box()
    assert held
    page.mouse.move(held["x"] + 40, held["y"] + held["height"] - 3)
    page.mouse.down()
    page.mouse.move(held["x"] + 40, held["y"] + held["height"] + 30, steps=4)
    page.mouse.up()
    saved(page, first, "09:55–11:15")
    assert seen.faults() == []
    context.close()


def test_a_colleague_sees_the_move_and_who_was_slower_is_told(browser: Browser, desk: str, house: House) -> None:
    placed(house)
    (mine, seen), (theirs, other) = (visit(browser, desk, width=1440, language="en-US") for _ in range(2))
    page, beside = opened(seen), opened(other)
    first, second = TWICE
    drag(page, box(page, first), "Meeting Room C", "14:00")
    saved(page, first)
    expect(box(beside, first)).to_contain_text("14:00–15:00", timeout=COLLEAGUE_MS)
    expect(box(beside, first)).to_have_class(re.compile("is-theirs"))
    expect(told(beside)).to_have_text(f"Someone else has changed: {first}")

    # From now on they hear of nothing, and move what was moved.
    beside.route("**/timetable.json*", lambda route: route.fulfill(status=304))
    page.get_by_role("button", name="Undo").click()
    saved(page, first, "10:00–11:00")
    box(beside, first).focus()
    beside.keyboard.press("ArrowDown")
    fault = beside.get_by_role("alert").filter(has_text="was not moved")
    expect(fault).to_contain_text("Someone else was faster. Theirs: Mon 22 May 2023 · 10:00–11:00 · Meeting Room A.")
    expect(box(beside, first)).to_contain_text("10:00–11:00")
    fault.get_by_role("button", name="Close").click()
    expect(fault).to_have_count(0)

    # A step that somebody else has gone beyond is not taken back.
    drag(beside, box(beside, second), "Meeting Room C", "15:00")
    saved(beside, second)
    expect(box(page, second)).to_contain_text("15:00–16:00", timeout=COLLEAGUE_MS)
    drag(page, box(page, second), "Meeting Room C", "16:00")
    saved(page, second)
    beside.unroute("**/timetable.json*")
    expect(box(beside, second)).to_contain_text("16:00–17:00", timeout=COLLEAGUE_MS)
    beside.get_by_role("button", name="Undo").click()
    expect(beside.get_by_role("alert").filter(has_text="cannot be taken back")).to_be_visible()
    expect(box(beside, second)).to_contain_text("16:00–17:00")
    mine.close()
    theirs.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 500, "body": "Oh"}, "Something went wrong on our side, and nothing is saved."),
        (None, "The network is away, and nothing is saved."),
        ({"status": 403, "body": "No"}, "You may no longer change the agenda."),
    ],
)
def test_a_save_that_fails_is_told_beside_the_box_and_put_back(
    browser: Browser, desk: str, house: House, answer: dict[str, Any] | None, words: str
) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)

    held: list[Route] = []
    page.route("**/place", lambda route: held.append(route))  # noqa: PLW0108 (a function that can be marked)  # noqa: PLW0108 (Playwright marks what it is given)
    first = box(page, TWICE[0])
    drag(page, first, "Meeting Room C", "14:00")
    expect(first).to_have_attribute("aria-busy", "true")
    expect(first).to_contain_text("Saving…")
    expect(first).to_contain_text("14:00–15:00")
    page.set_viewport_size({"width": 1440, "height": 500})
    page.locator("[data-tt-frame]").evaluate("frame => frame.scrollTop = frame.scrollHeight")
    expect(page.get_by_text("Opening Ceremony").first).not_to_be_in_viewport()  # neither is where it came from
    if answer:
        held[0].fulfill(**answer)
    else:
        held[0].abort()
    fault = page.get_by_role("alert").filter(has_text=words)
    expect(fault).to_be_visible()
    expect(first).to_have_attribute("aria-busy", "false")
    expect(first).to_contain_text("10:00–11:00")
    near, at = fault.bounding_box(), first.bounding_box()
    assert near
    assert at
    assert abs(near["x"] - at["x"]) < at["width"]
    expect(fault).to_be_in_viewport(ratio=1)
    page.unroute("**/place")
    if answer is None or answer["status"] == 500:
        fault.get_by_role("button", name="Try again").click()
        saved(page, TWICE[0], "14:00–15:00 · Meeting Room C")
        expect(fault).to_have_count(0)
    context.close()


def test_a_time_that_comes_twice_is_asked_for_and_one_that_is_skipped_is_refused(
    browser: Browser, desk: str, house: House
) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    first = box(page, TWICE[0])
    for day, start, words in (
        ("2023-03-12", "02:30", "skip this time"),
        ("2023-11-05", "01:00", "show this time twice"),
    ):
        first.press("Enter")
        page.get_by_role("textbox", name="Day").fill(day)
        page.get_by_label("Starts").fill(start)
        page.get_by_role("button", name="Move it").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        expect(first).to_contain_text("10:00–11:00")
    page.get_by_role("button", name="The second time").click()
    saved(page, TWICE[0], "Sun 5 Nov 2023 · 01:00 UTC−8–02:00")
    context.close()


def test_a_session_of_another_zone_keeps_it_by_hand_by_form_and_back(browser: Browser, desk: str, house: House) -> None:
    """In another room it stays at its instant, and out of the timetable and back it comes to the same one."""
    session_id = placed(house)[TWICE[0]]
    there = Span(*(Moment(datetime(2023, 5, 23, hour, 30), "Asia/Shanghai") for hour in (0, 1)))
    with transaction() as db:
        before = update_session(db, house.edition_id, session_id, {}, there, version=2, **BY).start_utc
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    what = box(page, TWICE[0])
    drag(page, what, "Meeting Room C", "09:30")
    saved(page, TWICE[0], "09:30–10:30 · Meeting Room C · takes place in China (Shanghai) Time")
    what.press("Enter")
    page.get_by_label("Room", exact=True).select_option(label="Meeting Room B")
    page.get_by_role("button", name="Move it").click()
    saved(page, TWICE[0], "09:30–10:30 · Meeting Room B · takes place in China (Shanghai) Time")
    what.press("Delete")
    saved(page, TWICE[0], "Not scheduled · 60 min")
    for room in ("Meeting Room B", "Meeting Room C"):
        page.get_by_role("button", name="Undo").click()
        saved(page, TWICE[0], f"09:30–10:30 · {room} · takes place in China (Shanghai) Time")
    moved = row(Session, session_id)
    assert (moved.start_utc, moved.start_zone, moved.end_zone) == (before, "Asia/Shanghai", "Asia/Shanghai")
    context.close()


def test_twelve_rooms_are_within_reach_under_heads_that_stay(
    browser: Browser, desk: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forumapp.web.organizer.program.timetable.MOST_FINDINGS", 2)
    placed(house)
    there = len(db_rooms())
    with transaction() as db:
        venue = db.scalars(select(Venue.id)).one()
        for number in range(there + 1, 13):
            values = {"code": f"r{number}", "venue_id": venue, "name": {"en": f"Hall {number}"}, "position": number}
            create_room(db, house.edition_id, values, **BY)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    page.set_viewport_size({"width": 1440, "height": 700})
    frame, head, hours = (page.locator(one) for one in (".tt-frame", ".tt-head", ".tt-hours"))
    expect(head).to_have_count(12)
    top, left = at(head.first)[1], at(hours)[0]
    frame.evaluate("(frame) => frame.scrollTo(frame.scrollWidth, 100)")
    assert frame.evaluate("(frame) => [frame.scrollTop, frame.scrollLeft > 0]") == [100, True]
    assert (at(head.last)[1], at(hours)[0]) == (top, left)
    right = sum(at(frame)[0::2])
    assert sum(at(head.last)[0::2]) <= right <= 1440

    title = sample().sessions[-1].title["en"]
    drag(page, item(page, title), "Hall 12", "12:00")
    saved(page, title, "12:00–14:30 · Hall 12")

    page.get_by_role("tab", name="Findings").click()
    expect(page.locator(".tt-finding")).to_have_count(2)
    expect(page.get_by_role("link", name=re.compile(r"^\d+ more findings are in the list$"))).to_be_visible()
    context.close()


def at(what: Locator) -> tuple[float, float, float]:
    """Left, top and width."""
    found = what.bounding_box()
    assert found
    return found["x"], found["y"], found["width"]


OBSERVE = """() => {
  window.drawn = 0;
  const watcher = new MutationObserver((those) => { window.drawn += those.length; });
  watcher.observe(document.querySelector(".tt-work"), { attributes: true, childList: true, subtree: true });
}"""


def test_an_idle_editor_is_told_nothing_and_draws_nothing(browser: Browser, desk: str, house: House) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    with page.expect_response("**/timetable.json*", timeout=COLLEAGUE_MS) as idle:
        pass
    assert idle.value.status == 304

    # What is told again is known already: a session that was changed close to the last one.
    page.evaluate(OBSERVE)
    page.route("**/timetable.json*", lambda route: route.continue_(headers=untagged(route)))
    with page.expect_response("**/timetable.json*", timeout=COLLEAGUE_MS) as again:
        pass
    assert again.value.status == 200
    assert again.value.json()["sessions"]
    with page.expect_response("**/timetable.json*", timeout=COLLEAGUE_MS):
        pass
    assert page.evaluate("window.drawn") == 0
    context.close()


def untagged(route: Route) -> dict[str, str]:
    return {name: value for name, value in route.request.headers.items() if name != "if-none-match"}


@pytest.mark.parametrize(("width", "language"), [(1440, "en-US"), (360, "zh-CN")])
def test_the_editor_has_no_faults_and_little_weight(
    browser: Browser, desk: str, house: House, width: int, language: str
) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=width, language=language)
    sign_in(seen)
    seen.go(PAGE)
    page = seen.page
    expect(page.locator(".timetable.is-ready")).to_be_visible()
    assert seen.weight() < HEAVIEST
    found = {"list": seen.faults()}
    page.locator("[data-tab=findings]").click()
    found["findings"] = seen.faults()
    page.locator(".tt-box, .tt-line").first.click()
    expect(page.locator("[data-tt-details]")).to_be_visible()
    found["details"] = seen.faults()
    assert found == {"list": [], "findings": [], "details": []}

    # On a phone as well, by the form.
    page.locator("[data-tt-form] [name=start]").fill("15:05")
    page.locator("[data-tt-send]").click()
    expect(page.locator(".tt-box, .tt-line", has_text="15:05–16:05")).to_be_visible()
    context.close()


def test_a_finger_drags_after_it_has_rested(browser: Browser, desk: str, house: House) -> None:
    placed(house)
    context = browser.new_context(viewport=TALL, has_touch=True, locale="en-US")  # type: ignore[arg-type]  # a size
    from tests.browser.conftest import Visit as Seen

    page = opened(Seen(context.new_page(), desk))
    what = box(page, TWICE[0])
    held = what.bounding_box()
    assert held
    x, y = point(page, "Meeting Room C", "14:00")
    finger = context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": px, "y": py} for px, py in at]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (held["x"] + 30, held["y"] + 5))
    page.wait_for_timeout(500)
    for part in (0.3, 0.7, 1):
        touch("touchMove", (held["x"] + 30 + (x - held["x"] - 30) * part, held["y"] + 5 + (y - held["y"]) * part))
    touch("touchEnd")
    saved(page, TWICE[0], "14:00–15:00 · Meeting Room C")
    context.close()


LAYOUT = """async () => {
  const { clock, firstFree, lanesOf, lasting, minuteOf, placedAt, reachOf, wallAt } = await import("/static/timetable_layout.js");
  const wrong = [];
  let seed = 1;
  const random = (most) => { seed = (seed * 48271) % 2147483647; return seed % most; };
  for (let round = 0; round < 300; round += 1) {
    const spans = [...Array(1 + random(12)).keys()].map((id) => {
      const from = random(40);
      return { id, from, to: from + 1 + random(12) };
    });
    const lanes = lanesOf(spans);
    for (const one of spans) {
      const { lane, lanes: many } = lanes.get(one.id);
      if (lane >= many) wrong.push(["beyond", round, one]);
      for (const other of spans) {
        const meets = one.id !== other.id && one.from < other.to && other.from < one.to;
        if (meets && lanes.get(other.id).lane === lane) wrong.push(["over", round, one, other]);
        if (meets && lanes.get(other.id).lanes !== many) wrong.push(["widths", round, one, other]);
      }
    }
    const length = 1 + random(9);
    const after = random(20);
    const free = (at) => spans.every((span) => span.to <= at || span.from >= at + length);
    let first = after;
    while (!free(first)) first += 1;
    if (firstFree(spans, length, after) !== first) wrong.push(["free", round, first, spans]);
  }
  const dinner = { start: "2023-05-22T18:00", end: "2023-05-23T00:30", endFold: 1, room: 1 };
  return {
    wrong,
    night: [clock(1470), minuteOf("2023-05-23T00:30", "2023-05-22"), wallAt("2023-12-31", 1440)],
    longer: lasting(dinner, 60).end,
    later: placedAt(dinner, "2023-05-23", 600, 2),
    reach: [reachOf(dinner, 60), reachOf({ ...dinner, endFold: 0 }, 60), reachOf({ ...dinner, startFold: 1 }, 60)],
  };
}"""


def test_where_things_stand_is_computed_right(browser: Browser, desk: str) -> None:
    context, seen = visit(browser, desk, width=1440, language="en-US")
    seen.go("/organizer/sign-in")
    found = seen.page.evaluate(LAYOUT)
    context.close()

    assert found == {
        "wrong": [],
        "night": ["00:30", 1470, "2024-01-01T00:00"],
        "longer": "2023-05-22T19:00",
        "reach": [450, 390, 390],
        "later": {
            "start": "2023-05-23T10:00", "end": "2023-05-23T16:30", "startFold": None, "endFold": None, "room": 2,
        },
    }  # fmt: skip


def test_no_conflicts_is_shown_only_after_the_findings_have_arrived(browser: Browser, desk: str, house: House) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    held: list[Route] = []
    seen.page.route("**/findings.json", lambda route: held.append(route))  # noqa: PLW0108 (a function that can be marked)
    page = opened(seen)
    page.get_by_role("tab", name="Findings").click()
    expect(page.get_by_text("Checking for conflicts…")).to_be_visible()
    expect(page.get_by_text("No conflicts")).to_be_hidden()

    for route in held:
        route.fulfill(status=500)
    page.unroute("**/findings.json")
    expect(page.get_by_text("Conflicts could not be checked.")).to_be_visible()
    expect(page.get_by_text("Checking for conflicts…")).to_be_hidden()
    expect(page.get_by_text("No conflicts")).to_be_hidden()

    nothing = {"findings": [], "rest": {"number": 0, "words": "", "clashing": []}}
    page.route("**/findings.json", lambda route: route.fulfill(json=nothing))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No conflicts")).to_be_visible()
    expect(page.get_by_text("Conflicts could not be checked.")).to_be_hidden()
    context.close()


def test_a_timetable_that_does_not_load_says_so(browser: Browser, desk: str, house: House) -> None:
    placed(house)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    sign_in(seen)
    seen.page.route("**/timetable.json*", lambda route: route.abort())
    seen.go(PAGE)
    expect(seen.page.get_by_text("The timetable could not be loaded.")).to_be_visible()
    expect(seen.page.get_by_text("The timetable is being loaded…")).to_be_hidden()
    seen.page.unroute("**/timetable.json*")
    expect(seen.page.locator(".timetable.is-ready")).to_be_visible(timeout=COLLEAGUE_MS)
    expect(seen.page.get_by_text("The timetable could not be loaded.")).to_be_hidden()
    context.close()


# That a title has most of its box, and height enough for letters.
SHOWS = """(title) => [title.offsetWidth > title.closest(".tt-box").offsetWidth / 2, title.offsetHeight > 8]"""


def test_twenty_rooms_fit_into_the_window_and_findings_are_grouped_and_filtered(
    browser: Browser, desk: str, house: House
) -> None:
    placed(house)
    there = len(db_rooms())
    title = "Coffee break"
    with transaction() as db:
        venue = db.scalars(select(Venue.id)).one()
        for number in range(there + 1, 21):
            values = {"code": f"r{number}", "venue_id": venue, "name": {"en": f"Hall {number}"}, "position": number}
            create_room(db, house.edition_id, values, **BY)
        room = db.scalars(select(Room.id).where(Room.code == "r20")).one()
        for code, kind, start, end in (("b", "break", 9, 0.25), ("h", "panel", 10, 0.5), ("p", "panel", 12, 4)):
            span = Span(wall(start), Moment(wall(start).wall + timedelta(hours=end), wall(start).zone))
            values = {
                "code": code,
                "title": {"en": {"b": title, "h": "Half an hour " * 6, "p": "Long words " * 12}[code]},
                "kind": kind,
            }
            create_session(db, house.edition_id, values | {"room_id": room}, span, **BY)
    context, seen = visit(browser, desk, width=1440, language="en-US")
    page = opened(seen)
    page.locator("[data-tt-zoom]").select_option("fit")
    frame, heads = page.locator(".tt-frame"), page.locator(".tt-head")
    expect(heads).to_have_count(20)
    assert frame.evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
    names = page.locator(".tt-head-name")
    assert names.evaluate_all("(names) => names.every((name) => name.scrollHeight <= name.clientHeight + 1)")

    pause = box(page, title).locator(".tt-title")
    assert pause.evaluate(SHOWS) == [True, True]
    long = page.locator(".tt-box", has_text="Long words").locator(".tt-title")
    assert long.evaluate("(title) => title.offsetHeight / parseFloat(getComputedStyle(title).lineHeight)") > 4

    page.locator("[data-tt-zoom]").select_option("1.5")
    half = page.locator(".tt-box", has_text="Half an hour").locator(".tt-in")
    assert (
        half.evaluate("(inside) => Math.round(inside.offsetHeight / parseFloat(getComputedStyle(inside).lineHeight))")
        == 2
    )

    page.get_by_role("tab", name="Findings").click()
    groups = page.locator(".tt-found-group")
    expect(groups.first).to_be_visible()
    number = groups.count()
    assert number > 1
    page.locator("[data-tt-filter]").select_option(index=1)
    expect(groups).to_have_count(1)
    page.locator("[data-tt-filter]").select_option("")
    expect(groups).to_have_count(number)
    context.close()
