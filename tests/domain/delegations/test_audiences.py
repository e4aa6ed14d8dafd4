"""For whom items are: said as delegations, groups and people, kept as people, and right after whatever changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import InUse, Invalid, Stale
from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.groups.audiences import (
    Part,
    Swayed,
    audience_of,
    people_of,
    people_of_branches,
    swayed,
    touched,
)
from forumapp.domain.delegations.groups.materialization import renew
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition, remove_group, update_partition
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members.services import add_member, remove_delegation, remove_member
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.delegations.queries import itinerary
from forumapp.domain.proofs.restoring import restore
from tests.domain.conftest import BY
from tests.domain.delegations.test_delegations import make_delegation, make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

ZONE = "America/Los_Angeles"


def hours(day: int, start: int, end: int) -> Span:
    return Span(Moment(datetime(2023, 5, day, start), ZONE), Moment(datetime(2023, 5, day, end), ZONE))


class Party:
    """A whole with two parts, of two and one people, and a division of the three into two branches on 24 May."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        self.db, self.of = db, forum.edition.id
        self.whole = make_delegation(db, forum, "cccme")
        self.jiangsu, self.hubei = (make_delegation(db, forum, one, parent_id=self.whole.id) for one in ("js", "hb"))
        self.people = {name: make_registration(db, forum, name).id for name in ("Adams", "Baker", "Chen")}
        self.members = {
            name: add_member(db, part, self.people[name], **BY)
            for name, part in (("Adams", self.jiangsu), ("Baker", self.jiangsu), ("Chen", self.hubei))
        }
        self.split, self.rejoin = self.item(hours(24, 8, 9)), self.item(hours(25, 19, 21))
        ends = {"split_item_id": self.split.id, "rejoin_item_id": self.rejoin.id}
        told = {"kind": "visit", "name": {"en": "24 May"}, **ends}
        self.partition = create_partition(db, self.whole, told, **BY)
        self.bay, self.stay = (
            create_group(db, self.partition, {"code": code, "name": {"en": code}}, **BY) for code in ("bay", "stay")
        )
        self.put(self.bay.id, "Adams")
        self.put(self.stay.id, "Baker", "Chen")

    def put(self, group_id: int, *names: str, **seen: str) -> None:
        put_into_group(self.db, self.of, group_id, {self.people[one]: seen.get(one, "") for one in names}, **BY)

    def item(self, span: Span, *audience: Part, **values: Any) -> ItineraryItem:
        told = {"kind": ItemKind.VISIT, "title": {"en": "Visit"}, "audience": list(audience) or None, **values}
        return items.add_itinerary_item(self.db, self.whole, told, span, **BY)

    def who(self, item: ItineraryItem) -> set[str]:
        found = people_of(self.db, [item.id])[item.id]
        return {name for name, one in self.people.items() if one in found}

    def kept(self) -> set[tuple[int, int]]:
        rows = self.db.execute(select(ItemPerson.item_id, ItemPerson.registration_id))
        return {(row.item_id, row.registration_id) for row in rows}


@pytest.fixture
def party(session: DbSession, forum: Forum) -> Party:
    return Party(session, forum)


def test_a_person_outweighs_a_group_and_a_group_a_delegation(party: Party) -> None:
    whole, bay = Part(True, delegation_id=party.whole.id), Part(False, group_id=party.bay.id)
    at = hours(24, 10, 12)

    assert party.who(party.item(at)) == {"Adams", "Baker", "Chen"}
    assert party.who(party.item(at, Part(True, delegation_id=party.jiangsu.id))) == {"Adams", "Baker"}
    assert party.who(party.item(at, whole, bay)) == {"Baker", "Chen"}
    assert party.who(party.item(at, whole, bay, Part(True, registration_id=party.people["Adams"]))) == set(party.people)
    # After they have rejoined nobody is in a branch.
    assert party.who(party.item(hours(26, 9, 10), whole, bay)) == {"Adams", "Baker", "Chen"}


def test_it_follows_who_comes_goes_and_changes_groups(party: Party, forum: Forum) -> None:
    everyone, bay = party.item(hours(24, 10, 12)), party.item(hours(24, 13, 15), Part(True, group_id=party.bay.id))
    diaz = make_registration(party.db, forum, "Diaz").id
    party.people["Diaz"] = diaz
    add_member(party.db, party.hubei, diaz, **BY)
    party.put(party.bay.id, "Diaz")
    assert (party.who(everyone), party.who(bay)) == ({"Adams", "Baker", "Chen", "Diaz"}, {"Adams", "Diaz"})

    removal = remove_member(party.db, party.of, party.members["Adams"].id, version=1, **BY)
    assert (party.who(everyone), party.who(bay)) == ({"Baker", "Chen", "Diaz"}, {"Diaz"})
    restore(party.db, party.of, removal.id, **BY)
    assert party.who(bay) == {"Adams", "Diaz"}

    # The whole day is moved before the split, by moving that of the division to the next day.
    before = people_of_branches(party.db, [party.split.id], within=[party.whole.id])
    items.update_itinerary_item(party.db, party.of, party.split.id, {}, hours(25, 8, 9), version=1, **BY)
    assert party.who(bay) == set()
    gone = frozenset((party.people["Adams"], diaz))
    assert swayed(party.db, before, but=[party.split.id]) == [Swayed(bay.id, bay.title, frozenset(), gone)]
    assert people_of_branches(party.db, [party.split.id], within=[party.hubei.id]) == {}
    update_partition(party.db, party.of, party.partition.id, {"split_item_id": None}, version=1, **BY)
    assert party.who(bay) == {"Adams", "Diaz"}

    stands = party.kept()
    renew(party.db, party.of)
    assert party.kept() == stands


