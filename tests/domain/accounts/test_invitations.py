"""Inviting people, changing what they may do, and taking it away."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound, Stale
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.models import Account, EditionAccess, SignIn
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.queries import AccessLine, access_page, get_access
from forumapp.domain.accounts.team import roles as team_roles
from forumapp.domain.accounts.team.accounts import create_account, find_account_by_email
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.log.queries import history
from forumapp.domain.mail.models import Message
from forumapp.domain.proofs.restoring import restore
from tests.domain.conftest import BY, NOW
from tests.domain.registering import make_edition
from tests.web.organizer.house import queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

LIAISON = [Role.DELEGATION_LIAISON]
PATIENCE = 1.0


@pytest.fixture
def owned(session: DbSession, forum: Forum) -> Forum:
    """The owner can sign in; there are two delegations here, and one in the other edition."""
    forum.owner.password_hash = "a hash"
    session.flush()
    for edition, code in ((forum.edition, "hb"), (forum.edition, "js"), (forum.other, "sh")):
        create_delegation(session, edition.id, {"code": code, "name": {"en": code}}, **BY)
    return forum


def invite(session: DbSession, forum: Forum, email: str = "lin@forum.example", **changes: Any) -> Account:
    given = {"name": "Lin Hua", "language": "zh-Hans", "roles": [Role.VIEWER], **forum.by_owner, **changes}
    return team_roles.invite(session, forum.edition, email=email, **given)


def joined(session: DbSession, forum: Forum, **changes: Any) -> Account:
    account = invite(session, forum, **changes)
    account.password_hash = "a hash"
    session.flush()
    return account


def held(session: DbSession, forum: Forum, account: Account) -> tuple[int, tuple[Role, ...], tuple[str, ...]]:
    line = get_access(session, forum.edition.id, account.id)
    return line.version, line.roles, line.delegations


def by(account: Account) -> dict[str, Any]:
    return {"actor": Actor(account.id, Via.PAGE), "now": NOW}


def mails(session: DbSession) -> list[tuple[str, str, str]]:
    query = select(Message).where(Message.about == "account").order_by(Message.id)
    return [(one.template, one.recipient, one.language) for one in session.scalars(query)]


def logged(session: DbSession, forum: Forum, account: Account) -> list[tuple[str, tuple[Any, ...]]]:
    access_id = session.scalar(select(EditionAccess.id).filter_by(account_id=account.id, edition_id=forum.edition.id))
    return [(line.action, line.changes) for line in history(session, forum.edition.id, "edition_access", access_id)]


# Inviting


def test_whoever_is_invited_has_access_at_once_and_no_password(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned, "Lin@Forum.example", roles=LIAISON, delegations=["js"])

    access = session.scalars(select(EditionAccess).filter_by(account_id=account.id)).one()
    assert get_access(session, owned.edition.id, account.id) == AccessLine(
        id=access.id,
        version=2,
        account_id=account.id,
        name="Lin Hua",
        email="lin@forum.example",
        roles=(Role.DELEGATION_LIAISON,),
        delegations=("js",),
        given_at=access.created_at,
        invited_at=NOW,
        has_joined=False,
        two_factor=False,
        seen_at=None,
    )
    assert access_to(session, owned.edition.id, actor=by(account)["actor"]).allows(Permission.SEE_DELEGATIONS)
    assert mails(session) == [("account-invitation", "lin@forum.example", "zh-Hans")]
    assert logged(session, owned, account) == [
        ("granted", (("delegations", [], ["js"]), ("roles", [], ["delegation-liaison"]))),
        ("created", ()),
    ]


def test_someone_with_an_account_keeps_name_and_password_and_is_told(session: DbSession, owned: Forum) -> None:
    known = create_account(session, email="li@forum.example", name="Li Na", password="a long new password", **BY)

    account = invite(session, owned, "li@forum.example", name="Someone")

    assert (account.id, account.name, account.invited_at) == (known.id, "Li Na", None)
    assert mails(session) == [("account-access-given", "li@forum.example", "en")]


def test_someone_invited_elsewhere_who_has_not_joined_is_invited_here_too(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned)
    number = account.link_number

    team_roles.invite(
        session, owned.other, email="lin@forum.example", name="", language="en", roles=[Role.VIEWER], **BY
    )

    assert [template for template, _, _ in mails(session)] == ["account-invitation"] * 2
    assert account.link_number == number  # the first mail's link still works


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"roles": []}, {"roles": "required"}),
        ({"roles": ["king"]}, {"roles": "unknown"}),
        ({"roles": LIAISON}, {"delegations": "liaison-of-none"}),
        ({"roles": LIAISON, "delegations": ["js", "nowhere"]}, {"delegations": "unknown"}),
        ({"roles": LIAISON, "delegations": ["sh"]}, {"delegations": "unknown"}),  # of another edition
        ({"delegations": ["js"]}, {"delegations": "only-for-liaisons"}),
    ],
)
def test_what_cannot_be_given_is_refused_and_makes_no_account(
    session: DbSession, owned: Forum, changes: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        invite(session, owned, **changes)

    assert refused.value.fields == fields
    assert find_account_by_email(session, "lin@forum.example") is None


def test_inviting_twice_is_refused(session: DbSession, owned: Forum) -> None:
    invite(session, owned)

    with pytest.raises(AlreadyExists) as refused:
        invite(session, owned)
    assert refused.value.fields == {"email": "has-access"}


def test_a_closed_account_is_not_invited(session: DbSession, owned: Forum) -> None:
    create_account(session, email="li@forum.example", name="Li", password=None, **BY).active = False
    session.flush()

    with pytest.raises(Invalid) as refused:
        invite(session, owned, "li@forum.example")
    assert refused.value.fields == {"email": "account-closed"}


def test_another_invitation_ends_the_first_ones_link(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned)
    number = account.link_number
    later = {**owned.by_owner, "now": NOW.replace(day=9)}

    team_roles.invite_again(session, owned.edition, account.id, **later)

    assert (account.link_number, account.invited_at) == (number + 1, later["now"])
    assert [template for template, _, _ in mails(session)] == ["account-invitation"] * 2
    assert logged(session, owned, account)[0] == ("invited-again", ())


def test_whoever_has_joined_is_not_invited_again(session: DbSession, owned: Forum) -> None:
    account = joined(session, owned)
    number = account.link_number

    with pytest.raises(team_roles.HasJoined):
        team_roles.invite_again(session, owned.edition, account.id, **owned.by_owner)
    assert account.link_number == number  # a link to a new password would have died with it


# Changing


def test_access_is_set_to_exactly_what_is_said(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned, roles=[*LIAISON, Role.PRINT_STAFF], delegations=["js"])
    version, *_ = held(session, owned, account)
    actor = by(account)["actor"]
    before = access_to(session, owned.edition.id, actor=actor)

    team_roles.set_access(
        session,
        owned.edition.id,
        account.id,
        [*LIAISON, Role.REGISTRATION_DESK],
        ["hb"],
        version=version,
        **owned.by_owner,
    )

    assert held(session, owned, account) == (
        version + 1,
        (Role.DELEGATION_LIAISON, Role.REGISTRATION_DESK),
        ("hb",),
    )
    assert logged(session, owned, account)[0] == (
        "changed",
        (
            ("delegations", ["js"], ["hb"]),
            ("roles", ["delegation-liaison", "print-staff"], ["delegation-liaison", "registration-desk"]),
        ),
    )
    after = access_to(session, owned.edition.id, actor=actor)
    assert (before.allows(Permission.DECIDE_REGISTRATIONS), after.allows(Permission.DECIDE_REGISTRATIONS)) == (
        False,
        True,
    )


def test_setting_what_is_held_already_changes_and_tells_nothing(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned)
    before, told = held(session, owned, account), logged(session, owned, account)

    team_roles.set_access(session, owned.edition.id, account.id, [Role.VIEWER], [], version=before[0], **owned.by_owner)

    assert (held(session, owned, account), logged(session, owned, account)) == (before, told)


def test_a_stale_change_is_refused(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned, roles=LIAISON, delegations=["js"])
    version, *_ = held(session, owned, account)
    change: Callable[..., None] = lambda roles, codes: team_roles.set_access(  # noqa: E731 (one line, twice)
        session, owned.edition.id, account.id, roles, codes, version=version, **owned.by_owner
    )
    change(LIAISON, ["hb"])

    with pytest.raises(Stale):
        change([Role.VIEWER], [])
    assert held(session, owned, account)[1:] == ((Role.DELEGATION_LIAISON,), ("hb",))


def test_access_is_taken_away_with_all_that_it_gave(session: DbSession, owned: Forum) -> None:
    account = joined(session, owned, roles=LIAISON, delegations=["js"])
    access_id = session.scalar(select(EditionAccess.id).filter_by(account_id=account.id))
    team_roles.grant_role(session, account.id, owned.other.id, Role.VIEWER, **BY)

    team_roles.take_access_away(session, owned.edition.id, account.id, version=2, **owned.by_owner)

    actor = by(account)["actor"]
    assert access_to(session, owned.edition.id, actor=actor).roles == frozenset()
    assert access_to(session, owned.other.id, actor=actor).roles == {Role.VIEWER}
    line = history(session, owned.edition.id, "edition_access", access_id)[0]
    assert (line.action, line.changes) == (
        "removed",
        (
            ("account_id", account.id, None),
            ("delegations", ["js"], []),
            ("roles", ["delegation-liaison"], []),
        ),
    )


def test_access_that_was_taken_away_comes_back_with_all_that_it_gave(session: DbSession, owned: Forum) -> None:
    account = joined(session, owned, roles=LIAISON, delegations=["js"])
    before = held(session, owned, account)
    removal = team_roles.take_access_away(session, owned.edition.id, account.id, version=2, **owned.by_owner)
    with pytest.raises(NotFound):
        restore(session, owned.edition.id, removal.id, **by(account))

    restore(session, owned.edition.id, removal.id, **owned.by_owner)

    assert held(session, owned, account) == before
    assert access_to(session, owned.edition.id, actor=by(account)["actor"]).roles == {Role.DELEGATION_LIAISON}
    line = history(session, owned.edition.id, "edition_access", removal.entity_id)[0]
    assert (line.action, line.changes) == (
        "restored",
        (
            ("account_id", None, account.id),
            ("delegations", [], ["js"]),
            ("roles", [], ["delegation-liaison"]),
        ),
    )


def test_access_that_was_given_anew_does_not_come_back(session: DbSession, owned: Forum) -> None:
    account = joined(session, owned, roles=[Role.SECRETARIAT])
    removal = team_roles.take_access_away(session, owned.edition.id, account.id, version=2, **owned.by_owner)
    team_roles.grant_role(session, account.id, owned.edition.id, Role.VIEWER, **BY)
    with pytest.raises(AlreadyExists), session.begin_nested():
        restore(session, owned.edition.id, removal.id, **owned.by_owner)
    session.expire_all()
    assert held(session, owned, account)[1] == (Role.VIEWER,)


def test_stale_access_is_not_taken_away(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned)

    with pytest.raises(Stale):
        team_roles.take_access_away(session, owned.edition.id, account.id, version=1, **owned.by_owner)
    assert held(session, owned, account)[1] == (Role.VIEWER,)


def test_roles_given_at_the_console_stand_beside_those_held(session: DbSession, owned: Forum) -> None:
    account = invite(session, owned)

    team_roles.grant_role(session, account.id, owned.edition.id, Role.DELEGATION_LIAISON, delegations=["js"], **BY)
    team_roles.grant_role(session, account.id, owned.edition.id, Role.VIEWER, **BY)

    assert held(session, owned, account)[1:] == ((Role.DELEGATION_LIAISON, Role.VIEWER), ("js",))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_give_and_take_access(session: DbSession, owned: Forum, role: Role) -> None:
    codes = ["js"] if role is Role.DELEGATION_LIAISON else []
    account = joined(session, owned, roles=[role], delegations=codes)
    at, me = owned.edition.id, by(account)

    for attempt in (
        lambda: team_roles.invite(
            session, owned.edition, email="x@forum.example", name="X", language="en", roles=[role], **me
        ),
        lambda: team_roles.invite_again(session, owned.edition, account.id, **me),
        lambda: team_roles.set_access(session, at, account.id, [Role.OWNER], [], version=2, **me),
        lambda: team_roles.take_access_away(session, at, owned.owner.id, version=2, **me),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_owners_of_another_edition_find_nothing_here(session: DbSession, owned: Forum) -> None:
    stranger = create_account(session, email="s@forum.example", name="S", password=None, **BY)
    team_roles.grant_role(session, stranger.id, owned.other.id, Role.OWNER, **BY)

    with pytest.raises(NotFound):
        team_roles.set_access(session, owned.edition.id, owned.owner.id, [Role.VIEWER], [], version=2, **by(stranger))
    with pytest.raises(NotFound):  # nor does someone from elsewhere exist in one's own
        team_roles.set_access(session, owned.other.id, owned.owner.id, [Role.VIEWER], [], version=2, **by(stranger))


# The last owner


def test_the_last_owner_who_can_sign_in_stays(session: DbSession, owned: Forum) -> None:
    invite(session, owned, "new@forum.example", roles=[Role.OWNER])  # has not joined
    gone = joined(session, owned, email="gone@forum.example", roles=[Role.OWNER])
    gone.active = False
    session.flush()
    version, *_ = held(session, owned, owned.owner)
    at, me = owned.edition.id, owned.owner.id

    for attempt in (
        lambda: team_roles.set_access(session, at, me, [Role.SECRETARIAT], [], version=version, **owned.by_owner),
        lambda: team_roles.take_access_away(session, at, me, version=version, **owned.by_owner),
    ):
        with pytest.raises(team_roles.LastOwner) as refused:
            attempt()
        assert (refused.value.status, refused.value.code) == (409, "last-owner")
    team_roles.set_access(
        session, at, me, [Role.OWNER, Role.VIEWER], [], version=version, **owned.by_owner
    )  # more roles are no loss


def test_with_another_owner_one_may_go(session: DbSession, owned: Forum) -> None:
    joined(session, owned, roles=[Role.OWNER])

    team_roles.take_access_away(session, owned.edition.id, owned.owner.id, version=2, **owned.by_owner)

    with pytest.raises(NotFound):
        get_access(session, owned.edition.id, owned.owner.id)


def two_owners(app: Flask) -> tuple[int, list[int]]:
    with transaction() as session:
        edition_id = make_edition(session)
        owners = []
        for number in (1, 2):
            account = create_account(session, email=f"o{number}@forum.example", name="O", password=None, **BY)
            account.password_hash = "a hash"
            session.flush()
            team_roles.grant_role(session, account.id, edition_id, Role.OWNER, **BY)
            owners.append(account.id)
    db.session.remove()
    return edition_id, owners


def each_takes_the_others_role(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], int]:
    """Both at once, and each waits after its checks for the other to have made them too.

    What each was told, and how many owners are left.
    """
    edition_id, owners = two_owners(app)
    check, meet = team_roles._refuse_last_owner, threading.Barrier(2)

    def check_and_wait(session: DbSession, access: EditionAccess) -> None:
        check(session, access)
        with suppress(threading.BrokenBarrierError):
            meet.wait(PATIENCE)

    monkeypatch.setattr(team_roles, "_refuse_last_owner", check_and_wait)
    told: list[str] = []

    def demote(me: int, other: int) -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    actor = {"actor": Actor(me, Via.PAGE), "now": NOW}
                    team_roles.set_access(session, edition_id, other, [Role.VIEWER], [], version=2, **actor)
                told.append("done")
            except Exception as error:  # noqa: BLE001 (told to the test)
                told.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=demote, args=pair) for pair in (owners, owners[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    lines = access_page(db.session(), edition_id).items
    db.session.remove()
    return sorted(told), sum(Role.OWNER in line.roles for line in lines)


def test_two_owners_who_take_each_others_role_at_once_leave_one(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert each_takes_the_others_role(own_app, monkeypatch) == (["Forbidden", "done"], 1)


def test_without_the_lock_they_would_leave_none(own_app: Flask, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer, so that there is no lock to leave out")
    monkeypatch.setattr(team_roles, "lock_name", lambda *_: None)

    assert each_takes_the_others_role(own_app, monkeypatch) == (["done", "done"], 0)


def test_two_invitations_of_one_person_at_once_make_one_account(own_app: Flask) -> None:
    edition_id, (owner, _) = two_owners(own_app)
    told: list[str] = []
    start = threading.Barrier(2)

    def ask() -> None:
        with own_app.app_context():
            start.wait(30)
            try:
                with transaction() as session:
                    team_roles.invite(
                        session,
                        get_edition(session, "forum-2023"),
                        email="lin@forum.example",
                        name="Lin",
                        language="en",
                        roles=[Role.VIEWER],
                        actor=Actor(owner, Via.PAGE),
                        now=NOW,
                    )
                told.append("done")
            except AlreadyExists as refusal:
                told.append(refusal.fields["email"])
            finally:
                db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(told) == ["done", "has-access"]
    assert access_page(db.session(), edition_id).total == 3


# Reading


def test_people_with_access_are_found_by_name_and_address_at_the_same_cost(session: DbSession, owned: Forum) -> None:
    for number in range(4):
        email = f"p{number}@100%.example" if number else "p0@forum.example"
        invite(session, owned, email, name=f"Person {number}", roles=LIAISON, delegations=["hb", "js"])
    session.add(
        SignIn(account_id=owned.owner.id, secret_hash="x", device="", seen_at=NOW, ends_at=NOW.replace(year=2024))
    )
    session.flush()
    at = owned.edition.id

    with queries() as few:
        one = access_page(session, at, search="ERSON 2")
    with queries() as many:
        everyone = access_page(session, at)

    assert (len(few), len(many)) == (4, 4)
    assert [line.email for line in one.items] == ["p2@100%.example"]
    assert [(line.name, line.seen_at) for line in everyone.items][:2] == [("Owner", NOW), ("Person 0", None)]
    assert everyone.items[1].delegations == ("hb", "js")
    assert [line.name for line in access_page(session, at, search="100%").items] == ["Person 1", "Person 2", "Person 3"]
    assert access_page(session, owned.other.id).items == []
