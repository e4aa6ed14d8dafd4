"""Two-factor sign-in: setting it up, signing in by it, recovery codes, turning it off, and editions that ask for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from lxml import html
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.sign_in import two_factor
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from tests.web.organizer.house import BY, HOME, NOW, PASSWORD, TOKEN, row, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

PAGE, SIGN_IN = "/organizer/account/two-factor", "/organizer/sign-in"
STEP = f"{SIGN_IN}/code"
EMAIL = "owner@forum.example"


class Phone:
    """An app that makes codes, and a clock that stands still between steps."""

    def __init__(self) -> None:
        self.time = datetime(2023, 3, 1, 12, tzinfo=UTC)
        self.secret = ""

    def now(self) -> datetime:
        return self.time

    def code(self) -> str:
        """The next one: each counts once."""
        self.time += timedelta(seconds=two_factor.STEP_SECONDS)
        return self.old_code()

    def old_code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.time)


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    found = Phone()
    monkeypatch.setattr(clock, "now", found.now)
    return found


@pytest.fixture
def browser(phone: Phone, owner: Browser) -> Browser:
    """The owner's, at the time of the phone."""
    return owner


def begin(browser: Browser, phone: Phone) -> str:
    browser.send(PAGE, to=f"{PAGE}/begin")
    page = browser.get(PAGE).text
    phone.secret = "".join(html.fromstring(page).xpath("//code[contains(@class, 'secret')]/text()")[0].split())
    return page


def confirm(browser: Browser, code: str, password: str = PASSWORD) -> TestResponse:
    return browser.send(PAGE, {"code": code, "current": password}, to=f"{PAGE}/confirm")


def recovery_codes(answer: TestResponse) -> list[str]:
    found: list[str] = html.fromstring(answer.text).xpath("//*[@class='recovery-codes']//code/text()")
    return found


@pytest.fixture
def codes(browser: Browser, phone: Phone) -> list[str]:
    """The recovery codes of an account for which it has just been turned on."""
    begin(browser, phone)
    return recovery_codes(confirm(browser, phone.code()))


def second_step(browser: Browser, code: str) -> TestResponse:
    """From the password to the code."""
    answer = browser.sign_in(EMAIL)
    assert answer.location.startswith(STEP)
    return type_code(browser, code)


def type_code(browser: Browser, code: str) -> TestResponse:
    return browser.send(STEP, {"code": code})


def test_it_is_turned_on_by_a_code_and_the_password(house: House, browser: Browser, phone: Phone) -> None:
    begin(browser, phone)
    picture = browser.get(f"{PAGE}/code.svg")
    answer = confirm(browser, phone.code())

    assert (picture.content_type, picture.headers["Cache-Control"]) == ("image/svg+xml", "private, no-store")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert len(set(recovery_codes(answer))) == two_factor.RECOVERY_CODES
    assert row(Account, house.owner_id).totp_since == phone.time
    assert phone.secret not in str(row(Account, house.owner_id).totp_secret)  # sealed
    assert phone.secret not in browser.get(PAGE).text
    assert browser.get(f"{PAGE}/code.svg").status_code == 404  # never shown again
    assert confirm(browser, phone.code()).location == PAGE  # the page of the codes, loaded again
    assert [one.template for one in rows(select(Message))] == ["account-two-factor-on"]


@pytest.mark.parametrize(
    ("code", "password", "fault"),
    [
        ("", PASSWORD, "Code from the app: This is needed."),
        ("12", PASSWORD, "Code from the app:"),
        ("１２３\U0001f600", PASSWORD, "Code from the app:"),
        (None, "wrong", "Current password:"),
        (None, "", "Current password: This is needed."),
    ],
)
def test_it_stays_off_without_a_right_code_and_the_password(
    house: House, browser: Browser, phone: Phone, code: str | None, password: str, fault: str
) -> None:
    begin(browser, phone)

    answer = confirm(browser, phone.code() if code is None else code, password)

    assert answer.status_code == 422
    assert html.fromstring(answer.text).xpath("//*[@id='error-summary']//li/a/text()")[0].startswith(fault)
    assert row(Account, house.owner_id).totp_since is None
    assert confirm(browser, phone.code()).status_code == 200


def test_browsers_that_were_let_in_by_the_password_alone_are_signed_out(
    house: House, browser: Browser, phone: Phone
) -> None:
    before = house.browser()
    before.sign_in(EMAIL)
    begin(browser, phone)
    confirm(browser, phone.code())

    assert before.get(f"{HOME}/").location.startswith(SIGN_IN)
    assert browser.get(f"{HOME}/").status_code == 200


