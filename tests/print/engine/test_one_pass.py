"""In one pass paper is laid out and drawn as WeasyPrint does it, with less work."""

from __future__ import annotations

import string

import pytest
from weasyprint import css
from weasyprint.formatting_structure import boxes
from weasyprint.layout import preferred
from weasyprint.text import line_break

from forumapp.domain.printing.engine import boxtree, one_pass
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.pdf import fonts


def test_elements_in_one_language_share_their_style(font_folder):
    setter = Typesetter(fonts.books_pair(), "ab", font_folder)
    html = "<p lang=en>a</p><p lang=en>b</p><p lang=zh>a</p>"
    with TYPESETTING, one_pass.in_one_pass():
        page = setter.document(html, setter.css("p{color:red}")).pages[0]
    assert (
        len({id(box.style) for box in boxtree.on(page) if isinstance(box, boxes.BlockBox) and box.element_tag == "p"})
        == 2
    )


def test_all_boxes_stand_where_they_stand_without_one_pass(font_folder):
    cells = "".join(
        f"<tr><td style='border:{n}pt solid red'><p>Trade {n}<td><p>Harbor<i>Cities</i><p class=half>Pacific"
        for n in range(4)
    )
    html = f"<div><div class=half><table>{cells}</table></div><table class=joined>{cells}</table></div>"
    setter = Typesetter(fonts.books_pair(), html, font_folder)
    rules = setter.css(
        "p{margin:5% auto;padding-left:3%;max-width:80%}.half{width:50%;box-sizing:border-box;padding:2mm;border:1pt solid}"
        "i{display:inline-block;min-width:10%;margin:0 2%}td{padding:1%}.joined{border-collapse:collapse;width:100%}"
    )
    with TYPESETTING:
        usual = _boxes(setter.document(html, rules))
        with one_pass.in_one_pass():
            assert _boxes(setter.document(html, rules)) == usual
    assert len(usual) > 80


def _boxes(document) -> list[tuple[float, ...]]:
    """Where each box stands, and how it is measured."""
    measures = ("position_x", "position_y", "width", "height", *one_pass.MEASURES, *one_pass.BORDERS)
    return [tuple(getattr(box, name, None) for name in measures) for page in document.pages for box in boxtree.on(page)]


@pytest.mark.parametrize("sides", ["display:inline-block", "float:left", "position:absolute"])
def test_boxes_as_wide_as_their_words_are_so_in_one_pass(font_folder, monkeypatch, sides):
    setter = Typesetter(fonts.books_pair(), string.ascii_letters + " ", font_folder)
    rule = setter.css(f"div{{width:40mm}}b{{{sides}}}")
    html = "<div><b>Harbor</b></div><div><b>Harbor Cities of the Pacific and their Trade</b></div>"
    asked: list[str] = []

    def narrowest(context, box, outer=True):
        asked.append("".join(one.text for one in boxtree.walk(box) if isinstance(one, boxes.TextBox)))
        return usual(context, box, outer)

    usual = preferred.min_content_width
    monkeypatch.setattr(preferred, "min_content_width", narrowest)
    with TYPESETTING:
        slow = _widths(setter.document(html, rule).pages[0])
        asked_before = asked.copy()
        asked.clear()
        with one_pass.in_one_pass():
            fast = _widths(setter.document(html, rule).pages[0])
    assert fast == slow
    assert len(fast) == 2
    assert fast[0] < fast[1]
    assert "Harbor" in asked_before
    assert "Harbor" not in asked


def _widths(page) -> list[float]:
    return [
        one.width
        for one in boxtree.on(page)
        if one.element_tag == "b" and isinstance(one, boxes.BlockBox | boxes.InlineBlockBox)
    ]


