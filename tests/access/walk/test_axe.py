"""Pages pass axe on a phone in Chinese and on a desk in English: with rows, without any, and with refused forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.forums.models import Edition
from tests.access.asking import address
from tests.access.routes import ROUTES
from tests.browser.conftest import AXE, FOUND, ON_ONE_SIZE, RULES, SIZES
from tests.web.organizer.house import BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Browser, Page, Route
    from werkzeug.test import TestResponse

    from tests.access.world import World


pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
SITE = "http://forum.example"
# Pages that no other test opens in a browser: clone, content pages (practical information is one), mail texts, groups
# of delegations, reminders.
PAGES = re.compile(r"<edition>/(clone|pages|mail/|delegations/<code>/groups)|^GET /<slug>/pages/")
FORMS = re.compile(
    r"<edition>/(clone|pages/new|pages/<code>|mail/texts/<kind>|mail/reminders/new"
    r"|delegations/<code>/groups/(new|<id:partition_id>/(edit|move|groups/new|groups/<id:group_id>)))$"
)
REFUSED = {"version": "1", "subject.en": "{no such placeholder}"}  # and everything else is left empty


class Window:
    """A browser window that shows answers of the test client, so what they change is rolled back."""

    def __init__(self, world: World, page: Page) -> None:
        self.world, self.page = world, page
        self.answer: TestResponse | None = None
        page.route("**/*", self._fulfill)

    def find_violations(self, answer: TestResponse) -> list[str]:
        self.answer = answer
        self.page.goto(SITE + answer.request.full_path)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations: list[str] = self.page.evaluate(FOUND, RULES)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            violations.append("wider than the window")
        return violations

    def _fulfill(self, route: Route) -> None:
        request = route.request
        answer, self.answer = self.answer, None
        if answer is None:
            parts = urlsplit(request.url)
            path = f"{parts.path}?{parts.query}"
            answer = self.world.browser(Role.OWNER).open(path, method=request.method, data=request.post_data_buffer)
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        route.fulfill(status=answer.status_code, headers=headers, body=answer.data)


def select_routes(method: str, pattern: re.Pattern[str]) -> list[str]:
    return [
        route for route in ROUTES if route.startswith(f"{method} ") and "/api/" not in route and pattern.search(route)
    ]


def list_paths(world: World, pattern: re.Pattern[str] = PAGES) -> Iterator[tuple[str, str, int]]:
    """Method, address and expected status of each page and form."""
    for route in select_routes("GET", pattern):
        yield "GET", address(world, route, world.jiangsu), 200


def list_empty_and_refused(world: World) -> Iterator[tuple[str, str, int]]:
    """The same pages without any rows, and their forms when nothing is filled in."""
    with transaction() as session:
        other = session.scalars(select(Edition).filter_by(slug="other")).one()
        grant_role(session, world.callers[Role.OWNER].account_id or 0, other.id, Role.OWNER, **BY)
    for path in ("clone", "pages", "mail", "mail/texts", "mail/reminders"):
        yield "GET", f"/organizer/other/{path}", 200
    yield "GET", f"/organizer/forum/delegations/{world.part_code}/groups", 200
    for route in select_routes("POST", FORMS):
        yield "POST", address(world, route, world.jiangsu), 422


def find_faults(world: World, page: Page, paths: Iterable[tuple[str, str, int]], language: str) -> dict[str, list[str]]:
    """Violations by page; a page that answers with another status is a fault too."""
    window, faults = Window(world, page), {}
    client, token = world.browser(Role.OWNER), world.callers[Role.OWNER].csrf
    for method, path, status in paths:
        data = {**REFUSED, "csrf_token": token} if method == "POST" else None
        answer = client.open(path, method=method, data=data, headers={"Accept-Language": language})
        if answer.status_code != 200 == status:  # leads to another page, or is for devices
            continue
        if answer.status_code != status:
            faults[f"{method} {path}"] = [f"status {answer.status_code}"]
        elif answer.mimetype == "text/html" and answer.text.lstrip().lower().startswith("<!doctype"):
            faults[f"{method} {path}"] = window.find_violations(answer)
    return faults


def look(world: World, browser: Browser, paths: Iterable[tuple[str, str, int]], size: tuple[int, str]) -> int:
    """Asserts that no page has a fault. Returns how many pages there are."""
    width, language = size
    with browser.new_context(locale=language, viewport={"width": width, "height": 800}) as context:
        faults = find_faults(world, context.new_page(), paths, language)
    assert {path: found for path, found in faults.items() if found} == {}
    return len(faults)


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_pages_with_rows_pass_axe(world: World, browser: Browser, width: int, language: str) -> None:
    assert look(world, browser, list_paths(world), (width, language)) > 12


@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
def test_pages_without_rows_and_refused_forms_pass_axe(
    world: World, browser: Browser, width: int, language: str
) -> None:
    assert look(world, browser, list_empty_and_refused(world), (width, language)) > 12


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("width", "language"), SIZES)
def test_every_page_passes_axe(world: World, browser: Browser, width: int, language: str) -> None:
    paths = list_paths(world, re.compile(""))
    assert look(world, browser, paths, (width, language)) > 200
