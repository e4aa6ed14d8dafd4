from __future__ import annotations

import re

import marshmallow as ma
import pytest

from forumapp.core.values.text import (
    LINE,
    PARAGRAPHS,
    fold,
    has_han,
    has_line_break,
    is_one_line,
    is_plain,
    is_visible,
    language_of,
    missing,
    on_one_line,
    pick,
)
from forumapp.schemas.fields import ONE_LINE, PLAIN, WITH_WORDS, Bilingual, Text
from forumapp.web.forms.fields import Fault, checked

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
    ("text", "plain"),
    [
        ("刘春 🎉", True),
        ("line\nbreak", True),
        ("nul\x00", False),
        ("half \ud800", False),
        *((f"a{c}b", False) for c in "\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff"),
        ("joined\u200c\u200d", True),
    ],
)
def test_what_is_as_it_looks_and_both_databases_can_hold(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


def test_what_is_refused_is_refused_by_the_pattern_of_the_schema_too() -> None:
    differing = [c for c in map(chr, range(0xD800)) if is_plain(c) is not bool(re.search(PLAIN, c))]
    differing += [c for c in map(chr, range(0xE000, 0x20000)) if is_plain(c) is not bool(re.search(PLAIN, c))]

    assert differing == []


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x85", "\x9b", "\u2028", "\u2029", "\x00"])
def test_a_line_has_no_breaks_tabs_or_other_controls(character: str) -> None:
    text = f"Liu{character}Chun"

    assert (is_one_line("Liu Chun"), is_one_line(text), re.search(ONE_LINE, text)) == (True, False, None)
    with pytest.raises(ma.ValidationError):
        Text().deserialize(text)
    with pytest.raises(ma.ValidationError):
        Bilingual().deserialize({"en": text})
    with pytest.raises(Fault):
        checked(text, LINE)


@pytest.mark.parametrize(
    ("text", "joined", "had_break"),
    [
        ("Liu Chun", "Liu Chun", False),
        ("Bureau of\nCommerce", "Bureau of Commerce", True),
        ("Bureau of \r\n\t Commerce\n", "Bureau of Commerce", True),
        ("\tLiu Chun\r\n", "Liu Chun", False),
        ("Liu\u2028Chun", "Liu Chun", True),
        ("Liu\tChun", "Liu\tChun", False),
        ("Liu\x85Chun", "Liu\x85Chun", False),
    ],
)
def test_only_line_breaks_are_joined(text: str, joined: str, had_break: bool) -> None:
    assert (on_one_line(text), has_line_break(text)) == (joined, had_break)


def test_paragraphs_have_line_breaks() -> None:
    assert (
        Text(longest=PARAGRAPHS).deserialize("one\ntwo") == checked("one\ntwo", PARAGRAPHS, is_line=False) == "one\ntwo"
    )


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("Liu", True),
        ("刘", True),
        (".", True),
        ("", False),
        (" \u3000", False),
        ("\u200d\xad", False),
        ("\u3164", False),
    ],
)
def test_a_name_can_be_seen(text: str, visible: bool) -> None:
    assert (is_visible(text), bool(re.search(WITH_WORDS, text))) == (visible, visible)


def test_han_is_seen_beyond_the_basic_plane() -> None:
    assert has_han("𠮷")
    assert not has_han("Liu")
