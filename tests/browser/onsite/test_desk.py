"""The registration desk by keys alone, and by a hand scanner that types."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import Checkpoint, Scan
from forumapp.domain.checkin.rehearsal.services import end_rehearsal, start_rehearsal
from forumapp.domain.checkin.rules import Result
from forumapp.domain.checkin.setup.checkpoints import set_up_suggested
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.models import PrintJob
from forumapp.domain.registration.lifecycle.decisions import cancel, mark_vip
from forumapp.domain.registration.models import Registration, TicketCode
from tests.browser.conftest import AXE, serving, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.web.organizer.house import BY, ZONE, add_registration, rows, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page, Route

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
# By how much some words are wider than they would be without a gap between scripts.
GAP = """(element) => {
    const words = document.createRange();
    words.selectNodeContents(element);
    const wide = words.getBoundingClientRect().width;
    element.style.setProperty("text-autospace", "no-autospace");
    return wide - words.getBoundingClientRect().width;
}"""
# How much wider the words in an empty box are than the room for them.
CUT = """(box) => {
    const [all, style] = [getComputedStyle(box), getComputedStyle(box, "::placeholder")];
    const words = document.createElement("canvas").getContext("2d");
    words.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = box.clientWidth - parseFloat(all.paddingLeft) - parseFloat(all.paddingRight);
    return Math.max(0, words.measureText(box.placeholder).width - room);
}"""
# Whether the station's page is kept for when there is no network.
KEPT = "async () => (await caches.keys()).length > 0 && Boolean(await caches.match(location.href))"


@contextmanager
def desk(
    browser: Browser, app: Flask, *names: str, status: str = "confirmed"
) -> Iterator[tuple[Visit, dict[str, str]]]:
    """The desk of a forum with the usual checkpoints, and the short codes of those who come."""
    with transaction() as db:
        house = set_up(db, app)
        set_up_suggested(db, house.edition_id, **BY)
    ids = {name: add_registration(house, name, status) for name in names}
    with transaction() as db:
        short = {one.registration_id: one.short for one in db.scalars(select(TicketCode))}
    with serving(app) as address:
        _context, seen = visit(browser, address, width=1280, language="en")
        sign_in(seen)
        seen.go(f"{HOME}/desk")
        yield seen, {name: short.get(one, "") for name, one in ids.items()}


def results() -> list[str]:
    return [one.result.value for one in rows(select(Scan).order_by(Scan.id))]


def leave_out_printing(page: Page, badges: str) -> None:
    """Chromium without a window crashes now and then when it leaves a page whose frame is being printed. What the badge
    is like is told elsewhere.
    """
    page.add_init_script("window.print = () => undefined")
    page.route(badges, lambda route: route.fulfill(content_type="text/html", body="<p>A badge</p>"))


def test_a_line_is_worked_off_by_enter_alone(browser: Browser, own_app: Flask) -> None:
    """Found, opened, checked in, printed and handed out, and the box is there for the next one."""
    with desk(browser, own_app, "Liu", "Lin") as (seen, _codes):
        page, keys = seen.page, seen.page.keyboard
        leave_out_printing(page, "**/desk/badges/*")
        box, said = page.locator("#f-search"), page.locator("[data-counter-said=ok]")
        expect(box).to_be_focused()
        keys.type("li")
        expect(page.locator("[data-counter-row]")).to_have_count(2)
        keys.press("ArrowDown")
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(page.get_by_role("button", name="Check in C")).to_be_focused()
        assert seen.faults() == []
        keys.press("Enter")
        expect(said).to_contain_text("Checked in")
        expect(page.get_by_role("button", name="Print the badge")).to_be_focused()
        keys.press("Enter")
        expect(page.locator("[data-counter-print]")).to_be_visible(
            timeout=30_000
        )  # the fonts are cut for the first one
        expect(page.get_by_role("button", name="Hand out the badge")).to_be_focused()
        keys.press("Enter")
        expect(said).to_contain_text("Badge handed out")
        expect(box).to_be_focused()
        keys.type("lin")  # over what was found, which is marked
        keys.press("Enter")
        expect(page.locator(".counter-name")).to_contain_text("Lin")
    assert results() == ["passed", "passed"]


def test_a_guest_found_by_wechat_name_is_announced_on_an_open_overview(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app, "Liu", "Lin") as (seen, _codes):
        with transaction() as db:
            liu = db.scalars(select(Person).where(Person.latin_given == "Liu")).one()
            row = db.scalars(select(Registration).where(Registration.person_id == liu.id)).one()
            update_person(db, liu.id, {"wechat": "teamountain88"}, version=liu.version, **BY)
            owner_id = db.scalars(select(Account.id).order_by(Account.id)).first()
            mark_vip(db, row.edition_id, row.id, responsible_id=owner_id, version=row.version, **BY)
        overview = seen.page.context.new_page()
        overview.goto(f"{seen.site}{HOME}/")
        expect(overview.locator("#vip-alerts-now")).not_to_contain_text("Liu")

        seen.page.keyboard.type("teamountain88")
        expect(seen.page.locator("[data-counter-row]")).to_contain_text("Liu")
        seen.page.locator("[data-counter-row]").click()
        seen.page.get_by_role("button", name="Check in C").click()

        expect(overview.locator("#vip-alerts-now")).to_contain_text("Liu")


def test_the_keys_open_nobody_who_was_found_by_what_stood_in_the_box_before(browser: Browser, own_app: Flask) -> None:
    """A hand scanner that sends no Enter, and an arrow that comes before the answer does."""
    with desk(browser, own_app, "Liu", "Lin") as (seen, codes):
        page, keys = seen.page, seen.page.keyboard
        box, listed = page.locator("#f-search"), page.locator(".counter-who")
        keys.type("liu", delay=150)
        expect(listed).to_have_text(["Liu"])
        box.select_text()
        keys.type(codes["Lin"], delay=20)
        expect(listed).to_have_text(["Lin"])
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(page.locator(".counter-name")).to_have_text("Lin")
        box.fill("liu")
        expect(listed).to_have_text(["Liu"])
        box.select_text()
        keys.type(codes["Lin"])
        keys.press("ArrowDown")
        expect(page.locator("[data-counter-row]:focus .counter-who")).to_have_text("Lin")
        box.focus()
        page.route("**/desk?search=*", lambda route: route.fulfill(status=500, body="An error"))
        box.fill("liu")
        expect(listed).to_have_count(0)


def test_the_keyboard_stays_on_whoever_an_arrow_led_to_when_an_earlier_answer_comes(
    browser: Browser, own_app: Flask
) -> None:
    with desk(browser, own_app, "Liu") as (seen, _codes):
        page, held = seen.page, []
        page.route("**/desk?search=liu", lambda route: route.continue_() if held else held.append(route))
        with page.expect_request("**/desk?search=liu"):
            page.keyboard.type("liu")
        page.keyboard.press("ArrowDown")
        chosen = page.locator("[data-counter-row]:focus")
        expect(chosen).to_contain_text("Liu")
        row = chosen.element_handle()
        held[0].continue_()
        page.wait_for_function("row => !row.isConnected", arg=row)
        expect(chosen).to_contain_text("Liu")


def test_a_rehearsal_goes_by_enter_alone_as_the_day_will_and_leaves_nothing(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app, "Liu") as (seen, _codes):
        page, keys = seen.page, seen.page.keyboard
        by = {**BY, "now": clock.now()}
        with transaction() as db:
            edition = db.scalars(select(Edition).where(Edition.slug == "forum")).one()
            to_come = dict.fromkeys(("starts_on", "ends_on"), date(2999, 5, 22))
            update_edition(db, edition.id, to_come, version=edition.version, **by)
            rehearsal = start_rehearsal(db, edition.id, **by)
        leave_out_printing(page, "**/rehearsed-badges*")
        seen.go(f"{HOME}/desk")
        keys.type("liu\n")
        expect(page.get_by_role("button", name="Check in C")).to_be_focused()
        keys.press("Enter")
        expect(page.get_by_role("button", name="Print the badge")).to_be_focused()
        keys.press("Enter")
        expect(page.locator("[data-counter-print]")).to_be_visible(timeout=30_000)
        expect(page.locator(".counter-print")).to_contain_text("marked as a rehearsal")
        expect(page.get_by_role("button", name="Hand out the badge")).to_be_focused(timeout=30_000)
        keys.press("Enter")
        expect(page.locator("#f-search")).to_be_focused()
        assert seen.faults() == []
        assert results() == ["passed", "passed"]
        with transaction() as db:
            end_rehearsal(db, edition.id, rehearsal.id, version=rehearsal.version, **by)
    assert results() == []
    assert rows(select(PrintJob)) == []


def test_after_each_act_the_keys_that_are_shown_are_those_that_work(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app, "Liu", "Lin") as (seen, _codes):
        page, keys = seen.page, seen.page.keyboard
        box, card, said = (
            page.locator("#f-search"),
            page.locator("[data-counter-card]"),
            page.locator("[data-counter-said]"),
        )
        shown = page.locator(".counter-acts kbd >> visible=true")
        keys.type("liu\n")
        expect(page.get_by_role("button", name="Check in C")).to_be_focused()
        expect(shown.first).to_have_text("C")
        keys.press("h")
        expect(said).to_contain_text("Badge handed out")
        expect(box).to_be_focused()
        expect(shown).to_have_count(0)
        keys.press("Escape")  # to the card and back
        expect(card).to_be_focused()
        expect(shown.first).to_have_text("C")
        keys.press("Escape")
        expect(box).to_be_focused()
        keys.press("Escape")
        keys.press("c")
        expect(said).to_contain_text("Checked in")
        expect(page.get_by_role("button", name="Print the badge")).to_be_focused()
        keys.press("u")
        expect(said).to_contain_text("taken back")
        expect(box).to_be_focused()
        keys.type("lin\n")
        expect(page.locator(".counter-name")).to_contain_text("Lin")
        keys.type("liu\n", delay=120)  # as somebody types a name who forgot where the keyboard is
        expect(page.locator(".counter-name")).to_contain_text("Liu")
    assert results() == ["passed", "passed", "undone"]


def test_a_refusal_leaves_the_keyboard_where_something_can_be_done(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app, "Liu") as (seen, _codes):
        page, keys = seen.page, seen.page.keyboard
        with transaction() as db:
            row = db.scalars(select(Registration)).one()
            cancel(db, row.edition_id, row.id, version=row.version, **BY)
        keys.type("liu\n")
        expect(page.get_by_role("button", name="Check in C")).to_be_focused()
        keys.press("Enter")
        expect(page.locator("[data-counter-said=bad]")).to_contain_text("Cancelled")
        expect(page.locator("[data-counter-card]")).to_be_focused()
        keys.press("l")
        expect(page.get_by_label("Authorized by")).to_be_focused()
        page.get_by_label("Name of someone else").fill("Guo Shaochun")
        page.get_by_label("Reason").focus()
        keys.type("guest of the host\n")
        expect(page.locator("[data-counter-said=ok]")).to_contain_text("Checked in")
        expect(page.get_by_role("button", name="Print the badge")).to_be_focused()  # who is let in gets one, too
    assert results() == ["cancelled", "passed"]


def hold_check_ins(page: Page) -> list[Route]:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/check-in", hold)
    return held


def test_a_hand_scanner_leads_to_the_next_one_from_anywhere(browser: Browser, own_app: Flask) -> None:
    """From the card, from a field that asks something else, from the menu, and while an answer is on its way."""
    with desk(browser, own_app, "Liu", "Lin") as (seen, codes):
        page, keys = seen.page, seen.page.keyboard
        name = page.locator(".counter-name")
        held = hold_check_ins(page)

        def scanned(who: str) -> None:
            keys.type(f"{codes[who]}\n")
            expect(name).to_contain_text(who)

        scanned("Liu")
        scanned("Lin")  # none of its letters is a key for whoever is in hand
        page.get_by_text("Edit and print").click()
        page.get_by_label("Latin name").focus()
        scanned("Liu")
        page.get_by_role("link", name="Printing", exact=True).first.focus()
        scanned("Lin")
        page.get_by_role("link", name="Transfer registration").click()
        expect(page.get_by_label("Family name")).to_be_focused()
        page.wait_for_load_state()  # from then on the page listens; before, the server reads the code that was typed
        scanned("Liu")
        with page.expect_request("**/check-in"):
            keys.press("Enter")
        keys.type(codes["Lin"][:4])
        with page.expect_response("**/desk/1?*scan=1"):
            held[0].continue_()
        keys.type(f"{codes['Lin'][4:]}\n")
        expect(name).to_contain_text("Lin")
        cancel_by_code(codes["Lin"])
        with page.expect_request("**/check-in"):
            keys.press("Enter")
        keys.type(f"{codes['Liu']}\n")
        held[1].continue_()
        expect(name).to_contain_text("Liu")
        expect(page.locator(".alert-warn")).to_contain_text("Lin")  # what became of whoever stood there before
        expect(page.locator(".alert-warn")).to_contain_text("Cancelled")
    assert results() == ["passed", "cancelled"]
    assert len(rows(select(Registration))) == 2


def cancel_by_code(short: str) -> None:
    with transaction() as db:
        gone = db.scalar(select(Registration).join(TicketCode).where(TicketCode.short == short))
        assert gone is not None
        cancel(db, gone.edition_id, gone.id, version=gone.version, **BY)


def test_a_refusal_stays_while_the_next_name_is_typed(browser: Browser, own_app: Flask) -> None:
    """Until the next letter: what was typed before it came is not looked for in its place."""
    with desk(browser, own_app, "Lin") as (seen, codes):
        page, keys = seen.page, seen.page.keyboard
        held = hold_check_ins(page)
        keys.type(f"{codes['Lin']}\n")
        expect(page.locator(".counter-name")).to_contain_text("Lin")
        cancel_by_code(codes["Lin"])
        with page.expect_request("**/check-in"):
            keys.press("Enter")
        keys.type("li")
        held[0].continue_()
        refusal = page.locator("[data-counter-said][role=alert]")
        expect(refusal).to_contain_text("Cancelled")
        page.wait_for_timeout(400)  # longer than the pause after which the box is looked for
        expect(refusal).to_contain_text("Cancelled")
        keys.type("n")
        expect(page.locator("[data-counter-row]")).to_have_count(1)
        expect(refusal).to_have_count(0)


def test_a_hand_scanner_that_types_slowly_gives_nobodys_place_away(browser: Browser, own_app: Flask) -> None:
    """Too slowly for the page to tell it from a person: the form that was open is sent with the code as a name."""
    with desk(browser, own_app, "Liu", "Lin") as (seen, codes):
        page, keys = seen.page, seen.page.keyboard
        keys.type(f"{codes['Liu']}\n")
        page.get_by_role("link", name="Transfer registration").click()
        expect(page.get_by_label("Family name")).to_be_focused()
        page.wait_for_load_state()
        keys.type(f"{codes['Lin']}\n", delay=110)
        expect(page.locator(".counter-name")).to_contain_text("Lin")
        expect(page.locator(".messages")).to_contain_text("changed nothing")
        expect(page.get_by_role("button", name="Check in C")).to_be_focused()  # and Enter goes on with them
    assert len(rows(select(Registration))) == 2


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_without_the_network_the_desk_says_so_and_loses_nothing(
    browser: Browser, own_app: Flask, language: str
) -> None:
    """What was typed stays, the station's page goes on, and what was sent meanwhile is sent once the network is back."""
    words = {
        "en": (
            "No connection since",
            "Go on at the station",
            "Waits to be sent: Liu",
            "The connection is back",
            "with an error",
        ),
        "zh-Hans": ("起连接中断", "转到签到工位页面", "待发送：Liu", "连接已恢复", "返回了错误"),
    }[language]
    with desk(browser, own_app, "Liu", "Lin") as (seen, _codes):
        page, keys = seen.page, seen.page.keyboard
        seen.go(f"{HOME}/desk?lang={language}")
        panel, box = page.locator("[data-counter-network]"), page.locator("#f-search")
        expect(page.locator("[data-counter-unready]")).to_be_visible()
        station = page.context.new_page()
        station.goto(
            page.locator(".page-actions a, .counter-station ~ a, a[href*='/checkin/']").first.evaluate("a => a.href")
        )
        expect(station.locator(".alone-known")).to_contain_text("2")
        station.wait_for_function(KEPT)
        station.close()
        keys.type("liu\n")
        expect(page.locator("[data-counter-first]")).to_be_focused()
        page.context.set_offline(True)
        expect(panel).to_contain_text(words[0], timeout=10_000)
        keys.press("Enter")
        expect(panel).to_contain_text(words[2])
        box.fill("lin")
        expect(box).to_have_value("lin")
        with page.context.expect_page() as opened:
            panel.get_by_role("link", name=words[1]).click()
        expect(opened.value.locator("#code")).to_be_focused()
        opened.value.close()
        assert results() == []
        page.route("**/check-in", lambda route: route.fulfill(status=500, body="An error"))
        page.context.set_offline(False)
        expect(panel).to_contain_text(words[4], timeout=10_000)
        expect(panel).to_contain_text(words[2])
        assert results() == []
        page.unroute("**/check-in")
        expect(panel).not_to_contain_text(words[2], timeout=10_000)
        expect(panel).to_contain_text(words[3])
        expect(page.locator("[data-counter-row]")).to_have_count(1)  # whom they had begun to look for
        expect(page.locator(".counter-who")).to_contain_text("Lin")
        assert results() == ["passed"]
        (scan,) = rows(select(Scan))
        assert (scan.told, scan.counts_at < scan.received_at) == (Result.UNKNOWN, True)  # of when it was done
        panel.locator("li button").click()
        expect(page.locator(".counter-name")).to_contain_text("Liu")
        expect(page.locator("[data-counter-said=ok]")).to_be_visible()
        assert [one for one in seen.faults() if "DISCONNECTED" not in one and "500" not in one] == []


