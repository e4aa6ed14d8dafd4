"""Of whom a caller is told how to reach them: what each edition gives, and nothing through another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.access import contact_scope_of, forget_access, tells_contacts
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.accounts.scope import NOBODY, has_open_contacts
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import AssignmentRole
from forumapp.domain.agenda.sessions.services import assign_role, create_session
from forumapp.domain.audit.services import Actor, Token, Via
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.people.models import Person
from forumapp.domain.people.precedence.lists import add_precedence_entry, create_precedence_list
from forumapp.domain.people.records.services import create_person, set_edition_title
from forumapp.domain.registration.lifecycle.decisions import cancel
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.rules import RegistrationStatus, Source
from tests.domain.accounts.test_scope import delegation
from tests.domain.conftest import BY, COMMAND, Forum
from tests.domain.registering import make_type
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

# Everyone of whom the office of the one edition is told, and the office of the other.
HERE = {"registered", "cancelled", "speaks", "ranked", "mine", "in-both", "titled", "titled-here-then-there", "nowhere"}
THERE = {"in-both", "titled-there", "titled-there-then-here", "registered-there-titled-here", "nowhere"}


@dataclass
class Met:
    forum: Forum
    ids: dict[str, int]
    mine: int

    def told(self, db: DbSession, actor: Actor) -> set[str]:
        query = select(Person.id).where(has_open_contacts(Person.id, contact_scope_of(db, actor=actor)))
        found = set(db.scalars(query))
        assert all(tells_contacts(db, one, actor=actor) is (one in found) for one in self.ids.values())
        return {name for name, one in self.ids.items() if one in found}


@pytest.fixture
def met(session: DbSession, forum: Forum) -> Met:
    """People who take part in either edition, in all the ways in which one may, in both and in none."""
    here, there = forum.edition, forum.other
    types = {one.id: make_type(session, one.id, quota=None).id for one in (here, there)}
    mine = delegation(session, forum, "mine")

    def person(name: str) -> int:
        return create_person(session, {"latin_given": name, "email": f"{name}@x.example"}, **BY).id

    def register(person_id: int, edition: Edition) -> int:
        how: Any = {"status": RegistrationStatus.CONFIRMED, "source": Source.API, "language": "en", **BY}
        return enter(session, edition.id, person_id, types[edition.id], **how).id

    def title(person_id: int, *editions: Edition) -> None:
        for edition in editions:
            set_edition_title(session, edition.id, person_id, title={"en": "Director"}, **BY)

    ids = {name: person(name) for name in HERE | THERE}
    register(ids["registered"], here)
    cancel(session, here.id, register(ids["cancelled"], here), version=1, **BY)
    at = Span(*(Moment(datetime(2023, 5, 22, hour), "UTC") for hour in (9, 10)))
    meeting = create_session(session, here.id, {"code": "one", "title": {"en": "One"}, "kind": "panel"}, at, **BY)
    assign_role(session, meeting, ids["speaks"], AssignmentRole.SPEAKER, status="confirmed", **BY)
    order = create_precedence_list(session, here.id, "program", name={"en": "Program"}, **BY)
    add_precedence_entry(session, order, ids["ranked"], capacity={"en": "Mayor"}, **BY)
    add_member(session, mine, register(ids["mine"], here), **BY)
    for edition in (here, there):
        register(ids["in-both"], edition)
    title(ids["titled"], here)
    title(ids["titled-there"], there)
    title(ids["titled-here-then-there"], here, there)
    title(ids["titled-there-then-here"], there, here)
    register(ids["registered-there-titled-here"], there)
    title(ids["registered-there-titled-here"], here)
    return Met(forum, ids, mine.id)


def test_each_edition_tells_of_its_own_and_of_those_who_are_nowhere(session: DbSession, met: Met) -> None:
    here, there = met.forum.edition, met.forum.other

    def who(name: str, roles: dict[int, Role], *, bound: bool = False) -> Actor:
        own, mine = ([Role.DELEGATION_LIAISON], [met.mine]) if bound else ([], [])
        account = seed_access(session, here.id, f"{name}@forum.example", *own, delegations=mine)
        for edition_id, role in roles.items():
            grant_role(session, account.id, edition_id, role, **BY)
        forget_access(session)
        return Actor(account.id, Via.PAGE)

    office_here = who("here", {here.id: Role.SECRETARIAT})
    desk_there = who("there", {there.id: Role.REGISTRATION_DESK})
    liaison_and_desk = who("both", {there.id: Role.REGISTRATION_DESK}, bound=True)
    both = who("offices", {here.id: Role.OWNER, there.id: Role.OWNER})
    liaison = who("liaison", {}, bound=True)
    viewer = who("viewer", {here.id: Role.VIEWER, there.id: Role.PROGRAM_MANAGER})

    assert met.told(session, office_here) == HERE
    assert met.told(session, desk_there) == THERE
    assert met.told(session, liaison_and_desk) == THERE | {"mine"}
    assert met.told(session, both) == HERE | THERE
    assert met.told(session, liaison) == {"mine"}
    assert met.told(session, viewer) == met.told(session, Actor(None, Via.API)) == set()
    assert met.told(session, COMMAND) == set(met.ids)
    limited = Token(1, frozenset({"admin"}), frozenset({there.id}))
    assert met.told(session, Actor(both.account_id, Via.API, limited)) == THERE
    unread = Actor(both.account_id, Via.API, Token(2, frozenset({"register"}), None))
    assert contact_scope_of(session, actor=unread) == NOBODY
    mixed = who("mixed", {here.id: Role.PROGRAM_MANAGER, there.id: Role.REGISTRATION_DESK})
    assert contact_scope_of(session, Permission.EXPORT, actor=mixed) == NOBODY  # exports here, and sees contacts there

    here.requires_two_factor = True
    session.flush()
    forget_access(session)
    assert met.told(session, both) == THERE
    assert met.told(session, liaison_and_desk) == THERE
