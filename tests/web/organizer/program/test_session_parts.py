"""The order of a session's items and people, what a part is, and what can be heard; a session without a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.domain.agenda.content.snapshots import room_texts
from forumapp.domain.agenda.models import InterpretationChannel, RoleAssignment, Session, SessionItem
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.queries import get_session, item_order, role_order
from forumapp.domain.agenda.sessions.parts import order_items, order_roles, update_role
from forumapp.domain.agenda.sessions.services import add_item, assign_role, update_session
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    approve_precedence_list,
    create_precedence_list,
)
from forumapp.domain.people.queries import get_precedence_list
from forumapp.schemas.choices import AssignmentRole
from tests.domain.agenda.test_agenda import make_person
from tests.web.organizer.house import BY, HOME, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House


def page_of(house: House) -> str:
    return f"{HOME}/agenda/sessions/{house.session_ids[0]}"


def test_items_are_put_in_order_and_begin_accordingly(house: House, owner: Browser) -> None:
    with transaction() as db:
        session = get_session(db, house.edition_id, house.session_ids[0])
        first, second = (
            add_item(db, session, {"title": {"en": name}, "minutes": 10}, **BY).id for name in ("One", "Two")
        )
        order = item_order(db, session.id)

    sent = {"ids": [str(second), str(first)], "version": str(order.version)}
    assert owner.send(page_of(house), sent, to=f"{page_of(house)}/items/order").status_code == 302
    stale = owner.send(page_of(house), sent, to=f"{page_of(house)}/items/order")

    assert stale.status_code == 412
    with transaction() as db:
        items = working_agenda(db, house.edition_id)["sessions"][0]["items"]
    assert [(one["id"], one["start_utc"][11:16]) for one in items] == [(second, "16:00"), (first, "16:10")]


def test_people_stand_in_the_order_that_is_set(house: House) -> None:
    with transaction() as db:
        session = get_session(db, house.edition_id, house.session_ids[0])
        chair = assign_role(db, session, house.person_id, AssignmentRole.CHAIR, status="confirmed", **BY)
        speaker = rows(select(RoleAssignment).where(RoleAssignment.session_id == session.id))[0]
        order = role_order(db, session.id)
        order_roles(db, house.edition_id, session.id, [chair.id, speaker.id], version=order.version, **BY)
        assert role_order(db, session.id).ids == (chair.id, speaker.id)


def test_a_part_is_answered_for_and_changed(house: House, owner: Browser) -> None:
    part = rows(select(RoleAssignment).where(RoleAssignment.session_id == house.session_ids[0]))[0]
    where = f"{page_of(house)}/roles/{part.id}"
    sent = {"role": "keynote", "status": "declined", "item_id": "", "channel_id": "", "version": "1"}

    assert owner.send(where, sent).status_code == 302

    assert (row(RoleAssignment, part.id).role.value, row(RoleAssignment, part.id).status.value) == (
        "keynote",
        "declined",
    )
    with transaction() as db:
        assert working_agenda(db, house.edition_id)["sessions"][0]["roles"] == []


def test_only_interpreters_are_heard_on_a_channel(house: House, owner: Browser) -> None:
    assert owner.send(f"{page_of(house)}/channels/new", {"number": "2", "language": "zh-Hans"}).status_code == 302
    twice = owner.send(f"{page_of(house)}/channels/new", {"number": "2", "language": "en"})
    assert twice.status_code == 422
    channel = rows(select(InterpretationChannel))[0]
    part = rows(select(RoleAssignment).where(RoleAssignment.session_id == house.session_ids[0]))[0]

    with pytest.raises(Invalid) as refused, transaction() as db:
        update_role(db, house.edition_id, part.id, {"channel_id": channel.id}, version=1, **BY)
    assert refused.value.fields == {"channel_id": "not-an-interpreter"}
    with transaction() as db:
        changes = {"role": AssignmentRole.INTERPRETER, "channel_id": channel.id}
        update_role(db, house.edition_id, part.id, changes, version=1, **BY)
        content = working_agenda(db, house.edition_id)["sessions"][0]
    assert content["channels"] == [{"number": 2, "language": "zh-Hans"}]
    assert [role["channel"] for role in content["roles"]] == [2]
    refused_page = owner.send(page_of(house), {"version": "1"}, to=f"{page_of(house)}/channels/{channel.id}/remove")
    assert (refused_page.status_code, len(rows(select(InterpretationChannel)))) == (302, 1)


def test_a_session_waits_without_a_time_and_keeps_its_length(house: House, owner: Browser) -> None:
    values = {"title.en": "Trade", "kind": "panel", "status": "confirmed", "interpretation": "none", "press": "open",
              "starts": "", "ends": "", "zone": "", "setup_minutes": "0", "changeover_minutes": "0"}  # fmt: skip

    answer = owner.send(page_of(house), {**values, "version": "1"})

    assert answer.status_code == 302
    session = row(Session, house.session_ids[0])
    assert (session.span, session.room_id, session.planned_minutes) == (None, None, 120)
    with transaction() as db:
        assert session.id not in {one["id"] for one in working_agenda(db, house.edition_id)["sessions"]}
    page = html.fromstring(owner.get(f"{HOME}/agenda?day=none&lang=en").text)
    waits = page.xpath("//section[h2='Not scheduled yet']//td[@class='muted' or @class='what']")
    assert [one.text_content().split()[:2] for one in waits] == [["120", "minutes"], ["Trade", "“Trade”"]]


def test_a_plenary_takes_every_room_and_is_held_in_its_own(house: House) -> None:
    with transaction() as db:
        one = update_session(db, house.edition_id, house.session_ids[0], {"in_all_rooms": True}, version=1, **BY)
        content = working_agenda(db, house.edition_id)
        told = next(each for each in content["sessions"] if each["id"] == one.id)
        assert (one.room_id, room_texts(content, told)) == (house.room_id, content["rooms"][0]["name"])


def test_an_order_names_all_items(house: House) -> None:
    with transaction() as db:
        session = get_session(db, house.edition_id, house.session_ids[0])
        one = add_item(db, session, {"title": {"en": "One"}, "minutes": 10}, **BY)
        version = item_order(db, session.id).version
    with pytest.raises(Invalid), transaction() as db:
        order_items(db, house.edition_id, session.id, [one.id, one.id], version=version, **BY)
    assert len(rows(select(SessionItem))) == 1


def test_speeches_are_put_in_the_order_that_was_approved_and_back(house: House, owner: Browser) -> None:
    of, where = house.edition_id, page_of(house)
    with transaction() as db:
        session = get_session(db, of, house.session_ids[0])
        people = [make_person(db, name) for name in ("Baker", "Chen", "Diaz")]
        items = []
        for name, person in zip(("One", "Two", "Three"), people, strict=True):
            item = add_item(db, session, {"title": {"en": name}, "minutes": 10}, **BY)
            assign_role(db, session, person, AssignmentRole.KEYNOTE, item=item, status="confirmed", **BY)
            items.append(item.id)
        order = create_precedence_list(db, of, "speeches", name={"en": "Who opens"}, **BY)
        for person in reversed(people):
            add_precedence_entry(db, order, person, capacity={"en": "Guest"}, **BY)
    assert "for speeches" not in owner.get(where).text  # nobody has approved it
    with transaction() as db:
        row = get_precedence_list(db, of, "speeches")
        approve_precedence_list(db, row, "The Mayor", version=row.version, **BY)
    assert "Baker comes before" in owner.get(where).text

    page = html.fromstring(owner.get(f"{where}/speeches").text)
    assert [one.text_content().partition(":")[0] for one in page.xpath("//*[@aria-labelledby='listed']//ul[1]/li")] == [
        "Three", "Two", "One",
    ]  # fmt: skip
    form = page.xpath("//form[contains(@action, '/speeches/order')]")[0]
    sent = {name: value for name, value in form.form_values() if name != "csrf_token"}
    done = owner.send(f"{where}/speeches", sent, to=f"{where}/speeches/order")
    assert (done.status_code, order_now(house)) == (302, items[::-1])
    after = owner.get(where).text
    assert ("The speeches follow the approved order" in after, "comes before" in after) == (True, False)
    undo = html.fromstring(after).xpath("//form[contains(@action, '/speeches/undo')]/@action")[0]
    late = owner.send(f"{where}/speeches", sent, to=f"{where}/speeches/order")
    assert "Look at it again" in owner.get(late.location).text
    assert owner.send(where, to=undo).status_code == 302
    assert (order_now(house), "comes before" in owner.get(where).text) == (items, True)


def order_now(house: House) -> list[int]:
    with transaction() as db:
        return list(item_order(db, house.session_ids[0]).ids)
