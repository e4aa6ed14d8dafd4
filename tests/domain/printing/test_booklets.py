"""Itinerary booklets: each tells what is for its people, and names nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.coaches.runs import create_run, seat
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.hotel.services import create_rooms
from forumapp.domain.delegations.hotel.stays import put_into_room
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.models.delegations import ItineraryItem, MemberRole
from forumapp.domain.delegations.models.rooms import RoomKind
from forumapp.domain.printing.books.itineraries import itinerary_values
from forumapp.domain.printing.delegation_papers.booklet_facts import facts_of, shared_facts, whom_of
from forumapp.domain.printing.delegation_papers.registry import PAPERS, is_working, read_paper
from forumapp.domain.printing.delegation_papers.versions import Made, paper_states
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.paper.changed_facts import differences
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from tests.domain.conftest import BY, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration
from tests.domain.printing.test_printing import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.printing.paper.itinerary_documents import ItineraryValues

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
HERE = "America/Los_Angeles"


class Travelling:
    """A whole with an east and a west; its visit is in two groups, of both parts each."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        self.db, self.forum = db, forum
        self.whole = make_delegation(db, forum, "whole")
        self.east, self.west = (make_delegation(db, forum, code, parent_id=self.whole.id) for code in ("east", "west"))
        names = {"Adams": self.east, "Baker": self.east, "Chen": self.west, "Diaz": self.west}
        self.ids: dict[str, int] = {}
        for name, of in names.items():
            self.ids[name] = make_registration(db, forum, name, "confirmed").id
            add_member(db, of, self.ids[name], MemberRole.MEMBER, **BY)
        split = self.item(self.whole, "Split", 1)
        partition = create_partition(
            db, self.whole, {"kind": "visit", "name": {"en": "Visits"}, "split_item_id": split.id}, **BY
        )
        self.north, self.south = (
            create_group(db, partition, {"name": {"en": name}, "captain_id": self.ids[captain]}, **BY)
            for name, captain in (("North", "Adams"), ("South", "Diaz"))
        )
        for group, people in ((self.north, ("Adams", "Chen")), (self.south, ("Baker", "Diaz"))):
            put_into_group(db, forum.edition.id, group.id, {self.ids[one]: "" for one in people}, **BY)
        self.item(self.whole, "Port", 2, audience=[Part(True, group_id=self.north.id)])
        self.item(self.whole, "Farm", 2, audience=[Part(True, group_id=self.south.id)])
        self.item(self.west, "Western flight", 3)
        self.item(
            self.whole,
            "Dinner",
            5,
            audience=[
                Part(True, delegation_id=self.whole.id),
                Part(False, registration_id=self.ids["Chen"]),
            ],
        )

    def item(
        self, of: Delegation, title: str, hour: int, audience: list[Part] | None = None, kind: str = "visit"
    ) -> Any:
        span = Span(*(Moment(datetime(2023, 5, 23, one), HERE) for one in (hour, hour + 1)))
        said = {"kind": kind, "title": {"en": title}}
        return add_itinerary_item(self.db, of, {**said, "audience": audience}, span, **BY)

    def own(self, paper: Delegation, **options: Any) -> list[ItineraryValues]:
        values = read_paper(self.db, self.forum.edition, paper, Paper.BOOKLETS, Options(**options))
        return list(values)

    def shared(self, code: str) -> ItineraryValues:
        return itinerary_values(self.db, self.forum.edition, code, Options(), now=NOW)


@pytest.fixture
def travelling(session: DbSession, forum: Forum) -> Travelling:
    return Travelling(session, forum)


def told(values: ItineraryValues) -> list[tuple[str, list[str], list[str]]]:
    """Of each item its title, for whom it is, and without whom."""
    items = [item for day in values.days for item in day.items]
    return [
        (item.title["en"], [one["en"] for one in item.for_whom], [one["en"] for one in item.without]) for item in items
    ]


def branches(values: ItineraryValues) -> list[tuple[str, str | None, list[str]]]:
    return [
        (
            branch.name["en"],
            branch.captain.latin_name if branch.captain else None,
            [stay.person.latin_name for stay in branch.people],
        )
        for division in values.divisions
        for branch in division.branches
    ]


