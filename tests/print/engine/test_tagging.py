"""What those hear who have a paper read aloud."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
import sample
import structure
from PIL import Image

from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.production import render

RULES = (
    "@page{size:A5;margin:20mm;@bottom-center{content:'Page ' counter(page)}}img{width:8mm;height:4mm;display:block}"
)


@pytest.fixture
def printed(font_folder):
    """Prints a text in English."""
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")

    def print_it(text):
        html = f"<html lang=en><body style='margin:0'>{text}"
        return Typesetter(fonts.books_pair(), html + RULES, font_folder, {1: out.getvalue()}).pdf(html, RULES)

    return print_it


@pytest.mark.parametrize(
    ("text", "elements", "words"),
    [
        ("<section><h2>Agenda</h2><p>At <b>nine</b>", "Sect(H2 P)", ["Agenda", "At ", "nine"]),
        ("<section>Loose<div>words</div>", "Sect(P P)", ["Loose", "words"]),
        ("<p>To <span lang=zh-Hans>港口</span><p lang=zh-Hans>港", "P(Span@zh-Hans) P@zh-Hans", ["To ", "港口", "港"]),
        ("<p></p><section><div></div></section><p>One", "P", ["One"]),
        ("<table><tr><td>9:00<td><h3>Opening</h3><td lang=zh-Hans>开幕式<tr><td><td><p>Who<p>Where<td>谁</table>",
         "P H3 P@zh-Hans P P P", ["9:00", "Opening", "开幕式", "Who", "Where", "谁"]),
        ("<table><thead><tr><th>Name<th colspan=2>Seats<tbody><tr><th scope=row>Chen<td colspan=2 rowspan=2>3<tr><td>Li</table>",
         "Table(THead(TR(TH Scope=/Column TH Scope=/Column ColSpan=2)) TBody(TR(TH Scope=/Row TD ColSpan=2 RowSpan=2) TR(TD)))",
         ["Name", "Seats", "Chen", "3", "Li"]),
        ("<ul><li>One<li><p>Two</p><ul><li>In</ul></ul>",
         "L(LI(Lbl LBody) LI(Lbl LBody(P L(LI(Lbl LBody)))))", ["• ", "One", "• ", "Two", "◦ ", "In"]),
        ("<p>See <a href='#there'>there</a><p id=there>Here", "P(Link) P", ["See ", "there", "Here"]),
        ("<table><tr><th><th>Port<tr><td>Tue<td><tr><td><td>8:00</table>",
         "Table(TBody(TR(TH Scope=/Column TH Scope=/Column) TR(TD TD) TR(TD TD)))", ["Port", "Tue", "8:00"]),
        ("<table><tr><th>Who<tr><td><div>One</div><div>Two</div><table><tr><td colspan=2>In</table></table>",
         "Table(TBody(TR(TH Scope=/Column) TR(TD(P P P))))", ["Who", "One", "Two", "In"]),
        ("<div>By <p style='display:inline'>the Consul General of a country that is far away from here and of its harbor",
         "P", ["By ", "the Consul General of a country that is far away", "from here and of its harbor"]),
        ("<p>A <span style='display:inline-block'><p>B</p><h2>C</h2></span>", "P(Span Span)", ["A ", "B", "C"]),
        ("<div>A <span style='display:inline-block'><b style='display:block'>B</b></span></div>", "P(Span)", ["A ", "B"]),
        ("<p><a href='#there'>To <span lang=zh-Hans>港口</span> <b>there</b></a><p id=there>Here",
         "P(Link(Span@zh-Hans)) P", ["To ", "港口", "", "there", "Here"]),
        ("<p>A<img src='picture:1' alt='A face' style='position:absolute;right:0'>", "P(Figure)", ["A", ""]),
        ("<p>A<span style='position:absolute;top:0'>bove</span>", "P(Span)", ["A", "bove"]),
        ("<img src='picture:1' alt='A face'><img src='picture:1' alt=''><img src='picture:1'>", "Figure", [""]),
    ],
)  # fmt: skip
def test_what_means_something_is_an_element_and_read_in_order(printed, poppler, text, elements, words):
    """Cells of a table without heads are read row by row; a picture that says nothing is not read, nor is the foot."""
    pdf = printed(text)
    assert structure.outline(pdf) == elements
    assert re.findall('"(.*)"', poppler(pdf, "pdfinfo", "-struct-text", "{}")) == words
    assert "Page 1" in poppler(pdf, "pdftotext", "{}", "-")
    assert structure.faults(pdf) == []


def test_a_picture_says_where_it_is_on_its_page(printed):
    with pikepdf.open(io.BytesIO(printed("<img src='picture:1' alt='A face'>"))) as opened:
        (figure,) = opened.Root.StructTreeRoot.K[0].K
        corners = [float(side) / 72 * 25.4 for side in figure.A.BBox]
    assert [round(side, 1) for side in corners] == [20, 186, 28, 190]


@pytest.mark.parametrize("languages", [("en", "zh-Hans"), ("zh-Hans", "en"), ("zh-Hans",)])
def test_a_book_is_read_in_both_its_languages(font_folder, languages):
    pdf = render.render_program(sample.program(2, 10, 9), languages=languages, folder=font_folder)
    assert structure.faults(pdf) == []
    assert (f"@{languages[1]}" in structure.outline(pdf)) if len(languages) > 1 else True
