"""One's own account: invitations, a forgotten password, a new one, profile, and the browsers one is signed in with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import func, select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.emails import INVITATION
from forumapp.domain.accounts.emails import PASSWORD as NEW_PASSWORD
from forumapp.domain.accounts.models import Account, ApiToken, SignIn
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.queries import get_access
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role, take_access_away
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.mail.models import Message
from tests.web.organizer.house import BY, HOME, NOW, PASSWORD, TOKEN, queries, row, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

ACCOUNT, SIGN_IN, FORGOT = "/organizer/account", "/organizer/sign-in", "/organizer/forgot-password"
OTHER = "another password of some length"
TWICE = {"password": OTHER, "again": OTHER}
JOIN = {"name": "Lin Hua", "language": "zh-Hans", **TWICE}


def link_in(house: House, message: Message) -> str:
    """The page to which a mail leads, signed as the worker does it."""
    link = message.values["link"]
    ends = datetime.fromisoformat(link["ends"])
    return f"/{link['page']}/{house.app.extensions['forumapp.links'].sign(link['purpose'], link['values'], ends=ends)}"


def mails(template: str) -> list[Message]:
    return rows(select(Message).where(Message.template == template).order_by(Message.id))


def faults(answer: TestResponse) -> list[str]:
    found: list[str] = html.fromstring(answer.text).xpath("//*[@id='error-summary']//li/a/text()")
    return found


def invited(house: House, owner: Browser, email: str = "lin@forum.example") -> str:
    """The link of an invitation."""
    values = {"email": email, "name": "Lin", "language": "en", "roles": ["viewer"]}
    assert owner.send(f"{HOME}/access/invite", values).status_code == 302
    return link_in(house, mails("account-invitation")[-1])


def state() -> list[Any]:
    """All that opening a link might change."""
    counted = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (AuditEvent, Message, SignIn)]
    found = [*counted, *db.session.execute(select(Account.link_number, Account.password_hash, Account.version))]
    db.session.commit()
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    now = clock.now
    return lambda passed: monkeypatch.setattr(clock, "now", lambda: now() + passed)


def test_whoever_is_invited_chooses_a_password_and_is_in(house: House, owner: Browser) -> None:
    link = invited(house, owner)
    visitor = house.browser()
    page = visitor.get(link)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert "lin@forum.example" in page.text

    assert visitor.send(link, JOIN).location == "/organizer/"

    account = rows(select(Account).where(Account.email == "lin@forum.example"))[0]
    assert (account.name, account.language) == ("Lin Hua", "zh-Hans")
    assert visitor.get(f"{HOME}/").status_code == 200
    assert 'lang="zh-Hans"' in visitor.get(f"{HOME}/").text
    assert house.browser().sign_in("lin@forum.example", OTHER).status_code == 302


def test_opening_a_link_changes_nothing_however_often(house: House, owner: Browser) -> None:
    link = invited(house, owner)
    house.browser().send(FORGOT, {"email": "owner@forum.example"})
    reset = link_in(house, mails("account-new-password")[0])
    before = state()

    for _ in range(3):
        for page in (link, reset):
            assert house.browser().get(page).status_code == 200
            assert house.browser().head(page).status_code == 200

    assert state() == before


def test_an_invitation_works_once(house: House, owner: Browser) -> None:
    link = invited(house, owner)
    first, second = house.browser(), house.browser()
    page = second.get(link)
    token = html.fromstring(page.text).xpath("//input[@name='csrf_token']/@value")[0]
    first.send(link, JOIN)

    late = second.post(link, data={"csrf_token": token, **JOIN, "password": PASSWORD, "again": PASSWORD})

    assert (late.status_code, second.get(link).status_code) == (410, 410)
    assert house.browser().sign_in("lin@forum.example", PASSWORD).status_code == 401


@pytest.mark.parametrize(("passed", "status"), [(timedelta(days=7, minutes=-1), 200), (timedelta(days=7), 410)])
def test_an_invitation_ends_after_a_week(
    house: House, owner: Browser, later: Any, passed: timedelta, status: int
) -> None:
    link = invited(house, owner)
    later(passed)

    assert house.browser().get(link).status_code == status


def test_links_are_for_what_they_were_made_for(house: House, owner: Browser) -> None:
    link = invited(house, owner)
    signed = link.rpartition("/")[2]
    pages = (f"/organizer/new-password/{signed}", f"{link[:-1]}", f"{link}x", "/organizer/invitation/nonsense")

    assert {page: house.browser().get(page).status_code for page in pages} == dict.fromkeys(pages, 410)
    assert {INVITATION, NEW_PASSWORD} == {"invitation", "password"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"password": "eleven-char", "again": "eleven-char"}, ["Password: This is too short."]),
        ({"again": "something else here"}, ["Confirm password: The two passwords do not match."]),
        ({"password": "password1234", "again": "password1234"}, ["Password: "]),
        ({"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, ["Password: "]),
        ({"name": ""}, ["Full name: This is needed."]),
        ({"language": "fr"}, ["Language: "]),
    ],
)
def test_a_form_with_faults_keeps_the_invitation_open(
    house: House, owner: Browser, changes: dict[str, str], told: list[str]
) -> None:
    link = invited(house, owner)
    visitor = house.browser()

    answer = visitor.send(link, {**JOIN, **changes})

    assert answer.status_code == 422
    assert [one.startswith(words) for one, words in zip(faults(answer), told, strict=True)] == [True], faults(answer)
    assert changes.get("password", OTHER) not in answer.text
    assert visitor.send(link, JOIN).status_code == 302


def test_a_forgotten_password_is_chosen_anew_by_mail(house: House, owner: Browser) -> None:
    visitor = house.browser()
    visitor.send(FORGOT, {"email": " Owner@Forum.example"})
    link = link_in(house, mails("account-new-password")[0])

    page = visitor.get(link).text

    assert visitor.send(link, TWICE).location == SIGN_IN

    assert visitor.get(link).status_code == 410
    token = TOKEN.search(page)
    assert token
    too_short = {"csrf_token": token[1], "password": "x", "again": "x"}
    assert visitor.post(link, data=too_short).status_code == 410  # the link is asked about before the password
    assert owner.get(f"{HOME}/").location.startswith(SIGN_IN)  # whoever was in is out
    assert house.browser().sign_in("owner@forum.example").status_code == 401
    assert house.browser().sign_in("owner@forum.example", OTHER).status_code == 302
    assert len(mails("account-password-changed")) == 1


def test_a_link_for_a_new_password_ends_after_an_hour(house: House, later: Any) -> None:
    house.browser().send(FORGOT, {"email": "owner@forum.example"})
    link = link_in(house, mails("account-new-password")[0])
    later(timedelta(hours=1))

    assert house.browser().get(link).status_code == 410


def test_guesses_at_an_account_do_not_keep_its_owner_from_signing_in_after_a_new_password(house: House) -> None:
    for number in range(35):
        house.browser().sign_in("owner@forum.example", f"guess {number}")
    visitor = house.browser()
    assert visitor.sign_in("owner@forum.example").status_code == 401
    visitor.send(FORGOT, {"email": "owner@forum.example"})
    visitor.send(link_in(house, mails("account-new-password")[0]), TWICE)

    assert visitor.sign_in("owner@forum.example", OTHER).status_code == 302


@pytest.mark.parametrize("kind", ["unknown", "closed"])
def test_asking_for_a_link_says_and_does_the_same_whether_there_is_an_account(house: House, kind: str) -> None:
    if kind == "closed":
        with transaction() as session:
            account = session.scalars(select(Account).where(Account.email == "stranger@forum.example")).one()
            account.active = False
    told, done = [], []
    for email in ("owner@forum.example", "stranger@forum.example" if kind == "closed" else "nobody@forum.example"):
        browser = house.browser()
        browser.get(FORGOT)
        with queries() as sent:
            answer = browser.send(FORGOT, {"email": email})
        told.append((answer.status_code, html.fromstring(answer.text).xpath("string(//main)")))
        done.append([statement.split("(")[0] for statement in sent])

    assert told[0] == told[1]
    assert done[0] == done[1]
    assert [one.recipient for one in mails("account-new-password")] == ["owner@forum.example"]
    asked = select(AuditEvent.entity_id).where(AuditEvent.action == "asked-for-password")
    assert rows(asked) == [house.owner_id]


def test_an_address_gets_three_links_and_then_one_every_twenty_minutes(house: House, later: Any) -> None:
    answers = [house.browser().send(FORGOT, {"email": "owner@forum.example"}) for _ in range(5)]
    assert ({one.status_code for one in answers}, len(mails("account-new-password"))) == ({200}, 3)

    later(timedelta(minutes=21))
    house.browser().send(FORGOT, {"email": "owner@forum.example"})

    assert len(mails("account-new-password")) == 4


@pytest.mark.parametrize("email", ["", "a" * 5000, "no mail address", "\ud83d", "x\x00@forum.example"])
def test_whatever_is_typed_as_an_address_is_answered_alike(house: House, email: str) -> None:
    sent = email.encode("utf-8", "surrogatepass")

    assert house.browser().send(FORGOT, {"email": sent}).status_code == 200
    assert house.browser().send(SIGN_IN, {"email": sent, "password": sent}).status_code == 401


def test_a_new_password_takes_the_old_one_and_signs_out_all_other_browsers(house: House, owner: Browser) -> None:
    other = house.browser()
    other.sign_in("owner@forum.example")
    page = f"{ACCOUNT}/password"
    refused = owner.send(page, {"current": "wrong password", **TWICE})
    assert (refused.status_code, other.get(f"{HOME}/").status_code) == (422, 200)

    assert owner.send(page, {"current": PASSWORD, **TWICE}).location == page

    assert owner.get(f"{HOME}/").status_code == 200
    assert other.get(f"{HOME}/").location.startswith(SIGN_IN)
    assert house.browser().sign_in("owner@forum.example", OTHER).status_code == 302
    assert len(mails("account-password-changed")) == 1


def test_whoever_finds_a_browser_open_has_ten_tries_at_the_password(house: House, owner: Browser) -> None:
    page = f"{ACCOUNT}/password"
    for number in range(10):
        owner.send(page, {"current": f"guess {number}", **TWICE})

    assert owner.send(page, {"current": PASSWORD, **TWICE}).status_code == 422
    assert house.browser().sign_in("owner@forum.example").status_code == 302


def test_browsers_are_listed_and_one_that_is_ended_is_out_at_its_next_request(house: House, owner: Browser) -> None:
    phone = house.browser()
    phone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"
    phone.sign_in("owner@forum.example")
    assert phone.get(f"{HOME}/").status_code == 200
    page = html.fromstring(owner.get(f"{ACCOUNT}/sign-ins").text)
    ends = page.xpath("//form[contains(@action, '/end') and not(contains(@action, 'others'))]/@action")
    assert len(page.xpath("//li[contains(@class, 'sign-in-row')]")) == 2
    assert len(ends) == 1
    assert "iPhone" in page.xpath("string(//ul[contains(@class, 'sign-ins')])")

    assert owner.send(f"{ACCOUNT}/sign-ins", to=ends[0]).location == f"{ACCOUNT}/sign-ins"

    assert phone.get(f"{HOME}/").location.startswith(SIGN_IN)
    assert owner.get(f"{HOME}/").status_code == 200
    assert owner.send(f"{ACCOUNT}/sign-ins", to=ends[0]).status_code == 404


def test_all_other_browsers_are_signed_out_at_once(house: House, owner: Browser) -> None:
    others = [house.browser() for _ in range(3)]
    for one in others:
        one.sign_in("owner@forum.example")

    owner.send(f"{ACCOUNT}/sign-ins", to=f"{ACCOUNT}/sign-ins/end-others")

    assert [one.get(f"{HOME}/").status_code for one in others] == [302] * 3
    assert owner.get(f"{HOME}/").status_code == 200


def test_nobody_ends_the_sign_in_of_another(house: House, owner: Browser) -> None:
    stranger = house.browser()
    stranger.sign_in("stranger@forum.example")
    theirs = rows(select(SignIn.id).where(SignIn.account_id == house.owner_id))[0]

    answer = stranger.send(f"{ACCOUNT}/sign-ins", to=f"{ACCOUNT}/sign-ins/{theirs}/end")

    assert (answer.status_code, owner.get(f"{HOME}/").status_code) == (404, 200)


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 302)])
def test_a_browser_that_was_not_seen_for_a_week_is_out(
    house: House, owner: Browser, later: Any, days: float, status: int
) -> None:
    later(timedelta(days=days))

    assert owner.get(f"{HOME}/").status_code == status


def test_name_and_language_are_ones_own_to_choose(house: House, owner: Browser) -> None:
    stands = html.fromstring(owner.get(ACCOUNT).text).xpath("//input[@name='version']/@value")[0]
    values = {"name": "Olga O.", "language": "zh-Hans", "version": stands}

    assert owner.send(ACCOUNT, values).location == ACCOUNT

    account = row(Account, house.owner_id)
    assert (account.name, account.language) == ("Olga O.", "zh-Hans")
    assert 'lang="zh-Hans"' in owner.get(f"{HOME}/").text
    assert owner.send(ACCOUNT, {**values, "name": "Someone else"}).status_code == 412
    assert owner.send(ACCOUNT, {**values, "name": ""}).status_code == 422
    assert row(Account, house.owner_id).name == "Olga O."


def test_a_profile_that_stands_open_is_not_made_stale_by_signing_in_again(house: House, owner: Browser) -> None:
    stands = html.fromstring(owner.get(ACCOUNT).text).xpath("//input[@name='version']/@value")[0]
    house.browser().sign_in("owner@forum.example")
    with transaction() as session:
        session.execute(update(SignIn).values(seen_at=clock.now()))

    assert owner.send(ACCOUNT, {"name": "Olga", "language": "en", "version": stands}).status_code == 302


def told(browser: Browser, page: str = "") -> list[str]:
    """What the account's log says, without its times: record, who did what, and fields."""
    lines = html.fromstring(browser.get(f"{ACCOUNT}/log{page}").text).xpath("//ol[contains(@class, 'log')]/li/div")
    return [" ".join(" ".join(line.itertext()).split()) for line in lines]


