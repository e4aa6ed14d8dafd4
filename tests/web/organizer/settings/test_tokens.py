"""The owner's pages of API tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account, ApiToken
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.forums.models import Edition
from tests.web.organizer.house import BY, HOME, row, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

TOKENS = f"{HOME}/access/tokens"
API = "/api/v1/editions/forum/findings"


def soon() -> str:
    return (clock.now() + timedelta(days=30)).date().isoformat()


def make(owner: Browser, **changes: Any) -> TestResponse:
    key = html.fromstring(owner.get(f"{TOKENS}/new").text).xpath("//input[@name='form_key']/@value")[0]
    values = {"name": "Door", "scopes": ["read"], "expires_at": soon(), "form_key": key, **changes}
    return owner.send(f"{TOKENS}/new", values)


def secret_in(answer: TestResponse) -> str:
    found: str = html.fromstring(answer.text).xpath("//input[@id='secret']/@value")[0]
    return found


def call(house: House, secret: str) -> int:
    return house.browser().get(API, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_shown_once_works_and_is_revoked_at_once(house: House, owner: Browser) -> None:
    answer = make(owner)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    secret = secret_in(answer)
    assert call(house, secret) == 200
    listed = owner.get(TOKENS).text
    assert "Door" in listed
    assert secret not in listed
    token = rows(select(ApiToken))[0]
    assert (token.scopes, token.every_edition) == (["read"], False)

    assert owner.send(TOKENS, to=f"{TOKENS}/{token.id}/revoke").location == TOKENS

    assert call(house, secret) == 401
    assert "Revoked" in owner.get(TOKENS).text


def test_a_form_makes_one_token_however_often_it_is_sent(owner: Browser) -> None:
    key = html.fromstring(make(owner, form_key="").text).xpath("//input[@name='form_key']/@value")[0]
    assert [make(owner, form_key=key).status_code for _ in range(2)] == [200, 302]
    assert "has made its token already" in owner.get(TOKENS).text
    assert len(rows(select(ApiToken))) == 1


def test_it_ends_with_its_last_day_at_the_place_of_the_edition(owner: Browser) -> None:
    day = clock.now().date() + timedelta(days=30)

    make(owner, expires_at=day.isoformat())

    ends = rows(select(ApiToken))[0].expires_at
    assert ends is not None
    after = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    assert ends - after in (timedelta(hours=7), timedelta(hours=8))  # midnight in Los Angeles, summer or winter
    assert f"<td>{day:%a} {day.day} {day:%b %Y}</td>" in owner.get(TOKENS).text  # as the form said it


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"scopes": []}, ["What it can be used for: This is needed."]),
        ({"scopes": ["all"]}, ["What it can be used for: Choose one of the list."]),
        ({"name": ""}, ["What it is for: This is needed."]),
        ({"expires_at": ""}, ["Valid through: This is needed."]),
        ({"expires_at": "2023-05-22"}, ["Valid through: Choose a date in the future."]),
        ({"expires_at": "2999-12-31"}, ["Valid through: Choose a date within two years."]),
    ],
)
def test_a_token_without_limits_is_not_made(owner: Browser, changes: dict[str, Any], faults: list[str]) -> None:
    answer = make(owner, **changes)

    assert answer.status_code == 422
    assert html.fromstring(answer.text).xpath("//*[@id='error-summary']//li/a/text()") == faults
    assert rows(select(ApiToken)) == []


def test_tokens_that_also_act_elsewhere_are_shown_without_a_button(house: House, owner: Browser) -> None:
    with transaction() as session:
        stranger = session.scalars(select(Account).where(Account.email == "stranger@forum.example")).one()
        other = session.scalars(select(Edition.id).where(Edition.slug == "other")).one()
        grant_role(session, stranger.id, house.edition_id, Role.VIEWER, **BY)
        create_token(session, stranger, name="Both", editions=[house.edition_id, other], **BY)
        create_token(session, stranger, name="Here", editions=[house.edition_id], **BY)
    ids = {token.name: token.id for token in rows(select(ApiToken))}

    page = html.fromstring(owner.get(TOKENS).text)

    assert page.xpath("//tbody//form/@action") == [f"{TOKENS}/{ids['Here']}/revoke"]
    both = page.xpath("//tbody/tr[td[starts-with(normalize-space(), 'Both')]]/td[3]/text()")
    assert both == ["Forum forum, 1 other"]  # the other one's name is not the owner's to know
    assert owner.send(TOKENS, to=f"{TOKENS}/{ids['Both']}/revoke").status_code == 403
    assert row(ApiToken, ids["Both"]).revoked_at is None


def test_the_log_tells_of_tokens_without_their_secret(owner: Browser) -> None:
    make(owner)

    assert [(one.action, one.entity) for one in rows(select(AuditEvent).where(AuditEvent.entity == "api_token"))] == [
        ("created", "api_token")
    ]
