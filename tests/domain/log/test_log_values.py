"""What the log must not tell: it says that these changed, and never what they are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import String, cast, select

from forumapp.core.database.db import Base
from forumapp.core.values.masks import HIDDEN
from forumapp.core.values.times import Moment, Span
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.audit.services import erase_values, remove
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.people.records.services import create_person, update_person
from forumapp.domain.registration.lifecycle.decisions import change_answers
from tests.domain.conftest import BY, Forum
from tests.domain.registering import applicant, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

PHONE, NEW_PHONE, WECHAT = "+8613800138000", "+14155550123", "liu-chun-88"
FLIGHT = {"title": {"en": "CA987 to LAX"}, "place": {"en": "Terminal Three"}, "note": {"en": "Seat 11A"}}
NEEDS = "a ramp for the wheelchair"
PRIVATE = (PHONE, NEW_PHONE, WECHAT, "CA987", "MU583", "Terminal Three", "11A", "halal", "vegan", NEEDS, "+4930901820")
QUESTIONS = [
    {"code": "food", "kind": "diet", "label": {"en": "Food"}},
    {"code": "access-needs", "kind": "long-text", "label": {"en": "What do you need to get around?"}},
    {"code": "phone-on-site", "kind": "short-text", "label": {"en": "Phone on site"}},
    {"code": "first", "kind": "yes-no", "label": {"en": "Your first time?"}},
]
SPAN = Span(*(Moment(datetime(2023, 5, 21, hour), "America/Los_Angeles") for hour in (9, 12)))


def walk(session: DbSession, forum: Forum) -> None:
    """A person with a phone, answers to questions of all kinds, and a flight: made, changed and removed."""
    person = create_person(session, {"latin_family": "Liu", "phone": PHONE, "wechat": WECHAT}, **BY)
    update_person(session, person.id, {"phone": NEW_PHONE, "wechat": None}, version=person.version, **BY)
    kind = make_type(session, forum.edition.id, questions=QUESTIONS)
    update_edition(session, forum.edition.id, {"status": "open"}, version=forum.edition.version, **BY)
    said = {"food": ["halal"], "access-needs": NEEDS, "first": True}
    placed = sign_up(session, forum.edition.id, applicant(answers=said, phone=PHONE), kind.code)
    then = {"food": ["vegan"], "phone-on-site": "+4930901820", "first": False}
    change_answers(session, forum.edition.id, placed.registration_id, then, version=1, **BY)
    delegation = delegations.create_delegation(session, forum.edition.id, {"code": "js", "name": {"en": "Js"}}, **BY)
    flight = {"kind": ItemKind.FLIGHT, **FLIGHT}
    item = items.add_itinerary_item(session, delegation, flight, SPAN, **BY)
    by: dict[str, Any] = {"version": item.version, **BY}
    items.update_itinerary_item(session, forum.edition.id, item.id, {"title": {"en": "MU583 to LAX"}}, **by)
    by["version"] = item.version
    items.update_itinerary_item(session, forum.edition.id, item.id, {"kind": ItemKind.MEAL, "title": {}}, **by)
    by["version"] = item.version
    back = {"kind": ItemKind.FLIGHT, "title": {"en": "MU583 to LAX"}}
    items.update_itinerary_item(session, forum.edition.id, item.id, back, **by)
    items.remove_itinerary_item(session, forum.edition.id, item.id, version=item.version, **BY)
    remove(session, person, **BY)


def values_of(session: DbSession, entity: str, action: str) -> dict[str, tuple[Any, Any]]:
    """The fields of the last such event, with what the log holds of them."""
    event = select(AuditEvent.id).where(AuditEvent.entity == entity, AuditEvent.action == action)
    last = session.scalars(event.order_by(AuditEvent.id.desc())).first()
    rows = session.scalars(select(AuditValue).where(AuditValue.event_id == last))
    return {row.field: (row.before, row.after) for row in rows}


def test_nothing_private_stands_in_the_log(session: DbSession, forum: Forum) -> None:
    walk(session, forum)
    columns = [AuditValue.before, AuditValue.after, AuditEvent.fields, AuditEvent.reason]
    told = [text for column in columns for text in session.scalars(select(cast(column, String))) if text]
    assert [word for word in PRIVATE if any(word in text for text in told)] == []
    assert any("first" in text for text in told)


def test_that_it_changed_is_told(session: DbSession, forum: Forum) -> None:
    walk(session, forum)
    assert values_of(session, "person", "changed") == {"phone": (HIDDEN, HIDDEN), "wechat": (HIDDEN, HIDDEN)}
    assert values_of(session, "registration", "changed") == {
        "answers.access-needs": (HIDDEN, HIDDEN),
        "answers.first": (True, False),
        "answers.food": (HIDDEN, HIDDEN),
        "answers.phone-on-site": (HIDDEN, HIDDEN),
    }
    removed = values_of(session, "itinerary_item", "removed")
    hidden = {name for name, pair in removed.items() if pair == (HIDDEN, HIDDEN)}
    times = {f"{end}_{part}" for end in ("start", "end") for part in ("wall", "zone", "fold")}
    assert hidden == {"title", "place", "address", "note", "place_id", "end_place_id", "contact", *times}
    assert removed["kind"] == ("flight", None)
    assert "search_text" not in values_of(session, "person", "removed")


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_columns_that_hold_private_things_say_so(table: str) -> None:
    """By their names, so that a new one is thought of."""
    words = ("phone", "wechat", "diet", "flight", "hash", "secret", "passport")
    found = [
        column.name
        for column in Base.metadata.tables[table].columns
        if any(word in column.name for word in words) and "sensitive" not in column.info
    ]
    assert found == []


@pytest.mark.parametrize(
    ("fields", "left"),
    [(None, {"latin_family": (None, None), "email": (None, None)}),
     (["email"], {"latin_family": ("Liu", "Lin"), "email": (None, None)})],
    ids=["all", "one field"],
)  # fmt: skip
def test_values_can_be_erased_and_the_event_stays(
    session: DbSession, forum: Forum, fields: list[str] | None, left: dict[str, Any]
) -> None:
    people = [create_person(session, {"latin_family": "Liu", "email": "a@example.org"}, **BY) for _ in range(2)]
    for person in people:
        changes = {"latin_family": "Lin", "email": "b@example.org"}
        update_person(session, person.id, changes, version=person.version, **BY)
    other, one = people
    count = erase_values(session, "person", [one.id], fields)
    assert count == len([pair for pair in left.values() if pair == (None, None)])
    assert erase_values(session, "person", [one.id], fields) == 0
    assert values_of(session, "person", "changed") == left
    events = session.scalars(select(AuditEvent).where(AuditEvent.entity_id == one.id, AuditEvent.action == "changed"))
    assert [event.fields for event in events] == [["email", "latin_family"]]
    untouched = session.scalars(
        select(AuditValue).join(AuditEvent).where(AuditEvent.entity_id == other.id, AuditEvent.entity == "person")
    )
    assert {row.before for row in untouched} == {"Liu", "a@example.org"}
