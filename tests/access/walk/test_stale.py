"""Whoever changes something says what it is based on, at every operation: what is stale changes nothing, and is told
with both versions to those who may see them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.domain.accounts.permissions import Permission, Role, Scope, in_scope
from tests.access.asking import address, belongs_to, body_of, takes_picture
from tests.access.routes import API, ROUTES
from tests.access.walk.test_walk import LET, expected, is_row
from tests.access.world import OTHER_LIAISON, TWO_ROLES, by_everyone, fingerprint

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.access.parties import Party
    from tests.access.world import World

# `test_walk` and `test_leaks` ask every address on both databases, and tests/domain every service.
pytestmark = pytest.mark.one_database

STALE, MALFORMED = '"9999-000000000000"', '"1"'
# Operations on something that is there, and that need not say in which version they have seen it.
WITH_BODY = (
    "/merge",
    "/substitute",
    "/desk-substitute",
    "/copy-questions",
    "coach_run_id>/reopen",
    "letter_id>/revoke",
    "/reissue",
)
UNVERSIONED = {
    "POST /editions/<slug:edition>/calendar": "it overwrites nothing: where there are tasks it is refused",
    "POST /editions/<slug:edition>/removals/<id:removal_id>/restore": (
        "it overwrites nothing: what was removed comes back once, and a second time is refused"
    ),
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/address/stop": "it adds a mark",
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/messages/<id:message_id>/resend": (
        "it sends what is true now, and is refused where the mail no longer is"
    ),
    "POST /editions/<slug:edition>/vip-alerts/<id:alert_id>/seen": "it is seen once, by whoever says so first",
    "POST /editions/<slug:edition>/close-checkin": "each registration is changed as it was seen, or left",
    "POST /editions/<slug:edition>/scan-conflicts/<id:scan_id>/review": "it is looked at once",
    "POST /editions/<slug:edition>/scan-conflicts/<id:scan_id>/again": "it is to be looked at again",
    "POST /editions/<slug:edition>/mailings/<id:mailing_id>/test": "it sends a mail to whoever asks",
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/address/clear": "it takes away a mark alone",
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/sessions/<id:session_id>/take": (
        "it adds someone to one session"
    ),
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/sessions/<id:session_id>/leave": (
        "it takes someone off one session alone"
    ),
    "POST /editions/<slug:edition>/bulk-changes/<id:bulk_id>/undo": (
        "it takes back only what nobody has changed since, once"
    ),
    "POST /editions/<slug:edition>/itinerary-tellings/<id:telling_id>/undo": (
        "a telling has no fields to change, and is taken back once"
    ),
    "POST /editions/<slug:edition>/delegations/<slug:code>/give-out": "it adds a mark",
    "POST /editions/<slug:edition>/delegations/<slug:code>/take-in": "it takes away a mark alone",
    "POST /editions/<slug:edition>/partitions/<id:partition_id>/moves": (
        "each person is named as they were seen, and who has been moved since keeps all where they are"
    ),
    "POST /editions/<slug:edition>/coach-runs/<id:coach_run_id>/seats": (
        "each person is named as they were seen, and who has been seated since keeps all where they are"
    ),
    "POST /editions/<slug:edition>/invitations/remind": "it writes to those who have not answered, twice a day at most",
    "POST /people/<id:person_id>/erase": "it is based on the mark of its preview",
    "POST /email-confirmation-links/<link:token>/confirm": "a link knows no version, and twice changes nothing",
    "POST /invitation-links/<link:token>/decline": "a link knows no version, and is answered once",
    "POST /block-links/<link:token>/people/<id:invitation_id>/withdraw": "likewise: a name is taken back once",
    "POST /editions/<slug:edition>/registrations/export": "it changes nothing: what is asked for stands in its body",
}


def writes(world: World) -> dict[str, dict[str, Any]]:
    """By route, what the document says of all operations that change something that is there: a POST that makes
    nothing answers 200.
    """
    document = world.call("owner", "GET", f"{API}/openapi.json").json
    assert document is not None
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.split(" ", 1)[1]): one.split(" ", 1)[1] for one in ROUTES}
    return {
        f"{method.upper()} {rules[path]}": said
        for path, item in document["paths"].items()
        for method, said in item.items()
        if method in ("put", "patch", "delete") or (method == "post" and "200" in said["responses"])
    }


def versioned(world: World) -> list[str]:
    return [route for route in writes(world) if route.replace(f" {API}", " ") not in UNVERSIONED]


def send(
    world: World, name: str, route: str, party: Party, *, token: str | None = None, **headers: str
) -> TestResponse:
    method = route.split(" ", 1)[0]
    body = body_of(world, route, party) if method in ("PATCH", "PUT") or route.endswith(WITH_BODY) else None
    return world.call(name, method, address(world, route, party, name), body, token=token, **headers)


def read(world: World, name: str, route: str, party: Party, *, token: str | None = None) -> TestResponse:
    """The record that the operation is about."""
    return world.call(name, "GET", belongs_to(route, address(world, route, party, name)), token=token)


def test_the_document_says_of_every_write_what_it_must_be_based_on(world: World) -> None:
    said = writes(world)

    wrong = [
        route
        for route in versioned(world)
        if not {"412", "428"} <= said[route]["responses"].keys()
        or not any(one["name"] == "If-Match" and one["required"] for one in said[route]["parameters"])
    ]
    assert wrong == []
    assert len(versioned(world)) > 30
    assert [one for one in UNVERSIONED if one.replace(" ", f" {API}", 1) not in said] == []


def test_what_is_not_based_on_what_stands_changes_nothing_and_is_told_both(world: World) -> None:
    before = fingerprint()

    for route in versioned(world):
        stands = read(world, "owner", route, world.jiangsu).json
        without = send(world, "owner", route, world.jiangsu)
        stale = send(world, "owner", route, world.jiangsu, If_Match=STALE)
        malformed = send(world, "owner", route, world.jiangsu, If_Match=MALFORMED)

        assert (route, without.status_code, stale.status_code, malformed.status_code) == (route, 428, 412, 400)
        sent, current = stale.json["details"]["sent"], stale.json["details"]["current"]
        assert (sent["version"], current["version"]) == (9999, stands["version"])
        assert malformed.json["code"] == "malformed-if-match"
        if route.startswith(("PATCH", "PUT")) and not takes_picture(route):
            body = body_of(world, route, world.jiangsu)
            differing = {name: value for name, value in body.items() if name not in stands or stands[name] != value}
            assert sent == {"version": 9999, **differing}
            assert differing or route.endswith("/order")  # of one row alone there is no other order
            assert current == {name: stands[name] for name in sent if name in stands}
        else:
            assert (sent, current) == ({"version": 9999}, stands)

    assert fingerprint() == before


@by_everyone([*Role, *TWO_ROLES, OTHER_LIAISON])
def test_a_refused_write_tells_no_more_than_reading_does(world: World, name: str) -> None:
    party = world.hubei if name == OTHER_LIAISON else world.jiangsu
    before = fingerprint()

    for route in versioned(world):
        answer = send(world, name, route, party, If_Match=STALE)
        stands = read(world, name, route, party)
        told = answer.json.get("details", {}).get("current", {})
        assert (route, told.items() <= as_items(stands)) == (route, True)
        role = Role.DELEGATION_LIAISON if name == OTHER_LIAISON else name
        assert (route, answer.status_code == 412) == (route, expected(route, role) == LET)

    assert fingerprint() == before


def as_items(answer: TestResponse) -> Any:
    return (answer.json if answer.status_code == 200 else {}).items()


@pytest.mark.parametrize("scope", [one for one in Scope if not in_scope(Permission.SEE_PEOPLE, frozenset({one}))])
def test_a_token_that_may_not_read_reads_nothing_from_a_refused_write(world: World, scope: Scope) -> None:
    token, told = world.scoped[scope], []

    for route in versioned(world):
        answer = send(world, "owner", route, world.jiangsu, token=token, If_Match=STALE)
        if answer.status_code == 412:
            open_to_it = read(world, "owner", route, world.jiangsu, token=token).status_code == 200
            told.append((route, "current" in answer.json["details"], open_to_it))
        else:
            assert (route, answer.status_code) == (route, 403)

    assert [route for route, tells, open_to_it in told if tells != open_to_it] == []


def test_a_token_to_register_changes_an_answer_and_learns_no_other(world: World) -> None:
    route = f"PATCH {API}/editions/<slug:edition>/registrations/<id:registration_id>"
    token = world.scoped[Scope.REGISTER]

    stale = send(world, "owner", route, world.jiangsu, token=token, If_Match=STALE)

    assert (stale.status_code, list(stale.json["details"])) == (412, ["sent"])
    assert read(world, "owner", route, world.jiangsu, token=token).status_code == 403


def test_of_a_row_of_another_delegation_not_even_its_version_is_told(world: World) -> None:
    asked = [route for route in versioned(world) if is_row(ROUTES[route])]

    answers = {route: send(world, OTHER_LIAISON, route, world.jiangsu, If_Match=STALE) for route in asked}

    assert len(asked) > 5
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 404} == {}