def test_signing_in_takes_the_password_and_then_a_code(house: House, phone: Phone, codes: list[str]) -> None:
    visitor = house.browser()

    assert visitor.sign_in(EMAIL, at=f"{SIGN_IN}?next={HOME}/people").location == f"{STEP}?next={HOME}/people"
    assert visitor.get(f"{HOME}/").location.startswith(SIGN_IN)  # the password alone opens nothing
    answer = visitor.send(f"{STEP}?next={HOME}/people", {"code": f" {phone.code()[:3]} {phone.old_code()[3:]} "})

    assert answer.location == f"{HOME}/people"
    assert visitor.get(f"{HOME}/people").status_code == 200


def test_a_code_counts_once(house: House, phone: Phone, codes: list[str]) -> None:
    code = phone.code()

    assert second_step(house.browser(), code).status_code == 302
    assert second_step(house.browser(), code).status_code == 401
    assert second_step(house.browser(), phone.code()).status_code == 302


def test_the_code_that_turned_it_on_counts_no_more(house: House, phone: Phone, codes: list[str]) -> None:
    assert second_step(house.browser(), phone.old_code()).status_code == 401


def test_an_older_code_than_the_last_used_is_refused(house: House, phone: Phone, codes: list[str]) -> None:
    older, newer = phone.code(), phone.code()

    assert second_step(house.browser(), newer).status_code == 302
    assert second_step(house.browser(), older).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-30, 302), (30, 302), (-61, 401), (61, 401)])
def test_a_phone_may_be_half_a_minute_off(
    house: House, phone: Phone, codes: list[str], seconds: int, status: int
) -> None:
    phone.time += timedelta(minutes=10)
    code = pyotp.TOTP(phone.secret).at(phone.time + timedelta(seconds=seconds))

    assert second_step(house.browser(), code).status_code == status


def test_a_recovery_code_lets_in_once_however_it_is_typed(house: House, phone: Phone, codes: list[str]) -> None:
    typed = codes[0].lower().replace("-", " ")

    assert second_step(house.browser(), typed).status_code == 302
    assert second_step(house.browser(), codes[0]).status_code == 401
    assert second_step(house.browser(), codes[1]).status_code == 302
    actions = [one.action for one in rows(select(AuditEvent).where(AuditEvent.entity == "account"))]
    assert actions.count("recovery-code-used") == 2


def change(browser: Browser, to: str, code: str, password: str = PASSWORD) -> TestResponse:
    return browser.send(PAGE, {"code": code, "current": password}, to=f"{PAGE}/{to}")


def test_new_recovery_codes_take_the_password_and_a_code_and_end_the_old_ones(
    house: House, browser: Browser, phone: Phone, codes: list[str]
) -> None:
    made = recovery_codes(change(browser, "recovery-codes", phone.code()))

    assert len(made) == two_factor.RECOVERY_CODES
    assert second_step(house.browser(), codes[0]).status_code == 401
    assert second_step(house.browser(), made[0]).status_code == 302
    assert "9 recovery codes are left" in browser.get(PAGE).text


def test_turning_it_off_takes_the_password_and_a_code_and_signs_out_all_others(
    house: House, browser: Browser, phone: Phone, codes: list[str]
) -> None:
    other = house.browser()
    second_step(other, phone.code())

    assert change(browser, "off", codes[0]).location == PAGE

    assert row(Account, house.owner_id).totp_secret is None
    assert other.get(f"{HOME}/").location.startswith(SIGN_IN)
    assert house.browser().sign_in(EMAIL).location == "/organizer/"
    assert [one.template for one in rows(select(Message))] == ["account-two-factor-on", "account-two-factor-off"]


@pytest.mark.parametrize("to", ["off", "recovery-codes"])
def test_neither_the_password_nor_a_code_alone_changes_it_and_guessing_ends(
    house: House, browser: Browser, phone: Phone, codes: list[str], to: str
) -> None:
    used = phone.old_code()  # by turning it on
    refused = [("", PASSWORD), (phone.code(), "wrong"), (codes[0], "wrong"), (used, PASSWORD)]
    answers = [change(browser, to, *pair) for pair in refused]
    answers += [change(browser, to, f"{number:06}") for number in range(4)]
    answers.append(change(browser, to, phone.code()))  # a right one, after too many

    assert {(one.status_code, *recovery_codes(one)) for one in answers} == {(422,)}
    assert row(Account, house.owner_id).totp_since is not None
    phone.time += timedelta(minutes=5)
    assert change(browser, to, codes[0]).status_code < 400  # no refused try has used it up


