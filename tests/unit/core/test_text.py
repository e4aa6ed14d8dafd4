from __future__ import annotations

import pytest

from forumapp.core.text import fold, has_han, is_plain, language_of, missing, pick

BOTH = {"en": "Opening", "zh-Hans": "开幕式"}


@pytest.mark.parametrize(
    ("texts", "language", "text", "spoken"),
    [
        (BOTH, "zh-Hans", "开幕式", "zh-Hans"),
        ({"en": "Opening"}, "zh-Hans", "Opening", "en"),
        ({"en": "", "zh-Hans": "开幕式"}, "en", "开幕式", "zh-Hans"),
        ({}, "en", "", "en"),
        (None, "en", "", "en"),
    ],
    ids=["wanted", "other", "empty counts as missing", "nothing", "none"],
)
def test_a_text_in_the_reader_s_language(texts: dict[str, str] | None, language: str, text: str, spoken: str) -> None:
    assert (pick(texts, language), language_of(texts, language)) == (text, spoken)


def test_what_is_missing_is_named() -> None:
    assert missing({"en": "Opening"}, ["en", "zh-Hans"]) == ["zh-Hans"]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("LIU Chun", "liuchun"),
        ("Lǚ Píng'ān", "lupingan"),
        ("ＬＩＵ　Ｃｈｕｎ", "liuchun"),
        ("Peter CHAN Tai-man", "peterchantaiman"),
        ("约翰·史密斯", "约翰史密斯"),
        ("刘春", "刘春"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_folding_for_search(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "plain"), [("刘春 🎉", True), ("line\nbreak", True), ("nul\x00", False), ("half \ud800", False)]
)
def test_what_both_databases_can_hold(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


def test_han_is_seen_beyond_the_basic_plane() -> None:
    assert has_han("𠮷")
    assert not has_han("Liu")
