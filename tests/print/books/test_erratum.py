"""The erratum that goes into a printed program: what takes most of a page leaves none before it empty."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sample
import structure

from forumapp.domain.printing.paper.documents import Correction, ErratumValues
from forumapp.domain.printing.production import finished_papers

WHEN = {"en": "Monday 22 May 09:00", "zh-Hans": "5月22日 星期一 09:00"}
LONG = {"en": "Trade across the ocean " * 21 + "the end.", "zh-Hans": "跨太平洋贸易与投资" * 55 + "完结"}
MOVED = {"en": ("Moved from Hall A to Hall B.",), "zh-Hans": ("由A厅改为B厅。",)}


def retitled(title):
    """What was as long as titles may be, and is again unless it is called otherwise."""
    said = {one: (*MOVED[one], f"{words} {words}") for one, words in LONG.items()}
    return Correction(title, WHEN, said)


def words_of(pdf, poppler):
    """By page, each word with where it ends, of the height of the page; without head and foot."""
    told = poppler(pdf, "pdftotext", "-bbox", "{}", "-")
    pages = re.findall(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', told, re.DOTALL)
    words = r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)'
    found = []
    for height, page in pages:
        tall = float(height)
        inside = [
            (float(end) / tall, word) for top, end, word in re.findall(words, page) if 0.06 < float(top) / tall < 0.92
        ]
        found.append(inside)
    return found


@pytest.mark.parametrize("before", range(0, 8, 2))
@pytest.mark.parametrize("title", [LONG, {"en": "Title", "zh-Hans": "标题"}], ids=["long", "short"])
@pytest.mark.parametrize("languages", [("en", "zh-Hans"), ("zh-Hans",)])
def test_what_takes_most_of_a_page_goes_on_on_the_next_one(before, title, languages, font_folder, poppler):
    short = [Correction({"en": f"Talk{n}", "zh-Hans": f"会谈{n}"}, WHEN, MOVED) for n in range(before)]
    head = replace(sample.HEAD, languages=languages)
    values = ErratumValues(head, 1, 2, sample.program(1, 1, 1).printed_at, (*short, retitled(title), *short))
    pages = words_of(finished_papers.make_book(values, font_folder), poppler)

    ends = [max(end for end, _ in page) for page in pages[:-1]]
    assert [end for end in ends if end < 0.6] == []
    texts = ["".join(word for _, word in page) for page in pages]
    # A title, and all of what is short, stays with what is said.
    whole = [f"会谈{n}" for n in range(before)] + (["标题"] if title is not LONG else [])
    assert [one for one in whole for text in texts if one in text and "由A厅" not in text[text.rindex(one) :]] == []


@pytest.mark.parametrize("lines", range(33, 40))  # above it, so that there is room for the title and for no more
@pytest.mark.parametrize("languages", [("en", "zh-Hans"), ("zh-Hans",)])
def test_a_title_stays_with_what_is_said_below_it(lines, languages, font_folder, poppler):
    above = Correction(
        {"en": "Talk", "zh-Hans": "会谈"}, WHEN, {"en": ("Moved.",) * lines, "zh-Hans": ("改。",) * lines}
    )
    below = retitled({"en": "Title", "zh-Hans": "标题"})
    head = replace(sample.HEAD, languages=languages)
    values = ErratumValues(head, 1, 2, sample.program(1, 1, 1).printed_at, (above, below))
    texts = [
        "".join(word for _, word in page) for page in words_of(finished_papers.make_book(values, font_folder), poppler)
    ]
    (title,) = [text for text in texts if "标题" in text]
    assert "由A厅" in title[title.index("标题") :]


def test_a_chinese_name_in_an_english_sentence_is_read_as_chinese(font_folder):
    told = Correction({"en": "Title"}, WHEN, {"en": ("Karen Bass 凯伦·巴斯 takes the place of GUO Shaochun 郭少春.",)})
    head = replace(sample.HEAD, languages=("en",), name={"en": "Forum"})
    pdf = finished_papers.make_book(ErratumValues(head, 1, 2, sample.program(1, 1, 1).printed_at, (told,)), font_folder)
    assert structure.faults(pdf) == []
    assert structure.outline(pdf).count("Span@zh-Hans") == 2
