"""Who asks, and how, in a forum with everything in it that someone might see who should not: two delegations, each with
names, numbers, papers and a past that occur nowhere else, and an account for everyone who might ask.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.emails import INVITATION, PASSWORD
from forumapp.domain.accounts.models import Account, ApiToken, SignIn
from forumapp.domain.accounts.permissions import Permission, Reach, Role, Scope, reach_of
from forumapp.domain.accounts.sign_in import two_factor
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role, invite
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.jobs.services import note_worker_seen
from forumapp.domain.registration.emails import CONFIRMATION_PURPOSE, LINK_PURPOSE
from tests.access.parties import add_party
from tests.access.standing import add_group, add_rest, add_tasks
from tests.access.words import HUBEI, JIANGSU
from tests.conftest import BOTH
from tests.web.organizer.house import BY, TOKEN, Browser, House, set_up
from tests.web.organizer.house import PASSWORD as PASSWORD_OF_ALL

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.access.parties import Party

SLUG = "forum"
STRANGER = "stranger"  # has not signed in, and has no token
NOBODY = "nobody"  # has an account, and no role in the forum
OTHER_LIAISON = "liaison-of-another"
# Roles add up: a liaison of Jiangsu who has another role beside it, which sees everyone, but not everything of them.
# One of them; with BOTH also others, who differ from this one by the table of permissions alone.
BESIDE = (Role.VIEWER, *((Role.REGISTRATION_DESK, Role.PROGRAM_MANAGER, Role.PRINT_STAFF) if BOTH else ()))
TWO_ROLES = {f"{role}-and-liaison": (role, Role.DELEGATION_LIAISON) for role in BESIDE}
CALLERS = (*map(str, Role), *TWO_ROLES, OTHER_LIAISON, NOBODY, STRANGER)
# One of each reach: all, and one's own beside all.
ON_BOTH = {str(Role.OWNER), next(iter(TWO_ROLES))}
# Of those who differ by the table of permissions alone, `make test` asks as these and leaves the others to
# `make test-long`.
IN_EVERY_RUN = {
    *(str(role) for role in (Role.OWNER, Role.REGISTRATION_DESK, Role.DELEGATION_LIAISON, Role.VIEWER)),
    next(iter(TWO_ROLES)),
    NOBODY,
    STRANGER,
}


def by_everyone(
    names: Iterable[str], on_both: Container[str] = ON_BOTH, in_every_run: Container[str] | None = None
) -> pytest.MarkDecorator:
    """Each of them on SQLite, and on PostgreSQL one of each reach. Those not `in_every_run`, where it is given, are
    left to `make test-long`.

    What a role permits is one table for both databases; statements differ by reach.
    """

    def marks(name: str) -> list[pytest.MarkDecorator]:
        alone = [] if name in on_both else [pytest.mark.one_database]
        return alone if in_every_run is None or name in in_every_run else [*alone, pytest.mark.long]

    return pytest.mark.parametrize("name", [pytest.param(one, marks=marks(one)) for one in names])


def roles_of(name: str) -> tuple[Role, ...]:
    """The roles that a caller has in the forum."""
    if name in (NOBODY, STRANGER):
        return ()
    return TWO_ROLES.get(name) or (Role.DELEGATION_LIAISON if name == OTHER_LIAISON else Role(name),)


def reach_for(name: str, permission: Permission) -> Reach:
    """How far any of them gives it."""
    return max((reach_of(role, permission) for role in roles_of(name)), default=Reach.NONE)


@dataclass(frozen=True)
class Caller:
    """Someone who asks: `cookie` is a browser in which they have signed in, `token` all that they may by program."""

    name: str
    account_id: int | None = None
    sign_in_id: int | None = None
    cookie: str = ""
    csrf: str = ""
    token: str = ""


@dataclass
class World:
    app: Flask
    house: House
    jiangsu: Party
    hubei: Party
    part_code: str
    ids: dict[str, Any]
    tasks: dict[str, int]  # by role: one of the calendar that is for it
    callers: dict[str, Caller] = field(default_factory=dict)
    scoped: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    # What was read once to be sent many times: the ETag of an address, the form of a route for a delegation.
    tags: dict[str, str] = field(default_factory=dict)
    forms: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def browser(self, name: str) -> Browser:
        """A browser as it was right after signing in: what another one was told since does not show in it."""
        browser = Browser(self.app, self.app.response_class, use_cookies=True)
        if name in self.callers:
            browser.set_cookie("session", self.callers[name].cookie)
        return browser

    def ask(self, name: str, method: str, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """A page, with the token that its forms carry."""
        sent = {**(data or {}), "csrf_token": self.callers[name].csrf} if method == "POST" else None
        return self.browser(name).open(path, method=method, data=sent)

    def call(
        self, name: str, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> TestResponse:
        """An operation of the API."""
        token = self.callers[name].token if token is None else token
        said = {key.replace("_", "-"): value for key, value in headers.items()}
        if token:
            said["Authorization"] = f"Bearer {token}"
        sent = {"data": body, "content_type": "image/jpeg"} if isinstance(body, bytes) else {"json": body}
        return Browser(self.app, self.app.response_class).open(path, method=method, headers=said, **sent)


@contextmanager
def undone() -> Iterator[None]:
    """What is written meanwhile is taken back."""
    savepoint = db.session.bind.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


def fingerprint() -> dict[str, int]:
    """All that the database holds, by table."""
    connection = db.session.bind
    tables = [table.name for table in db.metadata.sorted_tables]
    return {
        name: hash(tuple(sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')))))) for name in tables
    }


def build(app: Flask) -> World:
    with transaction() as session:
        house = set_up(session, app)
        ids = add_rest(session, house)
        accounts = add_accounts(session, house)
        jiangsu = add_party(session, house, JIANGSU, liaison_id=accounts[Role.DELEGATION_LIAISON].id)
        hubei = add_party(session, house, HUBEI, liaison_id=accounts[OTHER_LIAISON].id)
        ids["group_id"] = add_group(session, house, jiangsu.registration_id)
        part = {"code": "su-part", "name": {"en": "Suzhou Part", "zh-Hans": "苏州分团"}}
        create_delegation(session, house.edition_id, {**part, "parent_id": jiangsu.delegation_id}, **BY)
        edition_id = house.edition_id
        bind: Any = {"role": Role.DELEGATION_LIAISON, **BY}
        grant_role(session, accounts[Role.DELEGATION_LIAISON].id, edition_id, delegations=[JIANGSU.code], **bind)
        grant_role(session, accounts[OTHER_LIAISON].id, edition_id, delegations=[HUBEI.code], **bind)
        for name in TWO_ROLES:
            grant_role(session, accounts[name].id, edition_id, delegations=[JIANGSU.code], **bind)
        tasks = add_tasks(session, edition_id)
    world = World(app, house, jiangsu, hubei, "su-part", ids, tasks)
    add_callers(world, {name: row.id for name, row in accounts.items()})
    return world


def add_accounts(session: DbSession, house: House) -> dict[str, Account]:
    found = {}
    for name in CALLERS[:-1]:
        email = f"the-{name}@forum.example"
        found[name] = create_account(session, email=email, name=f"The {name}", password=PASSWORD_OF_ALL, **BY)
        if name not in (Role.DELEGATION_LIAISON, OTHER_LIAISON, NOBODY):
            grant_role(session, found[name].id, house.edition_id, roles_of(name)[0], **BY)
    other = session.scalars(select(Edition).filter_by(slug="other")).one()
    grant_role(session, found[NOBODY].id, other.id, Role.VIEWER, **BY)
    return found


def session_of(browser: Browser, page: str) -> dict[str, str]:
    """What a browser keeps, with the token that its forms carry."""
    csrf, cookie = TOKEN.search(browser.get(page).text), browser.get_cookie("session")
    assert csrf, page
    assert cookie, page
    return {"cookie": cookie.value, "csrf": csrf[1]}


def add_callers(world: World, accounts: dict[str, int]) -> None:
    """Everyone signs in once, begins with two factors, and has a token that may all that they may."""
    app, now = world.app, clock.now()
    world.callers[STRANGER] = Caller(STRANGER, **session_of(world.browser(STRANGER), "/organizer/sign-in"))
    for name, account_id in accounts.items():
        browser = world.browser(STRANGER)
        assert browser.sign_in(f"the-{name}@forum.example").status_code == 302
        kept = session_of(browser, "/organizer/account")
        with transaction() as session:
            account = session.get_one(Account, account_id)
            two_factor.begin(
                session, account_id, app.extensions["forumapp.seals"], actor=Actor(account_id, Via.PAGE), now=now
            )
            token = create_token(session, account, name=name, **BY)
            sign_in = session.scalars(select(SignIn.id).filter_by(account_id=account_id)).one()
        world.callers[name] = Caller(name, account_id, sign_in, token=token, **kept)
        world.call(name, "GET", "/api/v1/editions")  # which notes that the token is in use
    owner_id = accounts[Role.OWNER]
    with transaction() as session:
        owner = session.get_one(Account, owner_id)
        for scope in Scope:
            world.scoped[scope] = create_token(session, owner, name=f"to {scope}", scopes=[scope], **BY)
        edition = session.get_one(Edition, world.house.edition_id)
        world.ids["token_id"] = session.scalars(select(ApiToken.id).filter_by(account_id=owner_id)).first() or 0
        how: Any = {"name": "Ina Invited", "language": "en", "roles": [Role.VIEWER], "delegations": []}
        invite(session, edition, email="invited@forum.example", actor=Actor(owner_id, Via.PAGE), now=now, **how)
        invited = session.scalars(select(Account).filter_by(email="invited@forum.example")).one()
        world.ids["account_id"] = invited.id
        signed = {
            "own": (LINK_PURPOSE, [world.jiangsu.registration_id, 1]),
            "email": (CONFIRMATION_PURPOSE, [world.jiangsu.registration_id, 1]),
            "unsubscribe": ("unsubscribe", ["0" * 64]),
            "block": ("block", [world.ids["block_id"], 1]),
            "captain": ("captain", [world.jiangsu.coach_run_id, world.jiangsu.registration_id, 1]),
            "group": ("group", [world.ids["group_id"], 1]),
            "invited": ("invited", [world.ids["invitation_id"], 1]),
            "proof": ("proof", [world.jiangsu.proof_id, 1]),
            "speaker": ("speaker", [world.ids["speaker_id"], 1]),
            "invitation": (INVITATION, [invited.id, invited.link_number]),
            "password": (PASSWORD, [owner.id, owner.link_number]),
        }
    links = app.extensions["forumapp.links"]
    for name, (purpose, values) in signed.items():
        world.links[name] = links.sign(purpose, values, ends=now + timedelta(hours=1))
    with transaction() as session:
        note_worker_seen(session, "worker", now=now + timedelta(hours=1))
    for token in world.scoped.values():
        world.call(STRANGER, "GET", "/api/v1/editions", token=token)
