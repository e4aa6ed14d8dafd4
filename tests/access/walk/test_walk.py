"""Every page and every operation, by everyone who might ask for it."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from forumapp.domain.accounts.permissions import Reach, Role, Scope, in_scope
from tests.access.asking import ask, of_api, routes_of
from tests.access.routes import LINK, OWN, PUBLIC, ROUTES, SIGNED_IN, Asks
from tests.access.world import (
    CALLERS,
    IN_EVERY_RUN,
    NOBODY,
    OTHER_LIAISON,
    STRANGER,
    by_everyone,
    fingerprint,
    reach_for,
    undone,
)

if TYPE_CHECKING:
    from tests.access.routes import What
    from tests.access.world import World

LET = "let"
# Whoever asks for what is open to everyone, or for what a link opens, is not looked at: some are enough.
ASK_ALL = {Role.OWNER, OTHER_LIAISON, NOBODY, STRANGER}
REFUSED = {"to sign-in": 302, "unauthenticated": 401, "forbidden": 403, "not there": 404}
DONE = {200, 201, 202, 204, 302, 303}
# Forms are sent as they stand on the page, so they may be found wanting, but never for who sends them.
FORMS = {409, 412, 422}
# Whom a liaison can name is in a delegation already, what is used is not removed, and what is open not reopened.
OF_MEDIA = ("accredit", "see-id", "take-back-id-seen")
FAULTY = (
    {
        f"{method} /api/v1/editions/<slug:edition>/{path}": {409}
        for method, path in (
            ("POST", "delegations/<slug:code>/members"),
            ("POST", "clash-overrides"),  # nothing clashes there
            ("POST", "agenda-plans"),  # has one already
            ("POST", "name-proofs"),  # likewise
            ("POST", "name-proofs/<id:proof_id>/people"),
            ("DELETE", "delegations/<slug:code>"),
            ("DELETE", "registration-types/<slug:code>"),
            ("DELETE", "rooms/<id:room_id>"),
            ("DELETE", "venues/<id:venue_id>"),
            ("POST", "calendar"),  # has tasks already
            ("POST", "speaker-records/<id:person_id>/remind"),  # has confirmed already
            *(("POST", f"registrations/<id:registration_id>/{what}") for what in OF_MEDIA),  # of a guest
            ("POST", "registrations/<id:registration_id>/check-ins/undo"),  # who is not in
            ("POST", "registrations/<id:registration_id>/give-back"),  # who has nobody's place
            ("POST", "rehearsals"),  # its forum is over
            ("POST", "close-checkin"),  # nobody was scanned
            ("POST", "reopen"),
        )
    }
    | {"POST /api/v1/people/<id:person_id>/erase": {409}}  # an import of the edition is not finished
    | {
        "POST /api/v1/editions/<slug:edition>/mail-reminders": {422},  # its forum is over
        # Told to scripts: signed out, and no page of ours.
        "GET /checkin/<slug>/roster": {401},
        "GET /checkin/<slug>/scans/<id:scan_id>/photo": {404},  # at no station of theirs
        "POST /checkin/<slug>/scans": {400},
    }
    | {f"DELETE /api/v1/{path}": {409} for path in ("people/<id:person_id>", "organizations/<id:organization_id>")}
)


def expected(route: str, name: str) -> str:
    """What the table of permissions makes of what the route asks for."""
    what = ROUTES[route]
    if what in (PUBLIC, LINK):
        return LET
    if name == STRANGER:
        return "unauthenticated" if of_api(route) else "to sign-in"
    if what in (OWN, SIGNED_IN):
        return LET
    asks = what if isinstance(what, Asks) else Asks(what)
    across = asks.reach.startswith("across")
    if name == NOBODY:
        return "forbidden" if across else "not there"
    reaches = {reach_for(name, one) for one in (asks.permission, asks.also) if one}
    if Reach.NONE in reaches or (Reach.OWN in reaches and asks.reach.endswith("whole")):
        return "forbidden"
    return "not there" if name == OTHER_LIAISON and asks.reach.endswith("row") else LET


def was(route: str, name: str, world: World, *, token: str | None = None, kept: bool = False) -> str:
    """How the answer is to be read. What is written stays when it is to be `kept`."""
    with nullcontext() if kept else undone():
        own = name == OTHER_LIAISON and ROUTES[route] != LINK and not is_row(ROUTES[route])
        party = world.hubei if own else world.jiangsu
        answer = ask(world, name, route, party, token=token)
    status = answer.status_code
    if status == 302 and ROUTES[route] != PUBLIC and answer.location.startswith("/organizer/sign-in"):
        return "to sign-in" if name == STRANGER else LET  # where signing out leads
    if status in DONE or status in FAULTY.get(route, FORMS if not of_api(route) else ()):
        return LET
    return next((word for word, code in REFUSED.items() if code == status), f"{status} {answer.text[:300]}")


def astray(answers: dict[str, str], wanted: dict[str, str]) -> list[str]:
    return [f"{route}: {answers[route]}, not {wanted[route]}" for route in wanted if answers[route] != wanted[route]]


def is_row(what: What) -> bool:
    return isinstance(what, Asks) and what.reach.endswith("row")


def test_the_table_names_every_route_and_none_that_is_gone(whole_world: World) -> None:
    found = routes_of(whole_world.app)

    assert Counter(found) == Counter(ROUTES.keys())


# The owner reaches every statement on PostgreSQL; how reaches differ there is tried with each query.
@by_everyone(CALLERS, on_both={str(Role.OWNER)}, in_every_run=IN_EVERY_RUN)
def test_everyone_is_let_to_what_the_permissions_give_and_whoever_is_refused_changes_nothing(
    world: World, name: str
) -> None:
    asked = [route for route in ROUTES if ROUTES[route] not in (PUBLIC, LINK) or name in ASK_ALL]
    wanted = {route: expected(route, name) for route in asked}
    refused = [route for route in asked if wanted[route] != LET and not route.startswith("GET")]
    before = fingerprint()

    answers = {route: was(route, name, world, kept=route in refused) for route in asked}

    after = fingerprint()
    assert astray(answers, wanted) == []
    assert [table for table in before if before[table] != after[table]] == []
    assert len(refused) > 10 or name == Role.OWNER


# What a scope carries is one table for both databases.
@pytest.mark.parametrize(
    "scope",
    [Scope.READ, *(pytest.param(one, marks=pytest.mark.one_database) for one in Scope if one is not Scope.READ)],
)
def test_a_token_carries_its_scopes_and_no_more(world: World, scope: Scope) -> None:
    asked = {route: what for route, what in ROUTES.items() if of_api(route) and not isinstance(what, str)}
    token = world.scoped[scope]

    answers = {route: was(route, Role.OWNER, world, token=token) for route in asked}

    wanted = {}
    for route, what in asked.items():
        asks = what if isinstance(what, Asks) else Asks(what)
        permissions = [one for one in (asks.permission, asks.also) if one]
        carried = all(in_scope(permission, frozenset({scope})) for permission in permissions)
        wanted[route] = LET if carried else "forbidden"
    assert astray(answers, wanted) == []
