"""Pages that organizers write, in the program book: letters before the program, the rest after the speakers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st
from overlaps import divided

from forumapp.domain.printing.books import content_pages
from forumapp.domain.printing.books.content_pages import rows
from forumapp.domain.printing.engine import boxtree, part_cache
from forumapp.domain.printing.paper.documents import Host, WrittenPage
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.production import render
from forumapp.domain.printing.wording.languages import spoken

BOTH = ("en", "zh-Hans")
SIGNED = replace(
    sample.people(1)[0],
    latin_name="Ann Bell",
    native_name="",
    title={"en": "Secretary General", "zh-Hans": "秘书长"},
    organization={"en": "Forum Secretariat", "zh-Hans": "论坛秘书处"},
)
LETTER = WrittenPage(
    "welcome",
    "welcome",
    {"en": "Welcome", "zh-Hans": "欢迎辞"},
    {
        "en": "Dear guests,\n\nwelcome to **the harbor**.\n\nWe are glad.",
        "zh-Hans": "尊敬的来宾：\n\n欢迎来到**港湾**。\n\n不胜荣幸。",
    },
    SIGNED,
)
EMERGENCY = WrittenPage(
    "emergency",
    "emergency",
    {"en": "In an emergency", "zh-Hans": "紧急情况"},
    {
        "en": "## Call\n[911](tel:911)\n\n| Channel | Language |\n|---|---|\n| 1 | English |",
        "zh-Hans": "## 电话\n[911](tel:911)\n\n| 频道 | 语言 |\n|---|---|\n| 1 | 英语 |",
    },
)


def program(*pages: WrittenPage, **more):
    return replace(sample.program(**more), pages=pages)


def test_what_did_not_change_is_not_laid_out_again_and_the_book_is_the_same(font_folder, monkeypatch):
    laid = []
    document = part_cache.Typesetter.document

    def noted(self, html, *sheets):
        laid.append(html)
        return document(self, html, *sheets)

    first = program(LETTER, EMERGENCY, sessions=2, speakers=2)
    changed = program(LETTER, replace(EMERGENCY, body={**EMERGENCY.body, "en": "Call 911."}), sessions=2, speakers=2)
    monkeypatch.setattr(part_cache.Typesetter, "document", noted)
    render.render_program(first, folder=font_folder, again=True)
    everything = len(laid)
    laid.clear()
    again = render.render_program(changed, folder=font_folder, again=True)
    of_letter = [html for html in laid if "the harbor" in html]
    assert (of_letter, 2 <= len(laid) < everything) == ([], True)  # the contents get their numbers anew
    assert again == render.render_program(changed, folder=font_folder)


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def long_page(code: str, paragraphs: int) -> WrittenPage:
    sentence = {
        "en": "The coach leaves from the main entrance at the full hour. ",
        "zh-Hans": "大巴整点从正门发车，请提前到达。",
    }
    body = {language: "\n\n".join([text * 5] * paragraphs) for language, text in sentence.items()}
    return WrittenPage(code, "practical", {"en": f"Page {code}", "zh-Hans": f"第{code}页"}, body)


@pytest.fixture(scope="module", params=[BOTH, BOTH[::-1]], ids=["English leads", "Chinese leads"])
def book(request, font_folder):
    return render.render_program(program(EMERGENCY, LETTER), request.param, folder=font_folder), request.param


def test_letters_come_before_the_program_and_the_rest_after_the_speakers(book, poppler):
    pdf, _languages = book
    pages = [flat(page) for page in poppler(pdf, "pdftotext", "-raw", "{}", "-").split("\f")[:-1]]
    heads = [
        next(n for n, page in enumerate(pages, 1) if n > 2 and text in page)
        for text in ("Dearguests", "Openingceremony", "911")
    ]
    assert heads == sorted(heads)
    assert heads[0] == 3
    assert {"Notes" in page for page in pages[heads[2] :]} <= {True}
    assert "welcometotheharbor" in pages[2]
    assert "欢迎来到港湾" in pages[2]


def test_contents_and_outline_lead_to_them(book, poppler):
    pdf, languages = book
    contents = poppler(pdf, "pdftotext", "-f", "2", "-l", "2", "-layout", "{}", "-")
    titles = [" ".join(page.title[language] for language in languages) for page in (LETTER, EMERGENCY)]
    last = next(n for n, page in enumerate(poppler(pdf, "pdftotext", "{}", "-").split("\f"), 1) if "911" in page)
    found = [re.search(rf"{title}\s+(\d+)", contents) for title in titles]
    assert [int(one[1]) for one in found if one] == [3, last]


def test_whose_letter_it_is_stands_under_it_in_both_languages(book, poppler):
    text = flat(poppler(book[0], "pdftotext", "-f", "3", "-l", "3", "{}", "-"))
    assert [word in text for word in ("AnnBell", "SecretaryGeneral", "ForumSecretariat", "秘书长", "论坛秘书处")] == [
        True
    ] * 5


def test_languages_stand_beside_each_other_block_by_block(font_folder, poppler):
    pdf = render.render_program(program(LETTER), BOTH, folder=font_folder)
    page = poppler(pdf, "pdftotext", "-f", "3", "-l", "3", "-layout", "{}", "-")
    assert [
        [word in line for line in page.splitlines() if first in line]
        for first, word in (("Dear guests", "尊敬的来宾"), ("We are glad", "不胜荣幸"))
    ] == [[True], [True]]


@pytest.mark.parametrize(
    ("english", "chinese", "shape"),
    [
        ("a\n\nb", "甲\n\n乙", [1, 1]),
        ("# A\na\n\n# B\nb", "# 甲\n甲\n\n# 乙\n乙", [2, 2]),
        ("# A\n# AA\na", "# 甲\n# 甲甲\n甲", [3]),
        # Not as many blocks, but as many headings: from one to the next.
        ("# A\na\n\nb\n\n# B\nc", "# 甲\n甲\n\n# 乙\n丙", [1, 1]),
        # Nothing that would match, or too long to stand on one page: one language after the other.
        ("a\n\nb", "甲", [1]),
        ("# A\na\n\nb", "甲\n\n乙", []),
        ("word " * 400, "甲", []),
        ("word " * 400 + "\n\nb", "甲\n\n乙", []),
        ("a\n\nb", "字" * 500 + "\n\n乙", []),
    ],
)
def test_what_says_the_same_makes_a_row(english: str, chinese: str, shape: list[int]):
    assert [len(group) for group in rows({"en": english, "zh-Hans": chinese}, BOTH)] == shape


@given(st.lists(st.sampled_from(["# 标题", "段落", "- 一\n- 二", "> 引", "---"]), max_size=6), st.data())
def test_no_block_is_lost_or_doubled(parts: list[str], data: st.DataObject):
    texts = {"en": "\n\n".join(parts), "zh-Hans": "\n\n".join(parts)}
    if not texts["en"]:
        return
    cells = [cell.striptags() for group in rows(texts, BOTH) for row in group for cell in row[:1]]
    assert "".join(cells).replace(" ", "") == "".join(re.sub(r"[#>\-\s]", "", part) for part in parts)


@pytest.mark.parametrize(
    ("texts", "languages", "shown"),
    [
        ({"en": "a", "zh-Hans": "甲"}, BOTH, BOTH),
        ({"zh-Hans": "甲"}, BOTH, ("zh-Hans",)),
        ({"zh-Hans": "甲"}, ("en",), ("zh-Hans",)),
        ({}, BOTH, ()),
    ],
)
def test_a_missing_language_is_shown_in_the_other(texts, languages, shown):
    assert spoken(texts, languages) == shown


def test_what_is_missing_is_told_before_printing_and_printed_in_the_other(font_folder, poppler):
    page = replace(EMERGENCY, title={"en": "Taxis"}, body={"en": "Show the address \U000102a7."})
    values = program(page, sessions=1, speakers=1)
    assert [one for one in render.preflight_program(values) if one.name == "Taxis"] == [
        Finding("missing-glyph", True, None, "Taxis", {"character": "\U000102a7", "codepoint": "U+102A7"}),
        Finding("missing-translation", False, None, "Taxis", {"part": "page", "language": "zh-Hans"}),
    ]
    pdf = render.render_program(values, ("zh-Hans",), folder=font_folder)
    assert "Show the address" in poppler(pdf, "pdftotext", "{}", "-")


@pytest.mark.parametrize("languages", [BOTH, BOTH[::-1]])
@pytest.mark.parametrize(
    "pages",
    [(LETTER, EMERGENCY), (long_page("1", 2), EMERGENCY, LETTER), (LETTER, long_page("1", 9), long_page("2", 3))],
    ids=["short", "middling", "long"],
)
def test_pages_are_well_filled_and_rows_are_whole(pages, languages, laid_out):
    laid = laid_out(program(*pages), languages)

    thin = [n for n, page in enumerate(laid, 1) if not boxtree.is_planned(page) and boxtree.fill(page) < 1 / 3]
    assert thin == []
    assert divided(laid) == []


def test_what_nothing_goes_on_below_has_room_for_notes(laid_out):
    """Where closer or wider lines do not help."""
    last = next(
        page for page in reversed(laid_out(program(LETTER, EMERGENCY), BOTH)) if "In an emergency" in _text(page)
    )
    assert boxtree.is_planned(last)
    assert "Notes" in _text(last)
    lines = [box for box in boxtree.on(last) if box.element is not None and box.element.get("class") == "ruled"]
    area = last._page_box
    assert [round((line.position_y + line.height - area.content_box_y()) / area.height, 1) for line in lines] == [0.9]


def _text(page) -> str:
    return "".join(box.text for box in boxtree.on(page) if hasattr(box, "text"))


def test_words_of_organizers_cannot_load_anything(font_folder, poppler):
    body = "<img src=file:///etc/hostname> ![x](http://127.0.0.1:9/x.png) <style>body{display:none}</style>"
    values = program(replace(EMERGENCY, body={"en": body, "zh-Hans": body}), sessions=1, speakers=1)
    text = flat(poppler(render.render_program(values, folder=font_folder), "pdftotext", "{}", "-"))
    assert "<imgsrc=file:///etc/hostname>" in text


def test_what_is_signed_stands_before_the_program_as_its_hosts_do():
    by = [replace(SIGNED, organization={"en": name}) for name in ("Bay Council", "Chamber", "Elsewhere")]
    kinds = ("other", "welcome", "welcome")
    signed = [replace(LETTER, code=f"l{n}", kind=kinds[n], signatory=one) for n, one in enumerate(by)]
    hosts = [Host({"en": "Chamber"}, "host"), Host({"en": "Bay Council"}, "co-host")]

    letters = content_pages.letters_in_order([signed[2], EMERGENCY, *signed[:2]], hosts)

    assert [page.code for page in letters] == ["l1", "l0", "l2"]