def test_what_was_kept_and_is_refused_for_good_waits_no_more_and_stands_until_it_is_let_go_of(
    browser: Browser, own_app: Flask
) -> None:
    with desk(browser, own_app, "Liu") as (seen, _codes):
        page, asked = seen.page, list[int]()

        def refuse(route: Route) -> None:
            asked.append(404)
            route.fulfill(status=404, body="An error")

        def is_desk(url: str) -> bool:
            return url.endswith("/desk")

        panel = page.locator("[data-counter-network]")
        page.keyboard.type("liu\n")
        expect(page.locator("[data-counter-first]")).to_be_focused()
        page.context.set_offline(True)
        expect(panel).to_contain_text("No connection since", timeout=10_000)
        now = datetime.now(ZoneInfo(ZONE))  # the forum's clock; the browser's is elsewhere
        since = {f"{at:%H:%M}" for at in (now, now - timedelta(minutes=1))}
        assert any(f"since {at}." in panel.inner_text() for at in since), panel.inner_text()
        page.keyboard.press("Enter")
        expect(panel).to_contain_text("Waits to be sent: Liu")
        page.route("**/check-in", refuse)
        page.context.set_offline(False)
        expect(panel.locator("[data-state]")).to_contain_text("was refused, and is not done", timeout=10_000)
        expect(panel.locator("li")).to_contain_text("Not done: Liu")
        expect(panel.locator("li")).to_contain_text("is not there any more")
        with page.expect_response("**/desk/pulse"):  # of what is refused, the next beat sends nothing
            pass
        assert asked == [404]
        page.route(is_desk, lambda route: route.fulfill(status=403, body="An error"))  # their role was taken away
        panel.get_by_role("button", name="Send it again").click()
        expect(panel.locator("li")).to_contain_text("Your account may not do this here", timeout=10_000)
        assert (asked, results()) == ([404], [])
        page.unroute(is_desk)
        assert [one for one in seen.faults() if "DISCONNECTED" not in one and "status of 40" not in one] == []
        panel.get_by_role("button", name="Let go of it").click()
        expect(panel).to_be_hidden()
        page.locator("[data-counter-act=c] button").click()  # and so without an outage
        expect(panel.locator("li")).to_contain_text("Not done: Liu")
        assert asked == [404, 404]