def test_everyone_reads_what_happened_to_their_own_account_and_to_no_other(house: House, owner: Browser) -> None:
    with transaction() as session:
        sam = session.scalars(select(Account).where(Account.email == "stranger@forum.example")).one()
        zoe = create_account(session, email="zoe@forum.example", name="Zoe", password=None, **BY)
        by_owner: dict[str, Any] = {"actor": Actor(house.owner_id, Via.PAGE), "now": NOW}
        grant_role(session, sam.id, house.edition_id, Role.VIEWER, **by_owner)
        version = get_access(session, house.edition_id, sam.id).version
        take_access_away(session, house.edition_id, sam.id, version=version, **by_owner)
        # On SQLite this gets the id of the access that is gone.
        grant_role(session, zoe.id, house.edition_id, Role.PRINT_STAFF, **by_owner)
        create_token(session, sam, name="Report", scopes=["read"], actor=Actor(sam.id, Via.PAGE), now=NOW)
        create_token(session, zoe, name="Theirs", scopes=["read"], **by_owner)
    browser = house.browser()
    browser.sign_in("stranger@forum.example")

    assert told(browser) == [
        "Account You signed in · Page",
        "API token Report You added it · Page What it is for Report Can be used for Read",
        "Access Forum forum Olga Owner removed it · Page What it held Account Sam Roles Viewer",
        "Access Forum forum Olga Owner gave a role · Page Roles Viewer",
        "Access Forum forum Olga Owner added it · Page",
        "Access Forum other The system gave a role · Command line Roles Owner",
        "Access Forum other The system added it · Command line",
        "Account The system added it · Command line",
    ]
    assert "past the end" in browser.get(f"{ACCOUNT}/log?page=2").text
    owner.send(f"{ACCOUNT}/password", {"current": PASSWORD, **TWICE})
    owner.send(ACCOUNT, {"name": "Olga Owner", "language": "zh-Hans", "version": row(Account, house.owner_id).version})
    assert told(owner)[:2] == ["账号 您 修改 · 网页 语言 更改前： 英文 → 更改后： 中文", "账号 您 修改密码 · 网页"]


