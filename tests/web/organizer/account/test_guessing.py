"""Guessing a password: it leads nowhere, and keeps nobody out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.sign_in import allowances, hashing
from forumapp.web.organizer.kit import guess_limits
from tests.web.organizer.house import HOME, PASSWORD, TOKEN, queries

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from forumapp.domain.accounts.sign_in.guess_limits import Ways
    from tests.web.organizer.house import Browser, House

SIGN_IN = "/organizer/sign-in"
OWNER, STRANGER, NOBODY = "owner@forum.example", "stranger@forum.example", "nobody@forum.example"


class Guesser:
    """Opens the sign-in once and sends its form again and again, from whatever address."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        found = TOKEN.search(browser.get(SIGN_IN).text)
        assert found
        self.token = found[1]

    def guess(self, password: str, address: str, email: str = OWNER) -> TestResponse:
        return self.browser.post(
            SIGN_IN,
            data={"csrf_token": self.token, "email": email, "password": password},
            headers={"X-Forwarded-For": address},
        )


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2023, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still unless it is moved."""
    standing = Clock()
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch, quick_hashes: None) -> list[str]:
    """The passwords that reached the hash."""
    seen: list[str] = []
    hasher = hashing._hasher

    class Counting:
        hash, check_needs_rehash = hasher.hash, hasher.check_needs_rehash

        def verify(self, known: str, password: str) -> bool:
            seen.append(password)
            return hasher.verify(known, password)

    hashing._nobody()
    monkeypatch.setattr(hashing, "_hasher", Counting())
    return seen


def addresses(count: int) -> list[str]:
    return [f"198.51.100.{number}" for number in range(count)]


def words_of(answer: TestResponse) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)


def test_of_10000_guesses_from_50_addresses_few_reach_the_hash_and_the_owner_still_signs_in(
    house: House, owner: Browser, time: Clock, verified: list[str]
) -> None:
    """The first ones, which take all tries, and the last ones are sent as forms. All between them ask what a form asks
    before anything else, which is quick enough for both databases.
    """
    owner.send(f"{HOME}/", to="/organizer/sign-out")
    guesser, others, count = Guesser(house.browser()), addresses(50), 10_000
    ways, answers = [ways_from(house, address) for address in others], list[tuple[int, str]]()

    def guess(number: int) -> None:
        answer = guesser.guess(PASSWORD if number == count - 2 else f"guess {number}", others[number % 50])
        answers.append((answer.status_code, words_of(answer)))

    def tries_left(numbers: range) -> int:
        with transaction() as session:
            return sum(allowances.is_left(session, ways[number % 50], now=time.now()) for number in numbers)

    for number in range(150):
        guess(number)
    assert tries_left(range(150, count // 2)) == 0
    assert Guesser(house.browser()).guess(PASSWORD, "203.0.113.7").status_code == 302  # meanwhile, from elsewhere
    assert tries_left(range(count // 2, count - 50)) == 0
    for number in range(count - 50, count):
        guess(number)

    assert len(verified) == 81  # the first of each address, 30 that all of them share, and the owner's
    assert verified.count(PASSWORD) == 1
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 401
    assert Guesser(house.browser()).guess(PASSWORD, "203.0.113.7").status_code == 302
    assert Guesser(owner).guess(PASSWORD, others[0]).status_code == 302  # from a browser known to the account


def ways_from(house: House, address: str) -> Ways:
    """In which the owner's password is tried from there, in a browser that nobody knows."""
    proxy = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": address}
    with house.app.test_request_context(SIGN_IN, environ_base=proxy):
        return guess_limits.sign_in_ways(OWNER)


def test_what_is_shared_comes_back_with_time(house: House, time: Clock, verified: list[str]) -> None:
    guesser = Guesser(house.browser())
    for number in range(40):
        guesser.guess(f"guess {number}", "198.51.100.1")
    before = len(verified)
    time.time += timedelta(minutes=15)
    after = [guesser.guess(password, "198.51.100.1").status_code for password in ("wrong", PASSWORD)]
    time.time += timedelta(minutes=15)

    assert (before, after) == (31, [401, 401])
    assert guesser.guess(PASSWORD, "198.51.100.1").status_code == 302


