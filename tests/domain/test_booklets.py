"""Itinerary booklets: each tells what is for its people, and names nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.times import Moment, Span
from forumapp.domain.delegations.audiences import Part
from forumapp.domain.delegations.group_members import put_into_group
from forumapp.domain.delegations.group_services import create_group, create_partition
from forumapp.domain.delegations.items import add_itinerary_item
from forumapp.domain.delegations.models import MemberRole
from forumapp.domain.delegations.services import add_member
from forumapp.domain.printing.itineraries import itinerary_values
from forumapp.domain.printing.rules import Options
from tests.domain.conftest import BY, Forum
from tests.domain.test_delegations import make_delegation, make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models import Delegation
    from forumapp.domain.printing.itinerary_documents import ItineraryValues

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

    def item(self, of: Delegation, title: str, hour: int, audience: list[Part] | None = None) -> Any:
        span = Span(*(Moment(datetime(2023, 5, 23, one), HERE) for one in (hour, hour + 1)))
        said = {"kind": "visit", "title": {"en": title}}
        return add_itinerary_item(self.db, of, {**said, "audience": audience}, span, **BY)

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


def test_the_booklet_of_a_part_names_nobody_of_another_part(travelling: Travelling) -> None:
    values = travelling.shared("east")
    assert told(values) == [("Split", [], []), ("Port", ["North"], []), ("Farm", ["South"], []), ("Dinner", [], [])]
    # The captain of the southern group is of the west.
    assert branches(values) == [("North", "Ann Adams", ["Ann Adams"]), ("South", None, ["Ann Baker"])]
    assert not any(name in repr(values) for name in ("Chen", "Diaz", "Western"))
