"""What papers are laid out from is read as the standard says, and has no styles that no paper shows."""

from __future__ import annotations

import re

import pytest
import tinyhtml5
from weasyprint.css import get_all_computed_styles
from weasyprint.text.ffi import ffi

from forumapp.domain.printing.engine.source import Source
from forumapp.domain.printing.engine.typeset import OnlyOurs, Typesetter
from forumapp.domain.printing.pdf import fonts

HEAD = "<!doctype html>\n<html lang=zh-Hans class='a b'>\n<head>\n<title>论坛 &amp; Forum</title>\n</head>\n<body class=two>\n"
PARTS = (
    "<p>a<br>b&nbsp;&mdash;&#39;&lt;<b lang=en>c</b>d<p>e</p>",
    "<table><tr><td>1<td>2<tr><td>3</table>",
    "<table><colgroup><col class=time><col></colgroup><tr><td>1</td></tr><tr><td>2</td></tr></table>tail",
    "<table><thead><tr><th>1</thead><tbody><tr><td>2</tbody><tbody><tr><td>3</tbody></table>",
    "<table><tr><td><table><tr><td>1</table><td>2</table>",
    "<ul><li>a<li>b<ul><li>c</ul></ul><ol><li>d</ol><blockquote><p>e</blockquote>",
    "<p>a<!-- not said -->b</p>c<!-- at the end -->",
    "<p>𠮷𝒳 a\r\nb\rc\td</p><p title='&quot;x&quot;'>\n</p>",
    "<section><h2 id=d1>a</h2><figure><img src=picture:7 alt=''></figure></section><q>b</q>",
    "<h2><p>a</p></h2><b><p>c</p></b><p>d<ul><li>e</ul></p>",
    "<div><svg viewBox='0 0 1 1' preserveAspectRatio=none><path d='M0 0'/></svg></div><table><tr><td>1</table>",
)


def plain(root) -> tuple:
    """An element with all in it; spaces between elements are of no use."""
    said = [root.text or ""]
    inner = []
    for child in root:
        if callable(child.tag):
            said[-1] += child.tail or ""
        else:
            inner.append(plain(child))
            said.append(child.tail or "")
    is_layout = root.tag in {"html", "body", "table", "colgroup", "tbody", "thead", "tr"}
    return root.tag, dict(root.attrib), inner, [re.sub(r"^\s+$", "", one) if is_layout else one for one in said]


@pytest.mark.parametrize("part", [*PARTS, "".join(PARTS[:-2])])
def test_papers_are_read_as_the_standard_says(part):
    html = f"{HEAD}<div>{part}</div></body></html>"
    source, standard = Source(html, OnlyOurs({})), tinyhtml5.parse(html, namespace_html_elements=False)
    assert plain(source.etree_element) == plain(standard)


def test_nothing_after_what_is_no_character_is_lost():
    source = Source("<p>a\ud800b</p><p>c\x00d</p>", OnlyOurs({}))
    assert [len(one.text) for one in source.etree_element.iter("p")] == [3, 3]


def test_no_element_has_styles_for_what_no_paper_shows():
    source = Source("<h1>a</h1><p>a<br>b</p><ul><li>c</ul><q>d</q>", OnlyOurs({}))
    shown = {(one.tag, what) for one, what in get_all_computed_styles(source).get_computed_styles()}
    assert {one for one in shown if one[1]} == {("br", "before"), ("li", "marker"), ("q", "before"), ("q", "after")}


def test_no_type_is_read_for_each_font_that_is_cut(font_folder):
    known = set(ffi._parsed_types)
    for words in ("<p>Harbor", "<p>Harbor and Cities"):
        Typesetter(fonts.SANS, words, font_folder).pdf(words, "p{margin:0}")
    assert not [
        kind for kind in set(ffi._parsed_types) - known if kind.startswith("hb_codepoint_t[") and kind[-2:] != "[]"
    ]
