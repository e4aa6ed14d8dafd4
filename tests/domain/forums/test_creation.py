"""Who may begin series and editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import Forbidden
from forumapp.domain.accounts.access import access_to, forget_access, may_create_editions
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.team.accounts import create_account, let_create_editions
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor, Token
from forumapp.domain.forums.editions.services import begin_series, create_edition, create_series, update_series
from tests.domain.conftest import BY, NOW, Forum, edition_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.models import Account

ADMIN, READ = frozenset({"admin"}), frozenset({"read"})
CREATE = Permission.CREATE_EDITIONS


def account(db: DbSession, *, creates: bool = False) -> Account:
    row = create_account(db, email="ina@forum.example", name="Ina", password=None, **BY)
    let_create_editions(db, row, creates=creates, **BY)
    return row


def page(account_id: int) -> Actor:
    return Actor(account_id, Via.PAGE)


def token(account_id: int, scopes: frozenset[str], editions: frozenset[int] | None = None) -> Actor:
    return Actor(account_id, Via.API, Token(1, scopes, editions))


# Whether it is said of the account, its role in the edition, and how it comes; whether it may.
WHO: dict[str, tuple[bool, Role | None, Callable[[int, int], Actor], bool]] = {
    "a founder without a role": (True, None, lambda one, _: page(one), True),
    "a founder who looks on": (True, Role.VIEWER, lambda one, _: page(one), True),
    "an owner": (False, Role.OWNER, lambda one, _: page(one), True),
    "the secretariat": (False, Role.SECRETARIAT, lambda one, _: page(one), False),
    "someone without a role": (False, None, lambda one, _: page(one), False),
    "a founder's token for all": (True, None, lambda one, _: token(one, ADMIN), True),
    "a founder's token to read": (True, Role.OWNER, lambda one, _: token(one, READ), False),
    "a founder's token for one edition": (True, Role.VIEWER, lambda one, of: token(one, ADMIN, frozenset({of})), False),
    "an owner's token for their edition": (
        False,
        Role.OWNER,
        lambda one, of: token(one, ADMIN, frozenset({of})),
        False,
    ),
    "an owner's token for no edition": (False, Role.OWNER, lambda one, _: token(one, ADMIN, frozenset()), False),
    "an owner's token to read": (False, Role.OWNER, lambda one, _: token(one, READ), False),
    "a stranger at the public pages": (False, None, lambda *_: Actor(None, Via.PAGE), False),
    "the console": (False, None, lambda *_: Actor(None, Via.COMMAND), True),
}


@pytest.mark.parametrize(("creates", "role", "how", "lets"), WHO.values(), ids=WHO)
def test_editions_are_begun_by_those_who_may(
    session: DbSession, forum: Forum, creates: bool, role: Role | None, how: Callable[[int, int], Actor], lets: bool
) -> None:
    row = account(session, creates=creates)
    if role:
        grant_role(session, row.id, forum.edition.id, role, **BY)
    actor = how(row.id, forum.edition.id)
    by: dict[str, Any] = {"actor": actor, "now": NOW}
    services: list[Callable[[], object]] = [
        lambda: create_series(session, code="new", name={"en": "New"}, **by),
        lambda: begin_series(session, {"en": "2024 Pacific Forum"}, 2024, **by),
        lambda: update_series(session, "ccbf", {"name": {"en": "Renamed"}}, version=1, **by),
        lambda: create_edition(session, edition_values(forum.series, slug="made", ordinal=9), **by),
    ]

    refused = []
    for service in services:
        try:
            service()
        except Forbidden as refusal:
            refused.append(refusal.details)

    assert may_create_editions(session, actor=actor) == lets
    assert refused == ([] if lets else [{"needs": "create-editions"}] * len(services))


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_a_founder_may_begin_one_from_an_edition_in_which_they_have_a_role(
    session: DbSession, forum: Forum, role: Role | None
) -> None:
    row = account(session, creates=True)
    if role:
        grant_role(session, row.id, forum.edition.id, role, **BY)

    access = access_to(session, forum.edition.id, actor=page(row.id))

    assert (access.allows(CREATE), access.allows(Permission.EDIT_EDITION)) == (role is not None, False)


def test_a_second_factor_that_one_edition_asks_for_does_not_keep_a_founder_from_others(
    session: DbSession, forum: Forum
) -> None:
    row = account(session, creates=True)
    grant_role(session, row.id, forum.edition.id, Role.OWNER, **BY)
    forum.edition.requires_two_factor = True
    session.flush()
    forget_access(session)

    assert access_to(session, forum.edition.id, actor=page(row.id)).needs_two_factor
    assert may_create_editions(session, actor=page(row.id))


def test_it_is_taken_away_again_at_once_and_told_to_the_log(session: DbSession) -> None:
    row = account(session, creates=True)
    assert may_create_editions(session, actor=page(row.id))

    let_create_editions(session, row, creates=False, **BY)

    assert not may_create_editions(session, actor=page(row.id))
    told = session.query(AuditEvent).filter_by(entity="account", entity_id=row.id, action="changed")
    assert [one.fields for one in told] == [["creates_editions"]] * 2


def test_who_begins_an_edition_owns_it(session: DbSession, forum: Forum) -> None:
    row = account(session, creates=True)
    by: dict[str, Any] = {"actor": page(row.id), "now": NOW}

    series = begin_series(session, {"en": "2024 Pacific Forum", "zh-Hans": "2024年太平洋论坛"}, 2024, **by)
    values = edition_values(series, ordinal=1)
    for left_out in ("slug", "year", "ends_on"):
        del values[left_out]
    made = create_edition(session, values, **by)

    assert (series.code, series.name) == ("pf", {"en": "Pacific Forum", "zh-Hans": "太平洋论坛"})
    assert (made.slug, made.year, made.ends_on) == ("pf-2023", 2023, made.starts_on)
    assert access_to(session, made.id, actor=page(row.id)).roles == {Role.OWNER}
