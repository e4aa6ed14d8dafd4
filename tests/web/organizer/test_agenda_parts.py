"""What a session is made of: items, and who has which part, by forms that need no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Interpretation, RoleAssignment, SessionItem
from forumapp.domain.agenda.queries import get_item, get_session
from forumapp.domain.agenda.sessions.services import add_item, assign_role, update_item, update_session
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.people.records.services import add_affiliation, create_person
from forumapp.schemas.choices import AssignmentRole
from tests.web.organizer.house import BY, HOME, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

ITEM = {"title.en": "Remarks", "title.zh-Hans": "致辞", "minutes": "10", "kind": "speech", "mode": "consecutive"}


def page_of(house: House) -> str:
    return f"{HOME}/agenda/sessions/{house.session_ids[0]}"


def an_item(house: House, title: str = "Remarks") -> int:
    with transaction() as db:
        session = get_session(db, house.edition_id, house.session_ids[0])
        return add_item(db, session, {"title": {"en": title}, "minutes": 10}, **BY).id


def roles_of(house: House) -> list[RoleAssignment]:
    query = select(RoleAssignment).where(RoleAssignment.session_id == house.session_ids[0])
    return rows(query.order_by(RoleAssignment.id))


def test_an_item_is_added_at_the_end_and_shown(house: House, owner: Browser) -> None:
    an_item(house, "Film")
    page = page_of(house)
    assert f'href="{page}/items/new"' in owner.get(page).text

    answer = owner.send(f"{page}/items/new", ITEM)

    assert (answer.status_code, answer.location) == (302, page)
    made = rows(select(SessionItem).where(SessionItem.position == 2))[0]
    assert (made.title, made.minutes, made.kind.value, made.mode.value) == (
        {"en": "Remarks", "zh-Hans": "致辞"}, 10, "speech", "consecutive",
    )  # fmt: skip
    text = owner.get(page).text
    assert text.index("Film") < text.index("Remarks")


def test_a_new_item_is_offered_as_its_session_is_interpreted(house: House, owner: Browser) -> None:
    with transaction() as db:
        changes = {"interpretation": Interpretation.CONSECUTIVE}
        update_session(db, house.edition_id, house.session_ids[0], changes, version=1, **BY)
    (field,) = html.fromstring(owner.get(f"{page_of(house)}/items/new").text).xpath('//select[@name="mode"]')
    assert field.value == "consecutive"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"minutes": "0"}, "minutes", "Write 1 or more."),
        ({"minutes": ""}, "minutes", "This is needed."),
        ({"title.en": "", "title.zh-Hans": ""}, "title.en", "This is needed."),
        ({"kind": "dance"}, "kind", "Choose one of the list."),
    ],
)
def test_a_faulty_item_says_what_is_wrong_and_keeps_what_was_typed(
    house: House, owner: Browser, changes: dict[str, str], field: str, words: str
) -> None:
    answer = owner.send(f"{page_of(house)}/items/new", {**ITEM, "title.zh-Hans": "致辞", **changes})
    assert answer.status_code == 422
    assert words in answer.text.split(f'id="e-{field}">')[1].split("</p>")[0]
    assert rows(select(SessionItem)) == []


def test_a_stale_item_is_compared_and_not_saved(house: House, owner: Browser) -> None:
    item_id = an_item(house)
    where = f"{page_of(house)}/items/{item_id}"
    assert owner.send(where, {**ITEM, "minutes": "15", "version": "1"}).status_code == 302

    stale = owner.send(where, {**ITEM, "minutes": "20", "version": "1"})

    assert stale.status_code == 412
    assert "both-versions" in stale.text
    assert row(SessionItem, item_id).minutes == 15


def test_an_item_goes_with_the_parts_in_it(house: House, owner: Browser) -> None:
    item_id, page = an_item(house), page_of(house)
    with transaction() as db:
        session = get_session(db, house.edition_id, house.session_ids[0])
        item = get_item(db, session, item_id)
        assign_role(db, session, house.person_id, AssignmentRole.MC, item=item, status="confirmed", **BY)
    assert len(roles_of(house)) == 2

    gone = owner.send(page, {"version": "1"}, to=f"{page}/items/{item_id}/remove")

    assert (gone.location, rows(select(SessionItem)), len(roles_of(house))) == (page, [], 1)
    removed = rows(select(AuditEvent).where(AuditEvent.action == "removed").order_by(AuditEvent.id))
    assert [(event.entity, event.actor_id, event.via.value) for event in removed] == [
        ("role_assignment", house.owner_id, "page"), ("session_item", house.owner_id, "page"),
    ]  # fmt: skip


def test_what_someone_else_changed_is_not_removed_unseen(house: House, owner: Browser) -> None:
    item_id, page = an_item(house), page_of(house)
    there = html.fromstring(owner.get(page).text).forms
    (button,) = [one for one in there if one.action == f"{page}/items/{item_id}/remove"]
    with transaction() as db:
        update_item(db, house.edition_id, item_id, {"minutes": 25}, version=1, **BY)

    stale = owner.post(button.action, data=dict(button.form_values()))

    rows_told = html.fromstring(stale.text).xpath("//main//tbody/tr")
    assert stale.status_code == 412
    assert [[cell.text_content() for cell in one] for one in rows_told] == [["Minutes", "10", "25"]]
    assert [one.id for one in rows(select(SessionItem))] == [item_id]

    (again,) = [one for one in html.fromstring(stale.text).forms if one.action == button.action]
    assert owner.post(again.action, data=dict(again.form_values())).location == page
    assert rows(select(SessionItem)) == []


def test_a_person_is_searched_for_then_chosen_with_a_role_and_an_item(house: House, owner: Browser) -> None:
    item_id, page = an_item(house), page_of(house)
    form = f"{page}/roles/new"
    assert 'name="person_id"' not in owner.get(form).text
    assert "Nobody is found" in owner.get(f"{form}?search=nobody").text
    found = owner.get(f"{form}?search=刘春").text
    assert "Liu Chun 刘春 · Director · Port of Oakland</option>" in found

    values = dict(html.fromstring(found).forms[-1].form_values())
    assert values["status"] == "invited"
    values |= {"person_id": str(house.person_id), "role": "moderator", "item_id": str(item_id)}
    answer = owner.send(f"{form}?search=liu", values)

    assert (answer.status_code, answer.location) == (302, page)
    first, made = roles_of(house)
    assert (made.person_id, made.role.value, made.item_id, made.status.value, made.position) == (
        house.person_id, "moderator", item_id, "invited", first.position + 1,
    )  # fmt: skip


@pytest.mark.one_database
def test_two_of_one_name_are_told_apart_by_their_posts_or_else_by_their_records(house: House, owner: Browser) -> None:
    with transaction() as db:
        some = [create_person(db, {"latin_family": "Ma", "latin_given": "Jun"}, **BY).id for _ in range(3)]
        add_affiliation(db, some[0], None, {"en": "Harbor Master"}, **BY)
    options = html.fromstring(owner.get(f"{page_of(house)}/roles/new?search=ma+jun").text).xpath("//option/text()")
    assert {one.strip() for one in options} >= {
        "Jun Ma · Harbor Master", f"Jun Ma · record {some[1]}", f"Jun Ma · record {some[2]}",
    }  # fmt: skip


def test_a_part_twice_or_for_someone_who_is_not_found_is_refused(house: House, owner: Browser) -> None:
    form = f"{page_of(house)}/roles/new?search=liu"
    values = {"person_id": str(house.person_id), "role": "speaker", "item_id": "", "status": "confirmed"}
    for changes, words in (
        ({}, "Another one has this already."),
        ({"person_id": "99999"}, "Choose one of the list."),
        ({"person_id": ""}, "This is needed."),
    ):
        answer = owner.send(form, {**values, **changes})
        assert answer.status_code == 422
        assert words in answer.text.split('id="e-person_id">')[1].split("</p>")[0]
    assert len(roles_of(house)) == 1


def test_a_session_of_another_edition_has_no_parts_here(house: House, owner: Browser) -> None:
    item_id = an_item(house)
    first, second = (f"{HOME}/agenda/sessions/{one}" for one in house.session_ids)
    for page in (second, first.replace("/forum/", "/other/")):
        assert owner.get(f"{page}/items/{item_id}").status_code == 404
        sent = owner.send(first, {"version": "1"}, to=f"{page}/items/{item_id}/remove")
        assert sent.status_code == 404
    assert owner.get(f"{HOME}/agenda/sessions/99999/roles/new").status_code == 404
    assert [one.id for one in rows(select(SessionItem))] == [item_id]


def test_pages_cost_the_same_for_many(house: House, owner: Browser) -> None:
    page = page_of(house)
    search = f"{page}/roles/new?search=liu"
    costs = []
    for _ in range(3):
        with queries() as made:
            owner.get(page)
            owner.get(search)
        costs.append(len(made))
        with transaction() as db:
            session = get_session(db, house.edition_id, house.session_ids[0])
            for number in range(5):
                person = create_person(db, {"latin_family": "Liu", "latin_given": f"No{number}"}, **BY).id
                item = add_item(db, session, {"title": {"en": f"Item {number}"}, "minutes": 5}, **BY)
                assign_role(db, session, person, AssignmentRole.PANELIST, item=item, status="confirmed", **BY)
    assert costs[1] == costs[2]  # an item without a title in one language is named by one more query
    assert "Item 4" in owner.get(page).text