def test_an_address_that_tries_many_accounts_has_to_wait(house: House, time: Clock, verified: list[str]) -> None:
    guesser = Guesser(house.browser())
    for number in range(70):
        guesser.guess("Password2023", "198.51.100.1", f"someone{number}@forum.example")

    assert len(verified) == 60
    assert guesser.guess(PASSWORD, "198.51.100.1").status_code == 401
    assert guesser.guess(PASSWORD, "198.51.100.2").status_code == 302


def test_addresses_of_one_ipv6_network_are_few(house: House, time: Clock, verified: list[str]) -> None:
    guesser = Guesser(house.browser())
    for number in range(40):
        guesser.guess(f"guess {number}", f"2001:db8:1:{number + 1:x}00::1")

    assert len(verified) == 34  # the first of four addresses, and 30 that all share


def test_an_account_that_does_not_exist_is_guarded_like_one_that_does(
    house: House, time: Clock, verified: list[str]
) -> None:
    guesser = Guesser(house.browser())
    told = {}
    for email in (STRANGER, NOBODY):
        verified.clear()
        answers = [guesser.guess(f"guess {number}", "198.51.100.1", email) for number in range(35)]
        told[email] = (len(verified), {(a.status_code, words_of(a).replace(email, "")) for a in answers})
        time.time += timedelta(hours=1)

    assert told[STRANGER] == told[NOBODY]


def test_a_known_browser_has_tries_of_its_own_and_no_more(
    house: House, owner: Browser, time: Clock, verified: list[str]
) -> None:
    owner.send(f"{HOME}/", to="/organizer/sign-out")
    guesser = Guesser(owner)
    for number in range(12):
        guesser.guess(f"guess {number}", "198.51.100.1")

    assert len(verified) == 10
    assert guesser.guess(PASSWORD, "198.51.100.1").status_code == 401
    assert Guesser(house.browser()).guess(PASSWORD, "198.51.100.1").status_code == 302


def test_being_known_to_one_account_is_no_help_with_another(house: House, time: Clock, verified: list[str]) -> None:
    browser = house.browser()
    Guesser(browser).guess(PASSWORD, "198.51.100.1", STRANGER)
    browser.send("/organizer/other/", to="/organizer/sign-out")
    verified.clear()
    guesser = Guesser(browser)
    for number in range(50):
        guesser.guess(f"guess {number}", "198.51.100.1")

    assert len(verified) == 31
    cookie = browser.get_cookie("known-browser", path="/organizer/")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, STRANGER in cookie.value) == (True, "Lax", False)


def test_signing_in_again_and_again_spends_nothing(house: House, time: Clock, verified: list[str]) -> None:
    statuses = [Guesser(house.browser()).guess(PASSWORD, "198.51.100.1").status_code for _ in range(70)]

    assert set(statuses) == {302}


@pytest.mark.parametrize(
    ("email", "password", "status"), [(OWNER, PASSWORD, 302), (OWNER, "no", 401), (NOBODY, "no", 401)]
)
def test_signing_in_costs_one_hash_and_few_queries(
    house: House, time: Clock, verified: list[str], email: str, password: str, status: int
) -> None:
    guesser = Guesser(house.browser())

    with queries() as sent:
        answer = guesser.guess(password, "198.51.100.1", email)

    assert (answer.status_code, verified) == (status, [password])
    asked = [statement for statement in sent if "pg_advisory" not in statement]
    assert len(asked) == (11 if status == 302 else 4)


def test_a_try_too_many_costs_one_read_and_no_hash(house: House, time: Clock, verified: list[str]) -> None:
    guesser = Guesser(house.browser())
    for number in range(31):
        guesser.guess(f"guess {number}", "198.51.100.1")
    verified.clear()

    with queries() as sent:
        answer = guesser.guess(PASSWORD, "198.51.100.1")

    assert (answer.status_code, verified, [statement.split()[0] for statement in sent]) == (401, [], ["SELECT"])
