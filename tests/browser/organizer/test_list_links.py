"""Every way into the list of registrations in a real browser, on a phone and on a desk, in both languages: with what
stands in the database at the end. The same by programs: tests/api/registrations/test_list_links.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.forums.models import Edition
from forumapp.domain.importing.models import ImportRun
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Invitation, PlaceBlock, Registration, RegistrationType
from tests.browser.conftest import AXE, SIZES, press, serving, visit
from tests.domain.registering import HOUSE, applicant, make_edition, make_type, sign_up
from tests.import_steps import work_batch
from tests.seeds import seed_access
from tests.web.organizer.house import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
HERE, DESK = "/forum-2023", "/organizer/forum-2023"
CODES = {"en-US": "en", "zh-CN": "zh-Hans"}
WORDS = {
    "en-US": {"done": "You are registered", "applied": "request", "wrong": "2 things need your attention"},
    "zh-CN": {"done": "报名成功", "applied": "申请", "wrong": "有 2 处需要检查"},
}
QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "interest",
        "kind": "choice",
        "required": True,
        "label": {"en": "Main interest", "zh-Hans": "主要关注领域"},
        "options": [
            {"code": "trade", "label": {"en": "Trade", "zh-Hans": "贸易"}},
            {"code": "energy", "label": {"en": "Clean energy", "zh-Hans": "清洁能源"}},
        ],
    },
    {
        "code": "plant",
        "kind": "short-text",
        "required": True,
        "label": {"en": "Which plant do you want to see?", "zh-Hans": "希望参观哪座电站？"},
        "when": [{"question": "interest", "is": ["energy"]}],
    },
]


@pytest.fixture
def site(own_app: Flask) -> Iterator[str]:
    """The address of a server with a forum that is ahead, a type for each way, and someone to organize it."""
    with transaction() as db:
        edition_id = make_edition(db)
        edition, day = db.get_one(Edition, edition_id), clock.now().date()
        ahead = {"starts_on": day + timedelta(days=40), "ends_on": day + timedelta(days=41)}
        ahead |= {"changes_until": day + timedelta(days=30)}
        update_edition(db, edition_id, ahead, version=edition.version, actor=HOUSE, now=clock.now())
        make_type(db, edition_id, quota=5, questions=QUESTIONS, plus_ones=1)
        asked = {"name": {"en": "Press", "zh-Hans": "媒体"}, "needs_approval": True}
        make_type(db, edition_id, "press", quota=3, **asked)
        closed = {"name": {"en": "Envoy", "zh-Hans": "使节"}, "is_open": False, "by_invitation": True}
        make_type(db, edition_id, "envoy", quota=3, **closed)
        seed_access(db, edition_id, "owner@forum.example", Role.OWNER, password=PASSWORD)
    with serving(own_app) as address:
        yield address


@dataclass
class Hand:
    """Someone at a browser, who looks at each page before anything is done on it."""

    seen: Visit

    @property
    def page(self) -> Page:
        return self.seen.page

    def go(self, path: str) -> None:
        self.seen.go(path)
        self.look()

    def look(self) -> None:
        assert self.seen.faults() == [], self.page.url

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.field(name).fill(value)

    def field(self, name: str) -> Locator:
        return self.page.locator(f"main [id='f-{name}']")

    def press(self, selector: str) -> None:
        press(self.page, selector)
        self.look()

    def send(self) -> None:
        self.press("main form.form button[type=submit].btn-primary")

    def write_name(self, number: int = 1) -> str:
        """As someone with a Chinese name writes it; the mail address that goes with it."""
        self.page.check("main input[name=name_script][value=han]")
        self.fill(latin_family="Ouyang", latin_given=f"Mei{number}", native_full="欧阳美𠀀")
        return f"ouyang{number}@guests.example"


@contextmanager
def someone(browser: Browser, site: str, width: int, language: str, *, scripts: bool = True) -> Iterator[Hand]:
    context, seen = visit(browser, site, width=width, language=language, scripts=scripts)
    yield Hand(seen)
    context.close()


@contextmanager
def organizer(browser: Browser, site: str, width: int, language: str) -> Iterator[Hand]:
    with someone(browser, site, width, language) as hand:
        hand.seen.go(f"/organizer/sign-in?lang={CODES[language]}")
        hand.page.fill("#f-email", "owner@forum.example")
        hand.page.fill("#f-password", PASSWORD)
        press(hand.page, "main button[type=submit]")
        yield hand


def registered() -> list[dict[str, Any]]:
    """What the database holds of everyone, with the mails that were asked for about them."""
    with transaction() as db:
        query = select(Registration, Person, RegistrationType.code).join(Person, Person.id == Registration.person_id)
        query = query.join(RegistrationType, RegistrationType.id == Registration.type_id)
        return [
            {
                "name": (person.latin_family, person.latin_given, person.native_full),
                "as": (code, row.status.value, row.source.value, row.language),
                "answers": row.answers.get("values", {}),
                "mails": list(
                    db.scalars(
                        select(Message.template)
                        .where(Message.about == "registration", Message.about_id == row.id)
                        .order_by(Message.id)
                    )
                ),
            }
            for row, person, code in db.execute(query.order_by(Registration.id))
        ]


def ouyang(number: int, *said: str, answers: dict[str, Any] | None = None, mails: tuple[str, ...] = ()) -> Any:
    name = ("Ouyang", f"Mei{number}", "欧阳美𠀀")
    return {"name": name, "as": said, "answers": answers or {}, "mails": [f"registration-{one}" for one in mails]}


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_the_open_form(browser: Browser, site: str, width: int, language: str) -> None:
    with someone(browser, site, width, language) as hand:
        hand.go(f"{HERE}/register")
        hand.press(f"main a[href='{HERE}/register/guest']")
        address = hand.write_name()
        hand.fill(email=address)
        hand.send()
        expect(hand.page.locator("#error-summary h2")).to_have_text(WORDS[language]["wrong"])
        assert hand.page.evaluate("document.activeElement.id") == "error-summary"
        assert hand.page.input_value("#f-native_full") == "欧阳美𠀀"

        plant = hand.field("answers.plant")
        expect(plant).to_be_hidden()
        hand.page.check("input[name='answers.interest'][value=energy]")
        expect(plant).to_be_visible()
        plant.fill("Ivanpah")
        hand.page.check("#f-consent")
        hand.send()
        expect(hand.page.locator("h1")).to_have_text(WORDS[language]["done"])

    answers = {"interest": "energy", "plant": "Ivanpah"}
    said = ("guest", "confirmed", "form", CODES[language])
    assert registered() == [ouyang(1, *said, answers=answers, mails=("confirmed",))]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_the_open_form_without_scripts_by_keyboard_alone(
    browser: Browser, site: str, width: int, language: str
) -> None:
    with someone(browser, site, width, language, scripts=False) as hand:
        page = hand.page
        hand.seen.go(f"{HERE}/register/guest")
        for name, text in (("latin_family", "Ouyang"), ("latin_given", "Mei1"), ("native_full", "欧阳美𠀀")):
            page.focus(f"#f-{name}")
            page.keyboard.insert_text(text)
        page.focus("#f-email")
        page.keyboard.type("ouyang1@guests.example")
        for control in ("input[name='answers.interest'][value=energy]", "#f-consent"):
            page.focus(control)
            page.keyboard.press("Space")
        # What is asked of some stands there for everyone; that it was asked of this one, the server knows.
        expect(page.locator("[id='f-answers.plant']")).to_be_visible()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("#error-summary a")).to_have_attribute("href", "#f-answers.plant")

        # And what was not asked decides nothing.
        page.fill("[id='f-answers.plant']", "Ivanpah")
        page.focus("input[name='answers.interest'][value=trade]")
        page.keyboard.press("Space")
        press(page, "main form.form button[type=submit].btn-primary")
        expect(page.locator("h1")).to_have_text(WORDS[language]["done"])

    said = ("guest", "confirmed", "form", CODES[language])
    assert registered() == [ouyang(1, *said, answers={"interest": "trade"}, mails=("confirmed",))]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_approval(browser: Browser, site: str, width: int, language: str) -> None:
    with someone(browser, site, width, language) as hand:
        hand.go(f"{HERE}/register/press")
        hand.fill(email=hand.write_name())
        hand.page.check("#f-consent")
        hand.send()
        expect(hand.page.locator("h1")).to_contain_text(WORDS[language]["applied"])
    said = ("press", "form", CODES[language])
    assert registered() == [ouyang(1, said[0], "applied", *said[1:], mails=("applied",))]

    with organizer(browser, site, width, language) as hand:
        hand.go(f"{DESK}/registrations?status=applied")
        hand.page.click("a[data-panel]")
        hand.page.wait_for_selector("form[action$='/confirm']")
        hand.look()
        hand.press("form[action$='/confirm'] button[type=submit]")
    assert registered() == [ouyang(1, said[0], "confirmed", *said[1:], mails=("applied", "confirmed"))]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_invitation_only(browser: Browser, site: str, width: int, language: str) -> None:
    with organizer(browser, site, width, language) as hand:
        hand.go(f"{DESK}/invitations/new")
        choose_type(hand, "envoy")
        hand.fill(latin_family="Ouyang", latin_given="Mei1", native_full="欧阳美𠀀", email="ouyang1@guests.example")
        hand.send()
        link = urlsplit(hand.page.locator("main a[target=_blank][href*='/i/']").get_attribute("href") or "").path

    with someone(browser, site, width, language) as hand:
        hand.seen.go(f"{HERE}/register/envoy")
        expect(hand.page.locator("main form.form")).to_have_count(0)
        hand.seen.complaints.clear()
        hand.go(link)
        assert registered() == []  # looking is no answer
        assert hand.page.input_value("#f-native_full") == "欧阳美𠀀"
        hand.page.check("#f-consent")
        hand.send()
    assert registered() == [ouyang(1, "envoy", "confirmed", "invitation", CODES[language], mails=("confirmed",))]
    with transaction() as db:
        assert list(db.scalars(select(Invitation.state))) == ["accepted"]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_a_block_and_its_holder(browser: Browser, site: str, width: int, language: str) -> None:
    with organizer(browser, site, width, language) as hand:
        hand.go(f"{DESK}/blocks/new")
        choose_type(hand, "press")
        hand.fill(**{"name.en": "Bay Bank", "name.zh-Hans": "海湾银行", "quota": "2"})
        hand.send()
        link = urlsplit(hand.page.input_value("#f-link")).path
    with someone(browser, site, width, language) as hand:
        hand.go(link)
        hand.press("main a.btn-primary")
        hand.fill(email=hand.write_name())
        hand.page.check("#f-consent")
        hand.send()
        expect(hand.page.locator("main ol li")).to_have_count(1)
    assert registered() == [ouyang(1, "press", "confirmed", "invitation", CODES[language], mails=("confirmed",))]
    with transaction() as db:
        assert db.execute(select(PlaceBlock.taken, PlaceBlock.quota)).one() == (1, 2)


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_a_group_at_the_desk(browser: Browser, site: str, width: int, language: str) -> None:
    with organizer(browser, site, width, language) as hand:
        hand.go(f"{DESK}/groups/new")
        hand.press("main a[href$='/groups/new/press']")
        hand.fill(**{"contact.name": "陈静", "contact.email": "office@example.org"})
        hand.page.check("main input[name='people.0.name_script'][value=han]")
        name = {"latin_family": "Ouyang", "latin_given": "Mei1", "native_full": "欧阳美𠀀"}
        hand.fill(**{f"people.0.{field}": text for field, text in name.items()})
        hand.page.check("#f-consent")
        hand.send()
        expect(hand.page.locator("main table tbody tr")).to_have_count(1)
    assert registered() == [ouyang(1, "press", "applied", "manual", CODES[language])]
    with transaction() as db:
        letters = db.execute(select(Message.template, Message.recipient, Message.language))
        assert [tuple(one) for one in letters] == [("registration-group", "office@example.org", CODES[language])]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_someone_who_comes_along(browser: Browser, site: str, own_app: Flask, width: int, language: str) -> None:
    with transaction() as db:
        edition = db.scalars(select(Edition)).one()
        sign_up(db, edition.id, applicant(1, answers={"interest": "trade"}))
        host = db.scalars(select(Registration)).one()
        own = own_app.extensions["forumapp.links"].sign("registration", [host.id, 1], ends=link_ends(edition.ends_on))
    with someone(browser, site, width, language) as hand:
        hand.go(f"/r/{own}")
        hand.press("main a[href$='/plus-one']")
        hand.write_name()
        hand.page.check("input[name='answers.interest'][value=trade]")
        hand.send()
        expect(hand.page.locator("#along")).to_contain_text("Mei1")
    came = registered()[1]
    assert came == ouyang(1, "guest", "confirmed", "form", "en", answers={"interest": "trade"}, mails=("confirmed",))
    with transaction() as db:
        assert list(db.scalars(select(Registration.principal_id).order_by(Registration.id))) == [None, host.id]


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_walking_in(browser: Browser, site: str, width: int, language: str) -> None:
    with organizer(browser, site, width, language) as hand:
        hand.go(f"{DESK}/registrations/walk-in")
        choose_type(hand, "press")
        hand.fill(latin_family="Ouyang", latin_given="Mei1", native_full="欧阳美𠀀", organization="海湾日报")
        hand.send()
    assert [one["as"][:3] for one in registered()] == [("press", "confirmed", "walk-in")]
    assert registered()[0]["mails"] == []


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_pasted_rows_and_a_file(browser: Browser, site: str, width: int, language: str) -> None:
    pasted = "Family name\tGiven name\tChinese name\tEmail\nOuyang\tMei1\t欧阳美𠀀\touyang1@guests.example"
    file = {
        "name": "嘉宾.csv",
        "mimeType": "text/csv",
        "buffer": (
            "姓名,姓（拼音）,名（拼音）,邮箱,票种\n司马光𠮷,Sima,Guang,sima@guests.example,记者票".encode("gb18030")
        ),
    }
    with organizer(browser, site, width, language) as hand:
        for way in ("paste", "file"):
            hand.go(f"{DESK}/people/import/registrations")
            hand.fill(rows=pasted) if way == "paste" else hand.field("file").set_input_files(file)
            hand.send()
            hand.field("setting-type" if way == "paste" else "type-meant-0").select_option("press")
            hand.press("section:has(#whole) button[type=submit]")
            assert len(registered()) == (way == "file")  # nothing is saved by reading
            hand.press("form[action$='/start'] button[type=submit]")
            take()
            hand.page.reload()
            hand.look()
    said = ("press", "confirmed", "import")
    names = [("Ouyang", "Mei1", "欧阳美𠀀"), ("Sima", "Guang", "司马光𠮷")]
    assert [(one["name"], one["as"][:3]) for one in registered()] == [(name, said) for name in names]
    assert [one["mails"] for one in registered()] == [[], []]


def take() -> None:
    """What a worker does."""
    with transaction() as db:
        run_id = db.scalars(select(ImportRun.id).order_by(ImportRun.id.desc())).first()
    assert run_id is not None
    work_batch(run_id)


def choose_type(hand: Hand, code: str) -> None:
    with transaction() as db:
        type_id = db.scalars(select(RegistrationType.id).where(RegistrationType.code == code)).one()
    hand.field("type_id").select_option(str(type_id))
