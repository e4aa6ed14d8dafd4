"""What each role sees and may do on the pages, and what a liaison sees of the other delegation: nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.sessions.services import publish
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from tests.web.organizer.house import BY, HOME, TOKEN, Span, browser_as, rows, wall

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House


def token_of(browser: Browser) -> str:
    found = TOKEN.search(browser.get(f"{HOME}/").text)
    assert found
    return found[1]


def test_a_liaison_bound_to_nothing_sees_no_one(house: House, jiangsu: Group) -> None:
    browser = browser_as(house, Role.DELEGATION_LIAISON)

    statuses = [
        browser.get(f"{HOME}/{page}").status_code for page in ("registrations", "people", "delegations", "paper")
    ]

    assert statuses == [403] * 4
    assert jiangsu.family not in browser.get(f"{HOME}/").text


@pytest.mark.parametrize("page", ["", "people", "registrations", "delegations", "paper", "registrations/types"])
def test_lists_and_numbers_of_a_liaison_hold_its_own_alone(jiangsu: Group, hubei: Group, page: str) -> None:
    texts = [one.liaison.get(f"{HOME}/{page}").text for one in (jiangsu, hubei)]

    for text, mine, other in zip(texts, (jiangsu, hubei), (hubei, jiangsu), strict=True):
        assert (other.family in text, f"/delegations/{other.code}" in text, f'value="{other.code}"' in text) == (
            False,
            False,
            False,
        ), page
        if page in ("people", "registrations"):
            assert mine.family in text


def test_who_sets_up_delegations_adds_one_on_a_page(house: House, jiangsu: Group) -> None:
    officer = browser_as(house, Role.PROTOCOL_OFFICER)
    page, names = f"{HOME}/delegations/new", {"name.en": "Hubei Delegation", "name.zh-Hans": "湖北代表团"}
    assert officer.send(page, {"origin.en": "Hubei"}).status_code == 422
    assert officer.send(page, names).location == f"{HOME}/delegations/hubei-delegation"
    assert officer.send(page, names).location == f"{HOME}/delegations/hubei-delegation-2"
    assert f'href="{page}"' in officer.get(f"{HOME}/delegations").text
    assert f'href="{page}"' not in jiangsu.liaison.get(f"{HOME}/delegations").text


def test_a_liaison_counts_its_own(house: House, jiangsu: Group, hubei: Group, owner: Browser) -> None:
    def confirmed(browser: Browser) -> str:
        found = re.search(r'status=confirmed"><span class="figure-number">(\d+)', browser.get(f"{HOME}/").text)
        assert found
        return found[1]

    assert [confirmed(one) for one in (owner, jiangsu.liaison, hubei.liaison)] == ["2", "1", "1"]


@pytest.mark.both_databases
@pytest.mark.parametrize("page", ["people", "registrations"])
def test_a_search_finds_nobody_of_another_delegation(jiangsu: Group, hubei: Group, page: str) -> None:
    found = [jiangsu.liaison.get(f"{HOME}/{page}?search={one.family}").text for one in (jiangsu, hubei)]

    assert [
        f">{jiangsu.family}" in found[0] or jiangsu.family in found[0].split("<tbody>")[-1],
        "<tbody>" in found[1],
    ] == [
        True,
        False,
    ]


def test_rows_of_another_delegation_do_not_exist(house: House, jiangsu: Group, hubei: Group, owner: Browser) -> None:
    print_id = a_print(house, hubei)
    gets = [
        f"{HOME}/people/{hubei.person_id}",
        f"{HOME}/registrations/{hubei.registration_id}",
        f"{HOME}/delegations/{hubei.code}",
        f"{HOME}/paper/check?paper=badges&delegation={hubei.code}",
        f"{HOME}/paper/check?paper=itineraries&delegation={hubei.code}",
        f"{HOME}/paper/jobs/{print_id}/file",
    ]
    posts = [
        (f"{HOME}/people/{hubei.person_id}", {"latin_family": "Mine", "name_order": "given-first", "version": "1"}),
        (f"{HOME}/registrations/{hubei.registration_id}/cancel", {"version": "1"}),
        (f"{HOME}/paper/jobs", {"paper": "badges", "delegation": hubei.code}),
        (f"{HOME}/paper/jobs/{print_id}/cancel", {}),
    ]
    token = token_of(jiangsu.liaison)

    def all_of(browser: Browser) -> list[int]:
        seen = [browser.get(path).status_code for path in gets]
        return seen + [browser.post(path, data={"csrf_token": token, **values}).status_code for path, values in posts]

    assert all_of(jiangsu.liaison) == [404] * 10
    token = token_of(hubei.liaison)
    assert 404 not in all_of(hubei.liaison)  # they are there


def a_print(house: House, one: Group) -> int:
    house.app.extensions["forumapp.storage"].put("print/hubei.pdf", b"%PDF-")
    with transaction() as session:
        job = PrintJob(
            edition_id=house.edition_id,
            paper=Paper.BADGES,
            options={"delegation": one.code},
            delegation_id=one.delegation_id,
            status=JobStatus.DONE,
            file="print/hubei.pdf",
            pages=1,
            finished_at=BY["now"],
        )
        session.add(job)
        session.flush()
        return job.id


def test_a_liaison_chooses_the_delegation_that_a_paper_is_for(jiangsu: Group, hubei: Group) -> None:
    form = jiangsu.liaison.get(f"{HOME}/paper?paper=badges").text
    choice = form.split('name="delegation"')[1].split("</select>")[0]

    assert re.findall(r'value="([^"]*)"', choice) == ["js"]
    assert jiangsu.liaison.get(f"{HOME}/paper/check?paper=badges").status_code == 302
    assert "Print 1 badge" in jiangsu.liaison.get(f"{HOME}/paper/check?paper=badges&delegation=js").text
    token = token_of(jiangsu.liaison)
    everyone = jiangsu.liaison.post(f"{HOME}/paper/jobs", data={"csrf_token": token, "paper": "badges"})
    assert (everyone.status_code, rows(select(PrintJob))) == (422, [])


def test_who_may_not_see_itineraries_prints_none(house: House, jiangsu: Group) -> None:
    desk = browser_as(house, Role.REGISTRATION_DESK)
    with transaction() as session:
        values = {"kind": "transfer", "title": {"en": "Quiet drive"}}
        add_item(session, jiangsu.delegation_id, values)

    assert desk.get(f"{HOME}/paper/check?paper=itineraries&delegation=js").status_code == 403
    assert "paper=itineraries" not in desk.get(f"{HOME}/paper").text
    assert "Quiet drive" not in desk.get(f"{HOME}/delegations/js").text
    assert "Quiet drive" in jiangsu.liaison.get(f"{HOME}/delegations/js").text


def add_item(session, delegation_id: int, values: dict[str, object]) -> None:
    from forumapp.domain.delegations.models.delegations import Delegation

    add_itinerary_item(session, session.get_one(Delegation, delegation_id), values, Span(wall(9), wall(10)), **BY)


def test_the_public_calendar_is_the_same_for_all_and_holds_no_members(
    house: House, jiangsu: Group, hubei: Group
) -> None:
    with transaction() as session:
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)
        publish(session, house.edition_id, label="", note={}, reason="The house clashes on purpose.", **BY)

    calendars = [one.get("/forum/agenda.ics").text for one in (house.browser(), jiangsu.liaison, hubei.liaison)]

    assert len({re.sub(r"DTSTAMP:\S+", "", text) for text in calendars}) == 1
    assert ("Trade" in calendars[0], jiangsu.family in calendars[0], hubei.family in calendars[0]) == (
        True,
        False,
        False,
    )
