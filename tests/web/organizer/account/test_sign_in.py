"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.sign_in import hashing
from forumapp.domain.audit.models import AuditEvent
from forumapp.web.organizer.account.sign_in import safe_target
from tests.web.organizer.house import HOME, PASSWORD, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

SIGN_IN = "/organizer/sign-in"


def test_the_owner_of_one_edition_lands_on_its_overview(house: House) -> None:
    browser = house.browser()

    first = browser.sign_in("Owner@Forum.example ")
    second = browser.get(first.location)

    assert (first.status_code, first.location) == (302, "/organizer/")
    assert (second.status_code, second.location) == (302, f"{HOME}/")
    assert "Forum forum" in browser.get(second.location).text


def test_a_visitor_comes_back_to_the_page_they_wanted(house: House) -> None:
    browser = house.browser()

    sent = browser.get(f"{HOME}/people?search=liu")
    back = browser.sign_in("owner@forum.example", at=sent.location)

    assert sent.location == f"{SIGN_IN}?next=/organizer/forum/people?search%3Dliu"
    assert back.location == f"{HOME}/people?search=liu"


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/organizer/forum/people?search=liu", True),
        ("/organizer/", True),
        (None, False),
        ("", False),
        ("/", False),
        ("https://elsewhere.example/organizer/", False),
        ("//elsewhere.example/organizer/", False),
        ("/organizer/\\elsewhere.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_pages_of_organizers_are_gone_back_to(target: str | None, safe: bool) -> None:
    assert safe_target(target) == (target if safe else None)


def test_a_link_to_elsewhere_is_not_followed_after_signing_in(house: House) -> None:
    answer = house.browser().sign_in("owner@forum.example", at=f"{SIGN_IN}?next=https://elsewhere.example/")

    assert answer.location == "/organizer/"


def test_bad_credentials_say_the_same_for_everyone(house: House) -> None:
    with transaction() as db:
        gone = db.get_one(Account, house.owner_id)
        gone.active = False
    tries = [("owner@forum.example", PASSWORD), ("stranger@forum.example", "wrong"), ("nobody@forum.example", PASSWORD)]

    answers = [house.browser().sign_in(email, password) for email, password in tries]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    texts = {
        answer.text.replace(email, "").split("<form")[1].split("csrf_token")[0]
        for answer, (email, _) in zip(answers, tries, strict=True)
    }
    assert len(texts) == 1
    assert "Wrong e-mail address or password." in answers[0].text


def test_what_was_typed_is_kept_but_the_password(house: House) -> None:
    answer = house.browser().sign_in("owner@forum.example", "some wrong password")

    assert 'value="owner@forum.example"' in answer.text
    assert "some wrong password" not in answer.text


def test_signing_in_leaves_nothing_of_the_session_before(house: House) -> None:
    browser = house.browser()
    browser.get(SIGN_IN)
    with browser.session_transaction() as session:
        session["planted"] = "by someone else"
        before = session["csrf_token"]

    browser.sign_in("owner@forum.example")

    with browser.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
    assert browser.get_cookie("remember_token") is None


def test_a_phone_that_changes_its_address_stays_signed_in(owner: Browser) -> None:
    answer = owner.get(f"{HOME}/", headers={"X-Forwarded-For": "203.0.113.9"})

    assert answer.status_code == 200


def test_a_cookie_that_was_kept_counts_no_more_after_signing_out(house: House, owner: Browser) -> None:
    kept = owner.get_cookie("session")
    assert kept is not None
    owner.send(f"{HOME}/", to="/organizer/sign-out")
    thief = house.browser()
    thief.set_cookie("session", kept.value)

    assert thief.get(f"{HOME}/").location.startswith(SIGN_IN)


def test_signing_out_ends_the_session(owner: Browser) -> None:
    answer = owner.send(f"{HOME}/", to="/organizer/sign-out")

    assert answer.location == SIGN_IN
    assert owner.get(f"{HOME}/").location.startswith(SIGN_IN)


def test_an_account_that_is_no_longer_active_is_signed_out(house: House, owner: Browser) -> None:
    with transaction() as db:
        db.get_one(Account, house.owner_id).active = False

    assert owner.get(f"{HOME}/").location.startswith(SIGN_IN)


def test_an_account_without_editions_is_told_so(house: House) -> None:
    from forumapp.domain.accounts.team.accounts import create_account
    from tests.web.organizer.house import BY

    with transaction() as db:
        create_account(db, email="new@forum.example", name="New", password=PASSWORD, **BY)
    browser = house.browser()
    browser.sign_in("new@forum.example")

    assert "No edition is open to you yet" in browser.get("/organizer/").text


def test_a_piece_of_a_page_is_not_filled_with_the_sign_in(house: House) -> None:
    answer = house.browser().get(f"{HOME}/", headers={"X-Requested-With": "fetch"})

    assert (answer.status_code, answer.text) == (401, "")


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, by whoever knows it; a form of the profile that stands open is not made stale by it."""

    def known() -> tuple[str | None, int]:
        account = row(Account, house.owner_id)
        return account.password_hash, account.version

    def hashed_anew() -> int:
        return len(rows(select(AuditEvent).where(AuditEvent.action == "password-hashed-anew")))

    before = known()
    monkeypatch.setattr(hashing, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    house.browser().sign_in("owner@forum.example", "wrong")
    assert (known(), hashed_anew()) == (before, 0)

    assert house.browser().sign_in("owner@forum.example").status_code == 302
    after = known()
    assert ("t=2" in str(after[0]), after[1] == before[1], hashed_anew()) == (True, True, 1)
    assert house.browser().sign_in("owner@forum.example").status_code == 302
    assert (known(), hashed_anew()) == (after, 1)
