"""Placeholders are put in by value, once, and nothing that people write is ever run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.letters.rules import differing, text_faults
from forumapp.domain.mail.placeholders import Placeholder, filled, names_in, unknown_in
from forumapp.domain.mail.wording import NEED_LINK, PLACEHOLDERS, MailKind, default_wording

ALL = [one.value for one in Placeholder]
TEXTS = st.lists(st.one_of(st.text(alphabet="ab {}\n%", max_size=6), st.sampled_from([f"{{{one}}}" for one in ALL])))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Dear {name}", "Dear {code} {{ 7*7 }}"),
        ("One\nYour number is {number}.\nTwo", "One\nTwo"),
        ("One\n\nYour number is {number}.\n\nTwo", "One\n\nTwo"),
        ("{ not one", "{ not one"),
        ("{name}{name}", "{code} {{ 7*7 }}{code} {{ 7*7 }}"),
        ("{place!r} {name.__class__}", ""),
    ],
)
def test_a_text_is_filled_once_and_lines_without_anything_to_say_are_left_out(text, read):
    assert filled(text, {"name": "{code} {{ 7*7 }}", "number": ""}).removeprefix("Dear ") == read.removeprefix("Dear ")


@pytest.mark.parametrize(
    ("text", "value", "read"),
    [
        ("请转交{x}，勿转发", "Ann Liu", "请转交 Ann Liu，勿转发"),
        ("{x}的报名", "B20", "B20 的报名"),
        ("{x}的报名", "刘春", "刘春的报名"),
        ("{x}的报名", "中美Forum论坛", "中美Forum论坛的报名"),
        ("第{x}版", "3", "第3版"),
        ("编号为 {x}。", "ABC", "编号为 ABC。"),
        ("VIP室：{x}", "B", "VIP室：B"),  # as somebody typed it
    ],
)
def test_a_value_in_latin_letters_stands_a_space_apart_from_chinese_words(text, value, read):
    assert filled(text, {"x": value}) == read


@given(TEXTS.map("".join))
def test_nothing_in_braces_is_left_of_what_is_known(text):
    unknown = unknown_in(text, ALL)
    assert {one[1:-1] for one in unknown} == names_in(text) - set(ALL)
    assert names_in(filled(text, dict.fromkeys(ALL, "x"))) & set(ALL) == set()


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_hold_what_we_ask_of_others(kind, language):
    own = default_wording(kind, language)
    faults = text_faults(
        {language: own.subject}, {language: own.text}, PLACEHOLDERS[kind], needs_link=kind in NEED_LINK
    )
    assert faults == {}
    assert own.subject
    assert own.text


def test_what_is_wrong_is_told_where_it_is():
    faults = text_faults({"en": "Hi {nmae}", "zh-Hans": "x" * 201}, {"en": "No link"}, ["name"], needs_link=True)
    assert faults == {
        "subject.en": "unknown-placeholder:{nmae}", "subject.zh-Hans": "too-long", "text.en": "needs-link",
    }  # fmt: skip


def test_what_is_as_it_was_anyway_is_not_kept():
    assert differing({"en": "Mine", "zh-Hans": "旧", "zh-Hant": ""}, {"en": "Ours", "zh-Hans": "旧"}) == {"en": "Mine"}
