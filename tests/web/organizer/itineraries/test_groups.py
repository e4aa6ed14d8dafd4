"""The pages of a delegation's groups: who is where when, and moving those who are ticked."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.queries import get_delegation
from tests.web.organizer.house import BY, add_registration, browser_as

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

GROUPS = "/organizer/forum/delegations/js/groups"
ADDED = "2023-05-22T09:00"


def a_partition(browser: Browser, at: str = GROUPS) -> str:
    """The address of a new one with two groups."""
    answer = browser.send(f"{at}/new", {"name.en": "Visits", "kind": "visit"})
    assert answer.status_code == 302
    page: str = answer.headers["Location"]
    for name in ("North", "South"):
        assert browser.send(f"{page}/groups/new", {"name.en": name}).status_code == 302
    return page


def groups_on(browser: Browser, page: str) -> list[str]:
    text = browser.get(page).text
    return re.findall(r'<option value="(\d+)"', text[text.index('name="group_id"') : text.index('name="from_item"')])


def ticks(text: str) -> list[str]:
    """What the checkboxes of people send, in their order on the page."""
    return re.findall(r'name="person" value="([^"]+)"', text)


def counts(text: str) -> list[list[int]]:
    table = text[text.index('class="table-wrap branches-table"') :]
    rows = table[: table.index("</table>")].split("<tr>")[2:]
    return [[int(number) for number in re.findall(r'class="num">(?:<strong>)?(\d+)', one)] for one in rows]


def test_people_who_are_ticked_are_moved_from_a_time_on_and_the_counts_add_up(
    owner: Browser, jiangsu: Group, house: House
) -> None:
    other = add_registration(house, "Wang")
    with transaction() as db:
        add_member(db, get_delegation(db, house.edition_id, "js"), other, **BY)
    page = a_partition(owner)
    north, south = groups_on(owner, page)
    first = owner.get(page).text
    assert counts(first) == [[0], [0], [2], [2]]
    assert first.index('id="without"') < first.index(f'id="group-{north}"')

    moved = owner.send(page, {"person": ticks(first), "group_id": north, "leaves": "1"}, to=f"{page}/move")
    assert moved.status_code == 302
    text = owner.get(page).text
    assert ("2 people have been moved." in text, counts(text)) == (True, [[2], [0], [2]])

    one = {"person": ticks(text)[:1], "group_id": south, "from_utc": ADDED, "leaves": "1"}
    assert owner.send(page, one, to=f"{page}/move").status_code == 302
    assert counts(owner.get(page).text) == [[2, 1], [0, 1], [2, 2]]
    assert "Everyone has a group" in owner.get(GROUPS).text


def test_someone_who_would_be_in_both_branches_is_refused_at_their_place(owner: Browser, jiangsu: Group) -> None:
    page = a_partition(owner)
    north, south = groups_on(owner, page)
    owner.send(page, {"person": ticks(owner.get(page).text), "group_id": north, "leaves": "1"}, to=f"{page}/move")
    ticked = ticks(owner.get(page).text)

    refused = owner.send(page, {"person": ticked, "group_id": south}, to=f"{page}/move")

    assert (refused.status_code, counts(refused.text)) == (422, [[1], [0], [1]])
    person = jiangsu.registration_id
    assert f'<a href="#f-person-{person}">' in refused.text
    assert f'id="e-group-{north}-{person}">Already in another group at that time.' in refused.text
    assert f'value="{ticked[0]}" checked' in refused.text


def test_who_was_moved_meanwhile_is_shown_where_they_are_now(owner: Browser, jiangsu: Group, house: House) -> None:
    page = a_partition(owner)
    north, south = groups_on(owner, page)
    seen = ticks(owner.get(page).text)
    with transaction() as db:
        put_into_group(db, house.edition_id, int(north), {jiangsu.registration_id: ""}, **BY)

    late = owner.send(page, {"person": seen, "group_id": south, "leaves": "1"}, to=f"{page}/move")

    assert (late.status_code, "Someone else has moved this person" in late.text) == (409, True)
    assert counts(late.text) == [[1], [0], [1]]
    again = owner.send(page, {"person": ticks(late.text), "group_id": south, "leaves": "1"}, to=f"{page}/move")
    assert (again.status_code, counts(owner.get(page).text)) == (302, [[0], [1], [1]])


def test_nobody_is_moved_without_a_tick_or_to_nowhere(owner: Browser, jiangsu: Group) -> None:
    page = a_partition(owner)
    answer = owner.send(page, {"leaves": "1"}, to=f"{page}/move")
    assert answer.status_code == 422
    assert "Tick the people who are to be moved." in answer.text


def test_the_times_of_one_person_are_changed_unless_they_meet_another_group(owner: Browser, jiangsu: Group) -> None:
    page = a_partition(owner)
    north, south = groups_on(owner, page)
    for group, since in ((north, ""), (south, ADDED)):
        sent = {"person": ticks(owner.get(page).text)[:1], "group_id": group, "from_utc": since, "leaves": "1"}
        owner.send(page, sent, to=f"{page}/move")
    first, second = re.findall(rf'href="({page}/members/\d+)"', owner.get(page).text)

    heading = re.search(r"<h1[^>]*>(.*?)</h1>", owner.get(first).text, re.DOTALL)
    assert heading
    assert ("Jiangren" in heading[1], "&lt;" in heading[1]) == (True, False)
    refused = owner.send(first, {"version": "2", "until_utc": "2023-05-22T10:00"})
    assert (refused.status_code, "Already in another group at that time." in refused.text) == (422, True)
    assert owner.send(first, {"version": "2", "until_utc": "2023-05-22T08:00"}).status_code == 302
    assert counts(owner.get(page).text) == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [1, 1, 1]]
    assert owner.send(second, {"version": "1"}, to=f"{second}/remove").status_code == 302
    assert counts(owner.get(page).text) == [[1, 0], [0, 0], [0, 1], [1, 1]]


def test_a_liaison_of_one_part_moves_the_own_people_alone_and_sees_no_others(owner: Browser, house: House) -> None:
    own, other = (add_registration(house, name) for name in ("Own", "Other"))
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, "js")
        parts = [
            create_delegation(db, house.edition_id, {"code": code, "name": {"en": code}, "parent_id": whole.id}, **BY)
            for code in ("east", "west")
        ]
        for part, one in zip(parts, (own, other), strict=True):
            add_member(db, part, one, **BY)
        span = Span(*(Moment(datetime(2023, 5, 22, hour), "UTC") for hour in (9, 10)))
        told = {"kind": "visit", "title": {"en": "Theirs alone"}, "audience": [Part(True, delegation_id=parts[1].id)]}
        item_id = add_itinerary_item(db, whole, told, span, **BY).id
        ids = [part.id for part in parts]
    page = a_partition(owner)
    liaison = browser_as(house, Role.DELEGATION_LIAISON, delegations=(ids[0],), email="east@forum.example")
    mine, theirs = (page.replace("/js/", f"/{code}/") for code in ("east", "west"))
    text = liaison.get(mine).text
    assert (counts(text)[-1], "Other" in text, "Theirs alone" in text) == ([1], False, False)
    assert "Theirs alone" in owner.get(page).text
    (north, _south) = groups_on(liaison, mine)
    assert (
        liaison.send(mine, {"person": ticks(text), "group_id": north, "leaves": "1"}, to=f"{mine}/move").status_code
        == 302
    )
    assert counts(owner.get(page).text) == [[1], [0], [1], [2]]
    asked = {"person": ticks(text), "group_id": north, "leaves": "1", "from_item": str(item_id)}
    assert liaison.send(mine, asked, to=f"{mine}/move").status_code == 422
    foreign = liaison.send(mine, {"person": [f"{other}:"], "group_id": north, "leaves": "1"}, to=f"{mine}/move")
    assert foreign.status_code == 422
    for closed in (page, theirs, f"{mine}/edit", f"{mine}/groups/new", f"{mine}/groups/{north}"):
        assert (closed, liaison.get(closed).status_code) == (closed, 404)
