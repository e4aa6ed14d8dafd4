"""The index words by which records with the same words in a name are found."""

from __future__ import annotations

import pytest

from forumapp.domain.people.same_names import name_ends
from forumapp.domain.people.spellings import words_of_organization

LONG = "China Council for the Promotion of International Trade"


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("", set()),
        ("张三", {"张三"}),
        ("Li Wei", {"liwei", "weili"}),
        ("  LI  Wei-Min ", {"liweimin", "weiminli"}),
        ("A B C", {"abc", "acb", "bac", "bca", "cab", "cba"}),
    ],
    ids=["empty", "one word", "two words", "case, spaces and hyphens", "three words"],
)
def test_names_are_looked_up_in_every_order_of_their_words(name: str, ends: set[str]) -> None:
    assert name_ends(name) == ends


@pytest.mark.parametrize("words", [LONG, f"{LONG} and Investment Beijing Tianjin Hebei Sub-Council Limited Company"])
def test_a_long_name_shares_a_word_of_the_index_with_every_order_of_itself(words: str) -> None:
    parts = words.split()
    for first in range(len(parts)):
        turned = " ".join((*parts[first:], *parts[:first]))
        assert not name_ends(words).isdisjoint(words_of_organization({"en": turned})), turned
