"""The log over the interface: filtered, paged, masked, and a liaison's own part of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.records.services import create_person, update_person
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.models import RegistrationStatus, Source
from tests.api.conftest import COMMAND, NOW, Api
from tests.api.interface.test_collections import counted
from tests.domain.registering import make_type

BY: dict[str, Any] = {"actor": COMMAND, "now": NOW}
EVENTS = "/editions/mine/audit-events"
VENUE = {"code": "hall", "name": {"en": "Hall", "zh-Hans": "大会堂"}, "zone": "America/Los_Angeles"}


def events(api: Api, **query: Any) -> list[dict[str, Any]]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = api.get(f"{EVENTS}?{asked}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


@pytest.fixture
def venue(api: Api) -> dict[str, Any]:
    made = api.post("/editions/mine/venues", VENUE)
    changes = {"name": {"en": "Great Hall", "zh-Hans": "大会堂"}}
    answer = api.patch(f"/editions/mine/venues/{made.json['id']}", changes, If_Match=made.headers["ETag"])
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json
    return body


def test_it_tells_who_changed_what_from_what_to_what(api: Api, venue: dict[str, Any]) -> None:
    latest, first = events(api, entity="venue", entity_id=venue["id"])
    assert (first["action"], latest["action"]) == ("created", "changed")
    assert (latest["via"], latest["actor_name"], latest["entity_id"]) == ("api", "Owner", venue["id"])
    assert latest["token"] is not None
    names = [{"en": name, "zh-Hans": "大会堂"} for name in ("Hall", "Great Hall")]
    assert latest["changes"] == [{"field": "name", "before": names[0], "after": names[1]}]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "great"}, True), ({"q": "大会堂"}, True), ({"q": "great owner"}, True), ({"q": "great opera"}, False),
        ({"via": "api"}, True), ({"via": "page"}, False), ({"entity": "room"}, False),
        ({"until": "2023-01-01"}, False), ({"since": "2023-01-01"}, True), ({"actor": 2**62}, False),
    ],
)  # fmt: skip
def test_it_is_narrowed_down(api: Api, venue: dict[str, Any], query: dict[str, Any], found: bool) -> None:
    told = [(one["entity"], one["action"]) for one in events(api, **query)]
    assert (("venue", "changed") in told) is found


@pytest.mark.parametrize("query", ["entity_id=0", "actor=x", "via=fax", "since=yesterday", "strange=1"])
def test_what_cannot_be_asked_is_refused_by_its_name(api: Api, query: str) -> None:
    answer = api.get(f"{EVENTS}?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [query.split("=", maxsplit=1)[0]])


def test_of_another_edition_nothing_is_told(api: Api, venue: dict[str, Any]) -> None:
    assert api.get("/editions/theirs/audit-events").status_code == 404
    assert api.public().get(EVENTS).status_code == 401


@pytest.fixture
def liaison(api: Api) -> tuple[Api, list[int]]:
    """Bound to the first of two delegations, with a member in each, whose telephone numbers were changed."""
    with transaction() as db:
        edition = db.scalars(select(Edition).where(Edition.slug == "mine")).one()
        kind = make_type(db, edition.id)
        people = []
        for code in ("js", "hb"):
            of = create_delegation(db, edition.id, {"code": code, "name": {"en": code}}, **BY)
            person = create_person(db, {"latin_family": code}, **BY)
            states = {"status": RegistrationStatus.CONFIRMED, "source": Source.FORM, "language": "en"}
            row = enter(db, edition.id, person.id, kind.id, **states, **BY)
            add_member(db, of, row.id, **BY)
            update_person(db, person.id, {"phone": "+86 25 5550 0100"}, version=person.version, **BY)
            people.append(person.id)
        account = create_account(db, email="l@example.org", name="Li", password=None, **BY)
        grant_role(db, account.id, edition.id, Role.DELEGATION_LIAISON, delegations=["js"], **BY)
        token = create_token(db, account, name="tests", actor=COMMAND, now=NOW)
    return Api(api.app, token), people


def test_a_liaison_reads_of_the_own_delegations_alone(
    api: Api, venue: dict[str, Any], liaison: tuple[Api, list[int]]
) -> None:
    theirs, (own, other) = liaison
    told = {(one["entity"], one["entity_id"]) for one in events(theirs, page_size=100)}
    assert {entity for entity, _ in told} == {"delegation", "delegation_member", "registration", "person"}
    assert ("person", own) in told
    assert ("person", other) not in told
    assert len([entity for entity, _ in told if entity == "delegation"]) == 1
    assert events(theirs, entity="person", entity_id=other) == []
    assert len(events(api, entity="person", entity_id=other)) == 2


def test_what_is_private_is_not_told(liaison: tuple[Api, list[int]]) -> None:
    theirs, (own, _other) = liaison
    latest = events(theirs, entity="person", entity_id=own)[0]
    assert [change["field"] for change in latest["changes"]] == ["phone"]
    assert "5550" not in str(latest)
    assert events(theirs, q="5550") == []


def test_it_costs_as_many_queries_for_many_as_for_one(api: Api, venue: dict[str, Any]) -> None:
    for number in range(3):
        api.post("/editions/mine/venues", {**VENUE, "code": f"hall-{number}"})
    assert events(api)  # notes that the token is used
    with counted() as few:
        assert len(events(api, page_size=1)) == 1
    with counted() as many:
        assert len(events(api, page_size=50)) > 3
    assert len(few) == len(many)
