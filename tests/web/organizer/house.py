"""A forum with its owner, an account without a role in it, and a browser for each."""

from __future__ import annotations

import contextvars
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import AssignmentRole
from forumapp.domain.agenda.sessions.services import assign_role, create_session
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.forums.editions.services import create_edition, create_series
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.people.records.services import create_organization, create_person, set_edition_title
from forumapp.domain.registration.lifecycle.register import create_type, enter
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus, Source
from tests.seeds import seed_access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

T = TypeVar("T")
NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": NOW}
PASSWORD = "a password of some length"
ZONE = "America/Los_Angeles"
HOME = "/organizer/forum"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser(FlaskClient):
    """A client whose requests share nothing but cookies: each runs in a context of its own, as on a server."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return contextvars.Context().run(super().open, *args, **options)

    def send(self, page: str, values: dict[str, Any] | None = None, *, to: str | None = None) -> TestResponse:
        """Open `page` and send its form (to `to`, where that is another address) with `values`."""
        found = TOKEN.search(self.get(page).text)
        assert found, f"{page} has no form"
        return self.post(to or page, data={"csrf_token": found[1], **(values or {})})

    def sign_in(self, email: str, password: str = PASSWORD, *, at: str = "/organizer/sign-in") -> TestResponse:
        return self.send(at, {"email": email, "password": password})


@dataclass(frozen=True)
class House:
    """Ids of what stands in the forum."""

    app: Flask
    edition_id: int
    owner_id: int
    person_id: int
    organization_id: int
    room_id: int
    session_ids: tuple[int, int]
    delegation_id: int
    type_id: int

    def browser(self) -> Browser:
        return Browser(self.app, self.app.response_class, use_cookies=True)


@dataclass(frozen=True)
class Group:
    """A delegation with one member, and a browser in which its liaison has signed in."""

    code: str
    delegation_id: int
    registration_id: int
    person_id: int
    family: str
    liaison: Browser


def browser_as(house: House, role: Role, *, delegations: tuple[int, ...] = (), email: str = "") -> Browser:
    """A browser in which someone with this one role has signed in."""
    email = email or f"the-{role}@forum.example"
    with transaction() as session:
        seed_access(session, house.edition_id, email, role, delegations=delegations, password=PASSWORD)
    browser = house.browser()
    assert browser.sign_in(email).status_code == 302
    return browser


def group(house: House, code: str, name: str, member: str) -> Group:
    """The delegation with that code, made if it is not there yet, with a member of that family name."""
    with transaction() as session:
        if code != "js":
            create_delegation(session, house.edition_id, {"code": code, "name": {"en": name}}, **BY)
    registration_id = add_registration(house, member, email=f"{member.lower()}@guests.example")
    with transaction() as session:
        delegation = get_delegation(session, house.edition_id, code)
        add_member(session, delegation, registration_id, **BY)
        registration = session.get_one(Registration, registration_id)
        found = (delegation.id, registration_id, registration.person_id)
    liaison = browser_as(house, Role.DELEGATION_LIAISON, delegations=(found[0],), email=f"liaison-{code}@forum.example")
    return Group(code, *found, member, liaison)


def wall(hour: int, minute: int = 0) -> Moment:
    return Moment(datetime(2023, 5, 22, hour, minute), ZONE)


def edition_values(series_id: int, slug: str, ordinal: int) -> dict[str, Any]:
    return {
        "slug": slug,
        "series_id": series_id,
        "ordinal": ordinal,
        "year": 2023,
        "name": {"en": f"Forum {slug}", "zh-Hans": f"论坛{ordinal}"},
        "place": {"en": "Los Angeles", "zh-Hans": "洛杉矶"},
        "starts_on": date(2023, 5, 22),
        "ends_on": date(2023, 5, 22),
        "zone": ZONE,
        "languages": ["en", "zh-Hans"],
    }


def set_up(session: DbSession, app: Flask) -> House:
    """An edition `forum` in which two sessions want one room and one person, and an edition `other` of someone else."""
    series = create_series(session, code="series", name={"en": "Series"}, **BY)
    edition = create_edition(session, edition_values(series.id, "forum", 1), **BY)
    other = create_edition(session, edition_values(series.id, "other", 2), **BY)
    owner = create_account(session, email="owner@forum.example", name="Olga Owner", password=PASSWORD, **BY)
    grant_role(session, owner.id, edition.id, Role.OWNER, **BY)
    stranger = create_account(session, email="stranger@forum.example", name="Sam", password=PASSWORD, **BY)
    grant_role(session, stranger.id, other.id, Role.OWNER, **BY)
    organization = create_organization(session, {"legal": {"en": "Port of Oakland", "zh-Hans": "奥克兰港"}}, **BY)
    add_host(session, edition.id, {"organization_id": organization.id, "role": "host", "print_order": 1}, **BY)
    person = create_person(
        session,
        {"latin_family": "Liu", "latin_given": "Chun", "name_order": "family-first", "native_full": "刘春"},
        **BY,
    )
    title = {"en": "Director", "zh-Hans": "主任"}
    set_edition_title(session, edition.id, person.id, title=title, organization_id=organization.id, **BY)
    venue = create_venue(session, edition.id, {"code": "hall", "name": {"en": "Hall"}, "zone": ZONE}, **BY)
    room = create_room(session, edition.id, {"code": "a", "venue_id": venue.id, "name": {"en": "Room A"}}, **BY)
    sessions = [
        create_session(
            session,
            edition.id,
            {"code": code, "title": {"en": name, "zh-Hans": name}, "kind": "panel", "room_id": room.id},
            Span(wall(start), wall(11)),
            **BY,
        )
        for code, name, start in (("trade", "Trade", 9), ("energy", "Energy", 10))
    ]
    for one in sessions:
        assign_role(session, one, person.id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    delegation = create_delegation(session, edition.id, {"code": "js", "name": {"en": "Jiangsu"}, "quota": 40}, **BY)
    guest = {"code": "guest", "name": {"en": "Guest", "zh-Hans": "嘉宾"}, "quota": 2, "is_open": True, "plus_ones": 9}
    kind = create_type(session, edition.id, guest, **BY)
    first, second = sessions
    return House(
        app=app,
        edition_id=edition.id,
        owner_id=owner.id,
        person_id=person.id,
        organization_id=organization.id,
        room_id=room.id,
        session_ids=(first.id, second.id),
        delegation_id=delegation.id,
        type_id=kind.id,
    )


def seen_on(browser: Browser) -> dict[str, str]:
    """What the form that publishes sends along of what its page shows."""
    form = html.fromstring(browser.get(f"{HOME}/agenda/versions").text).xpath("//form[.//input[@name='sure']]")[0]
    return {name: form.fields[name] for name in ("version", "seen")}


def add_registration(house: House, name: str, status: str = "confirmed", email: str | None = None) -> int:
    """A registration of someone new; its id."""
    with transaction() as session:
        person = create_person(session, {"latin_given": name, "native_full": "", "email": email}, **BY)
        title = {"en": "Manager", "zh-Hans": "经理"}
        set_edition_title(
            session, house.edition_id, person.id, title=title, organization_id=house.organization_id, **BY
        )
        row = enter(
            session,
            house.edition_id,
            person.id,
            house.type_id,
            status=RegistrationStatus(status),
            source=Source.MANUAL,
            language="zh-Hans",
            **BY,
        )
        return row.id


def row(kind: type[T], row_id: int) -> T:
    """A row as it stands now. Ends the reading at once: what a request writes meanwhile would be lost with it."""
    found = db.session.get_one(kind, row_id, populate_existing=True)
    db.session.commit()
    return found


def rows(query: Select[tuple[T]]) -> list[T]:
    found = list(db.session.scalars(query.execution_options(populate_existing=True)))
    db.session.commit()
    return found


@contextmanager
def queries() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def mark_on(page: str) -> str:
    """Of what stops a print, as its form sends it along."""
    (mark,) = html.fromstring(page).xpath('//input[@name="despite"]/@value')
    return str(mark)
