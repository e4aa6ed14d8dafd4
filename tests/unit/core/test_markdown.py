"""What organizers write, as pages and paper show it: nothing but words, in a few simple shapes."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup, escape

from forumapp.core.values.markdown import to_html, to_words

TAGS = {
    "h2", "h3", "h4", "h5", "h6", "p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain", "<p>Plain</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("# One\n## Two\n###### Six", "<h2>One</h2><h3>Two</h3><h4>Six</h4>"),
        # A page that begins with smaller headings leaves out no level.
        ("## One\n## Two\n### Three\n# Four", "<h2>One</h2><h2>Two</h2><h3>Three</h3><h2>Four</h2>"),
        ("#### One\n## Two\n### Three\n### Four", "<h2>One</h2><h2>Two</h2><h3>Three</h3><h3>Four</h3>"),
        ("**bold** and *stressed*", "<p><strong>bold</strong> and <em>stressed</em></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        (
            "| C | L |\n|---|---|\n| 1 | 中文 |",
            "<table><thead><tr><th>C</th><th>L</th></tr></thead><tbody><tr><td>1</td><td>中文</td></tr></tbody></table>",
        ),
        ("[Map](https://maps.example/?a=1&b=2)", '<p><a href="https://maps.example/?a=1&amp;b=2" rel="noreferrer">Map</a></p>'),
        ("[Call](tel:+12135550100)", '<p><a href="tel:+12135550100" rel="noreferrer">Call</a></p>'),
        ("<mailto:a@b.example>", '<p><a href="mailto:a@b.example" rel="noreferrer">mailto:a@b.example</a></p>'),
        # Where it says nothing that we take for a mark, it stands as it was typed.
        ("<b>x</b> & <script>alert(1)</script>", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("    indented\n\n`code`", "<p>indented</p><p>`code`</p>"),
        ("```\nx\n```", "<p>```<br>x<br>```</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html,x)", "<p>[x](data:text/html,x)</p>"),
        ("[x](//evil.example) [y](/organizer)", "<p>[x](//evil.example) [y](/organizer)</p>"),
        ("![p](https://x.example/p.png)", '<p>!<a href="https://x.example/p.png" rel="noreferrer">p</a></p>'),
        ('[x](https://a.example/"onclick="y)', '<p><a href="https://a.example/%22onclick=%22y" rel="noreferrer">x</a></p>'),
    ],
)  # fmt: skip
def test_shapes(text: str, shown: str) -> None:
    assert to_html(text, level=2) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**注意：**请携带护照", "<strong>注意：</strong>请携带护照"),
        ("请**“务必”**到场", "请<strong>“务必”</strong>到场"),
        ("请看**《手册》**。", "请看<strong>《手册》</strong>。"),
        ("**提示**：", "<strong>提示</strong>："),
        ("2 * 3 * 4 与 **未完", "2 * 3 * 4 与 **未完"),
    ],
)
def test_stress_in_chinese_needs_no_spaces(text: str, shown: str) -> None:
    assert to_html(text, level=2) == f"<p>{shown}</p>"


def test_words_are_set_by_whoever_shows_them() -> None:
    said = to_html("# A\n**b** c", level=3, say=lambda text: Markup("<i>{}</i>").format(text))
    assert said == "<h3><i>A</i></h3><p><strong><i>b</i></strong><i> c</i></p>"


@pytest.mark.parametrize(
    ("text", "words"),
    [("# A\n\n**b**, c\nd", "A b, c d"), ("[x](https://y.example)", "x"), ("**注意：**请", "注意：请"), ("", "")],
)
def test_what_is_read(text: str, words: str) -> None:
    assert to_words(text) == words


@given(st.text(alphabet=st.sampled_from("ab中，。*_#[]()!<>|-`&;:/\"'\\\n 1.>~{}=tel:https")))
@example('[a](https://b.example/"><script>)')
@example('<https://b.example/"onload=x>')
@example("&lt;script&gt;")
def test_nothing_but_these_tags_ever_comes_out(text: str) -> None:
    shown = to_html(text, level=2)
    for tag, attributes in re.findall(r"</?([a-zA-Z0-9]+)([^>]*)>", shown):
        assert tag in TAGS
        assert re.fullmatch(r'( href="(https?://|mailto:|tel:)[^"<>]*" rel="noreferrer"| start="[0-9]+")?', attributes)
    read = html.fromstring(f"<div>{shown}</div>")
    assert {one.tag for one in read.iter()} <= TAGS | {"div"}
    assert escape(read.text_content()) is not None