def test_the_booklet_of_a_whole_tells_for_whom_each_item_is(travelling: Travelling) -> None:
    values = travelling.shared("whole")
    assert told(values) == [
        ("Split", [], []),
        ("Port", ["North"], []),
        ("Farm", ["South"], []),
        ("Western flight", ["west"], []),
        ("Dinner", [], ["Ann Chen"]),
    ]
    assert branches(values) == [
        ("North", "Ann Adams", ["Ann Adams", "Ann Chen"]),
        ("South", "Ann Diaz", ["Ann Baker", "Ann Diaz"]),
    ]


def test_facts_say_in_words_who_someone_is(travelling: Travelling) -> None:
    """Slips of what has changed show them to people, in each language."""
    facts = shared_facts(travelling.shared("whole"))
    assert [role["zh-Hans"] for role, *_ in facts["delegation/contacts"]["contacts"]] == ["组长", "组长"]


def test_the_booklet_of_a_part_names_nobody_of_another_part(travelling: Travelling) -> None:
    values = travelling.shared("east")
    assert told(values) == [("Split", [], []), ("Port", ["North"], []), ("Farm", ["South"], []), ("Dinner", [], [])]
    # The captain of the southern group is of the west.
    assert branches(values) == [("North", "Ann Adams", ["Ann Adams"]), ("South", None, ["Ann Baker"])]
    assert not any(name in repr(values) for name in ("Chen", "Diaz", "Western"))


def test_each_has_a_booklet_of_their_own_days_and_groups_in_which_nobody_else_is(travelling: Travelling) -> None:
    values = travelling.own(travelling.whole)
    assert [one.person.latin_name for one in values if one.person] == ["Ann Adams", "Ann Baker", "Ann Chen", "Ann Diaz"]
    adams, baker, chen, diaz = values
    assert [[title for title, *_ in told(one)] for one in values] == [
        ["Split", "Port", "Dinner"],
        ["Split", "Farm", "Dinner"],
        ["Split", "Port", "Western flight"],
        ["Split", "Farm", "Western flight", "Dinner"],
    ]
    assert branches(chen) == [("North", None, ["Ann Chen"])]  # their captain is of the other part
    assert branches(diaz) == [("South", "Ann Diaz", ["Ann Diaz"])]
    assert diaz.contacts == ()  # a captain does not call themselves
    for one, others in ((adams, ("Baker", "Chen", "Diaz")), (baker, ("Adams", "Chen", "Diaz"))):
        assert not any(name in repr(one) for name in others)


def test_booklets_are_printed_of_a_part_or_of_one_person_and_of_nobody_without_days(travelling: Travelling) -> None:
    idle = make_delegation(travelling.db, travelling.forum, "idle")
    add_member(travelling.db, idle, make_registration(travelling.db, travelling.forum, "Evans").id, **BY)
    one = travelling.own(travelling.west, registration=travelling.ids["Chen"])
    assert [len(travelling.own(travelling.west)), len(one)] == [2, 1]
    with pytest.raises(NothingToPrint):
        travelling.own(idle)


def test_a_change_makes_the_booklets_of_those_out_of_date_whom_it_concerns(travelling: Travelling) -> None:
    before, _ = facts_of(travelling.own(travelling.whole)), travelling.db.expire_all()
    row = travelling.db.scalars(select(ItineraryItem).where(ItineraryItem.kind == "visit")).all()[1]
    update_itinerary_item(travelling.db, row.edition_id, row.id, {"dress": {"en": "Boots"}}, version=row.version, **BY)
    travelling.db.expire_all()
    values = travelling.own(travelling.whole)
    found = differences(before, facts_of(values))
    assert [(one.key, one.now["dress"]) for one in found] == [(f"item:{row.id}", {"en": "Boots"})]
    concerned = [one for one, keys in whom_of(values).items() if found[0].key in keys]
    assert concerned == [travelling.ids["Adams"], travelling.ids["Chen"]]


