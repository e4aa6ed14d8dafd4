"""A liaison's way in a whole installation: invited by mail, made to set two factors up, and shown its own alone."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import expect

from forumapp.domain.accounts.permissions import Role
from tests.browser.conftest import AXE, ON_ONE_SIZE, press, visit
from tests.browser.installation import EDITION, installed
from tests.conftest import BOTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import APIResponse, Browser, Page

    from tests.browser.conftest import Visit
    from tests.browser.installation import Installation, Member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
HOME = f"/organizer/{EDITION}"
TWO_FACTOR = "/organizer/account/two-factor"
CODE_STEP = "/organizer/sign-in/code"
PASSWORD = "seven quiet lanterns"
STEP = 30
RECOVERY_CODES = 10
PRINTED = 120_000  # milliseconds
MOST_STEPS = 40
# Of addresses that differ by this alone, as those of thirty people or of a paper's pages, so many are asked for.
SAME = re.compile(r"[0-9a-f]{32,}|\d+|(?<=paper=)[a-z-]+")
BRIEFLY, LONG = 1, 10_000 if BOTH else 3
OK, NOT_FOUND = 200, 404
LANGUAGES = {"en-US": "en", "zh-CN": "zh-Hans"}


@dataclass
class Phone:
    """An app for one-time codes. No code is shown twice."""

    secret: str
    last: int = 0

    def code(self) -> str:
        """The code of now, or the next one, which a site takes from a phone whose clock is half a minute ahead."""
        step = max(int(time.time()) // STEP, self.last + 1)
        time.sleep(max(0.0, (step - 1) * STEP - time.time()))
        self.last = step
        return pyotp.TOTP(self.secret).at(step * STEP)


@dataclass
class Someone:
    """Who works in a browser of their own."""

    seen: Visit
    email: str
    password: str
    phone: Phone
    faults: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.seen.page

    def ask(self, path: str) -> APIResponse:
        """What the address answers in this browser, redirects included."""
        return self.page.request.get(path if path.startswith("http") else self.seen.site + path)


@dataclass(frozen=True)
class Desk:
    """The sample forum with its owner, who asks two factors of everyone."""

    place: Installation
    owner: Someone
    jiangsu: list[Member]
    hubei: list[Member]


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with installed(tmp_path_factory.mktemp("installation")) as (place, (email, password)):
        context, seen = visit(browser, place.site, width=1280, language="en-US")
        sign_in(seen, email, password)
        seen.go(TWO_FACTOR)
        owner = Someone(seen, email, password, set_up(seen, password, []))
        ask_two_factors_of_all(owner)
        yield Desk(place, owner, place.members("jiangsu"), place.members("hubei"))
        context.close()


@pytest.fixture(scope="module")
def liaison(browser: Browser, desk: Desk) -> Iterator[Someone]:
    """Jiangsu's, who has signed in with password and code."""
    context, seen = visit(browser, desk.place.site, width=1280, language="en-US")
    one = join(desk, seen, "jiangsu@liaisons.example", "jiangsu", "en")
    sign_in_with_code(one)
    yield one
    context.close()


@pytest.fixture(scope="module")
def console(desk: Desk) -> dict[str, tuple[int, Path]]:
    """Badges printed from the console: the job and the file, by delegation."""
    found = {}
    for code in ("jiangsu", "hubei"):
        file = desk.place.folder / f"{code}.pdf"
        desk.place.run("print", "badges", EDITION, "--delegation", code, "-o", str(file))
        found[code] = (desk.place.rows("SELECT max(id) FROM print_job")[0][0], file)
    return found


def sign_in(seen: Visit, email: str, password: str) -> None:
    seen.go("/organizer/sign-in")
    seen.page.fill("#f-email", email)
    seen.page.fill("#f-password", password)
    send(seen.page)


def send(page: Page, to: str = "") -> None:
    """Press the button of the page's form, or of the one that is sent `to`."""
    form = f"form[action$='{to}']" if to else "form"
    press(page, f"main {form} button[type=submit]")