SAID = "Harbor Cities of the Pacific, 主持港口贸易办公室工作。“AVATAR” To. Wave Café fi ﬁ "
WORDS = {
    "justified": (f"<p>{SAID * 6}</p>", "p{text-align:justify;width:70mm}"),
    "hyphens": (
        f"<p lang=en>{'negotiations of representatives internationally ' * 9}</p>",
        "p{hyphens:auto;width:38mm}",
    ),
    "soft hyphens": ("<p>" + "Han\u00addels\u00adkam\u00admer " * 20 + "</p>", "p{width:21mm}"),
    "lines of one paragraph": ("<pre>a\n\nb\u2028c d</pre>", "pre{white-space:pre}"),
    "an end of a line at the end": (
        "<p>Trade Panel\u2028</p>" * 20 + "<p>太平洋论坛\u2028</p>" * 20,
        "".join(f"p:nth-child({n}){{width:{21 + n % 20 / 3:.2f}mm;font-size:16px}}" for n in range(1, 41)),
    ),
    "ellipsis": (f"<p>{SAID}</p>", "p{width:30mm;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}"),
    "clamped": (f"<p>{SAID * 6}</p>", "p{width:60mm;max-lines:2;block-ellipsis:auto;continue:discard}"),
    "spaced": (f"<p>{SAID * 3}</p><b>{SAID}</b>", "p{letter-spacing:.6pt}b{word-spacing:3pt;font-weight:700}"),
    "as written": ("<pre>a\tb  c\n\n主持\tb\n  d</pre>", "pre{white-space:pre-wrap;tab-size:7}"),
    "broken": (f"<p>{'x' * 90} {'龍' * 40}</p>", "p{width:24mm;overflow-wrap:anywhere}"),
    "underlined": (f"<p><u>{SAID}</u><s>{SAID}</s><sup>3</sup></p>", "u{text-decoration:underline}"),
    "features": (f"<p>{SAID}0123</p>", "p{font-variant-numeric:tabular-nums;font-feature-settings:'smcp' 1,'palt' 1}"),
    "not in the fonts": ("<p>\u0378 שלום عربى 😀 ａ̈ ｘ́ e\u0323\u0301 𠮷</p>", "p{font-size:9pt}"),
    "small": (f"<p>{SAID}</p>", "p{font-size:0}"),
}


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("kind", WORDS)
def test_words_are_drawn_in_one_pass_as_they_are_without(font_folder, kind, language):
    """Each twice on the paper, and twice written, as a part that is kept is."""
    words, rule = WORDS[kind]
    setter = Typesetter(fonts.books_pair(), SAID + string.printable, font_folder)
    html, sheet = f"<html lang={language}><body>{words}<div>{words}</div>", setter.css("@page{size:A5}" + rule)
    with TYPESETTING:
        usual = _written_twice(setter.document(html, sheet))
        with one_pass.in_one_pass():
            assert _written_twice(setter.document(html, sheet)) == usual


def _written_twice(document) -> list[bytes]:
    how = {"uncompressed_pdf": True, "pdf_tags": True, "pdf_identifier": b"one"}
    return [document.copy().write_pdf(**how) for _ in range(2)]


def test_words_are_shaped_by_whoever_measures_them_and_by_nobody_else(font_folder, monkeypatch):
    setter = Typesetter(fonts.books_pair(), string.ascii_letters + string.digits, font_folder)
    html = "".join(f"<p>Harbor {n}</p>" for n in range(30))
    shaped: list[str] = []

    def said(layout, text, justify=False):
        shaped.append(text)
        usual(layout, text, justify)

    usual = line_break.Layout.set_text
    monkeypatch.setattr(line_break.Layout, "set_text", said)
    with TYPESETTING:
        setter.document(html).write_pdf()
        before = shaped.copy()
        shaped.clear()
        with one_pass.in_one_pass():
            setter.document(html).write_pdf()
    assert before.count("Harbor 7") == 2
    assert shaped.count("Harbor 7") == 1


# Alike but for what stands at the root, beside an element, or in its own words.
PARTS = (
    "<html lang=en><body><p id=a>Harbor<p lang=zh style='color:red'>港口<p lang=zh style='color:blue'>港口<ul><li>Trade",
    "<html lang=en class=large><body><p id=a>Harbor<p lang=zh style='color:red'>港口<ul><li>Trade<li><i>Pacific</i>",
    "<html lang=zh><body><ul><li>Trade<li><i>Pacific</i></ul><p id=b lang=en>Harbor<p>港口<a href='#b'>b</a>",
    "<html lang=en><body class=cut><p id=a>Harbor<p id=a lang=zh>港口<ul><li><i>Pacific</i>",
)
OF_PARTS = """@page{size:A6;@bottom-left{content:counter(page)}}.large{font-size:14pt}.cut{overflow:hidden;height:20mm}
p+p::before{content:'· ';color:green}p::first-letter{font-weight:700}li{margin-left:2rem;font-size:1.2em}
li:last-child::after{content:attr(class) '.'}:lang(zh){letter-spacing:.1em}.large li{color:navy}"""


def test_parts_of_a_book_are_as_they_are_alone(font_folder):
    setter = Typesetter(fonts.books_pair(), "".join(PARTS) + string.printable, font_folder)
    sheet = setter.css(OF_PARTS)
    parts = (*PARTS, *PARTS)
    with TYPESETTING:
        usual = [_written_twice(setter.document(part, sheet)) for part in parts]
        with one_pass.in_one_pass():
            assert [_written_twice(setter.document(part, sheet)) for part in parts] == usual


def test_styles_are_worked_out_once_for_all_parts_of_a_book(font_folder, monkeypatch):
    setter = Typesetter(fonts.books_pair(), string.printable, font_folder)
    made: list[object] = []

    class Style(css.ComputedStyle):
        def __init__(self, *said):
            made.append(said)
            super().__init__(*said)

    monkeypatch.setattr(css, "ComputedStyle", Style)
    html = f"<table>{'<tr><td>Harbor<td>Trade' * 9}</table>"
    with TYPESETTING, one_pass.in_one_pass():
        setter.document(html)
        first = len(made)
        made.clear()
        setter.document(html.replace("Harbor", "Pacific"))
    assert len(made) == first - 4  # a table, its body, a row and a cell
