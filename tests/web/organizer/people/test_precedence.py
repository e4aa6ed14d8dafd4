"""Precedence on their pages: by buttons without a script, with a reason, approved, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.domain.people import queries
from forumapp.domain.people.models import Person
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import create_person
from tests.web.organizer.house import BY

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LISTS = "/organizer/forum/precedence"
LIST = f"{LISTS}/photo"


@pytest.fixture
def order(owner: Browser, house: House) -> Browser:
    """An approved order of three."""
    with transaction() as db:
        row = lists.create_precedence_list(db, house.edition_id, "photo", name={"en": "Photo"}, **BY)
        for name in ("Adams", "Baker", "Chen"):
            one = create_person(db, {"latin_family": name}, **BY)
            lists.add_precedence_entry(db, row, one.id, capacity={"en": f"Office of {name}"}, **BY)
        lists.approve_precedence_list(db, row, "Chief of Protocol", version=row.version, **BY)
    return owner


def shown(owner: Browser) -> list[str]:
    return families(owner.get(LIST).text)


def families(page: str) -> list[str]:
    links = html.fromstring(page).xpath("//*[@class='order-list']//div[@class='order-row']//a")
    return [one.text_content().split()[0].upper() for one in links]


def sent(owner: Browser, **values: Any) -> dict[str, Any]:
    form = html.fromstring(owner.get(LIST).text).get_element_by_id("order-people")
    ids = [one.get("value") for one in html.fromstring(owner.get(LIST).text).xpath("//input[@name='ids']")]
    return {"version": form.fields["version"], "ids": ids, **values}


def test_who_is_moved_by_a_button_says_why_and_the_approval_ends(order: Browser) -> None:
    chen = sent(order)["ids"][2]
    assert "Chief of Protocol" in order.get(LIST).text

    silent = order.send(LIST, sent(order, up=chen), to=f"{LIST}/order")

    assert (silent.status_code, shown(order)) == (422, ["ADAMS", "BAKER", "CHEN"])
    assert families(silent.text) == ["ADAMS", "CHEN", "BAKER"]

    assert order.send(LIST, sent(order, up=chen, reason="Host city"), to=f"{LIST}/order").status_code == 302
    page = order.get(LIST).text
    assert ("changed after it had been approved" in page, "Host city" in page) == (True, True)
    assert shown(order) == ["ADAMS", "CHEN", "BAKER"]
    undo = html.fromstring(page).xpath("//form[contains(@action, '/order/undo')]/@action")[0]
    assert order.send(LIST, to=undo).status_code == 302
    assert shown(order) == ["ADAMS", "BAKER", "CHEN"]
    assert order.send(LIST, to=undo).status_code == 302  # once: all stand there already
    assert "stays as it is" in order.get(LIST).text


def test_papers_keep_to_what_was_approved_last_while_a_newer_order_is_a_draft(order: Browser, house: House) -> None:
    def on_paper() -> list[str]:
        with transaction() as db:
            found = queries.precedence(db, house.edition_id, "photo")
            return [db.get_one(Person, one).latin_family for one in found]

    ids = sent(order)["ids"]
    order.send(LIST, sent(order, up=ids[2], reason="Host city"), to=f"{LIST}/order")
    with transaction() as db:
        lists.remove_precedence_entry(db, house.edition_id, int(ids[0]), version=1, **BY)
    assert (shown(order), on_paper()) == (["CHEN", "BAKER"], ["Adams", "Baker", "Chen"])

    def approve(by: str | None) -> None:
        with transaction() as db:
            row = queries.get_precedence_list(db, house.edition_id, "photo")
            lists.approve_precedence_list(db, row, by, version=row.version, **BY)

    approve("The Mayor")
    assert on_paper() == ["Chen", "Baker"]
    approve(None)
    assert on_paper() == []


def test_no_page_shows_the_number_of_a_place(order: Browser) -> None:
    page = html.fromstring(order.get(LIST).text)
    assert page.xpath("//ol[.//li[starts-with(@id, 'row-')]]") == []  # a browser numbers these


def test_an_order_is_copied_to_another_scope_and_waits_for_its_own_approval(order: Browser, house: House) -> None:
    asked = {"name.en": "Cars", "purpose": "motorcade", "session_id": str(house.session_ids[0]), "copy_of": "photo"}

    made = order.send(f"{LISTS}/new", asked)

    assert made.location == f"{LISTS}/motorcade"
    page = order.get(made.location).text
    assert ("Office of Chen" in page, "Not approved yet" in page, "Trade" in page) == (True, True, True)
    with transaction() as db:
        row = queries.get_precedence_list(db, house.edition_id, "motorcade")
        version = row.version
    approval = f"{made.location}/approve"
    unseen = order.send(approval, {"approved_by": "The Mayor", "version": str(version - 1)})
    assert (unseen.status_code, "Someone else changed this" in unseen.text) == (412, True)
    assert order.send(approval, {"approved_by": "The Mayor", "version": str(version)}).status_code == 302
    assert "The Mayor" in order.get(LISTS).text
