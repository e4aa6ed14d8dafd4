"""The words that identify a person, and masking them."""

from __future__ import annotations

import pytest

from forumapp.domain.retention.erasure.words import MASK, emptied, erase_named, mask, words_of

WORDS = words_of([("Li", "Wei", "李伟")], ["Wilson Li"], ["wei@firm.example", "+8613800001111", None])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Dear Wei Li,", f"Dear {MASK},"),
        ("LI WEI", MASK),
        ("Li, Wei", MASK),
        ("Li Weiming", "Li Weiming"),  # another name
        ("Li", "Li"),  # anybody's name
        ("尊敬的李伟先生", f"尊敬的{MASK}先生"),
        ("to WEI@firm.example", f"to {MASK}"),
        ("wei@firm.examples", "wei@firm.examples"),
        ("Wilson Li", MASK),
        ("call +8613800001111", f"call {MASK}"),
    ],
)
def test_whole_names_and_contacts_are_masked_in_any_case(text, masked):
    pattern = WORDS.pattern
    assert pattern is not None
    assert mask(text, pattern) == masked


def test_json_is_masked_in_keys_and_values_and_keeps_its_shape():
    pattern = WORDS.pattern
    assert pattern is not None
    value = {"Wei Li": ["Wei Li", 3, None, {"note": "ask Li Wei"}]}
    assert mask(value, pattern) == {MASK: [MASK, 3, None, {"note": f"ask {MASK}"}]}
    assert emptied(value) == {"Wei Li": []}
    assert emptied({"a": {"en": "x"}, "n": 2}) == {"a": {"en": ""}, "n": 2}


def test_words_that_others_share_are_left_out():
    left = WORDS.without(["wei li", "李伟", "WEI@firm.example"])
    assert left.names == {"Li Wei", "Li, Wei", "Wilson Li"}
    assert left.contacts == {"+8613800001111"}


def test_a_described_person_is_found_by_all_parts_of_the_name():
    mine = {"latin_family": "Li", "latin_given": "Wei", "native_full": "李伟", "biography": {"en": "Born"}}
    other = {**mine, "latin_given": "Na", "native_full": "李娜"}
    erased, kept = erase_named([mine, other], frozenset({("Li", "Wei", "李伟")}))
    assert (erased["latin_family"], erased["latin_given"], erased["biography"]) == ("Erased", "", {"en": ""})
    assert kept == other


def test_nothing_is_masked_where_nothing_is_known():
    assert words_of([("", "", "")], [], [None]).pattern is None