def test_an_item_comes_back_with_its_audience(party: Party) -> None:
    row = party.item(hours(24, 10, 12), Part(True, group_id=party.bay.id))
    with pytest.raises(InUse):
        remove_group(party.db, party.of, party.bay.id, version=1, **BY)
    removal = items.remove_itinerary_item(party.db, party.of, row.id, version=1, **BY)
    assert row.id not in {item for item, _person in party.kept()}
    restore(party.db, party.of, removal.id, **BY)
    assert people_of(party.db, [removal.entity_id]) == {removal.entity_id: frozenset({party.people["Adams"]})}


@pytest.mark.one_database
@pytest.mark.parametrize("entity", ["itinerary_item", "delegation"])
def test_what_was_removed_before_items_said_for_whom_they_are_comes_back_for_the_delegation(
    session: DbSession, forum: Forum, entity: str
) -> None:
    delegation = make_delegation(session, forum, "old")
    told = {"kind": ItemKind.VISIT, "title": {"en": "Visit"}}
    item = items.add_itinerary_item(session, delegation, told, hours(24, 10, 12), **BY)
    if entity == "delegation":
        removal = remove_delegation(session, forum.edition.id, delegation.id, version=delegation.version, **BY)
    else:
        removal = items.remove_itinerary_item(session, forum.edition.id, item.id, version=1, **BY)
    newer = {"gift", "contact", "is_frame", "place_id", "end_place_id"}
    kept: Any = [one for one in removal.rows if one["table"] != "item_audience"]
    removal.rows = [
        {**one, "values": {name: value for name, value in one["values"].items() if name not in newer}} for one in kept
    ]
    session.flush()

    restore(session, forum.edition.id, removal.id, **BY)
    [row] = session.scalars(select(ItineraryItem).where(ItineraryItem.delegation_id == delegation.id))
    assert (row.gift, row.contact, row.is_frame, row.place_id) == ({}, "", False, None)
    assert audience_of(session, [row.id])[row.id] == [Part(True, delegation_id=delegation.id)]


def test_another_audience_is_another_version(party: Party) -> None:
    row = party.item(hours(24, 10, 12))
    before = people_of(party.db, [row.id])[row.id]
    told = {"audience": [Part(True, group_id=party.stay.id)]}
    items.update_itinerary_item(party.db, party.of, row.id, told, version=1, **BY)
    with pytest.raises(Stale):
        items.update_itinerary_item(party.db, party.of, row.id, {"title": {"en": "x"}}, version=1, **BY)

    change = touched(party.db, before, people_of(party.db, [row.id])[row.id])
    assert [[one.latin_family for one in part] for part in (change.came, change.went, change.stayed)] == [
        [],
        ["Adams"],
        ["Baker", "Chen"],
    ]


@pytest.mark.parametrize(
    ("audience", "fault"),
    [
        ([Part(True)], "each-once"),
        ([Part(True, delegation_id=1, group_id=1)], "each-once"),
        ([Part(True, delegation_id=10_000)], "unknown"),
        ([Part(False, registration_id=1)], "nobody-comes"),
    ],
)
def test_an_audience_names_each_once_and_somebody(party: Party, audience: list[Part], fault: str) -> None:
    with pytest.raises(Invalid) as refusal:
        party.item(hours(24, 10, 12), *audience)
    assert refusal.value.fields == {"audience": fault}


def test_an_item_never_reaches_beyond_its_own_delegation(party: Party) -> None:
    """A group of the whole stands for those of it who are in the part, and a part names nobody else."""
    told: dict[str, Any] = {"kind": ItemKind.VISIT, "title": {"en": "Visit"}}
    stay = items.add_itinerary_item(
        party.db, party.jiangsu, {**told, "audience": [Part(True, group_id=party.stay.id)]}, hours(24, 9, 10), **BY
    )
    assert party.who(stay) == {"Baker"}
    chen = [Part(True, registration_id=party.people["Chen"])]
    with pytest.raises(Invalid):
        items.add_itinerary_item(party.db, party.jiangsu, {**told, "audience": chen}, hours(24, 9, 10), **BY)


def test_a_part_sees_of_the_whole_what_is_for_its_people(party: Party) -> None:
    bay = party.item(hours(24, 10, 12), Part(True, group_id=party.bay.id))
    everyone = party.item(hours(24, 13, 14))
    seen = {part.code: {row.id for row in itinerary(party.db, part)} for part in (party.jiangsu, party.hubei)}
    both = {party.split.id, party.rejoin.id, everyone.id}
    assert seen == {"js": {*both, bay.id}, "hb": both}
