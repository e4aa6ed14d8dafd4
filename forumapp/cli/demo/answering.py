"""What members of delegations answered: what they can't eat, and whether they may stand in the list of contacts.

All of it is drawn by chance. Who has no mail address of their own has nothing to be listed by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.cli.demo.casting import rng_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.cli.demo.records import Person

QUESTIONS: tuple[Mapping[str, Any], ...] = (
    {"code": "diet", "kind": "diet", "label": {"en": "What you do not eat", "zh-Hans": "饮食要求"}},
    {
        "code": "food-allergies",
        "kind": "short-text",
        "label": {"en": "Food allergies", "zh-Hans": "食物过敏"},
        "help": {
            "en": "In English too if you can: the kitchen reads it.",
            "zh-Hans": "如方便请同时用英文填写，供厨房参考。",
        },
    },
)
# Of a hundred people, so many have these diets; the others told none.
DIETS = (
    (5, ("halal",)),
    (6, ("vegetarian",)),
    (1, ("vegan",)),
    (3, ("no-pork",)),
    (5, ("no-beef",)),
    (4, ("no-seafood",)),
    (2, ("gluten-free",)),
    (2, ("vegetarian", "no-alcohol")),
)
# By place among the members: what they wrote, so that each part has some.
ALLERGIES = {
    8: "虾、蟹 (shrimp, crab)",
    27: "花生 (peanuts)",
    46: "芒果 (mango)",
    58: "鸡蛋 (eggs)",
    75: "虾、蟹 (shrimp, crab)",
    93: "乳制品 (dairy products)",
    116: "花生 (peanuts)",
    128: "贝类 (shellfish)",
}
SHARED = "shared-email"
AGREES = 0.7


def answers_of(delegates: Iterable[Person]) -> dict[str, Mapping[str, Any]]:
    """By person; of those who answered something."""
    rng = rng_for("diets")
    found: dict[str, Mapping[str, Any]] = {}
    for number, person in enumerate(delegates):
        drawn = rng.randrange(100)
        diets = next((list(diets) for most, diets in _shares() if drawn < most), [])
        said = {"diet": diets, "food-allergies": ALLERGIES.get(number, "")}
        if given := {code: value for code, value in said.items() if value}:
            found[person.key] = given
    return found


def _shares() -> Iterable[tuple[int, tuple[str, ...]]]:
    most = 0
    for share, diets in DIETS:
        most += share
        yield most, diets


def listed_of(delegates: Iterable[Person]) -> frozenset[str]:
    """Who agreed to stand in the list of contacts."""
    rng = rng_for("contact list")
    return frozenset(
        person.key for person in delegates if rng.random() < AGREES and person.email and SHARED not in person.flags
    )