def set_up(seen: Visit, password: str, faults: list[str]) -> Phone:
    """Take the secret from the page into a phone, and prove it. The pages' faults are added to `faults`."""
    page = seen.page
    faults += seen.faults()
    send(page, to="/two-factor/begin")
    faults += seen.faults()
    phone = Phone(page.inner_text(".two-factor-secret").replace(" ", ""))
    page.fill("#f-code", phone.code())
    page.fill("#f-current", password)
    send(page, to="/two-factor/confirm")
    faults += seen.faults()
    assert page.locator(".recovery-codes code").count() == RECOVERY_CODES
    press(page, ".recovery-codes ~ p a")
    return phone


def ask_two_factors_of_all(owner: Someone) -> None:
    owner.seen.go(f"{HOME}/access")
    owner.page.check("#f-requires_two_factor")
    send(owner.page, to="/access/two-factor")
    assert owner.page.is_checked("#f-requires_two_factor")


def invite(owner: Someone, email: str, delegation: str, language: str) -> None:
    owner.seen.go(f"{HOME}/access/invite")
    owner.page.fill("#f-email", email)
    owner.page.fill("#f-name", f"Liaison of {delegation}")
    owner.page.select_option("#f-language", language)
    owner.page.check(f"[name=roles][value={Role.DELEGATION_LIAISON}]")
    owner.page.check(f"[name=delegations][value={delegation}]")
    send(owner.page)
    assert email in owner.page.inner_text("main")


def join(desk: Desk, seen: Visit, email: str, delegation: str, language: str) -> Someone:
    """By the link of the mail: a password, and two factors before anything of the forum is shown."""
    invite(desk.owner, email, delegation, language)
    body = desk.place.wait_for_mail(email).get_body(("plain",))
    link = re.search(rf"{desk.place.site}/organizer/invitation/\S+", body.get_content() if body else "")
    assert link
    seen.page.goto(link[0])
    faults = seen.faults()
    for control in ("#f-password", "#f-again"):
        seen.page.fill(control, PASSWORD)
    send(seen.page)
    seen.go(f"{HOME}/registrations")
    assert urlsplit(seen.page.url).path == TWO_FACTOR
    return Someone(seen, email, PASSWORD, set_up(seen, PASSWORD, faults), faults)


def sign_in_with_code(one: Someone) -> None:
    one.page.context.clear_cookies()
    sign_in(one.seen, one.email, one.password)
    assert urlsplit(one.page.url).path == CODE_STEP
    one.faults += one.seen.faults()
    one.page.fill("#f-code", one.phone.code())
    send(one.page)


def links(answer: APIResponse) -> set[str]:
    """The addresses of organizers' pages that a page links to, without the places in them and the other language; of
    the many ways to look at a workspace, each day.
    """
    found = {unescape(one) for one in re.findall(r'href="(/organizer[^"#]*)', answer.text())}
    return {one for one in found if "lang=" not in one and not ("/workspace?" in one and "&" in one)}


def names_in(text: str, people: list[Member]) -> set[str]:
    """Whose names or codes are there; lines may break within a name."""
    flat = re.sub(r"\s+", "", text)
    return {one.name for one in people if one.name in flat or one.code in flat}


def words_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout


def everyone(people: list[Member]) -> set[str]:
    return {one.name for one in people}


@pytest.mark.parametrize("of_a_kind", [BRIEFLY, pytest.param(LONG, marks=pytest.mark.long)])
def test_every_kind_of_page_that_can_be_clicked_to_is_open_and_without_the_other_delegation(
    desk: Desk, liaison: Someone, of_a_kind: int
) -> None:
    todo, answers, seen = [f"{HOME}/", "/organizer/account"], dict[str, int](), set[str]()
    kinds: Counter[str] = Counter()
    while todo:
        path = todo.pop(0)
        kind = SAME.sub("#", path)
        if path in answers or kinds[kind] == of_a_kind:
            continue
        kinds[kind] += 1
        answer = liaison.ask(path)
        answers[path] = answer.status
        todo += sorted(links(answer))
        seen |= names_in(answer.text(), desk.jiangsu)
        assert (path, names_in(answer.text(), desk.hubei), re.findall("hubei|湖北", answer.text(), re.IGNORECASE)) == (
            path,
            set(),
            [],
        )

    assert {path: status for path, status in answers.items() if status != OK} == {}
    assert seen == everyone(desk.jiangsu)


