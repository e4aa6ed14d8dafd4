"""Every page of organizers where there is no edition, and where there is one: tests/access asks them by everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.schemas.addresses import IdConverter
from forumapp.web.organizer.kit import guard

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.organizer.house import Browser, House

OPEN_TO_ALL = guard.OPEN


def routes(app: Flask, slug: str) -> list[tuple[str, str]]:
    """Method and address of every route of organizers, filled in for the edition `slug`."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("organizer.") or rule.endpoint in OPEN_TO_ALL:
            continue
        values = {
            name: 1 if isinstance(converter, IdConverter) else "any" for name, converter in rule._converters.items()
        }
        if "edition" in values:
            values["edition"] = slug
        path = adapter.build(rule.endpoint, values)
        found += [(method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return sorted(set(found))


def ask(browser: Browser, method: str, path: str, token: str) -> int:
    data = {"csrf_token": token} if method == "POST" else None
    return browser.open(path, method=method, data=data).status_code


def token_of(browser: Browser) -> str:
    from tests.web.organizer.house import TOKEN

    for page in ("/organizer/sign-in", "/organizer/other/"):
        found = TOKEN.search(browser.get(page).text)
        if found:
            return found[1]
    raise AssertionError("no page has a form")


def test_there_are_routes_to_walk(app: Flask) -> None:
    paths = [path for _, path in routes(app, "forum")]

    assert len(paths) > 25
    assert "/organizer/forum/registrations/1/cancel" in paths


def test_an_edition_that_is_not_there_is_refused_like_one_where_one_has_no_role(house: House) -> None:
    browser = house.browser()
    browser.sign_in("stranger@forum.example")
    token = token_of(browser)
    mine = [route for route in routes(house.app, "nowhere") if "/nowhere/" in route[1]]

    statuses = {(method, path): ask(browser, method, path, token) for method, path in mine}

    assert len(mine) > 25
    assert {key: status for key, status in statuses.items() if status != 404} == {}


def test_with_a_role_it_does(house: House, owner: Browser) -> None:
    lists = [
        path
        for method, path in routes(house.app, "forum")
        if method == "GET" and "/forum/" in path and "/1" not in path and "/any" not in path and ".any" not in path
    ]

    statuses = {path: owner.get(path, follow_redirects=True).status_code for path in lists}

    assert len(lists) > 10
    assert statuses.pop("/organizer/forum/desk/rehearsed-badges") == 409  # of a rehearsal, and none runs
    assert {path: status for path, status in statuses.items() if status not in (200, 204)} == {}


def test_a_row_of_another_edition_does_not_exist_here(house: House) -> None:
    browser = house.browser()
    browser.sign_in("stranger@forum.example")

    assert browser.get(f"/organizer/other/agenda/sessions/{house.session_ids[0]}").status_code == 404
    assert browser.get("/organizer/other/delegations/js").status_code == 404
