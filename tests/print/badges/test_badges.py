"""Badges: whole, readable, the same as a full render, and found wanting by name."""

from __future__ import annotations

import gc
import io
import os
import random
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import sample
import zxingcpp
from fontTools.ttLib import TTFont
from full import differing, full_render, pictures
from overlaps import flat

from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.badges.tickets import render_ticket
from forumapp.domain.printing.designs import markup
from forumapp.domain.printing.engine import typeset
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.paper.sheet_layout import Placing
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.pdf import fonts, imposition
from forumapp.domain.printing.pdf.font_subsets import forget_unused
from forumapp.domain.printing.production import render

CHANCE = random.Random(7)
ONE_OFFICE = {"title": {"en": "Chair", "zh-Hans": "董事长"}, "organization": {"en": "Bay Bridge Ventures"}}
HARD = [
    sample.badge(9001, CHANCE, latin_name="Eleni Kounalakis", native_name="康伊莲"),
    sample.badge(9002, CHANCE, latin_name="Wolfgang Maximilian Featherstonehaugh-Lane", native_name=""),
    sample.badge(9003, CHANCE, latin_name="John Smith", native_name="约翰·史密斯顿斯基"),
    sample.badge(9004, CHANCE, latin_name="LIU Jie", native_name="刘𠮷"),
    sample.badge(9005, CHANCE, latin_name="CHIANG  Hou", native_name="蔣後", native_lang="zh-Hant"),
    sample.badge(9006, CHANCE, latin_name="Li", native_name="", title={}, organization={}),
    sample.badge(9007, CHANCE, latin_name="ZHAO Jing", native_name="赵静", title=sample.both(sample.TITLES[3]),
                 organization=sample.both(sample.ORGANIZATIONS[5])),
]  # fmt: skip
PEOPLE = [*HARD, *sample.badges(30)]


@pytest.fixture(scope="module", params=["a6", "us-4x3"])
def printer(request, font_folder):
    return BadgePrinter(sample.HEAD, STOCKS[request.param], PEOPLE, font_folder)


@pytest.fixture(scope="module")
def printed(printer):
    return printer.pages(PEOPLE)


def test_each_badge_is_a_page_that_holds_all_its_words(printed, printer, poppler):
    pages = poppler(printed, "pdftotext", "-raw", "{}", "-").split("\f")[:-1]
    assert len(pages) == len(PEOPLE)
    for values, page in zip(PEOPLE, pages, strict=True):
        found = flat(page)
        shown = [text.text for text in printer.texts(values).values()]
        assert [text for text in shown if flat(text) not in found] == []
        assert [text for text in values.type_name.values() if flat(text) not in found] == []


def test_every_code_is_read_at_150_dpi(printed, tmp_path):
    read = [zxingcpp.read_barcodes(picture) for picture in pictures(printed, tmp_path, 150)]
    assert [[code.text for code in codes] for codes in read] == [[values.code] for values in PEOPLE]


def test_the_file_is_sound_and_its_fonts_are_cut_and_inside(printed, poppler):
    assert "No syntax or stream encoding errors" in poppler(printed, "qpdf", "--check", "{}")
    rows = [line.split() for line in poppler(printed, "pdffonts", "{}").splitlines()[2:]]
    assert rows
    assert {(row[-5], row[-4]) for row in rows} == {("yes", "yes")}
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert str(pdf.docinfo["/Title"]) == sample.HEAD.name["en"]
        assert str(pdf.docinfo["/Author"]) == sample.HEAD.name["en"]
        assert str(pdf.Root.Lang) == "en"


