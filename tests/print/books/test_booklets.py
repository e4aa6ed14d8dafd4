"""Personal booklets: pages that several share are laid out once, and nobody sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
import sample
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import LineBox, TextBox

from forumapp.core.paths import ROOT
from forumapp.domain.printing.delegation_papers.booklets import lay
from forumapp.domain.printing.engine import boxtree, one_pass, templates
from forumapp.domain.printing.list_papers.typesetting import END_OF_SHARED, SHARED, Setter
from forumapp.domain.printing.list_papers.values import Stamp
from forumapp.domain.printing.paper.itinerary_documents import OwnFact


@pytest.mark.parametrize("own", [(), (OwnFact({"en": "Room 7", "zh-Hans": "7号房"}, "your-room"),)])
def test_a_booklet_with_pages_that_others_share_is_as_if_it_was_laid_out_whole(own, font_folder, poppler):
    shared = sample.itinerary(3)
    values = [
        replace(shared, members=(), person=member.person, own=own, registration_id=place)
        for place, member in enumerate(shared.members)
    ]
    laid = lay(values, Stamp(2, datetime(2023, 5, 15, 17, 30, tzinfo=UTC)))
    whole = replace(
        laid, pieces=tuple(one.replace(SHARED, "").replace(END_OF_SHARED, "") for one in laid.pieces), css=laid.css
    )
    shares, alone = Setter(laid, {}, font_folder), Setter(whole, {}, font_folder)
    for place, member in enumerate(shared.members):
        pdf = shares.pdf(place)
        text = poppler(pdf, "pdftotext", "-layout", "{}", "-")
        assert text == poppler(alone.pdf(place), "pdftotext", "-layout", "{}", "-")
        assert member.person.latin_name in text.split("\f")[0]
        assert "No syntax or stream encoding errors" in poppler(pdf, "qpdf", "--check", "{}")
    assert len(shares._shared) <= 2


def test_a_number_is_never_broken_at_the_end_of_a_line():
    said = templates.spaced("一组赴旧金山访问至5月25日，另一组留在洛杉矶。", "zh-Hans")
    rows = "".join(
        f'<table style="width:{width}mm"><tr><td><span lang="zh-Hans">{said}</span></table>' for width in range(25, 50)
    )
    style = templates.FOLDER.joinpath("book.css").read_text(encoding="utf-8")
    pages = HTML(string=rows).render(stylesheets=[CSS(string=style)]).pages
    lines = [
        "".join(one.text for one in boxtree.walk(line) if isinstance(one, TextBox))
        for page in pages
        for line in boxtree.on(page)
        if isinstance(line, LineBox)
    ]
    assert len(lines) > 50
    broken = [(one, other) for one, other in pairwise(lines) if one[-1:].isdigit() and other[:1].isdigit()]
    assert broken == []


def test_no_room_is_left_beside_a_mark_and_a_phone_number_stays_on_one_line():
    said = templates.spaced("车牌 A1，司机李 +1 213 555 0151", "zh-Hans")
    assert said == '车牌<span class="latin brief"> A1</span>，司机李<span class="latin"> +1 213 555 0151</span>'
    assert '<span class="unbroken phone">+1 213 555 0151</span>' in templates.unbroken(said)
    kept = str(templates.unbroken(templates.spaced("定于2023年5月22日在", "zh-Hans")))
    assert [kept.count('<span class="unbroken"><span class="latin'), kept.count("</span>月</span>")] == [3, 1]
    assert templates.unbroken("<b> 213 555") == "&lt;b&gt; 213 555"


def test_a_page_on_which_a_day_goes_on_and_the_next_begins_is_headed_by_the_day_that_goes_on():
    day = '<section><div class="runhead">{0} head</div><h2>{0}</h2>{1}</section>'
    item = '<p style="height: 40mm; margin: 0">Item'
    days = day.format("Monday", item * 5) + day.format("Tuesday", item * 5)
    style = CSS(filename=str(ROOT / "templates" / "print" / "book.css"))
    with one_pass.in_one_pass():
        pages = HTML(string=days).render(stylesheets=[CSS(string="@page { size: 148mm 210mm }"), style]).pages
    texts = [[one.text for one in boxtree.walk(page._page_box) if isinstance(one, TextBox)] for page in pages]
    heads = [next(text for text in found if text.endswith(" head")) for found in texts]
    assert [("Tuesday" in found, head) for found, head in zip(texts, heads, strict=True)] == [
        (False, "Monday head"),
        (True, "Monday head"),
        (False, "Tuesday head"),
    ]


def test_a_page_is_headed_by_what_stands_on_it_and_not_by_what_went_on_to_the_next():
    rules = "@page{size:60mm 60mm;margin:10mm;@top-left{content:element(head)}} .head{position:running(head)}"
    part = '<section style="break-inside:avoid"><div class="head">{0} head</div>{1}</section>'
    members, saturday = (
        f'<p style="height:{height}mm">{name}' for height, name in ((25, "A member"), (30, "Saturday"))
    )
    with one_pass.in_one_pass():
        pages = (
            HTML(string=part.format("Members", members * 2) + part.format("Saturday", saturday))
            .render(stylesheets=[CSS(string=rules)])
            .pages
        )
    texts = [[one.text for one in boxtree.walk(page._page_box) if isinstance(one, TextBox)] for page in pages]
    assert [one[-1] for one in texts] == ["Members head", "Members head", "Saturday head"]