def test_a_gap_stands_between_chinese_words_and_a_latin_name(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app, "Liu") as (seen, _codes):
        with transaction() as db:
            db.execute(update(Account).values(name="Protocol officer"))
            db.execute(
                update(Registration).values(is_vip=True, responsible_id=select(func.min(Account.id)).scalar_subquery())
            )
        seen.go(f"{HOME}/desk?lang=zh-Hans&search=liu")
        seen.page.locator("[data-counter-row]").click()
        note = seen.page.locator(".counter-note")
        expect(note).to_have_text("贵宾：请联系Protocol officer")  # also where the name is Chinese
        assert note.evaluate(GAP) > 1


def test_a_long_name_of_a_checkpoint_makes_no_page_wider(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app, "Liu") as (seen, _codes):
        page, keys = seen.page, seen.page.keyboard
        with transaction() as db:
            db.execute(update(Checkpoint).values(name={"en": "W" * 400}))
        page.set_viewport_size({"width": 360, "height": 800})
        seen.go(f"{HOME}/desk")
        keys.type("liu\n")
        page.locator("[data-counter-act=c] button").click()
        expect(page.locator("[data-counter-said=ok]")).to_contain_text("Checked in")
        assert seen.faults() == []
        seen.go(f"{HOME}/live")
        assert seen.faults() == []


def test_the_hint_in_the_box_is_read_whole_on_a_phone(browser: Browser, own_app: Flask) -> None:
    with desk(browser, own_app) as (seen, _codes):
        seen.page.set_viewport_size({"width": 360, "height": 800})
        for language in ("en", "zh-Hans"):
            seen.go(f"{HOME}/desk?lang={language}")
            assert (language, seen.page.locator("#f-search").evaluate(CUT)) == (language, 0)