@pytest.mark.parametrize("page", ["people", "registrations", "delegations/jiangsu"])
def test_lists_count_and_find_its_own_alone(desk: Desk, liaison: Someone, page: str) -> None:
    mine, other = desk.jiangsu[0].name, desk.hubei[0].name

    liaison.seen.go(f"{HOME}/{page}")
    assert liaison.page.inner_text(".pager").startswith(f"{len(desk.jiangsu)} ")

    for name, count in ((mine, 1), (other, 0)):
        liaison.page.fill("main input[type=search]", name)
        enter(liaison.page)
        expect(liaison.page.locator("main tbody tr", has_text=name)).to_have_count(count)  # the list follows by itself


def test_the_numbers_of_the_overview_are_its_own(desk: Desk, liaison: Someone) -> None:
    liaison.seen.go(f"{HOME}/")

    assert liaison.page.locator(".figure-number").all_inner_texts() == [str(len(desk.jiangsu))]
    assert liaison.page.locator("#delegations ~ * tbody tr").count() == 1


def test_editing_the_address_finds_nothing(desk: Desk, liaison: Someone, console: dict[str, tuple[int, Path]]) -> None:
    def paths(one: Member, delegation: str) -> list[str]:
        return [
            f"people/{one.person_id}",
            f"registrations/{one.registration_id}",
            f"delegations/{delegation}",
            f"paper/check?paper=badges&delegation={delegation}",
            f"paper/check?paper=itineraries&delegation={delegation}",
            f"paper/jobs/{console[delegation][0]}/file",
        ]

    for path in paths(desk.jiangsu[0], "jiangsu"):
        assert (path, liaison.ask(f"{HOME}/{path}").status) == (path, OK)
    for path in paths(desk.hubei[0], "hubei"):
        liaison.seen.go(f"{HOME}/{path}")
        assert (path, liaison.page.inner_text(".error-status")) == (path, "404")
        assert names_in(liaison.page.content(), desk.hubei) == set()
    press(liaison.page, "main .btn")
    assert urlsplit(liaison.page.url).path == f"{HOME}/"


def test_badges_from_the_page_and_from_the_console_are_of_its_own(
    desk: Desk, liaison: Someone, console: dict[str, tuple[int, Path]]
) -> None:
    page = liaison.page
    liaison.seen.go(f"{HOME}/paper?paper=badges")
    page.select_option("[name=delegation]", "jiangsu")
    send(page, to="/paper/check")
    assert str(len(desk.jiangsu)) in page.inner_text("main form button[type=submit]")
    page.select_option("[name=reason]", "spare")  # the console has printed them before
    send(page)
    with page.expect_download(timeout=PRINTED) as fetched:
        page.locator(".job").first.locator("a[href$='/file']").click(timeout=PRINTED)

    texts = [words_of(Path(fetched.value.path())), words_of(console["jiangsu"][1])]

    assert [names_in(text, desk.jiangsu) for text in texts] == [everyone(desk.jiangsu)] * 2
    assert [names_in(text, desk.hubei) for text in texts] == [set()] * 2
    assert names_in(words_of(console["hubei"][1]), desk.hubei) == everyone(desk.hubei)


