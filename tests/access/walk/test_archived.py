"""An edition that is archived: whatever would change it is refused, by page, operation and service, and offered by none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Refusal
from forumapp.domain.accounts.access import Archived
from forumapp.domain.accounts.permissions import WHEN_ARCHIVED, Permission, Reach, Role, reach_of
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.editions.archiving import archive_edition, reopen_edition
from forumapp.domain.forums.models import Edition
from tests.access.asking import address, ask, is_decision, of_api, prepared, tag_of
from tests.access.routes import ROUTES, Asks
from tests.access.services import calls, named
from tests.access.world import SLUG, World, by_everyone, fingerprint, undone
from tests.web.organizer.house import BY, NOW

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

# `test_walk` and `test_leaks` ask every address on both databases, and tests/domain every service.
pytestmark = pytest.mark.one_database

# Beside the services that only read, those that go on: access, tokens, papers, and what is no longer of this edition.
GO_ON = {
    "accounts.team.roles.invite",
    "accounts.team.roles.invite_again",
    "accounts.team.roles.set_access",
    "accounts.team.roles.take_access_away",
    "accounts.tokens.services.create_own_token",
    "accounts.tokens.services.revoke_token",
    "checkin.rehearsal.badge_on_demand.make_badge",
    "cloning.services.clone_edition",
    "forums.editions.archiving.archive_edition",
    "forums.editions.archiving.reopen_edition",
    "forums.editions.services.begin_series",
    "forums.editions.services.create_edition",
    "forums.editions.services.create_series",
    "forums.editions.services.update_series",
    "forums.protection.require_two_factor_of_all",
    "importing.runs.services.take_out",
    "printing.jobs.overrides.note_door_signs",
    "printing.jobs.overrides.note_run_of_show",
    "printing.jobs.rooming_export.take_rooming_list",
    "printing.jobs.services.ask_print",
    "printing.jobs.services.cancel",
    "printing.jobs.services.keep_made",
    "retention.erasure.services.erase_person",
    "retention.erasure.services.preview_erasure",
}


def asks_of(route: str) -> Asks | None:
    """What a route asks for, if it is a permission."""
    what = ROUTES[route]
    if isinstance(what, Permission):
        return Asks(what)
    return what if isinstance(what, Asks) else None


def changing() -> list[str]:
    """The routes that ask for a permission to change something of an edition."""
    found = []
    for route in ROUTES:
        asks = asks_of(route)
        if asks and asks.permission not in WHEN_ARCHIVED:
            found.append(route)
    return found


def archive(world: World) -> None:
    with transaction() as db:
        edition = db.get_one(Edition, world.house.edition_id)
        archive_edition(db, edition.id, version=edition.version, **BY)


def is_archived(answer: TestResponse) -> bool:
    if answer.status_code != 409:
        return False
    return answer.json["code"] == "archived" if answer.is_json else "This edition is archived" in answer.text


@by_everyone([Role.OWNER, Role.SECRETARIAT, Role.PROTOCOL_OFFICER, Role.DELEGATION_LIAISON], {Role.DELEGATION_LIAISON})
def test_what_would_change_it_is_refused_as_archived_and_changes_nothing(world: World, name: str) -> None:
    routes = [
        route
        for route in changing()
        if (asks := asks_of(route)) and reach_of(Role(name), asks.permission) is not Reach.NONE
    ]
    for route in routes:  # forms and tags as they were read while the edition was open
        if not of_api(route) and route.startswith("POST"):
            prepared(world, route, world.jiangsu)
        elif route.startswith(("PATCH", "DELETE")) or is_decision(route):
            tag_of(world, route, address(world, route, world.jiangsu, name))
    archive(world)
    before = fingerprint()

    astray = []
    for route in routes:
        with undone():
            answer = ask(world, name, route, world.jiangsu)
        whole = (asks := asks_of(route)) and asks.reach.endswith("whole") and name == Role.DELEGATION_LIAISON
        if not is_archived(answer) and not whole:
            astray.append(f"{route}: {answer.status_code}")

    assert astray == []
    assert len(routes) > 15
    assert fingerprint() == before


def test_what_is_left_is_open_as_before(world: World) -> None:
    """Looking, papers, the log, who has access, the next edition, and reopening."""
    archive(world)
    kept = [
        route
        for route in ROUTES
        if (asks := asks_of(route)) and asks.permission in WHEN_ARCHIVED and not asks.also and "archive" not in route
    ]

    refused = []
    for route in kept:
        with undone():
            answer = ask(world, Role.OWNER, route, world.jiangsu)
        if is_archived(answer) or answer.status_code in (401, 403):
            refused.append(f"{route}: {answer.status_code}")

    assert refused == []
    assert len(kept) > 60


def test_no_page_offers_what_would_be_refused(world: World) -> None:
    archive(world)
    adapter = world.app.url_map.bind("localhost")
    rules = {rule.endpoint: rule.rule for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    pages = [
        route for route in ROUTES
        if route.startswith("GET /organizer/") and (asks := asks_of(route)) and asks.permission in WHEN_ARCHIVED
    ]  # fmt: skip

    offered = set()
    for route in pages:
        path = address(world, route, world.jiangsu, Role.OWNER)
        answer = world.ask(Role.OWNER, "GET", path)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        if answer.headers["X-Frame-Options"] == "SAMEORIGIN":  # stands in a frame of a page that says so
            continue
        if "<html" in answer.text and f"/{SLUG}/" in path and not path.endswith("/screen"):  # which hangs on a wall
            assert "This edition is archived and read-only." in answer.text, path
        for form in html.fromstring(answer.text).xpath("//form[@method='post']"):
            endpoint, _ = adapter.match((form.get("action") or path).partition("?")[0], method="POST")
            offered.add((f"POST {rules[endpoint]}", route))

    wrong = [pair for pair in offered if (asks := asks_of(pair[0])) and asks.permission not in WHEN_ARCHIVED]
    assert wrong == []
    assert "POST /organizer/<edition>/settings/reopen" in {pair[0] for pair in offered}


def test_services_refuse_it_too(world: World) -> None:
    archive(world)
    actor = Actor(world.callers[Role.OWNER].account_id, Via.PAGE)
    with transaction() as db:
        services = list(calls(db, world, world.jiangsu))

    went_on, refused = set(), set()
    for service in services:
        try:
            with undone(), transaction() as db:
                arguments, options = calls(db, world, world.jiangsu)[service]
                service(db, *arguments, **options, actor=actor, now=NOW)
        except Archived:
            refused.add(named(service))
        except Refusal:
            went_on.add(named(service))
        else:
            went_on.add(named(service))

    assert went_on - GO_ON == set()
    assert GO_ON - went_on <= {"forums.editions.archiving.archive_edition"}
    assert len(refused) > 50


def test_a_registrant_reads_their_own_page_and_changes_nothing(world: World) -> None:
    link = f"/r/{world.links['own']}"
    open_page = world.ask("stranger", "GET", link)
    archive(world)

    page = world.ask("stranger", "GET", link)
    answers = [world.ask("stranger", "POST", f"{link}/{what}").status_code for what in ("cancel", "change", "sessions")]

    assert ("/cancel" in open_page.text, "/cancel" in page.text) == (True, False)
    assert (page.status_code, answers) == (200, [409] * 3)


def test_the_public_site_stays_and_takes_no_registration(world: World) -> None:
    archive(world)

    statuses = {
        path: world.ask("stranger", "GET", f"/{SLUG}{path}").status_code for path in ("", "/agenda", "/speakers")
    }
    registered = ask(world, "stranger", "POST /api/v1/editions/<slug:edition>/registrations", world.jiangsu)

    assert set(statuses.values()) == {200}
    assert "Registration is closed." in world.ask("stranger", "GET", f"/{SLUG}").text
    assert registered.status_code == 409


def test_reopened_it_is_closed_and_can_be_changed_again(world: World) -> None:
    archive(world)
    path = "/organizer/forum/settings"
    version = html.fromstring(world.ask(Role.OWNER, "GET", path).text).xpath("//form//input[@name='version']/@value")[0]

    answer = world.ask(Role.OWNER, "POST", f"{path}/reopen", {"version": version})

    assert answer.status_code == 302
    with transaction() as db:
        assert db.get_one(Edition, world.house.edition_id).status == "closed"
    assert "This edition is archived" not in world.ask(Role.OWNER, "GET", path).text


@by_everyone([role for role in Role if role is not Role.OWNER])
def test_only_an_owner_archives_and_reopens(world: World, name: str) -> None:
    actor: dict[str, Any] = {"actor": Actor(world.callers[name].account_id, Via.PAGE), "now": NOW}
    codes = []
    for step in (archive_edition, reopen_edition):
        with undone(), pytest.raises(Refusal) as refusal, transaction() as db:
            step(db, world.house.edition_id, version=1, **actor)
        codes.append(refusal.value.code)

    assert codes == ["forbidden", "forbidden"]