@pytest.mark.parametrize("values", HARD, ids=lambda values: values.shown_name)
def test_a_stamped_badge_is_the_full_render_to_the_pixel(printer, values, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (stamped,) = pictures(printer.pages([values]), tmp_path / "one", 100)
    (full,) = pictures(full_render(printer, values).write_pdf(), tmp_path / "two", 100)
    assert differing(stamped, full, printer, values, 100) == 0


def test_nothing_overlaps_and_nothing_leaves_its_block(printer):
    for values in PEOPLE:
        layer = printer._layer(values)
        for block, stacked in zip(layer.blocks, layer.arrange(printer.texts(values)), strict=True):
            assert stacked.height * 4 / 3 <= block.height + 0.02
            bottoms = [item.bottom for item in stacked.placed]
            assert all(item.top >= bottom for item, bottom in zip(stacked.placed[1:], bottoms, strict=False))


def test_findings_name_the_person(font_folder):
    people = [
        HARD[1],
        sample.badge(1, CHANCE, latin_name="LIU Yi", native_name="刘\U00031350", **ONE_OFFICE),
        sample.badge(2, CHANCE, latin_name="", native_name="刘春", title={}, organization={}),
    ]
    assert render.preflight(people, STOCKS["a6"], sample.HEAD, folder=font_folder) == [
        Finding("name-under-floor", False, 9002, HARD[1].latin_name, {"part": "latin", "floor": "24"}),
        Finding("missing-glyph", True, 1, "LIU Yi 刘\U00031350", {"character": "\U00031350", "codepoint": "U+31350"}),
        Finding(
            "missing-translation", False, 1, "LIU Yi 刘\U00031350", {"part": "organization", "language": "zh-Hans"}
        ),
        Finding("missing-latin-name", True, 2, "刘春", {}),
    ]


def test_what_all_badges_of_a_type_share_is_told_once_and_of_the_type(font_folder):
    people = [sample.badge(n, CHANCE, type_name={"en": "Press 😀"}, type_code="press") for n in (1, 2)]
    long = replace(sample.HEAD, name={"en": "Forum " * 40, "zh-Hans": "论坛"})
    found = [one for one in render.preflight(people, STOCKS["a6"], long, folder=font_folder) if not one.registration_id]
    assert [(one.code, one.name.strip()[:7], one.about, one.details.get("part")) for one in found] == [
        ("missing-glyph", "Press 😀", ("registration_type", "press"), None),
        ("text-under-floor", "Forum F", ("edition", ""), "event.en"),
    ]


def test_words_that_all_badges_have_beside_their_codes_are_told_once_of_their_type(font_folder):
    people = [sample.badge(n, CHANCE, type_name={"en": "Press"}, type_code="press") for n in (1, 2, 3)]
    found = BadgePrinter(sample.HEAD, STOCKS["herma-9012"], people, font_folder).check(people)
    assert [one.about for one in found if one.details.get("part") == "label"] == [("registration_type", "press")]


def test_a_name_under_the_floor_is_still_whole_and_inside_the_badge(printer):
    (main,) = (s for s in printer._layer(HARD[1]).arrange(printer.texts(HARD[1])) if s.placed[0].part.name == "latin")
    fitted = main.placed[0].fit
    assert not fitted.fits
    field = printer._layer(HARD[1]).fields["latin"]
    assert all(field.laid_out(line, "en", fitted.size)[1] <= field.rule.width * 4 / 3 for line in fitted.lines)


def test_one_language_leaves_no_trace_of_the_other(font_folder, poppler):
    head = replace(sample.HEAD, languages=("en",))
    values = sample.badge(1, CHANCE, latin_name="Ann Lee", native_name="", **ONE_OFFICE)
    page = poppler(render.render_badges([values], STOCKS["a6"], head, folder=font_folder), "pdftotext", "{}", "-")
    assert re.findall(r"[\u4e00-\u9fff]", page) == []
    assert "Bay Bridge Ventures" in page


def test_what_is_written_in_the_other_language_alone_stands_and_is_told(font_folder, poppler):
    head = replace(sample.HEAD, languages=("zh-Hans",))
    values = sample.badge(1, CHANCE, **{**ONE_OFFICE, "title": {"en": "Head of Trade"}})
    printer = BadgePrinter(head, STOCKS["a6"], [values], font_folder)
    assert "Head of Trade" in poppler(printer.pages([values]), "pdftotext", "{}", "-")
    told = [one.details for one in printer.check([values]) if one.code == "missing-translation"]
    assert told == [{"part": part, "language": "zh-Hans"} for part in ("title", "organization")]


@pytest.mark.parametrize(
    ("stock", "first", "pages"), [("a6-on-a4", 1, 2), ("avery-74459", 1, 2), ("avery-74459", 4, 2)]
)
def test_sheets_hold_their_badges_in_order(stock, first, pages, font_folder, poppler):
    people = sample.badges(7)
    pdf = render.render_badges(people, STOCKS[stock], sample.HEAD, placing=Placing(first), folder=font_folder)
    assert imposition.pages_in(pdf) == pages
    text = poppler(pdf, "pdftotext", "-raw", "{}", "-")
    positions = [text.index(values.short_code) for values in people]
    assert positions == sorted(positions)


def test_a_badge_after_the_fonts_were_cut_still_shows_its_characters(font_folder, poppler):
    printer = BadgePrinter(sample.HEAD, STOCKS["a6"], [], font_folder)
    values = sample.badge(1, CHANCE, latin_name="GONG Yan", native_name="龚䶮")
    assert "龚䶮" in poppler(printer.pages([values]), "pdftotext", "{}", "-")


def test_a_font_is_cut_once_to_its_characters_and_forgotten_a_week_after_its_last_use(tmp_path):
    face = fonts.find_face(fonts.SANS.han, 400)
    first = fonts.cut(face, "欧阳", tmp_path)
    with TTFont(first) as font:
        kept = {chr(code) for code in font.getBestCmap()}
        assert kept - fonts.ALWAYS == {"欧", "阳"}
        assert {one.FeatureTag for one in font["GSUB"].table.FeatureList.FeatureRecord} <= set(fonts.FEATURES)
    assert fonts.cut(face, "阳欧", tmp_path) == first
    second = fonts.cut(face, "欧阳娜", tmp_path)
    for days, path in ((6.9, first), (7.1, second)):
        os.utime(path, (time.time() - days * 24 * 3600,) * 2)
    forget_unused(tmp_path)
    assert list(tmp_path.iterdir()) == [first]
    assert fonts.cut(face, "欧阳", tmp_path).stat().st_mtime > time.time() - 3600


def test_tickets_leave_nothing_behind_even_where_nobody_collects_it(font_folder, monkeypatch):
    def threads():  # the fonts of a document have one
        return len(list(Path("/proc/self/task").iterdir()))

    monkeypatch.setattr(typeset, "TOGETHER", 3)
    gc.collect()
    gc.disable()
    before = threads()
    for values in sample.badges(8):
        render_ticket(values, sample.HEAD, at=datetime.now(UTC), folder=font_folder)
    after = threads()
    gc.enable()
    assert after - before <= 4


def test_a_font_that_is_missing_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(fonts, "_FILES", {"Noto Nowhere CJK SC": "nowhere-{weight}.ttc"})
    with pytest.raises(fonts.FontMissing, match=r"Noto Nowhere CJK SC.*apt-get install fonts-noto-cjk"):
        fonts.find_face("Noto Nowhere CJK SC", 400)


def test_labels_too_small_for_a_code_are_told_of_the_type(font_folder):
    of_type = sample.badge(9011, CHANCE)
    found = BadgePrinter(sample.HEAD, STOCKS["herma-9642"], [of_type], font_folder).check([of_type, of_type])
    assert [one.about for one in found if one.code == "qr-left-out"] == [("registration_type", of_type.type_code)]


def test_colors_that_cannot_be_read_and_a_code_too_small_are_told_of_the_type(font_folder, monkeypatch):
    of_type = sample.badge(9010, CHANCE)
    assert BadgePrinter(sample.HEAD, STOCKS["a6"], [of_type], font_folder).check([of_type, of_type]) == []

    style = markup.templates.style
    small = "[data-qr] { width: 14mm !important; height: 14mm !important; }"
    monkeypatch.setattr(markup, "ink_on", lambda _color: "#777777")
    monkeypatch.setattr(markup.templates, "style", lambda *names, **values: style(*names, **values) + small)
    found = BadgePrinter(sample.HEAD, STOCKS["a6"], [of_type], font_folder).check([of_type, of_type])

    assert [(one.code, one.blocking, one.registration_id, one.about) for one in found] == [
        (code, False, None, ("registration_type", of_type.type_code))
        for code in ("low-contrast", "low-contrast", "qr-too-small")
    ]
    assert {(one.details["ink"], one.details["ground"], one.details["boxes"]) for one in found[:2]} == {
        ("#777777", of_type.type_color, "type:7"),
        ("#777777", sample.HEAD.accent_color, "event:3"),
    }
    assert found[2].details == {"side": "14.0", "least": "15"}