def test_codes_are_guessed_five_times_and_then_even_the_right_one_is_refused_alike(
    house: House, phone: Phone, codes: list[str]
) -> None:
    visitor = house.browser()
    visitor.sign_in(EMAIL)
    answers = [type_code(visitor, f"{number:06}") for number in range(7)]
    right = type_code(visitor, phone.code())

    words = {re.sub(r'name="csrf_token" value="[^"]+"', "", one.text) for one in (*answers, right)}
    assert ({one.status_code for one in answers}, right.status_code, len(words)) == ({401}, 401, 1)
    phone.time += timedelta(minutes=5)
    visitor.sign_in(EMAIL)
    assert type_code(visitor, phone.code()).status_code == 302


def test_guesses_of_whoever_has_the_password_keep_the_owner_from_no_browser_that_is_known(
    house: House, browser: Browser, phone: Phone, codes: list[str]
) -> None:
    browser.send(f"{HOME}/", to="/organizer/sign-out")
    guesser = house.browser()
    guesser.sign_in(EMAIL)
    for number in range(6):
        type_code(guesser, f"{number:06}")

    assert second_step(browser, phone.code()).status_code == 302


def test_the_second_step_ends_after_five_minutes_and_with_another_password(
    house: House, phone: Phone, codes: list[str]
) -> None:
    slow, changed = house.browser(), house.browser()
    slow.sign_in(EMAIL)
    token = TOKEN.search(slow.get(STEP).text)
    assert token
    phone.time += timedelta(minutes=5)
    assert slow.post(STEP, data={"csrf_token": token[1], "code": phone.code()}).location == SIGN_IN
    changed.sign_in(EMAIL)
    with transaction() as session:
        session.execute(update(Account).where(Account.id == house.owner_id).values(link_number=2))

    assert changed.get(STEP).location == SIGN_IN
    assert house.browser().get(STEP).location == SIGN_IN


def require_two_factor(house: House) -> None:
    with transaction() as session:
        session.get_one(Edition, house.edition_id).requires_two_factor = True


def test_an_edition_that_asks_for_it_leads_to_the_set_up_and_opens_after_it(
    house: House, browser: Browser, phone: Phone
) -> None:
    require_two_factor(house)
    for page in ("/", "/people", f"/people/{house.person_id}", "/access", "/settings"):
        answer = browser.get(HOME + page)
        assert (answer.status_code, answer.location) == (302, f"{PAGE}?needed_by=forum"), page
    told = browser.get(f"{PAGE}?needed_by=forum").text
    assert "Forum forum" in told
    assert "a code from their phone" in told

    begin(browser, phone)
    confirm(browser, phone.code())

    assert browser.get(f"{HOME}/people").status_code == 200
    assert "Continue to the forum" in browser.get(f"{PAGE}?needed_by=forum").text


def test_to_strangers_such_an_edition_does_not_exist(house: House) -> None:
    require_two_factor(house)
    stranger = house.browser()
    stranger.sign_in("stranger@forum.example")

    assert stranger.get(f"{HOME}/").status_code == 404
    assert "Forum forum" not in stranger.get(f"{PAGE}?needed_by=forum").text


def test_tokens_of_whoever_has_it_not_do_nothing_in_such_an_edition(house: House) -> None:
    with transaction() as session:
        secret = create_token(session, session.get_one(Account, house.owner_id), name="x", **BY)
    here, headers = "/api/v1/editions/forum", {"Authorization": f"Bearer {secret}"}

    def answers(code: str) -> list[TestResponse]:
        venue = {"code": code, "name": {"en": "Hall"}, "zone": "America/Los_Angeles"}
        client = house.browser()
        looked = [client.get(f"{here}/{one}", headers=headers) for one in ("findings", "registrations")]
        return [*looked, client.post(f"{here}/venues", headers=headers, json=venue)]

    assert [one.status_code for one in answers("a")] == [200, 200, 201]
    require_two_factor(house)
    assert [(one.status_code, one.get_json()["code"]) for one in answers("b")] == [(403, "two-factor-needed")] * 3
    with transaction() as session:
        session.get_one(Account, house.owner_id).totp_since = NOW
    assert [one.status_code for one in answers("b")] == [200, 200, 201]
