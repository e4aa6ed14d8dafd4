"""What emergency cards say, and of whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from forumapp.core.errors import Invalid
from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.emergency import HotelStay, Liaison, emergency_cards
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.itineraries import items, places
from forumapp.domain.delegations.members.services import add_member, update_delegation
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.forums.venues.travel_places import PlaceKind
from tests.domain.conftest import BY
from tests.domain.delegations.test_delegations import make_delegation, make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

ZONE = "America/Los_Angeles"
NAME, ADDRESS = {"en": "Bay Hotel", "zh-Hans": "湾区酒店"}, {"en": "1 Market St", "zh-Hans": "市场街1号"}
NUMBERS, CONSULATE = {"en": "Police: 911", "zh-Hans": "报警：911"}, {"zh-Hans": "中国总领事馆"}
PHONE = "+1 213 555 0122"


def nights(first: int, last: int) -> Span:
    return Span(Moment(datetime(2023, 5, first, 15), ZONE), Moment(datetime(2023, 5, last, 11), ZONE))


def test_a_card_says_who_looks_after_them_and_where_they_sleep(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    whole = make_delegation(session, forum, "cccme", liaison_id=forum.owner.id, liaison_phone=PHONE)
    part = make_delegation(session, forum, "jiangsu", parent_id=whole.id)
    ann, ben, guest = (make_registration(session, forum, one).id for one in ("Adams", "Baker", "Chen"))
    for one in (ann, ben):
        add_member(session, part, one, **BY)
    inn = {"kind": PlaceKind.HOTEL, "name": NAME, "address": ADDRESS, "zone": ZONE, "phone": "555 0140"}
    values: dict[str, Any] = {"kind": ItemKind.HOTEL, "title": {"en": "Stay"}}
    hotel = {"place_id": places.create_place(session, of, inn, **BY).id, "audience": [Part(True, registration_id=ann)]}
    stay = items.add_itinerary_item(session, whole, {**values, **hotel}, nights(20, 23), **BY)
    items.add_itinerary_item(session, whole, {**values, **hotel}, nights(23, 24), **BY)
    own_words = {"place": {"en": "A friend's house"}, "audience": [Part(True, registration_id=ben)]}
    elsewhere = items.add_itinerary_item(session, whole, {**values, **own_words}, nights(20, 21), **BY)
    said = {"emergency_numbers": NUMBERS, "consulate": CONSULATE}
    places.change_settings(session, of, said, version=0, **BY)

    cards = emergency_cards(session, of, [ann, ben, guest])

    assert cards[ann].stays == (HotelStay(stay.id, NAME, ADDRESS, "555 0140", nights(20, 24)),)
    assert cards[ben].stays == (HotelStay(elsewhere.id, {"en": "A friend's house"}, {}, "", nights(20, 21)),)
    assert [cards[one].liaison for one in (ann, guest)] == [Liaison(forum.owner.name, PHONE), None]
    assert [cards[one].delegation for one in (ann, guest)] == [{"en": "jiangsu"}, {}]
    assert {(str(one.emergency_numbers), str(one.consulate)) for one in cards.values()} == {
        (str(NUMBERS), str(CONSULATE))
    }


@pytest.mark.one_database
def test_cards_of_many_cost_as_many_queries_as_one(session: DbSession, forum: Forum) -> None:
    row = make_delegation(session, forum, "jiangsu")
    ids = [make_registration(session, forum, one).id for one in ("Adams", "Baker", "Chen")]
    for one in ids:
        add_member(session, row, one, **BY)
        told = {"kind": ItemKind.HOTEL, "title": {"en": "Stay"}, "audience": [Part(True, registration_id=one)]}
        items.add_itinerary_item(session, row, told, nights(20, 21), **BY)
    seen: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    counts = []
    for some in (ids[:1], ids):
        session.expire_all()
        of = forum.edition.id
        seen.clear()
        emergency_cards(session, of, some)
        counts.append(len(seen))
    assert counts == [6, 6]


def test_a_number_is_its_liaisons_and_of_nobody_else(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    with pytest.raises(Invalid) as refusal:
        make_delegation(session, forum, "nobody", liaison_phone=PHONE)
    assert refusal.value.fields == {"liaison_phone": "no-liaison"}
    row = make_delegation(session, forum, "jiangsu", liaison_id=forum.owner.id, liaison_phone=PHONE)
    change = {"liaison_id": None, "liaison_phone": PHONE}  # as a form sends all that it shows
    assert update_delegation(session, of, row.id, change, version=1, **BY).liaison_phone == ""
