"""The words that identify a person, and masking them."""

from __future__ import annotations

import pytest

from forumapp.domain.retention.erasure.words import MASK, emptied, erase_named, excerpt, mask, words_of

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
        ("李伟", MASK),
        ("主讲：李伟、王芳", f"主讲：{MASK}、王芳"),
        ("Li Na 李伟 (host)", f"Li Na {MASK} (host)"),
        ("李伟大的作品", "李伟大的作品"),  # a longer name, or another word
        ("王李伟", "王李伟"),
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


def test_a_native_name_of_three_characters_is_masked_anywhere():
    pattern = words_of([("Zhao", "Yuquan", "赵羽泉")], [], []).pattern
    assert pattern is not None
    assert mask("感谢赵羽泉的支持", pattern) == f"感谢{MASK}的支持"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 100 + " Wei Li " + "y" * 100, "x" * 39 + " Wei Li " + "y" * 39),
        ({"en": "Nothing", "zh-Hans": ["和李伟"]}, ""),
        ({"en": "Nothing", "zh-Hans": ["和 李伟"]}, "和 李伟"),
        ({"Wei Li": 3}, "Wei Li"),
        (None, ""),
    ],
)
def test_an_excerpt_shows_the_text_around_the_name(value, shown):
    pattern = WORDS.pattern
    assert pattern is not None
    assert excerpt(value, pattern) == shown


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
