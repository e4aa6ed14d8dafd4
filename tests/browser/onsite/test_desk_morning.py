"""The registration desk on the morning of a forum: 412 are expected, 300 come to three stations and a desk from 08:15 to
09:00, and from 08:40 to 08:55 the stations have no network.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role, whole_house
from forumapp.domain.audit.services import create
from forumapp.domain.checkin.live.numbers import live
from forumapp.domain.checkin.models import Admission, CheckinDevice, Scan
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from tests.browser.conftest import AXE, press, serving, visit
from tests.seeds import BY, seed, seed_access, seed_delegation
from tests.web.organizer.house import PASSWORD, rows

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page
    from sqlalchemy.orm import Session as DbSession

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
SLUG = "ccbf-2023"
STATION, DESK = f"/checkin/{SLUG}", f"/organizer/{SLUG}/desk"
ZONE = ZoneInfo("America/Los_Angeles")
EXPECTED, BY_BADGE, COME = 412, 298, 300
NOT_EXPECTED = 2  # one on the waiting list and one who has cancelled, of whom stations know as well
DELEGATIONS = {"Jiangsu": 52, "Hubei": 31, "Shanghai": 38, "CCCME": 11}
GOVERNOR, LIU = 0, 1
# Each wave of badges is shared out to the stations; of those in the middle the stations decide alone.
BEFORE, WITHOUT, AFTER = [(8, 16), (8, 21), (8, 26), (8, 31), (8, 36)], [(8, 41), (8, 46), (8, 51)], [(8, 57)]
# The clock of the third station is seven minutes fast.
FAST = {2: timedelta(minutes=7)}
PATIENCE = 60_000
AT_ONCE = 1.0  # second in which somebody is found
# As a hand scanner types: one code after the other, without waiting for what becomes of the one before.
TYPED = """(codes) => {
    const form = document.querySelector("[data-scan]");
    const result = document.getElementById("result");
    const said = (window.said = []);
    window.seeing?.disconnect();
    window.seeing = new MutationObserver(() => said.push(result.querySelector("[data-said]").dataset.result));
    window.seeing.observe(result, { childList: true });
    for (const code of codes) {
        form.elements.code.value = code;
        form.requestSubmit(form.querySelector("button"));
    }
}"""


@dataclass
class Morning:
    """What somebody with a pencil would know: whose codes are whose, who has come (`came`), and how often the stations
    said what (`said`). The clocks, the server's and those of the stations' pages (`pages`), are moved on by hand.
    """

    edition_id: int
    door_id: int
    ids: list[int]
    codes: dict[int, str]
    pairing: list[str]
    delegation_of: dict[int, str]
    ahead: timedelta = timedelta()
    pages: list[Page] = field(default_factory=list)
    came: set[int] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def becomes(self, hour: int, minute: int) -> None:
        """The clocks of all walls; that by which a page sees how quick the server is runs on, whatever it has just asked."""
        self.ahead += datetime(2023, 5, 22, hour, minute, tzinfo=ZONE) - self.now()
        for at, page in enumerate(self.pages):
            page.clock.set_system_time(self.now() + FAST.get(at, timedelta()))

    def scan(self, lines: dict[int, list[str]]) -> list[list[str]]:
        """All stations at once; what each of them said of each code that was typed there."""
        for at, codes in lines.items():
            self.pages[at].evaluate(TYPED, codes)
        found = []
        for at, codes in lines.items():
            page = self.pages[at]
            page.wait_for_function("count => window.said.length >= count", arg=len(codes), timeout=PATIENCE)
            found.append(page.evaluate("window.said"))
            self.said.update(found[-1])
        return found

    def line_up(self, wave: list[int]) -> None:
        """They are shared out to the stations, and all pass."""
        lines = {at: [self.codes[one] for one in wave[at :: len(self.pages)]] for at in range(len(self.pages))}
        assert self.scan(lines) == [["passed"] * len(line) for line in lines.values()]
        self.came.update(wave)


def test_the_morning_at_the_desk(browser: Browser, own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as db:
        morning = expect_everyone(db)
    monkeypatch.setattr(clock, "now", morning.now)
    morning.becomes(8, 5)
    pair(morning)
    with serving(own_app) as site:
        stations = [open_station(browser, site, morning, at) for at in range(3)]
        desk, wall = open_desk(browser, site)
        waves = iter(in_waves(morning.ids))
        for at in BEFORE:
            morning.becomes(*at)
            morning.line_up(next(waves))
        the_officer_is_told_of_the_governor(morning)
        anyone_is_found_at_once(desk)

        early, given, old = the_network_is_away(morning, desk, waves)

        three_badges_came_twice(morning, early, given, old)
        let_a_vip_in_over_capacity(morning, desk)
        for at in AFTER:
            morning.becomes(*at)
            morning.line_up(next(waves))
        morning.becomes(9, 5)
        everyone_is_counted(morning, wall)
        for seen in stations:
            seen.page.context.close()
        desk.context.close()


def expect_everyone(db: DbSession) -> Morning:
    """Written in bulk, but for those of whom the story tells."""
    seeded = seed(db, EXPECTED)
    edition, ids = seeded.edition, seeded.registration_ids
    edition.status = EditionStatus.OPEN
    db.flush()
    seed_access(db, edition.id, "desk@forum.example", Role.REGISTRATION_DESK, password=PASSWORD)
    officer = seed_access(db, edition.id, "protocol@forum.example", Role.PROTOCOL_OFFICER)
    vips = RegistrationType(edition_id=edition.id, code="vip", name={"en": "VIP"}, description={}, quota=1, taken=1)
    create(db, vips, **BY)
    governor = db.get_one(Registration, ids[GOVERNOR])
    governor.type_id, governor.is_vip, governor.responsible_id = vips.id, True, officer.id
    called(db, ids[GOVERNOR], latin_family="Kounalakis", latin_given="Eleni", native_full="", name_order="given-first")
    called(db, ids[LIU], latin_family="Liu", latin_given="Chun", native_full="刘春", phone="+8613800128923")
    called(db, ids[LIU + 1], latin_family="Liu", latin_given="Min", native_full="刘敏", phone="+8613800120000")
    first, delegation_of = 10, {}
    for name, count in DELEGATIONS.items():
        members = ids[first : first + count]
        seed_delegation(db, edition, name, members).members = count
        delegation_of |= dict.fromkeys(members, name)
        first += count
    db.flush()
    for kind in db.scalars(select(RegistrationType)):
        placed = Registration.type_id == kind.id, Registration.status == "confirmed"
        kind.taken = db.scalar(select(func.count()).where(*placed)) or 0
    db.flush()
    door = create_checkpoint(db, edition.id, {"kind": "door", "name": {"en": "Main door"}}, **BY)
    codes = {row.registration_id: row.code for row in db.scalars(select(TicketCode))}
    return Morning(edition.id, door.id, ids, codes, [], delegation_of)


def called(db: DbSession, registration_id: int, **said: Any) -> None:
    person = db.get_one(Person, db.get_one(Registration, registration_id).person_id)
    update_person(db, person.id, said, version=person.version, **BY)


def in_waves(ids: list[int]) -> list[list[int]]:
    """Those who come by their badges, of all types and delegations, in the order of the morning."""
    coming = [one for number, one in enumerate(ids) if number % 11 < 8][:BY_BADGE]
    waves = len([*BEFORE, *WITHOUT, *AFTER])
    return [coming[at::waves] for at in range(waves)]


def pair(morning: Morning) -> None:
    with transaction() as db:
        for number in (1, 2, 3):
            said = {"checkpoint_id": morning.door_id, "name": f"Station {number}"}
            morning.pairing.append(add_device(db, morning.edition_id, said, actor=BY["actor"], now=clock.now())[1])


def open_station(browser: Browser, site: str, morning: Morning, at: int) -> Visit:
    _context, seen = visit(browser, site, width=(360, 768, 1280)[at], language="en-US")
    page = seen.page
    page.clock.install(time=morning.now() + FAST.get(at, timedelta()))
    seen.go(STATION)
    page.fill("input[name=code]", morning.pairing[at])
    press(page, ".sign-in button")
    expect(page.locator(".alone-known")).to_contain_text(f"Knows {EXPECTED + NOT_EXPECTED} people", timeout=PATIENCE)
    morning.pages.append(page)
    return seen


def open_desk(browser: Browser, site: str) -> tuple[Page, Page]:
    """The desk on a cable of its own, and the live numbers beside it, which nobody touches until the end."""
    context, seen = visit(browser, site, width=1280, language="en-US")
    seen.go("/organizer/sign-in?lang=en")
    seen.page.fill("#f-email", "desk@forum.example")
    seen.page.fill("#f-password", PASSWORD)
    press(seen.page, "main button[type=submit]")
    # The browser's own reader of PDFs in a frame ends Playwright's driver when the frame goes.
    seen.page.route("**/desk/badges/*", lambda route: route.fulfill(body="A badge"))
    wall = context.new_page()
    wall.goto(f"{site}/organizer/{SLUG}/live")
    seen.go(DESK)
    return seen.page, wall


def the_officer_is_told_of_the_governor(morning: Morning) -> None:
    """Once, though her badge is shown again, which the station says."""
    assert morning.scan({1: [morning.codes[morning.ids[GOVERNOR]]]}) == [["already-in"]]
    expect(morning.pages[1].locator("#result")).to_contain_text("VIP: call Protocol")
    (mail,) = rows(select(Message).where(Message.template == "vip-alert"))
    assert (mail.recipient, mail.values["both"]) == ("protocol@forum.example", "Eleni Kounalakis")


def anyone_is_found_at_once(desk: Page) -> None:
    for words, others in (("liu", 1), ("刘", 1), ("chun liu", 0), ("8923", 0)):
        assert any(found_in(desk, words, 1 + others) < AT_ONCE for _ in range(3)), words


def found_in(desk: Page, words: str, count: int) -> float:
    """Seconds until Liu Chun is found with so many in all."""
    found = desk.locator("[data-counter-row]")
    desk.fill("#f-search", "")
    expect(found).to_have_count(0)
    began = monotonic()
    desk.fill("#f-search", words)
    found.filter(has_text="刘春").wait_for()
    took = monotonic() - began
    expect(found).to_have_count(count)
    return took


def the_network_is_away(morning: Morning, desk: Page, waves: Any) -> tuple[list[int], int, int]:
    """Stations go on; what happens at the desk they cannot know. Three badges are shown at two of them, and the old badge
    of somebody whose place is another person's by now passes.
    """
    for page in morning.pages:
        page.context.set_offline(True)
    morning.becomes(*WITHOUT[0])
    morning.line_up(wave := next(waves))
    early = wave[::3][:3]  # at the first station
    again = {0: [morning.codes[early[0]]]}
    assert morning.scan(again) == [["already-in"]]

    old = next(one for one, name in morning.delegation_of.items() if name == "Hubei" and one not in coming(morning))
    given = give_the_place_to_another(morning, desk, old)
    morning.becomes(*WITHOUT[1])
    morning.line_up(next(waves))
    alone = {1: [morning.codes[one] for one in early] + [morning.codes[given]], 2: [morning.codes[old]]}
    assert morning.scan(alone) == [["passed", "passed", "passed", "unknown"], ["passed"]]
    expect(morning.pages[1].locator("#result")).to_contain_text("Not yet known here")
    morning.came.add(given)  # let in by whoever stands there
    morning.becomes(*WITHOUT[2])
    morning.line_up(next(waves))
    return early, given, old


def coming(morning: Morning) -> set[int]:
    return {one for wave in in_waves(morning.ids) for one in wave}


def give_the_place_to_another(morning: Morning, desk: Page, old: int) -> int:
    """One of Hubei comes instead of another, and has a new badge within half a minute, and takes over the place in the delegation."""
    desk.goto(f"{desk.url.split('/organizer')[0]}{DESK}/{old}")
    began = monotonic()
    desk.click("[data-counter-act=s]")
    desk.fill("#f-latin_family", "Xiong")
    desk.fill("#f-latin_given", "Bing")
    desk.fill("#f-native_full", "熊冰")
    desk.click(".counter button[type=submit]")
    badge = desk.locator("[data-counter-print]")
    expect(badge).to_be_attached(timeout=30_000)
    printed = desk.request.get(desk.url.split("/organizer")[0] + (badge.get_attribute("src") or "").split("#")[0])
    assert (printed.headers["content-type"], monotonic() - began < 30) == ("application/pdf", True)
    with transaction() as db:
        given = db.get_one(Registration, old).replaced_by_id
        assert given is not None
        morning.codes[given] = db.scalars(select(TicketCode.code).where(TicketCode.registration_id == given)).one()
    morning.delegation_of[given] = morning.delegation_of.pop(old)
    return given


def three_badges_came_twice(morning: Morning, early: list[int], given: int, old: int) -> None:
    """The second station comes back first, and is right until the first one has told what it did before."""
    morning.becomes(8, 55)
    for at in (1, 0, 2):
        page = morning.pages[at]
        expect(page.locator(".alone-waiting")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator(".alone-waiting")).to_be_hidden(timeout=PATIENCE)
        expect(page.locator("#alone.is-away")).to_have_count(0, timeout=PATIENCE)
    for at, told in enumerate([[], [], ["Transferred to another person"]]):
        expect(morning.pages[at].locator(".alone-notes li")).to_contain_text(told)
        assert morning.scan({at: [morning.codes[old]]}) == [["replaced"]]
        expect(morning.pages[at].locator("[data-said=bad]")).to_be_visible()
    assert morning.scan({0: [morning.codes[given]]}) == [["already-in"]]

    query = select(Scan, Admission.first_at, CheckinDevice.name).where(Scan.result == "passed")
    query = query.join(Admission, Admission.registration_id == Scan.registration_id)
    query = query.join(CheckinDevice, CheckinDevice.id == Scan.device_id)
    with transaction() as db:
        scans = db.execute(query).all()
        second = {(scan.registration_id, name) for scan, first_at, name in scans if scan.counts_at != first_at}
        wrongly = list(db.scalars(select(Scan.registration_id).where(Scan.told == "passed", Scan.result != "passed")))
        skews = {name: scan.skew for scan, _first, name in scans if scan.told}
    assert (second, wrongly) == ({(one, "Station 2") for one in early}, [old])
    assert round((skews["Station 3"] - skews["Station 1"]) / 60) == FAST[2] // timedelta(minutes=1)


def let_a_vip_in_over_capacity(morning: Morning, desk: Page) -> None:
    """No place is left for one more of them, until the protocol officer stands for it."""
    desk.goto(f"{desk.url.split('/organizer')[0]}{DESK}/walk-in")
    desk.select_option("#f-type_id", label="VIP")
    desk.fill("#f-latin_family", "Whitmore")
    desk.fill("#f-organization", "Senate of California")
    desk.uncheck("#f-prints")
    desk.click(".counter button[type=submit]")
    desk.check("#f-over_capacity")
    desk.select_option("#f-authorized_by", label="Protocol")
    desk.fill("#f-reason", "Comes with the Lieutenant Governor")
    desk.click(".counter button[type=submit]")
    expect(desk.locator("[data-counter-said=ok]")).to_contain_text("Checked in")
    (walked_in,) = rows(select(Registration).where(Registration.source == "walk-in"))
    assert walked_in.over_capacity_by is not None
    morning.came.add(walked_in.id)


def everyone_is_counted(morning: Morning, wall: Page) -> None:
    """To the person, on a page that has kept itself fresh; and each scan of which a station spoke is there once."""
    assert len(morning.came) == COME
    expect(wall.locator(".live-number")).to_have_text(f"{COME} have come of {EXPECTED + 1}", timeout=PATIENCE)
    with transaction() as db:
        query = select(Registration.id, RegistrationType.name)
        query = query.join(RegistrationType, RegistrationType.id == Registration.type_id)
        type_of = {one: name["en"] for one, name in db.execute(query.where(Registration.status == "confirmed"))}
        stations = Counter(db.scalars(select(func.coalesce(Scan.told, Scan.result)).where(Scan.device_id.is_not(None))))
        edition = db.get_one(Edition, morning.edition_id)
        (door,) = live(db, edition, whole_house(edition.id), day=None, now=clock.now()).doors
    group_of = {one: morning.delegation_of.get(one, "In no delegation") for one in type_of}
    for section, of in (("by-type", type_of), ("by-delegation", group_of)):
        came, expected = Counter(of[one] for one in morning.came), Counter(of.values())
        assert counted(wall, section) == {name: f"{came[name]} / {expected[name]}" for name in expected}
    assert {name: Counter(group_of.values())[name] for name in DELEGATIONS} == DELEGATIONS
    assert stations == morning.said
    waves = [len(wave) for wave in in_waves(morning.ids)]
    waves[len(BEFORE) + 1] += 1  # whose badge was not known yet
    waves[-1] += 1  # the walk-in
    assert [count for count in door.flow.counts if count] == waves


def counted(wall: Page, section: str) -> dict[str, str]:
    """What stands in a table: of whom how many have come of how many."""
    found = wall.locator(f"section[aria-labelledby={section}] tbody tr").all()
    cells = [(one.locator("th").inner_text(), one.locator("td").first.inner_text()) for one in found]
    return {name.split("\n")[0]: count for name, count in cells}
