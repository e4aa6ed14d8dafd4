"""The boxes from which badges are handed out."""

from __future__ import annotations

import pytest

from forumapp.domain.people.rules import Name
from forumapp.domain.printing.paper.documents import BadgeValues
from forumapp.domain.printing.paper.handout_boxes import as_read, boxes_of, cuts


@pytest.mark.parametrize(
    ("groups", "count", "ends"),
    [
        ("a" * 12, 3, [4, 8, 12]),
        ("a" * 5 + "b" * 7, 2, [5, 12]),  # a delegation ends near, so it stays together
        ("a" * 2 + "b" * 10, 2, [6, 12]),  # none does
        ("ab", 6, [1, 2]),  # no box is empty
        ("", 6, []),
    ],
)
def test_boxes_hold_about_the_same_and_keep_delegations_together(groups: str, count: int, ends: list[int]) -> None:
    assert cuts(groups, count) == ends


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (Name("Shan", "Liwen", True, "单立文", "zh-Hans"), ("shan", "liwen")),
        (Name("", "", True, "单立文", "zh-Hans"), ("shan", "liwen")),  # of whom nobody said how it is written
        (Name("Kounalakis", "Eleni", False, "康伊莲", "zh-Hans"), ("kounalakis", "eleni")),
    ],
)
def test_a_name_is_looked_for_as_it_is_read(name: Name, read: tuple[str, str]) -> None:
    assert as_read(name) == read


def test_each_box_tells_its_people_by_delegation() -> None:
    def badge(number: int, of: str) -> BadgeValues:
        texts = {"en": "x"}
        return BadgeValues(
            number, "X", "", "zh-Hans", texts, texts, "t", texts, "#000000", "C", "S", {"en": of} if of else {}
        )

    first, second = boxes_of([badge(1, "js"), badge(2, "js"), badge(3, "hb"), badge(4, "")], 2)
    told = [[(name, [one.registration_id for one in those]) for name, those in box.parts] for box in (first, second)]
    assert (first.letter, second.letter) == ("A", "B")
    assert told == [[({"en": "js"}, [1, 2])], [({"en": "hb"}, [3]), ({}, [4])]]