def test_a_token_of_the_liaison_reads_the_same(desk: Desk, liaison: Someone) -> None:
    token = desk.place.run("token", "create", liaison.email, "--name", "a sheet").strip()
    api, mine, other = f"/api/v1/editions/{EDITION}", desk.jiangsu[0], desk.hubei[0]

    def ask(path: str) -> APIResponse:
        bearer = {"Authorization": f"Bearer {token}"}
        return liaison.page.request.get(f"{desk.place.site}{path}", headers=bearer)

    for path in (
        f"{api}/registrations?page_size=100",
        "/api/v1/people?page_size=100",
        f"{api}/delegations/jiangsu/members?page_size=100",
    ):
        text = json.dumps(ask(path).json(), ensure_ascii=False)
        assert (path, names_in(text, desk.jiangsu), names_in(text, desk.hubei)) == (path, everyone(desk.jiangsu), set())
    assert [one["code"] for one in ask(f"{api}/delegations").json()["items"]] == ["jiangsu"]
    for path in (
        "{api}/registrations/{one.registration_id}",
        "/api/v1/people/{one.person_id}",
        "{api}/delegations/{code}",
        "{api}/delegations/{code}/members",
    ):
        answers = [
            ask(path.format(api=api, one=one, code=code)).status for one, code in ((mine, "jiangsu"), (other, "hubei"))
        ]
        assert (path, answers) == (path, [OK, NOT_FOUND])


def test_who_loses_access_is_refused_at_the_next_click(browser: Browser, desk: Desk) -> None:
    context, seen = visit(browser, desk.place.site, width=360, language="zh-CN")
    one = join(desk, seen, "hubei@liaisons.example", "hubei", "zh-Hans")
    seen.go(f"{HOME}/people")
    assert names_in(seen.page.content(), desk.hubei) == everyone(desk.hubei)

    owner = desk.owner
    owner.seen.go(f"{HOME}/access?search={one.email}")
    press(owner.page, "main tbody a")
    owner.page.click(".decisions .confirm summary")
    press(owner.page, ".confirm-box button")
    expect(owner.page.locator("main tbody")).not_to_contain_text(one.email)

    with seen.page.expect_navigation():
        seen.page.locator("main tbody a").first.click()
    assert seen.page.inner_text(".error-status") == "404"
    assert one.faults == []
    context.close()


def test_signing_in_with_a_code_takes_no_mouse(browser: Browser, desk: Desk) -> None:
    context, seen = visit(browser, desk.place.site, width=1280, language="en-US")
    keys = seen.page.keyboard
    seen.go(f"/organizer/sign-in?next={HOME}/access")

    for control, words in (("f-email", desk.owner.email), ("f-password", desk.owner.password)):
        tab_to(seen.page, control)
        keys.type(words)
    enter(seen.page)
    assert urlsplit(seen.page.url).path == CODE_STEP
    for code in ("000 000 000", desk.owner.phone.code()):
        tab_to(seen.page, "f-code")
        keys.type(code)
        enter(seen.page)

    assert seen.page.url == f"{desk.place.site}{HOME}/access"
    context.close()


def enter(page: Page) -> None:
    """Press Enter, which sends a form."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, element_id: str) -> None:
    for _ in range(MOST_STEPS):
        if page.evaluate("document.activeElement.id") == element_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{element_id} is not reached")


@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
def test_pages_of_accounts_and_access_have_no_faults(browser: Browser, desk: Desk, width: int, language: str) -> None:
    context, seen = visit(browser, desk.place.site, width=width, language=language)
    public = ("/organizer/sign-in", "/organizer/forgot-password", "/organizer/invitation/ended")
    own = ("", "/password", "/two-factor", "/sign-ins", "/log")
    kept = ("access", "access/1", "access/invite", "access/tokens", "access/tokens/new", "removed", "retention",
        "retention/flights", "log", "nowhere")  # fmt: skip
    faults = {path: faults_of(seen, path, language) for path in public}
    context.add_cookies(desk.owner.page.context.cookies())  # type: ignore[arg-type]  # what a context gives, it takes
    pages = [*(f"/organizer/account{one}" for one in own), *(f"{HOME}/{one}" for one in kept)]
    faults |= {path: faults_of(seen, path, language) for path in pages}
    context.close()

    assert {path: found for path, found in faults.items() if found} == {}


def faults_of(seen: Visit, path: str, language: str) -> list[str]:
    seen.go(f"{path}?lang={LANGUAGES[language]}")
    seen.complaints.clear()  # an ended link and an address without a page are failed requests to the console
    return seen.faults()
