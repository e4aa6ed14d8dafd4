"""Speakers' agendas on paper: what can be read of them again."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest

from forumapp.domain.printing.production.finished_papers import check, make_book
from tests.briefed import LIU, agenda_of

A5, GUTTER = 420, 8  # points: how wide the page is, and what parts two columns at least
WANTED = {
    "en": (
        "LIU Chun", "09:10–09:30", "Ports after 2030", "in: Opening, 09:00–10:30", "Grand Ballroom", "Keynote speaker",
        "2 of 4 in order", "20 min, of which 10 for your own words", "consecutive interpretation", "Moderated by",
        "Elizabeth Moore", "Vice Governor", "Dinner", "All rooms", "21:00–00:30", "+1", "Tentative", "Cancelled", "elapsed 1 h 30 min",
        "At home (Beijing): Sunday 1 November 12:00–15:30", "channel 2: Chinese", "Ms. Wang +1 626 555 0123",
        "One video with sound", "A/V needs: Two screens", "version 3",
    ),
    "zh-Hans": (
        "刘春", "2030年后的港口", "大宴会厅", "主旨演讲", "次序：第2位，共4位", "其中您本人发言10分钟", "交替传译", "主持",
        "陈晓明", "副省长", "晚宴", "所有会场", "暂定", "已取消", "历时1小时30分钟", "居住地（北京）：11月1日 星期日 12:00–15:30",
        "音响与屏幕: Two screens", "第3版",
    ),
}  # fmt: skip


@pytest.mark.parametrize("languages", [("en",), ("zh-Hans",)], ids=["en", "zh-Hans"])
def test_the_text_of_an_agenda_is_recovered(poppler, font_folder, languages):
    values = agenda_of(LIU, languages, datetime(2026, 10, 1, tzinfo=UTC))
    assert check([values]) == []

    text = poppler(make_book(values, font_folder), "pdftotext", "-layout", "{}", "-")

    read = "".join(text.split())
    assert [one for one in WANTED[languages[0]] if "".join(one.split()) not in read] == []


def test_in_two_languages_both_stand_on_the_page(poppler, font_folder):
    values = agenda_of(LIU, ("zh-Hans", "en"), datetime(2026, 10, 1, tzinfo=UTC))
    text = poppler(make_book(values, font_folder), "pdftotext", "-layout", "{}", "-")
    assert ["Dinner" in text, "晚宴" in text, "Vice Governor" in text, "副省长" in text] == [True] * 4


@pytest.mark.parametrize("languages", [("en", "zh-Hans"), ("zh-Hans", "en")], ids=["en", "zh-Hans"])
@pytest.mark.parametrize("people", [4, 5])
def test_what_would_run_over_by_a_few_lines_is_set_closer(font_folder, poppler, people, languages):
    values = agenda_of(LIU, languages, datetime(2026, 10, 1, tzinfo=UTC))
    day = values.days[0]
    part = next(one for one in day.parts if one.others)
    first, *others = (part.others * people)[:people]
    wide = replace(first.person, title={"en": "Ambassador" + " of it" * 9, "zh-Hans": "大使"})
    long = replace(part, others=(replace(first, person=wide), *others), leading=())
    values = replace(values, days=(replace(day, parts=(long,)),))
    made = make_book(values, font_folder)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
    said = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"', poppler(made, "pdftotext", "-bbox", "{}", "-")
    )
    words = [tuple(map(float, one)) for one in said]
    least = A5 / 2 if languages[0] == "en" else A5 / 3
    (column, _), *_ = Counter(begin for begin, _, _ in words if begin > least).most_common()
    rows = [y for begin, y, _ in words if begin == column]
    beside = [end for begin, y, end in words if begin < column and any(abs(y - row) < GUTTER / 2 for row in rows)]
    assert column - max(beside) > GUTTER


def test_at_the_foot_no_word_stands_on_a_line_of_its_own(poppler, font_folder):
    values = agenda_of(LIU, ("en",), datetime(2026, 10, 1, tzinfo=UTC))
    name = {"en": "2026 China-California Business Forum"}
    values = replace(values, head=replace(values.head, name=name, is_sample=True))
    text = poppler(make_book(values, font_folder), "pdftotext", "-layout", "{}", "-")
    assert {line.strip() for line in text.splitlines() if "Sample" in line} == {"printed 2026-09-30 17:00 · Sample"}


def test_where_there_is_room_offices_stand_below_names_and_organizations_below_titles(poppler, font_folder):
    values = agenda_of(LIU, ("en",), datetime(2026, 10, 1, tzinfo=UTC))
    lines = [
        line.strip() for line in poppler(make_book(values, font_folder), "pdftotext", "-layout", "{}", "-").splitlines()
    ]
    assert lines[lines.index("Vice Governor") + 1] == "Jiangsu"
