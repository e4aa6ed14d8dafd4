"""What those see and change who are bound to delegations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import Base
from forumapp.core.errors import Forbidden, NotFound
from forumapp.domain.accounts import access, scope
from forumapp.domain.accounts.models import AccessDelegation, EditionAccess
from forumapp.domain.accounts.permissions import Permission, Reach, Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor, Token
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.forums.venues import services as venues_services
from forumapp.domain.people.records.services import create_person
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import counts, registrations_page
from forumapp.domain.registration.rules import RegistrationStatus, Source
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.registering import make_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation


@pytest.mark.parametrize(
    "named", [*scope.TABLES, access.EDITION, venues_services.SESSION], ids=lambda named: named.name
)
def test_the_tables_named_here_are_those_of_the_models(named: Any) -> None:
    assert {column.name for column in named.c} <= {column.name for column in Base.metadata.tables[named.name].c}


def liaison_of(db: DbSession, forum: Forum, *delegations: Delegation, email: str = "liaison@forum.example") -> Actor:
    account = create_account(db, email=email, name="Liaison", password=None, **BY)
    grant_role(db, account.id, forum.edition.id, Role.DELEGATION_LIAISON, **BY)
    bound_to = db.scalars(select(EditionAccess.id).filter_by(account_id=account.id)).one()
    db.add_all(
        AccessDelegation(edition_id=forum.edition.id, access_id=bound_to, delegation_id=one.id) for one in delegations
    )
    db.flush()
    access.forget_access(db)
    return Actor(account.id, Via.PAGE)


def delegation(db: DbSession, forum: Forum, code: str, **values: Any) -> Delegation:
    return create_delegation(db, forum.edition.id, {"code": code, "name": {"en": code.upper()}, **values}, **BY)


def member(db: DbSession, forum: Forum, of: Delegation, person: str, type_id: int) -> int:
    someone = create_person(db, {"latin_family": person, "latin_given": "One"}, **BY)
    row = enter(
        db,
        forum.edition.id,
        someone.id,
        type_id,
        status=RegistrationStatus.CONFIRMED,
        source=Source.API,
        language="en",
        **BY,
    )
    add_member(db, of, row.id, **BY)
    return row.id


@pytest.fixture
def two(session: DbSession, forum: Forum) -> dict[str, Any]:
    kind = make_type(session, forum.edition.id, quota=None)
    whole = delegation(session, forum, "whole")
    jiangsu = delegation(session, forum, "js", parent_id=whole.id)
    hubei = delegation(session, forum, "hb", parent_id=whole.id)
    return {
        "whole": whole,
        "js": jiangsu,
        "hb": hubei,
        "in_js": member(session, forum, jiangsu, "Jiang", kind.id),
        "in_hb": member(session, forum, hubei, "Hu", kind.id),
    }


def test_being_bound_reaches_the_parts_and_nothing_else(session: DbSession, forum: Forum, two: dict[str, Any]) -> None:
    of_js = access.access_to(session, forum.edition.id, actor=liaison_of(session, forum, two["js"]))
    of_whole = access.access_to(
        session, forum.edition.id, actor=liaison_of(session, forum, two["whole"], email="chief@forum.example")
    )

    assert of_js.delegations == {two["js"].id}
    assert of_whole.delegations == {two["whole"].id, two["js"].id, two["hb"].id}
    assert of_js.reach(Permission.SEE_REGISTRATIONS) is Reach.OWN
    assert of_js.within(Permission.SEE_AGENDA) is None
    assert of_js.within(Permission.SEE_MAIL) == frozenset()


def test_bound_to_nothing_is_allowed_nothing_of_people(session: DbSession, forum: Forum, two: dict[str, Any]) -> None:
    unbound = access.access_to(session, forum.edition.id, actor=liaison_of(session, forum))

    assert not unbound.allows(Permission.SEE_REGISTRATIONS)
    assert unbound.allows(Permission.SEE_AGENDA)
    assert two


def test_lists_and_counts_are_of_the_own_delegation(session: DbSession, forum: Forum, two: dict[str, Any]) -> None:
    within = access.access_to(session, forum.edition.id, actor=liaison_of(session, forum, two["js"])).within(
        Permission.SEE_REGISTRATIONS
    )

    page = registrations_page(session, forum.edition.id, within=within)
    searched = registrations_page(session, forum.edition.id, Filters(search="Hu"), within=within)
    counted = counts(session, forum.edition.id, within=within)

    assert [line.id for line in page.items] == [two["in_js"]]
    assert (page.total, searched.total, counted.total) == (1, 0, 1)
    assert [(one.places.quota, one.places.taken) for one in counted.by_type if one.by_status] == [(None, 1)]


@pytest.mark.parametrize(
    ("entity", "key"), [("registration", "in_js"), ("delegation", "js")], ids=["registration", "delegation"]
)
def test_a_row_out_of_reach_does_not_exist(
    session: DbSession, forum: Forum, two: dict[str, Any], entity: str, key: str
) -> None:
    row_id = two[key] if isinstance(two[key], int) else two[key].id
    own = liaison_of(session, forum, two["js"])
    other = liaison_of(session, forum, two["hb"], email="other@forum.example")
    permission = Permission.EDIT_REGISTRATIONS if entity == "registration" else Permission.EDIT_DELEGATIONS

    access.require_row(session, forum.edition.id, permission, entity, row_id, actor=own)
    with pytest.raises(NotFound):
        access.require_row(session, forum.edition.id, permission, entity, row_id, actor=other)


def test_a_liaison_adds_no_one_of_another_delegation(session: DbSession, forum: Forum, two: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        add_member(session, two["js"], two["in_hb"], actor=liaison_of(session, forum, two["js"]), now=NOW)


def test_a_token_carries_its_scopes_and_editions_alone(session: DbSession, forum: Forum) -> None:
    def allowed(permission: Permission, *scopes: str, editions: frozenset[int] | None = None) -> bool:
        actor = Actor(forum.owner.id, Via.API, Token(1, frozenset(scopes), editions))
        return access.access_to(session, forum.edition.id, actor=actor).allows(permission)

    assert allowed(Permission.SEE_REGISTRATIONS, "read")
    assert not allowed(Permission.EDIT_REGISTRATIONS, "read")
    assert allowed(Permission.EDIT_REGISTRATIONS, "read", "register")
    assert allowed(Permission.MANAGE_ACCESS, "admin")
    assert not allowed(Permission.SEE_EDITION, "admin", editions=frozenset({forum.other.id}))
    assert not allowed(Permission.SEE_EDITION, "nonsense")


def test_a_role_without_the_permission_is_forbidden_and_without_a_role_nothing_is_there(
    session: DbSession, forum: Forum
) -> None:
    viewer = create_account(session, email="viewer@forum.example", name="Viewer", password=None, **BY)
    actor = Actor(viewer.id, Via.PAGE)
    with pytest.raises(NotFound):
        access.require(session, forum.edition.id, Permission.SEE_EDITION, actor=actor)
    grant_role(session, viewer.id, forum.edition.id, Role.VIEWER, **BY)

    access.require(session, forum.edition.id, Permission.SEE_EDITION, actor=actor)
    with pytest.raises(Forbidden):
        access.require(session, forum.edition.id, Permission.EDIT_AGENDA, actor=actor)