def test_those_that_were_printed_with_a_whole_are_the_last_of_its_parts(travelling: Travelling) -> None:
    db, edition = travelling.db, travelling.forum.edition
    own = travelling.item(travelling.east, "Tea", 6)
    values = read_paper(db, edition, travelling.whole, Paper.BOOKLETS, Options())
    file: Any = {"badges": [], "made_from": Made(facts_of(values), whom_of(values)), **BY}
    services.keep_made(db, edition.id, Paper.BOOKLETS, Options(delegation="whole"), Finished("x", "0", 9, "x"), **file)

    def states() -> list[Any]:
        db.expire_all()
        parts = (travelling.east, travelling.west)
        return [paper_states(db, edition, one, [Paper.BOOKLETS])[0] for one in parts]

    assert [(one.state, one.is_own) for one in states()] == [("current", False)] * 2
    update_itinerary_item(db, edition.id, own.id, {"contact": "Wu"}, version=own.version, **BY)
    east, west = states()
    assert (east.state, west.state) == ("stale", "current")
    assert {one for one, _name in east.people} <= {travelling.ids["Adams"], travelling.ids["Baker"]} != set()


def test_booklets_cost_the_same_for_one_as_for_all(travelling: Travelling) -> None:
    counts = []
    for options in ({"registration": travelling.ids["Diaz"]}, {}):
        travelling.db.expire_all()
        with counted(travelling.db) as statements:
            travelling.own(travelling.west, **options)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_it_tells_their_room_and_their_coach(travelling: Travelling) -> None:
    db, by = travelling.db, BY
    chen, edition_id = travelling.ids["Chen"], travelling.forum.edition.id
    hotel = create_place(db, edition_id, {"code": "h", "kind": "hotel", "name": {"en": "Inn"}, "zone": HERE}, **by)
    nights = {"check_in": date(2023, 5, 22), "check_out": date(2023, 5, 24)}
    values = {"place_id": hotel.id, "kind": RoomKind.TWIN, "number": "1203", **nights}
    room = create_rooms(db, travelling.whole, values, **by)[0]
    put_into_room(db, edition_id, room.id, {travelling.ids[one]: "" for one in ("Adams", "Chen")}, **by)
    ride = travelling.item(travelling.whole, "Ride", 4, kind="transfer")
    bus = create_vehicle(db, edition_id, {"kind": "coach", "name": {"en": "Bus 7"}, "plate": "8ABC", "seats": 9}, **by)
    seat(db, create_run(db, edition_id, ride.id, {"vehicle_id": bus.id}, **by), [chen], **by)

    (one,) = travelling.own(travelling.west, registration=chen)
    assert [fact.value["en"] for fact in one.own] == ["Inn, room 1203, twin room, 22–24 May 2023"]
    riding = {item.title["en"]: item.vehicle.get("en") for day in one.days for item in day.items}
    assert (riding["Ride"], riding["Port"]) == ("Bus 7, plate 8ABC", None)
    assert "Adams" not in repr(one)  # who shares the room is of the other part
    facts = facts_of([one])
    assert (
        facts[f"item:{ride.id}/person:{one.person.person_id if one.person else 0}"]["car"]["en"] == "Bus 7, plate 8ABC"
    )
    assert "car" not in facts[f"item:{ride.id}"]


def test_a_change_makes_the_shared_booklet_out_of_date_for_those_whom_it_concerns(travelling: Travelling) -> None:
    def made() -> tuple[Any, Any]:
        travelling.db.expire_all()
        values = read_paper(travelling.db, travelling.forum.edition, travelling.whole, Paper.ITINERARIES, Options())
        return PAPERS[Paper.ITINERARIES].facts(values), PAPERS[Paper.ITINERARIES].whom(values)

    before, _ = made()
    row = travelling.db.scalars(select(ItineraryItem).where(ItineraryItem.delegation_id == travelling.west.id)).one()
    update_itinerary_item(travelling.db, row.edition_id, row.id, {"gift": {"en": "Pen"}}, version=row.version, **BY)
    facts, whom = made()
    (found,) = differences(before, facts)
    assert (found.key, found.now["gift"], found.now["for-whom"]) == (f"item:{row.id}", {"en": "Pen"}, [{"en": "west"}])
    assert sorted(one for one, keys in whom.items() if found.key in keys) == sorted(
        travelling.ids[one] for one in ("Chen", "Diaz")
    )
    assert not is_working(Paper.ITINERARIES, Options())