def test_a_new_password_leaves_tokens_as_they_are_or_ends_all_of_them(house: House, owner: Browser) -> None:
    with transaction() as session:
        for name in ("Report", "Scanner"):
            create_token(session, session.get_one(Account, house.owner_id), name=name, **BY)
        stranger = session.scalars(select(Account).where(Account.email == "stranger@forum.example")).one()
        create_token(session, stranger, name="Theirs", **BY)
    page = f"{ACCOUNT}/password"

    owner.send(page, {"current": PASSWORD, **TWICE})
    assert "2 API tokens still work" in owner.get(page).text
    assert f'href="{HOME}/access/tokens"' in owner.get(page).text
    back = {"password": PASSWORD, "again": PASSWORD}
    assert owner.send(page, {"current": "wrong", "revoke_tokens": "1", **back}).status_code == 422
    assert "2 API tokens still work" in owner.get(page).text
    owner.send(page, {"current": OTHER, "revoke_tokens": "1", **back})

    assert "still work" not in owner.get(page).text
    live = rows(select(ApiToken.name).where(ApiToken.revoked_at.is_(None)))
    assert live == ["Theirs"]
    assert [one.values["tokens"] for one in mails("account-password-changed")] == [2, 0]
    assert len(rows(select(AuditEvent).where(AuditEvent.action == "revoked"))) == 2
