from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from check_templates import Fault, check, main

GOOD = [
    ("plain page", '<!doctype html>\n<html lang="{{ locale }}"><body><h1>{{ _("Agenda") }}</h1></body></html>'),
    ("translated block", "<p>{% trans count=n %}{{ count }} person{% pluralize %}{{ count }} people{% endtrans %}</p>"),
    ("link inside a translated block", '<p>{% trans %}Read <a href="/x">the rules</a> first.{% endtrans %}</p>'),
    ("text after a translated block", "{% trans %}Hello{% endtrans %} · {{ name }}"),
    ("languages named in themselves", '<a href="?lang=en">English</a> | <a href="?lang=zh-Hans">中文</a>'),
    ("text that is never translated", '<span translate="no">Made <span>by</span> <br>hand</span>'),
    ("label that is never translated", '<p translate="no"><a aria-label="Home" href="/">{{ x }}</a></p>'),
    ("script and link of our own", '<script src="{{ url }}"></script><link rel="stylesheet" href="/static/a.css">'),
    ("an ordinary link leads anywhere", '<a href="https://example.org/">{{ name }}</a>'),
    ("decorative picture", '<img src="/a.png" alt="">'),
    ("attribute filled in", '<input placeholder="{{ _("Find a person") }}" aria-label="{{ label }}">'),
    ("conditional attributes", '<a {% if here %}class="on" aria-current="page"{% endif %} href="/">{{ x }}</a>'),
    ("expression with quotes and angle brackets", """<i class="{{ 'a' if n > 1 else "b" }}">{{ n }}</i>"""),
    ("sentence handed to a macro through a translation", '{{ empty(_("No sessions yet"), href="/new") }}'),
    ("comments", "{# A note to readers #}<!-- another -->"),
    ("vector picture", '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'),
]

BAD = [
    ("does not parse", "\n{% if x %}", (2, "does not parse: Unexpected end of template.")),
    ("inline script", "<div>\n<script>alert(1)</script></div>", (2, "inline <script>")),
    ("data block", '<script type="application/json">{}</script>', (1, "inline <script>")),
    ("style attribute", '<p style="color: red">{{ x }}</p>', (1, "style= attribute")),
    ("style attribute in a translated block", '{% trans %}<b style="x">B</b>{% endtrans %}', (1, "style= attribute")),
    ("style element", "<style>p { color: red }</style>", (1, "<style> element")),
    ("handler", '<a href="/" onclick="go()">{{ x }}</a>', (1, "inline handler onclick=")),
    ("htmx handler", '<a href="/" hx-on:click="go()">{{ x }}</a>', (1, "inline handler hx-on:click=")),
    ("script address", '<a href="javascript:go()">{{ x }}</a>', (1, "javascript: address")),
    ("foreign script", '<script src="https://a.example/x.js"></script>', (1, "another host: https://a.example/x.js")),
    ("foreign style", '<link rel="stylesheet" href="//a.example/x.css">', (1, "another host: //a.example/x.css")),
    ("foreign picture", '<img alt="" src="http://a.example/x.png">', (1, "another host: http://a.example/x.png")),
    ("picture without alt", "<img\n src='/a.png'>", (1, "<img> without alt")),
    ("page without language", "<html><body></body></html>", (1, "<html> without lang")),
    ("text", "{% if x %}\n<p>\n  Nobody is here.</p>{% endif %}", (3, "text outside a translation: 'Nobody is here.'")),
    ("text in Chinese", "<p>没有人</p>", (1, "text outside a translation: '没有人'")),
    ("text beside an expression", "<p>{{ n }} people</p>", (1, "text outside a translation: '… people'")),
    ("text after never translated text", '<b translate="no">A</b> Bee', (1, "text outside a translation: 'Bee'")),
    ("text after a translated block", "{% trans %}Hello{% endtrans %} you", (1, "text outside a translation: '… you'")),
    ("label", '<button aria-label="Close">{{ x }}</button>', (1, "text outside a translation: aria-label='Close'")),
    ("sentence handed to a macro", '\n{{ empty("No sessions yet") }}', (2, "a translation: 'No sessions yet'")),
]


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in GOOD])
def test_a_good_template_has_no_faults(source: str) -> None:
    assert check(source) == []


@pytest.mark.parametrize(("source", "expected"), [pytest.param(source, e, id=name) for name, source, e in BAD])
def test_a_bad_template_has_one_fault_at_its_line(source: str, expected: tuple[int, str]) -> None:
    [fault] = check(source)
    assert fault.line == expected[0]
    assert expected[1] in fault.message


def test_paper_and_mail_may_hold_styles_and_text_but_nothing_from_another_host() -> None:
    source = '<html lang="en"><style>p { color: red }</style><p style="margin: 0">Badge</p></html>'
    assert check(source, page=False, translated=False) == []
    assert check("@font-face { src: url(https://a.example/x.woff2) }", page=False, translated=False) == [
        Fault(1, "asset from another host in CSS")
    ]
    assert check("<html><img src='/a.png'></html>", page=False, translated=False) == [
        Fault(1, "<html> without lang"),
        Fault(1, "<img> without alt"),
    ]


def test_a_page_in_english_alone_obeys_the_policy_all_the_same() -> None:
    source = '<h1 title="The paths">Paths</h1>{{ table("What a path is") }}'
    assert check(source, translated=False) == []
    assert check(source + "<style></style>", translated=False) == [Fault(1, "<style> element")]


def test_the_command_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "mail").mkdir()
    (tmp_path / "public" / "home.html").write_text("<p>\n<b>Welcome</b></p>", encoding="utf-8")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "docs.html").write_text("<p>Parameters</p>", encoding="utf-8")
    (tmp_path / "mail" / "confirmed.txt").write_text("Welcome", encoding="utf-8")
    assert main(tmp_path) == 1
    out, err = capsys.readouterr()
    assert err == "templates/public/home.html:2: text outside a translation: 'Welcome'\n"
    assert out == "Templates: 3 read, faults: 1\n"

    (tmp_path / "public" / "home.html").write_text("<p>{{ _('Welcome') }}</p>", encoding="utf-8")
    assert main(tmp_path) == 0
    assert capsys.readouterr() == ("Templates: 3 read, faults: 0\n", "")
