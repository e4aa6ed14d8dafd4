"""Asking two factors of everyone who works on an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.core.errors import Forbidden, Stale
from forumapp.domain.accounts.access import TwoFactorNeeded, forget_access
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.protection import OwnTwoFactorFirst, require_two_factor_of_all
from forumapp.domain.log.queries import history
from tests.domain.conftest import BY, NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum


def test_an_owner_asks_it_of_all_after_turning_it_on_for_themselves(session: DbSession, forum: Forum) -> None:
    edition = forum.edition
    with pytest.raises(OwnTwoFactorFirst), session.begin_nested():
        require_two_factor_of_all(session, edition.id, True, version=edition.version, **forum.by_owner)
    assert edition.requires_two_factor is False

    forum.owner.totp_since = NOW
    session.flush()
    require_two_factor_of_all(session, edition.id, True, version=edition.version, **forum.by_owner)

    assert edition.requires_two_factor is True
    line = history(session, edition.id, "edition", edition.id)[0]
    assert (line.action, line.changes) == ("changed", (("requires_two_factor", False, True),))


def test_whom_it_keeps_out_does_not_end_it(session: DbSession, forum: Forum) -> None:
    require_two_factor_of_all(session, forum.edition.id, True, version=forum.edition.version, **BY)

    with pytest.raises(TwoFactorNeeded):
        require_two_factor_of_all(session, forum.edition.id, False, version=forum.edition.version, **forum.by_owner)
    forum.owner.totp_since = NOW
    session.flush()
    forget_access(session)
    require_two_factor_of_all(session, forum.edition.id, False, version=forum.edition.version, **forum.by_owner)

    assert forum.edition.requires_two_factor is False


def test_it_is_for_owners_and_for_who_saw_what_stands(session: DbSession, forum: Forum) -> None:
    other = create_account(session, email="s@forum.example", name="S", password=None, **BY)
    grant_role(session, other.id, forum.edition.id, Role.SECRETARIAT, **BY)

    with pytest.raises(Forbidden):
        require_two_factor_of_all(
            session,
            forum.edition.id,
            False,
            version=forum.edition.version,
            actor=Actor(other.id, Via.PAGE),
            now=NOW,
        )
    with pytest.raises(Stale):
        require_two_factor_of_all(session, forum.edition.id, False, version=forum.edition.version + 1, **forum.by_owner)
