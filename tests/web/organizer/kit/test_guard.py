"""What stands before every page of an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask

from forumapp.domain.accounts.permissions import Permission
from forumapp.web.organizer.kit import guard
from tests.web.organizer.house import HOME, queries

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House


def test_every_page_of_an_edition_says_what_it_needs(app: Flask) -> None:
    guard.refuse_unmarked(app)

    marked = [rule for rule in app.url_map.iter_rules() if guard.needs_of(app, rule.endpoint)]
    assert len(marked) > 25


def test_a_page_that_does_not_say_so_stops_the_application() -> None:
    app = Flask("careless")
    app.add_url_rule("/organizer/<edition>/secrets", "organizer.secrets", lambda: "")

    with pytest.raises(RuntimeError, match=r"organizer\.secrets"):
        guard.refuse_unmarked(app)


@pytest.mark.parametrize(
    ("method", "permission"),
    [("GET", "see-agenda"), ("HEAD", "see-agenda"), ("POST", "edit-agenda"), ("DELETE", "edit-agenda")],
)
def test_looking_and_changing_ask_for_different_permissions(method: str, permission: str) -> None:
    app = Flask("careful")
    view = guard.needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)(lambda: "")
    app.add_url_rule("/organizer/<edition>/agenda", "organizer.agenda", view)

    found = guard.needs_of(app, "organizer.agenda")

    assert found is not None
    assert found.of(method) == permission


def test_a_template_that_asks_for_an_unknown_permission_is_a_mistake(house: House, owner: Browser) -> None:
    with house.app.test_request_context(), pytest.raises(ValueError, match="edit-agendas"):
        guard.may("edit-agendas")


# Tables of who someone is and what they may do.
WHO_AND_WHAT = ("sign_in", "edition_access", "access_role", "access_delegation")
# Pages whose own subject is none of these.
PAGES = ("/", "/people", "/registrations", "/agenda", "/delegations", "/delegations/{code}", "/paper", "/removed")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("as_liaison", [False, True], ids=["owner", "liaison"])
def test_a_page_asks_twice_who_someone_is_and_what_they_may(
    owner: Browser, jiangsu: Group, page: str, as_liaison: bool
) -> None:
    browser = jiangsu.liaison if as_liaison else owner
    address = HOME + page.format(code=jiangsu.code)

    with queries() as sent:
        answer = browser.get(address)

    asked = [one for one in sent if any(f" {table} " in f" {one} ".replace("\n", " ") for table in WHO_AND_WHAT)]
    assert answer.status_code == 200, address
    assert len(asked) == 2, asked
