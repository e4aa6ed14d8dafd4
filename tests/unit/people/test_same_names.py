"""The index words by which records with the same words in a name are found."""

from __future__ import annotations

import pytest

from forumapp.domain.people.index.same_names import lookup_words
from forumapp.domain.people.names.spellings import LONGEST_WORD, words_of_organization

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
    assert lookup_words(name) == ends


@pytest.mark.parametrize("words", [LONG, f"{LONG} and Investment Beijing Tianjin Hebei Sub-Council Limited Company"])
def test_a_long_name_shares_a_word_of_the_index_with_itself_begun_at_any_word(words: str) -> None:
    parts = words.split()
    for first in range(len(parts)):
        turned = " ".join((*parts[first:], *parts[:first]))
        assert not lookup_words(words).isdisjoint(words_of_organization({"en": turned})), turned


@pytest.mark.parametrize(
    ("written", "respaced"),
    [
        ("Bank of China (Hong Kong) Co Ltd", "Bank of China (HongKong) Co Ltd"),
        ("Guangdong Import and Export Zhong Shan Co., Ltd.", "Guangdong Import and Export Zhongshan Co., Ltd."),
        ("Wang Xiao Ming", "Wang Xiaoming"),
    ],
)
def test_a_name_is_found_however_its_words_are_spaced(written: str, respaced: str) -> None:
    for name, other in ((written, respaced), (respaced, written)):
        assert not lookup_words(name).isdisjoint(words_of_organization({"en": other})), name


def test_a_name_without_end_is_looked_up_by_few_words() -> None:
    words = lookup_words(" ".join(f"w{number}" for number in range(8000)))

    assert len(words) <= 20
    assert max(map(len, words)) <= LONGEST_WORD
