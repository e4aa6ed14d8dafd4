"""API tokens: who makes them, who sees them, who ends them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import Forbidden, Invalid, NotFound
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.models import Account, ApiToken
from forumapp.domain.accounts.permissions import Permission, Role, Scope
from forumapp.domain.accounts.team import roles
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.tokens import services as tokens_services
from forumapp.domain.accounts.tokens.queries import TokenLine, tokens_page
from forumapp.domain.audit.models import AuditEvent, AuditValue, Via
from forumapp.domain.audit.services import Actor, Token
from tests.domain.conftest import BY, NOW
from tests.web.organizer.house import queries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

SOON = NOW + timedelta(days=30)
EVERYTHING = frozenset({"admin"})


def make(session: DbSession, forum: Forum, **changes: Any) -> str:
    given = {"name": "Scanner", "scopes": [Scope.SCAN], "expires_at": SOON, **forum.by_owner, **changes}
    return tokens_services.create_own_token(session, forum.edition.id, **given)


def someone(session: DbSession, *editions: int, role: Role = Role.VIEWER) -> Account:
    account = create_account(session, email="else@forum.example", name="Else", password=None, **BY)
    for edition_id in editions:
        roles.grant_role(session, account.id, edition_id, role, **BY)
    return account


def lines(session: DbSession, forum: Forum) -> dict[str, tuple[bool, str]]:
    """By name: whether the owner may revoke it, and how it stands."""
    found = tokens_page(session, forum.edition.id, actor=forum.by_owner["actor"]).items
    return {line.name: (line.may_revoke, line.state(NOW)) for line in found}


def only_token(session: DbSession) -> ApiToken:
    return session.scalars(select(ApiToken)).one()


def test_a_token_of_ones_own_acts_in_this_edition_alone_within_its_scopes(session: DbSession, forum: Forum) -> None:
    secret = make(session, forum)

    found = tokens_services.find_token(session, secret, now=NOW)
    row = only_token(session)
    assert found == (row, Token(row.id, frozenset({"scan"}), frozenset({forum.edition.id})))
    actor = Actor(forum.owner.id, Via.API, found[1])
    access = access_to(session, forum.edition.id, actor=actor)
    assert {permission for permission in Permission if access.allows(permission)} == {
        Permission.CHECK_IN,
        Permission.ADMIT,
    }
    roles.grant_role(session, forum.owner.id, forum.other.id, Role.OWNER, **BY)
    assert access_to(session, forum.other.id, actor=actor).roles == frozenset()
    assert tokens_services.find_token(session, secret, now=SOON) is None


def test_the_list_shows_it_and_neither_the_row_nor_the_log_holds_the_secret(session: DbSession, forum: Forum) -> None:
    secret = make(session, forum)

    row = only_token(session)
    assert tokens_page(session, forum.edition.id, actor=forum.by_owner["actor"]).items == [
        TokenLine(
            id=row.id,
            name="Scanner",
            account="Owner",
            scopes=("scan",),
            editions=frozenset({forum.edition.id}),
            every_edition=False,
            created_at=row.created_at,
            last_used_at=None,
            expires_at=SOON,
            revoked_at=None,
            may_revoke=True,
        )
    ]
    kept = [
        str(value)
        for table in (ApiToken, AuditEvent, AuditValue)
        for one in session.execute(select(*table.__table__.c))
        for value in one
    ]
    assert len(kept) > 10
    assert [value for value in kept if secret in value or secret.removeprefix("fa_") in value] == []


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"scopes": ["scan", "all"]}, {"scopes": "unknown"}),
        ({"expires_at": None}, {"expires_at": "required"}),
        ({"name": " ", "scopes": []}, {"name": "required", "scopes": "required"}),
    ],
)
def test_a_token_without_limits_is_refused(
    session: DbSession, forum: Forum, changes: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        make(session, forum, **changes)
    assert refused.value.fields == fields
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_tokens_make_no_tokens_and_others_than_owners_none_here(session: DbSession, forum: Forum) -> None:
    by_token = Actor(forum.owner.id, Via.API, Token(1, EVERYTHING))
    viewer = Actor(someone(session, forum.edition.id).id, Via.PAGE)

    for actor in (by_token, viewer):
        with pytest.raises(Forbidden):
            make(session, forum, actor=actor)
    with pytest.raises(NotFound):
        tokens_services.create_own_token(
            session, forum.other.id, name="x", scopes=["read"], expires_at=SOON, **forum.by_owner
        )


def test_the_console_knows_no_other_scopes_either(session: DbSession, forum: Forum) -> None:
    with pytest.raises(Invalid) as refused:
        tokens_services.create_token(session, forum.owner, name="x", scopes=["all"], **BY)
    assert refused.value.fields == {"scopes": "unknown"}


def test_a_token_whose_row_holds_unknown_scopes_does_nothing(session: DbSession, forum: Forum) -> None:
    secret = make(session, forum)
    only_token(session).scopes = ["everything"]
    session.flush()

    found = tokens_services.find_token(session, secret, now=NOW)
    assert found
    access = access_to(session, forum.edition.id, actor=Actor(forum.owner.id, Via.API, found[1]))
    assert [permission for permission in Permission if access.allows(permission)] == []


def test_a_revoked_token_is_dead_at_once_and_logged(session: DbSession, forum: Forum) -> None:
    secret = make(session, forum)
    token_id = only_token(session).id

    for _ in range(2):
        tokens_services.revoke_token(session, forum.edition.id, token_id, **forum.by_owner)

    assert tokens_services.find_token(session, secret, now=NOW) is None
    assert lines(session, forum) == {"Scanner": (True, "revoked")}
    told = select(AuditEvent.action, AuditEvent.edition_id, AuditEvent.fields).where(AuditEvent.entity == "api_token")
    assert list(session.execute(told.order_by(AuditEvent.id))) == [
        ("created", forum.edition.id, ["name", "scopes"]),
        ("revoked", forum.edition.id, ["revoked_at"]),
    ]


def test_tokens_of_others_are_revoked_by_whoever_manages_all_editions_in_which_they_act(
    session: DbSession, forum: Forum
) -> None:
    here, there = forum.edition.id, forum.other.id
    other = someone(session, here, there)
    for name, editions in (("here", [here]), ("there", [there]), ("both", [here, there]), ("all", None)):
        tokens_services.create_token(session, other, name=name, editions=editions, **BY)
    ids = {token.name: token.id for token in session.scalars(select(ApiToken))}

    assert lines(session, forum) == {"here": (True, "live"), "both": (False, "live"), "all": (False, "live")}
    with pytest.raises(NotFound):
        tokens_services.revoke_token(session, here, ids["there"], **forum.by_owner)
    for name in ("both", "all"):
        with pytest.raises(Forbidden):
            tokens_services.revoke_token(session, here, ids[name], **forum.by_owner)
    roles.grant_role(session, forum.owner.id, there, Role.OWNER, **BY)
    assert lines(session, forum) == {"here": (True, "live"), "both": (True, "live"), "all": (True, "live")}
    tokens_services.revoke_token(session, here, ids["all"], **forum.by_owner)
    assert lines(session, forum)["all"] == (True, "revoked")


def test_tokens_of_people_without_access_are_not_listed(session: DbSession, forum: Forum) -> None:
    other = someone(session, forum.edition.id, forum.other.id)
    tokens_services.create_token(session, other, name="all", **BY)
    assert list(lines(session, forum)) == ["all"]

    roles.take_access_away(session, forum.edition.id, other.id, version=2, **forum.by_owner)

    assert lines(session, forum) == {}


def test_a_list_of_tokens_costs_the_same_however_long(session: DbSession, forum: Forum) -> None:
    other = someone(session, forum.edition.id)
    make(session, forum)
    tokens_services.create_token(
        session, other, name="first", expires_at=NOW, actor=BY["actor"], now=NOW - timedelta(days=1)
    )
    actor = forum.by_owner["actor"]
    with queries() as few:
        tokens_page(session, forum.edition.id, actor=actor)
    for number in range(5):
        make(session, forum, name=f"own {number}")
        tokens_services.create_token(session, other, name=f"other {number}", **BY)

    with queries() as many:
        page = tokens_page(session, forum.edition.id, actor=actor)

    assert (len(few), len(many), page.total) == (4, 4, 12)
    assert lines(session, forum)["first"] == (True, "expired")
